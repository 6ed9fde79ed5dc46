"""Evidence from elsewhere, and every completion that counts."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import CompoundSelect, Date, Select, Subquery, cast, literal, or_, select, union_all

from certificates.register.models import Certificate, Evidence
from lms.db import UtcDateTime, db
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import in_any
from lms.text import clean, fold, tone_neutral


def completions(activities: Sequence[str], people: Select[int]) -> Subquery:
    """These people's completions that count toward targets, from certificates and from accepted evidence: one table.

    `completed_on`; `ended_on`, the day from which it no longer counts; `recorded_at` and `withdrawn_at`, between which
    we knew of it; `ended_at`, when we learned of its end; `source`: certificate, class or paper; `edition`, of a
    certificate; `id`, in the table of its source. What stands now: withdrawn_at is None, ended_on is None or later than
    the day.
    """
    never = literal(None)
    certificates = select(
        Certificate.person_id, Certificate.activity, Certificate.completed_on, Certificate.ended_on,
        Certificate.issued_at.label("recorded_at"), cast(never, UtcDateTime()).label("withdrawn_at"),
        Certificate.ended_at, literal("certificate").label("source"), Certificate.edition, Certificate.id,
    )  # fmt: skip
    evidence = select(
        Evidence.person_id, Evidence.activity, Evidence.completed_on, cast(never, Date()), Evidence.recorded_at,
        Evidence.withdrawn_at, cast(never, UtcDateTime()), Evidence.kind, literal(""), Evidence.id,
    )  # fmt: skip
    # Said of each part: SQLite would read every completion of the activities before it asks whose they are.
    both: CompoundSelect[Any] = union_all(
        certificates.where(Certificate.status != "draft", Certificate.activity.in_(activities),
                           Certificate.person_id.in_(people)),
        evidence.where(Evidence.activity.in_(activities), Evidence.person_id.in_(people)),
    )  # fmt: skip
    return both.subquery("completions")


def evidence(paths: Iterable[str], search: str = "") -> Select[Evidence]:
    """Evidence about people who hold or held a post in the subtrees, the newest first, with what was withdrawn."""
    inside = select(Appointment.person_id).join(Post).join(Unit, Unit.id == Post.unit_id).where(in_any(paths))
    query = select(Evidence).where(Evidence.person_id.in_(inside))
    for word in search.split():
        query = query.where(Evidence.name.icontains(word, autoescape=True))
    return query.order_by(Evidence.id.desc())


def people_named(text: str, among: Select[Person]) -> tuple[list[int], list[str]]:
    """The people that the lines name, by code or full name; and a sentence for each line that names nobody, or two."""
    lines = [(number, clean(line)) for number, line in enumerate(text.splitlines(), 1) if clean(line)]
    wanted = or_(Person.code.in_([line.upper() for _n, line in lines]), Person.fold.in_([fold(x) for _n, x in lines]))
    by_key: dict[str, list[int]] = {}
    for person in db.session.scalars(among.where(wanted)):
        by_key.setdefault(person.code, []).append(person.id)
        by_key.setdefault(tone_neutral(person.name), []).append(person.id)
    people, problems = [], []
    for number, line in lines:
        found = by_key.get(line.upper()) or by_key.get(tone_neutral(line)) or []
        if len(found) == 1:
            people.append(found[0])
        elif found:
            problems.append(_("Line %(n)s: there are %(count)s people called «%(line)s»: write the code.",
                              n=number, count=len(found), line=line))  # fmt: skip
        else:
            problems.append(_("Line %(n)s: nobody in your scope is called «%(line)s».", n=number, line=line))
    return people, problems
