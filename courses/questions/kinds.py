"""What can be asked: one frozen class a kind. What a class says of itself is checked by `checks.wrong`."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True)
class Image:
    """A picture beside the text: its key in `lms.files`, and the words for those who cannot see it."""

    key: str
    alt: str


@dataclass(frozen=True)
class Option:
    """One choice. `weight` is what choosing it adds, in percent of the question; a wrong one takes away or adds 0."""

    text: str
    weight: Decimal
    feedback: str = ""

    @property
    def right(self) -> bool:
        return self.weight > 0


@dataclass(frozen=True)
class Number:
    """A number that earns `weight` percent, with everything at most `tolerance` away from it."""

    value: Decimal
    tolerance: Decimal = Decimal(0)
    weight: Decimal = Decimal(100)
    feedback: str = ""


@dataclass(frozen=True)
class Unit:
    """A unit in which a number may be given: what is typed, times `factor`, is in the first unit."""

    name: str
    factor: Decimal = Decimal(1)


@dataclass(frozen=True)
class Criterion:
    """A line of an essay's rubric: what is looked at, for how many points, and the marker's guide."""

    name: str
    points: Decimal
    guide: str = ""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    explanation: str = ""
    image: Image | None = None


@dataclass(frozen=True)
class Choice(_Asked):
    """Single choice (`many` is False: the one option of weight 100) or several (the right ones sum to 100).

    `whole`: several choices earn everything when exactly the right ones are chosen, else nothing.
    """

    text: str
    options: tuple[Option, ...]
    many: bool = False
    whole: bool = field(default=False, kw_only=True)

    @property
    def kind(self) -> str:
        return "multiple" if self.many else "single"


@dataclass(frozen=True)
class TrueFalse(_Asked):
    """A statement that is right or wrong."""

    text: str
    right: bool
    kind: Literal["truefalse"] = field(default="truefalse", init=False)


@dataclass(frozen=True)
class Matching(_Asked):
    """Pairs; the right-hand sides are shuffled, with `extra` ones that fit nothing. Equal ones are one answer.

    `key`, where a decision corrected it: for each pair the place in `sides` that is right instead of its own.
    """

    text: str
    pairs: tuple[tuple[str, str], ...]
    extra: tuple[str, ...] = ()
    kind: Literal["matching"] = field(default="matching", init=False)
    key: tuple[int, ...] = field(default=(), kw_only=True)

    @property
    def sides(self) -> tuple[str, ...]:
        """Every right-hand side as it is stored."""
        return (*(right for _left, right in self.pairs), *self.extra)


@dataclass(frozen=True)
class Ordering(_Asked):
    """Items to be put in order; `items` stand in the right one, or `key` says it where a decision corrected it."""

    text: str
    items: tuple[str, ...]
    kind: Literal["ordering"] = field(default="ordering", init=False)
    key: tuple[int, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class Numeric(_Asked):
    """A number, in the first unit when none is typed."""

    text: str
    answers: tuple[Number, ...]
    units: tuple[Unit, ...] = ()
    kind: Literal["numeric"] = field(default="numeric", init=False)


@dataclass(frozen=True)
class ShortText(_Asked):
    """A few words, blind to case, spacing and where the tone is written; blind to accents too unless `accents`."""

    text: str
    answers: tuple[Option, ...]
    accents: bool = True
    kind: Literal["short"] = field(default="short", init=False)


@dataclass(frozen=True)
class Gap:
    """A gap of a cloze text: a question without text of its own, and its share beside the other gaps."""

    asked: "Choice | ShortText | Numeric"
    weight: int = 1


@dataclass(frozen=True)
class Cloze(_Asked):
    """A text with gaps, [[1]] to [[n]], each once and in their order."""

    text: str
    gaps: tuple[Gap, ...]
    kind: Literal["cloze"] = field(default="cloze", init=False)


@dataclass(frozen=True)
class Essay(_Asked):
    """A text that a person marks by the rubric."""

    text: str
    rubric: tuple[Criterion, ...] = ()
    kind: Literal["essay"] = field(default="essay", init=False)


Content = Choice | TrueFalse | Matching | Ordering | Numeric | ShortText | Cloze | Essay
KINDS = ("single", "multiple", "truefalse", "matching", "ordering", "numeric", "short", "cloze", "essay")
