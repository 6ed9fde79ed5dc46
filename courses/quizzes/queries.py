"""Reading attempts: what was answered last, what the browser may see, what a review shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.questions.marking import mark
from courses.questions.models import QuestionVersion
from courses.questions.types import Question, paper_view, right_answer
from courses.quizzes.models import AnswerSave, Attempt
from lms.db import db


def answers_of(session: Session, attempt_id: int) -> tuple[dict[int, Any], int]:
    """The answer that counts at each position, and the highest `seq` of the journal (0 when it is empty)."""
    query = (
        select(AnswerSave.position, AnswerSave.value, AnswerSave.seq)
        .where(AnswerSave.attempt_id == attempt_id)
        .order_by(AnswerSave.seq, AnswerSave.id)
    )
    found: dict[int, Any] = {}
    highest = 0
    for position, value, seq in session.execute(query):
        found[position] = value
        highest = max(highest, seq)
    return found, highest


def questions_of(session: Session, paper: Sequence[Any]) -> list[tuple[Question, list[int]]]:
    """The questions of a paper in its order, each with the order of its options: one statement."""
    ids = [entry["version"] for entry in paper]
    query = select(QuestionVersion.id, QuestionVersion.content).where(QuestionVersion.id.in_(ids))
    contents: dict[int, Any] = {version: content for version, content in session.execute(query)}
    return [(Question.from_json(contents[entry["version"]]), entry["order"]) for entry in paper]


@dataclass(frozen=True)
class Shown:
    """A question on the page: `view` holds nothing that tells the key."""

    position: int
    view: Any
    answer: Any


def shown(attempt: Attempt) -> tuple[list[Shown], int]:
    """The paper as the browser may see it, with the answers so far, and the journal's highest `seq`."""
    answers, seq = answers_of(db.session(), attempt.id)
    return shown_of(questions_of(db.session(), attempt.paper), answers), seq


def shown_of(questions: Sequence[tuple[Question, list[int]]], answers: Mapping[int, Any]) -> list[Shown]:
    """Questions as the browser may see them, with the answers so far."""
    views = [paper_view(question.content, order) for question, order in questions]
    return [Shown(position, view, answers.get(position)) for position, view in enumerate(views)]


@dataclass(frozen=True)
class Reviewed:
    """A question after the review has opened: what was right, what was given, and why."""

    position: int
    view: Any
    answer: Any
    question: Question
    right: Any
    mark: Any


def review(attempt: Attempt) -> list[Reviewed]:
    """Every question with its key and explanation. Only for an attempt whose review is open."""
    answers, _seq = answers_of(db.session(), attempt.id)
    reviewed = []
    for position, (question, order) in enumerate(questions_of(db.session(), attempt.paper)):
        content, answer = question.content, answers.get(position)
        reviewed.append(
            Reviewed(
                position, paper_view(content, order), answer, question, right_answer(content, order),
                mark(content, order, answer),
            )
        )  # fmt: skip
    return reviewed


def review_open(attempt: Attempt, at: datetime) -> bool:
    """Whether the key may be shown now, by the quiz's rule: what is not passed may be asked again."""
    quiz = attempt.quiz
    if attempt.submitted_at is None or (quiz.closes_at and at < quiz.closes_at and quiz.review == "after_closing"):
        return False
    match quiz.review_rule:
        case "after_submitting" | "after_closing":
            return True
        case "after_passing":
            return bool(attempt.passed)
    return False
