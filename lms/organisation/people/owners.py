"""Whose a row was, as we knew it at a time: merging two records, and separating them, moves rows between them.

A row says whose it is now. `PersonMerge` says which rows went over and when: what was known before can still be told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from lms import clock
from lms.organisation.models import PersonMerge


@dataclass
class Owners:
    """The rows that belonged to another person than they do now, by table; and the people whom that concerns."""

    rows: dict[str, dict[int, int]] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)

    def of(self, table: str, row_id: int, person_id: int) -> int:
        """Whose the row was; `person_id` is whose it is."""
        return self.rows[table].get(row_id, person_id) if table in self.rows else person_id

    def rows_of(self, model: Any, person_id: int) -> ColumnElement[bool]:
        """The rows of a table that were that person's."""
        known = self.rows.get(model.__tablename__, {})
        own = [row for row, owner in known.items() if owner == person_id]
        others = [row for row, owner in known.items() if owner != person_id]
        return or_(and_(model.person_id == person_id, model.id.not_in(others)), model.id.in_(own))


def owners(session: Session, known: date | None) -> Owners:
    """What was known at the end of a day (or by a moment) of whose rows are; None: now, and nothing differs."""
    found = Owners()
    if known is None:
        return found
    moment = clock.until(known)
    later = or_(PersonMerge.recorded_at >= moment, PersonMerge.withdrawn_at >= moment)
    merges = session.scalars(select(PersonMerge).where(later)).all()
    for _at, merge, owner in sorted(_turned_back(merges, moment), key=lambda step: step[0], reverse=True):
        for name, ids in merge.moved["rows"].items():
            found.rows.setdefault(name.partition(".")[0], {}).update(dict.fromkeys(ids, owner))
        found.people |= {merge.kept_id, merge.merged_id}
    return found


def _turned_back(merges: Iterable[PersonMerge], moment: datetime) -> Iterator[tuple[datetime, PersonMerge, int]]:
    """Every merge and every separation since, as the step that takes it back: when it was, and whose its rows were."""
    for merge in merges:
        if merge.recorded_at >= moment:
            yield merge.recorded_at, merge, merge.merged_id
        if merge.withdrawn_at is not None and merge.withdrawn_at >= moment:
            yield merge.withdrawn_at, merge, merge.kept_id
