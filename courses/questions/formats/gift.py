"""GIFT, Moodle's text format, and the way questions stand in a course folder.

Comment lines above a question hold what GIFT has no sign for, so that nothing is lost between two of our own:
`// document: qd-23; clause: Điều 3; level: nhan-biet`. Several { } in one question are the gaps of a cloze.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from courses.questions.checks import GAP
from courses.questions.formats.base import Entry, Images, Note, Reading, Unreadable, Written, clean_lines, text_of
from courses.questions.formats.gift_writing import written
from courses.questions.formats.plain import plain_text
from courses.questions.types import (
    LEVELS,
    Choice,
    Cloze,
    Content,
    Criterion,
    Essay,
    Gap,
    Image,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    TrueFalse,
    Unit,
)
from lms.text import clean

NAME, SUFFIX, MIME = "gift", "gift", "text/plain"

_ESCAPED = re.compile(r"\\([\\~=#{}:;>n])")
# While a file is taken apart, an escaped sign is a letter of the private area: what is left is never escaped.
_HIDDEN = {sign: chr(0xE000 + index) for index, sign in enumerate("\\~=#{}:;>n")}
_SHOWN = str.maketrans({hidden: "\n" if sign == "n" else sign for sign, hidden in _HIDDEN.items()})
_FREE = str.maketrans(dict.fromkeys(_HIDDEN.values(), ""))
_KEYS = ("document", "clause", "level", "valid", "checked", "kind", "accents", "units", "weights", "image", "alt",
         "criterion", "points", "guide", "explanation")  # fmt: skip
_META = re.compile(rf"//\s*((?:{'|'.join(_KEYS)})(?: [0-9]+)?\s*:.*)")
_WEIGHT = re.compile(r"%(-?[0-9]+(?:[.,][0-9]+)?)%")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_BLANK = "_____"


def sniff(data: bytes) -> bool:
    """Braces with answers, and names or comments as GIFT has them."""
    start = data[:200_000].decode("utf-8", "ignore")
    return bool(re.search(r"^\s*(::|//|\$CATEGORY)", start, re.MULTILINE) and "{" in start) or bool(
        re.search(r"\{\s*([=~#]|T\b|F\b|TRUE|FALSE)", start)
    )


def read(data: bytes) -> Reading:
    """Reads a file; what is refused and what is doubtful comes with its line."""
    return parse(text_of(data))


def write(entries: Sequence[Entry], images: Images) -> Written:
    """GIFT that `read` reads back to the same questions; says what other systems will not understand."""
    lost = []
    parts = []
    topic = ""
    for entry in entries:
        if entry.topic and entry.topic != topic:
            topic = entry.topic
            parts.append(f"$CATEGORY: {topic}\n")
        text, notes = written(entry.question)
        parts.append(text)
        lost += [Note(entry.question.name, sentence) for sentence in notes]
    return Written("\n".join(parts).encode(), lost)


def text_for(questions: Iterable[Question]) -> str:
    """The questions of a topic as its file in a course folder."""
    return "\n".join(written(question)[0] for question in questions)


@dataclass
class _Block:
    """One question's lines, taken apart no further."""

    line: int = 0
    topic: str = ""
    meta: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def parse(text: str) -> Reading:
    """Reads GIFT text: a question that cannot be read is refused with its line, the others are read all the same."""
    reading = Reading()
    for block in _blocks(_ESCAPED.sub(lambda found: _HIDDEN[found.group(1)], text.translate(_FREE))):
        place = _("Line %(line)s", line=block.line)
        question = _Question(block, reading, place)
        reading.add(place, block.topic, question.read)
    return reading


def _blocks(text: str) -> Iterable[_Block]:
    """Questions with their first line and metadata: blank lines part them, except within braces."""
    block, depth, topic = _Block(), 0, ""
    for number, line in enumerate([*text.lstrip("\ufeff").split("\n"), ""], start=1):
        stripped = line.strip()
        meta = _META.match(stripped)
        named = stripped.startswith("::") and stripped.count("::") >= 2
        # A brace that is never closed must not swallow the rest of the file: a new question's first line ends it.
        unclosed = depth > 0 and (named or meta)
        if unclosed or (depth == 0 and block.lines and not stripped):
            yield block
            block, depth = _Block(), 0
        if stripped.startswith("//"):
            block.meta += [meta.group(1)] if meta else []
        elif depth == 0 and stripped.startswith("$CATEGORY"):
            topic = clean(_plain(stripped.partition(":")[2])).rpartition("/")[2]
        elif stripped or depth > 0:
            block.line, block.topic = block.line or number, topic
            block.lines.append(line)
            depth = max(0, depth + line.count("{") - line.count("}"))
    if block.lines:
        yield block


