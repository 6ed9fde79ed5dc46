"""Which post each row takes: its own, a vacant one, that of the one before, or a new one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, select

from lms.db import db
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import below, in_force

CHUNK = 400
# Kinds of which a unit may have as many posts as it likes; of the others it has one, unless more are recorded.
SEVERAL = ("can-bo-dan-van",)


@dataclass(slots=True)
class Held:
    """An appointment in force."""

    id: int
    person_id: int
    person: str
    capacity: str
    since: date
    until: date | None


@dataclass(slots=True)
class PostNow:
    """A post in force and who holds it."""

    id: int
    unit_id: int
    unit: str
    kind_id: int
    held: list[Held] = field(default_factory=list)
    taken: bool = False


@dataclass(slots=True)
class Want:
    """A row that asks for a post: `who` is a person's id, or minus the position of the row that adds the person."""

    position: int
    who: int
    capacity: str
    since: date | None


@dataclass(slots=True)
class Seat:
    """What is done for a row: an appointment in a post, in place of `ends`. `held` is what it found there.

    Without a post a new one is made, beside as many as there were (`beside`).
    """

    post_id: int | None
    capacity: str
    since: date | None
    ends: tuple[Held, ...] = ()
    held: tuple[int, ...] = ()
    beside: int = 0


@dataclass(slots=True)
class Fix:
    """An appointment in force that the list knows better: another capacity, another first day."""

    held: Held
    capacity: str
    since: date


Decision = Seat | Fix | str | None


def posts_in(unit_ids: Iterable[int], whole: str, on: date) -> dict[tuple[int, int], list[PostNow]]:
    """The posts in force by unit and kind: of these units, or of the whole subtree at a path."""
    found: dict[int, PostNow] = {}
    current = and_(Appointment.post_id == Post.id, in_force(Appointment, on))
    query = (
        select(Post.id, Post.unit_id, Unit.name, Post.kind_id, Appointment.id, Appointment.person_id, Person.name,
               Appointment.capacity, Appointment.valid_from, Appointment.valid_to)
        .join_from(Post, Unit, Unit.id == Post.unit_id)
        .outerjoin(Appointment, current)
        .outerjoin(Person, Person.id == Appointment.person_id)
        .where(in_force(Post, on))
        .order_by(Post.id, Appointment.capacity != "holder", Appointment.id)
    )  # fmt: skip
    ids = sorted(set(unit_ids))
    queries = [query.where(Post.unit_id.in_(ids[start : start + CHUNK])) for start in range(0, len(ids), CHUNK)]
    for part in [*queries, query.where(below(whole))] if whole else queries:
        for post, unit, unit_name, kind, appointment, person, name, capacity, since, until in db.session.execute(part):
            now = found.setdefault(post, PostNow(post, unit, unit_name, kind))
            if appointment is not None and all(held.id != appointment for held in now.held):
                now.held.append(Held(appointment, person, name, capacity, since, until))
    by_place: dict[tuple[int, int], list[PostNow]] = {}
    for post in found.values():
        by_place.setdefault((post.unit_id, post.kind_id), []).append(post)
    return by_place


def seat(wants: list[Want], posts: list[PostNow], *, single: bool, whole: bool) -> list[Decision]:
    """What is done for each want of one kind in one unit, in their order.

    None: the post is held already. A sentence's word "taken" where a single post has been given to another row. Who is
    not in the list loses the post to a successor only where there is one post, or the list is the whole list.
    """
    decisions: dict[int, Decision] = {}
    given: set[int] = set()  # who of the list has this post already
    left: list[Want] = []
    for want in wants:
        if want.who in given:
            decisions[id(want)] = None
            continue
        mine = next(((post, held) for post in posts for held in post.held if held.person_id == want.who), None)
        if mine is None:
            left.append(want)
            continue
        post, held = mine
        post.taken = True
        given.add(want.who)
        capacity, since = want.capacity or held.capacity, want.since or held.since
        better = (capacity, since) != (held.capacity, held.since)
        decisions[id(want)] = Fix(held, capacity, since) if better else None
    for want in left:
        if want.who in given:
            decisions[id(want)] = None
            continue
        decisions[id(want)] = _free(want, posts, single=single, whole=whole)
        if decisions[id(want)] != "taken":
            given.add(want.who)
    return [decisions[id(want)] for want in wants]


def _free(want: Want, posts: list[PostNow], *, single: bool, whole: bool) -> Decision:
    capacity = want.capacity or "holder"
    vacant = next((post for post in posts if not post.taken and not post.held), None)
    if vacant is not None:
        vacant.taken = True
        return Seat(vacant.id or None, capacity, want.since)
    if capacity == "acting":
        beside = next((post for post in posts if all(held.capacity != "acting" for held in post.held)), None)
        if beside is not None and beside.held:
            ids = tuple(held.id for held in beside.held if held.id)
            beside.held.append(Held(0, want.who, "", "acting", want.since or date.min, None))
            return Seat(beside.id or None, capacity, want.since, held=ids)
    replaced = next((post for post in posts if not post.taken), None) if single or whole else None
    if replaced is not None:
        replaced.taken = True
        return Seat(
            replaced.id or None, capacity, want.since, tuple(replaced.held), tuple(held.id for held in replaced.held)
        )
    if single and posts:
        return "taken"
    there = sum(1 for post in posts if post.id)
    posts.append(PostNow(0, 0, "", 0, taken=True))
    return Seat(None, capacity, want.since, beside=there)
