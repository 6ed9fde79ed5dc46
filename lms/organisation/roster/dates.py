"""Days of birth as offices write them."""

import re
from datetime import date, datetime, timedelta
from typing import Any

_DAY = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})")
# Day 0 of Excel's calendar, with its invented 29/02/1900 already taken into account.
_EXCEL_EPOCH = date(1899, 12, 30)
YOUNGEST = 16


def birth(value: Any, today: date) -> tuple[date | None, int | None]:
    """(day, year) of birth from a cell: dd/mm/yyyy, dd.mm.yy, a real date, an Excel serial, or a year alone.

    Two-digit years are 19xx where 20xx would be too young. Raises ValueError for what is no such day.
    """
    if value is None or value == "":
        return None, None
    if isinstance(value, datetime):
        return _checked(value.date(), today)
    if isinstance(value, date):
        return _checked(value, today)
    if isinstance(value, int | float):
        return _number(int(value), today)
    text = str(value).strip()
    if text.isdigit():
        return _number(int(text), today)
    if found := _DAY.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        if year < 100:
            year += 2000 if 2000 + year <= today.year - YOUNGEST else 1900
        return _checked(date(year, month, day), today)
    raise ValueError(text)


def _number(value: int, today: date) -> tuple[date | None, int | None]:
    if 1900 <= value <= today.year - YOUNGEST:
        return None, value
    if 5000 <= value <= 60000:
        return _checked(_EXCEL_EPOCH + timedelta(days=value), today)
    raise ValueError(str(value))


def _checked(day: date, today: date) -> tuple[date, int]:
    if not 1900 <= day.year <= today.year - YOUNGEST:
        raise ValueError(day.isoformat())
    return day, day.year
