"""`flask targets ...`."""

import sys
from datetime import datetime

import click
from flask.cli import AppGroup
from sqlalchemy import select

from certificates.targets import queries, services
from certificates.targets.explaining import explanation
from lms import clock
from lms.db import db
from lms.organisation.models import Person
from lms.organisation.queries import unit_by_code
from lms.output import say
from lms.text import percent_vi

targets_cli = AppGroup("targets", help="Targets and their figures.")


@targets_cli.command("coverage")
@click.argument("code")
@click.option("--unit", "unit_code", help="A unit of the target; without it the whole.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of that day; without it today.")
@click.option("--known", type=click.DateTime(["%Y-%m-%d"]), help="As known at the end of that day; without it now.")
@click.option("--json", "as_json", is_flag=True)
def coverage(code: str, unit_code: str | None, on: datetime | None, known: datetime | None, as_json: bool) -> None:
    """Say posts, holders and trained of a target, in a unit, as of a day and as known on a day."""
    target = queries.by_code(code)
    unit = unit_by_code(unit_code) if unit_code else target.unit if target else None
    if target is None or unit is None or not queries.belongs(target, unit):
        click.echo(f"There is no target {code}, or no unit {unit_code} in it.", err=True)
        sys.exit(2)
    clocks = queries.Clocks(on.date() if on else clock.today(), known.date() if known else None)
    found = queries.coverage(target, unit, clocks)
    figures = found.all
    sentence = (
        f"{unit.name}, {clocks.on:%d/%m/%Y}: {figures.posts} posts, {figures.vacant} vacant, {figures.exempt} exempt, "
        f"{figures.holders} held by {figures.people} people, {figures.trained} trained: {percent_vi(figures.rate)}"
    )
    say(as_json, found.as_json(), sentence)


@targets_cli.command("why")
@click.argument("code")
@click.argument("person_code")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of that day; without it today.")
@click.option("--known", type=click.DateTime(["%Y-%m-%d"]), help="As known at the end of that day; without it now.")
@click.option("--json", "as_json", is_flag=True)
def why(code: str, person_code: str, on: datetime | None, known: datetime | None, as_json: bool) -> None:
    """Say why a person is (not) counted: posts, proofs, exemptions, and who changed what."""
    target = queries.by_code(code)
    person = db.session.scalar(select(Person).where(Person.code == person_code.upper()))
    if target is None or person is None:
        click.echo(f"There is no target {code}, or no person {person_code}.", err=True)
        sys.exit(2)
    clocks = queries.Clocks(on.date() if on else clock.today(), known.date() if known else None)
    found = explanation(target, person, clocks)
    say(as_json, found.as_json(), f"{person.name}: {found.verdict} ({'counted' if found.counted else 'not counted'})")


@targets_cli.command("recount")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day to count; without it today.")
@click.option("--fix", is_flag=True, help="Count anew where a figure differs.")
@click.option("--json", "as_json", is_flag=True)
def recount(on: datetime | None, fix: bool, as_json: bool) -> None:
    """Count every target from the raw rows, for a day; exit 1 where a kept figure differs."""
    found: list[str] = []
    for target in db.session.scalars(queries.targets_published()).all():
        differences = services.differences(db.session(), target, on.date() if on else clock.today())
        found += differences
        if differences and fix:
            services.rebuild(target.id, clock.now())
    sentence = "\n".join(found) or "Every kept figure is right."
    say(as_json, {"differences": found, "ok": not found}, sentence)
    sys.exit(bool(found))
