"""The compiled writer and reportlab print the same words in the same places."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from certificates.designs import READY, Design, Line, Paper, compiled, draw_plain
from tests.certificates.designs.test_certificate_pdf import (
    ADDRESS,
    DIFFICULT,
    FACTS,
    LONG_NAME,
    LONG_UNIT,
    faces,  # noqa: F401
    words,
)
from tests.conftest import data_folder  # noqa: F401

PROGRAMME = (
    Line("CHƯƠNG TRÌNH BỒI DƯỠNG", "serif-bold", 18, 12, "accent"),
    *(Line(f"Chuyên đề {number}: nội dung và phương pháp vận động nhân dân", size=13) for number in range(1, 10)),
    Line("Số {number}, cấp ngày {issued}", "serif-italic", 12, second="Number {number}, issued on {issued}"),
)


def logo() -> str:
    picture = Image.new("RGBA", (40, 40), (255, 0, 0, 128))
    stream = BytesIO()
    picture.save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def positions(data: bytes) -> list[tuple[str, int, int]]:
    """Each letter with its place, in tenths of a point."""
    found = []
    for page in pypdfium2.PdfDocument(data):
        text = page.get_textpage()
        for index in range(text.count_chars()):
            letter = text.get_text_range(index, 1)
            if letter.strip():
                left, bottom, _right, _top = text.get_charbox(index)
                found.append((letter, round(left * 4), round(bottom * 4)))
    return sorted(found)


def near(one: list[tuple[str, int, int]], other: list[tuple[str, int, int]]) -> bool:
    """The same letters, each within half a point."""
    if [letter for letter, _x, _y in one] != [letter for letter, _x, _y in other]:
        return False
    rest: dict[str, list[tuple[int, int]]] = {}
    for letter, x, y in other:
        rest.setdefault(letter, []).append((x, y))
    for letter, x, y in one:
        close = next((p for p in rest[letter] if abs(p[0] - x) <= 2 and abs(p[1] - y) <= 2), None)
        if close is None:
            return False
        rest[letter].remove(close)
    return True


def both(design: Design, paper: Paper, folder: Path) -> Iterator[bytes]:
    yield compiled(design, folder).draw(paper)
    yield draw_plain(design, paper, folder)


@pytest.mark.parametrize("heading", READY)
@pytest.mark.parametrize("name", [FACTS.name, LONG_NAME, DIFFICULT])
def test_both_writers_set_every_letter_in_the_same_place(faces: Path, heading: str, name: str) -> None:  # noqa: F811
    facts = replace(FACTS, heading=heading, name=name, unit=LONG_UNIT)
    fast, plain = both(READY[heading], Paper(facts, ADDRESS, ADDRESS), faces)
    assert near(positions(fast), positions(plain))


@given(
    name=st.lists(words, min_size=1, max_size=5).map(" ".join),
    title=st.lists(words, min_size=1, max_size=30).map(" ".join),
)
def test_whatever_the_words_are_both_writers_agree(faces: Path, name: str, title: str) -> None:  # noqa: F811
    paper = Paper(replace(FACTS, name=name, title=title), ADDRESS, ADDRESS)
    fast, plain = both(READY["party"], paper, faces)
    assert near(positions(fast), positions(plain))


def test_logo_second_language_and_back_page_look_the_same_in_both(faces: Path) -> None:  # noqa: F811
    lines = (READY["state"].lines[0], replace(READY["state"].lines[1], second="This is to certify that"))
    design = replace(READY["state"], logo=logo(), back=PROGRAMME, lines=lines + READY["state"].lines[2:])
    pages: list[list[Any]] = []
    for data in both(design, Paper(FACTS, ADDRESS, ADDRESS), faces):
        document = pypdfium2.PdfDocument(data)
        assert len(document) == 2
        assert "This is to certify that" in document[0].get_textpage().get_text_range()
        assert "Chuyên đề 9" in document[1].get_textpage().get_text_range()
        pages.append([page.render(scale=1, grayscale=True).to_pil() for page in document])
    for one, other in zip(*pages, strict=True):
        # The edges of letters and of the QR code's modules are smoothed differently: compare at a quarter of the size.
        small = [
            picture.resize((picture.width // 4, picture.height // 4), Image.Resampling.BOX) for picture in (one, other)
        ]
        difference = ImageChops.difference(*small)
        assert max(difference.get_flattened_data()) < 60
        assert sum(difference.get_flattened_data()) / len(difference.get_flattened_data()) < 1.5


def test_a_thousand_papers_to_print_are_one_small_file(faces: Path) -> None:  # noqa: F811
    papers = [
        Paper(
            replace(FACTS, name=f"Nguyễn Văn {number}", number=f"{number}-GCN"),
            f"{ADDRESS}{number}",
            f"{ADDRESS}{number}",
        )
        for number in range(40)
    ]
    data = compiled(READY["party"], faces).print_run(papers)
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 40
    for number in (0, 17, 39):
        text = document[number].get_textpage().get_text_range()
        assert f"Nguyễn Văn {number}" in text and f"Số {number}-GCN" in text
    fast = compiled(READY["party"], faces).draw(papers[17])
    single = compiled(READY["party"], faces).print_run([papers[17]])
    assert near(positions(fast), positions(single))
    assert len(data) < 40_000 + 40 * 1_700


def test_a_letter_beyond_vietnamese_is_printed_with_the_whole_face(faces: Path) -> None:  # noqa: F811
    paper = Paper(replace(FACTS, name="Müller Çelik"), ADDRESS, ADDRESS)
    design = compiled(READY["party"], faces)
    for data in (design.draw(paper), design.print_run([paper, Paper(FACTS, ADDRESS, ADDRESS)])):
        assert "Müller Çelik" in pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range()
