"""Where the table stands in a sheet, and what its columns mean: header rows, merged headings, old fonts, day orders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.legacy import TCVN3, VNI, convert, encoding_of, is_unicode
from lms.organisation.roster import cells
from lms.organisation.roster.sheets import Cells, Sheet
from lms.organisation.roster.synonyms import is_counted_heading, meaning, title_kind
from lms.text import clean, fold

HEADER_WITHIN = 20
# How many rows are looked at to tell the letters and the days of a column.
SAMPLE = 20_000
_DAYS = ("birth", "birth_male", "birth_female", "male", "female", "since")


@dataclass
class Column:
    """A column of the table. `meaning` is empty where nobody knows it; `samples` are its first texts as they stand."""

    index: int
    label: str
    meaning: str
    kind: str = ""
    encoding: str = ""
    order: str = cells.DAY_FIRST
    swapped: bool = False
    samples: list[Any] = field(default_factory=list)

    @property
    def short(self) -> str:
        """The heading without what stands in brackets."""
        return re.sub(r"\s*\(.*", "", self.label) or self.label

    @property
    def key(self) -> str:
        """Under which name its meaning is remembered."""
        return fold(self.label)


@dataclass
class Table:
    """The list of people in one sheet."""

    sheet: Sheet
    last_header: int
    columns: list[Column]
    headings: list[str]
    title_kind: str
    encoding: str
    filled: dict[tuple[int, int], tuple[int, int]]

    def text(self, row: int, index: int, value: Any) -> str:
        """A cell as clean Unicode text."""
        return clean(self.raw(row, index, value))

    def raw(self, row: int, index: int, value: Any) -> str:
        """The same before lookalikes are put right."""
        if not isinstance(value, str):
            return cells.text_of(value)
        if value.isascii() and not self.sheet.fonts:
            return value
        return decoded(value, self._encoding(row, index), capitals=self.sheet.font(row, index).endswith("capitals"))

    def _encoding(self, row: int, index: int) -> str:
        chosen = next((column.encoding for column in self.columns if column.index == index), self.encoding)
        if chosen and self.sheet.fonts:
            return chosen if self.sheet.font(row, index) else ""
        return chosen


def decoded(text: str, encoding: str, *, capitals: bool = False) -> str:
    """The text out of its old font; what is Unicode already stays."""
    if not encoding or is_unicode(text):
        return text
    made = convert(text, encoding)
    return made.upper() if capitals else made


def find(sheet: Sheet, known: Mapping[str, str], encodings: Mapping[str, str], days: Mapping[str, str]) -> Table | None:
    """The table of a sheet; None where no row looks like a header.

    `known` are meanings of headings that the office gave before, `encodings` and `days` its answers for this file.
    """
    top = dict(sheet.first(HEADER_WITHIN + 2))
    at = _header(top, sheet, known)
    if at is None:
        return None
    columns = [Column(i, label, at.meanings.get(i, "")) for i, label in sorted(at.labels.items()) if label]
    for column in columns:
        if column.meaning == "post_mark":
            column.kind = is_counted_heading(column.label.rsplit(" / ", 1)[-1])
    above = {number: row for number, row in top.items() if number < at.first}
    table = Table(sheet, at.last, columns, [], "", "", {})
    _measure(table, encodings, days)
    texts = [
        (clean(decoded(cell, table.encoding or encoding_of([cell]))), index < max(1, len(row) // 2 + 1))
        for row in above.values()
        for index, cell in enumerate(row)
        if isinstance(cell, str)
    ]
    table.headings = [text for text, left in texts if left]
    table.title_kind = next((kind for text, _left in texts if (kind := title_kind(text))), "")
    table.filled = _filled(sheet, at.last)
    return table


@dataclass(frozen=True)
class _Header:
    first: int
    last: int
    labels: dict[int, str]
    meanings: dict[int, str]


def _header(top: dict[int, Cells], sheet: Sheet, known: Mapping[str, str]) -> _Header | None:
    fallback: _Header | None = None
    for number in [n for n in top if n <= HEADER_WITHIN]:
        for rows in ((number, number + 1), (number,)):
            if rows[-1] not in top:
                continue
            labels, meanings = _labels([top[n] for n in rows], rows[0], sheet, known)
            found = set(meanings.values())
            people = "name" in found or {"family", "given"} <= found
            if (
                people
                and len(found) >= 2
                and (len(rows) == 1 or _is_second(top[rows[1]], labels, meanings, top[number]))
            ):
                return _Header(number, rows[-1], labels, meanings)
        if fallback is None and (at_least := _looks_like_header(number, top)) is not None:
            labels, meanings = _labels([at_least], number, sheet, known)
            fallback = _Header(number, number, labels, meanings)
    return fallback


def _looks_like_header(number: int, top: dict[int, Cells]) -> Cells | None:
    """A row of at least three short texts above another row as long: a header in words that nobody foresaw."""
    row, below = top[number], top.get(number + 1, [])
    texts = [cell for cell in row if isinstance(cell, str) and len(cell) < 60 and not re.search(r"\d{3}", cell)]
    filled = [cell for cell in below if cell not in (None, "")]
    return row if len(texts) >= 3 and len(filled) >= 3 and len(texts) == sum(c not in (None, "") for c in row) else None


def _labels(
    rows: list[Cells], first: int, sheet: Sheet, known: Mapping[str, str]
) -> tuple[dict[int, str], dict[int, str]]:
    """Labels and meanings of the columns, from one header row or two, in whatever letters they are written."""
    best: tuple[dict[int, str], dict[int, str]] = ({}, {})
    for encoding in ("", TCVN3, VNI):
        parents = _spread(rows[0], first, sheet, two=len(rows) == 2)
        children = rows[1] if len(rows) == 2 else []
        width = max(len(parents), len(children))
        pairs = [(_text(parents, i, encoding), _text(children, i, encoding)) for i in range(width)]
        labels = {i: (f"{p} / {c}" if p and c and p != c else p or c) for i, (p, c) in enumerate(pairs)}
        meanings = {
            i: m for i, (p, c) in enumerate(pairs) if (m := known.get(fold(labels[i])) or _meaning(p, c, pairs))
        }
        if len(set(meanings.values())) > len(set(best[1].values())) or not best[0]:
            best = labels, {i: m for i, m in meanings.items() if m != "none"}
    return best


def _text(row: Cells, index: int, encoding: str) -> str:
    value = row[index] if index < len(row) else None
    text = value if isinstance(value, str) else cells.text_of(value)
    return clean(decoded(text, encoding))


def _spread(row: Cells, first: int, sheet: Sheet, *, two: bool) -> Cells:
    """The upper header with each heading repeated over the columns that it spans."""
    found = list(row)
    for top, left, bottom, right in sheet.merged:
        if top == first - 1 == bottom and left < len(row):
            found += [None] * (right + 1 - len(found))
            found[left : right + 1] = [row[left]] * (right + 1 - left)
    if two and not sheet.merged:  # a file that does not tell: an empty heading belongs to its left neighbour
        for index in range(1, len(found)):
            if found[index] in (None, ""):
                found[index] = found[index - 1]
    return found


def _meaning(parent: str, child: str, pairs: list[tuple[str, str]]) -> str:
    if not child or child == parent:
        if parent.lower() == "năm":
            return "birth_year" if any(fold(p) == "thang" for p, _c in pairs) else ""
        return meaning(parent) or ("post_mark" if _is_mark_heading(parent) else "")
    of_parent, plain = meaning(parent), fold(child).strip(" .:")
    siblings = {fold(c) for p, c in pairs if p == parent}
    if of_parent == "birth" or "sinh" in fold(parent).split():
        if "nu" in siblings:
            return {"nam": "birth_male", "nu": "birth_female"}.get(plain, "")
        return {"ngay": "birth_day", "thang": "birth_month", "nam": "birth_year"}.get(
            plain, "birth" if not plain else ""
        )
    if of_parent == "gender":
        return {"nam": "male", "nu": "female"}.get(plain, "")
    if of_parent == "name":
        return {"ten": "given"}.get(plain, "family" if plain.startswith("ho") else "")
    if of_parent == "post":
        return "post_mark" if _is_mark_heading(child) else "post"
    return meaning(child) or ("post_mark" if _is_mark_heading(child) else of_parent if not child else "")


def _is_mark_heading(text: str) -> bool:
    plain = fold(text)
    starts = ("bi thu", "bt", "chu tich", "ct", "can bo", "cb ", "phu trach")
    return len(plain) <= 45 and plain.startswith(starts) and bool(is_counted_heading(text))


def _is_second(row: Cells, labels: dict[int, str], meanings: dict[int, str], above: Cells) -> bool:
    """Whether the row beneath a header is its second half, not the first person."""
    texts = [(i, cell) for i, cell in enumerate(row) if cell not in (None, "")]
    if not texts or any(not isinstance(cell, str) or re.search(r"\d", cell) for _i, cell in texts):
        return False
    split = [i for i, _cell in texts if " / " in labels.get(i, "") and meanings.get(i)]
    under_blank = [i for i, _cell in texts if i >= len(above) or above[i] in (None, "")]
    named = [i for i, _cell in texts if meanings.get(i) == "name"]
    return bool(split or (under_blank and any(meanings.get(i) for i in under_blank))) and not named


def _measure(table: Table, encodings: Mapping[str, str], days: Mapping[str, str]) -> None:
    """Tells each column's letters and days from its cells, taken together."""
    texts: dict[int, list[str]] = {column.index: [] for column in table.columns}
    values: dict[int, list[Any]] = {c.index: [] for c in table.columns if c.meaning in _DAYS}
    by_index = {column.index: column for column in table.columns}
    for seen, (number, row) in enumerate(table.sheet):
        if number <= table.last_header:
            continue
        if seen > SAMPLE:
            break
        for index, value in enumerate(row):
            column = by_index.get(index)
            if column is None or value is None:
                continue
            if isinstance(value, str) and not value.isascii() and len(texts[index]) < 2000:
                texts[index].append(value)
            if index in values:
                values[index].append(value)
            if len(column.samples) < 3 and value not in column.samples:
                column.samples.append(value)
    found = {i: (_font_encoding(table.sheet, i) or encoding_of(of)) if of else "" for i, of in texts.items()}
    everywhere = [name for name in found.values() if name]
    table.encoding = max(everywhere, key=everywhere.count, default="")
    for column in table.columns:
        mine = texts[column.index]
        old = found[column.index] or (table.encoding if mine and not any(is_unicode(text) for text in mine) else "")
        column.encoding = {"none": ""}.get(chosen := encodings.get(column.key, old), chosen)
        if column.index in values:
            column.order, column.swapped = cells.order_of(values[column.index])
            if answer := days.get(column.key):
                column.swapped = answer == "swapped"


def _font_encoding(sheet: Sheet, index: int) -> str:
    runs = sheet.fonts.get(index, [])
    kinds = [str(kind).split()[0] for first, last, kind in runs for _ in range(min(last - first + 1, 1000)) if last > 1]
    return max(set(kinds), key=kinds.count, default="")


def _filled(sheet: Sheet, last_header: int) -> dict[tuple[int, int], tuple[int, int]]:
    """For cells inside a merge below the header, the (row, column) where its value stands; tall merges only."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in sheet.merged:
        if top >= last_header and bottom > top and right == left and len(found) < 200_000:
            found |= {(row + 1, left): (top + 1, left) for row in range(top + 1, min(bottom, top + 5000) + 1)}
    return found
