"""What a question is, whatever its source: its content, how an answer looks, and what the browser may see of it.

An *answer* is in the order that was shown: an index, a list of indices, a truth, or for matching a list of indices
(None where nothing was chosen). The *order* of a paper says which stored option stands at each shown place.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from random import Random
from typing import Any, Literal

LEVELS = ("nhan-biet", "thong-hieu", "van-dung")


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
class Choice:
    """Single choice (`many` is False: the one option of weight 100) or several (the right ones sum to 100)."""

    text: str
    options: tuple[Option, ...]
    many: bool = False
    explanation: str = ""

    @property
    def kind(self) -> str:
        return "multiple" if self.many else "single"


@dataclass(frozen=True)
class TrueFalse:
    """A statement that is right or wrong."""

    text: str
    right: bool
    explanation: str = ""
    kind: Literal["truefalse"] = "truefalse"


@dataclass(frozen=True)
class Matching:
    """Pairs; the right-hand sides are shuffled. Equal right-hand sides count as the same answer."""

    text: str
    pairs: tuple[tuple[str, str], ...]
    explanation: str = ""
    kind: Literal["matching"] = "matching"


Content = Choice | TrueFalse | Matching


@dataclass(frozen=True)
class Question:
    """A question of the bank: its name in the files, its content, and the document and clause it rests on."""

    name: str
    content: Content
    document: str = ""
    clause: str = ""
    level: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives back an equal question."""
        content = {"kind": self.content.kind, **asdict(self.content)}
        if isinstance(self.content, Choice):
            content["options"] = [{**asdict(o), "weight": str(o.weight)} for o in self.content.options]
            del content["many"]
        if isinstance(self.content, Matching):
            content["pairs"] = [list(pair) for pair in self.content.pairs]
        known = {"name": self.name, "document": self.document, "clause": self.clause, "level": self.level}
        return known | {"content": content}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Question":
        """The question that `to_json` wrote."""
        return Question(data["name"], _content(dict(data["content"])), data["document"], data["clause"], data["level"])


def _content(data: dict[str, Any]) -> Content:
    text, explanation = data["text"], data["explanation"]
    match data["kind"]:
        case "truefalse":
            return TrueFalse(text, data["right"], explanation)
        case "matching":
            return Matching(text, tuple((left, right) for left, right in data["pairs"]), explanation)
        case "single" | "multiple":
            options = tuple(Option(o["text"], Decimal(o["weight"]), o["feedback"]) for o in data["options"])
            return Choice(text, options, data["kind"] == "multiple", explanation)
    raise ValueError(f"no such kind of question: {data['kind']}")


def draw_order(content: Content, dice: Random) -> list[int]:
    """The order in which the options (for matching: the right-hand sides) are shown on one paper."""
    match content:
        case Choice():
            count = len(content.options)
        case Matching():
            count = len(content.pairs)
        case TrueFalse():
            return []
    return dice.sample(range(count), count)


@dataclass(frozen=True)
class View:
    """All that the browser may see before the review: nothing here tells the key."""

    kind: str
    text: str
    # Options in the order shown; for matching the right-hand sides, each text once.
    choices: tuple[str, ...] = ()
    # The left-hand sides of a matching question.
    prompts: tuple[str, ...] = ()


def paper_view(content: Content, order: list[int]) -> View:
    """The question as the browser may see it, in the paper's order."""
    match content:
        case Choice():
            return View(content.kind, content.text, tuple(content.options[i].text for i in order))
        case TrueFalse():
            return View("truefalse", content.text)
        case Matching():
            return View("matching", content.text, _sides(content, order), tuple(left for left, _right in content.pairs))


def _sides(content: Matching, order: list[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(content.pairs[i][1] for i in order))


def check_answer(content: Content, order: list[int], answer: Any) -> None:
    """Raises ValueError for an answer that cannot belong to this question: it was not made by our page."""
    match content:
        case Choice(many=False):
            fits = _index(answer, len(content.options))
        case Choice():
            fits = isinstance(answer, list) and all(_index(i, len(content.options)) for i in answer)
            fits = fits and len(set(answer)) == len(answer)
        case TrueFalse():
            fits = isinstance(answer, bool)
        case Matching():
            sides = len(_sides(content, order))
            fits = isinstance(answer, list) and len(answer) == len(content.pairs)
            fits = fits and all(i is None or _index(i, sides) for i in answer)
    if not fits:
        raise ValueError(f"{answer!r} is no answer to a question of kind {content.kind}")


def _index(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def right_answer(content: Content, order: list[int]) -> Any:
    """The answer that earns everything, in the paper's order: for the review, never before."""
    match content:
        case Choice(many=False):
            return next(place for place, i in enumerate(order) if content.options[i].right)
        case Choice():
            return [place for place, i in enumerate(order) if content.options[i].right]
        case TrueFalse():
            return content.right
        case Matching():
            sides = _sides(content, order)
            return [sides.index(right) for _left, right in content.pairs]
