"""Vietnamese text: one spelling at every door, a search fold, a sort key, and the way dates and numbers are written."""

import re
import unicodedata
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache

# Letters that look Vietnamese and are not, as they come from copies and old fonts; and blanks that are none.
_LOOKALIKES = str.maketrans(
    {
        "\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u01a2": "Ư", "\u01a3": "ư", "\u00a0": " ", "\u202f": " ",
        "\u200b": "", "\u200c": "", "\u200d": "", "\u00ad": "", "\ufeff": "", "\u2060": "",
    }
)  # fmt: skip
_TO_MEND = re.compile(f"[{''.join(map(chr, _LOOKALIKES))}]")
_MARKS = re.compile("[\u0300-\u034e\u0350-\u036f]")
# How letters are ordered in Vietnamese dictionaries; f, j, w and z stand where Latin has them.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng
_SHAPES = ("\u0302", "\u0306", "\u031b")  # â, ă, ơ


def clean(text: str) -> str:
    """NFC, lookalike letters put right, every run of blanks one space, none at the ends. Cleaning twice is once."""
    if not text.isascii() and (_TO_MEND.search(text) or not unicodedata.is_normalized("NFC", text)):
        text = unicodedata.normalize("NFC", text.translate(_LOOKALIKES)).translate(_LOOKALIKES)
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def fold(text: str) -> str:
    """What search compares: no tones, no marks, đ as d, small letters."""
    text = clean(text).lower()
    if text.isascii():
        return text
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text)).replace("đ", "d")
    return plain if plain.isascii() else "".join(c for c in plain if not unicodedata.combining(c))


def tone_neutral(text: str) -> str:
    """Equal for hoà and hòa, uý and úy: the letters with their marks, then the tones of each word."""
    return " ".join(_tone_neutral_word(word) for word in clean(text).lower().split())


@lru_cache(maxsize=4096)
def _tone_neutral_word(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    tones = "".join(c for c in parts if c in _TONES)
    letters = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    return letters + tones


def name_key(name: str) -> str:
    """A plain ASCII key that sorts full names as Vietnamese lists do: given name, then family, then middle names.

    Word by word: letters first, then tone, so that every Hòa stands before every Hóa whatever the family name. The
    same order under SQLite's BINARY and PostgreSQL's "C" collation.
    """
    words = clean(name).lower().split()
    return " ".join(_word_key(word) for word in words[-1:] + words[:-1])


@lru_cache(maxsize=4096)
def _word_key(word: str) -> str:
    letters: list[str] = []
    tones = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tones.append(str(_TONES[char]))
        elif char in _SHAPES and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
        else:
            letters.append(char)
    ranks = "".join(chr(ord("A") + _ALPHABET.index(c)) if c in _ALPHABET else "!" for c in letters)
    return (
        f"{ranks}#{''.join(tones) or '0'}"
        if ranks.strip("!")
        else f"{ranks}~{''.join(format(ord(c), 'x') for c in letters)}"
    )


def foreign_letters(text: str) -> list[str]:
    """Letters of a name that are neither Latin nor Vietnamese, in their order."""
    return [c for c in clean(text) if c.isalpha() and not unicodedata.name(c, "").startswith("LATIN ")]


def short_date(day: date) -> str:
    """05/02/2026."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def vietnamese_date(day: date) -> str:
    """ngày 05 tháng 02 năm 2026: days below 10 and the months 1 and 2 are padded (HD 05-HD/VPTW)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def number_vi(value: int | float | Decimal | None) -> str:
    """5.500 and 8,5: dot for thousands, comma for decimals; an en dash for nothing."""
    if value is None:
        return "–"
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def rate(part: int, whole: int) -> Decimal | None:
    """Percent with one decimal, cut off and never rounded up: 100 only when all are; None where there is no whole."""
    if whole == 0:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_FLOOR)


def percent_vi(value: Decimal | float | None) -> str:
    """97,4%; 100% without decimals; an en dash for nothing."""
    if value is None:
        return "–"
    cut = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_FLOOR)
    return f"{number_vi(int(cut) if cut == int(cut) else cut)}%"
