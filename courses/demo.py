"""The courses' share of the demo: the course itself, and a drive half-way through, with thousands of results."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from courses.catalogue.models import Course
from courses.catalogue.queries import by_code
from courses.catalogue.reading import read_course
from courses.catalogue.services import import_course
from courses.learning.models import Completion, Enrolment, LessonProgress
from courses.questions.marking import mark, passed, printed, score
from courses.questions.models import QuestionVersion
from courses.questions.types import Choice, Content, Question, TrueFalse, right_answer
from courses.quizzes.models import AnswerSave, Attempt, Quiz
from courses.quizzes.papers import draw
from lms import clock
from lms.accounts.models import Account
from lms.db import Model, db, transaction
from lms.organisation.models import Appointment, Post, Unit

LIBRARY = Path(__file__).parent / "library"
# So many papers are drawn for each quiz and given in turn.
PAPERS = 12


def fill(today: date, whole: bool = True) -> None:
    """Imports the library's course and lets this year's learners study it; the same day gives the same results.

    Not `whole`: the course only, where a country's results would take hours.
    """
    import_course(read_course(LIBRARY / "dv-nv"), clock.start_of(today.replace(month=1, day=2)))
    course = by_code("DV-NV")
    if not whole or course is None or db.session.scalar(select(Unit.id).limit(1)) is None:
        return
    with transaction() as session:
        _Drive(session, course, today).run()


@dataclass
class _Drive:
    """Rows to be written, gathered table by table; attempts get their ids here, so that answers can point to them."""

    session: Session
    course: Course
    today: date
    random: Random = field(default_factory=lambda: Random(15101949))
    rows: dict[type[Model], list[dict[str, Any]]] = field(default_factory=dict)
    attempts: int = 0

    def run(self) -> None:
        self.quizzes = {
            q.topic_id: q for q in self.session.scalars(select(Quiz).where(Quiz.course_id == self.course.id))
        }
        self.papers = {
            quiz.id: [draw(self.session, quiz, self.random, self.today) for _number in range(PAPERS)]
            for quiz in self.quizzes.values()
        }
        self.contents = {
            version.id: Question.from_json(version.content).content
            for version in self.session.scalars(select(QuestionVersion))
        }
        self.attempts = self.session.scalar(select(func.max(Attempt.id))) or 0
        trying = set(self.session.scalars(select(Account.person_id).where(Account.person_id.is_not(None))))
        for person_id, zeal in self._people():
            if person_id in trying:
                self._half_way(person_id)
            elif self.random.random() < zeal:
                self._finish(person_id)
            elif self.random.random() < 0.3:
                self._half_way(person_id)
        for model in (Enrolment, LessonProgress, Attempt, AnswerSave, Completion):
            for part in _batches(self.rows.get(model, [])):
                self.session.execute(insert(model), part)
        if self.session.get_bind().dialect.name == "postgresql":  # the ids above were ours, not the sequence's
            self.session.execute(text("SELECT setval('courses_attempt_id_seq', :last)"), {"last": self.attempts})

    def _people(self) -> Iterable[tuple[int, float]]:
        """Everybody who holds a post, once, with how far their organisation is: some have hardly begun."""
        query = (
            select(Appointment.person_id, Unit.path)
            .join(Post, Post.id == Appointment.post_id)
            .join(Unit, Unit.id == Post.unit_id)
            .order_by(Appointment.id)
        )
        zeal: dict[str, float] = {}
        seen: set[int] = set()
        for person_id, path in self.session.execute(query):
            if person_id in seen:
                continue
            seen.add(person_id)
            top = path.split("/")[2]
            if top not in zeal:
                zeal[top] = self.random.choice((1.02, 0.85, 0.7, 0.62, 0.55, 0.5, 0.45, 0.38, 0.3, 0.15))
            yield person_id, zeal[top]

    def _add(self, model: type[Model], **values: Any) -> None:
        self.rows.setdefault(model, []).append(values)

    def _finish(self, person_id: int) -> None:
        """A learner who studied everything and sat the final; about one in thirty has not passed it yet."""
        first = clock.start_of(self.today.replace(month=2, day=1))
        days = (clock.start_of(self.today) - first).days
        end = first + timedelta(days=self.random.randrange(20, max(days, 21)), hours=8 + self.random.random() * 9)
        start = end - timedelta(days=self.random.randrange(6, 20))
        self._add(Enrolment, course_id=self.course.id, person_id=person_id, started_at=start)
        for index, topic in enumerate(self.course.topics):
            self._topic(person_id, topic, start + timedelta(hours=12 * index + 1))
        final = self.quizzes[None]
        mark_out_of_ten = self._attempt(person_id, final, end, 0.5 if self.random.random() < 0.03 else 0.88)
        if passed(mark_out_of_ten, final.pass_score):
            self._add(
                Completion, course_id=self.course.id, person_id=person_id, started_at=start, completed_at=end,
                score=printed(mark_out_of_ten),
            )  # fmt: skip

    def _half_way(self, person_id: int) -> None:
        start = clock.start_of(self.today) - timedelta(days=self.random.randrange(8, 40))
        self._add(Enrolment, course_id=self.course.id, person_id=person_id, started_at=start)
        for index, topic in enumerate(self.course.topics[: self.random.randrange(1, 7)]):
            self._topic(person_id, topic, start + timedelta(hours=20 * index + 1))

    def _topic(self, person_id: int, topic: Any, at: datetime) -> None:
        for lesson in topic.lessons:
            self._add(LessonProgress, person_id=person_id, lesson_id=lesson.id, place=1.0, done_at=at)
        self._attempt(person_id, self.quizzes[topic.id], at + timedelta(hours=1), 1.0)

    def _attempt(self, person_id: int, quiz: Quiz, at: datetime, skill: float) -> Any:
        """An attempt with every answer in its journal, marked as the real ones are."""
        self.attempts += 1
        paper = self.random.choice(self.papers[quiz.id])
        marks = []
        for position, entry in enumerate(paper):
            content, order = self.contents[entry["version"]], entry["order"]
            value = right_answer(content, order)
            if self.random.random() > skill:
                value = self._wrong(content, value)
            marks.append(mark(content, order, value))
            self._add(
                AnswerSave, attempt_id=self.attempts, key=f"demo-{position}", seq=position + 1, position=position,
                value=value, saved_at=at,
            )  # fmt: skip
        result = score(marks)
        started = at - timedelta(minutes=self.random.randrange(6, 18))
        ends_at = started + timedelta(minutes=quiz.minutes) if quiz.minutes else None
        self._add(
            Attempt, id=self.attempts, quiz_id=quiz.id, person_id=person_id, paper=paper, started_at=started,
            ends_at=ends_at, due_at=ends_at, ended_by="learner", submitted_at=at, score=result,
            passed=passed(result, quiz.pass_score),
        )  # fmt: skip
        return result

    def _wrong(self, content: Content, right: Any) -> Any:
        match content:
            case TrueFalse():
                return not right
            case Choice(many=False):
                return (right + 1) % len(content.options)
            case Choice():
                return right[1:]
            case _:
                return list(reversed(right))


def _batches(rows: list[dict[str, Any]], size: int = 5000) -> Iterable[list[dict[str, Any]]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
