"""Rosters as offices make them, written as rows of cells."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

HEADER = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ (Đảng / chính quyền / đoàn thể)", "Đơn vị",
          "Số điện thoại", "Email", "Ghi chú")  # fmt: skip

Rows = Sequence[Sequence[Any]]


def workbook(*sheets: Rows, names: Sequence[str] = ()) -> bytes:
    """An .xlsx with these sheets; an empty cell is ''."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "in_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for index, rows in enumerate(sheets):
        sheet = book.add_worksheet(names[index] if names else None)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if hasattr(value, "isoformat"):
                    sheet.write_datetime(r, c, value, day)
                elif value != "":
                    sheet.write(r, c, value)
    book.close()
    return stream.getvalue()


def form(*people: Sequence[Any], header: Sequence[Any] = HEADER, organisation: str = "ĐẢNG ỦY BỘ A") -> list[list[Any]]:
    """The usual form: two headings side by side, the title, a header in row 7, people, total and signature."""
    return [
        ["ĐẢNG ỦY KHỐI THỬ NGHIỆM", "", "", "", "", "ĐẢNG CỘNG SẢN VIỆT NAM"],
        [organisation, "", "", "", "", "Hà Nội, ngày 02 tháng 3 năm 2026"],
        ["DANH SÁCH"],
        ["Cán bộ tham gia lớp bồi dưỡng nghiệp vụ công tác dân vận năm 2026"],
        ["(Kèm theo Công văn số 15-CV/ĐU, ngày 02/3/2026)"],
        [],
        list(header),
        *[list(person) for person in people],
        [f"(Danh sách gồm {len(people)} đồng chí)", "", "", "", "", "T/M BAN THƯỜNG VỤ"],
        ["", "", "", "", "", "Nguyễn Văn Ký"],
    ]
