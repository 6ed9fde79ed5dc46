"""What happens to a list on its way in: it is taken, read, answered for, applied once, and can be undone whole."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms import audit, files
from lms.db import db, transaction
from lms.errors import Refused
from lms.events import AppointmentsChanged, publish
from lms.jobs import enqueue
from lms.organisation.models import Appointment, Person, Post, Unit
from lms.organisation.queries import below, in_force, post_kinds
from lms.organisation.roster import changeset
from lms.organisation.roster.applying import apply_changes
from lms.organisation.roster.bulk import add
from lms.organisation.roster.models import RosterAnswer, RosterChange, RosterImport
from lms.organisation.roster.planning import Plan, Wishes, make_plan
from lms.organisation.roster.reading import read
from lms.organisation.roster.records import Answers, Roster
from lms.organisation.roster.undoing import undo_changes
from lms.organisation.roster.units import find_units
from lms.text import fold

# More than this share of the appointments in reach may not end by accident.
SHARE = 0.05
FEW = 10
BATCH = 1000


def take(
    data: bytes, name: str, unit_id: int | None, account_id: int | None, *, on: date, at: datetime,
    settings: Mapping[str, Any] | None = None,
) -> int:  # fmt: skip
    """Keeps an uploaded file; returns the id of the import that it begins. Nothing of it is read yet."""
    key = files.save(data, ".xlsx")
    with transaction() as session:
        found = RosterImport(
            unit_id=unit_id, account_id=account_id, file_key=key, file_name=files.safe_name(name), effective_on=on,
            created_at=at, settings=dict(settings or {}), summary={"size": len(data)},
        )  # fmt: skip
        session.add(found)
        session.flush()
        audit.record("lms.take_roster", f"roster:{found.id}", file=found.file_name, size=len(data))
    return found.id


def preview(path: Path, unit: Unit | None, settings: Mapping[str, Any], on: date, today: date) -> tuple[Roster, Plan]:
    """Reads a file and works out its change set; writes nothing. Raises Refused when it cannot be read."""
    answers = answers_for(unit)
    kinds = post_kinds()
    codes = {kind.code for kind in kinds}
    usual = settings.get("kind", "")
    said = Answers(
        answers["column"], answers["post"], settings.get("encodings", {}), settings.get("days", {}),
        usual if usual in codes else "",
    )  # fmt: skip
    roster = read(path, today, said, {fold(kind.name): kind.code for kind in kinds})
    units = find_units(roster, unit, answers["unit"], on)
    whole_kinds = settings.get("whole_kinds") or {code for record in roster.records for code, _c in record.posts}
    wishes = Wishes(
        settings.get("choices", {}), bool(settings.get("whole")), sorted(whole_kinds), on, settings.get("scopes")
    )
    return roster, make_plan(roster, units, kinds, wishes)


def prepare(import_id: int, *, today: date, at: datetime) -> None:
    """Reads the file of an import and keeps the change set that it makes now, in place of an earlier one."""
    found = db.session.get_one(RosterImport, import_id, populate_existing=True)
    if found.state in ("applied", "undone"):
        raise Refused(_("This list has been brought in already."))
    # Whoever is added after this moment has not been seen.
    last_person = db.session.scalar(select(func.max(Person.id))) or 0
    last_unit = db.session.scalar(select(func.max(Unit.id))) or 0
    try:
        roster, plan = preview(files.path_of(found.file_key), found.unit, found.settings, found.effective_on, today)
    except Refused as refusal:
        with transaction() as session:
            session.execute(delete(RosterChange).where(RosterChange.import_id == import_id))
            found.state, found.problem, found.prepared_at = "unreadable", str(refusal), at
        return
    kinds = {kind.id: kind.name for kind in post_kinds()}
    size = found.summary.get("size", 0)
    with transaction() as session:
        session.execute(delete(RosterChange).where(RosterChange.import_id == import_id))
        _insert(session, changeset.rows(plan, import_id, kinds))
        scope = _in_scope(session, plan, found.effective_on)
        found.summary = changeset.summary(roster, plan, last_person, last_unit, scope, today) | {"size": size}
        found.state, found.problem, found.prepared_at = "ready", "", at


def _insert(session: Session, values: Iterator[dict[str, Any]]) -> None:
    while part := list(islice(values, BATCH)):
        add(session, RosterChange, part)


def _in_scope(session: Session, plan: Plan, on: date) -> int:
    """How many appointments there are beneath the unit whose list this is."""
    query = (
        select(func.count(Appointment.id))
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
    )
    return session.scalar(query.where(below(plan.base.path), in_force(Appointment, on), in_force(Post, on))) or 0


def answers_for(unit: Unit | None) -> dict[str, dict[str, str]]:
    """What the office and those above it have answered before; the nearest answer counts."""
    answers: dict[str, dict[str, str]] = {"column": {}, "post": {}, "unit": {}}
    if unit is None:
        return answers
    ids = [int(part) for part in unit.path.strip("/").split("/")]
    found = db.session.scalars(select(RosterAnswer).where(RosterAnswer.unit_id.in_(ids))).all()
    for answer in sorted(found, key=lambda answer: ids.index(answer.unit_id)):
        answers[answer.about][answer.text] = answer.meaning
    return answers


def answer(
    import_id: int, *, remembered: Mapping[tuple[str, str], str], settings: Mapping[str, Any], at: datetime
) -> None:
    """Keeps what people say: `remembered` for every list of the office, `settings` for this file. It is read anew."""
    with transaction() as session:
        found = _unapplied(session, import_id)
        for (about, text), meaning in remembered.items():
            if found.unit_id is None:
                break
            kept = session.scalar(
                select(RosterAnswer).where(
                    RosterAnswer.unit_id == found.unit_id, RosterAnswer.about == about, RosterAnswer.text == text
                )
            )
            if kept is None:
                kept = RosterAnswer(unit_id=found.unit_id, about=about, text=text, meaning="", recorded_at=at)
                session.add(kept)
            kept.meaning, kept.recorded_at = meaning, at
            if not meaning:
                session.delete(kept)
        merged = dict(found.settings)
        for name, value in settings.items():
            merged[name] = {**merged.get(name, {}), **value} if isinstance(value, dict) else value
        found.settings, found.state = merged, "reading"
        audit.record("lms.answer_roster", f"roster:{import_id}", answers=len(remembered), settings=sorted(settings))


def needs_number(found: RosterImport) -> bool:
    """Whether so many appointments would end that the number has to be typed."""
    ending, scope = found.summary.get("ending", 0), found.summary.get("in_scope", 0)
    leaving = found.summary.get("counts", {}).get("leaving", 0)
    return bool(ending > SHARE * scope and (leaving or ending > FEW))


def apply(import_id: int, *, typed: int | None, at: datetime) -> None:
    """Writes the change set that was seen; a second time it does nothing. Raises Refused when it is out of date."""
    with transaction() as session:
        found = session.get_one(RosterImport, import_id, with_for_update=True)
        if found.state in ("applied", "undone"):
            return
        if found.state != "ready":
            raise Refused(_("This list has to be read first."))
        if needs_number(found) and typed != found.summary["ending"]:
            raise Refused(
                _("%(count)s people would lose a post: type that number to go on.", count=found.summary["ending"])
            )
        touched = apply_changes(session, found, at)
        found.state, found.applied_at = "applied", at
        counts = found.summary["counts"]
        audit.record("lms.import_roster", f"roster:{import_id}", units=len(touched), **counts)
        if touched:
            publish(AppointmentsChanged(touched))


def undo(import_id: int, *, at: datetime) -> None:
    """Takes an applied list back, whole. Raises Refused when others have changed what it wrote."""
    with transaction() as session:
        found = session.get_one(RosterImport, import_id, with_for_update=True)
        if found.state != "applied":
            raise Refused(_("There is nothing to undo."))
        if not found.file_key:
            raise Refused(_("The rows of this list are no longer kept: it cannot be undone any more."))
        touched = undo_changes(session, found, at)
        found.state, found.undone_at = "undone", at
        audit.record("lms.undo_roster", f"roster:{import_id}", units=len(touched))
        if touched:
            publish(AppointmentsChanged(touched))


def ask_for(work: str, import_id: int, account_id: int | None, arguments: Mapping[str, Any] | None = None) -> int:
    """Puts the reading or applying of a big list in the queue; returns the job's id."""
    with transaction():
        return enqueue(f"lms.{work}", {"import_id": import_id, **(arguments or {})}, account_id)


def _unapplied(session: Session, import_id: int) -> RosterImport:
    found = session.get_one(RosterImport, import_id, with_for_update=True)
    if found.state in ("applied", "undone"):
        raise Refused(_("This list has been brought in already."))
    return found
