"""Every list in `fixtures` comes to the change set that stands beside it: read on the small Bloc, nothing written."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lms.db import db
from lms.errors import Refused
from lms.organisation.models import PostKind
from lms.organisation.queries import root_unit
from lms.organisation.roster import changeset, services
from tests.conftest import Cast

HERE = Path(__file__).parent / "fixtures"
FILES = sorted(path for path in HERE.iterdir() if path.suffix in (".xlsx", ".xls", ".ods", ".csv"))


def said(path: Path, today: Any) -> dict[str, Any]:
    """What reading a file says, in words that a person can check against the sheet."""
    try:
        roster, plan = services.preview(path, root_unit(), {}, today, today)
    except Refused as refusal:
        return {"unreadable": str(refusal)}
    kinds = {kind.id: kind.name for kind in db.session.query(PostKind)}
    lines = []
    for line in changeset.rows(plan, 0, kinds):
        data: Mapping[str, Any] = line["data"]
        person = data.get("person", {})
        facts = [data.get("born", ""), person.get("gender", ""), person.get("phone", "")]
        facts += [f"{seat['text']}{_capacity(seat)}{_after(seat)}" for seat in data.get("seats", ())]
        facts += [f"{name}: {before} → {after}" for name, (before, after) in data.get("sets", {}).items()]
        facts += [f"? {c['name']} {c['choice'].partition(':')[0]}" for c in data.get("choose", ())]
        facts += [*data.get("notes", ())]
        if line["kind"] in ("refused", "ambiguous") and data.get("reason"):
            facts.append(f"[{data['column']}] {data['reason']}")
        lines.append(" | ".join([f"{line['row']} {line['kind']} {line['name']}", *filter(None, facts)]))
    columns = [column for table in roster.tables for column in table.columns]
    return {
        "lines": lines,
        "base": plan.base.name,
        "unknown": [column.label for column in columns if not column.meaning],
        "letters": {column.label: column.encoding for column in columns if column.encoding},
        "days": {c.label: "swapped" if c.swapped else c.order for c in columns if c.swapped or c.order != "dmy"},
        "unsure": roster.unsure,
        "new_units": [f"{place.name} < {place.parent.name if place.parent else ''}" for place in plan.new_units],
    }


def _capacity(seat: Mapping[str, Any]) -> str:
    return "" if seat["capacity"] == "holder" else f" ({seat['capacity']})"


def _after(seat: Mapping[str, Any]) -> str:
    return f" < {', '.join(seat['from'])}" if seat["from"] else ""


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_the_list_comes_to_the_change_set_beside_it(cast: Cast, path: Path, today: Any) -> None:
    expected = json.loads(path.with_name(f"{path.name}.json").read_text(encoding="utf-8"))
    found = said(path, today)
    assert {name: found.get(name) for name in expected if name != "trap"} == {
        name: value for name, value in expected.items() if name != "trap"
    }


def test_there_is_an_expectation_for_every_list_and_a_list_for_every_expectation() -> None:
    expected = {path.name.removesuffix(".json") for path in HERE.glob("*.json")}
    assert expected == {path.name for path in FILES}
    assert len(FILES) >= 40
