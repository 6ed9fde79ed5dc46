"""Spreadsheets of results: by unit, and the mark sheet in the form that offices file."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from courses.questions.marking import band, printed
from courses.results.queries import Taker
from lms.text import short_date

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")


def in_words(score: Decimal) -> str:
    """8.5 is "Tám phẩy năm", 7 is "Bảy": how a mark is written out against forgery."""
    whole, tenth = int(score), int(score * 10) % 10
    text = DIGITS[whole] + (f" phẩy {DIGITS[tenth]}" if tenth else "")
    return text[0].upper() + text[1:]


def by_unit(takers: Iterable[Taker]) -> list[tuple[Any, ...]]:
    """A row a unit: the one above, its name, people, passed, percent, mean score."""
    units: dict[tuple[str, str], list[Taker]] = {}
    for taker in takers:
        units.setdefault((taker.above, taker.unit), []).append(taker)
    rows = []
    for (above, unit), people in units.items():
        scores = [taker.score for taker in people if taker.score is not None]
        passed = sum(taker.passed for taker in people)
        mean = float(round(sum(scores, Decimal(0)) / len(scores), 2)) if scores else None
        # Never rounded up to 100.
        rows.append((above, unit, len(people), passed, int(1000 * passed / len(people)) / 10, mean))
    return rows


def mark_sheet(course: str, takers: Sequence[Taker], on: date, unit: str) -> bytes:
    """The class's mark sheet (bảng điểm): heading, list by given name, scores in figures and words, signatures."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("Bảng điểm")
    font = {"font_name": "Times New Roman", "font_size": 13, "valign": "vcenter"}
    centred = book.add_format(font | {"align": "center"})
    bold = book.add_format(font | {"align": "center", "bold": True, "text_wrap": True})
    title = book.add_format(font | {"align": "center", "bold": True, "font_size": 15})
    head = book.add_format(font | {"align": "center", "bold": True, "border": 1, "text_wrap": True})
    cell = book.add_format(font | {"border": 1, "text_wrap": True})
    middle = book.add_format(font | {"border": 1, "align": "center"})
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
    for column, width in enumerate((6, 28, 14, 42, 9, 18, 16, 14)):
        page.set_column(column, column, width)
    page.merge_range("A1:D1", unit.upper(), bold)
    page.merge_range("E1:H1", "ĐẢNG CỘNG SẢN VIỆT NAM", bold)
    page.merge_range("E2:H2", f"ngày {on.day:02} tháng {on.month:02} năm {on.year}", centred)
    page.merge_range("A2:D2", "*", centred)
    page.merge_range("A4:H4", "BẢNG ĐIỂM", title)
    page.merge_range("A5:H5", course, bold)
    names = ("STT", "Họ và tên", "Ngày sinh", "Đơn vị", "Điểm số", "Điểm chữ", "Xếp loại", "Ghi chú")
    page.write_row(6, 0, names, head)
    page.repeat_rows(6)
    row = 6
    for row, taker in enumerate(takers, start=7):
        person, score = taker.person, taker.score
        born = short_date(person.birth_on) if person.birth_on else str(person.birth_year or "")
        place = ", ".join(part for part in (taker.unit, taker.above) if part)
        page.write(row, 0, row - 6, middle)
        page.write(row, 1, person.name, cell)
        page.write(row, 2, born, middle)
        page.write(row, 3, place, cell)
        page.write(row, 4, printed(score) if score is not None else "–", middle)
        page.write(row, 5, in_words(score) if score is not None else "", cell)
        page.write(row, 6, (band(score) or "Không đạt") if score is not None else "Chờ chấm", middle)
        page.write(row, 7, "" if taker.passed else "Chưa đạt" if score is not None else "", middle)
    page.merge_range(row + 2, 0, row + 2, 7, f"(Danh sách gồm {len(takers)} đồng chí)", centred)
    page.merge_range(row + 4, 0, row + 4, 3, "NGƯỜI LẬP BIỂU", bold)
    page.merge_range(row + 4, 4, row + 4, 7, "T/M BAN TỔ CHỨC LỚP", bold)
    book.close()
    return stream.getvalue()
