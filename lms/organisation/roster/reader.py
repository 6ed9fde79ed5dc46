"""Takes a spreadsheet of any kind apart, in a process of its own: `python reader.py FILE OUT`.

What offices send is not trusted: this process has little memory and little time, and may die of a hostile file without
harm. It imports nothing of ours, so that it starts at once. What kind a file is, its content says, never its name.

OUT receives marshalled values: {"format": ...}; then for each sheet {"sheet", "merged", "fonts"} and its rows in
batches, a list of (row number, cells). Cells are text, numbers, booleans, None, and ("day", "1970-09-02"). A file that
cannot be read leaves {"error": word}.
"""

import codecs
import csv
import marshal
import re
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import xlrd
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 1 << 30
SECONDS = 40
UNPACKED = 400 << 20
COLUMNS = 200
ROWS = 300_000
BATCH = 500

Cells = list[Any]
# For each column with letters of an old font: (first row, last row, "tcvn3", "tcvn3 capitals" or "vni").
Fonts = dict[int, list[list[Any]]]
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


class Unreadable(Exception):
    """The word for what is wrong with the file."""


def main(source: str, out: str) -> None:
    """Reads one file within the bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with Path(out).open("wb") as stream:
        try:
            for value in read(Path(source).read_bytes()):
                marshal.dump(value, stream)
        except Unreadable as error:
            marshal.dump({"error": str(error)}, stream)
        except MemoryError:
            marshal.dump({"error": "too big"}, stream)


def read(data: bytes) -> Iterator[Any]:
    """The values of OUT. Raises Unreadable."""
    if data[:2] == b"PK":
        _check_size(data)
        yield from _workbook(data, _xlsx_fonts)
    elif data[:8] == _OLE or data[:2] == b"\x09\x08":
        yield from _workbook(data, _xls_fonts)
    else:
        text, encoding = decode(data)
        if re.search(r"<(table|tr|workbook|html)\b", text[:4000], re.IGNORECASE):
            yield from _tables(text, encoding)
        else:
            yield from _separated(text, encoding)


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable("broken") from error
    if sum(part.file_size for part in parts) > UNPACKED or len(parts) > 5000:
        raise Unreadable("too big")
    if not any(name.startswith("xl/") or name == "content.xml" for name in names):
        raise Unreadable("no spreadsheet")


def _workbook(data: bytes, fonts_of: Any) -> Iterator[Any]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        yield {"format": "workbook", "encoding": ""}
        fonts = fonts_of(data)
        for index, info in enumerate(book.sheets_metadata):
            if info.visible in (SheetVisibleEnum.Hidden, SheetVisibleEnum.VeryHidden):
                yield {"hidden": info.name}
                continue
            sheet = book.get_sheet_by_index(index)
            first = sheet.start[0] + 1 if sheet.start else 1
            left = sheet.start[1] if sheet.start else 0
            merged = [[*top, *bottom] for top, bottom in sheet.merged_cell_ranges or []]
            yield {"sheet": info.name, "merged": merged, "fonts": fonts.get(index, {})}
            rows = ([None] * left + row for row in sheet.iter_rows())
            yield from _batches(enumerate(rows, start=first))
    except PasswordError as error:
        raise Unreadable("password") from error
    except (CalamineError, ValueError, OverflowError) as error:
        word = "password" if "EncryptedPackage".encode("utf-16-le") in data else "broken"
        raise Unreadable(word) from error


def _batches(rows: Iterable[tuple[int, Cells]]) -> Iterator[list[Any]]:
    """Rows that hold anything, trimmed on the right, with cells that marshal knows."""
    batch: list[Any] = []
    for number, row in rows:
        cells = [_plain(value) for value in row[:COLUMNS]]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        if number > ROWS:
            raise Unreadable("too long")
        batch.append((number, cells))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.strip() else None
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime):
        return ("day", value.date().isoformat())
    if isinstance(value, date):
        return ("day", value.isoformat())
    return str(value) if isinstance(value, time | timedelta) else None


# Old fonts


def font_kind(name: str) -> str:
    """What the letters of a font are: .VnTime is TCVN3, .VnTimeH shows small letters as capitals, VNI-Times is VNI."""
    if name.lower().startswith(".vn"):
        return "tcvn3 capitals" if name.endswith("H") else "tcvn3"
    return "vni" if name.lower().startswith("vni") else ""


def _xlsx_fonts(data: bytes) -> dict[int, Fonts]:
    """Which cells of an .xlsx are written in an old font; nothing is read when no such font is in use."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = set(package.namelist())
        if "xl/styles.xml" not in names:
            return {}
        styles = package.read("xl/styles.xml").decode("utf-8", "replace")
        fonts = re.findall(r"<font\b[^>]*?(?:/>|>(.*?)</font>)", _section(styles, "fonts"), re.DOTALL)
        kinds = [font_kind((re.search(r'<name\s+val="([^"]*)"', font) or ["", ""])[1]) for font in fonts]
        if not any(kinds):
            return {}
        used = [int(n) for n in re.findall(r'<xf\b[^>]*?fontId="(\d+)"', _section(styles, "cellXfs"))]
        of_style = {str(i): kinds[font] for i, font in enumerate(used) if font < len(kinds) and kinds[font]}
        found: dict[int, Fonts] = {}
        sheets = sorted((n for n in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)),
                        key=lambda n: int(re.sub(r"\D", "", n)))  # fmt: skip
        for index, name in enumerate(sheets):
            text = package.read(name).decode("utf-8", "replace")
            cells = re.finditer(r'<c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*?\bs="(\d+)"', text)
            found[index] = _runs((_column(m[1]), int(m[2]), of_style.get(m[3], "")) for m in cells)
        return found


