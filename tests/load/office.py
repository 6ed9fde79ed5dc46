"""An office before its exam day: branches, their secretaries, a target, an issuer, a course with its final."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select

from certificates.register.services import add_issuer
from certificates.targets.services import Plan
from courses.catalogue.folder import CourseFolder, FinalRules, LessonFolder, TopicFolder
from courses.catalogue.queries import by_code
from courses.catalogue.services import import_course
from courses.exams.services import build_papers
from courses.questions.types import Choice, Option, Question, TrueFalse
from courses.quizzes.models import Quiz
from lms import clock, create_app, fonts, migrate
from lms.db import db, transaction
from lms.organisation.models import Appointment, Person, Post, PostKind
from lms.organisation.services import add_post_kinds, add_unit
from tests.certificates.targets.worlds import set_target
from tests.load.hall import sit_down

QUESTIONS = 20
IN_A_BRANCH = 20
RIGHT = "Phương án A"


def prepare(folder: Path, database: str, people: int) -> tuple[Flask, int, list[str]]:
    """An installation with a final of 20 questions from a bank of 120, papers built beforehand, and its learners.

    The learners are branch secretaries who are counted toward a target; who passes is issued a certificate.
    """
    app = create_app(
        DATA_FOLDER=folder, DATABASE_URL=database or f"sqlite:///{folder / 'exam.sqlite3'}", SECRET_KEY="exam day",
        RATELIMIT_ENABLED=False, PLUGINS=["courses", "certificates"], PUBLIC_URL="http://localhost",
    )  # fmt: skip
    fonts.build(fonts.folder_of(folder))
    migrate.upgrade(app)
    with app.app_context():
        import_course(_course(), clock.now())
        course = by_code("EXAM")
        assert course is not None
        quiz_id = db.session.scalars(select(Quiz.id).where(Quiz.topic_id.is_(None))).one()
        build_papers(quiz_id, 12, "exam day", clock.now())
        cookies = sit_down(app, course.id, people)
        _appoint(clock.today())
        db.session.remove()
        db.engine.dispose()
    return app, quiz_id, cookies


def _course() -> CourseFolder:
    def question(number: int) -> Question:
        if number % 4 == 0:
            return Question(f"q{number}", TrueFalse(f"Nhận định số {number} là đúng.", number % 8 == 0))
        options = tuple(
            Option(f"Phương án {letter} của câu {number}", Decimal(100 if letter == "A" else 0)) for letter in "ABCD"
        )
        return Question(f"q{number}", Choice(f"Câu hỏi số {number} về công tác dân vận ở chi bộ?", options))

    lesson = LessonFolder("bai", "Bài", 10, "# Bài\n\nNội dung.")
    topic = TopicFolder("T", "Chuyên đề", 8, (lesson,), tuple(question(n) for n in range(120)))
    final = FinalRules({"T": QUESTIONS}, minutes=90, pass_score=Decimal(3))
    return CourseFolder("EXAM", "Thi thử", 8, topics_in_order=False, final=final, topics=(topic,))


def right_values(page: str) -> list[int | bool]:
    """What one who knows answers to each question of a paper, in its order."""
    return [_right(part) for part in page.split("data-question=")[1:]]


def _right(part: str) -> int | bool:
    if 'data-kind="truefalse"' in part[:60]:
        return int(part.split("Nhận định số ", 1)[1].split(" ", 1)[0]) % 8 == 0
    return part.split(RIGHT, 1)[0].count('<label class="choice">') - 1


def _appoint(today: date) -> None:
    """Everybody holds a post in a branch of twenty; the course is asked of them by the end of the year."""
    at, since = clock.now(), today - timedelta(days=400)
    add_post_kinds()
    root = add_unit("KHOI", "Đảng bộ Khối", kind="dang_bo_khoi", at=at).id
    people = list(db.session.scalars(select(Person.id).order_by(Person.id)))
    kind_id = db.session.scalars(select(PostKind.id).where(PostKind.code == "bi-thu-chi-bo")).one()
    for start in range(0, len(people), IN_A_BRANCH):
        unit = add_unit(f"CB{start}", f"Chi bộ {start // IN_A_BRANCH + 1}", kind="chi_bo", parent_id=root, at=at).id
        with transaction() as session:
            for person_id in people[start : start + IN_A_BRANCH]:
                times = {"valid_from": since, "recorded_at": at}
                post = session.scalar(insert(Post).returning(Post.id), {"unit_id": unit, "kind_id": kind_id} | times)
                session.execute(insert(Appointment), {"post_id": post, "person_id": person_id} | times)
    add_issuer("DUK", "Đảng ủy Khối", unit_id=root, place="Hà Nội", authority="T/M BAN THƯỜNG VỤ", signer="Bùi Thị Mẫu",
               number_pattern="{number:02d}-GCN/ĐUK")  # fmt: skip
    set_target(
        Plan("TAT-CA", "100% được bồi dưỡng", root, ["bi-thu-chi-bo"], ["courses:EXAM"], date(today.year, 1, 1),
             date(today.year, 12, 31))
    )  # fmt: skip
