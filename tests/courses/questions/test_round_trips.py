"""Export then import is the identity for what a format can carry; the rest is named, never dropped silently."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.questions import exchange
from courses.questions.checks import wrong
from courses.questions.formats.base import Entry
from courses.questions.formats.moodle_cloze import equal_shares
from courses.questions.types import Choice, Cloze, Content, Essay, Matching, Numeric, Option, Question, ShortText, Unit
from tests.courses.questions.strategies import BY_KIND, banks, days, maybe, questions, texts

CARRIES = {
    "gift": set(BY_KIND),
    "moodlexml": set(BY_KIND),
    "qti21": set(BY_KIND),
    "qti30": set(BY_KIND),
    "qti12": {"single", "multiple", "truefalse", "matching", "numeric", "short", "essay"},
    "aiken": {"single"},
    "docx": {"single", "multiple", "truefalse", "short", "essay"},
    "xlsx": {"single", "multiple", "truefalse", "short", "essay", "matching", "ordering"},
}


@pytest.fixture(autouse=True)
def _speak(the_app: Flask) -> Iterator[None]:
    with the_app.app_context():
        yield


def carried(name: str, content: Any) -> Content:
    """What of a content the format holds: the losses that it names are taken away beforehand."""
    if name == "gift":
        return content
    match content:
        case Choice(many=True) if name in ("docx", "xlsx"):
            content = replace(content, options=equal_shares(content.options))
        case Numeric() if name.startswith("qti"):
            content = replace(content, units=(), answers=tuple(replace(n, feedback="") for n in content.answers))
        case Numeric() if any(1 / unit.factor != round(1 / unit.factor, 6) for unit in content.units):
            content = replace(content, units=())
        case ShortText() if name.startswith("qti"):
            content = replace(content, answers=tuple(replace(a, feedback="") for a in content.answers))
        case ShortText() if name in ("docx", "xlsx"):
            content = replace(content, answers=tuple(Option(a.text, Decimal(100)) for a in content.answers))
        case Essay() if name in ("docx", "xlsx", "qti12"):
            content = replace(content, rubric=())
        case Matching() if name == "xlsx":
            content = replace(content, extra=())
        case Cloze():
            content = replace(content, gaps=tuple(replace(g, asked=_gap(name, g.asked)) for g in content.gaps))
    if isinstance(content, Choice) and name in ("aiken", "docx", "xlsx", "qti12"):
        content = replace(content, options=tuple(replace(o, feedback="") for o in content.options))
    if name == "aiken":
        content = replace(content, explanation="", text=content.text.replace("\n", " "))
    return content


def _gap(name: str, asked: Any) -> Any:
    asked = carried(name, asked)
    return replace(asked, units=()) if isinstance(asked, Numeric) else asked


def fit_for(name: str) -> Any:
    """Questions of the kinds that a format carries, without what it names as lost."""
    kinds = st.one_of(*(BY_KIND[kind] for kind in sorted(CARRIES[name])))
    contents = kinds.filter(lambda content: not wrong(content)).map(lambda content: carried(name, content))
    levels = st.sampled_from(["", "nhan-biet", "van-dung"])
    if name == "aiken":
        return st.builds(Question, texts, contents)
    return st.builds(Question, texts, contents, st.sampled_from(["", "qd-23"]), maybe, levels, days, days, days)


@pytest.mark.parametrize("name", sorted(set(CARRIES) - {"docx", "xlsx"}))
@given(data=st.data())
def test_export_then_import_is_the_identity(name: str, data: Any) -> None:
    same_again(name, data)


@pytest.mark.parametrize("name", ["docx", "xlsx"])
@settings(max_examples=12)  # office files are slow to make and to read
@given(data=st.data())
def test_export_to_an_office_file_then_import_is_the_identity(name: str, data: Any) -> None:
    same_again(name, data)


def same_again(name: str, data: Any) -> None:
    bank = data.draw(banks(fit_for(name)))
    if name == "aiken":  # a question without a name is called by its text
        bank = list({question.content.text: question for question in bank}.values())
    entries = [Entry(question, topic="" if name == "aiken" else "02-nghi-quyet-25") for question in bank]
    written = exchange.write(name, entries)
    found, reading = exchange.read(written.data)
    assert (found, reading.refused, reading.doubts) == (name, [], [])
    if name == "aiken":
        assert [entry.question.content for entry in reading.entries] == [question.content for question in bank]
        return
    assert [(entry.topic, entry.question) for entry in reading.entries] == [(e.topic, e.question) for e in entries]


@pytest.mark.parametrize("name", sorted(CARRIES))
@settings(max_examples=15)
@given(data=st.data())
def test_what_is_not_carried_is_named(name: str, data: Any) -> None:
    question = data.draw(questions)
    written = exchange.write(name, [Entry(question)])
    if not written.lost:
        _name, reading = exchange.read(written.data)
        assert [entry.question for entry in reading.entries] == [question]


def test_units_whose_factor_is_no_round_figure_are_named() -> None:
    question = Question("x", Numeric("?", (), (Unit("tá", Decimal(1)), Unit("chục", Decimal("0.3")))))
    assert exchange.write("moodlexml", [Entry(question)]).lost
