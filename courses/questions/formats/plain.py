"""HTML from other systems as plain text, and plain text as HTML."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from html import escape
from html.parser import HTMLParser

from flask_babel import gettext as _

from courses.questions.formats.base import clean_lines
from courses.questions.types import Criterion
from lms.text import clean

_LINES = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "table"}
_HIDDEN = {"script", "style", "head", "title"}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0
        self.images: list[tuple[str, str]] = []
        self.lost: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag in _LINES:
            self.parts.append("\n")
        elif tag == "img":
            known = dict(attrs)
            self.images.append((known.get("src") or "", known.get("alt") or ""))
        if tag in ("table", "audio", "video", "iframe", "object", "math", "svg"):
            self.lost.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in _LINES:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            # A line end in HTML is a blank.
            self.parts.append(" ".join(data.split("\n")))


def read_html(html: str) -> tuple[str, list[tuple[str, str]], set[str]]:
    """The text, the images as (source, alternative text), and the tags whose content text cannot show."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return clean_lines("".join(parser.parts)), parser.images, parser.lost


def html_of(text: str) -> str:
    """Lines of plain text as paragraphs of HTML; `read_html` gives them back."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n"))


class _Table(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag == "td" and self.rows:
            self.rows[-1].append("")
        elif tag == "br" and self.rows and self.rows[-1]:
            self.rows[-1][-1] += "\n"

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def rubric_table(rubric: Sequence[Criterion]) -> str:
    """A rubric as a table that a person can read: name, points, guide."""
    rows = ((criterion.name, f"{criterion.points:f}", criterion.guide) for criterion in rubric)
    cells = ("".join(f"<td>{escape(cell, quote=False).replace(chr(10), '<br>')}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>" if rubric else ""


def read_rubric(html: str) -> tuple[Criterion, ...]:
    """The rubric of a table that `rubric_table` wrote; rows of another shape are no criteria."""
    parser = _Table()
    parser.feed(html)
    parser.close()
    found = []
    for row in parser.rows:
        if len(row) == 3 and re.fullmatch(r"[0-9]+([.,][0-9]+)?", row[1].strip()):
            points = Decimal(row[1].strip().replace(",", "."))
            found.append(Criterion(clean(row[0]), points, clean_lines(row[2])))
    return tuple(found)


def plain_text(html: str, doubt: Callable[[str], None]) -> str:
    """The text of HTML; images, tables and the like are said to be lost."""
    text, images, lost = read_html(html)
    if images:
        doubt(_("an image in the text is not kept"))
    for tag in sorted(lost):
        doubt(_("«%(tag)s» in the text is kept as plain text only", tag=tag))
    return text
