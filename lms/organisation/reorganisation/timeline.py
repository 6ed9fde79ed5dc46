"""How units stand from a day on, and the paths that follow. Pure: no database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

FIRST, LAST = date.min, date.max


@dataclass(frozen=True)
class Stay:
    """A unit's name and place from a day to a day, both included; `path` follows from the units above."""

    name: str
    parent_id: int | None
    party_unit_id: int | None
    first: date
    last: date
    path: str = ""

    @property
    def above(self) -> int | None:
        return self.party_unit_id or self.parent_id


class Loose(Exception):
    """A unit would stand beneath one that is not there (or beneath itself): `unit` beneath `above` on `day`."""

    def __init__(self, unit: int, above: int, day: date) -> None:
        super().__init__(f"unit {unit} beneath {above} on {day}")
        self.unit, self.above, self.day = unit, above, day


def cut(stays: Sequence[Stay], day: date) -> tuple[list[Stay], list[Stay]]:
    """What lies before a day, and what lies on it and after."""
    before = [replace(s, last=min(s.last, day - timedelta(days=1))) for s in stays if s.first < day]
    return before, [replace(s, first=max(s.first, day)) for s in stays if s.last >= day]


def with_paths(units: Mapping[int, Sequence[Stay]], outside: Mapping[int, Sequence[Stay]]) -> dict[int, list[Stay]]:
    """The same stays with their paths, divided where a unit above moves. Units above that are not in `units` are
    looked up in `outside`, where paths are known. Raises Loose."""
    found: dict[int, list[Stay]] = {}
    open_: set[int] = set()

    def stays_of(unit: int) -> Sequence[Stay]:
        if unit not in units:
            return outside.get(unit, ())
        if unit not in found:
            open_.add(unit)
            found[unit] = joined([piece for stay in units[unit] for piece in pieces(unit, stay)])
            open_.discard(unit)
        return found[unit]

    def pieces(unit: int, stay: Stay) -> list[Stay]:
        if stay.above is None:
            return [replace(stay, path=f"/{unit}/")]
        if stay.above in open_:
            raise Loose(unit, stay.above, stay.first)
        parts, day = [], stay.first
        for higher in sorted(stays_of(stay.above), key=lambda s: s.first):
            if higher.last < day or higher.first > stay.last:
                continue
            if higher.first > day:
                break
            last = min(higher.last, stay.last)
            parts.append(replace(stay, first=day, last=last, path=f"{higher.path}{unit}/"))
            if last == stay.last:
                return parts
            day = last + timedelta(days=1)
        raise Loose(unit, stay.above, day)

    for unit in units:
        stays_of(unit)
    return found


def joined(stays: Sequence[Stay]) -> list[Stay]:
    """Neighbours that say the same as one, in the order of days."""
    result: list[Stay] = []
    for stay in sorted(stays, key=lambda s: s.first):
        last = result[-1] if result else None
        if last and _adjoins(last, stay) and _same(last, stay):
            result[-1] = replace(last, last=stay.last)
        else:
            result.append(stay)
    return result


def _adjoins(one: Stay, next_: Stay) -> bool:
    return one.last < LAST and one.last + timedelta(days=1) == next_.first


def _same(one: Stay, other: Stay) -> bool:
    return replace(one, first=FIRST, last=LAST) == replace(other, first=FIRST, last=LAST)
