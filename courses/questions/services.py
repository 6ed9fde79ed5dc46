"""Changing the bank: importing, saving an edit, taking out and putting back. Each edit is a version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Document, Topic
from courses.questions.checks import wrong
from courses.questions.decisions import Standing, standing
from courses.questions.fitting import Bank
from courses.questions.formats.base import Entry
from courses.questions.models import BankQuestion, QuestionVersion
from courses.questions.queries import folds, newest_versions
from courses.questions.similar import search_text
from courses.questions.types import Question
from lms import audit
from lms.db import db, transaction
from lms.errors import Refused
from lms.text import fold


@dataclass
class Outcome:
    """What an import did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    # Of them, those whose file still says a key that a decision corrected: the decision stands.
    decided: int = 0


def bank_of(course_id: int) -> Bank:
    """What an import compares with."""
    session = db.session()
    topics: dict[str, str] = {}
    for topic in session.scalars(select(Topic).where(Topic.course_id == course_id, Topic.removed_at.is_(None))):
        topics |= {fold(topic.title): topic.code, fold(topic.code): topic.code}
    documents = {"": ""}
    for document in session.scalars(select(Document).where(Document.course_id == course_id)):
        documents |= {fold(document.number): document.key, fold(document.key): document.key}
    return Bank(topics, documents, folds(course_id))


def import_questions(course_id: int, entries: Sequence[Entry], at: datetime, account_id: int | None = None) -> Outcome:
    """Adds what is new and gives what changed a new version, by name, all together; the second time nothing changes."""
    done = Outcome()
    with transaction() as session:
        codes = session.execute(select(Topic.code, Topic.id).where(Topic.course_id == course_id))
        topics = {code: topic_id for code, topic_id in codes}
        names = [entry.question.name for entry in entries]
        known = {row.name: row for row in session.scalars(_named(course_id, names))}
        newest = newest_versions(session, [row.id for row in known.values()])
        decided = standing(
            session, {known[e.question.name].id: e.question for e in entries if e.question.name in known}
        )  # fmt: skip
        position = _next_position(session, course_id)
        for entry in entries:
            topic_id = topics.get(entry.topic)
            row = known.get(entry.question.name)
            if row is None:
                row = BankQuestion(course_id=course_id, topic_id=topic_id, name=entry.question.name, position=position)
                position += 1
                session.add(row)
                session.flush()
                known[row.name] = row
            before, kept = newest.get(row.id), decided.get(row.id, Standing(entry.question))
            moved = row.removed_at != kept.out_since or (topic_id is not None and row.topic_id != topic_id)
            row.topic_id, row.removed_at = topic_id or row.topic_id, kept.out_since
            changed = add_version(session, row, before, kept.question, at, account_id)
            done.decided += kept.decided
            done.new += before is None
            done.changed += before is not None and (changed or moved)
            done.unchanged += before is not None and not (changed or moved)
        audit.record("courses.import_questions", f"course:{course_id}", **vars(done))
    return done


def _named(course_id: int, names: Sequence[str]) -> Select[BankQuestion]:
    return select(BankQuestion).where(BankQuestion.course_id == course_id, BankQuestion.name.in_(names))


def _next_position(session: Session, course_id: int) -> int:
    highest = select(func.max(BankQuestion.position)).where(BankQuestion.course_id == course_id)
    return (session.scalar(highest) or 0) + 1


def add_version(
    session: Session, row: BankQuestion, before: QuestionVersion | None, question: Question, at: datetime,
    account_id: int | None = None,
) -> bool:  # fmt: skip
    """Gives a question a new version in the open transaction, unless it says the same; returns whether it did."""
    if before is not None and Question.from_json(before.content) == question:
        return False
    row.fold = search_text(question.content)
    number = before.number + 1 if before else 1
    session.add(
        QuestionVersion(
            question_id=row.id, number=number, content=question.to_json(), document=question.document,
            recorded_at=at, account_id=account_id,
        )
    )  # fmt: skip
    return True


def save_question(
    course_id: int, question_id: int | None, topic_id: int | None, question: Question, at: datetime,
    account_id: int | None,
) -> int:  # fmt: skip
    """Keeps an edit as a new version, or a new question; returns its id.

    Raises Refused when it cannot be asked or its name is taken. An edit that cites another document must be
    reviewed anew.
    """
    if why := wrong(question.content):
        raise Refused(_("The question %(why)s.", why=why))
    with transaction() as session:
        taken = session.scalar(_named(course_id, [question.name]))
        if taken is not None and taken.id != question_id:
            raise Refused(_("There is another question «%(name)s» in this bank.", name=question.name))
        if question_id is None:
            row = BankQuestion(course_id=course_id, name=question.name, position=_next_position(session, course_id))
            session.add(row)
        else:
            row = session.get_one(BankQuestion, question_id)
        row.name, row.topic_id = question.name, topic_id
        session.flush()
        before = newest_versions(session, [row.id]).get(row.id)
        if before is not None and before.document != question.document:
            question = replace(question, checked_on=None)
        add_version(session, row, before, question, at, account_id)
        audit.record("courses.save_question", f"question:{row.id}", name=row.name)
        return row.id


def confirm(question_id: int, on: date, at: datetime, account_id: int | None) -> None:
    """An author says that a question stands although its document was replaced: a version with that day."""
    with transaction() as session:
        row = session.get_one(BankQuestion, question_id)
        before = newest_versions(session, [row.id])[row.id]
        question = replace(Question.from_json(before.content), checked_on=on)
        add_version(session, row, before, question, at, account_id)
        audit.record("courses.confirm_question", f"question:{row.id}", name=row.name)


def remove(question_id: int, at: datetime) -> None:
    """Takes a question out of the bank; the attempts that had it keep it."""
    with transaction() as session:
        row = session.get_one(BankQuestion, question_id)
        row.removed_at = row.removed_at or at
        audit.record("courses.remove_question", f"question:{row.id}", name=row.name)


def restore(question_id: int) -> None:
    """Puts a removed question back."""
    with transaction() as session:
        row = session.get_one(BankQuestion, question_id)
        row.removed_at = None
        audit.record("courses.restore_question", f"question:{row.id}", name=row.name)
