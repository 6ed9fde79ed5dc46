"""What the cells of a roster say: days, phones, names, sexes, marks. Nothing is guessed: what is no day raises."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from lms.text import clean, fold, foreign_letters

YOUNGEST = 16
# Day 0 of Excel's calendar, with its invented 29/02/1900 already taken into account.
_EXCEL_EPOCH = date(1899, 12, 30)
_SEPARATED = re.compile(r"(\d{1,2})\s*[/.\-\\]\s*(\d{1,2})\s*[/.\-\\]\s*(\d{4}|\d{2})\b\.?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_WORDS = re.compile(r"(?:ngay)?\s*(\d{1,2})\s*thang\s*(\d{1,2})\s*nam\s*(\d{4})")
_MONTH = re.compile(r"(?:thang\s*)?(\d{1,2})\s*[/.\-]\s*(\d{4})")
MARKS = {"x", "v", "co", "1", "true", "✓", "✔", "☑", "√", "", "ü", "*"}
# The Excel of offices set to American days swaps what it can: a day of 12 or less becomes a month.
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"

Birth = tuple[date | None, int | None]


def text_of(value: Any) -> str:
    """A cell as clean text; a day as dd/mm/yyyy."""
    if value is None or isinstance(value, bool):
        return "x" if value is True else ""
    if isinstance(value, tuple):
        day = date.fromisoformat(value[1])
        return f"{day.day:02d}/{day.month:02d}/{day.year}"
    return clean(value if isinstance(value, str) else f"{value}")


def is_mark(value: Any) -> bool:
    """Whether a cell is ticked: x, X, v, ✓, 1."""
    return value is True or (value is not None and value != "" and text_of(value).lower() in MARKS)


def birth(value: Any, today: date, order: str = DAY_FIRST, swapped: bool = False) -> Birth:
    """(day, year) of birth: dd/mm/yyyy and its spellings, a real day, an Excel serial, a month and year, or a year.

    `order` is that of text; `swapped` says that Excel took the days of this column for months. Two-digit years are
    19xx where 20xx would be too young. Raises ValueError for what is no such day.
    """
    day, year = day_or_year(value, order, swapped, today.year - YOUNGEST)
    if year is not None and not 1900 <= year <= today.year - YOUNGEST:
        raise ValueError(text_of(value))
    return day, year


def day_or_year(value: Any, order: str, swapped: bool, newest: int) -> Birth:
    """The day that a cell says, or its year alone; (None, None) for an empty cell."""
    if value is None or value == "":
        return None, None
    if isinstance(value, tuple):
        day = date.fromisoformat(value[1])
        if swapped and day.day <= 12:
            day = date(day.year, day.day, day.month)
        return day, day.year
    if isinstance(value, int | float):
        return _number(int(value), newest)
    text = clean(value).strip(" .'’")
    if text.isdigit():
        return _number(int(text), newest)
    text = fold(re.sub(r"\s*\(.*\)$", "", text))
    if found := _SEPARATED.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        year = _full_year(year, newest) if len(found[3]) == 2 else year
        if first == second == 0:
            return None, year
        return (date(year, first, second) if order == MONTH_FIRST else date(year, second, first)), year
    if found := _WORDS.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1])), int(found[3])
    if found := _ISO.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3])), int(found[1])
    if (found := _MONTH.fullmatch(text)) and 1 <= int(found[1]) <= 12:
        return None, int(found[2])
    raise ValueError(text)


def _number(value: int, newest: int) -> Birth:
    if 1900 <= value <= 2200:
        return None, value
    if 0 <= value <= 99:
        return None, _full_year(value, newest)
    if 5000 <= value <= 60000:
        day = _EXCEL_EPOCH + timedelta(days=value)
        return day, day.year
    if 1011900 <= value <= 31122100 and len(str(value)) in (7, 8):  # 02091970, its first zero perhaps lost
        digits = f"{value:08d}"
        day = date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
        return day, day.year
    raise ValueError(str(value))


def _full_year(year: int, newest: int) -> int:
    return 2000 + year if 2000 + year <= newest else 1900 + year


def order_of(values: Iterable[Any]) -> tuple[str, bool]:
    """(order, swapped) of a column of days: how its texts are written, and whether Excel swapped its real days.

    A column is written month first when some text can only be read so and none only the other way. Real days are
    swapped when none of them is after the 12th while texts, which Excel could not swap, are.
    """
    day_first = month_first = real = real_late = 0
    for value in values:
        if isinstance(value, tuple):
            real += 1
            real_late += date.fromisoformat(value[1]).day > 12
        elif isinstance(value, str) and (found := _SEPARATED.fullmatch(clean(value))):
            day_first += int(found[1]) > 12
            month_first += int(found[2]) > 12 >= int(found[1])
    order = MONTH_FIRST if month_first and not day_first else DAY_FIRST
    return order, bool(real and not real_late and (day_first >= 2 or (day_first and real >= 3)))


_OLD_MOBILE = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083", "0124": "084",
    "0125": "085", "0127": "081", "0129": "082", "0186": "056", "0188": "058", "0199": "059",
    **{f"016{n}": f"03{n}" for n in range(2, 10)},
}  # fmt: skip


def phone(value: Any) -> tuple[str, str]:
    """(number, rest): the first number that can be one, ten digits, and the other numbers of the cell as written.

    A lost leading 0 and +84 are put right, mobile numbers of eleven digits are those of 2018. "" and the text where
    there is none.
    """
    text = text_of(value)
    if not text:
        return "", ""
    pieces = [piece for piece in re.split(r"[,;/\n]|\s-\s|\s{2,}|(?<=\d{9})\s+(?=\+?\d)|hoặc", text) if piece.strip()]
    numbers = [(_phone(piece), piece.strip()) for piece in pieces]
    good = next((i for i, (number, _text) in enumerate(numbers) if number), None)
    if good is None:
        return _phone(text), "" if _phone(text) else text
    return numbers[good][0], "; ".join(piece for i, (_number, piece) in enumerate(numbers) if i != good)


def _phone(text: str) -> str:
    digits = re.sub(r"[\s.\-()'’]|^\D+(?=[+\d])", "", text)
    digits = re.sub(r"^(\+|00)?84(?=[1-9]\d{8,9}$)", "0", digits)
    if not digits.isdigit():
        return ""
    if len(digits) in (9, 10) and digits[0] != "0":
        digits = f"0{digits}"
    if len(digits) == 11 and digits[:4] in _OLD_MOBILE:
        digits = _OLD_MOBILE[digits[:4]] + digits[4:]
    mobile = len(digits) == 10 and digits[1] in "35789"
    return digits if mobile or (len(digits) in (10, 11) and digits.startswith("02")) else ""


def gender(value: Any) -> str:
    """nam or nữ, or nothing."""
    return {"nam": "nam", "nu": "nữ", "m": "nam", "f": "nữ", "male": "nam", "female": "nữ", "ong": "nam",
            "ba": "nữ"}.get(fold(text_of(value)).strip(" ."), "")  # fmt: skip


_TITLE = re.compile(r"^\s*(\d{1,3}\s*[.)]\s+)?(đ/c|đ\.c\.?|đồng chí|đc\.?)\s*:?\s+", re.IGNORECASE)


def person_name(text: str) -> tuple[str, str]:
    """(name, note): the name without «đ/c», numbering, brackets and stars; NGUYỄN VĂN AN as Nguyễn Văn An."""
    name = _TITLE.sub("", clean(text))
    name = re.sub(r"^\d{1,4}\s*[.)]\s*", "", name)
    bracket = re.search(r"\s*\((.*)\)\s*$", name)
    name = clean(re.sub(r"\s*\(.*\)\s*$", "", name).strip(" *.,;"))
    if name.isupper() and len(name) > 3:
        name = re.sub(r"[^\W\d_]+", lambda word: word[0][0] + word[0][1:].lower(), name)
    return name, bracket[1] if bracket else ""


# Latin letters and those of Vietnamese, with what may stand between them.
_PLAIN_NAME = re.compile("[A-Za-z\u00c0-\u01b0\u1ea0-\u1ef9 '’.-]+")


def name_problem(name: str) -> str:
    """Why a text cannot be the name of a person; empty when it can."""
    if name[:1] in ("=", "+", "-", "@") or "://" in name:
        return str(_("«%(name)s» is a formula or an address, not a name", name=name[:60]))
    if not _PLAIN_NAME.fullmatch(name) and (foreign := foreign_letters(name)):
        return str(
            _("«%(name)s» has letters that are not Vietnamese: %(letters)s", name=name, letters=" ".join(foreign))
        )
    if re.search(r"\d", name):
        return str(_("«%(name)s» has digits in it", name=name))
    if not re.search(r"[^\W\d_]", name) or len(name) > 80:
        return str(_("«%(name)s» is no name", name=name[:80]))
    return ""