class _Question:
    """Reads one block."""

    def __init__(self, block: _Block, reading: Reading, place: str) -> None:
        self.reading, self.place = reading, place
        self.text = "\n".join(block.lines)
        self.rubric: list[Criterion] = []
        self.meta: dict[str, str] = {}
        self.meta_lines = block.meta
        self.name = ""

    def doubt(self, sentence: str) -> None:
        self.reading.doubt(self.place, sentence)

    def refuse(self, sentence: str) -> Unreadable:
        return Unreadable(
            _("question «%(name)s» %(why)s", name=self.name or clean(_plain(self.text))[:60], why=sentence)
        )

    def read(self) -> Question:
        found = re.match(r"\s*::(.+?)::", self.text, re.DOTALL)
        self.name = clean(_plain(found.group(1))) if found else ""
        rest = self.text[found.end() :] if found else self.text
        self._read_meta()
        parts = re.split(r"[{}]", rest)
        if len(parts) == 1:
            raise self.refuse(_("has no answers in { }"))
        if len(parts) % 2 == 0:
            raise self.refuse(_("lacks the closing brace }"))
        return Question(self.name, self._content(parts), **self._known())

    def _read_meta(self) -> None:
        for line in self.meta_lines:
            pairs = [part.split(":", 1) for part in line.split(";") if ":" in part]
            known = {clean(key): clean_lines(_plain(value)) for key, value in pairs}
            if "criterion" in known:
                points = self._number(known.get("points", "1"), Decimal(1))
                self.rubric.append(Criterion(clean(known["criterion"]), points, known.get("guide", "")))
            else:
                self.meta |= known

    def _known(self) -> dict[str, Any]:
        level = self.meta.get("level", "")
        if level and level not in LEVELS:
            self.doubt(_("the level «%(level)s» is not known and was left out", level=level))
            level = ""
        start, _dots, end = self.meta.get("valid", "").partition("..")
        days = {"valid_from": start, "valid_to": end, "checked_on": self.meta.get("checked", "")}
        known = {"document": self.meta.get("document", ""), "clause": self.meta.get("clause", ""), "level": level}
        return known | {key: self._day(value) for key, value in days.items()}

    def _day(self, text: str) -> date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.doubt(_("«%(text)s» is no day (2026-06-30) and was left out", text=text))
            return None

    def _number(self, text: str, default: Decimal) -> Decimal:
        try:
            return Decimal(text.strip().replace(",", "."))
        except InvalidOperation:
            self.doubt(_("«%(text)s» is no number and was left out", text=text))
            return default

    def _content(self, parts: list[str]) -> Content:
        parts[0] = self._format(parts[0])
        explanations = [clean_lines(_plain(body.partition("####")[2])) for body in parts[1::2]]
        bodies = [body.partition("####")[0].strip() for body in parts[1::2]]
        explanation = "\n".join(filter(None, [self.meta.get("explanation", ""), *explanations]))
        image = Image(self.meta["image"], self.meta.get("alt", "")) if self.meta.get("image") else None
        more: dict[str, Any] = {"explanation": explanation, "image": image}
        if len(bodies) > 1 or self.meta.get("kind") == "cloze":
            return self._cloze(parts[::2], bodies, more)
        tail = parts[2].strip()
        text = clean_lines(_plain(f"{parts[0]} {_BLANK} {parts[2]}" if tail else parts[0]))
        return self._answered(text, bodies[0], more, "")

    def _format(self, text: str) -> str:
        found = _FORMAT.match(text.strip())
        if not found:
            return text
        text = text.strip()[found.end() :]
        return plain_text(text, self.doubt) if found.group(1) == "html" else text

    def _cloze(self, texts: list[str], bodies: list[str], more: dict[str, Any]) -> Cloze:
        weights = [int(w) for w in re.findall(r"[0-9]+", self.meta.get("weights", ""))] or [1] * len(bodies)
        if len(weights) != len(bodies):
            raise self.refuse(_("has other weights than gaps"))
        if GAP.search("".join(texts)):
            raise self.refuse(_("has [[1]] in its text, which marks a gap here"))
        gaps = []
        for number, (body, weight) in enumerate(zip(bodies, weights, strict=True), start=1):
            asked = self._answered("", body, {}, f" {number}")
            if not isinstance(asked, Choice | ShortText | Numeric):
                raise self.refuse(_("has a gap that is neither a choice, a text nor a number"))
            gaps.append(Gap(asked, weight))
        shown = texts[0] + "".join(f"[[{n}]]{after}" for n, after in enumerate(texts[1:], start=1))
        return Cloze(clean_lines(_plain(shown)), tuple(gaps), **more)

    def _answered(self, text: str, bare: str, more: dict[str, Any], gap: str) -> Content:
        """The content by its answers; `gap` is the number, with a blank before it, of a gap of a cloze."""
        word, *feedback = bare.split("#")
        if not gap and word.strip().upper() in ("T", "TRUE", "F", "FALSE"):
            if any(part.strip() for part in feedback):
                self.doubt(_("the feedback to true and false is not kept"))
            return TrueFalse(text, word.strip().upper().startswith("T"), **more)
        if not bare:
            return Essay(text, tuple(self.rubric), **more)
        if bare.startswith("#"):
            return Numeric(text, tuple(self._numbers(bare[1:])), self._units(gap), **more)
        pieces = _answers(bare)
        if not pieces or pieces[0][0] == "":
            raise self.refuse(_("has answers that do not begin with = or ~"))
        answers = [answer for _sign, answer in pieces]
        if all(sign == "=" for sign, _text in pieces):
            if any("->" in answer for answer in answers):
                return self._pairs(text, answers, more)
            options = tuple(self._option(sign, answer)[0] for sign, answer in pieces)
            return ShortText(text, options, self.meta.get(f"accents{gap}") != "any", **more)
        return self._choice(text, pieces, more)

    def _pairs(self, text: str, answers: list[str], more: dict[str, Any]) -> Content:
        pairs, extra = [], []
        for answer in answers:
            left, arrow, right = answer.partition("->")
            if not arrow or not clean(_plain(right)):
                raise self.refuse(_("has a pair that lacks its right-hand side after ->"))
            sides = clean(_plain(left)), clean(_plain(right))
            if sides[0]:
                pairs.append(sides)
            else:
                extra.append(sides[1])
        if self.meta.get("kind") == "ordering":
            return Ordering(text, tuple(right for _left, right in pairs), **more)
        return Matching(text, tuple(pairs), tuple(extra), **more)

    def _option(self, sign: str, answer: str) -> tuple[Option, bool]:
        """The option, and whether its weight was written."""
        answer = answer.strip()
        weight = Decimal(100 if sign == "=" else 0)
        found = _WEIGHT.match(answer)
        if found:
            weight, answer = Decimal(found.group(1).replace(",", ".")), answer[found.end() :]
        answer, _mark, feedback = answer.partition("#")
        return Option(clean(_plain(self._format(answer))), weight, clean(_plain(feedback))), bool(found)

    def _choice(self, text: str, pieces: list[tuple[str, str]], more: dict[str, Any]) -> Choice:
        read = [self._option(sign, answer) for sign, answer in pieces]
        options = tuple(option for option, _weighted in read)
        weighted = any(w and sign == "~" for (sign, _a), (_o, w) in zip(pieces, read, strict=True))
        many = self.meta.get("kind") in ("multiple", "multiple-whole") or (
            weighted and not any(option.weight == 100 for option in options)
        )
        return Choice(text, options, many, whole=self.meta.get("kind") == "multiple-whole", **more)

    def _numbers(self, body: str) -> Iterable[Number]:
        pieces = _answers(body)
        for sign, answer in pieces:
            answer = answer.strip()
            if sign == "~":
                self.doubt(_("the feedback to wrong numbers is not kept"))
                continue
            found = _WEIGHT.match(answer)
            weight = Decimal(found.group(1).replace(",", ".")) if found else Decimal(100)
            answer, _mark, feedback = (answer[found.end() :] if found else answer).partition("#")
            # The tolerance's colon is the only sign here that is not escaped.
            low, dots, high = answer.partition("..")
            value, _colon, tolerance = answer.partition(":")
            try:
                if dots:
                    ends = [Decimal(end.strip().replace(",", ".")) for end in (low, high)]
                    middle, half = (ends[0] + ends[1]) / 2, abs(ends[1] - ends[0]) / 2
                    yield Number(middle, half, weight, clean(_plain(feedback)))
                else:
                    middle, half = (Decimal(part.strip().replace(",", ".")) for part in (value, tolerance or "0"))
                    yield Number(middle, half, weight, clean(_plain(feedback)))
            except InvalidOperation as error:
                shown = clean(_plain(answer))
                raise self.refuse(_("has a number that cannot be read: «%(text)s»", text=shown)) from error

    def _units(self, gap: str) -> tuple[Unit, ...]:
        found = []
        for part in filter(None, self.meta.get(f"units{gap}", "").split(",")):
            name, _sign, factor = part.rpartition("=")
            found.append(Unit(clean(name), self._number(factor, Decimal(1))))
        return tuple(found)


def _answers(body: str) -> list[tuple[str, str]]:
    """The answers with their signs, in order; an empty sign where the text begins without one."""
    before, *parts = re.split(r"([=~])", body)
    return [("", before)] if before.strip() else list(zip(parts[::2], parts[1::2], strict=True))


def _plain(text: str) -> str:
    return text.translate(_SHOWN)
