"""What a question is, whatever its source, and the functions through which a paper shows it and takes an answer.

The *order* of a paper says which stored option stands at each shown place. An *answer* is what the browser sends, in
the order that was shown; None is no answer. What it looks like, by kind:

- `single`: the index of a choice. `multiple`: a list of such indices, each once. `truefalse`: true or false.
- `matching`: for each prompt the index of a choice, or None.
- `ordering`: for each prompt (the items as shown) the index of a choice: its place, counted from 0; or None.
- `numeric`: the text typed, "8,5 km". `short`: the text typed. `essay`: the text, several lines.
- `cloze`: for each gap None or what its own kind asks: an index (`single`) or a text (`short`, `numeric`). The text
  shows gap n as [[n]], counted from 1.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from courses.questions.kinds import (
    KINDS,
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
    ShortText,
    TrueFalse,
    Unit,
)

__all__ = [
    "KINDS", "LEVELS", "Choice", "Cloze", "Content", "Criterion", "Essay", "Gap", "Image", "Matching", "Number",
    "Numeric", "Option", "Ordering", "Question", "ShortText", "TrueFalse", "Unit", "View", "by_hand", "check_answer",
    "draw_order", "paper_view", "parts", "right_answer",
]  # fmt: skip

LEVELS = ("nhan-biet", "thong-hieu", "van-dung")
TYPED_LIMIT = 500
ESSAY_LIMIT = 50_000


@dataclass(frozen=True)
class Question:
    """A question of the bank: its name, its content, the document and clause it rests on, and when it may be drawn.

    `checked_on`: the day on which an author said that it stands although its document was replaced.
    """

    name: str
    content: Content
    document: str = ""
    clause: str = ""
    level: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    checked_on: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives back an equal question."""
        known = {"name": self.name, "document": self.document, "clause": self.clause, "level": self.level}
        days = {key: getattr(self, key) for key in ("valid_from", "valid_to", "checked_on")}
        known |= {key: day.isoformat() for key, day in days.items() if day}
        return known | {"content": _to_json(self.content)}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Question":
        """The question that `to_json` wrote, now or in an older version."""
        days: dict[str, Any] = {
            key: date.fromisoformat(data[key]) for key in ("valid_from", "valid_to", "checked_on") if data.get(key)
        }
        texts = (data["document"], data["clause"], data["level"])
        return Question(data["name"], _from_json(data["content"]), *texts, **days)


def _to_json(content: Content) -> dict[str, Any]:
    data = {"kind": content.kind, **_plain(asdict(content))}
    data.pop("many", None)
    if isinstance(content, Cloze):
        data["gaps"] = [{"asked": _to_json(gap.asked), "weight": gap.weight} for gap in content.gaps]
    # What is not used is not written: most questions have no image.
    unused: dict[str, Any] = {"image": None, "extra": [], "units": [], "whole": False, "key": []}
    return {key: value for key, value in data.items() if key not in unused or value != unused[key]}


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case Decimal():
            return str(value)
    return value


def _from_json(data: Mapping[str, Any]) -> Content:
    text, image = data["text"], data.get("image")
    more: dict[str, Any] = {"explanation": data["explanation"], "image": Image(**image) if image else None}
    match data["kind"]:
        case "truefalse":
            return TrueFalse(text, data["right"], **more)
        case "matching":
            pairs = tuple((left, right) for left, right in data["pairs"])
            return Matching(text, pairs, tuple(data.get("extra", ())), key=tuple(data.get("key", ())), **more)
        case "single" | "multiple" as kind:
            return Choice(text, _options(data["options"]), kind == "multiple", whole=data.get("whole", False), **more)
        case "ordering":
            return Ordering(text, tuple(data["items"]), key=tuple(data.get("key", ())), **more)
        case "numeric":
            numbers = (
                Number(Decimal(n["value"]), Decimal(n["tolerance"]), Decimal(n["weight"]), n["feedback"])
                for n in data["answers"]
            )
            units = (Unit(unit["name"], Decimal(unit["factor"])) for unit in data.get("units", ()))
            return Numeric(text, tuple(numbers), tuple(units), **more)
        case "short":
            return ShortText(text, _options(data["answers"]), data["accents"], **more)
        case "cloze":
            gaps = ((_from_json(gap["asked"]), gap["weight"]) for gap in data["gaps"])
            kinds = (Choice, ShortText, Numeric)
            return Cloze(text, tuple(Gap(asked, weight) for asked, weight in gaps if isinstance(asked, kinds)), **more)
        case "essay":
            rubric = (Criterion(c["name"], Decimal(c["points"]), c["guide"]) for c in data["rubric"])
            return Essay(text, tuple(rubric), **more)
    raise ValueError(f"no such kind of question: {data['kind']}")


def _options(rows: list[dict[str, Any]]) -> tuple[Option, ...]:
    return tuple(Option(row["text"], Decimal(row["weight"]), row["feedback"]) for row in rows)


