"""`flask targets ...`."""

import sys
from datetime import date, datetime

import click
from flask.cli import AppGroup

from certificates.targets import queries, services
from lms import clock
from lms.db import db
from lms.organisation.queries import unit_by_code
from lms.output import say
from lms.text import percent_vi

targets_cli = AppGroup("targets", help="Targets and their figures.")


@targets_cli.command("coverage")
@click.argument("code")
@click.option("--unit", "unit_code", help="A unit of the target; without it the whole.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of that day; without it today.")
@click.option("--json", "as_json", is_flag=True)
def coverage(code: str, unit_code: str | None, on: datetime | None, as_json: bool) -> None:
    """Say posts, holders and trained of a target, in a unit and on a day."""
    target = queries.by_code(code)
    unit = unit_by_code(unit_code) if unit_code else target.unit if target else None
    if target is None or unit is None or not unit.path.startswith(target.unit.path):
        click.echo(f"There is no target {code}, or no unit {unit_code} in it.", err=True)
        sys.exit(2)
    day: date = on.date() if on else clock.today()
    found = queries.coverage(target, unit, day)
    figures = found.all
    sentence = (
        f"{unit.name}, {day:%d/%m/%Y}: {figures.posts} posts, {figures.vacant} vacant, {figures.exempt} exempt, "
        f"{figures.holders} held by {figures.people} people, {figures.trained} trained: {percent_vi(figures.rate)}"
    )
    say(as_json, found.as_json(), sentence)


@targets_cli.command("recount")
@click.option("--fix", is_flag=True, help="Count anew where a figure differs.")
@click.option("--json", "as_json", is_flag=True)
def recount(fix: bool, as_json: bool) -> None:
    """Count every target from the raw rows; exit 1 where a kept figure differs."""
    found: list[str] = []
    for target in queries.all_targets():
        differences = services.differences(db.session(), target)
        found += differences
        if differences and fix:
            services.rebuild(target.id, clock.today())
    sentence = "\n".join(found) or "Every kept figure is right."
    say(as_json, {"differences": found, "ok": not found}, sentence)
    sys.exit(bool(found))
