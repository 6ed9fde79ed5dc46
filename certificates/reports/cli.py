"""`flask targets freeze`."""

import sys
from datetime import datetime

import click

from certificates.reports import queries, services
from certificates.targets.cli import targets_cli
from certificates.targets.queries import Clocks, by_code
from lms import clock
from lms.errors import Refused
from lms.organisation.queries import unit_by_code
from lms.output import say

__all__ = ["targets_cli"]


@targets_cli.command("freeze")
@click.argument("code")
@click.option("--unit", "unit_code", help="A unit of the target; without it the whole.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of that day; without it today.")
@click.option("--reason", default="", help="Why there is a new version of a report of the same day.")
@click.option("--json", "as_json", is_flag=True)
def freeze(code: str, unit_code: str | None, on: datetime | None, reason: str, as_json: bool) -> None:
    """Keep figures and names as a numbered report; exit 1 when it says the same as the last one."""
    target = by_code(code)
    unit = unit_by_code(unit_code) if unit_code else target.unit if target else None
    if target is None or unit is None or not unit.path.startswith(target.unit.path):
        click.echo(f"There is no target {code}, or no unit {unit_code} in it.", err=True)
        sys.exit(2)
    clocks = Clocks(on.date() if on else clock.today())
    try:
        number = services.freeze(target.id, unit.id, clocks, reason=reason, account_id=None, at=clock.now())
    except Refused as refusal:
        say(as_json, {"number": None, "problems": [str(refusal)]}, str(refusal))
        sys.exit(1)
    found = queries.report(target.id, number)
    assert found is not None
    data = {"target": code, "unit": unit.code, "on": found.on.isoformat(), "number": number, "sha256": found.sha256,
            "figures": found.content["figures"]}  # fmt: skip
    say(as_json, data, f"{code}: report {number}, SHA-256 {found.sha256}")
