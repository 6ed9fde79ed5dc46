"""What the documentation claims is so: files and commands that it names exist, settings are all described."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask

import config
from lms.plugins import installed
from tests.promises.code import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PLACES = ("lms/", "courses/", "certificates/", "tests/", "docs/", ".ci/")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code_in(page: Path) -> list[str]:
    """What stands between backticks, inline and in blocks of shell commands, a command a piece."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:sh|bash|console)\n(.*?)```", text, re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return inline + [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {piece.split("::")[0].split("#")[0].rstrip("/") for piece in code_in(page) if piece.startswith(PLACES)}
    gone = [name for name in named if re.fullmatch(r"[\w./-]+", name) and not (ROOT / name).exists()]
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    gone += [link for link in links if not (page.parent / link).exists()]
    assert not gone, f"{name_of(page)} names what is not there: {gone}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_a_page_names_exists(page: Path, the_app: Flask) -> None:
    commands = {command.name: command for plugin in installed(the_app) for command in plugin.commands}
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for piece in code_in(page):
        words = re.sub(r"^\$ |^(LMS_\w+=\S* )+", "", piece).replace(".venv/bin/", "").split()
        if words[:1] == ["make"]:
            assert words[1] in targets, f"{name_of(page)}: there is no `make {words[1]}`"
        if words[:1] == ["flask"] and len(words) > 1:
            _check(commands, words[1:], f"{name_of(page)}: `{piece}`")


def _check(commands: dict[str | None, click.Command], words: list[str], where: str) -> None:
    assert words[0] in commands, f"{where}: there is no such command"
    command = commands[words[0]]
    rest = words[1:]
    while isinstance(command, click.Group) and rest:
        assert rest[0] in command.commands, f"{where}: there is no such command"
        command, rest = command.commands[rest[0]], rest[1:]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    wrong = [word for word in rest if re.fullmatch(r"\[?--[\w-]+\]?", word) and word.strip("[]") not in options]
    assert not wrong, f"{where}: it does not take {wrong}"


def test_every_setting_is_described_for_those_who_run_it(the_app: Flask) -> None:
    described = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    settings = [name for name in dir(config) if name.isupper() and name != "ROOT"]
    settings += [
        setting.name for plugin in installed(the_app) for setting in plugin.settings if plugin.package[:5] != "tests"
    ]
    missing = [name for name in settings if f"`LMS_{name}`" not in described]
    assert not missing, f"describe in docs/operations.md: {missing}"
