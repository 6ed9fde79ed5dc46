"""Papers: which questions an attempt gets, and in which order their options stand."""

import random
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.catalogue.models import Topic
from courses.questions.models import BankQuestion, QuestionVersion
from courses.questions.types import Question, draw_order
from courses.quizzes.models import Quiz
from lms.errors import Refused


def draw(session: Session, quiz: Quiz, dice: random.Random) -> list[dict[str, Any]]:
    """Questions of each topic at random, in the topics' order, each with the order of its options."""
    paper = []
    newest = (
        select(func.max(QuestionVersion.id).label("id"), BankQuestion.topic_id)
        .join(BankQuestion, BankQuestion.id == QuestionVersion.question_id)
        .where(BankQuestion.removed_at.is_(None))
        .group_by(BankQuestion.id, BankQuestion.topic_id)
        .subquery()
    )
    query = (
        select(Topic.code, QuestionVersion)
        .join(newest, newest.c.id == QuestionVersion.id)
        .join(Topic, Topic.id == newest.c.topic_id)
        .where(Topic.course_id == quiz.course_id, Topic.code.in_(list(quiz.draw)), Topic.removed_at.is_(None))
        .order_by(Topic.position, QuestionVersion.id)
    )
    pools: dict[str, list[QuestionVersion]] = {}
    for code, version in session.execute(query):
        pools.setdefault(code, []).append(version)
    for code, count in sorted(quiz.draw.items()):
        pool = pools.get(code, [])
        if len(pool) < count:
            raise Refused(_("The question bank has too few questions for this quiz: tell your teacher."))
        for version in dice.sample(pool, count):
            question = Question.from_json(version.content)
            paper.append({"version": version.id, "order": draw_order(question.content, dice)})
    return paper
