"""What courses keep of a person: where they study, their progress, attempts, answers and marks."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select, update

from courses.catalogue.models import Course, Lesson
from courses.learning.models import Completion, Enrolment, LessonProgress
from courses.questions.models import QuestionVersion
from courses.quizzes.models import Allowance, AnswerSave, Attempt, Quiz
from courses.results.models import Correction, EssayMark, Remark
from lms.db import db, transaction
from lms.events import PersonAnonymised
from lms.plugins import Kept
from lms.privacy import ANONYMOUS

WORDS = {
    "practice": _("practice"), "final": _("final"), "learner": _("the learner"), "time": _("the end of time"),
    "room": _("the invigilator"), "nothing": _("the end of time, not handed in"),
}  # fmt: skip


def kept(person_id: int) -> list[Kept]:
    """Table by table, the oldest first."""
    mine = Attempt.person_id == person_id
    attempts = select(Course.title, Quiz.kind, Attempt.started_at)
    return [
        _table(Enrolment, _("Courses"), {"course": _("Course"), "started_at": _("Begun")},
               select(Course.title, Enrolment.started_at).join(Course, Course.id == Enrolment.course_id)
               .where(Enrolment.person_id == person_id).order_by(Enrolment.id)),
        _table(LessonProgress, _("Lessons"),
               {"lesson": _("Lesson"), "place": _("How far, from 0 to 1"), "done_at": _("Finished")},
               select(Lesson.title, LessonProgress.place, LessonProgress.done_at)
               .join(Lesson, Lesson.id == LessonProgress.lesson_id).where(LessonProgress.person_id == person_id)
               .order_by(LessonProgress.id)),
        _table(Completion, _("Results"), {
            "course": _("Course"), "started_at": _("Begun"), "completed_at": _("Completed"), "score": _("Score"),
            "withdrawn_at": _("Withdrawn"),
        }, select(Course.title, Completion.started_at, Completion.completed_at, Completion.score,
                  Completion.withdrawn_at).join(Course, Course.id == Completion.course_id)
            .where(Completion.person_id == person_id).order_by(Completion.id)),
        _table(Attempt, _("Attempts"), {
            "course": _("Course"), "kind": _("Quiz"), "started_at": _("Begun"), "submitted_at": _("Handed in"),
            "ended_by": _("Ended by"), "score": _("Score"), "passed": _("Passed"), "seen_at": _("Last seen"),
        }, attempts.add_columns(Attempt.submitted_at, Attempt.ended_by, Attempt.score, Attempt.passed, Attempt.seen_at)
            .select_from(Attempt).join(Quiz, Quiz.id == Attempt.quiz_id).join(Course, Course.id == Quiz.course_id)
            .where(mine).order_by(Attempt.id), WORDS),
        _table(AnswerSave, _("Answers given"), {
            "course": _("Course"), "kind": _("Quiz"), "started_at": _("Begun"), "question": _("Question"),
            "answer": _("Answer"), "saved_at": _("Saved"),
        }, attempts.add_columns(AnswerSave.position + 1, AnswerSave.value, AnswerSave.saved_at)
            .select_from(AnswerSave).join(Attempt, Attempt.id == AnswerSave.attempt_id)
            .join(Quiz, Quiz.id == Attempt.quiz_id).join(Course, Course.id == Quiz.course_id)
            .where(mine).order_by(AnswerSave.id)),
        _table(EssayMark, _("Marks for essays"), {
            "question": _("Question"), "points": _("Points"), "comment": _("Comment"), "recorded_at": _("Recorded"),
            "withdrawn_at": _("Withdrawn"),
        }, select(EssayMark.position + 1, EssayMark.points, EssayMark.comment, EssayMark.recorded_at,
                  EssayMark.withdrawn_at).join(Attempt, Attempt.id == EssayMark.attempt_id).where(mine)
            .order_by(EssayMark.id)),
        _table(Remark, _("Scores that a corrected key changed"), {
            "decision": _("Decision"), "before": _("Before"), "after": _("After"), "applied_at": _("Applied"),
        }, select(Correction.decision, Remark.score_before, Remark.score_after, Correction.applied_at)
            .join(Correction, Correction.id == Remark.correction_id).join(Attempt, Attempt.id == Remark.attempt_id)
            .where(mine).order_by(Remark.id)),
        _table(Allowance, _("More time or attempts"), {
            "course": _("Course"), "minutes": _("Minutes"), "attempts": _("Attempts"), "reason": _("Reason"),
            "recorded_at": _("Recorded"), "withdrawn_at": _("Withdrawn"),
        }, select(Course.title, Allowance.minutes, Allowance.attempts, Allowance.reason, Allowance.recorded_at,
                  Allowance.withdrawn_at).select_from(Allowance).join(Quiz, Quiz.id == Allowance.quiz_id)
            .join(Course, Course.id == Quiz.course_id).where(Allowance.person_id == person_id).order_by(Allowance.id)),
    ]  # fmt: skip


def forget(event: PersonAnonymised) -> None:
    """Essays and what was said of them go, and the reasons of allowances; marks, scores and other answers stay."""
    mine = select(Attempt.id).where(Attempt.person_id == event.person_id)
    with transaction() as session:
        attempts = session.execute(select(Attempt.id, Attempt.paper).where(Attempt.id.in_(mine))).all()
        versions = {item["version"] for _attempt, paper in attempts for item in paper}
        contents = select(QuestionVersion.id, QuestionVersion.content).where(QuestionVersion.id.in_(versions))
        essays = {number for number, content in session.execute(contents) if content["kind"] == "essay"}
        for attempt_id, paper in attempts:
            places = [place for place, item in enumerate(paper) if item["version"] in essays]
            here = AnswerSave.attempt_id == attempt_id, AnswerSave.position.in_(places)
            session.execute(update(AnswerSave).where(*here).values(value=""))
        session.execute(update(EssayMark).where(EssayMark.attempt_id.in_(mine)).values(comment=""))
        session.execute(update(Allowance).where(Allowance.person_id == event.person_id).values(reason=ANONYMOUS))


def _table(model: Any, title: object, columns: Mapping[str, object], query: Select[*tuple[Any, ...]],
           words: Mapping[str, object] | None = None) -> Kept:  # fmt: skip
    rows: list[Sequence[Any]] = [tuple(row) for row in db.session.execute(query)]
    return Kept(model.__tablename__, title, columns, rows, words or {})
