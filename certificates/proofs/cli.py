"""`flask keys ...`: the keys that certificates are signed with."""

import click
from flask.cli import AppGroup

from certificates.proofs import queries, services
from lms import clock
from lms.output import say

keys_cli = AppGroup("keys", help="The keys that certificates are signed with: list and change them.")


@keys_cli.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_keys(as_json: bool) -> None:
    """Every key, the one that signs last, and where its private half lies."""
    keys = queries.all_keys()
    states = ["stolen" if key.stolen_at else "retired" if key.retired_at else "signs" for key in keys]
    data = [
        {"kid": key.kid, "state": state, "made_at": key.made_at.isoformat(), "file": str(queries.key_file(key.kid))}
        for key, state in zip(keys, states, strict=True)
    ]
    words = "\n".join(f"{row['kid']}  {row['state']:<8} {row['made_at'][:10]}  {row['file']}" for row in data)
    say(as_json, {"keys": data}, words or "There is no key yet: the worker makes the first one.")


@keys_cli.command("change")
@click.option("--stolen", is_flag=True, help="Somebody else may have the present key: what it signed is not believed.")
@click.option("--json", "as_json", is_flag=True)
def change(stolen: bool, as_json: bool) -> None:
    """Sign with a new key from now on. Papers of the present one stay valid, unless it was stolen."""
    kid = services.make_key(queries.key_folder(), clock.now(), stolen=stolen)
    say(as_json, {"kid": kid}, f"{kid} signs from now on: {queries.key_file(kid)}")
