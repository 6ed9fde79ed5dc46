"""Preparing an exam: papers, rules of the day, allowances; and what the invigilator does."""

import random
from datetime import datetime

from sqlalchemy import func, select, update

from courses.quizzes.models import Paper, Quiz
from courses.quizzes.papers import from_seed, new_seed
from lms import audit, clock
from lms.db import transaction


def build_papers(quiz_id: int, count: int, seed: str, at: datetime) -> list[int]:
    """Builds papers in place of those that stand, from one seed (a new one where it is empty); their numbers.

    The same seed on the same bank gives the same papers. Papers that attempts have stay with them.
    """
    dice = random.Random(seed or new_seed())  # noqa: S311 - an empty seed becomes an unguessable one
    with transaction() as session:
        quiz = session.get_one(Quiz, quiz_id, with_for_update=True)
        standing = (Paper.quiz_id == quiz_id, Paper.withdrawn_at.is_(None))
        session.execute(update(Paper).where(*standing).values(withdrawn_at=at))
        last = session.scalar(select(func.max(Paper.number)).where(Paper.quiz_id == quiz_id)) or 0
        numbers = list(range(last + 1, last + count + 1))
        for number in numbers:
            own = f"{dice.getrandbits(64):016x}"
            items = from_seed(session, quiz, own, clock.day_of(at))
            session.add(Paper(quiz_id=quiz_id, number=number, seed=own, items=items, built_at=at))
        audit.record("courses.build_papers", f"quiz:{quiz_id}", count=count, first=numbers[0] if numbers else None)
    return numbers
