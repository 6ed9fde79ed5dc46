"""Lessons as HTML."""

from courses.catalogue.text import html


def test_the_pages_own_heading_stays_the_first() -> None:
    assert html("# Một\n\n## Hai\n\n###### Sáu") == "<h2>Một</h2>\n<h3>Hai</h3>\n<h6>Sáu</h6>\n"
    assert html("## Hai\n\n### Ba") == "<h2>Hai</h2>\n<h3>Ba</h3>\n"


def test_nothing_that_acts_passes() -> None:
    assert html("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    assert "href" not in html("[x](javascript:alert(1))")
