"""The load script itself, a few seconds of it: no error, and every acknowledged answer is kept."""

from tests.load.exam_day import SMALL, run


def test_a_small_exam_day_has_no_error() -> None:
    times = run(SMALL)
    assert times.errors == []
    counts = {kind: count for kind, count, *_times in times.rows()}
    assert counts["start"] == counts["submit"] == SMALL.people and times.acknowledged == counts["save"] > 0
