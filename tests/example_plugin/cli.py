"""`flask reading list`."""

import click
from flask.cli import AppGroup

from lms.output import say
from tests.example_plugin import queries

example_cli = AppGroup("reading", help="The reading circle.")


@example_cli.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_texts(as_json: bool) -> None:
    """List the texts with the number of their readers."""
    readers = queries.readers()
    say(as_json, {"texts": readers}, "\n".join(f"{code}: {count}" for code, count in readers.items()))
