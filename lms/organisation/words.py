"""The words by which people are found: one ordered table that answers alike on SQLite and PostgreSQL.

A row for every word of a name, without accents and as written, for the code and for the phone; the rows of one word
stand in the order of the list, so that a page of it is one short walk. Writing people through the session keeps the
words; whoever writes them in bulk calls `index_people`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, ForeignKey, PrimaryKeyConstraint, delete, event, insert, select
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from lms.db import Code, Model, Path
from lms.organisation.models import Person
from lms.text import clean, fold


class PersonWord(Model):
    """`names` are all words of the name, between blanks, so that a second word is checked without another look-up."""

    __tablename__ = "lms_person_word"
    __table_args__ = (
        PrimaryKeyConstraint("word", "sort_key", "person_id", postgresql_include=["names"]),
        {"sqlite_with_rowid": False},
    )

    id = None  # type: ignore[assignment]
    word: Mapped[str] = mapped_column(Code)
    sort_key: Mapped[str] = mapped_column(Path)
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    names: Mapped[str]


def digits(text: str) -> str:
    """A phone number's digits: 0912 345 678 and +84 912 345 678 are one."""
    found = "".join(c for c in text if c.isdigit())
    return f"0{found[2:]}" if text.strip().startswith("+84") else found


def rows(person_id: int, name: str, sort_key: str, phone: str, codes: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of one person; `codes` are their own and those of records that were merged into theirs."""
    written = clean(name).lower().split()
    words = [*dict.fromkeys([*(fold(word) for word in written), *written])]
    numbers = [digits(part) for part in phone.replace(";", ",").replace("/", ",").split(",")]
    others = [*(code.lower() for code in codes), *(number for number in numbers if number)]
    names = f" {' '.join(words)} "
    return [
        {"word": word[:120], "sort_key": sort_key, "person_id": person_id, "names": names}
        for word in dict.fromkeys([*words, *others])
    ]


def index_people(session: Session, ids: Sequence[int] | None = None) -> None:
    """Writes the words of these people (None: of everybody) anew; part of an open transaction."""
    session.flush()
    _index(session.connection(), ids)


def _index(connection: Connection, ids: Sequence[int] | None, size: int = 2000) -> None:
    if ids is None:
        connection.execute(delete(PersonWord))
        ids = connection.scalars(select(Person.id).order_by(Person.id)).all()
    for start in range(0, len(ids), size):
        part = ids[start : start + size]
        connection.execute(delete(PersonWord).where(PersonWord.person_id.in_(part)))
        codes: dict[int, list[str]] = {}
        for kept, code in connection.execute(
            select(Person.merged_into_id, Person.code).where(Person.merged_into_id.in_(part))
        ):
            codes.setdefault(kept or 0, []).append(code)
        people = select(Person.id, Person.name, Person.sort_key, Person.phone, Person.code).where(
            Person.id.in_(part), Person.merged_into_id.is_(None)
        )
        found = [
            row
            for person in connection.execute(people)
            for row in rows(
                person.id, person.name, person.sort_key, person.phone, [person.code, *codes.get(person.id, ())]
            )
        ]
        if found:
            connection.execute(insert(PersonWord), found)


@event.listens_for(Person, "after_insert")
@event.listens_for(Person, "after_update")
def _keep_words(_mapper: Mapper[Any], connection: Connection, person: Person) -> None:
    _index(connection, [person.id])
