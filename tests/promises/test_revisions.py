"""Each plugin's migrations are one row: two that follow the same one would stop every upgrade."""

import re
from pathlib import Path

import pytest

from tests.promises.code import HOST, PLUGINS, ROOT


def fields(file: Path) -> tuple[str, str]:
    """The revision and the one before it, as the file says them."""
    text = file.read_text(encoding="utf-8")
    found = re.search(r"^revision = \"(\w+)\"\ndown_revision = (?:\"(\w+)\"|None)$", text, re.MULTILINE)
    assert found, f"{file.name} does not say its revision and the one before it"
    return found[1], found[2] or ""


@pytest.mark.parametrize("package", (HOST, *PLUGINS))
def test_the_revisions_of_a_plugin_follow_one_another_by_their_numbers(package: str) -> None:
    name = package.rpartition(".")[2]
    files = sorted((ROOT / package.replace(".", "/") / "migrations/versions").glob("*.py"))
    expected = [f"{name}_{number:04d}" for number in range(1, len(files) + 1)]
    found = [fields(file) for file in files]
    assert [revision for revision, _before in found] == expected, "renumber yours to follow the newest"
    assert [before for _revision, before in found] == ["", *expected[:-1]], "renumber yours to follow the newest"
    assert [file.name[: len(name) + 5] for file in files] == expected, "a file is called by its revision"
