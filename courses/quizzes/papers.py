"""Papers: which questions an attempt gets, and in which order their options stand."""

import random
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Topic
from courses.questions.models import BankQuestion, QuestionVersion
from courses.questions.queries import awaits_review
from courses.questions.types import Question, draw_order
from courses.quizzes.blueprint import Pooled, choose, shortages
from courses.quizzes.models import Quiz
from lms.errors import Refused


def pool_of(session: Session, course_id: int, draw: Mapping[str, Any], on: date) -> list[Pooled]:
    """What may be drawn on a day from the topics of a blueprint, in the topics' order: one statement."""
    newest = (
        select(func.max(QuestionVersion.id).label("id"), BankQuestion.topic_id)
        .join(BankQuestion, BankQuestion.id == QuestionVersion.question_id)
        .join(Topic, Topic.id == BankQuestion.topic_id)
        .where(BankQuestion.removed_at.is_(None), Topic.removed_at.is_(None))
        .where(Topic.course_id == course_id, Topic.code.in_(list(draw)))
        .group_by(BankQuestion.id, BankQuestion.topic_id)
        .subquery()
    )
    said = QuestionVersion.content
    query = (
        select(
            QuestionVersion.id, Topic.code, said["level"].as_string(), said["valid_from"].as_string(),
            said["valid_to"].as_string(),
        )
        .join(newest, newest.c.id == QuestionVersion.id)
        .join(Topic, Topic.id == newest.c.topic_id)
        .where(~awaits_review(course_id))
        .order_by(Topic.position, QuestionVersion.id)
    )  # fmt: skip
    found = (
        Pooled(i, code, level or "", since or "", to or "") for i, code, level, since, to in session.execute(query)
    )
    return [question for question in found if question.valid(on)]


def draw(session: Session, quiz: Any, dice: random.Random, on: date) -> list[dict[str, Any]]:
    """A paper for a quiz (or a row with its `course_id` and `draw`), in two statements.

    Raises Refused when the bank cannot fill the blueprint. The same bank and dice give the same paper.
    """
    pool = pool_of(session, quiz.course_id, quiz.draw, on)
    if shortages(quiz.draw, pool):
        raise Refused(_("The question bank has too few questions for this quiz: tell your teacher."))
    chosen = choose(quiz.draw, pool, dice)
    query = select(QuestionVersion.id, QuestionVersion.content).where(QuestionVersion.id.in_(chosen))
    contents: dict[int, Any] = {version: content for version, content in session.execute(query)}
    return [
        {"version": version, "order": draw_order(Question.from_json(contents[version]).content, dice)}
        for version in chosen
    ]


def new_seed() -> str:
    """A seed that nobody can guess; kept with the paper that it makes."""
    return secrets.token_hex(8)


def from_seed(session: Session, quiz: Quiz | Any, seed: str, on: date) -> list[dict[str, Any]]:
    """The paper that a seed makes: the same one each time while the bank stays as it is."""
    return draw(session, quiz, random.Random(seed), on)  # noqa: S311 - the seed itself is unguessable
