"""Commands for accounts: the way in when nobody can sign in yet."""

import secrets
import sys

import click
from flask.cli import AppGroup

from lms import clock
from lms.accounts import services
from lms.errors import Refused
from lms.organisation.queries import root_unit
from lms.output import say

accounts_cli = AppGroup("accounts", help="Accounts and roles.")


@accounts_cli.command("add-administrator")
@click.argument("username")
@click.option("--name", default="Quản trị hệ thống")
@click.option("--json", "as_json", is_flag=True)
def add_administrator(username: str, name: str, as_json: bool) -> None:
    """Make an administrator of the whole tree; prints a password that must be changed at the first sign-in."""
    root = root_unit()
    if root is None:
        click.echo("There is no unit yet: load the units first.", err=True)
        sys.exit(1)
    password = secrets.token_urlsafe(12)
    try:
        account_id = services.add_account(username, name, password, must_change=True, at=clock.now())
    except Refused as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    services.grant_role(account_id, "administrator", root.id, clock.today(), None, clock.now())
    say(as_json, {"username": username, "password": password}, f"{username}: {password}")
