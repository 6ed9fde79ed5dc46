"""`flask roster import`."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from lms import clock
from lms.errors import Refused
from lms.organisation.queries import unit_by_code
from lms.organisation.roster import services
from lms.organisation.roster.reading import read
from lms.organisation.services import add_post_kinds
from lms.output import say

roster_cli = AppGroup("roster", help="Rosters.")


@roster_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "unit_code", help="The unit whose roster it is; without it the one that the heading names.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.option("--json", "as_json", is_flag=True)
def import_roster(file: Path, unit_code: str | None, dry_run: bool, as_json: bool) -> None:
    """Read a spreadsheet of people and their posts; exit 1 when it cannot be read or a row was refused."""
    add_post_kinds()
    unit = unit_by_code(unit_code) if unit_code else None
    try:
        if unit_code and unit is None:
            raise Refused(f"There is no unit {unit_code}.")
        today = clock.today()
        roster = read(file.read_bytes(), today)
        unit_id = unit.id if unit else None
        done = services.import_roster(roster, unit_id, today=today, at=clock.now(), dry_run=dry_run)
    except Refused as refusal:
        say(as_json, {"dry_run": dry_run, "problems": [str(refusal)]}, str(refusal))
        sys.exit(1)
    sentence = (
        f"{done.rows} rows: {done.new} new, {done.changed} changed, {done.unchanged} unchanged, {done.refused} refused."
    )
    say(as_json, done.as_json(), "\n".join([sentence, *done.problems]))
    sys.exit(bool(done.problems))
