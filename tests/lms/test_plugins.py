"""What is wrong with a plugin stops the start, with one sentence that names it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click import Command
from flask import Blueprint

from lms import create_app
from lms.access import public, requires
from lms.errors import StartError
from lms.events import ActivityCompleted
from lms.plugins import NavItem, Permission, Plugin, Setting


def heard(event: ActivityCompleted) -> None: ...


def page() -> str:
    return ""


def pages(name: str, view: Any) -> Blueprint:
    blueprint = Blueprint(name, __name__)
    blueprint.add_url_rule(f"/{name}", "page", view)
    return blueprint


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    """`start(name="bad", jobs={...})` starts an installation with such a plugin."""

    def go(package: str = "bad", **parts: Any) -> None:
        module = ModuleType(package)
        module.__file__ = str(tmp_path / "bad.py")
        if parts:
            module.plugin = type("Bad", (Plugin,), {"name": package} | parts)()  # type: ignore[attr-defined]
        sys.modules[package] = module
        create_app(DATA_FOLDER=tmp_path, PLUGINS=["courses", package])

    yield go
    for package in ("bad", "courses_more", "lms_more"):
        sys.modules.pop(package, None)


WRONG = [
    ({}, "has no `plugin`"),
    ({"name": "other"}, "calls itself 'other'"),
    ({"permissions": (Permission("courses.x", ""),)}, "permission 'courses.x' must start with 'bad.'"),
    ({"permissions": (Permission("bad.x", ""), Permission("bad.x", ""))}, "declared twice"),
    ({"permissions": (Permission("bad.x", "", ("king",)),)}, "unknown roles: king"),
    ({"settings": (Setting("HOURS", 1, ""),)}, "setting 'HOURS' must start with 'BAD_'"),
    ({"subscriptions": ((ActivityCompleted, lambda event: None),)}, "must be a function of a module"),
    ({"subscriptions": ((ActivityCompleted, heard), (ActivityCompleted, heard))}, "listed once"),
    ({"jobs": {"work": heard}}, "job 'work' must start with 'bad.'"),
    ({"blueprints": (pages("courses_x", page),)}, "blueprint 'courses_x' must be called 'bad'"),
    ({"blueprints": (pages("bad", page), pages("bad", page))}, "there is a blueprint 'bad' already"),
    ({"nav": (NavItem("", "bad.nowhere", "x"),)}, "navigation points to 'bad.nowhere', which is no view"),
    ({"nav": (NavItem("", "courses.courses", "x", "bad.x"),)}, "asks for 'bad.x', which nobody declares"),
    ({"commands": (Command("courses"),)}, "there is a command 'courses' already"),
    ({"blueprints": (pages("bad", page),)}, "view 'bad.page' does not declare who may see it"),
    ({"blueprints": (pages("bad", requires("bad.x")(lambda: "")),)}, "requires 'bad.x', which no plugin declares"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "sentence"), WRONG, ids=[sentence for _parts, sentence in WRONG])
def test_a_wrong_part_is_named(start: Any, parts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StartError) as stop:
        start(**parts)
    assert sentence in stop.value.message and "bad" in stop.value.message and "\n" not in stop.value.message


@pytest.mark.parametrize("package", ["courses_more", "lms_more"])
def test_no_name_may_be_the_beginning_of_another(start: Any, package: str) -> None:
    with pytest.raises(StartError, match="its tables would look like those of plugin"):
        start(package, title="x")


def test_a_package_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="plugin 'nowhere' cannot be imported"):
        create_app(DATA_FOLDER=tmp_path, PLUGINS=["nowhere"])


def test_a_plugin_listed_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="plugin 'courses': it is listed twice"):
        create_app(DATA_FOLDER=tmp_path, PLUGINS=["courses", "courses"])


def test_an_attribute_that_the_contract_does_not_know_is_refused_at_once() -> None:
    with pytest.raises(StartError, match="declares 'pannels', which the contract does not know"):
        type("Bad", (Plugin,), {"pannels": ()})


def test_a_right_plugin_starts(start: Any) -> None:
    start(blueprints=(pages("bad", public(lambda: "")),))
