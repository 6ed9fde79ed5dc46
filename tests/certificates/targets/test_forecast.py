"""Where a drive will end: what the curve, the pace and the range say."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from certificates.targets.counting import Figures
from certificates.targets.forecast import Forecast, Point, at, chart, forecast

START, END = date(2026, 1, 1), date(2026, 12, 31)


def drive(gains: list[int], due: int = 1000) -> list[Point]:
    """So many more trained every week."""
    trained, points = 0, []
    for week, gain in enumerate(gains):
        trained = min(due, trained + gain)
        figures = Figures(posts=due, holders=due, trained=trained)
        points.append(Point(START + timedelta(weeks=week), figures))
    return points


def test_a_steady_pace_ends_where_a_ruler_says() -> None:
    on = START + timedelta(weeks=20)
    found = forecast(drive([10] * 21), on, on + timedelta(weeks=10))
    assert found == Forecast(low=310, likely=310, high=310, due=1000, pace=10, needed=79)


def test_an_uneven_pace_has_a_range_around_the_likely_end() -> None:
    on = START + timedelta(weeks=20)
    found = forecast(drive([5, 15] * 11), on, on + timedelta(weeks=10))
    assert found is not None
    assert found.low < found.likely < found.high


def test_nothing_is_said_after_three_weeks_or_after_the_end() -> None:
    points = drive([10, 10, 10])
    assert forecast(points, START + timedelta(weeks=2), END) is None
    assert forecast(drive([10] * 60), END, END) is None
    assert forecast([], START, END) is None


@given(st.lists(st.integers(0, 60), min_size=4, max_size=50))
def test_no_forecast_leaves_what_is_possible(gains: list[int]) -> None:
    points = drive(gains)
    on = points[-1].on
    found = forecast(points, on, END + timedelta(days=30))
    assert found is not None
    assert 0 <= found.low <= found.likely <= found.high <= found.due


def test_the_figures_of_a_day_are_those_of_its_last_step() -> None:
    points = drive([10, 10])
    assert at(points, START - timedelta(days=1)) == Figures()
    assert at(points, START + timedelta(days=6)).trained == 10
    assert at(points, START + timedelta(days=7)).trained == 20


def test_the_drawing_stays_inside_its_frame() -> None:
    points = drive([20] * 30)
    on = START + timedelta(weeks=30)
    found = chart(points, START, on, END, forecast(points, on, END))
    for path in (found.line, found.need, found.fan):
        for place in path.split():
            x, y = map(float, place.split(","))
            assert 46 <= x <= 396 and 10 <= y <= 200
