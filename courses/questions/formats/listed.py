"""Questions as offices type them: `Câu 1.`, A. B. C. D., and the key in one of their many ways.

A file becomes lines whose letters may be marked (bold, underlined, red, highlighted); a question's marks are looked
at together: what sets some of its options apart is the key.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from courses.questions.formats.base import Reading, Unreadable, clean_lines
from courses.questions.formats.moodle_cloze import equal_shares
from courses.questions.types import LEVELS, Choice, Content, Essay, Image, Option, Question, ShortText, TrueFalse
from lms.text import clean, fold

QUESTION = re.compile(r"\s*(?:câu(?:\s+hỏi)?|question)\s*([0-9]+)\s*[.:)/–-]?\s*", re.IGNORECASE)
NUMBERED = re.compile(r"\s*([0-9]{1,4})\s*[.)/]\s*(?=\D)")
OPTION = re.compile(r"(?:^|(?<=\s))(\*?)\s*([A-Z])\s*[.)/:](?=\s|$|\S)\s*")
# Where a file has no capital options at all, these are its options.
_SMALL_OPTION = re.compile(r"(?:^|(?<=\s))(\*?)\s*([a-z])\s*[.)](?=\s)\s*")
_KEY_LINE = re.compile(
    r"\s*(?:đáp\s*án(?:\s+đúng)?|trả\s*lời|key|answer)\s*(?:là)?\s*[:.–-]?\s*([A-Z](?:\s*[,;&và]*\s*[A-Z])*)\s*\.?\s*",
    re.IGNORECASE,
)
KEY_HEADING = re.compile(
    r"\s*(?:bảng\s+|phần\s+)?(?:đáp\s*án|key)(?:\s+(?:đúng|đề.*|câu\s*hỏi.*|trắc\s*nghiệm.*))?\s*[:.]?\s*",
    re.IGNORECASE,
)
KEY_PAIR = re.compile(r"(?:câu\s*)?([0-9]{1,4})\s*[.:)\-–]?\s*([A-Z](?:\s*,\s*[A-Z])*)(?![\wÀ-ỹ])", re.IGNORECASE)
TOPIC = re.compile(r"\s*(?:chuyên\s*đề|chủ\s*đề|bài)\s*[0-9IVX]*\s*[.:–-]\s*(.+)", re.IGNORECASE)
# An invisible letter: a line that begins with it is text, whatever it looks like. `clean` takes it away.
JOINER = "\u2060"
_FIELDS = {
    "ma": "name", "ma cau": "name", "muc do": "level", "do kho": "level", "can cu": "clause", "dieu khoan": "clause",
    "van ban": "document", "nguon": "clause", "giai thich": "explanation", "loi giai": "explanation", "loai": "kind",
    "dap an dung": "answers", "mo ta anh": "alt", "hieu luc": "valid", "da ra soat": "checked", "dap an": "key",
}  # fmt: skip
LEVEL_NAMES = {"nhan biet": "nhan-biet", "nb": "nhan-biet", "de": "nhan-biet", "biet": "nhan-biet",
               "thong hieu": "thong-hieu", "th": "thong-hieu", "trung binh": "thong-hieu", "hieu": "thong-hieu",
               "van dung": "van-dung", "vd": "van-dung", "kho": "van-dung", "van dung cao": "van-dung"}  # fmt: skip
MARKS = ("star", "highlight", "red", "underline", "bold")


@dataclass
class Line:
    """One line of text; `marks` has, for each kind of mark, the places of the letters that carry it."""

    text: str
    place: str = ""
    marks: Mapping[str, frozenset[int]] = field(default_factory=dict)
    image: Image | None = None

    def marked(self, kind: str, start: int, end: int) -> bool:
        """Whether every letter between two places carries the mark."""
        letters = [i for i in range(start, end) if self.text[i].isalnum()]
        return bool(letters) and self.marks.get(kind, frozenset()).issuperset(letters)


@dataclass
class _Typed:
    """An option as it was typed."""

    letter: str
    text: str
    marks: set[str] = field(default_factory=set)
    label_marks: set[str] = field(default_factory=set)


@dataclass
class _Draft:
    """A question while its lines arrive."""

    number: int
    place: str
    topic: str
    text: list[str] = field(default_factory=list)
    options: list[_Typed] = field(default_factory=list)
    key: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    open_field: str = ""
    image: Image | None = None
    options_look: re.Pattern[str] = OPTION


def read_lines(lines: Iterable[Line], reading: Reading, key: Mapping[int, str] | None = None) -> None:
    """Adds the questions of the lines to the reading. `key`, from a second file, comes before what the lines say."""
    drafts, at_end = _drafts(lines, reading)
    if not drafts:
        reading.doubt("", _("no line begins with «Câu 1.» or «1.»"))
    found = dict(at_end) | dict(key or {})
    numbers = [draft.number for draft in drafts]
    for draft in drafts:
        if draft.number in found and numbers.count(draft.number) == 1:
            if draft.key and _letters(draft.key) != _letters(found[draft.number]):
                reading.doubt(draft.place, _("the key beside it says %(one)s, the key's own list %(other)s",
                                             one=draft.key, other=found[draft.number]))  # fmt: skip
            draft.key = found[draft.number]
        reading.add(draft.place, draft.topic, _Assembly(draft, reading).question)
    if missing := sorted(set(found) - set(numbers)):
        reading.doubt("", _("the key names questions that are not there: %(numbers)s",
                            numbers=", ".join(map(str, missing))))  # fmt: skip


def _drafts(lines: Iterable[Line], reading: Reading) -> tuple[list[_Draft], dict[int, str]]:
    drafts: list[_Draft] = []
    at_end: dict[int, str] = {}
    topic, in_key, lines = "", False, list(lines)
    capital = any(found and not found.start() for line in lines for found in [OPTION.search(line.text.lstrip())])
    look = OPTION if capital else _SMALL_OPTION
    for line in lines:
        text = line.text
        if not clean(text) and line.image is None:
            continue
        if KEY_HEADING.fullmatch(text) and drafts:
            in_key = True
            continue
        if in_key and (pairs := KEY_PAIR.findall(text)) and not QUESTION.match(text):
            at_end |= {int(number): letters for number, letters in pairs}
            continue
        found = QUESTION.match(text) or (NUMBERED.match(text) if _expects(drafts, text) else None)
        if in_key and QUESTION.fullmatch(text.rstrip()[:-1] + " ") is None and KEY_PAIR.fullmatch(clean(text)):
            number, letters = KEY_PAIR.fullmatch(clean(text)).groups()  # type: ignore[union-attr]
            at_end[int(number)] = letters
        elif found:
            in_key = False
            drafts.append(
                _Draft(int(found.group(1)), line.place or _("Question %(number)s", number=found.group(1)), topic,
                       options_look=look)
            )  # fmt: skip
            _more(drafts[-1], _cut(line, found.end()))
        elif (titled := TOPIC.fullmatch(text)) and (not drafts or drafts[-1].options or drafts[-1].key):
            topic = clean(titled.group(1))
        elif drafts:
            _more(drafts[-1], line)
        elif not reading.entries and line.place:
            continue  # the heading of the paper
    return drafts, at_end


def _expects(drafts: list[_Draft], text: str) -> bool:
    """A bare number begins a question when it is the next one; «1. … 2. …» within a question is a list."""
    found = NUMBERED.match(text)
    if not found:
        return False
    if not drafts:
        return int(found.group(1)) == 1
    return int(found.group(1)) == drafts[-1].number + 1 and bool(drafts[-1].options or drafts[-1].key)


def _cut(line: Line, start: int, end: int | None = None) -> Line:
    end = len(line.text) if end is None else end
    marks = {kind: frozenset(i - start for i in places if start <= i < end) for kind, places in line.marks.items()}
    return Line(line.text[start:end], line.place, marks, line.image)


def _more(draft: _Draft, line: Line) -> None:
    """Adds a line to a question: its text, one or more options, its key, or a field like «Giải thích:»."""
    draft.image = draft.image or line.image
    if line.text.startswith(JOINER):
        _continue(draft, line.text)
        return
    if key := _KEY_LINE.fullmatch(line.text):
        draft.key, draft.open_field = key.group(1), ""
        return
    label, colon, value = line.text.partition(":")
    known = _FIELDS.get(fold(label).strip("-•* "), "") if colon else ""
    if known == "key":
        draft.key, draft.open_field = value, ""
    elif known:
        draft.fields[known], draft.open_field = clean(value), known
    if known:
        return
    found = _option_starts(draft, line.text)
    if not found:
        _continue(draft, line.text)
        return
    before = line.text[: found[0].start()]
    if clean(before):
        _continue(draft, before)
    for option, following in zip(found, [*found[1:], None], strict=True):
        end = following.start() if following else len(line.text)
        draft.options.append(_typed(line, option, end))
    draft.open_field = ""


def _option_starts(draft: _Draft, text: str) -> list[re.Match[str]]:
    """Where options begin: A, B, C in their order, at the line's start or after a wide gap.

    After a single blank only where the line holds three or more of them: «khoản B. mục 2» is no option.
    """
    first = ord("A") + len(draft.options)
    loose: list[re.Match[str]] = []
    strict: list[re.Match[str]] = []
    for found in draft.options_look.finditer(text):
        before, letter = text[: found.start()], ord(found.group(2).upper())
        begins = not before.strip() or before.endswith(("  ", "\t"))
        if letter == first + len(loose) and (loose or begins):
            loose.append(found)
        if letter == first + len(strict) and begins:
            strict.append(found)
    return loose if len(loose) >= 3 else strict


def _typed(line: Line, found: re.Match[str], end: int) -> _Typed:
    text = line.text[found.end() : end]
    star = bool(found.group(1)) or text.rstrip().endswith("*")
    typed = _Typed(
        found.group(2).upper(), clean(text.rstrip().removesuffix("*") if star and not found.group(1) else text)
    )
    typed.marks = {kind for kind in MARKS[1:] if line.marked(kind, found.end(), end)}
    typed.label_marks = {kind for kind in MARKS[1:] if line.marked(kind, found.start(2), found.end(2))}
    if star:
        typed.marks.add("star")
    return typed


def _continue(draft: _Draft, text: str) -> None:
    if draft.open_field:
        draft.fields[draft.open_field] = f"{draft.fields[draft.open_field]}\n{clean(text)}".strip()
    elif draft.options:
        draft.options[-1].text = clean(f"{draft.options[-1].text} {text}")
    else:
        draft.text.append(text)


def _letters(key: str) -> list[str]:
    return sorted(set(re.findall(r"[A-Z]", key.upper().replace("VÀ", " "))))


def level_of(text: str) -> str:
    """The code of a level in any of its usual names; empty when it is none."""
    folded = fold(text).strip(". ")
    return folded if folded in LEVELS else LEVEL_NAMES.get(folded, "")


class _Assembly:
    """Makes the question of a draft."""

    def __init__(self, draft: _Draft, reading: Reading) -> None:
        self.draft, self.reading = draft, reading

    def doubt(self, sentence: str) -> None:
        self.reading.doubt(self.draft.place, sentence)

    def question(self) -> Question:
        fields = self.draft.fields
        level = level_of(fields.get("level", ""))
        if fields.get("level") and not level:
            self.doubt(_("the level «%(level)s» is not known and was left out", level=fields["level"]))
        image = self.draft.image
        if image is not None and not image.alt:
            image = Image(image.key, fields.get("alt", "") or _("Image"))
            if not fields.get("alt"):
                self.doubt(_("the image has no alternative text: write one"))
        more: dict[str, Any] = {"explanation": clean_lines(fields.get("explanation", "")), "image": image}
        content = self._content(clean_lines("\n".join(self.draft.text)), more)
        since, _dash, to = fields.get("valid", "").partition("-")
        days = [self._day(text) for text in (since, to, fields.get("checked", ""))]
        name, document, clause = (clean(fields.get(key, "")) for key in ("name", "document", "clause"))
        return Question(name, content, document, clause, level, *days)

    def _day(self, text: str) -> date | None:
        found = re.fullmatch(r"\s*([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})\s*", text)
        try:
            return date(*(int(part) for part in reversed(found.groups()))) if found else None
        except ValueError:
            self.doubt(_("«%(text)s» is no day (2026-06-30) and was left out", text=text))
            return None

    def _content(self, text: str, more: dict[str, Any]) -> Content:
        options = self.draft.options
        kind = fold(self.draft.fields.get("kind", ""))
        if not options:
            answers = self.draft.fields.get("answers", "").split("\n")
            if any(answers):
                marked = tuple(Option(answer, Decimal(100)) for answer in answers if answer)
                return ShortText(text, marked, "khong dau" not in kind, **more)
            if "tu luan" in kind:
                return Essay(text, **more)
            raise Unreadable(_("it has no options A, B, C …"))
        right = self._right()
        if [fold(option.text) for option in options] == ["dung", "sai"] and len(right) == 1:
            return TrueFalse(text, right == {"A"}, **more)
        many = len(right) > 1 or "nhieu dap an" in kind
        whole = "tron ven" in kind
        weighted = tuple(Option(o.text, Decimal(100 if o.letter in right else 0)) for o in options)
        if many:
            weighted = equal_shares(weighted)
        return Choice(text, weighted, many, whole=whole, **more)

    def _right(self) -> set[str]:
        """The letters of the key: the one that is written, else those that a mark sets apart."""
        options = self.draft.options
        letters = {option.letter for option in options}
        if written := set(_letters(self.draft.key)):
            if not written <= letters:
                raise Unreadable(
                    _("the key says %(key)s, which is no option", key=", ".join(sorted(written - letters)))
                )
            if len(written) > 1 and not self.draft.fields.get("kind"):
                self.doubt(_("the key names several options: read as several right answers"))
            return written
        for marks_of in ("marks", "label_marks"):
            found = {kind: {option.letter for option in options if kind in getattr(option, marks_of)} for kind in MARKS}
            apart = {kind: chosen for kind, chosen in found.items() if 0 < len(chosen) < len(options)}
            if apart:
                chosen = next(iter(apart.values()))
                if any(other != chosen for other in apart.values()):
                    self.doubt(_("its marks disagree; the first was taken: %(kinds)s", kinds=", ".join(
                        f"{kind} {'/'.join(sorted(letters))}" for kind, letters in apart.items())))  # fmt: skip
                if len(chosen) > 1:
                    self.doubt(_("several options are marked: read as several right answers"))
                return chosen
        raise Unreadable(_("nothing says which option is right"))
