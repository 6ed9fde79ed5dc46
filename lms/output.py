"""What commands print: a sentence for a person, JSON for a script."""

import json
from typing import Any

import click


def say(as_json: bool, data: dict[str, Any], sentence: str) -> None:
    """Prints `data` as one line of JSON when asked, else the sentence."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else sentence)
