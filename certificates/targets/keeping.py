"""Spans and figures as they are kept: part of the open transaction of a service, under the target's lock."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from certificates.targets.counting import NAMES, Change, Days, Key, Span, pack, stepped, unpack
from certificates.targets.facts import PORTION, portions, spans, whole
from certificates.targets.models import Figure, KeptSpan, Target
from lms.organisation.models import Appointment, Post

_SPAN = [getattr(KeptSpan, name) for name in Span._fields]
_COUNTS = [getattr(Figure, name) for name in NAMES]


def refresh(session: Session, target: Target, people: set[int], units: set[int]) -> None:
    """Brings the figures up to date after something changed for these people or in these units; idempotent.

    The posts concerned are counted from their raw rows; what differs from their kept spans moves the figures above
    them, by the difference. The cost grows with what changed and the depth of the tree, not with its size.
    """
    posts = set[int]()
    for part in portions(units):
        posts.update(session.scalars(select(Post.id).where(Post.unit_id.in_(part))))
    for part in portions(people):
        posts.update(session.scalars(select(Appointment.post_id).where(Appointment.person_id.in_(part))))
    before, after = set[Span](), set[Span]()
    for part in portions(sorted(posts)):
        before.update(_kept(session, target, KeptSpan.post_id.in_(part)))
        after.update(spans(session, target, whole(target), Post.id.in_(part)))
    gone, come = before - after, after - before
    if not gone and not come:
        return
    change = Change()
    change.add(gone, -1)
    change.add(come)
    concerned = {span.person_id for span in (*gone, *come) if span.person_id is not None}
    for held in _held_by(session, target, concerned):
        change.share(held, -1)
    for spans_gone in portions(gone, 500):
        keys = [(span.post_id, span.from_on) for span in spans_gone]
        here = tuple_(KeptSpan.post_id, KeptSpan.from_on).in_(keys)
        session.execute(delete(KeptSpan).where(KeptSpan.target_id == target.id, here))
    _insert_spans(session, target, come)
    for held in _held_by(session, target, concerned):
        change.share(held)
    _move(session, target, change.rolled_up(target.unit_id))


def rebuild(session: Session, target: Target) -> None:
    """Counts everything anew from the raw rows."""
    session.execute(delete(KeptSpan).where(KeptSpan.target_id == target.id))
    session.execute(delete(Figure).where(Figure.target_id == target.id))
    change = Change()
    last = session.scalar(select(func.max(Post.id))) or 0
    for start in range(0, last + 1, PORTION):
        part = spans(session, target, whole(target), Post.id > start, Post.id <= start + PORTION)
        change.add(part)
        _insert_spans(session, target, part)
    for held in _with_several(session, target):
        change.share(held)
    rows = (
        (key, day, packed)
        for key, days in change.rolled_up(target.unit_id).items()
        for day, packed in stepped(days).items()
    )
    _insert_figures(session, target, rows)


def _kept(session: Session, target: Target, *where: object) -> Iterator[Span]:
    query = select(*_SPAN).where(KeptSpan.target_id == target.id, *where)  # type: ignore[arg-type]
    return (Span(*row) for row in session.execute(query))


def _held_by(session: Session, target: Target, people: Iterable[int]) -> Iterator[list[Span]]:
    """The kept spans of these people, person by person."""
    for part in portions(sorted(people)):
        yield from _by_person(_kept(session, target, KeptSpan.person_id.in_(part)))


def _with_several(session: Session, target: Target) -> Iterator[list[Span]]:
    """The kept spans of everybody who ever holds more than one post."""
    here = KeptSpan.target_id == target.id
    several = (
        select(KeptSpan.person_id)
        .where(here, KeptSpan.state == "holder")
        .group_by(KeptSpan.person_id)
        .having(func.min(KeptSpan.post_id) != func.max(KeptSpan.post_id))
    )
    return _by_person(_kept(session, target, KeptSpan.person_id.in_(several)))


def _by_person(held: Iterable[Span]) -> Iterator[list[Span]]:
    ordered = sorted(held, key=lambda span: span.person_id or 0)
    return (list(group) for _person, group in groupby(ordered, key=attrgetter("person_id")))


def _insert_spans(session: Session, target: Target, found: Iterable[Span]) -> None:
    for part in portions(found):
        session.execute(insert(KeptSpan), [span._asdict() | {"target_id": target.id} for span in part])


def _insert_figures(session: Session, target: Target, rows: Iterable[tuple[Key, date, int]]) -> None:
    for part in portions(rows):
        session.execute(
            insert(Figure),
            [
                {"target_id": target.id, "unit_id": unit, "kind_id": kind, "from_on": day}
                | dict(zip(NAMES, unpack(packed), strict=True))
                for (unit, kind), day, packed in part
            ],
        )


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
