"""GIFT, Moodle's text format: single and several choices, true/false, matching.

A question that cannot be read is reported with its line; the others are read all the same. A comment line above a
question, `// document: qd-23; clause: Điều 3; level: nhan-biet`, says what it rests on.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _

from courses.questions.types import LEVELS, Choice, Content, Matching, Option, Question, TrueFalse
from lms.text import clean

_SPECIAL = re.compile(r"([\\~=#{}:])")
_ESCAPED = re.compile(r"\\([\\~=#{}:n])")
# While a file is taken apart, an escaped sign is a letter of the private area: what is left is never escaped.
_HIDDEN = {sign: chr(0xE000 + index) for index, sign in enumerate("\\~=#{}:n")}
_SHOWN = str.maketrans({hidden: " " if sign == "n" else sign for sign, hidden in _HIDDEN.items()})
_META = re.compile(r"//\s*(document\s*:.*)")
_WEIGHT = re.compile(r"%(-?[0-9]+(?:[.,][0-9]+)?)%")
_FORMAT = re.compile(r"\[(?:html|moodle|plain|markdown)\]")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file, and on which line; the sentence is for a person."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return str(_("Line %(line)s: %(sentence)s", line=self.line, sentence=self.sentence))


class _Unreadable(Exception):
    pass


def parse(text: str) -> tuple[list[Question], list[Problem]]:
    """Reads a GIFT file: the questions that can be read, and what is wrong with the others, by line."""
    questions: list[Question] = []
    problems: list[Problem] = []
    names: set[str] = set()
    hidden = _ESCAPED.sub(lambda found: _HIDDEN[found.group(1)], text)
    for line, meta, block in _blocks(hidden):
        try:
            question = _question(block, meta, line)
            if question.name in names:
                raise _Unreadable(_("the name «%(name)s» is used twice", name=question.name))
            names.add(question.name)
            questions.append(question)
        except _Unreadable as error:
            problems.append(Problem(line, str(error)))
    return questions, problems


def _blocks(text: str) -> Iterable[tuple[int, str, str]]:
    """Questions with their first line and metadata: blank lines part them, except within braces."""
    lines: list[str] = []
    start, meta, depth = 0, "", 0
    for number, line in enumerate([*text.lstrip("\ufeff").splitlines(), ""], start=1):
        stripped = line.strip()
        if depth == 0 and stripped.startswith("//"):
            meta = found.group(1) if (found := _META.match(stripped)) else meta
            continue
        if depth == 0 and stripped.startswith("$CATEGORY"):
            continue
        # A brace that is never closed must not swallow the rest of the file: a new name starts a new question.
        if depth > 0 and stripped.startswith("::") and stripped.count("::") >= 2:
            yield start, meta, "\n".join(lines)
            lines, meta, depth = [], "", 0
        if not stripped and depth == 0:
            if lines:
                yield start, meta, "\n".join(lines)
                lines, meta = [], ""
            continue
        if depth > 0 and stripped.startswith("//"):
            meta_inside = _META.match(stripped)
            if meta_inside:  # the question above was never closed
                yield start, meta, "\n".join(lines)
                lines, meta, depth = [], meta_inside.group(1), 0
            continue
        if not lines:
            start = number
        lines.append(line)
        depth = max(0, depth + line.count("{") - line.count("}"))
    if lines:
        yield start, meta, "\n".join(lines)


def _question(block: str, meta: str, line: int) -> Question:
    found = re.match(r"\s*::(.+?)::", block, re.DOTALL)
    name, rest = (clean(_plain(found.group(1))), block[found.end() :]) if found else (f"line-{line}", block)
    parts = re.split(r"[{}]", rest)
    if len(parts) == 1:
        raise _Unreadable(_("question «%(name)s» has no answers in { }", name=name))
    if len(parts) == 2:
        raise _Unreadable(_("question «%(name)s» lacks the closing brace }", name=name))
    if len(parts) > 3:
        raise _Unreadable(_("question «%(name)s» has more than one { }: several gaps are not read yet", name=name))
    if parts[2].strip():
        raise _Unreadable(_("question «%(name)s» has text after }: missing words are not read yet", name=name))
    text = clean(_plain(_FORMAT.sub("", parts[0].strip(), count=1)))
    if not text:
        raise _Unreadable(_("question «%(name)s» has no text", name=name))
    content = _content(name, text, parts[1])
    return Question(name, content, **_metadata(meta))


def _metadata(meta: str) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in meta.split(";") if ":" in part)
    found = {key.strip(): clean(value) for key, value in pairs}
    level = found.get("level", "")
    return {
        "document": found.get("document", ""),
        "clause": found.get("clause", ""),
        "level": level if level in LEVELS else "",
    }


def _content(name: str, text: str, answers: str) -> Content:
    body, _mark, explanation = answers.partition("####")
    explanation = clean(_plain(explanation))
    bare = body.strip()
    word = bare.partition("#")[0].strip().upper()
    if word in ("T", "TRUE", "F", "FALSE"):
        return TrueFalse(text, word.startswith("T"), explanation)
    if not bare:
        raise _Unreadable(_("question «%(name)s» is an essay: this kind is not read yet", name=name))
    if bare.startswith("#"):
        raise _Unreadable(_("question «%(name)s» is numeric: this kind is not read yet", name=name))
    pieces = _answers(bare)
    if not pieces or pieces[0][0] == "":
        raise _Unreadable(_("the answers of question «%(name)s» must begin with = or ~", name=name))
    if all(sign == "=" for sign, _text in pieces):
        return _matching(name, text, [answer for _sign, answer in pieces], explanation)
    return _choice(name, text, pieces, explanation)


def _answers(body: str) -> list[tuple[str, str]]:
    """The answers with their signs, in order; an empty sign where the text begins without one."""
    before, *parts = re.split(r"([=~])", body)
    return [("", before)] if before.strip() else list(zip(parts[::2], parts[1::2], strict=True))


def _matching(name: str, text: str, answers: list[str], explanation: str) -> Matching:
    if not any("->" in answer for answer in answers):
        raise _Unreadable(_("question «%(name)s» asks for a short text: this kind is not read yet", name=name))
    pairs = []
    for answer in answers:
        left, arrow, right = answer.partition("->")
        if not arrow or not clean(_plain(right)):
            raise _Unreadable(_("a pair of question «%(name)s» lacks its right-hand side after ->", name=name))
        pairs.append((clean(_plain(left)), clean(_plain(right))))
    if len(pairs) < 2:
        raise _Unreadable(_("question «%(name)s» needs at least two pairs", name=name))
    return Matching(text, tuple(pairs), explanation)


def _choice(name: str, text: str, pieces: list[tuple[str, str]], explanation: str) -> Choice:
    options = []
    weighted = False
    for sign, answer in pieces:
        weight = Decimal(100 if sign == "=" else 0)
        answer = answer.strip()
        if found := _WEIGHT.match(answer):
            weighted = weighted or sign == "~"
            try:
                weight = Decimal(found.group(1).replace(",", "."))
            except InvalidOperation as error:
                raise _Unreadable(_("question «%(name)s» has a weight that is no number", name=name)) from error
            answer = answer[found.end() :]
        answer, _mark, feedback = answer.partition("#")
        option = Option(clean(_plain(answer)), weight, clean(_plain(feedback)))
        if not option.text:
            raise _Unreadable(_("an answer of question «%(name)s» is empty", name=name))
        options.append(option)
    many = weighted and not any(option.weight == 100 for option in options)
    right = [option for option in options if option.right]
    if len(options) < 2:
        raise _Unreadable(_("question «%(name)s» needs at least two answers", name=name))
    if not right:
        raise _Unreadable(_("question «%(name)s» has no right answer", name=name))
    if not many and len(right) > 1:
        raise _Unreadable(_("question «%(name)s» has several right answers but no weights", name=name))
    if many and not Decimal("99.9") <= sum(option.weight for option in right) <= Decimal("100.1"):
        raise _Unreadable(_("the right answers of question «%(name)s» must add up to 100%%", name=name))
    return Choice(text, tuple(options), many, explanation)


def _plain(text: str) -> str:
    return text.translate(_SHOWN)


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def write(questions: Iterable[Question]) -> str:
    """GIFT that `parse` reads back to the same questions."""
    return "\n".join(_written(question) for question in questions)


def _written(question: Question) -> str:
    lines = []
    if question.document or question.clause or question.level:
        lines.append(f"// document: {question.document}; clause: {question.clause}; level: {question.level}")
    content = question.content
    lines.append(f"::{_escape(question.name)}:: {_escape(content.text)} {{")
    match content:
        case TrueFalse():
            lines.append("  TRUE" if content.right else "  FALSE")
        case Matching():
            lines += [f"  ={_escape(left)} -> {_escape(right)}" for left, right in content.pairs]
        case Choice():
            lines += [_option(option, content.many) for option in content.options]
    if content.explanation:
        lines.append(f"  ####{_escape(content.explanation)}")
    return "\n".join([*lines, "}", ""])


def _option(option: Option, many: bool) -> str:
    sign = f"~%{option.weight.normalize():f}%" if many else "=" if option.right else "~"
    if not many and option.text.startswith("%"):  # or it would be read as a weight
        sign += f"%{option.weight.normalize():f}%"
    feedback = f" #{_escape(option.feedback)}" if option.feedback else ""
    return f"  {sign}{_escape(option.text)}{feedback}"
