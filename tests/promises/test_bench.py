"""Every figure in the book can be made again."""

from tests.bench.__main__ import BLOCK, BOOK
from tests.promises.code import ROOT


def test_every_benchmark_has_its_place_in_the_book() -> None:
    named = {name for _command, name in BLOCK.findall(BOOK.read_text())}
    there = {file.stem for file in (ROOT / "tests/bench").glob("*.py") if "def main(" in file.read_text()}
    assert there - {"__main__"} == named
