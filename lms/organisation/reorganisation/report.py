"""What a reorganisation does, or would do: for the page, the command and the log."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from lms.plugins import Measure


@dataclass(frozen=True)
class UnitLine:
    """One change of a unit, with what comes along: units beneath, posts and people in its subtree."""

    change: str
    code: str
    name: str
    before: str
    after: str
    on: str
    units: int = 0
    posts: int = 0
    people: int = 0


@dataclass(frozen=True)
class PostLine:
    """A post that ends or goes over, and who holds it."""

    unit: str
    kind: str
    holder: str
    moves_to: str


@dataclass(frozen=True)
class MeasureLine:
    """A figure of a unit on one day, in the old tree and in the new: part of whole, None where the unit is not."""

    title: str
    code: str
    unit: str
    before: tuple[int, int] | None
    after: tuple[int, int] | None


@dataclass
class Report:
    """Everything about one or several decisions that take effect together."""

    dry_run: bool
    units: list[UnitLine] = field(default_factory=list)
    posts_moved: list[PostLine] = field(default_factory=list)
    posts_ended: list[PostLine] = field(default_factory=list)
    measures: list[MeasureLine] = field(default_factory=list)
    measured_on: str = ""
    roles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    states: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compared(
    before: Sequence[Measure], after: Sequence[Measure], units: dict[int, tuple[str, str]], named: Iterable[str]
) -> list[MeasureLine]:
    """Figures that differ: of the units that the changes name, and of those above that go on with other figures."""
    was = {(m.title, m.unit_id): (m.part, m.whole) for m in before}
    now = {(m.title, m.unit_id): (m.part, m.whole) for m in after}
    codes = set(named)
    return [
        MeasureLine(title, *units[unit], was.get((title, unit)), now.get((title, unit)))
        for title, unit in dict.fromkeys([*was, *now])
        if was.get((title, unit)) != now.get((title, unit))
        and (units[unit][0] in codes or ((title, unit) in was and (title, unit) in now))
    ]
