"""What a list says, person by person: read, not yet matched with anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from lms.organisation.roster.layout import Table
from lms.text import tone_neutral


@dataclass(frozen=True)
class Refusal:
    """What could not be read or brought in: where, and why."""

    sheet: str
    row: int
    column: str
    reason: str
    name: str = ""

    def __str__(self) -> str:
        place = _("Sheet «%(sheet)s», row %(row)s, column %(column)s",
                  sheet=self.sheet, row=self.row, column=self.column)  # fmt: skip
        return f"{place}: {self.reason}"


@dataclass(slots=True)
class Record:
    """One person of the list, as read. `units` go from the section to the column that names the smallest unit.

    `posts` are (kind, capacity); a capacity is empty where the list says none. `notes` say what was made of a cell.
    `fold` is the name as it is searched.
    """

    sheet: int
    row: int
    name: str
    fold: str
    units: tuple[str, ...]
    posts: tuple[tuple[str, str], ...]
    post_text: str = ""
    code: str = ""
    unit_code: str = ""
    birth_on: date | None = None
    birth_year: int | None = None
    birth_text: str = ""
    gender: str = ""
    phone: str = ""
    email: str = ""
    since: date | None = None
    notes: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()

    @property
    def neutral(self) -> str:
        """The name as it is compared: blind to where a tone stands."""
        return tone_neutral(self.name)


@dataclass
class Answers:
    """What people said about files like this one: for the office (columns, posts) and for this file."""

    columns: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str] = field(default_factory=dict)
    encodings: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""


@dataclass
class Roster:
    """Everything a file says. `unsure` counts the posts that nobody knows, as they are written."""

    tables: list[Table] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unsure: dict[str, int] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    rows: int = 0
    problem: str = ""
    format: str = ""
    encoding: str = ""

    @property
    def sheet_names(self) -> list[str]:
        return [table.sheet.name for table in self.tables]