def _section(styles: str, name: str) -> str:
    found = re.search(rf"<{name}\b.*?</{name}>", styles, re.DOTALL)
    return found[0] if found else ""


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _xls_fonts(data: bytes) -> dict[int, Fonts]:
    """The same for a BIFF workbook."""
    if b".Vn" not in data and b"VNI" not in data and ".Vn".encode("utf-16-le") not in data:
        return {}
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=StringIO())
    except Exception:  # a workbook that xlrd cannot read has no fonts to tell: its letters must do
        return {}
    kind_of = [font_kind(book.font_list[xf.font_index].name) for xf in book.xf_list]
    return {
        index: _runs(
            (column, row + 1, kind_of[sheet.cell_xf_index(row, column)])
            for row in range(sheet.nrows)
            for column in range(min(sheet.row_len(row), COLUMNS))
            if sheet.cell_type(row, column) == xlrd.XL_CELL_TEXT
        )
        for index, sheet in enumerate(book.sheets())
    }


def _runs(cells: Iterable[tuple[int, int, str]]) -> Fonts:
    runs: Fonts = {}
    for column, row, kind in cells:
        if not kind:
            continue
        of_column = runs.setdefault(column, [])
        if of_column and of_column[-1][2] == kind and of_column[-1][1] in (row, row - 1):
            of_column[-1][1] = row
        else:
            of_column.append([row, row, kind])
    return runs


# Text


def decode(data: bytes) -> tuple[str, str]:
    """The text and its encoding. Bytes of old fonts stay as they are (cp1252): their columns tell later."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), name
    start = data[:4000]
    if start.count(0) > len(start) // 5:
        name = "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
        return data.decode(name, "replace"), name
    if start.count(0) or not start.strip():
        raise Unreadable("no spreadsheet")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        name = "cp1258" if _is_cp1258(data) else "cp1252"
        return data.decode(name, "replace"), name


def _is_cp1258(data: bytes) -> bool:
    """In Windows-1258 a tone is a byte of its own behind a vowel; in old fonts these bytes are letters."""
    tones = list(re.finditer(rb"[\xcc\xd2\xde\xec\xf2]", data))
    vowels = b"aeiouyAEIOUY\xe2\xc2\xe3\xc3\xea\xca\xf4\xd4\xf5\xd5\xfd\xdd"
    behind = sum(1 for tone in tones if tone.start() and data[tone.start() - 1] in vowels)
    return bool(tones) and behind >= len(tones) * 0.9


def _separated(text: str, encoding: str) -> Iterator[Any]:
    """Lines of cells, parted by semicolon, comma or tab (or as a first line `sep=;` says)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if sum(1 for c in lines[:4000] if ord(c) < 32 and c not in "\n\t") > 2 or lines.startswith("%PDF"):
        raise Unreadable("no spreadsheet")
    if said := re.match(r"sep=(.)\n", lines):
        lines, separator = lines[said.end() :], said[1]
    else:
        separator = max(";,\t|", key=lambda mark: _columns(lines, mark))
        if _columns(lines, separator) < 2:
            raise Unreadable("no spreadsheet")
    yield {"format": "text", "encoding": encoding, "separator": separator}
    yield {"sheet": "CSV", "merged": [], "fonts": {}}
    reader = csv.reader(StringIO(lines), delimiter=separator)
    try:
        yield from _batches(enumerate((list(row) for row in reader), start=1))
    except csv.Error as error:
        raise Unreadable("broken") from error


