"""The paper: what it says can be read again, by eye, by machine and by phone."""

import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from certificates.designs import READY, CertificateFacts, MissingLetters, Paper, compiled
from lms import fonts
from tests.conftest import data_folder  # noqa: F401

ADDRESS = "https://danvan.example.vn/verify/ABCDEFGHJKMN"
FACTS = CertificateFacts(
    heading="party", superior="Ban Chấp hành Trung ương", issuer="Đảng ủy Khối các cơ quan Trung ương",
    place="Hà Nội", authority=("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ"), signer="Bùi Thị Mẫu", number="05-GCN/ĐUK",
    book="05/2026", issued_on=date(2026, 2, 5), name="Nguyễn Thị Hòa", born="02/09/1970", post="Bí thư chi bộ",
    unit="Chi bộ Vụ Tổ chức, Đảng bộ Bộ A", title="Bồi dưỡng nghiệp vụ công tác dân vận", hours=24,
    started_on=date(2026, 1, 5), completed_on=date(2026, 2, 4), code="ABCDEFGHJKMN",
)  # fmt: skip
LONG_NAME = "Công Tằng Tôn Nữ Hoàng Nguyễn Phương Thảo Nguyên Bảo Ngọc Thùy Dương"
LONG_UNIT = "Chi bộ Vụ Pháp chế, Đảng bộ cơ quan Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam và các tổ chức"
DIFFICULT = "Ằng Ẵm Ỡm Ựu Ỹ Đặng Nguyễn Thuỷ Quỳnh Ửng"
letters = st.sampled_from([c for c in fonts.repertoire() if c.isalpha() and unicodedata.name(c).startswith("LATIN")])
words = st.text(letters, min_size=1, max_size=9)


@pytest.fixture(scope="session")
def faces(data_folder: Path) -> Path:  # noqa: F811
    return fonts.folder_of(data_folder)


def draw(facts: CertificateFacts, address: str, faces: Path) -> bytes:
    """The paper by the compiled writer, as the register draws it."""
    return compiled(READY[facts.heading], faces).draw(Paper(facts, address, address))


def words_of(page: Any) -> list[str]:
    return page.get_textpage().get_text_range().split()


def read(data: bytes) -> tuple[str, str, Any]:
    """The text of the page with single blanks, what its QR code says at 100 dpi, and its size."""
    page = pypdfium2.PdfDocument(data)[0]
    picture = page.render(scale=100 / 72, grayscale=True).to_pil()
    codes = zxingcpp.read_barcodes(picture)
    return " ".join(words_of(page)), codes[0].text if codes else "", page.get_size()


@pytest.mark.parametrize("heading", ["party", "state", "union", "youth", "plain"])
def test_every_heading_family_prints_its_own_words(faces: Path, heading: str) -> None:
    text, code, (width, height) = read(draw(replace(FACTS, heading=heading), ADDRESS, faces))
    assert code == ADDRESS and width > height
    right = {"party": "ĐẢNG CỘNG SẢN VIỆT NAM", "youth": "ĐOÀN TNCS HỒ CHÍ MINH", "plain": ""}
    assert right.get(heading, "Độc lập - Tự do") in text and ("CỘNG HÒA" in text) == (heading in ("state", "union"))
    assert ("Số 05-GCN/ĐUK" if heading == "party" else "Số: 05-GCN/ĐUK") in text
    for words in ("Nguyễn Thị Hòa", "Sinh ngày: 02/09/1970", "Hà Nội, ngày 05 tháng 02 năm 2026", "24 tiết"):
        assert words in text


@pytest.mark.parametrize(
    ("name", "unit"), [(LONG_NAME, LONG_UNIT), (DIFFICULT, FACTS.unit), ("Y", ""), ("H’Hen Niê-K’Sor", "x" * 90)]
)
def test_long_and_difficult_texts_are_whole_and_inside_the_frame(faces: Path, name: str, unit: str) -> None:
    data = draw(replace(FACTS, name=name, unit=unit), ADDRESS, faces)
    text, code, (width, height) = read(data)
    assert unicodedata.is_normalized("NFC", text)
    assert name in text and unit.replace(" ", "") in text.replace(" ", "") and code == ADDRESS
    page = pypdfium2.PdfDocument(data)[0].get_textpage()
    boxes = [page.get_charbox(index) for index in range(page.count_chars())]
    assert min(box[0] for box in boxes) > 30 and max(box[2] for box in boxes) < width - 30
    assert min(box[1] for box in boxes) > 30 and max(box[3] for box in boxes) < height - 30


@given(name=st.lists(words, min_size=1, max_size=6).map(" ".join))
def test_every_letter_of_the_repertoire_is_read_back_composed(faces: Path, name: str) -> None:
    data = draw(replace(FACTS, name=name), ADDRESS, faces)
    text = " ".join(words_of(pypdfium2.PdfDocument(data)[0]))
    assert name.replace(" ", "") in text.replace(" ", "")


def test_the_same_facts_are_the_same_bytes_and_other_facts_are_not(faces: Path) -> None:
    assert draw(FACTS, ADDRESS, faces) == draw(FACTS, ADDRESS, faces)
    assert draw(FACTS, ADDRESS, faces) != draw(replace(FACTS, name="Nguyễn Thị Hoà"), ADDRESS, faces)
    assert CertificateFacts.from_json(FACTS.to_json()) == FACTS


@pytest.mark.parametrize("field", ["name", "unit", "title", "place", "signer"])
def test_a_letter_that_no_font_has_is_named_and_nothing_is_drawn(faces: Path, field: str) -> None:
    with pytest.raises(MissingLetters) as refusal:
        draw(replace(FACTS, **{field: "Trần Вăn"}), ADDRESS, faces)
    assert refusal.value.letters == "В"
