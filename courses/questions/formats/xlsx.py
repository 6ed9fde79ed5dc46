"""Excel as offices write it: one option a column, or all options in one cell; the key as letter, number or mark."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _

from courses.questions.formats.aiken import losses_of
from courses.questions.formats.base import Entry, Images, Note, Reading, Unreadable, Written, clean_lines
from courses.questions.formats.cells import Runs, marks_by_sheet, rows_by_sheet
from courses.questions.formats.keys import read_key
from courses.questions.formats.listed import MARKS, OPTION, level_of
from courses.questions.formats.moodle_cloze import equal_shares
from courses.questions.formats.xlsx_writing import written
from courses.questions.types import Choice, Content, Essay, Matching, Option, Ordering, Question, ShortText, TrueFalse
from lms.errors import Refused
from lms.text import clean, fold

NAME, SUFFIX = "xlsx", "xlsx"
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_HEADINGS = {
    "text": ("cau hoi", "noi dung cau hoi", "noi dung", "question", "cau hoi trac nghiem"),
    "key": ("dap an dung", "dap an", "key", "answer", "dap an dung nhat", "phuong an dung", "cau tra loi dung"),
    "options": ("phuong an", "cac phuong an", "phuong an tra loi", "cac phuong an tra loi", "lua chon", "cac lua chon",
                "cac dap an", "options", "dap an lua chon"),
    "number": ("stt", "tt", "so tt", "so thu tu", "no", "cau", "cau so"),
    "name": ("ma", "ma cau", "ma cau hoi", "id", "name"),
    "topic": ("chuyen de", "chu de", "bai", "phan", "topic"),
    "level": ("muc do", "do kho", "cap do", "level", "muc do nhan thuc"),
    "kind": ("loai", "loai cau", "loai cau hoi", "dang cau hoi", "type"),
    "explanation": ("giai thich", "loi giai", "huong dan", "explanation", "ghi chu giai thich"),
    "document": ("van ban", "so van ban", "document"),
    "clause": ("can cu", "dieu khoan", "dieu", "can cu phap ly", "nguon", "clause"),
    "valid_from": ("hieu luc tu", "tu ngay"), "valid_to": ("hieu luc den", "den ngay"), "checked_on": ("da ra soat",),
}  # fmt: skip
_KNOWN = {heading: key for key, headings in _HEADINGS.items() for heading in headings}
_OPTION_HEADING = re.compile(r"(?:dap an|phuong an|lua chon|tra loi|option)?\s*([a-j]|[1-9]|10)")


def sniff(data: bytes) -> bool:
    """A zip with a workbook, or an old .xls."""
    zipped = data[:4] == b"PK\x03\x04" and b"xl/workbook" in data
    return zipped or data[:4] == b"\xd0\xcf\x11\xe0"


def read(data: bytes, key: bytes | None = None) -> Reading:
    """Reads every sheet that has a heading row; places are sheet and row. A second file may hold the key."""
    reading = Reading()
    given = read_key(key) if key is not None else {}
    sheets = list(rows_by_sheet(data).items())
    try:
        marks = marks_by_sheet(data)
    except (KeyError, ValueError) as error:
        raise Refused(_("The file cannot be opened as a spreadsheet.")) from error
    read_any = False
    for name, rows in sheets:
        columns = _columns(rows)
        if columns is not None:
            read_any = True
            _Sheet(name if len(sheets) > 1 else "", rows, columns, marks.get(name, {}), given).read(reading)
    if not read_any:
        raise Refused(_("No row names the columns: «Câu hỏi», «A», «B», … and «Đáp án» are looked for."))
    return reading


def write(entries: Sequence[Entry], images: Images) -> Written:
    """A workbook that an office can go on with; what it cannot hold is named."""
    return written(entries, [Note(entry.question.name, why) for entry in entries for why in _losses(entry)])


def _losses(entry: Entry) -> Iterable[str]:
    content = entry.question.content
    if not isinstance(content, Choice | TrueFalse | ShortText | Essay | Matching | Ordering):
        yield _("questions of this kind cannot be carried: left out")
        return
    losses = [what for what in losses_of(entry) if what in (_("image"), _("feedback"))]
    match content:
        case Choice(many=True) if equal_shares(content.options) != content.options:
            losses.append(_("unequal shares and points taken away"))
        case ShortText() if any(answer.weight != 100 for answer in content.answers):
            losses.append(_("answers that earn a part of the points count as right"))
        case Essay() if content.rubric:
            losses.append(_("rubric"))
        case Matching() if content.extra:
            losses.append(_("sides that fit nothing"))
    if isinstance(content, ShortText) and any(answer.feedback for answer in content.answers):
        losses.append(_("feedback"))
    if losses:
        yield _("not carried: %(what)s", what=", ".join(losses))


@dataclass
class _Columns:
    """Where things stand: `row` is the heading's, `options` the columns of one option each, in their order."""

    row: int
    named: dict[str, int] = field(default_factory=dict)
    options: list[int] = field(default_factory=list)


