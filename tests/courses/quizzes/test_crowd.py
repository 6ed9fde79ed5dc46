"""Many learners at once, through a real server: what was acknowledged is kept, numbers have no gaps."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from certificates.register.models import Book, Certificate
from certificates.register.services import add_issuer
from courses.catalogue.services import import_course
from courses.learning.models import Completion
from courses.quizzes.models import AnswerSave, Attempt
from lms import clock, events
from lms.db import db
from lms.events import OutboxEvent
from tests.conftest import Cast
from tests.courses.conftest import find_course, quiz_of, right_answers, small_folder
from tests.load.hall import Line, lines, serving, sit_down, to_the_end

CROWD = 64


@pytest.fixture
def hall(app: Flask, cast: Cast) -> Flask:
    """KH-1 with every quiz open, and an issuer for its certificates."""
    import_course(small_folder(topics_in_order=False), clock.now())
    add_issuer("BLOC", "Đảng ủy Khối", unit_id=cast.units["BLOC"].id, place="Hà Nội", authority="T/M BAN THƯỜNG VỤ",
               signer="Nguyễn Văn Mẫu", number_pattern="{number:02d}-GCN")  # fmt: skip
    return app


async def start(line: Line, quiz_id: int) -> tuple[int, list[Any]]:
    """An attempt, and what would be right in it."""
    await line.get(f"/quizzes/{quiz_id}")
    answer = await line.form(f"/quizzes/{quiz_id}/start")
    assert answer.status == 302, answer.text
    attempt_id = int(answer.headers["location"].rsplit("/", 1)[1])
    assert (await line.get(f"/attempts/{attempt_id}")).status == 200
    db.session.rollback()
    right = right_answers(attempt_id)
    db.session.rollback()
    return attempt_id, right


async def save(line: Line, attempt_id: int, position: int, value: Any) -> bool:
    said = {"key": f"key-{position:05}", "seq": position + 1, "position": position, "value": value}
    return (await line.json(f"/attempts/{attempt_id}/answers", said)).status == 200


async def submit(line: Line, attempt_id: int) -> int:
    return (await line.form(f"/attempts/{attempt_id}/submit")).status


def numbers() -> list[int]:
    db.session.rollback()
    return sorted(db.session.scalars(db.select(Certificate.number)))


def test_64_learners_start_answer_and_submit_at_once_and_every_acknowledged_answer_is_kept(hall: Flask) -> None:
    cookies, quiz_id = sit_down(hall, find_course().id, CROWD), quiz_of().id
    acknowledged = set()

    async def sit(line: Line) -> int:
        attempt_id, right = await start(line, quiz_id)
        for position, value in enumerate(right):
            if await save(line, attempt_id, position, value):
                acknowledged.add((attempt_id, position))
        return attempt_id

    async def together(port: int) -> list[int]:
        async with lines(port, cookies) as crowd:
            attempts = await asyncio.gather(*map(sit, crowd))
            return await asyncio.gather(*map(submit, crowd, attempts))

    with serving(hall) as port:
        assert to_the_end(together(port)) == [302] * CROWD
    db.session.rollback()
    kept = db.session.execute(db.select(AnswerSave.attempt_id, AnswerSave.position))
    assert {(attempt_id, position) for attempt_id, position in kept} == acknowledged
    assert len(acknowledged) == CROWD * 6
    assert list(db.session.scalars(db.select(Attempt.score))) == [10] * CROWD
    assert db.session.query(Completion).count() == CROWD
    events.deliver_due(clock.now() + timedelta(hours=2))  # what failed at the first go is tried again
    assert numbers() == list(range(1, CROWD + 1)) and db.session.query(Book.last_number).scalar() == CROWD


def test_a_server_killed_between_commit_and_delivery_loses_nothing(hall: Flask) -> None:
    cookies, quiz_id = sit_down(hall, find_course().id, 5), quiz_of().id
    attempts: list[int] = []

    async def answer_and_submit(port: int) -> list[Any]:
        async with lines(port, cookies) as crowd:
            for line in crowd:
                attempt_id, right = await start(line, quiz_id)
                assert all([await save(line, attempt_id, position, value) for position, value in enumerate(right)])
                attempts.append(attempt_id)
            return await asyncio.gather(*map(submit, crowd, attempts), return_exceptions=True)

    async def submit_again(port: int) -> list[int]:
        async with lines(port, cookies) as crowd:
            for line, attempt_id in zip(crowd, attempts, strict=True):
                await line.get(f"/attempts/{attempt_id}")
            return await asyncio.gather(*map(submit, crowd, attempts))

    with serving(hall, factory="tests.load.dying:create_app") as port:
        cut = to_the_end(answer_and_submit(port))
    assert all(isinstance(answer, OSError | EOFError) for answer in cut), cut
    db.session.rollback()
    assert db.session.query(Completion).count() > 0 and numbers() == []  # committed, and nobody was told
    with serving(hall) as port:
        assert to_the_end(submit_again(port)) == [302] * 5
    db.session.rollback()
    events.deliver_due(clock.now() + timedelta(minutes=1))
    assert numbers() == [1, 2, 3, 4, 5] and db.session.query(Completion).count() == 5
    told = db.session.scalars(db.select(OutboxEvent.payload).where(OutboxEvent.kind == "ActivityCompleted")).all()
    assert len(told) == len({json.loads(payload)["person_id"] for payload in told}) == 5
    assert events.undelivered() == 0
