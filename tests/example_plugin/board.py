"""Letters on the circle's notice board, by telephone number: a channel for those whom no mail reaches."""

from collections.abc import Sequence
from pathlib import Path

from flask import current_app

from lms.messages.letters import Letter


def is_set_up() -> bool:
    """Whether there is a folder to put letters into."""
    return bool(current_app.config["EXAMPLE_PLUGIN_BOARD"])


def put_up(letters: Sequence[Letter]) -> list[str]:
    """A file for each letter; the same letter again replaces itself."""
    folder = Path(current_app.config["EXAMPLE_PLUGIN_BOARD"])
    for letter in letters:
        (folder / f"{letter.address}.txt").write_text(f"{letter.subject}\n{letter.body}", encoding="utf-8")
    return [""] * len(letters)