def _columns(rows: Sequence[Sequence[object]]) -> _Columns | None:
    """The heading row among the first 20: it names the question and either options or a key."""
    for number, row in enumerate(rows[:20]):
        found = _Columns(number)
        for place, cell in enumerate(row):
            heading = fold(str(cell or "")).strip(" .:*()")
            key = _KNOWN.get(heading, "")
            if option := _OPTION_HEADING.fullmatch(heading):
                found.options.append(place)
                del option
            elif key and key not in found.named:
                found.named[key] = place
        # «Đáp án A … D» and «Đáp án đúng» stand side by side; «Đáp án» alone is the key.
        if "text" in found.named and (found.options or "options" in found.named or "key" in found.named):
            return found
    return None


def _text(cell: object) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell.day:02d}/{cell.month:02d}/{cell.year}"
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(cell if cell is not None else "").replace(".", ",") if isinstance(cell, float) else str(cell or "")


class _Sheet:
    """Reads one sheet."""

    def __init__(
        self, name: str, rows: Sequence[Sequence[object]], columns: _Columns,
        marks: Mapping[tuple[int, int], Runs], given: Mapping[int, str],
    ) -> None:  # fmt: skip
        self.name, self.rows, self.columns, self.marks, self.given = name, rows, columns, marks, given
        self.topic = ""
        self.count = 0

    def read(self, reading: Reading) -> None:
        for number in range(self.columns.row + 1, len(self.rows)):
            if not any(_text(cell).strip() for cell in self.rows[number]):
                continue
            row = _("Row %(row)s", row=number + 1)
            place = f"{self.name}, {row}" if self.name else str(row)
            if self._is_section(number):
                continue
            self.count += 1
            question = _Row(self, number, reading, place)
            reading.add(place, self.cell(number, "topic") or self.topic, question.read)

    def _is_section(self, number: int) -> bool:
        """A row with one text and no key or option is a heading between questions: the topic of those below."""
        count = self.columns.named.get("number", -1)
        texts = (clean(_text(cell)) for place, cell in enumerate(self.rows[number]) if place != count)
        filled = [text for text in texts if text]
        if len(filled) != 1:
            return False
        if re.match(r"(?i)(chuyên đề|chủ đề|phần|[IVX]+\s*[.:])", filled[0]):
            self.topic = clean(re.sub(r"(?i)^(chuyên đề|chủ đề|phần)?\s*[0-9IVX]*\s*[.:–-]\s*", "", filled[0]))
            return True
        return False

    def cell(self, number: int, key: str) -> str:
        place = self.columns.named.get(key)
        row = self.rows[number]
        return _text(row[place]) if place is not None and place < len(row) else ""


