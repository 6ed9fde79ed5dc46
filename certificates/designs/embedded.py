"""Font files as PDFs carry them: only the letters that papers need, each with the text that it stands for."""

import hashlib
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
# A program that draws glyphs by number needs no more than these.
_TABLES = ("head", "hhea", "hmtx", "maxp", "loca", "glyf", "cvt ", "fpgm", "prep")


def _vietnamese() -> str:
    letters = {unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES} | {"đ"}
    ascii_letters = {chr(code) for code in range(0x20, 0x7F)}
    return "".join(sorted(letters | {letter.upper() for letter in letters} | ascii_letters | set("–—“”‘’…·")))


VIETNAMESE = _vietnamese()


@dataclass(frozen=True)
class EmbeddedFont:
    """A font of a PDF: `codes` gives each letter's four hexadecimal digits in a text string."""

    name: str
    codes: dict[str, str]
    widths: str
    file: bytes
    length: int
    to_unicode: bytes
    descriptor: str


@lru_cache(maxsize=64)
def embedded(path: Path, letters: str | None = None) -> EmbeddedFont:
    """The face at `path` with these letters (None: all that it has). The same letters give the same bytes."""
    font = TTFont(BytesIO(path.read_bytes()), recalcTimestamp=False)
    em, box = font["head"].unitsPerEm, font["head"]
    name = str(font["name"].getDebugName(6))
    if letters is not None:
        font = _only(font, letters)
    cmap = font.getBestCmap()
    order = {glyph: number for number, glyph in enumerate(font.getGlyphOrder())}
    codes = {chr(code): f"{order[glyph]:04X}" for code, glyph in cmap.items()}
    widths = [round(font["hmtx"][glyph][0] * 1000 / em) for glyph in font.getGlyphOrder()]
    bounds = [round(value * 1000 / em) for value in (box.xMin, box.yMin, box.xMax, box.yMax)]
    os2 = font["OS/2"]
    italic = "italic" in name.lower()
    flags, angle, stem = 6 + 64 * italic, -11 * italic, 140 if "bold" in name else 80
    descriptor = (
        f"/Flags {flags} /ItalicAngle {angle} /StemV {stem} "
        f"/FontBBox [{' '.join(map(str, bounds))}] /Ascent {round(os2.sTypoAscender * 1000 / em)} "
        f"/Descent {round(os2.sTypoDescender * 1000 / em)} /CapHeight {round(os2.sCapHeight * 1000 / em)}"
    )
    for table in set(font.keys()) - set(_TABLES) - {"GlyphOrder"}:
        del font[table]
    stream = BytesIO()
    font.save(stream, reorderTables=True)
    data = stream.getvalue()
    tag = "".join(chr(ord("A") + byte % 26) for byte in hashlib.sha256(data).digest()[:6])
    return EmbeddedFont(
        f"{tag}+{name}", codes, " ".join(map(str, widths)), zlib.compress(data, 9), len(data),
        zlib.compress(_to_unicode(codes.items()).encode(), 9), descriptor,
    )  # fmt: skip


def _only(font: TTFont, letters: str) -> TTFont:
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    return font


def _to_unicode(codes: Iterable[tuple[str, str]]) -> str:
    """The CMap by which readers copy and speak the text: each glyph as its composed (NFC) letter."""
    # Several characters may share a glyph (hyphen and soft hyphen, blank and no-break space): the plain one is meant.
    plain = {code: letter for letter, code in sorted(codes, reverse=True)}
    rows = [f"<{code}> <{letter.encode('utf-16-be').hex().upper()}>" for code, letter in sorted(plain.items())]
    parts = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    body = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    )
