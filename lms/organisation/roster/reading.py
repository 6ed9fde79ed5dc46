"""From a spreadsheet to records: one for each person of the list, and the place and reason of what cannot be read."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from lms.errors import Refused
from lms.organisation.roster import cells, layout, sheets
from lms.organisation.roster.cells import name_problem
from lms.organisation.roster.layout import HEADER_WITHIN, Column, Table
from lms.organisation.roster.records import Answers, Record, Refusal, Roster
from lms.organisation.roster.synonyms import NOT_COUNTED, ends, meaning, parts, post_kind, unit_key
from lms.text import clean, fold, short_date

_NUMBERING = re.compile(r"([A-HKM]|[IVXLC]+|\d{1,3}(?:\.\d+)*|[a-hđ])\s*[.):/]?", re.IGNORECASE)
_SECTION = re.compile(r"([A-HKM]|[IVXLC]+|\d{1,3})\s*[.):/\-]+\s*(\D.*)")
_CAPACITIES = {"": "", "chinh thuc": "holder", "giu chuc": "holder", "quyen": "acting", "phu trach": "acting",
               "quyen, phu trach": "acting", "kiem nhiem": "concurrent", "biet phai": "seconded"}  # fmt: skip


def read(path: Path, today: date, answers: Answers, kind_names: Mapping[str, str]) -> Roster:
    """Reads a file. Raises Refused when it is no spreadsheet, or when no sheet has a table.

    `kind_names` are the post kinds by their folded names: a post that is written so needs no synonym.
    """
    with sheets.opened(path) as book:
        roster = Roster(format=book.format, encoding=book.encoding, hidden=book.hidden)
        found = (layout.find(sheet, answers.columns, answers.encodings, answers.days) for sheet in book.sheets)
        roster.tables = [table for table in found if table is not None]
        if not roster.tables:
            raise Refused(
                _("No list was found: within the first %(count)s rows there must be a heading with “Họ và tên” and "
                  "“Chức vụ” or “Đơn vị”.", count=HEADER_WITHIN)
            )  # fmt: skip
        if not any({"name", "family"} & {column.meaning for column in table.columns} for table in roster.tables):
            labels = ", ".join(column.label for table in roster.tables for column in table.columns)
            roster.problem = _("No column of names was found among these: %(labels)s. Say which it is.", labels=labels)
        for number, table in enumerate(roster.tables):
            _Reading(roster, number, table, today, answers, kind_names).run()
    return roster


class _Reading:
    """One table being read: the section it is in, and what each cell is made into."""

    def __init__(
        self, roster: Roster, number: int, table: Table, today: date, answers: Answers, kind_names: Mapping[str, str]
    ) -> None:
        self.roster, self.number, self.table, self.today = roster, number, table, today
        self.answers, self.kind_names = answers, kind_names
        self.sections: list[tuple[int, str]] = []
        self.same: dict[Any, Any] = {}  # values that many rows share are kept once
        self.over = False
        self.posts_of: dict[tuple[str, str], tuple[tuple[tuple[str, str], ...], tuple[str, ...]]] = {}
        self.by_meaning: dict[str, list[Column]] = {}
        for column in table.columns:
            self.by_meaning.setdefault(column.meaning, []).append(column)

    def run(self) -> None:
        if not {"name", "family"} & set(self.by_meaning):
            return
        kept: dict[tuple[int, int], Any] = {}
        wanted = set(self.table.filled.values())
        for row, values in self.table.sheet:
            if row <= self.table.last_header:
                continue
            for index, value in enumerate(values):
                if (row, index) in wanted:
                    kept[row, index] = value
            if self.table.filled:
                values = self._fill(row, values, kept)
            if not self._row(row, values):
                break

    def _fill(self, row: int, values: list[Any], kept: dict[tuple[int, int], Any]) -> list[Any]:
        for column in self.table.columns:
            source = self.table.filled.get((row, column.index))
            if source is not None and (column.index >= len(values) or values[column.index] is None):
                values = values + [None] * (column.index + 1 - len(values))
                values[column.index] = kept.get(source)
        return values

    def _row(self, row: int, values: list[Any]) -> bool:
        """Reads one row; False when the list has ended."""
        number, name = self._text(row, values, "number"), self._name(row, values)
        if (
            number.isdigit() and name and not name.isdigit() and not self.over and len(values) - values.count(None) > 3
        ):  # as most rows are
            self._person(row, values, name, number)
            return True
        texts = [(i, text) for i, value in enumerate(values) if value is not None
                 and (text := self.table.text(row, i, value))]  # fmt: skip
        if not texts or all(re.fullmatch(r"\(?\d{1,2}\)?|[A-H]", text) for _i, text in texts):  # columns numbered 1 2 3
            return True
        if any(ends(text) for _i, text in texts[:2]) and not re.fullmatch(r"\d+[.)]?", number):
            self.over = True
            return not any(re.match(r"t/m|tm\b|noi nhan|nguoi |k/?t|thay mat", fold(text)) for _i, text in texts[:2])
        if meaning(texts[0][1]) == "number" or (name and meaning(name) == "name"):  # the header again, on a new page
            return True
        if (section := self._section(texts, values, row)) is not None:
            self._enter(*section)
            self.over = False
            return True
        if self.over and not (re.fullmatch(r"\d+[.)]?", number) and name):
            return True
        self._person(row, values, name, number)
        return True

    def _section(self, texts: list[tuple[int, str]], values: list[Any], row: int) -> tuple[int, str] | None:
        """(level, unit) of a row that names a unit for those beneath: "I | Chi bộ A", "1. Chi bộ B", "Chi bộ C"."""
        if len(texts) > 3 or self._any(
            row, values, "birth", "birth_male", "birth_female", "birth_year", "post", "phone"
        ):
            return None
        first = texts[0][1]
        if joined := _SECTION.fullmatch(first):
            mark, text = joined.groups()
        elif len(texts) >= 2 and _NUMBERING.fullmatch(first):
            mark, text = first.strip(".):/"), texts[1][1]
        else:
            mark, text = "", first
        text = re.sub(r"\s*(\(.*\)|:\s*\d*.*|-?\s*\d+ (đồng chí|đ/c).*)$", "", text)
        # What is numbered in Roman carries a unit by custom; anything else only when it is called like one.
        if mark and re.fullmatch(r"[IVXLC]+|[A-H]", mark):
            return (0 if re.fullmatch(r"[ABDE-H]", mark) else 1), text
        looks = unit_key(text).startswith(("chi bo", "dang bo", "cong doan", "doan ", "chi doan"))
        alone = len(texts) == 1 or (len(texts) == 2 and bool(mark))
        return (2, text) if looks and alone and len(text) > 6 else None

    def _enter(self, level: int, text: str) -> None:
        above = [s for s in self.sections if s[0] < level and not unit_key(s[1]).startswith("chi bo ")]
        self.sections = [*above, (level, text)]

    def _columns(self, *meanings: str) -> Iterator[Column]:
        for name in meanings:
            yield from self.by_meaning.get(name, ())

    def _value(self, values: list[Any], column: Column) -> Any:
        return values[column.index] if column.index < len(values) else None

    def _text(self, row: int, values: list[Any], name: str) -> str:
        for column in self._columns(name):
            if text := self.table.text(row, column.index, self._value(values, column)):
                return text
        return ""

    def _any(self, row: int, values: list[Any], *meanings: str) -> bool:
        return any(self._text(row, values, name) for name in meanings)

    def _name(self, row: int, values: list[Any]) -> str:
        return self._text(row, values, "name") or clean(
            f"{self._text(row, values, 'family')} {self._text(row, values, 'given')}"
        )

    def _label(self, *meanings: str) -> str:
        return next((column.short for column in self._columns(*meanings)), "")

    def _refuse(self, row: int, column: str, reason: str, name: str = "") -> None:
        self.roster.refused.append(Refusal(self.table.sheet.name, row, column, reason, name))

    def _person(self, row: int, values: list[Any], written: str, number: str) -> None:
        if not written and not number and self.roster.records and self.roster.records[-1].sheet == self.number:
            self._second_line(row, values)
            return
        self.roster.rows += 1
        notes: list[str] = []
        if not written:
            return self._refuse(row, self._label("name", "family"), _("the name is missing"))
        name, remark = cells.person_name(written)
        if problem := name_problem(name if written[:1].isalnum() else written):
            return self._refuse(row, self._label("name", "family"), problem, name)
        if written != (raw := self._raw_name(values)):
            notes.append(_("written «%(text)s»", text=raw))
        try:
            birth_on, birth_year, birth_text, gender = self._birth(row, values)
        except ValueError as error:
            label = self._label("birth", "birth_male", "birth_year", "male")
            return self._refuse(row, label, _("«%(text)s» is no valid day of birth", text=str(error)), name)
        try:
            since = self._since(row, values)
        except ValueError as error:
            return self._refuse(row, self._label("since"), _("«%(text)s» is no valid day", text=str(error)), name)
        units = (*(text for _level, text in self.sections), *self._units(row, values))
        posts, unsure, post_text = self._posts(row, values, units[-1] if units else "", remark)
        if not posts and not unsure:
            said = post_text or remark
            reason = _("«%(text)s» is none of the posts that are counted", text=said) if said else _("no post")
            return self._refuse(row, self._label("post", "post_mark") or "Chức vụ", reason, name)
        units, posts = self.same.setdefault(units, units), self.same.setdefault(posts, posts)
        post_text = self.same.setdefault(post_text, post_text)
        phone, rest = cells.phone(next((v for c in self._columns("phone") if (v := self._value(values, c))), None))
        if rest:
            sentence = _("other numbers: %(text)s", text=rest) if phone else _("no phone number: %(text)s", text=rest)
            notes.append(sentence)
        email = self._text(row, values, "email").lower()
        if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            notes.append(_("no e-mail address: %(text)s", text=email))
            email = ""
        self.roster.records.append(
            Record(
                self.number, row, name, fold(name), units, posts, post_text,
                self._text(row, values, "code").upper(), self._text(row, values, "unit_code"), birth_on, birth_year,
                birth_text, gender, phone, email, since, tuple(notes), unsure,
            )
        )  # fmt: skip
        return None

    def _second_line(self, row: int, values: list[Any]) -> None:
        """A row with neither number nor name carries a further post of the person above."""
        record = self.roster.records[-1]
        posts, unsure, text = self._posts(row, values, record.units[-1] if record.units else "", "")
        record.posts += tuple(post for post in posts if post not in record.posts)
        record.unsure += unsure
        record.post_text = "; ".join(filter(None, (record.post_text, text)))

    def _raw_name(self, values: list[Any]) -> str:
        """The name as it stands in the file, its blanks apart."""
        found = [v for c in self._columns("name", "family", "given") if isinstance(v := self._value(values, c), str)]
        text = " ".join(" ".join(found).split())
        return text if text.isascii() else unicodedata.normalize("NFC", text)

    def _units(self, row: int, values: list[Any]) -> list[str]:
        columns = self.by_meaning.get("unit", ())
        return [t for c in columns if (t := self.table.text(row, c.index, self._value(values, c)))]

    def _birth(self, row: int, values: list[Any]) -> tuple[date | None, int | None, str, str]:
        """(day, year, as written, sex); "Năm sinh: Nam | Nữ" tells the sex by the column that holds the year."""
        sex = cells.gender(self._text(row, values, "gender"))
        found: cells.Birth = (None, None)
        written = ""
        for column in self._columns("birth", "birth_male", "birth_female", "male", "female"):
            value = self._value(values, column)
            if value is None:
                continue
            if column.meaning != "birth":
                sex = "nam" if column.meaning.endswith("_male") or column.meaning == "male" else "nữ"
            if not (column.meaning != "birth" and cells.is_mark(value)) and found == (None, None):
                written = self.table.text(row, column.index, value)
                found = self._day(written, value, column)
        if found[1] is None and self.by_meaning.get("birth_year"):
            day, month, year = (self._text(row, values, f"birth_{part}") for part in ("day", "month", "year"))
            written = "/".join(filter(None, (day, month, year)))
            try:
                found = cells.birth(written or None, self.today)
            except ValueError:
                raise ValueError(written) from None
        if not sex and "female" in self.by_meaning and "male" not in self.by_meaning:
            sex = "nam"  # a single column «Nữ»: who has no mark there is a man
        usual = found[0] is not None and written == short_date(found[0])
        return found[0], found[1], "" if usual else self.same.setdefault(written, written), sex

    def _day(self, written: str, value: Any, column: Column) -> cells.Birth:
        try:
            return cells.birth(
                value if not isinstance(value, str) else written, self.today, column.order, column.swapped
            )
        except ValueError:
            raise ValueError(written) from None

    def _since(self, row: int, values: list[Any]) -> date | None:
        for column in self._columns("since"):
            value = self._value(values, column)
            written = self.table.text(row, column.index, value)
            try:
                day, year = cells.day_or_year(
                    written if isinstance(value, str) else value, column.order, column.swapped, self.today.year
                )
            except ValueError:
                raise ValueError(written) from None
            if day is None and year is not None and 1950 <= year <= self.today.year:
                day = date(year, 1, 1)
            if day is not None and not 1950 <= day.year <= self.today.year + 1:
                raise ValueError(written)
            return day
        return None

    def _posts(
        self, row: int, values: list[Any], unit: str, remark: str
    ) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], str]:
        """(posts, parts that nobody knows, the text) of a row: its post columns, its marks, else the list's title."""
        written = [
            t for c in self._columns("post") if (t := self.table.raw(row, c.index, self._value(values, c)).strip())
        ]
        text = "; ".join(written)
        marked = tuple(
            (column.kind, "") for column in self._columns("post_mark") if cells.is_mark(self._value(values, column))
        )
        kinds, unsure = self._kinds(text, unit)
        posts = tuple(dict.fromkeys((*kinds, *marked)))
        if not posts and not text:
            usual = self.answers.kind or self.table.title_kind
            posts = ((usual, ""),) if usual else self._kinds(remark, unit)[0]
        said = _CAPACITIES.get(fold(self._text(row, values, "capacity")), "")
        if said:
            posts = tuple((kind, said) for kind, _capacity in posts)
        for part in unsure:
            self.roster.unsure[part] = self.roster.unsure.get(part, 0) + 1
        return posts, unsure, clean(text)

    def _kinds(self, text: str, unit: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """The counted posts of a text and its parts that are in no table; the same text is read once."""
        key = (text, unit if len(text) < 12 else "")
        if key not in self.posts_of:
            found: list[tuple[str, str]] = []
            unsure: list[str] = []
            whole = self._known(clean(text))
            for part in [clean(text)] if whole is not None else parts(text):
                known = self._known(part)
                kind, capacity = (known, "") if known is not None else _in_unit(part, unit)
                if kind == "":
                    unsure.append(part)
                elif kind != NOT_COUNTED and (kind, capacity) not in found:
                    found.append((kind, capacity))
            self.posts_of[key] = tuple(found), tuple(unsure)
        return self.posts_of[key]

    def _known(self, part: str) -> str | None:
        plain = fold(part)
        return self.answers.posts.get(plain, self.kind_names.get(plain))


def _in_unit(part: str, unit: str) -> tuple[str, str]:
    """A bare «Bí thư» or «Chủ tịch» is that of its unit: of a youth branch, of a union."""
    plain, where = fold(part).strip(" ."), fold(unit)
    if plain in ("bi thu", "bt", "chu tich", "ct") and where.startswith(("chi doan", "doan ", "cong doan", "cdcs")):
        part = f"{part} {unit}"
    kind, capacity = post_kind(part)
    return kind, "" if capacity == "holder" else capacity
