"""The drive's page, put together: coverage now and a week ago, the curve, the forecast, the table in its order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from certificates.targets.comparing import points
from certificates.targets.counting import Figures
from certificates.targets.forecast import Chart, Forecast, chart, forecast
from certificates.targets.models import Target
from certificates.targets.queries import Clocks, Coverage, Line, coverage, figures_of, is_kept
from certificates.targets.queries import kind_id as kind_of
from lms.organisation.models import Unit

# More units than this are shown in part: the rest is behind their parents' pages and in the file.
MOST = 300


@dataclass(frozen=True)
class Row:
    """A unit beneath; `gained` are the posts trained since last week, None where that is not known."""

    line: Line
    gained: int | None

    @property
    def figures(self) -> Figures:
        return self.line.figures

    @property
    def share(self) -> float:
        return self.figures.trained / self.figures.due if self.figures.due else -1.0


SORTS: dict[str, Callable[[Row], Any]] = {
    "rate": lambda row: row.share,
    "-rate": lambda row: -row.share,
    "-missing": lambda row: -row.figures.missing,
    "-gained": lambda row: -(row.gained or 0),
    "name": lambda row: row.line.name,
}


@dataclass(frozen=True)
class Drive:
    """What the page shows of one unit."""

    coverage: Coverage
    shown: Figures
    rows: list[Row]
    hidden: int
    gained: int | None
    forecast: Forecast | None
    chart: Chart | None
    sort: str


def drive_of(target: Target, unit: Unit, clocks: Clocks, kind_code: str, sort: str) -> Drive:
    """The drive in a unit, for one kind of post or all; the units beneath in the order asked for, or in the tree's."""
    kind_id = kind_of(target, kind_code)
    found = coverage(target, unit, clocks, kind_id)
    shown = next((figures for kind, figures in found.kinds if kind.id == kind_id), found.all)
    curve = points(target, unit, clocks, kind_id)
    before = Clocks(clocks.on - timedelta(days=7))
    known = is_kept(target, clocks) and is_kept(target, before)
    ids = [line.unit_id for line in found.children]
    earlier = figures_of(target, before, unit, [unit.id, *ids], [kind_id]) if known else {}

    def gain(unit_id: int, figures: Figures) -> int | None:
        return figures.trained - earlier.get((unit_id, kind_id), Figures()).trained if known else None

    rows = [Row(line, gain(line.unit_id, line.figures)) for line in found.children]
    if sort in SORTS:
        rows.sort(key=SORTS[sort])
    ahead = forecast(curve, clocks.on, target.ends_on)
    return Drive(
        found, shown, rows[:MOST], max(0, len(rows) - MOST), gain(unit.id, shown), ahead,
        chart(curve, target.starts_on, clocks.on, target.ends_on, ahead) if curve else None, sort,
    )  # fmt: skip