class _Row:
    """Reads one row as a question."""

    def __init__(self, sheet: _Sheet, number: int, reading: Reading, place: str) -> None:
        self.sheet, self.number, self.reading, self.place = sheet, number, reading, place
        self.cells = {key: sheet.cell(number, key) for key in _HEADINGS}

    def doubt(self, sentence: str) -> None:
        self.reading.doubt(self.place, sentence)

    def read(self) -> Question:
        cells = self.cells
        level = level_of(cells["level"])
        if clean(cells["level"]) and not level:
            self.doubt(_("the level «%(level)s» is not known and was left out", level=clean(cells["level"])))
        text, options, marked = self._options()
        explanation = clean_lines(cells["explanation"])
        content = self._content(clean_lines(text), options, marked, {"explanation": explanation})
        days = {key: self._day(cells[key]) for key in ("valid_from", "valid_to", "checked_on")}
        return Question(clean(cells["name"]), content, clean(cells["document"]), clean(cells["clause"]), level, **days)

    def _day(self, text: str) -> date | None:
        found = re.fullmatch(r"\s*([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})\s*", text)
        try:
            return date(*(int(part) for part in reversed(found.groups()))) if found else None
        except ValueError:
            self.doubt(_("«%(text)s» is no day (2026-06-30) and was left out", text=clean(text)))
            return None

    def _options(self) -> tuple[str, list[str], dict[str, set[int]]]:
        """The text, the options, and for each kind of mark the options that carry it."""
        text = self.cells["text"]
        marked: dict[str, set[int]] = {kind: set() for kind in MARKS}
        row = self.sheet.rows[self.number]
        if self.sheet.columns.options:
            options: list[str] = []
            for place in self.sheet.columns.options:
                shown = _text(row[place]).strip() if place < len(row) else ""
                if not clean(shown):
                    continue
                if shown.startswith("*") or shown.endswith("*"):
                    marked["star"].add(len(options))
                    shown = shown.strip("*").strip()
                for kind in self._marks(place):
                    marked[kind].add(len(options))
                options.append(clean(re.sub(r"^[A-Z][.)]\s+", "", shown)))
            return text, options, marked
        column = self.sheet.columns.named.get("options")
        if column is None:  # the options stand below the question, in its cell
            start = next((f.start() for f in OPTION.finditer(text) if f.group(2) == "A"), len(text))
            return text[:start], self._split(text[start:], start, "text", marked), marked
        return text, self._split(self.cells["options"], 0, "options", marked), marked

    def _marks(self, column: int) -> frozenset[str]:
        runs = self.sheet.marks.get((self.number, column), [])
        found = [marks for text, marks in runs if text.strip() or len(runs) == 1]
        return frozenset.intersection(*found) if found else frozenset()

    def _split(self, text: str, offset: int, key: str, marked: dict[str, set[int]]) -> list[str]:
        """The options of one cell: by their letters, else by lines, else by semicolons."""
        runs = self.sheet.marks.get((self.number, self.sheet.columns.named[key]), [])
        letters = [marks for shown, marks in runs for _letter in shown]
        found, expected = [], ord("A")
        for option in OPTION.finditer(text):
            if ord(option.group(2)) == expected:
                found.append(option)
                expected += 1
        if len(found) > 1:
            ends = [option.start() for option in found[1:]] + [len(text)]
            spans = [(option.end(), end, bool(option.group(1))) for option, end in zip(found, ends, strict=True)]
        else:
            pattern = r"[^\n]+" if "\n" in text.strip() else r"[^;]+"
            spans = [(m.start(), m.end(), False) for m in re.finditer(pattern, text) if m.group().strip()]
        options: list[str] = []
        for start, end, star in spans:
            shown = text[start:end].strip()
            if star or shown.endswith("*") or shown.startswith("*"):
                marked["star"].add(len(options))
            here = [letters[i + offset] for i in range(start, end) if i + offset < len(letters) and text[i].isalnum()]
            for kind in frozenset.intersection(*here) if here else ():
                marked[kind].add(len(options))
            options.append(clean(shown.strip("*")))
        return [option for option in options if option]

    def _content(self, text: str, options: list[str], marked: dict[str, set[int]], more: dict[str, str]) -> Content:
        kind, key = fold(self.cells["kind"]), clean_lines(self.cells["key"])
        if "tu luan" in kind:
            return Essay(text, **more)  # type: ignore[arg-type]
        if "dien" in kind or "tra loi ngan" in kind:
            answers = tuple(Option(answer, Decimal(100)) for answer in key.split("\n") if answer)
            return ShortText(text, answers, "khong dau" not in kind, **more)  # type: ignore[arg-type]
        if "sap xep" in kind:
            return Ordering(text, tuple(options), **more)  # type: ignore[arg-type]
        if "ghep" in kind:
            rights = key.split("\n")
            if len(rights) != len(options):
                raise Unreadable(_("it has other left-hand sides than right-hand sides"))
            return Matching(text, tuple(zip(options, rights, strict=True)), **more)  # type: ignore[arg-type]
        if not options and fold(key) in ("dung", "sai", "d", "s", "true", "false"):
            return TrueFalse(text, fold(key) in ("dung", "d", "true"), **more)  # type: ignore[arg-type]
        if not options:
            raise Unreadable(_("it has no options A, B, C …"))
        right = self._right(options, marked, kind, key)
        if [fold(option) for option in options] == ["dung", "sai"] and len(right) == 1:
            return TrueFalse(text, right == {0}, **more)  # type: ignore[arg-type]
        many = len(right) > 1 or "nhieu" in kind
        weighted = tuple(Option(o, Decimal(100 * (place in right))) for place, o in enumerate(options))
        if many:
            weighted = equal_shares(weighted)
        return Choice(text, weighted, many, whole="tron ven" in kind, **more)  # type: ignore[arg-type]

    def _right(self, options: list[str], marked: dict[str, set[int]], kind: str, key: str) -> set[int]:
        stt = re.sub(r"\D", "", self.sheet.cell(self.number, "number"))
        given = self.sheet.given.get(int(stt) if stt else self.sheet.count, "")
        if key or given:
            right = self._named(given or key, options)
            if given and key and right != self._named(key, options):
                self.doubt(_("the key beside it says %(one)s, the key's own list %(other)s", one=key, other=given))
            if len(right) > 1 and "nhieu" not in kind:
                self.doubt(_("the key names several options: read as several right answers"))
            return right
        for mark in MARKS:
            if 0 < len(marked[mark]) < len(options):
                if len(marked[mark]) > 1:
                    self.doubt(_("several options are marked: read as several right answers"))
                return marked[mark]
        raise Unreadable(_("nothing says which option is right"))

    def _named(self, key: str, options: list[str]) -> set[int]:
        """The options that a key names: by letter, by number, or by their own text."""
        same = {place for place, option in enumerate(options) if fold(option) == fold(key)}
        parts = [part for part in re.split(r"[\s,;&/+.)]+|\bvà\b", key) if part]
        if re.fullmatch(r"[A-Ja-j]{2,}", key) and sorted(set(key)) == list(key):
            parts = list(key)
        if parts and all(re.fullmatch(r"[A-Za-z]", part) for part in parts):
            right = {ord(part.upper()) - ord("A") for part in parts}
        elif same:
            return same
        elif parts and all(part.isdigit() for part in parts):
            right = {int(part) - 1 for part in parts}
        else:
            right = {-1}
        if not right <= set(range(len(options))):
            raise Unreadable(_("the key says %(key)s, which is no option", key=key))
        return right
