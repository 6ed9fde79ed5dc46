"""Spans and figures as they are kept: part of the open transaction of a service, under the target's lock."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from certificates.targets.counting import NAMES, Change, Days, Key, Span, pack, stepped, unpack
from certificates.targets.facts import portions, spans, whole
from certificates.targets.models import Figure, KeptSpan, Target
from lms.db import Model, insert_many
from lms.organisation.models import Appointment, Post

_SPAN = [getattr(KeptSpan, name) for name in Span._fields]
_COUNTS = [getattr(Figure, name) for name in NAMES]


def refresh(session: Session, target: Target, people: set[int], units: set[int]) -> None:
    """Brings the figures up to date after something changed for these people or in these units; idempotent."""
    posts = set[int]()
    for part in portions(units):
        posts.update(session.scalars(select(Post.id).where(Post.unit_id.in_(part))))
    for part in portions(people):
        posts.update(session.scalars(select(Appointment.post_id).where(Appointment.person_id.in_(part))))
    before, after = set[Span](), set[Span]()
    for part in portions(sorted(posts)):
        before.update(_kept(session, target, KeptSpan.post_id.in_(part)))
        after.update(spans(session, target, whole(target), Post.id.in_(part)))
    _replace(session, target, before, after)


def count(session: Session, target: Target, first: int, last: int) -> None:
    """Brings the figures up to date for the posts with ids from one number to another."""
    before = _kept(session, target, KeptSpan.post_id >= first, KeptSpan.post_id <= last)
    _replace(
        session, target, set(before), set(spans(session, target, whole(target), Post.id >= first, Post.id <= last))
    )


def forget(session: Session, target: Target) -> None:
    """Drops everything that is kept for a target."""
    session.execute(delete(KeptSpan).where(KeptSpan.target_id == target.id))
    session.execute(delete(Figure).where(Figure.target_id == target.id))


def _replace(session: Session, target: Target, before: set[Span], after: set[Span]) -> None:
    """What differs between kept spans and true ones moves the figures above them, by the difference.

    The cost grows with what changed and the depth of the tree, not with its size.
    """
    gone, come = before - after, after - before
    if not gone and not come:
        return
    change = Change()
    change.add(gone, -1)
    change.add(come)
    concerned = {span.person_id for span in (*gone, *come) if span.person_id is not None}
    for held in _held_by(session, target, concerned):
        change.share(held, -1)
    _delete_spans(session, target, gone)
    _insert_spans(session, target, come)
    for held in _held_by(session, target, concerned):
        change.share(held)
    _move(session, target, change.rolled_up(target.unit_id))


def _kept(session: Session, target: Target, *where: object) -> Iterator[Span]:
    query = select(*_SPAN).where(KeptSpan.target_id == target.id, *where)  # type: ignore[arg-type]
    return (Span(*row) for row in session.execute(query))


def _held_by(session: Session, target: Target, people: Iterable[int]) -> Iterator[list[Span]]:
    """The kept spans of these people, person by person."""
    # The sum keeps SQLite from taking the index by target, of which a target has a million rows.
    here = KeptSpan.target_id + 0 == target.id
    for part in portions(sorted(people)):
        rows = session.execute(select(*_SPAN).where(here, KeptSpan.person_id.in_(part)))
        yield from _by_person(Span(*row) for row in rows)


def _by_person(held: Iterable[Span]) -> Iterator[list[Span]]:
    ordered = sorted(held, key=lambda span: span.person_id or 0)
    return (list(group) for _person, group in groupby(ordered, key=attrgetter("person_id")))


def _delete_spans(session: Session, target: Target, gone: Iterable[Span]) -> None:
    """One by one by their key: a list of pairs makes SQLite read all spans of the target."""
    here = (KeptSpan.target_id == target.id, KeptSpan.post_id == bindparam("post"), KeptSpan.from_on == bindparam("on"))
    if keys := [{"post": span.post_id, "on": span.from_on} for span in gone]:
        session.connection().execute(delete(Model.metadata.tables[KeptSpan.__tablename__]).where(*here), keys)


def _insert_spans(session: Session, target: Target, found: Iterable[Span]) -> None:
    insert_many(session, KeptSpan, ("target_id", *Span._fields), ((target.id, *span) for span in found))


def _insert_figures(session: Session, target: Target, rows: Iterable[tuple[Key, date, int]]) -> None:
    columns = ("target_id", "unit_id", "kind_id", "from_on", *NAMES)
    insert_many(session, Figure, columns, ((target.id, *key, day, *unpack(packed)) for key, day, packed in rows))


def _move(session: Session, target: Target, changes: dict[Key, Days]) -> None:
    """Moves the kept steps of these units by a change, and writes only the rows that differ."""
    new: list[tuple[Key, date, int]] = []
    moved: list[dict[str, int]] = []
    dropped: list[int] = []
    for part in portions(sorted(changes.items()), 1000):
        first = min(min(days) for _key, days in part)
        kept = _steps_from(session, target, {unit for (unit, _kind), _days in part}, first)
        for key, days in part:
            rows = kept.get(key, {})
            start = next((packed for day, (_id, packed) in rows.items() if day < first), 0)
            before = {day: row for day, row in rows.items() if day >= first}
            after = stepped(days, {day: packed for day, (_id, packed) in before.items()}, start)
            for day, packed in after.items():
                if day not in before:
                    new.append((key, day, packed))
                elif before[day][1] != packed:
                    moved.append({"id": before[day][0]} | dict(zip(NAMES, unpack(packed), strict=True)))
            dropped += [before[day][0] for day in before.keys() - after.keys()]
    for ids in portions(dropped):
        session.execute(delete(Figure).where(Figure.id.in_(ids)))
    for values in portions(moved):
        session.execute(update(Figure), values)
    _insert_figures(session, target, new)


def _steps_from(
    session: Session, target: Target, units: set[int], first: date
) -> dict[Key, dict[date, tuple[int, int]]]:
    """The kept steps of these units from a day on, and the last one before it: id and packed figures by day."""
    earlier = aliased(Figure)
    last_before = (
        select(func.max(earlier.from_on))
        .where(earlier.target_id == Figure.target_id, earlier.unit_id == Figure.unit_id)
        .where(earlier.kind_id == Figure.kind_id, earlier.from_on < first)
        .scalar_subquery()
    )
    query = select(Figure.id, Figure.unit_id, Figure.kind_id, Figure.from_on, *_COUNTS).where(
        Figure.target_id == target.id, Figure.unit_id.in_(units), Figure.from_on >= func.coalesce(last_before, first)
    )
    found: dict[Key, dict[date, tuple[int, int]]] = {}
    for number, unit, kind, day, *counts in session.execute(query):
        found.setdefault((unit, kind), {})[day] = (number, pack(counts))
    return found
