"""The contract of a plugin: every part of it is real, tried and written down."""

import inspect
from pathlib import Path

import click
import pytest
from flask import Flask

from lms import plugin as host
from lms.plugins import Plugin, installed
from tests.promises.code import ROOT

PARTS = [name for name in vars(Plugin) if not name.startswith("_")]
TEXT = (ROOT / "docs/plugins.md").read_text(encoding="utf-8")


def declared(plugin: Plugin) -> set[str]:
    return {name for name in PARTS if name in vars(type(plugin))}


def test_every_part_of_the_contract_is_used_by_a_plugin_of_ours(the_app: Flask) -> None:
    ours = [plugin for plugin in installed(the_app) if not plugin.package.startswith("tests.")]
    assert set(PARTS) == set().union(*map(declared, ours)), "no part without a real user"


def test_the_example_plugin_uses_the_whole_contract(the_app: Flask) -> None:
    example = next(plugin for plugin in installed(the_app) if plugin.name == "example_plugin")
    assert set(PARTS) - declared(example) == set()


def test_the_host_is_a_plugin_by_its_own_contract(the_app: Flask) -> None:
    assert installed(the_app)[0] is host


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_a_heading_in_the_book_of_plugins(part: str) -> None:
    value = vars(Plugin)[part]
    heading = f"### `{part}{inspect.signature(value) if callable(value) else ''}`"
    start = f"### `{part}"
    assert any(line.startswith(start) for line in TEXT.splitlines()), f"docs/plugins.md needs the heading {heading}"


def test_the_snippets_of_the_book_are_the_tested_files() -> None:
    """A block that begins with `# tests/...` is made of lines of that file, in their order."""
    blocks = [block.split("\n```")[0] for block in TEXT.split("```python\n")[1:]]
    assert blocks
    for block in blocks:
        first, _newline, code = block.partition("\n")
        assert first.startswith("# tests/example_plugin/"), f"say which file this is from: {first}"
        rest = iter((ROOT / first.removeprefix("# ")).read_text(encoding="utf-8").splitlines())
        for line in code.splitlines():
            if line.strip() not in ("", "...", "# ..."):
                assert line in rest, f"docs/plugins.md: {first}: {line!r} is not there, or not in this order"


def test_every_command_says_what_it_does(the_app: Flask) -> None:
    silent = [
        " ".join(path)
        for plugin in installed(the_app)
        for top in plugin.commands
        for path, command in _commands(top, ())
        if not (command.help or "").strip()
    ]
    assert not silent, f"these commands have no help: {silent}"


def _commands(command: click.Command, above: tuple[str, ...]) -> list[tuple[tuple[str, ...], click.Command]]:
    path = (*above, str(command.name))
    if isinstance(command, click.Group):
        return [(path, command), *(found for sub in command.commands.values() for found in _commands(sub, path))]
    return [(path, command)]


SCRIPTED = (
    "demo", "roster import", "courses import", "courses export", "certificates issue-missing", "certificates verify",
    "certificates register", "targets coverage", "targets recount", "audit verify",
)  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTED)
def test_scripts_get_json_from_the_commands_that_they_rely_on(the_app: Flask, name: str) -> None:
    commands = {
        " ".join(path): command
        for plugin in installed(the_app)
        for top in plugin.commands
        for path, command in _commands(top, ())
    }
    assert "--json" in {option for parameter in commands[name].params for option in parameter.opts}


def test_every_plugin_brings_its_translations(the_app: Flask) -> None:
    for plugin in installed(the_app):
        folder = ROOT / Path(*plugin.package.split("."))
        assert (folder / "translations/vi/LC_MESSAGES/messages.po").is_file(), plugin.name
