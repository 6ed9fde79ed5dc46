"""Numbers as Vietnamese offices type them: a decimal comma, dots or blanks between thousands, a unit behind."""

import re
from fractions import Fraction

_TYPED = re.compile(r"\s*([+\-−]?)\s*([0-9][0-9.,\s]*|[.,][0-9]+)\s*(\S.*?)?\s*")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}([.\s][0-9]{3})+")


def read_number(typed: str) -> tuple[Fraction, str] | None:
    """The number and the unit behind it; None when it is no number.

    The comma is the decimal sign. A dot is one too, unless it stands between thousands: 5.500 is 5500, 5.50 is 5,5.
    """
    found = _TYPED.fullmatch(typed)
    if found is None:
        return None
    sign, digits, unit = found.group(1), found.group(2).strip(), found.group(3) or ""
    whole, comma, decimals = digits.partition(",")
    if not comma and not _THOUSANDS.fullmatch(whole):
        whole, _dot, decimals = whole.partition(".")
    elif _THOUSANDS.fullmatch(whole):
        whole = re.sub(r"[.\s]", "", whole)
    if not (whole + decimals).isascii() or not (whole + decimals).isdigit():
        return None
    value = Fraction(int(whole + decimals), 10 ** len(decimals))
    return (-value if sign in ("-", "−") else value), unit
