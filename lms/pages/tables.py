"""Long lists: pages of rows, and the same rows as a spreadsheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote

import xlsxwriter
from flask import Response, request, url_for
from sqlalchemy import Select, func, select

from lms.db import db


@dataclass(frozen=True)
class Page:
    """One page of a list. `rows` are the select's rows (scalars when it selects one thing)."""

    rows: Sequence[Any]
    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def prev_url(self) -> str:
        return self._url(self.page - 1)

    @property
    def next_url(self) -> str:
        return self._url(self.page + 1)

    def _url(self, page: int) -> str:
        arguments = {**(request.view_args or {}), **request.args.to_dict(), "page": page}
        return url_for(str(request.endpoint), **arguments)


def paginate(query: Select[*tuple[Any, ...]], size: int = 50, *, scalars: bool = True) -> Page:
    """The page that the address asks for (`?page=`); a number out of range gives the nearest page."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // size))
    page = min(max(request.args.get("page", 1, type=int) or 1, 1), last)
    result = db.session.execute(query.limit(size).offset((page - 1) * size))
    return Page(result.scalars().all() if scalars else result.all(), page, size, total)


def xlsx(sheet: str, header: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int] = (), *,
         made_at: datetime | None = None) -> bytes:  # fmt: skip
    """A spreadsheet with one sheet: bold header, frozen, filterable. Text is never taken for a formula.

    With `made_at`, the moment it says it was made at, the same rows are the same bytes.
    """
    stream = BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    if made_at:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
    page = book.add_worksheet(sheet[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#F3E9E9"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
    # A text that begins like a formula keeps Excel's own sign for text, also when it is saved as something else.
    quoted = book.add_format({"quote_prefix": True})
    for column, width in enumerate(widths or [18] * len(header)):
        page.set_column(column, column, width)
    page.write_row(0, 0, header, bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if hasattr(value, "isoformat"):
                page.write_datetime(last, column, value, day)
            elif isinstance(value, str) and value[:1] in tuple("=+-@\t"):
                page.write_string(last, column, value, quoted)
            elif value is not None:
                page.write(last, column, value)
    page.set_paper(9)  # A4, one page wide, the heading on each
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(last, 1), len(header) - 1)
    book.close()
    return stream.getvalue()


def send_xlsx(name: str, sheet: str, header: Sequence[str], rows: Iterable[Sequence[Any]],
              widths: Sequence[int] = ()) -> Response:  # fmt: skip
    """Answers with a spreadsheet to save under `name`."""
    return send_workbook(name, xlsx(sheet, header, rows, widths))


def send_workbook(name: str, data: bytes) -> Response:
    """Answers with a finished spreadsheet to save under `name`."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = Response(data, mimetype=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
