"""`flask audit verify`."""

import sys

import click
from flask.cli import AppGroup

from lms import audit
from lms.output import say

audit_cli = AppGroup("audit", help="The audit log.")


@audit_cli.command("verify")
@click.option("--head", "noted", help="The head that was noted earlier: it must still be there.")
@click.option("--json", "as_json", is_flag=True)
def verify(noted: str | None, as_json: bool) -> None:
    """Walk the hash chain; exit 1 at the first line that was changed or is missing.

    Lines cut off at the end leave a whole chain: note the head that is printed, elsewhere, and give it next time.
    """
    count, broken = audit.verify()
    cut = noted is not None and not audit.holds(noted)
    head = audit.head()
    sentence = f"{count} lines, the chain is whole. Its head is {head}."
    if broken is not None:
        sentence = f"The chain breaks at line {broken}."
    elif cut:
        sentence = "The line that was noted is gone: lines were cut off at the end."
    ok = broken is None and not cut
    say(as_json, {"lines": count, "broken_at": broken, "cut_off": cut, "head": head, "ok": ok}, sentence)
    sys.exit(not ok)
