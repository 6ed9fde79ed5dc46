"""`flask units reorganise`, `flask units undo`."""

import sys
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from lms import clock
from lms.errors import Refused
from lms.organisation.reorganisation import services
from lms.organisation.reorganisation.file import read_plans
from lms.output import say

units_cli = AppGroup("units", help="Units and their reorganisation.")


@units_cli.command("reorganise")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--new-units", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The units that begin.")
@click.option("--number", default="", help="The number of the decision.")
@click.option("--issued-on", type=click.DateTime(["%Y-%m-%d"]), help="Its date; without it the day it takes effect.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.option("--json", "as_json", is_flag=True)
def reorganise(
    file: Path, new_units: Path | None, number: str, issued_on: datetime | None, dry_run: bool, as_json: bool
) -> None:
    """Merge, move and dissolve units as a table says, one decision for each of its days; exit 1 when it cannot be."""
    try:
        named = new_units.read_bytes() if new_units else None
        plans = read_plans(file.read_bytes(), named, number or file.stem, issued_on.date() if issued_on else None)
        report = services.reorganise(plans, at=clock.now(), today=clock.today(), dry_run=dry_run)
    except Refused as refusal:
        say(as_json, {"dry_run": dry_run, "problems": [str(refusal)]}, str(refusal))
        sys.exit(1)
    lines = [f"{u.on} {u.change}: {u.name} -> {u.after} ({u.units} units, {u.posts} posts, {u.people} people)"
             for u in report.units]  # fmt: skip
    lines += [f"post ends: {p.kind}, {p.unit}: {p.holder or 'vacant'}" for p in report.posts_ended]
    lines += [f"post moves: {p.kind}, {p.unit} -> {p.moves_to}: {p.holder or 'vacant'}" for p in report.posts_moved]
    lines += [f"{m.title}, {m.unit}: {_share(m.before)} -> {_share(m.after)}" for m in report.measures]
    say(as_json, report.as_json(), "\n".join([*lines, *report.notes]))


def _share(figures: tuple[int, int] | None) -> str:
    return "none" if figures is None else f"{figures[0]} of {figures[1]}"


@units_cli.command("undo")
@click.argument("decision", type=int)
def undo(decision: int) -> None:
    """Let everything stand again as before a decision (its id, as the page of decisions shows it)."""
    try:
        services.undo(decision, at=clock.now(), today=clock.today())
    except Refused as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
