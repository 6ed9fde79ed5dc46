"""What a report says: gathered once from the target's own queries, then only read."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from certificates.reports.queries import office_of
from certificates.targets import names, queries
from certificates.targets.counting import Figures
from certificates.targets.models import Target
from certificates.targets.queries import Clocks
from lms.organisation.models import Unit
from lms.text import rate

# A list of names beyond this is no paper any more: it is made for the units beneath.
NAMES_AT_MOST = 20_000


def gather(target: Target, unit: Unit, clocks: Clocks) -> dict[str, Any]:
    """The content of a report: figures of the unit and the units beneath by post kind, and the names behind them.

    What stands in no unit beneath is a line of its own, so that the lines sum to the total.
    """
    whole = queries.coverage(target, unit, clocks)
    kinds = [kind for kind, _figures in whole.kinds]
    by_kind = {kind.code: queries.coverage(target, unit, clocks, kind.id) for kind in kinds}
    lines = [_line(line.code, line.name, line.figures) for line in whole.children]
    for line in lines:
        for code, found in by_kind.items():
            figures = next((item.figures for item in found.children if item.code == line["code"]), Figures())
            line["kinds"][code] = _pair(figures)
    total = _line(unit.code, unit.name, whole.all)
    total["kinds"] = {kind.code: _pair(figures) for kind, figures in whole.kinds}
    own = _rest(total, lines)
    if any(own["all"]) or any(own["apart"]):
        lines.insert(0, own)
    missing = queries.missing(target, unit, clocks, limit=NAMES_AT_MOST + 1)
    trained, exempt = names.counted(target, unit, clocks) if whole.all.posts <= NAMES_AT_MOST else (None, None)
    return {
        "target": {"code": target.code, "title": target.title, "from": target.starts_on.isoformat(),
                   "to": target.ends_on.isoformat()},
        "unit": {"code": unit.code, "name": unit.name},
        "office": asdict(office_of(unit)),
        "on": clocks.on.isoformat(),
        "known": clocks.known.isoformat() if clocks.known else None,
        "kinds": [{"code": kind.code, "name": kind.name} for kind in kinds],
        "figures": whole.all.as_json(),
        "total": total,
        "lines": lines,
        "missing": None if len(missing) > NAMES_AT_MOST else [_name(item) for item in missing],
        "trained": None if trained is None else [_name(item) for item in trained],
        "exempt": None if exempt is None else [_name(item) for item in exempt],
    }  # fmt: skip


def _pair(figures: Figures) -> list[int]:
    """Posts that are due, and how many of them are trained."""
    return [figures.due, figures.trained]


def _line(code: str, name: str, figures: Figures) -> dict[str, Any]:
    """`apart` are those outside the rate: vacant, exempt, in grace."""
    apart = [figures.vacant, figures.exempt, figures.grace]
    return {"code": code, "name": name, "all": _pair(figures), "kinds": {}, "apart": apart}


def _rest(total: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    lines = list(lines)

    def left(whole: list[int], parts: list[list[int]]) -> list[int]:
        return [value - sum(part[index] for part in parts) for index, value in enumerate(whole)]

    return {
        "code": "", "name": total["name"], "all": left(total["all"], [line["all"] for line in lines]),
        "kinds": {code: left(pair, [x["kinds"][code] for x in lines]) for code, pair in total["kinds"].items()},
        "apart": left(total["apart"], [line["apart"] for line in lines]),
    }  # fmt: skip


def _name(item: queries.Missing) -> list[str]:
    person = item.person
    born = person.birth_on.strftime("%d/%m/%Y") if person.birth_on else str(person.birth_year or "")
    return [person.code, person.name, born, item.kind.name, item.unit_name]


def digest(content: Mapping[str, Any]) -> str:
    """The SHA-256 of the content as canonical JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """A line whose figures differ between two reports: (due, trained) before and now."""

    name: str
    before: tuple[int, int]
    now: tuple[int, int]


@dataclass(frozen=True)
class Changes:
    """What a report says otherwise than the one before it."""

    total: Difference
    lines: list[Difference]
    # Names with post and unit.
    no_longer_missing: list[str]
    newly_missing: list[str]


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Changes:
    """Line by line and name by name what differs; a line that only one of them has counts as 0 in the other."""
    old = {line["code"]: line for line in before["lines"]}
    new = {line["code"]: line for line in now["lines"]}
    lines = [
        Difference((new.get(code) or old[code])["name"], _all(old.get(code)), _all(new.get(code)))
        for code in dict.fromkeys([*new, *old])
        if _all(old.get(code)) != _all(new.get(code))
    ]
    was = {tuple(name): name for name in before["missing"] or []}
    is_ = {tuple(name): name for name in now["missing"] or []}
    total = Difference(now["total"]["name"], _all(before["total"]), _all(now["total"]))
    return Changes(total, lines, _described(was, is_), _described(is_, was))


def _all(line: Mapping[str, Any] | None) -> tuple[int, int]:
    return tuple(line["all"]) if line else (0, 0)


def _described(these: Mapping[tuple[str, ...], list[str]], not_those: Mapping[tuple[str, ...], list[str]]) -> list[str]:
    return [f"{name[1]} ({name[3]}, {name[4]})" for key, name in these.items() if key not in not_those]


def rate_of(pair: Iterable[int]) -> Any:
    """Percent of a pair of due and trained, cut off; None where nobody is due."""
    due, trained = pair
    return rate(trained, due)


def day(text: str) -> date:
    """A day of the content."""
    return date.fromisoformat(text)
