"""Finding people among a million: every answer is one short walk along an index, a page at a time.

A page does not count what follows it and does not skip what precedes it: it begins after the last person of the one
before (`Found.next`). Figures are in docs/performance.md.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, not_, or_, select, true, tuple_

from lms.db import db
from lms.organisation.models import Appointment, Person, PersonFormer, PersonMerge, Post, PostKind, Unit
from lms.organisation.queries import everywhere, in_any, in_force
from lms.organisation.words import PersonWord, digits
from lms.text import clean, fold, name_key

PAGE = 50
# Beneath a scope of fewer units it is shorter to walk through the scope than along the words.
NARROW = 4000
# A word that so many people have is not walked along where another will do.
FREQUENT = 40_000
# How many people have a word that thousands have, counted once by a process: to count every Nguyễn costs more than to
# look for somebody. It changes slowly, and decides only which word is walked along, never who is found.
_COUNTED: dict[str, int] = {}


@dataclass(frozen=True)
class Found:
    """A page of people by given name. `next` is where the following page begins; empty on the last."""

    rows: Sequence[Person]
    next: str


@dataclass(frozen=True)
class _Terms:
    """What everybody found has: words of the name, as they are written (`exact`) or without accents; or a number."""

    words: tuple[str, ...] = ()
    exact: bool = False
    number: str = ""


# A select of people and what it is ordered by.
_Walk = tuple[Select[Person], tuple[SQLColumnExpression[Any], ...]]


def find(paths: Iterable[str], search: str, on: date, *, after: str = "", size: int = PAGE) -> Found:
    """People in the subtrees on a day by words of the name in any order, by code or by phone; all of them for "".

    Words may come without accents; those who are written exactly as it was typed come first. A last word that nobody
    is called is taken for the beginning of one.
    """
    scope, phases = _Scope(tuple(paths), on), _phases(search)
    phase, last = _cursor(after)
    rows: list[Person] = []
    for number, terms in list(enumerate(phases))[phase:]:
        before = len(rows)
        people, order = scope.people(terms, phases[:number])
        if last is not None and number == phase:
            people = people.where(tuple_(*order) > tuple_(last.sort_key, last.id))
        rows += db.session.scalars(people.order_by(*order).limit(size + 1 - len(rows)))
        if len(rows) > size:
            return Found(rows[:size], f"{number if before < size else number - 1}.{rows[size - 1].id}")
    if not rows and not after and phases[-1].words:
        people, order = scope.begun(phases[-1].words)
        rows = list(db.session.scalars(people.order_by(*order).limit(size)))
    return Found(rows, "")


def candidates(paths: Iterable[str], search: str, on: date) -> list[Person]:
    """Whom a manager may choose for a post: people of the scope, or anybody whose code and full name are known."""
    if not search.strip():
        return []
    found = list(find(paths, search, on, size=20).rows)
    words = search.split()
    codes = [word.upper() for word in words if any(c.isdigit() for c in word)]
    name = fold(" ".join(word for word in words if word.upper() not in codes))
    known = select(Person).where(Person.code.in_(codes), Person.fold == name, Person.merged_into_id.is_(None))
    return found or list(db.session.scalars(known))


def alike(name: str, birth_year: int | None, but: int | None = None) -> list[Person]:
    """Records that may be of the same person: the same name, blind to accents, and no other birth year."""
    year = or_(Person.birth_year.is_(None), Person.birth_year == birth_year) if birth_year else true()
    query = select(Person).where(Person.fold == fold(name), Person.merged_into_id.is_(None), year, Person.id != but)
    return list(db.session.scalars(query.order_by(Person.id).limit(20)))


def main_posts(ids: Sequence[int], on: date) -> dict[int, str]:
    """What each person is on a day, in a line: the own post before others, with its unit."""
    query = (
        select(Appointment.person_id, PostKind.name, Unit.name)
        .join(Post, Post.id == Appointment.post_id)
        .join(PostKind, PostKind.id == Post.kind_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Appointment.person_id.in_(ids), in_force(Appointment, on))
        .order_by(Appointment.capacity == "holder", PostKind.position.desc(), Appointment.id.desc())
    )
    return {person: f"{kind}, {unit}" for person, kind, unit in db.session.execute(query)}


def _phases(search: str) -> list[_Terms]:
    if search.translate(str.maketrans("", "", "+.-() ")).isdigit():
        return [_Terms(number=digits(search))]
    words = tuple(dict.fromkeys(clean(search).lower().split()))
    plain = tuple(dict.fromkeys(fold(word) for word in words))
    return [_Terms(plain)] if plain == words else [_Terms(words, exact=True), _Terms(plain)]


def _cursor(after: str) -> tuple[int, Person | None]:
    phase, _, number = after.partition(".")
    if not (phase.isdigit() and number.isdigit()):
        return 0, None
    return int(phase), db.session.get(Person, int(number))


class _Scope:
    """Where to look: everywhere, through the few who are inside, or along the words with a check of each."""

    def __init__(self, paths: tuple[str, ...], on: date) -> None:
        self.holders = (
            select(Appointment.person_id)
            .join(Post, Post.id == Appointment.post_id)
            .join(Unit, Unit.id == Post.unit_id)
            .where(in_any(paths), in_force(Appointment, on))
        )
        self.everywhere = everywhere(paths, on)
        self.narrow = not self.everywhere and _at_most(select(Unit.id).where(in_any(paths)), NARROW) < NARROW

    def people(self, terms: _Terms, before: Sequence[_Terms]) -> _Walk:
        """Who fits the terms, without those whom the terms `before` find."""
        if self.narrow:
            return self._through_the_few(terms, before)
        people = select(Person)
        if terms.number:
            people = people.where(Person.id.in_(_with_number(terms.number)))
        elif terms.words:
            first, *others = sorted(terms.words, key=_rarity(terms.words))
            people = people.join(PersonWord, PersonWord.person_id == Person.id).where(PersonWord.word == first)
            people = people.where(*(_among(word) for word in others))
            people = people.where(*(not_(and_(*(_among(word) for word in old.words))) for old in before))
            # Asked of the word, before the person is read.
            return people.where(self._holds(PersonWord.person_id)), (PersonWord.sort_key, PersonWord.person_id)
        else:
            people = people.where(Person.merged_into_id.is_(None))
        return people.where(self._holds(Person.id)), (Person.sort_key, Person.id)

    def _holds(self, person_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
        return true() if self.everywhere else self.holders.where(Appointment.person_id == person_id).exists()

    def _through_the_few(self, terms: _Terms, before: Sequence[_Terms]) -> _Walk:
        people = select(Person).where(Person.id.in_(self.holders), Person.merged_into_id.is_(None))
        people = people.where(*(_called(word, terms.exact) for word in terms.words))
        people = people.where(*(not_(and_(*(_called(word, old.exact) for word in old.words))) for old in before))
        if terms.number:
            people = people.where(Person.id.in_(_with_number(terms.number)))
        # Not by the column itself: its index would tempt the database to walk through everybody.
        return people, (Person.sort_key.concat(""), Person.id)

    def begun(self, words: Sequence[str]) -> _Walk:
        """Who has all words but the last, and one that begins like it; among the first few hundred."""
        *whole, start = words
        word = PersonWord.word
        some = select(PersonWord.person_id).where(*(_among(other) for other in whole))
        # Who is called `start` itself would have been found before: their rows, perhaps very many, are left out.
        longer = and_(word > start, word < start + "~")
        if self.narrow:
            # Not by the word itself, as above.
            begins = and_(word.concat("") >= start, word.concat("") < start + "~")
            some = some.where(PersonWord.person_id.in_(self.holders), begins)
        elif whole and self._fewer(rarest := min(whole, key=_bearers), longer):
            some = some.where(word == rarest, _begins_among(start))
        else:
            some = some.where(longer)
        ids = db.session.scalars(some.limit(500)).all()
        people = select(Person).where(Person.id.in_(ids))
        return people.where(self._holds(Person.id)), (Person.sort_key, Person.id)

    def _fewer(self, word: str, others: ColumnElement[bool]) -> bool:
        """Whether it is shorter to walk along a word than along the others."""
        few = _bearers(word)
        return few < FREQUENT and _at_most(select(PersonWord.person_id).where(others), few) == few


def _among(word: str) -> ColumnElement[bool]:
    return PersonWord.names.contains(f" {word} ", autoescape=True)


def _begins_among(start: str) -> ColumnElement[bool]:
    return PersonWord.names.contains(f" {start}", autoescape=True)


def _called(word: str, exact: bool) -> ColumnElement[bool]:
    """The same asked of a person: the sort key spells every word with its accents, `fold` without."""
    if exact:
        return (" " + Person.sort_key + " ").contains(f" {name_key(word)} ", autoescape=True)
    return or_((" " + Person.fold + " ").contains(f" {word} ", autoescape=True), Person.code == word.upper())


def _with_number(number: str) -> Select[int]:
    """Whose phone it is, or begins so; a short number only whole."""
    word = PersonWord.word
    fits = and_(word >= number, word < number + "~") if len(number) >= 6 else word == number
    return select(PersonWord.person_id).where(fits)


def _rarity(words: Sequence[str]) -> Callable[[str], Any]:
    """Orders words by how many people have them; one with a digit is a code, and first."""
    return lambda word: (not any(c.isdigit() for c in word), _bearers(word) if len(words) > 1 else 0)


def _bearers(word: str) -> int:
    if word in _COUNTED:
        return _COUNTED[word]
    those = select(PersonWord.person_id).where(PersonWord.word == word)
    count = _at_most(those, 2_000)
    if count == 2_000:
        count = _COUNTED[word] = db.session.scalar(select(func.count()).select_from(those.subquery())) or 0
    return count


def _at_most(query: Select[int], most: int) -> int:
    """How many rows a query has, counted as far as `most`."""
    return db.session.scalar(select(func.count()).select_from(query.limit(most).subquery())) or 0


def put_right(person_id: int) -> list[Appointment]:
    """What was recorded of a person's posts and is not held true any more, the newest first."""
    query = select(Appointment).where(Appointment.person_id == person_id, Appointment.withdrawn_at.is_not(None))
    return list(db.session.scalars(query.order_by(Appointment.withdrawn_at.desc(), Appointment.id.desc())))


def former(person_id: int) -> list[PersonFormer]:
    """What the record said before it was put right, the newest first."""
    query = select(PersonFormer).where(PersonFormer.person_id == person_id)
    return list(db.session.scalars(query.order_by(PersonFormer.id.desc())))


def merges(person_id: int) -> list[tuple[PersonMerge, Person]]:
    """The records that are merged into this one."""
    query = select(PersonMerge, Person).join(Person, Person.id == PersonMerge.merged_id)
    held = query.where(PersonMerge.kept_id == person_id, PersonMerge.withdrawn_at.is_(None))
    return [(merge, person) for merge, person in db.session.execute(held.order_by(PersonMerge.id))]