def _columns(lines: str, separator: str) -> int:
    """How many columns that separator makes in a usual line of the first fifty."""
    try:
        counts = sorted(len(row) for row in islice(csv.reader(StringIO(lines), delimiter=separator), 50) if row)
    except csv.Error:
        return 0
    return counts[len(counts) * 3 // 4] if counts else 0


class _Table(HTMLParser):
    """Rows of every <table> of a page, or of an XML spreadsheet of 2003 (<Row>, <Cell>, <Data>)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[dict[int, Any]] = []
        self.merged: list[list[int]] = []
        self.taken: dict[tuple[int, int], bool] = {}
        self.text: list[str] | None = None
        self.kind = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name.split(":")[-1]: value or "" for name, value in attrs}
        if tag.split(":")[-1] in ("tr", "row"):
            index = _count(found.get("index"), len(self.rows) + 1, ROWS)
            self.rows += [{} for _ in range(max(1, index - len(self.rows)))]
        elif tag.split(":")[-1] in ("td", "th", "cell") and self.rows:
            row, cells = len(self.rows) - 1, self.rows[-1]
            column = _count(found.get("index"), 0, COLUMNS) - 1 if "index" in found else max(cells, default=-1) + 1
            while (row, column) in self.taken:
                column += 1
            right = _count(found.get("colspan"), 1, COLUMNS) - 1 + _count(found.get("mergeacross"), 0, COLUMNS)
            down = _count(found.get("rowspan"), 1, COLUMNS) - 1 + _count(found.get("mergedown"), 0, COLUMNS)
            if right * down > COLUMNS * 10:  # no list of people has such a cell
                right = down = 0
            if right or down:
                self.merged.append([row, column, row + down, column + right])
                self.taken |= {
                    (r, c): True for r in range(row, row + down + 1) for c in range(column, column + right + 1)
                }
            cells[column] = cells[min(column + right, COLUMNS)] = None
            self.at, self.text, self.kind = (row, column), [], ""
        elif tag.split(":")[-1] == "data":
            self.kind = found.get("type", "")
        elif tag in ("br", "p") and self.text is not None:
            self.text.append("\n")

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag.split(":")[-1] in ("td", "th", "cell") and self.text is not None:
            text = re.sub(r"[ \t\r\f]*\n[ \t\r\f\n]*", "\n", "".join(self.text)).strip()
            day = re.match(r"\d{4}-\d\d-\d\d", text) if self.kind == "DateTime" else None
            number = self.kind == "Number" and re.fullmatch(r"-?\d+(\.\d+)?", text)
            self.rows[self.at[0]][self.at[1]] = date.fromisoformat(day[0]) if day else float(text) if number else text
            self.text = None


def _count(text: str | None, default: int, most: int) -> int:
    return min(int(text), most) if text and text.isdigit() else default


def _tables(text: str, encoding: str) -> Iterator[Any]:
    table = _Table()
    table.feed(text)
    if not table.rows:
        raise Unreadable("no spreadsheet")
    yield {"format": "html", "encoding": encoding}
    yield {"sheet": "HTML", "merged": table.merged, "fonts": {}}
    rows = ([cells.get(i) for i in range(max(cells, default=-1) + 1)] for cells in table.rows)
    yield from _batches(enumerate(rows, start=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