def by_hand(content: Content) -> bool:
    """Whether a person marks it: `mark` then says 0 until one has."""
    return isinstance(content, Essay)


def draw_order(content: Content, dice: Random) -> list[int]:
    """The order in which the options (right-hand sides, items) stand on one paper; a cloze: its choices' in a row."""
    match content:
        case Choice():
            count = len(content.options)
        case Matching():
            count = len(content.pairs) + len(content.extra)
        case Ordering():
            count = len(content.items)
        case Cloze():
            return [place for gap in content.gaps for place in draw_order(gap.asked, dice)]
        case _:
            return []
    return dice.sample(range(count), count)


@dataclass(frozen=True)
class View:
    """All that the browser may see before the review: nothing here tells the key."""

    kind: str
    text: str
    # Options in the order shown; right-hand sides, each text once; the places of an ordering; a number's units.
    choices: tuple[str, ...] = ()
    # Left-hand sides; the items to be put in order; an essay's criteria.
    prompts: tuple[str, ...] = ()
    gaps: tuple["View", ...] = ()
    image: Image | None = None


def paper_view(content: Content, order: list[int]) -> View:
    """The question as the browser may see it, in the paper's order."""
    choices: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    gaps: tuple[View, ...] = ()
    match content:
        case Choice():
            choices = tuple(content.options[i].text for i in order)
        case Matching():
            choices, prompts = _sides(content, order), tuple(left for left, _right in content.pairs)
        case Ordering():
            choices = tuple(str(place) for place in range(1, len(order) + 1))
            prompts = tuple(content.items[i] for i in order)
        case Numeric():
            choices = tuple(unit.name for unit in content.units)
        case Cloze():
            gaps = tuple(paper_view(gap.asked, part) for gap, part in parts(content, order))
        case Essay():
            prompts = tuple(criterion.name for criterion in content.rubric)
    return View(content.kind, content.text, choices, prompts, gaps, content.image)


def _sides(content: Matching, order: list[int]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(content.sides[i] for i in order))


def parts(content: Cloze, order: list[int]) -> list[tuple[Gap, list[int]]]:
    """The gaps of a cloze, each with its own part of the paper's order."""
    found, start = [], 0
    for gap in content.gaps:
        end = start + (len(gap.asked.options) if isinstance(gap.asked, Choice) else 0)
        found.append((gap, order[start:end]))
        start = end
    return found


def check_answer(content: Content, order: list[int], answer: Any) -> None:
    """Raises ValueError for an answer that cannot belong to this question: it was not made by our page."""
    if not _fits(content, order, answer):
        raise ValueError(f"{answer!r:.100} is no answer to a question of kind {content.kind}")


def _fits(content: Content, order: list[int], answer: Any) -> bool:
    match content:
        case Choice(many=False):
            return _index(answer, len(content.options))
        case Choice():
            fits = isinstance(answer, list) and all(_index(i, len(content.options)) for i in answer)
            return fits and len(set(answer)) == len(answer)
        case TrueFalse():
            return isinstance(answer, bool)
        case Matching():
            return _indices(answer, len(content.pairs), len(_sides(content, order)))
        case Ordering():
            return _indices(answer, len(content.items), len(content.items))
        case Numeric() | ShortText():
            return isinstance(answer, str) and len(answer) <= TYPED_LIMIT
        case Essay():
            return isinstance(answer, str) and len(answer) <= ESSAY_LIMIT
        case Cloze():
            gaps = parts(content, order)
            fits = isinstance(answer, list) and len(answer) == len(gaps)
            return fits and all(
                given is None or _fits(gap.asked, part, given) for (gap, part), given in zip(gaps, answer, strict=True)
            )


def _indices(answer: Any, length: int, count: int) -> bool:
    fits = isinstance(answer, list) and len(answer) == length
    return fits and all(i is None or _index(i, count) for i in answer)


def _index(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def right_answer(content: Content, order: list[int]) -> Any:
    """The answer that earns everything, in the paper's order: for the review, never before. An essay has none."""
    match content:
        case Choice(many=False):
            return next(place for place, i in enumerate(order) if content.options[i].right)
        case Choice():
            return [place for place, i in enumerate(order) if content.options[i].right]
        case TrueFalse():
            return content.right
        case Matching():
            shown = _sides(content, order)
            return [shown.index(content.sides[place]) for place in content.key or range(len(content.pairs))]
        case Ordering():
            return [content.key.index(i) for i in order] if content.key else list(order)
        case Numeric():
            best = max(content.answers, key=lambda number: number.weight)
            return f"{best.value:f}".replace(".", ",") + (f" {content.units[0].name}" if content.units else "")
        case ShortText():
            return max(content.answers, key=lambda option: option.weight).text
        case Cloze():
            return [right_answer(gap.asked, part) for gap, part in parts(content, order)]
        case Essay():
            return None
