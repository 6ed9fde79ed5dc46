"""Aiken: one line of text, A. B. C. below it, ANSWER: B. One right answer; nothing else is carried."""

import re
from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _

from courses.questions.formats.base import (
    Entry,
    Images,
    Note,
    Reading,
    Unreadable,
    Written,
    clean_lines,
    one_line,
    text_of,
)
from courses.questions.formats.keys import read_key
from courses.questions.types import Choice, Option, Question, TrueFalse
from lms.text import clean

NAME, SUFFIX, MIME = "aiken", "txt", "text/plain"

_OPTION = re.compile(r"\s*([A-Z])[.)]\s+(.*)")
_ANSWER = re.compile(r"\s*(?:ANSWER|ĐÁP ÁN)\s*:\s*([A-Z])\.?\s*", re.IGNORECASE)


def sniff(data: bytes) -> bool:
    """Options A. and B. on lines of their own, and an ANSWER or no braces at all."""
    try:
        text = text_of(data[:200_000])
    except Exception:  # a letter cut in two, or no text: another format will say so
        text = data[:200_000].decode("utf-8", "ignore")
    lines = text.split("\n")
    options = any(re.match(r"\s*A[.)]\s+\S", line) for line in lines) and any(
        re.match(r"\s*B[.)]\s+\S", line) for line in lines
    )
    return options and (any(_ANSWER.fullmatch(line) for line in lines) or "{" not in text)


def read(data: bytes, key: bytes | None = None) -> Reading:
    """Reads a file; what is wrong is told with its line. A second file may hold the key."""
    reading = Reading()
    given = read_key(key) if key is not None else {}
    texts: list[str] = []
    options: list[str] = []
    start, number = 0, 0

    def close(answer: str, place: str) -> None:
        nonlocal number
        number += 1
        answer = answer or given.get(number, "")
        text, found = clean_lines("\n".join(texts)), list(options)
        reading.add(place, "", lambda: _question(text, found, answer))
        texts.clear()
        options.clear()

    lines = text_of(data).split("\n")
    for line_number, line in enumerate([*lines, ""], start=1):
        place = _("Line %(line)s", line=start)
        if answer := _ANSWER.fullmatch(line):
            close(answer.group(1).upper(), place)
        elif (found := _OPTION.match(line)) and texts and ord(found.group(1)) == ord("A") + len(options):
            options.append(clean(found.group(2)))
        elif options and (not line.strip() or line_number > len(lines)) and given:
            close("", place)
        elif line.strip():
            if options:  # the question above has no ANSWER
                close("", place)
            start = line_number if not texts else start
            texts.append(line)
    if texts or options:
        close("", _("Line %(line)s", line=start))
    return reading


def _question(text: str, options: list[str], answer: str) -> Question:
    if not options:
        raise Unreadable(_("it has no options A, B, C …"))
    if not answer:
        raise Unreadable(_("it has no line «ANSWER: A»"))
    right = ord(answer[0]) - ord("A")
    if right >= len(options):
        raise Unreadable(_("the key says %(key)s, which is no option", key=answer))
    return Question("", Choice(text, tuple(Option(o, Decimal(100 * (i == right))) for i, o in enumerate(options))))


def write(entries: Sequence[Entry], images: Images) -> Written:
    """Aiken; questions of other kinds are left out and named, and so is what a question loses."""
    parts, lost = [], []
    for entry in entries:
        question, content = entry.question, entry.question.content
        if isinstance(content, TrueFalse):
            options = (
                Option(_("True"), Decimal(100 * content.right)),
                Option(_("False"), Decimal(100 * (not content.right))),
            )
            lost.append(Note(question.name, _("true/false becomes a choice")))
        elif isinstance(content, Choice) and not content.many:
            options = content.options  # type: ignore[assignment]
        else:
            lost.append(Note(question.name, _("questions of this kind cannot be carried: left out")))
            continue
        if losses := losses_of(entry, named=True):
            lost.append(Note(question.name, _("not carried: %(what)s", what=", ".join(losses))))
        letters = [chr(ord("A") + place) for place in range(len(options))]
        right = next(letter for letter, option in zip(letters, options, strict=True) if option.right)
        lines = [one_line(content.text), *(f"{x}. {o.text}" for x, o in zip(letters, options, strict=True))]
        parts.append("\n".join([*lines, f"ANSWER: {right}", ""]))
    return Written("\n".join(parts).encode(), lost)


def losses_of(entry: Entry, *, named: bool = False) -> list[str]:
    """What a question has beside its text, options and key, in words; `named`: its name too."""
    question, content = entry.question, entry.question.content
    feedback = isinstance(content, Choice) and any(option.feedback for option in content.options)
    found = {
        _("question code"): named and question.name,
        _("document and clause"): question.document or question.clause,
        _("level"): question.level,
        _("days of validity"): question.valid_from or question.valid_to or question.checked_on,
        _("explanation"): content.explanation,
        _("image"): content.image,
        _("feedback"): feedback,
        _("topic"): entry.topic,
        _("line breaks"): "\n" in content.text,
    }
    return [what for what, there in found.items() if there]
