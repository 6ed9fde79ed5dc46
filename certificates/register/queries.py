"""Reading the register."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import CompoundSelect, Date, Select, Subquery, cast, literal, or_, select, union_all

from certificates.designer.store import design_of
from certificates.designs import CertificateFacts, Paper, RegisterLine, compiled
from certificates.register.models import Book, Certificate, Evidence, Issuer
from lms import fonts
from lms.clock import day_of
from lms.db import UtcDateTime, db
from lms.events import ActivityCompleted
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import in_any
from lms.plugins import installed
from lms.text import clean, fold, tone_neutral


def plain_code(typed: str) -> str:
    """A code as it was meant, however it was typed: capitals, without dashes and blanks."""
    return "".join(c for c in typed.upper() if c.isalnum())


def by_code(code: str) -> Certificate | None:
    """The certificate with that code, however it was typed."""
    return db.session.scalar(select(Certificate).where(Certificate.code == plain_code(code)))


def replaced_by(certificate: Certificate) -> Certificate | None:
    """The certificate that took this one's place."""
    return db.session.scalar(select(Certificate).where(Certificate.replaces_id == certificate.id))


def certificates_of(person_id: int) -> list[Certificate]:
    """A person's certificates, the newest first."""
    query = select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.id.desc())
    return list(db.session.scalars(query))


def standing(activity: str, people: Iterable[int]) -> list[Certificate]:
    """The valid certificates of these people for an activity."""
    query = select(Certificate).where(Certificate.activity == activity, Certificate.status == "issued")
    return list(db.session.scalars(query.where(Certificate.person_id.in_(list(people))).order_by(Certificate.id)))


def issuers() -> list[Issuer]:
    """Every issuer."""
    return list(db.session.scalars(select(Issuer).order_by(Issuer.id)))


def books(paths: Iterable[str]) -> list[Book]:
    """The books of issuers whose units lie inside the subtrees, the newest first."""
    paths = tuple(paths)
    found = db.session.scalars(select(Book).join(Issuer).order_by(Book.year.desc(), Issuer.id))
    return [book for book in found if book.issuer.unit.path.startswith(paths)]


def register(book_ids: Iterable[int], search: str = "", status: str = "") -> Select[Certificate]:
    """The lines of books, the highest number first; by name, number or code."""
    query = select(Certificate).join(Book).where(Certificate.book_id.in_(list(book_ids)))
    if status:
        query = query.where(Certificate.status == status)
    for word in fold(search).split():
        code = Certificate.code == plain_code(word)
        number = Certificate.number == int(word) if word.isdigit() and len(word) < 9 else False
        query = query.where(Certificate.fold.contains(word, autoescape=True) | code | number)
    return query.order_by(Book.year.desc(), Certificate.number.desc())


def lines(book: Book) -> Iterator[RegisterLine]:
    """Every line of a book from number 1, for printing."""
    query = select(Certificate).where(Certificate.book_id == book.id).order_by(Certificate.number)
    for row in db.session.scalars(query.execution_options(yield_per=1000)):
        facts = CertificateFacts.from_json(row.facts)
        note = ", ".join(part for part in (row.decision, row.reason) if part)
        yield RegisterLine(
            row.number, row.number_text, facts.name, facts.born, facts.post, facts.unit, facts.title, row.issued_on,
            row.status, note,
        )  # fmt: skip


def missing() -> list[ActivityCompleted]:
    """Completions, of every plugin, that no certificate ever answered; oldest first."""
    query = select(Certificate.person_id, Certificate.activity, Certificate.completed_on)
    answered = {(person, activity, day) for person, activity, day in db.session.execute(query)}
    events = [event for plugin in installed(current_app) for event in plugin.history()]
    completed = [event for event in events if isinstance(event, ActivityCompleted)]
    due = [e for e in completed if (e.person_id, e.activity, day_of(e.completed_at)) not in answered]
    return sorted(due, key=lambda event: event.completed_at)


def completions() -> Subquery:
    """Every completion that counts toward targets, from certificates and from accepted evidence, as one table.

    `completed_on`; `ended_on`, the day from which it no longer counts; `recorded_at` and `withdrawn_at`, between which
    we knew of it; `ended_at`, when we learned of its end; `source`: certificate, class or paper. What stands now:
    withdrawn_at is None, ended_on is None or later than the day.
    """
    never = literal(None)
    certificates = select(
        Certificate.person_id, Certificate.activity, Certificate.completed_on, Certificate.ended_on,
        Certificate.issued_at.label("recorded_at"), cast(never, UtcDateTime()).label("withdrawn_at"),
        Certificate.ended_at, literal("certificate").label("source"),
    )  # fmt: skip
    evidence = select(
        Evidence.person_id, Evidence.activity, Evidence.completed_on, cast(never, Date()), Evidence.recorded_at,
        Evidence.withdrawn_at, cast(never, UtcDateTime()), Evidence.kind,
    )  # fmt: skip
    both: CompoundSelect[Any] = union_all(
        certificates.where(Certificate.person_id.is_not(None)), evidence.where(Evidence.person_id.is_not(None))
    )
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


def address_of(certificate: Certificate) -> str:
    """The public address at which the certificate is checked; its QR code holds it."""
    return f"{current_app.config['PUBLIC_URL']}/verify/{certificate.code}"


def pdf_of(certificate: Certificate) -> bytes:
    """The certificate as it was frozen; the same bytes each time."""
    facts = CertificateFacts.from_json(certificate.facts)
    address = address_of(certificate)
    design = design_of(certificate.design_version_id, facts.heading)
    return compiled(design, font_folder()).draw(Paper(facts, address, address))


def font_folder() -> Path:
    """Where this installation's fonts lie."""
    return fonts.folder_of(current_app.config["DATA_FOLDER"])


def as_json(certificate: Certificate) -> dict[str, Any]:
    """A line of the register for scripts."""
    return {
        "code": certificate.code,
        "number": certificate.number,
        "number_text": certificate.number_text,
        "status": certificate.status,
        "book": certificate.facts["book"],
        "name": certificate.facts["name"],
        "issued_on": certificate.issued_on.isoformat(),
        "activity": certificate.activity,
    }
