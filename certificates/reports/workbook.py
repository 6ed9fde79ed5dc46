"""The table and the names of a report as a spreadsheet, by the form of the Party or of the State."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from io import BytesIO
from typing import Any

import xlsxwriter

from certificates.reports.content import day, rate_of
from certificates.reports.office import FORMS, Form, Office
from certificates.reports.papers import (
    NAMES,
    PARTS,
    TABLE_TITLE,
    Content,
    Mark,
    about,
    numbered,
    office_in,
    rows_of,
    titles,
)
from lms.text import percent_vi

_BASE: dict[str, Any] = {"font_name": "Times New Roman", "font_size": 12}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "align": "center", "font_size": 14},
    "about": {"italic": True, "align": "center"},
    "head": {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1},
    "text": {"border": 1, "text_wrap": True, "valign": "vcenter"},
    "count": {"border": 1, "num_format": "#,##0", "align": "right", "valign": "vcenter"},
    "rate": {"border": 1, "align": "right", "valign": "vcenter"},
    "total": {"border": 1, "bold": True, "num_format": "#,##0", "align": "right"},
    "total_text": {"border": 1, "bold": True, "valign": "vcenter"},
    "plain": {"font_size": 10},
    "light": {"align": "center"},
    "strong": {"bold": True, "align": "center"},
    "ruled": {"bold": True, "align": "center", "underline": 1},
}
LISTS = {"Chưa hoàn thành": "missing", "Đã hoàn thành": "trained", "Được miễn": "exempt"}
# The row of the spreadsheet at which the table begins.
HEAD = 8
# The height of a line of text: not every program makes rows as high as what is wrapped in them.
LINE = 16


def workbook(content: Content, mark: Mark, office: Office, form: str) -> bytes:
    """The table and the names as a spreadsheet: figures are numbers, text is never taken for a formula (.xlsx)."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime.combine(day(content["on"]), time.min)})
    styles = {name: book.add_format(_BASE | more) for name, more in _STYLES.items()}
    _table_sheet(book, styles, content, str(mark), office_in(content, office), FORMS[form])
    for name, key in LISTS.items():
        if content.get(key) is not None:
            _names_sheet(book.add_worksheet(name), styles, content[key])
    book.close()
    return stream.getvalue()


def _names_sheet(sheet: Any, styles: Mapping[str, Any], names: Sequence[Sequence[Any]]) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 5, 26)
    sheet.write_row(0, 0, NAMES, styles["head"])
    for index, row in enumerate(numbered(names), start=1):
        sheet.write_row(index, 0, row, styles["text"])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)


def _heading(sheet: Any, styles: Mapping[str, Any], last: int, office: Office, form: Form) -> None:
    """The two blocks at the top and the title; what the clerk fills in is left blank."""
    middle = max(3, last // 2)
    number = form.number.format(kind="BC", code=office.code)
    *first, lowest = form.right
    left = [
        (office.superior.upper(), "light"),
        (office.name.upper(), "strong"),
        (form.under_office or "_______", "strong"),
    ]
    right = [*((words, "strong") for words in first), (lowest, "ruled"),
             (f"{office.place}, ngày       tháng       năm        ", "about")]  # fmt: skip
    for start, end, lines in ((0, middle - 1, left), (middle, last, right)):
        for row, (words, style) in enumerate(lines):
            sheet.merge_range(row, start, row, end, words, styles[style])
    sheet.merge_range(4, 0, 4, last, TABLE_TITLE, styles["title"])
    sheet.merge_range(
        6, 0, 6, last, f"(Kèm theo Báo cáo {number}, ngày       tháng       năm        )", styles["about"]
    )


def _table_sheet(book: Any, styles: Mapping[str, Any], content: Content, mark: str, office: Office, form: Form) -> None:
    sheet = book.add_worksheet("Biểu")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    groups = titles(content)
    note = 2 + 3 * len(groups)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 38)
    sheet.set_column(2, note - 1, 8)
    sheet.set_column(note, note, 22)
    _heading(sheet, styles, note, office, form)
    sheet.merge_range(5, 0, 5, note, about(content), styles["about"])
    for column, words in ((0, "STT"), (1, "Đơn vị"), (note, "Ghi chú")):
        sheet.merge_range(HEAD, column, HEAD + 1, column, words, styles["head"])
    for index, group in enumerate(groups):
        sheet.merge_range(HEAD, 2 + 3 * index, HEAD, 4 + 3 * index, group, styles["head"])
        sheet.write_row(HEAD + 1, 2 + 3 * index, PARTS, styles["head"])
    sheet.set_row(HEAD, 2 * LINE)
    lines = [*content["lines"], content["total"]]
    codes = [kind["code"] for kind in content["kinds"]]
    for row, (line, texts) in enumerate(zip(lines, rows_of(content), strict=True), start=HEAD + 2):
        bold = line is content["total"]
        sheet.set_row(row, LINE * max(-(-len(str(texts[1])) // 38), -(-len(texts[-1]) // 20), 1))
        sheet.write(row, 0, texts[0], styles["total" if bold else "count"])
        sheet.write(row, 1, texts[1], styles["total_text" if bold else "text"])
        sheet.write_string(row, note, texts[-1], styles["total_text" if bold else "text"])
        pairs = [*(line["kinds"].get(code, [0, 0]) for code in codes), line["all"]]
        for index, pair in enumerate(pairs):
            style = styles["total" if bold else "count"]
            sheet.write_number(row, 2 + 3 * index, pair[0], style)
            sheet.write_number(row, 3 + 3 * index, pair[1], style)
            sheet.write_string(row, 4 + 3 * index, percent_vi(rate_of(pair)), styles["total" if bold else "rate"])
    end = HEAD + 3 + len(lines)
    sheet.write(end, 1, "Người lập biểu", styles["strong"])
    sheet.write(end + 5, 0, mark, styles["plain"])
    signed = office.signer_title.splitlines() or [f"{form.authority} …"]
    for offset, words in enumerate([*signed, "", "", "", office.signer]):
        sheet.merge_range(end + offset, note - 4, end + offset, note, words, styles["strong"])
    sheet.freeze_panes(HEAD + 2, 2)
    sheet.repeat_rows(HEAD, HEAD + 1)
