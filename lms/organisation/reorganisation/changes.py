"""What a decision says, unit by unit. To split a unit is to begin new ones, move what is theirs, and dissolve it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Begin:
    """A new unit, beneath a parent or (empty) as a root."""

    unit: str
    name: str
    kind: str
    parent: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Rename:
    """A unit is called otherwise."""

    unit: str
    name: str


@dataclass(frozen=True)
class Move:
    """A unit with everything beneath it stands beneath another one; with an empty parent by itself."""

    unit: str
    parent: str
    doubt: str = ""


@dataclass(frozen=True)
class Merge:
    """A unit becomes part of another: what stands beneath it moves there, and with `carry` its own posts as well."""

    unit: str
    into: str
    carry: bool = True


@dataclass(frozen=True)
class Dissolve:
    """A unit ends with its union and youth units; with `whole` everything beneath ends as well.

    Without it, other units must have been moved away before.
    """

    unit: str
    successors: tuple[str, ...] = ()
    whole: bool = False


Change = Begin | Rename | Move | Merge | Dissolve


@dataclass(frozen=True)
class Plan:
    """A decision: its number and date, the day from which it is true, and its changes, in their order."""

    number: str
    issued_on: date
    effective_on: date
    changes: Sequence[Change]
    title: str = ""
    # What the reader of a file had to assume.
    notes: Sequence[str] = field(default_factory=tuple)
