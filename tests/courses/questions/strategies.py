"""Questions of every kind, for property tests: the texts are full of the signs that formats live on."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from courses.questions.checks import wrong
from courses.questions.formats.moodle_cloze import equal_shares
from courses.questions.types import (
    Choice,
    Cloze,
    Content,
    Criterion,
    Essay,
    Gap,
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

LETTERS = "aăâbđêôơưAĐỀộễững 0127 \\~=#{}:;%->[]*/\"'<&|.,()$_?!–“”"
texts = st.text(LETTERS, min_size=1, max_size=25).map(clean).filter(bool)
words = st.text("aăâđêôơưáạBĐ ", min_size=1, max_size=12).map(clean).filter(bool)
maybe = st.one_of(st.just(""), texts)
lines = st.lists(texts, min_size=1, max_size=3).map("\n".join)
figures = st.decimals(-1000, 1000, places=2)
amounts = st.decimals(0, 10, places=2)
explained = st.one_of(st.just(""), lines)


def options(draw: Any, count: int, rights: int) -> tuple[Option, ...]:
    named = draw(st.lists(texts, min_size=count, max_size=count, unique=True))
    share = (Decimal(100) / rights).quantize(Decimal("0.00001")).normalize() + 0
    weights = [share] * rights + [draw(st.sampled_from([Decimal(0), Decimal(-50)]))] * (count - rights)
    weights = draw(st.permutations(weights))
    return tuple(Option(text, weight, draw(maybe)) for text, weight in zip(named, weights, strict=True))


@st.composite
def singles(draw: Any) -> Choice:
    count = draw(st.integers(2, 5))
    plain = tuple(Option(o.text, Decimal(100 if o.right else 0), o.feedback) for o in options(draw, count, 1))
    return Choice(draw(lines), plain, explanation=draw(explained))


@st.composite
def multiples(draw: Any) -> Choice:
    count = draw(st.integers(2, 6))
    found = options(draw, count, draw(st.integers(1, count)))
    whole = draw(st.booleans())
    if whole:  # its shares are of no account: in equal parts, as every way in makes them
        found = equal_shares(found)
    return Choice(draw(lines), found, True, whole=whole, explanation=draw(explained))


truths = st.builds(TrueFalse, lines, st.booleans(), explanation=explained)


@st.composite
def matchings(draw: Any) -> Matching:
    lefts = draw(st.lists(texts, min_size=2, max_size=5, unique=True))
    extra = tuple(draw(st.lists(texts, max_size=2)))
    return Matching(draw(lines), tuple((left, draw(texts)) for left in lefts), extra, explanation=draw(explained))


orderings = st.builds(
    Ordering, lines, st.lists(texts, min_size=2, max_size=5, unique=True).map(tuple), explanation=explained
)


@st.composite
def numerics(draw: Any) -> Numeric:
    first = Number(draw(figures), draw(amounts), Decimal(100), draw(maybe))
    half = [Number(draw(figures), draw(amounts), Decimal(50))] if draw(st.booleans()) else []
    names = draw(st.lists(st.sampled_from(["km", "m", "tiết", "%"]), max_size=2, unique=True))
    factors = [Decimal(1), draw(st.sampled_from([Decimal("0.001"), Decimal(1000)]))]
    units = tuple(Unit(name, factor) for name, factor in zip(names, factors, strict=False))
    return Numeric(draw(lines), (first, *half), units, explanation=draw(explained))


@st.composite
def shorts(draw: Any) -> ShortText:
    named = draw(st.lists(texts, min_size=1, max_size=3, unique=True))
    weights = [Decimal(100), *(Decimal(50) for _more in named[1:])]
    answers = tuple(Option(text, weight, draw(maybe)) for text, weight in zip(named, weights, strict=True))
    return ShortText(draw(lines), answers, draw(st.booleans()), explanation=draw(explained))


def _as_gap(content: Any) -> Any:
    known = {**vars(content), "text": "", "explanation": ""}
    known.pop("kind", None)
    return type(content)(**known)


@st.composite
def clozes(draw: Any) -> Cloze:
    gaps = draw(st.lists(st.one_of(singles(), shorts(), numerics()).map(_as_gap), min_size=1, max_size=3))
    text = draw(words) + "".join(f" [[{number}]] {draw(words)}" for number in range(1, len(gaps) + 1))
    weighted = tuple(Gap(gap, draw(st.integers(1, 3))) for gap in gaps)
    return Cloze(text, weighted, explanation=draw(explained))


criteria = st.builds(Criterion, texts, st.sampled_from([Decimal(1), Decimal("2.5")]), st.one_of(st.just(""), lines))
essays = st.builds(Essay, lines, st.lists(criteria, max_size=3).map(tuple), explanation=explained)

BY_KIND: dict[str, SearchStrategy[Any]] = {
    "single": singles(), "multiple": multiples(), "truefalse": truths, "matching": matchings(), "ordering": orderings,
    "numeric": numerics(), "short": shorts(), "cloze": clozes(), "essay": essays,
}  # fmt: skip
contents: SearchStrategy[Content] = st.one_of(*BY_KIND.values()).filter(lambda content: not wrong(content))
days = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
questions = st.builds(
    Question, texts, contents, st.sampled_from(["", "qd-23", "luat-10"]), maybe,
    st.sampled_from(["", "nhan-biet", "thong-hieu", "van-dung"]), days, days, days,
)  # fmt: skip


def banks(kind: SearchStrategy[Question] = questions, most: int = 4) -> SearchStrategy[list[Question]]:
    """Several questions, each with a name of its own."""
    return st.lists(kind, min_size=1, max_size=most, unique_by=lambda question: question.name)
