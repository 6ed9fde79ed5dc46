"""How an attempt ends: its score is written, and a passed final completes the course; in the open transaction."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.learning.models import Completion, Enrolment
from courses.questions.marking import passed, printed
from courses.quizzes.models import Attempt, Quiz
from lms.events import ActivityCompleted, publish
from lms.writing import insert_of


def to_close(session: Session, attempt_id: int) -> Any:
    """An attempt, locked, with all that its end needs."""
    return session.execute(
        select(
            Attempt.id, Attempt.quiz_id, Attempt.person_id, Attempt.paper, Attempt.started_at, Attempt.ends_at,
            Attempt.due_at, Attempt.submitted_at, Quiz.kind, Quiz.pass_score, Quiz.at_end, Quiz.course_id,
            Course.code, Course.title, Course.hours, Course.edition, Enrolment.started_at.label("enrolled_at"),
        )
        .join(Quiz, Quiz.id == Attempt.quiz_id).join(Course, Course.id == Quiz.course_id)
        .outerjoin(Enrolment, (Enrolment.course_id == Course.id) & (Enrolment.person_id == Attempt.person_id))
        .where(Attempt.id == attempt_id).with_for_update(of=Attempt)
    ).first()  # fmt: skip


def end(session: Session, attempt: Any, at: datetime, ended_by: str, result: Decimal | None) -> None:
    """Closes an attempt. Without a result it waits for a marker, or ("nothing") does not count."""
    done = passed(result, attempt.pass_score) if result is not None else None
    values = {"submitted_at": at, "ended_by": ended_by, "score": result, "passed": done}
    session.execute(update(Attempt).where(Attempt.id == attempt.id).values(**values))
    if done and result is not None and attempt.kind == "final":
        complete(session, attempt, at, printed(result))


def complete(session: Session, attempt: Any, at: datetime, printed_score: str) -> None:
    """The course of a passed final is completed, and told, once; in the open transaction."""
    facts = {
        "course_id": attempt.course_id, "person_id": attempt.person_id,
        "started_at": attempt.enrolled_at or attempt.started_at, "completed_at": at, "score": printed_score,
        "edition": attempt.edition,
    }  # fmt: skip
    standing = {"index_elements": ["course_id", "person_id"], "index_where": Completion.withdrawn_at.is_(None)}
    into = insert_of(session)(Completion).values(**facts).on_conflict_do_nothing(**standing)
    if session.scalar(into.returning(Completion.id)) is None:
        return
    activity = f"courses:{attempt.code}"
    publish(
        ActivityCompleted(
            activity,
            attempt.title,
            attempt.hours,
            attempt.person_id,
            facts["started_at"],
            at,
            printed_score,
            attempt.edition,
        )
    )
