"""The raw rows beneath the figures, as facts: posts, who holds them, who is trained, started or exempt.

Every rule is in `rules`; here is only what is asked of the database, in five queries however many posts there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from certificates.register.models import Certificate, Evidence
from certificates.register.queries import completions
from certificates.targets.counting import FOREVER, Span
from certificates.targets.models import Exemption, Started, Target
from certificates.targets.rules import Completed, Holding, Period, PersonFacts, PostFacts, Stay, proven, spans_of
from lms import clock
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit, UnitState
from lms.organisation.people.owners import Owners
from lms.organisation.people.owners import owners as owners_at
from lms.organisation.queries import held_true, in_any, reach

T = TypeVar("T")
# Rows that are asked for at once: databases limit the values of one statement.
PORTION = 5000
BEGINNING = date(1, 1, 1)


def portions(values: Iterable[T], size: int = PORTION) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    listed = list(values)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def whole(target: Target) -> Period:
    """All the days that are kept for a target: from its first on."""
    return Period(target.starts_on, FOREVER)


def spans(
    session: Session, target: Target, window: Period, *only: ColumnElement[bool], known: date | None = None
) -> list[Span]:
    """How the target's posts count in the days of the window, as we know it now or knew at the end of `known`.

    `only` narrows it by conditions on Post and UnitState.
    """
    owners, rule = owners_at(session, known), target.rule
    posts = _posts(session, target, window, only, known, owners)
    holders = _holders(target, window, only, known)
    if owners.people:
        holders = select(Person.id).where(or_(Person.id.in_(holders), Person.id.in_(owners.people)))
    people = _people(session, target, holders, known, owners)
    return [span for post in posts for span in spans_of(rule, post, people, window)]


def within(target: Target, path: str) -> str:
    """A place as the target counts it: a unit that began in place of the target's counts as if it stood beneath it."""
    return path if f"/{target.unit_id}/" in path else f"/{target.unit_id}{path}"


def _within(target: Target, window: Period, only: Iterable[ColumnElement[bool]], known: date | None,
            *columns: Any) -> Select[*tuple[Any, ...]]:  # fmt: skip
    """Posts of the target's kinds and levels, once for each place in which their unit stood within the window."""
    kinds = [_of_kind(target, code) for code in target.post_kinds]
    return (
        select(*columns)
        .join_from(Post, UnitState, UnitState.unit_id == Post.unit_id)
        .join(PostKind, PostKind.id == Post.kind_id)
        .where(in_any(reach(target.unit_id), UnitState.path), or_(false(), *kinds))
        .where(held_true(Post, known), held_true(UnitState, known), _meets(Post, window), _meets(UnitState, window))
        .where(*only)
    )


def _of_kind(target: Target, code: str) -> ColumnElement[bool]:
    levels = target.levels.get(code, ())
    at_level = Post.unit_id.in_(select(Unit.id).where(Unit.kind.in_(levels)))
    return and_(PostKind.code == code, at_level) if levels else PostKind.code == code


def _meets(model: type[Post | UnitState | Appointment], window: Period) -> ColumnElement[bool]:
    starts = or_(model.valid_from.is_(None), model.valid_from <= window.to_on)
    return and_(starts, or_(model.valid_to.is_(None), model.valid_to >= window.from_on))


def _posts(session: Session, target: Target, window: Period, only: Iterable[ColumnElement[bool]],
           known: date | None, owners: Owners) -> list[PostFacts]:  # fmt: skip
    columns = (
        Post.id, Post.unit_id, Post.kind_id, UnitState.path, Post.valid_from, Post.valid_to,
        UnitState.valid_from, UnitState.valid_to, PostKind.valid_from, PostKind.valid_to,
    )  # fmt: skip
    found: dict[int, PostFacts] = {}
    for post_id, unit_id, kind_id, path, *days in session.execute(_within(target, window, only, known, *columns)):
        first = max(day for day in (*days[::2], BEGINNING) if day is not None)
        last = min(day for day in (*days[1::2], FOREVER) if day is not None)
        post = found.get(post_id)
        if post is None:
            post = found[post_id] = PostFacts(post_id, unit_id, kind_id)
        if first <= last:
            post.stays.append(Stay(within(target, path), first, last))
    appointments = select(
        Appointment.post_id, Appointment.person_id, Appointment.capacity, Appointment.valid_from, Appointment.valid_to,
        Appointment.id,
    ).where(*_appointed(target, window, only, known))  # fmt: skip
    for post_id, person_id, capacity, first, until, number in session.execute(appointments):
        holder = owners.of(Appointment.__tablename__, number, person_id)
        found[post_id].holdings.append(Holding(holder, capacity, first, until or FOREVER, number))
    return list(found.values())


