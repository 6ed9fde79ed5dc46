"""The cells of a spreadsheet: their values through the host's reader, and how they are marked, which it leaves out."""

import re
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

from flask_babel import gettext as _

from courses.questions.formats.xml import parse_xml, read_zip
from lms.errors import Refused
from lms.organisation.roster.sheets import opened

MOST_ROWS = 20_000
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def rows_by_sheet(data: bytes) -> dict[str, list[list[object]]]:
    """The cells of each visible sheet, by row from 0, read by a process that may die of a hostile file without harm."""
    found: dict[str, list[list[object]]] = {}
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        with opened(Path(file.name)) as book:
            for sheet in book.sheets:
                rows: list[list[object]] = []
                for number, cells in sheet:
                    if number > MOST_ROWS:
                        raise Refused(_("A sheet has more than %(count)s rows: split it.", count=MOST_ROWS))
                    rows += [[]] * (number - 1 - len(rows))
                    rows.append([date.fromisoformat(c[1]) if isinstance(c, tuple) else c for c in cells])
                found[sheet.name] = rows
    return found


# Letters of a cell's text that carry a mark: (text, marks) in turn; a whole cell is one run.
Runs = list[tuple[str, frozenset[str]]]


def marks_by_sheet(data: bytes) -> dict[str, dict[tuple[int, int], Runs]]:
    """For each sheet the marked cells (row, column; from 0), with the runs of their text. Empty for .xls."""
    if data[:4] != b"PK\x03\x04":
        return {}
    files = read_zip(data)
    book = parse_xml(files["xl/workbook.xml"])
    relations = parse_xml(files["xl/_rels/workbook.xml.rels"])
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    styles = _styles(files.get("xl/styles.xml", b""))
    shared = _shared(files.get("xl/sharedStrings.xml", b""))
    found = {}
    for sheet in book.iter(f"{_NS}sheet"):
        target = targets.get(sheet.get(_REL), "").lstrip("/")
        name = target if target.startswith("xl/") else f"xl/{target}"
        if name in files:
            found[sheet.get("name", "")] = dict(_cells(parse_xml(files[name]), styles, shared))
    return found


def _cells(root: Element, styles: list[frozenset[str]], shared: list[Runs]) -> Iterable[tuple[tuple[int, int], Runs]]:
    for cell in root.iter(f"{_NS}c"):
        style = int(cell.get("s", "0"))
        whole = styles[style] if style < len(styles) else frozenset()
        runs: Runs = []
        value = cell.find(f"{_NS}v")
        if cell.get("t") == "s" and value is not None and (value.text or "").isdigit():
            runs = shared[int(value.text or "0")]
        elif cell.get("t") == "inlineStr":
            runs = _runs(cell.find(f"{_NS}is"))
        if whole or any(marks for _text, marks in runs):
            yield _place(cell.get("r", "A1")), [(text, marks | whole) for text, marks in runs] or [("", whole)]


def _place(reference: str) -> tuple[int, int]:
    letters, digits = re.fullmatch(r"([A-Z]+)([0-9]+)", reference).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(digits) - 1, column - 1


def _shared(data: bytes) -> list[Runs]:
    return [_runs(item) for item in parse_xml(data).iter(f"{_NS}si")] if data else []


def _runs(item: Element | None) -> Runs:
    if item is None:
        return []
    rich = item.findall(f"{_NS}r")
    if not rich:
        return [(item.findtext(f"{_NS}t", ""), frozenset())]
    return [(run.findtext(f"{_NS}t", ""), _font(run.find(f"{_NS}rPr"))) for run in rich]


def _styles(data: bytes) -> list[frozenset[str]]:
    """The marks of each cell style."""
    if not data:
        return []
    root = parse_xml(data)
    fonts = [_font(font) for font in root.findall(f"{_NS}fonts/{_NS}font")]
    fills = [_filled(fill) for fill in root.findall(f"{_NS}fills/{_NS}fill")]
    found = []
    for style in root.findall(f"{_NS}cellXfs/{_NS}xf"):
        font, fill = int(style.get("fontId", "0")), int(style.get("fillId", "0"))
        marks = (fonts[font] if font < len(fonts) else frozenset()) | (
            frozenset({"highlight"}) if fill < len(fills) and fills[fill] else frozenset()
        )
        found.append(marks)
    return found


def _font(font: Element | None) -> frozenset[str]:
    if font is None:
        return frozenset()
    found = set()
    for tag, mark in (("b", "bold"), ("u", "underline")):
        element = font.find(f"{_NS}{tag}")
        if element is not None and element.get("val", "1") not in ("0", "false", "none"):
            found.add(mark)
    colour = font.find(f"{_NS}color")
    rgb = colour.get("rgb", "")[-6:] if colour is not None else ""
    if len(rgb) == 6 and int(rgb[:2], 16) > 150 and int(rgb[2:4], 16) < 90 and int(rgb[4:], 16) < 90:
        found.add("red")
    return frozenset(found)


def _filled(fill: Element) -> bool:
    pattern = fill.find(f"{_NS}patternFill")
    if pattern is None or pattern.get("patternType", "none") in ("none", "gray125"):
        return False
    colour = pattern.find(f"{_NS}fgColor")
    return colour is None or colour.get("rgb", "")[-6:].upper() != "FFFFFF"
