"""Fonts, made at set-up: subset to the Vietnamese repertoire, as TrueType for papers and woff2 for pages.

`python -m lms.fonts [folder]` makes them; what is there already is left alone. The same packages give the same bytes.
"""

import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fontpkg
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
_SIGNS = "\u00a0–—“”‘’…•§№→←×·°−≤≥≠€«»✓"


@dataclass(frozen=True)
class Face:
    """One font file to be made from an installed package."""

    name: str
    family: str
    weight: int
    style: str = "normal"
    web: bool = False


FACES = (
    Face("sans", "be-vietnam-pro", 400, web=True),
    Face("sans-bold", "be-vietnam-pro", 600, web=True),
    Face("serif", "source-serif-4", 400),
    Face("serif-bold", "source-serif-4", 700),
    Face("serif-italic", "source-serif-4", 400, "italic"),
)
WEB_NAMES = {"sans": "be-vietnam-pro-400", "sans-bold": "be-vietnam-pro-600"}


def folder_of(data_folder: Path) -> Path:
    """Where an installation keeps its fonts."""
    return Path(data_folder).resolve() / "fonts"


def repertoire() -> str:
    """Every Vietnamese letter in both cases, ASCII, Latin-1 and the signs that papers use."""
    letters = {unicodedata.normalize("NFC", v + tone) for v in _VOWELS for tone in _TONES} | {"đ"}
    letters |= {letter.upper() for letter in letters}
    ascii_and_latin = {chr(c) for c in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
    return "".join(sorted(letters | ascii_and_latin | set(_SIGNS) | set(_MARKS)))


def build(folder: Path) -> int:
    """Makes the files that are missing; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    for face in FACES:
        ttf, woff2 = folder / f"{face.name}.ttf", folder / f"{WEB_NAMES.get(face.name, '')}.woff2"
        if not ttf.exists():
            _write(_make(face), ttf)
            made += 1
        if face.web and not woff2.exists():
            font = TTFont(ttf, recalcTimestamp=False)
            font.flavor = "woff2"
            _write(font, woff2)
            made += 1
    return made


def _make(face: Face) -> TTFont:
    source = fontpkg.path(face.family, style=face.style) if _variable(face) else _static(face)
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp"]
    options.hinting = False
    options.name_IDs = [1, 2, 3, 4, 6]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(text=repertoire())
    # Subset first: instancing the whole variable font takes ten times as long.
    cutter.subset(font)
    if _variable(face):
        font = instancer.instantiateVariableFont(font, {"wght": face.weight, "opsz": 14})
    # A PDF library takes two fonts of one PostScript name for the same: each gets its own.
    name = f"Lms-{face.name}"
    for name_id in (1, 3, 4, 6):
        font["name"].setName(name, name_id, 3, 1, 0x409)
    return font


def _variable(face: Face) -> bool:
    return bool(fontpkg.family(face.family).is_variable)


def _static(face: Face) -> Path:
    return Path(fontpkg.path(face.family, weight=face.weight, style=face.style))


def _write(font: TTFont, target: Path) -> None:
    part = target.with_suffix(".part")
    font.save(part)
    part.rename(target)


@cache
def _covered(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_letters(path: Path, text: str) -> str:
    """The letters of `text` that the font at `path` does not have, each once, in their order."""
    covered = _covered(path)
    return "".join(dict.fromkeys(c for c in unicodedata.normalize("NFC", text) if ord(c) not in covered))


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("instance/fonts"))
