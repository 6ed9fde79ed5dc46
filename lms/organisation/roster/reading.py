"""From a spreadsheet to records: finds the table in the office's form, and names what it cannot read, cell by cell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from lms.errors import Refused
from lms.organisation.roster.dates import birth
from lms.organisation.roster.synonyms import ENDS, column, post_kinds
from lms.text import clean, fold, foreign_letters

HEADER_WITHIN = 20
_ROMAN = re.compile(r"[IVXLC]+\.?")


@dataclass
class Record:
    """One person of the list, as read."""

    place: str
    name: str
    unit: str
    section: str
    kinds: list[str]
    birth_on: date | None = None
    birth_year: int | None = None
    gender: str = ""
    phone: str = ""
    email: str = ""


@dataclass
class Roster:
    """Everything a file says: records, the organisation in its heading, and what could not be read, with the place."""

    records: list[Record] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    rows: int = 0


def read(data: bytes, today: date) -> Roster:
    """Reads a workbook. Raises Refused when it is none, or when no sheet has a table of people."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(
            _("This file is no spreadsheet that can be read (.xlsx). Open it in Excel, save it as .xlsx and try again.")
        ) from error
    roster = Roster()
    found = [_sheet(name, rows, roster, today) for name, rows in sheets]
    if not any(found):
        raise Refused(
            _("No list was found: within the first %(count)s rows there must be a heading with “Họ và tên” and "
              "“Chức vụ” or “Đơn vị”.", count=HEADER_WITHIN)
        )  # fmt: skip
    return roster


def _sheet(name: str, rows: list[list[Any]], roster: Roster, today: date) -> bool:
    header = next((i for i, row in enumerate(rows[:HEADER_WITHIN]) if _is_header(row)), None)
    if header is None:
        return False
    roster.headings += [text for row in rows[:header] for text in _texts(row[: max(1, len(row) // 2)])]
    columns = {column(str(cell)): index for index, cell in reversed(list(enumerate(rows[header]))) if column(str(cell))}
    section = ""
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        texts = _texts(row)
        if not texts or all(text.isdigit() and len(text) < 3 for text in texts):  # blank, or columns numbered 1 2 3
            continue
        if any(fold(text).startswith(ENDS) for text in texts[:2]):
            break
        cells = {key: row[index] if index < len(row) else "" for key, index in columns.items()}
        if (title := _section(texts, cells)) is not None:
            section = title
            continue
        roster.rows += 1
        place = _("sheet «%(sheet)s», row %(row)s", sheet=name, row=number)
        roster.records += _record(cells, place, section, roster, today)
    return True


def _is_header(row: list[Any]) -> bool:
    known = {column(str(cell)) for cell in row}
    return ("name" in known or {"family", "given"} <= known) and bool(known & {"post", "unit"})


def _texts(row: list[Any]) -> list[str]:
    return [text for cell in row if (text := clean(str(cell)))]


def _section(texts: list[str], cells: dict[str, Any]) -> str | None:
    """The unit that a section row names: "I | Chi bộ A", or a single merged cell "I. Chi bộ A"."""
    if _ROMAN.fullmatch(texts[0]) and 2 <= len(texts) <= 3 and not clean(str(cells.get("post", ""))):
        return texts[1]
    joined = re.fullmatch(r"[IVXLC]+\s*[.)/:-]\s*(.+)", texts[0])
    return joined.group(1) if joined and len(texts) == 1 else None


def _record(cells: dict[str, Any], place: str, section: str, roster: Roster, today: date) -> Iterator[Record]:
    def problem(heading: str, sentence: str) -> None:
        roster.problems.append(_("%(place)s, column %(column)s: %(what)s", place=place, column=heading, what=sentence))

    def text(key: str) -> str:
        value = cells.get(key, "")
        return clean(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))

    name = text("name") or clean(f"{text('family')} {text('given')}")
    if not name:
        problem("Họ và tên", _("the name is missing"))
        return
    if foreign := foreign_letters(name):
        problem("Họ và tên", _("«%(name)s» has letters that are not Vietnamese: %(letters)s", name=name,
                               letters=" ".join(foreign)))  # fmt: skip
        return
    try:
        birth_on, birth_year = birth(cells.get("birth", ""), today)
    except ValueError:
        problem("Ngày sinh", _("«%(text)s» is no day of birth", text=text("birth")))
        return
    kinds, others = post_kinds(text("post"))
    if not kinds:
        sentence = _("«%(text)s» is none of the posts that are counted", text=text("post")) if others else _("no post")
        problem("Chức vụ", sentence)
        return
    gender = {"nam": "nam", "nu": "nữ", "x": "nam"}.get(fold(text("gender")), "")
    yield Record(
        place, name, text("unit"), section, kinds, birth_on, birth_year, gender, phone(text("phone")), text("email")
    )


def phone(text: str) -> str:
    """The first number in a cell, ten digits where it can be made so: a lost leading 0 and +84 are put right."""
    digits = re.sub(r"[\s.\-()]", "", re.split(r"[,;/]", text)[0])
    digits = re.sub(r"^\+?84(?=\d{9}$)", "0", digits)
    return f"0{digits}" if len(digits) == 9 and digits.isdigit() and digits[0] in "35789" else digits
