"""Where a learner stands in a course: which steps are done, open or locked, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import and_, func, select

from courses.catalogue.models import Course, Lesson, Topic
from courses.learning.models import Completion, Enrolment, LessonProgress
from courses.quizzes.models import Attempt, Quiz
from lms.db import db
from lms.events import ActivityCompleted, ActivityStarted


@dataclass
class LessonStep:
    """A lesson as the learner sees it."""

    lesson: Lesson
    done: bool
    place: float


@dataclass
class TopicStep:
    """A topic as the learner sees it: locked until the one before is done, where the course says so."""

    topic: Topic
    lessons: list[LessonStep]
    practice: Quiz | None
    practice_passed: bool
    locked: bool = False

    @property
    def done(self) -> bool:
        """Every lesson studied and the practice, if there is one, passed."""
        return all(step.done for step in self.lessons) and (self.practice is None or self.practice_passed)

    @property
    def state(self) -> str:
        return "done" if self.done else "locked" if self.locked else "open"


@dataclass
class Standing:
    """A learner's standing in a course; `steps` are the topics in order."""

    course: Course
    enrolled: bool
    steps: list[TopicStep] = field(default_factory=list)
    final: Quiz | None = None
    completion: Completion | None = None

    @property
    def final_locked(self) -> bool:
        """The final opens when every topic is done, where the course's topics go in order."""
        return self.course.topics_in_order and not all(step.done for step in self.steps)

    @property
    def parts(self) -> int:
        """Lessons and quizzes in all."""
        return sum(len(step.lessons) + (step.practice is not None) for step in self.steps) + (self.final is not None)

    @property
    def parts_done(self) -> int:
        lessons = sum(lesson.done for step in self.steps for lesson in step.lessons)
        practices = sum(step.practice is not None and step.practice_passed for step in self.steps)
        return lessons + practices + (self.completion is not None)

    def step(self, topic_id: int | None) -> TopicStep | None:
        """The step of a topic."""
        return next((step for step in self.steps if step.topic.id == topic_id), None)

    def next_lesson(self) -> LessonStep | None:
        """The first lesson that is open and not studied yet."""
        return next((item for step in self.steps if not step.locked for item in step.lessons if not item.done), None)


def standing(course: Course, person_id: int) -> Standing:
    """How far a person is in a course, in six queries however many topics there are."""
    progress = {
        row.lesson_id: row
        for row in db.session.scalars(select(LessonProgress).where(LessonProgress.person_id == person_id))
    }
    quizzes = {
        quiz.topic_id: quiz
        for quiz in db.session.scalars(select(Quiz).where(Quiz.course_id == course.id, Quiz.removed_at.is_(None)))
    }
    passed = set(
        db.session.scalars(
            select(Attempt.quiz_id)
            .join(Quiz)
            .where(Attempt.person_id == person_id, Attempt.passed.is_(True), Quiz.course_id == course.id)
        )
    )
    where = (course.id, person_id)
    enrolled = db.session.scalar(
        select(Enrolment.id).where(Enrolment.course_id == where[0], Enrolment.person_id == where[1])
    )
    found = Standing(course, enrolled is not None, final=quizzes.get(None), completion=completion(*where))
    blocked = False
    for topic in course.topics:
        lessons = [_lesson_step(lesson, progress.get(lesson.id)) for lesson in topic.lessons]
        practice = quizzes.get(topic.id)
        step = TopicStep(topic, lessons, practice, practice is not None and practice.id in passed)
        step.locked = blocked and course.topics_in_order
        blocked = blocked or not step.done
        found.steps.append(step)
    return found


def _lesson_step(lesson: Lesson, progress: LessonProgress | None) -> LessonStep:
    return LessonStep(lesson, bool(progress and progress.done_at), progress.place if progress else 0.0)


def completion(course_id: int, person_id: int) -> Completion | None:
    """The completion of a course by a person, if there is one."""
    return db.session.scalar(
        select(Completion).where(
            Completion.course_id == course_id, Completion.person_id == person_id, Completion.withdrawn_at.is_(None)
        )
    )


def enrolments(person_id: int) -> list[Enrolment]:
    """What a person studies, the newest first."""
    query = select(Enrolment).where(Enrolment.person_id == person_id).order_by(Enrolment.started_at.desc())
    return list(db.session.scalars(query))


def completions() -> Iterable[ActivityCompleted]:
    """Every completion that stands as the event that told it, oldest first; read in portions."""
    query = (
        select(
            Course.code, Course.title, Course.hours, Completion.person_id, Completion.started_at,
            Completion.completed_at, Completion.score, Completion.edition,
        )
        .join(Course, Course.id == Completion.course_id)
        .where(Completion.withdrawn_at.is_(None))
        .order_by(Completion.completed_at, Completion.id)
    )  # fmt: skip
    rows = db.session.execute(query.execution_options(yield_per=1000))
    for code, title, hours, person_id, started_at, completed_at, score, edition in rows:
        yield ActivityCompleted(f"courses:{code}", title, hours, person_id, started_at, completed_at, score, edition)


def starts() -> Iterable[ActivityStarted]:
    """Every enrolment as the event that told it, oldest first; read in portions."""
    query = select(Course.code, Enrolment.person_id, Enrolment.started_at).join_from(Enrolment, Course)
    query = query.order_by(Enrolment.started_at, Enrolment.id).execution_options(yield_per=1000)
    for code, person_id, started_at in db.session.execute(query):
        yield ActivityStarted(f"courses:{code}", person_id, started_at)


def numbers(course_id: int) -> tuple[int, int]:
    """How many people study a course and how many have completed it."""
    enrolled = db.session.scalar(select(func.count(Enrolment.id)).where(Enrolment.course_id == course_id)) or 0
    completed = (
        db.session.scalar(
            select(func.count(Completion.id)).where(
                Completion.course_id == course_id, Completion.withdrawn_at.is_(None)
            )
        )
        or 0
    )
    return enrolled, completed


def results_of(person_id: int) -> list[tuple[Enrolment, Completion | None]]:
    """Every course that a person studies or studied, each with its completions, those taken back as well."""
    same = and_(Completion.course_id == Enrolment.course_id, Completion.person_id == Enrolment.person_id)
    query = select(Enrolment, Completion).outerjoin(Completion, same).where(Enrolment.person_id == person_id)
    rows = db.session.execute(query.order_by(Enrolment.started_at.desc(), Completion.id.desc()))
    return [(enrolment, completion) for enrolment, completion in rows]
