"""`flask audit verify`."""

import sys

import click
from flask.cli import AppGroup

from lms import audit
from lms.output import say

audit_cli = AppGroup("audit", help="The audit log.")


@audit_cli.command("verify")
@click.option("--json", "as_json", is_flag=True)
def verify(as_json: bool) -> None:
    """Walk the hash chain; exit 1 at the first line that was changed or is missing."""
    count, broken = audit.verify()
    sentence = f"{count} lines, the chain is whole." if broken is None else f"The chain breaks at line {broken}."
    say(as_json, {"lines": count, "broken_at": broken, "ok": broken is None}, sentence)
    sys.exit(broken is not None)
