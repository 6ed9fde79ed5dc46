"""Spreadsheets that we write: the roster of a unit, and an office's own sheet with what became of each row."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from lms.organisation.roster import sheets
from lms.organisation.roster.cells import text_of
from lms.pages.tables import xlsx
from lms.text import short_date

HEADER = ("STT", "Mã cán bộ", "Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ", "Mã đơn vị", "Đơn vị", "Hình thức",
          "Từ ngày", "Số điện thoại", "Email")  # fmt: skip
WIDTHS = (6, 12, 26, 12, 9, 34, 16, 36, 13, 12, 15, 26)
CAPACITIES = {"holder": "Chính thức", "acting": "Phụ trách", "concurrent": "Kiêm nhiệm", "seconded": "Biệt phái"}
RESULT = "Kết quả"


def roster_workbook(rows: Iterable[Any]) -> bytes:
    """The roster as a spreadsheet that can be filled in and imported again; without rows it is the template."""
    return xlsx("Danh sách", HEADER, (
        (n, r.code, r.name, short_date(r.birth_on) if r.birth_on else str(r.birth_year or ""), r.gender.capitalize(),
         r.post, r.unit_code, r.unit, CAPACITIES[r.capacity], short_date(r.valid_from), r.phone, r.email)
        for n, r in enumerate(rows, start=1)
    ), WIDTHS)  # fmt: skip


def result_workbook(path: Path, outcomes: Mapping[tuple[str, int], tuple[str, dict[str, Any]]]) -> bytes:
    """The office's sheets, row for row, with a column «Kết quả» behind the last one."""
    stream = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with sheets.opened(path) as found, xlsxwriter.Workbook(stream, options) as book:
        plain, safe = book.add_format({"text_wrap": True}), book.add_format({"text_wrap": True, "quote_prefix": True})
        looks = {"refused": "#FDE3E1", "ambiguous": "#FDF3DC", "new": "#E6F3EA", "changed": "#E6F3EA"}
        formats = {kind: book.add_format({"text_wrap": True, "bg_color": color}) for kind, color in looks.items()}
        for sheet in found.sheets:
            page = book.add_worksheet(sheet.name[:31])
            rows = [row for name, row in outcomes if name == sheet.name]
            first, final = min(rows, default=1), max(rows, default=1)
            last = max((len(cells) for row, cells in sheet if first - 2 <= row <= final), default=1)
            page.set_column(0, last - 1, 16)
            page.set_column(last, last, 60)
            for row, cells in sheet:
                for column, value in enumerate(cells):
                    if isinstance(value, int | float) and not isinstance(value, bool):
                        page.write_number(row - 1, column, value)
                    elif value is not None:
                        text = value if isinstance(value, str) else text_of(value)
                        page.write_string(row - 1, column, text[:32_000], safe if text[:1] in "=+-@\t" else plain)
                outcome = outcomes.get((sheet.name, row))
                if outcome is not None:
                    page.write_string(row - 1, last, sentence(*outcome), formats.get(outcome[0], plain))
                elif row == first - 1:
                    page.write_string(row - 1, last, RESULT, book.add_format({"bold": True}))
    return stream.getvalue()


def sentence(kind: str, data: Mapping[str, Any]) -> str:
    """What became of a row, for the person who sent it."""
    words = {"new": _("New person"), "changed": _("Changed"), "unchanged": _("Unchanged"), "refused": _("Not taken"),
             "ambiguous": _("Left open: choose who it is")}  # fmt: skip
    parts = [str(words[kind])]
    if data.get("reason"):
        parts.append(f"{data['column']}: {data['reason']}" if data.get("column") else data["reason"])
    parts += [seat["text"] for seat in data.get("seats", ())]
    return "; ".join([*parts, *data.get("notes", ())])
