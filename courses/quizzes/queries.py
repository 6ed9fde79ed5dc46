"""Reading attempts: what was answered last, what the browser may see, what a review shows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.questions.marking import mark
from courses.questions.models import QuestionVersion
from courses.questions.types import Question, paper_view, right_answer
from courses.quizzes.models import AnswerSave, Attempt
from lms.db import db


def attempts(quiz_id: int, person_id: int) -> list[Attempt]:
    """A person's attempts at a quiz, the oldest first."""
    query = select(Attempt).where(Attempt.quiz_id == quiz_id, Attempt.person_id == person_id)
    return list(db.session.scalars(query.order_by(Attempt.started_at, Attempt.id)))


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


def versions_of(session: Session, attempt: Attempt) -> dict[int, QuestionVersion]:
    """The question versions of a paper, in one query."""
    ids = [entry["version"] for entry in attempt.paper]
    return {v.id: v for v in session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(ids)))}


@dataclass(frozen=True)
class Shown:
    """A question on the page: `view` holds nothing that tells the key."""

    position: int
    view: Any
    answer: Any


def shown(attempt: Attempt) -> tuple[list[Shown], int]:
    """The paper as the browser may see it, with the answers so far, and the journal's highest `seq`."""
    versions = versions_of(db.session(), attempt)
    answers, seq = answers_of(db.session(), attempt.id)
    questions = [
        Shown(
            position,
            paper_view(Question.from_json(versions[entry["version"]].content).content, entry["order"]),
            answers.get(position),
        )
        for position, entry in enumerate(attempt.paper)
    ]
    return questions, seq


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
    versions = versions_of(db.session(), attempt)
    answers, _seq = answers_of(db.session(), attempt.id)
    reviewed = []
    for position, entry in enumerate(attempt.paper):
        question = Question.from_json(versions[entry["version"]].content)
        content, order, answer = question.content, entry["order"], answers.get(position)
        reviewed.append(
            Reviewed(
                position, paper_view(content, order), answer, question, right_answer(content, order),
                mark(content, order, answer),
            )
        )  # fmt: skip
    return reviewed


def review_open(attempt: Attempt) -> bool:
    """The review opens after submitting a practice, and for the final only once it is passed: the key stays unknown."""
    return attempt.submitted_at is not None and (attempt.quiz.kind == "practice" or bool(attempt.passed))
