"""Obtaining quizzes and attempts for teaching and invigilating, with the check."""

from flask import abort

from courses.quizzes.models import Allowance, Attempt, Paper, Quiz
from lms.access import may, may_see
from lms.db import db
from lms.organisation.queries import root_unit

TEACH = "courses.teach"
INVIGILATE = "courses.invigilate"
INSPECT = "courses.inspect"


def quiz_to_see(quiz_id: int) -> Quiz:
    """The quiz, for those who teach or invigilate anywhere; lists of people narrow to their own units."""
    quiz = db.session.get(Quiz, quiz_id)
    if quiz is None or quiz.removed_at is not None:
        abort(404)
    return quiz


def quiz_to_teach(quiz_id: int) -> Quiz:
    """The quiz, to change what all its learners get: 403 unless one teaches from the top of the organisation."""
    quiz = quiz_to_see(quiz_id)
    if not may(TEACH, root_unit()):
        abort(403)
    return quiz


def paper_to_print(paper_id: int) -> Paper:
    """The paper, as `quiz_to_teach` gives its quiz."""
    paper = db.session.get(Paper, paper_id)
    if paper is None:
        abort(404)
    quiz_to_teach(paper.quiz_id)
    return paper


def attempt_to_invigilate(attempt_id: int) -> Attempt:
    """An attempt of somebody inside one's units; 404 for any other."""
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is None or not may_see(attempt.person_id, INVIGILATE):
        abort(404)
    return attempt


def attempt_to_inspect(attempt_id: int) -> Attempt:
    """A submitted attempt of somebody inside the units that one inspects; 404 for any other."""
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is None or attempt.submitted_at is None or not may_see(attempt.person_id, INSPECT):
        abort(404)
    return attempt


def allowance_to_withdraw(allowance_id: int) -> Allowance:
    """An allowance of somebody inside one's units; 404 for any other."""
    allowance = db.session.get(Allowance, allowance_id)
    if allowance is None or not may_see(allowance.person_id, INVIGILATE):
        abort(404)
    return allowance
