"""Reading attempts: what was answered last, what the browser may see, what a review shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.questions.marking import mark
from courses.questions.models import QuestionVersion
from courses.questions.types import Content, Question, View, paper_view, right_answer
from courses.quizzes.models import AnswerSave, Attempt
from courses.results.models import Correction
from lms.db import db

# How options are called on paper.
LETTERS = "ABCDEFGHIJKLMNOPQRST"


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


@dataclass(frozen=True)
class Asked:
    """A question of a paper as it is marked now: a corrected key counts, and a void question earns everything."""

    question: Question
    order: list[int]
    void: bool = False

    @property
    def content(self) -> Content:
        return self.question.content

    def mark(self, answer: Any) -> Fraction:
        """The share that an answer earns, 0 to 1; an essay 0 until it is marked."""
        return Fraction(1) if self.void else mark(self.content, self.order, answer)


def keys_of(session: Session, versions: Collection[int]) -> dict[int, tuple[Question, bool]]:
    """Question versions as they are marked now, and which of them are void: one statement."""
    query = (
        select(QuestionVersion.id, QuestionVersion.content, Correction.content, Correction.kind)
        .outerjoin(Correction, Correction.version_id == QuestionVersion.id)
        .where(QuestionVersion.id.in_(versions))
        .order_by(Correction.id)  # the last correction counts
    )
    return {
        version: (Question.from_json(corrected or content), kind == "void")
        for version, content, corrected, kind in session.execute(query)
    }


def questions_of(session: Session, paper: Sequence[Any]) -> list[Asked]:
    """The questions of a paper in its order, each with the order of its options: one statement."""
    keys = keys_of(session, {entry["version"] for entry in paper})
    return [Asked(keys[entry["version"]][0], entry["order"], keys[entry["version"]][1]) for entry in paper]


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


def shown_of(questions: Sequence[Asked], answers: Mapping[int, Any]) -> list[Shown]:
    """Questions as the browser may see them, with the answers so far."""
    views = [paper_view(asked.content, asked.order) for asked in questions]
    return [Shown(position, view, answers.get(position)) for position, view in enumerate(views)]


@dataclass(frozen=True)
class Printed:
    """A question of a printed paper, and its key in words."""

    view: View
    key: str


def printed_paper(items: Sequence[Any]) -> list[Printed]:
    """A paper as it is printed; only the page that shows the key may use `key`."""
    return [
        Printed(paper_view(asked.content, asked.order), _key_in_words(asked))
        for asked in questions_of(db.session(), items)
    ]


def _key_in_words(asked: Asked) -> str:
    right, view = right_answer(asked.content, asked.order), paper_view(asked.content, asked.order)
    match view.kind:
        case "single":
            return LETTERS[right]
        case "multiple":
            return ", ".join(LETTERS[place] for place in right)
        case "truefalse":
            return "A" if right else "B"
        case "matching":
            return ", ".join(f"{row}–{LETTERS[place]}" for row, place in enumerate(right, start=1))
        case "ordering":
            return ", ".join(f"{row}–{place + 1}" for row, place in enumerate(right, start=1))
        case "cloze":
            gaps = zip(view.gaps, right, strict=True)
            return "; ".join(gap.choices[given] if isinstance(given, int) else str(given) for gap, given in gaps)
    return str(right or "–")


@dataclass(frozen=True)
class Reviewed:
    """A question after the review has opened: what was right, what was given, and why."""

    position: int
    view: Any
    answer: Any
    question: Question
    right: Any
    mark: Any
    void: bool


def review(attempt: Attempt) -> list[Reviewed]:
    """Every question with its key and explanation. Only for an attempt whose review is open."""
    answers, _seq = answers_of(db.session(), attempt.id)
    reviewed = []
    for position, asked in enumerate(questions_of(db.session(), attempt.paper)):
        content, order, answer = asked.content, asked.order, answers.get(position)
        right = right_answer(content, order)
        reviewed.append(
            Reviewed(
                position, paper_view(content, order), answer, asked.question, right, asked.mark(answer), asked.void
            )
        )
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
