"""`flask roster import` and `flask roster export`."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from lms import clock
from lms.db import db
from lms.errors import Refused
from lms.organisation.models import Unit
from lms.organisation.queries import root_unit, unit_by_code
from lms.organisation.roster import changeset, queries, services
from lms.organisation.roster.export import roster_workbook
from lms.organisation.roster.models import RosterImport
from lms.organisation.services import add_post_kinds
from lms.output import say

roster_cli = AppGroup("roster", help="Rosters.")


@roster_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "unit_code", help="The unit whose roster it is; without it the one that the heading names.")
@click.option("--whole-list", is_flag=True, help="Whoever of that unit is not in the file leaves the post.")
@click.option("--leaving", "typed", type=int, help="The number of people who lose a post, where it is asked for.")
@click.option("--dry-run", is_flag=True, help="Print the change set and write nothing.")
@click.option("--json", "as_json", is_flag=True)
def import_roster(
    file: Path, unit_code: str | None, whole_list: bool, typed: int | None, dry_run: bool, as_json: bool
) -> None:
    """Read a spreadsheet of people and their posts and bring it in.

    Exit 1 when nothing could be brought in, or when a row was refused or left open.
    """
    add_post_kinds()
    today, settings = clock.today(), {"whole": whole_list}
    try:
        unit = unit_by_code(unit_code) if unit_code else root_unit()
        if unit_code and unit is None:
            raise Refused(f"There is no unit {unit_code}.")
        done = _preview(file, unit, settings, today) if dry_run else _bring_in(file, unit, settings, typed, today)
    except Refused as refusal:
        say(as_json, {"dry_run": dry_run, "problems": [str(refusal)]}, str(refusal))
        sys.exit(1)
    counts = ", ".join(f"{done[kind]} {kind}" for kind in ("new", "changed", "unchanged", "leaving", "ambiguous"))
    lines = [f"{r['sheet']}, {r['row']}, {r['column']}: {r['reason']}" for r in (*done["refused"], *done["questions"])]
    say(as_json, done, "\n".join([f"{done['rows']} rows: {counts}, {len(done['refused'])} refused.", *lines]))
    sys.exit(bool(done["refused"] or done["ambiguous"]) and not dry_run)


def _preview(file: Path, unit: Unit | None, settings: dict[str, Any], today: date) -> dict[str, Any]:
    roster, plan = services.preview(file, unit, settings, today, today)
    if roster.problem:
        raise Refused(roster.problem)
    refused = [(c.sheet, c.row, c.column, c.reason) for c in plan.changes if c.kind == "refused"]
    questions = [(c.sheet, c.row, c.column, c.reason or c.name) for c in plan.changes if c.kind == "ambiguous"]
    summary = changeset.summary(roster, plan, 0, 0, 0, today)
    return {"dry_run": True, **_said(summary, refused, questions)}


def _bring_in(
    file: Path, unit: Unit | None, settings: dict[str, Any], typed: int | None, today: date
) -> dict[str, Any]:
    at = clock.now()
    unit_id = unit.id if unit else None
    import_id = services.take(file.read_bytes(), file.name, unit_id, None, on=today, at=at, settings=settings)
    services.prepare(import_id, today=today, at=at)
    found = db.session.get_one(RosterImport, import_id)
    if found.state == "unreadable":
        raise Refused(found.problem)
    if found.summary["problem"]:
        raise Refused(found.summary["problem"])
    services.apply(import_id, typed=typed, at=clock.now())
    refused, questions = (queries.places(import_id, kind) for kind in ("refused", "ambiguous"))
    return {"dry_run": False, "import": import_id, **_said(found.summary, refused, questions)}


def _said(summary: dict[str, Any], refused: list[Any], questions: list[Any]) -> dict[str, Any]:
    keys = ("sheet", "row", "column", "reason")
    return {
        "rows": summary["rows"], **summary["counts"],
        "refused": [dict(zip(keys, place, strict=True)) for place in refused],
        "questions": [dict(zip(keys, place, strict=True)) for place in questions],
        "new_units": [unit["name"] for unit in summary["new_units"]], "handed_over": summary["handed_over"],
        "problems": [],
    }  # fmt: skip


@roster_cli.command("undo")
@click.argument("import_id", type=int)
@click.option("--json", "as_json", is_flag=True)
def undo(import_id: int, as_json: bool) -> None:
    """Take an import back, whole; exit 1 when others have changed what it wrote."""
    try:
        services.undo(import_id, at=clock.now())
    except Refused as refusal:
        say(as_json, {"undone": False, "problem": str(refusal)}, str(refusal))
        sys.exit(1)
    say(as_json, {"undone": True, "problem": ""}, "The import is undone.")


@roster_cli.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--unit", "unit_code", help="The unit; without it everybody.")
@click.option("--json", "as_json", is_flag=True)
def export(file: Path, unit_code: str | None, as_json: bool) -> None:
    """Write the roster of a unit and all beneath it as .xlsx; importing it again changes nothing."""
    unit = unit_by_code(unit_code) if unit_code else root_unit()
    if unit is None:
        say(as_json, {"rows": 0, "problem": "no such unit"}, f"There is no unit {unit_code or ''}.")
        sys.exit(1)
    rows = queries.roster_rows(unit, clock.today())
    file.write_bytes(roster_workbook(rows))
    say(as_json, {"rows": len(rows), "file": str(file)}, f"{len(rows)} rows are in {file}.")
