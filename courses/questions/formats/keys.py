"""The key in a second file: «1. A», «Câu 2: B», a table of numbers and letters, in Word, Excel or text."""

import re
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from courses.questions.formats.base import text_of
from courses.questions.formats.cells import rows_by_sheet
from courses.questions.formats.listed import KEY_PAIR
from courses.questions.formats.word import open_word, tables_and_text
from lms.errors import Refused
from lms.text import clean


def read_key(data: bytes) -> dict[int, str]:
    """The letters by question number. Raises Refused when the file names none."""
    if data[:4] == b"PK\x03\x04" and b"word/" in data:
        tables, texts = tables_and_text(open_word(data))
        found = pairs_of(texts)
        for table in tables:
            found |= table_key(table)
    elif data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        found = {}
        for rows in rows_by_sheet(data).values():
            found |= table_key([[_cell(cell) for cell in row] for row in rows])
    else:
        found = pairs_of(text_of(data).split("\n"))
    if not found:
        raise Refused(_("The second file holds no key like «1. A»."))
    return found


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value == int(value) else clean(str(value))


def pairs_of(texts: Iterable[str]) -> dict[int, str]:
    """«1. A  2. B» on any number of lines."""
    return {int(number): letters.upper() for text in texts for number, letters in KEY_PAIR.findall(text)}


def table_key(rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """Numbers above or beside their letters, with or without a heading; or «1. A» in the cells."""
    found: dict[int, str] = {}
    for row, below in zip(rows, [*rows[1:], []], strict=True):
        cells = [clean(cell) for cell in row]
        under = [clean(cell) for cell in below]
        numbers = [re.sub(r"(?i)^câu\s*", "", cell) for cell in cells]
        # A row of numbers with a row of letters below it.
        if sum(number.isdigit() for number in numbers) > 1 and len(under) == len(cells):
            found |= {int(n): _letters(letter) for n, letter in zip(numbers, under, strict=True)
                      if n.isdigit() and _letters(letter)}  # fmt: skip
        # A number and its letter side by side.
        for number, letter in zip(numbers, cells[1:], strict=False):
            if number.isdigit() and _letters(letter):
                found[int(number)] = _letters(letter)
        found |= pairs_of(cells)
    return found


def _letters(cell: str) -> str:
    return cell.upper() if re.fullmatch(r"[A-Za-z](\s*[,;]\s*[A-Za-z])*", cell) else ""