def _appointed(target: Target, window: Period, only: Iterable[ColumnElement[bool]],
               known: date | None) -> tuple[ColumnElement[bool], ...]:  # fmt: skip
    posts = _within(target, window, only, known, Post.id)
    return Appointment.post_id.in_(posts), held_true(Appointment, known), _meets(Appointment, window)


def _holders(target: Target, window: Period, only: Iterable[ColumnElement[bool]], known: date | None) -> Select[int]:
    return select(Appointment.person_id).where(*_appointed(target, window, only, known))


def _people(
    session: Session, target: Target, holders: Select[int], known: date | None, owners: Owners
) -> dict[int, PersonFacts]:
    """Everybody among the holders of whom something is known; all others have no certificate and no exemption."""
    rule = target.rule
    people: defaultdict[int, PersonFacts] = defaultdict(PersonFacts)
    for person_id, proofs in proofs_of(session, target, known, holders, owners).items():
        people[person_id].trained, people[person_id].expiring = proven(rule, proofs)
    exempted = select(Exemption.id, Exemption.person_id, Exemption.valid_from, Exemption.valid_to).where(
        Exemption.target_id == target.id, _held(Exemption.recorded_at, Exemption.withdrawn_at, known)
    )
    for number, person_id, first, last in session.execute(exempted.where(Exemption.person_id.in_(holders))):
        people[owners.of(Exemption.__tablename__, number, person_id)].exempt.append(Period(first, last or FOREVER))
    started = select(Started.id, Started.person_id, Started.started_on).where(
        Started.activity.in_(target.activities), Started.person_id.in_(holders)
    )
    for number, person_id, day in session.execute(
        started if known is None else started.where(Started.recorded_at < end(known))
    ):
        facts = people[owners.of(Started.__tablename__, number, person_id)]
        facts.started_on = min(day, facts.started_on or day)
    return people


def proofs_of(
    session: Session, target: Target, known: date | None, people: Select[int], owners: Owners | None = None
) -> defaultdict[int, list[Completed]]:
    """The proofs that these people completed the target's activities: certificates and accepted evidence."""
    done = completions(target.activities, people)
    query = select(
        done.c.person_id,
        done.c.activity,
        done.c.source,
        done.c.completed_on,
        done.c.ended_on,
        done.c.ended_at,
        done.c.edition,
        done.c.id,
    ).where(_held(done.c.recorded_at, done.c.withdrawn_at, known))
    found: defaultdict[int, list[Completed]] = defaultdict(list)
    for person_id, activity, way, on, ended_on, ended_at, edition, number in session.execute(query):
        ended = ended_on if known is None or ended_at is None or ended_at < end(known) else None
        table = Certificate.__tablename__ if way == "certificate" else Evidence.__tablename__
        owner = owners.of(table, number, person_id) if owners else person_id
        found[owner].append(Completed(activity, way, on, ended, edition))
    return found


def end(known: date) -> Any:
    """What is recorded before this moment is known at the end of that day, or by that moment."""
    return clock.until(known)


def _held(recorded_at: Any, withdrawn_at: Any, known: date | None) -> ColumnElement[bool]:
    if known is None:
        return withdrawn_at.is_(None)  # type: ignore[no-any-return]
    return and_(recorded_at < end(known), or_(withdrawn_at.is_(None), withdrawn_at >= end(known)))
