"""The load script itself, a few seconds of it: no error, every acknowledged answer is kept, a pass has its paper."""

from pathlib import Path

from lms import fonts
from tests.load.exam_day import SMALL, run


def test_a_small_exam_day_has_no_error(data_folder: Path) -> None:
    times = run(SMALL, made_fonts=fonts.folder_of(data_folder).resolve())
    assert times.errors == []
    counts = {kind: count for kind, count, *_times in times.rows()}
    assert counts["start"] == counts["submit"] == SMALL.people and times.acknowledged == counts["save"] > 0
    assert times.passed > 0
