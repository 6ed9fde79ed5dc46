"""Attempts as they are kept, for those who inspect: every question with what was answered, within their scope."""

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from courses import plugin
from courses.quizzes import services
from courses.quizzes.services import Save
from lms import clock
from lms.accounts.models import RoleGrant
from lms.audit.models import AuditEntry
from lms.db import db, transaction
from tests.conftest import Cast
from tests.courses.conftest import in_english, quiz_of, right_answers

SignIn = Callable[[str], FlaskClient]


def test_an_inspector_reads_an_attempt_of_their_scope_as_it_is_kept(
    app: Flask, cast: Cast, at_final: FlaskClient, signed_in: SignIn
) -> None:
    an, at = cast.people["an"].id, clock.now()
    attempt = services.start(quiz_of().id, an, at)
    assert attempt is not None
    dung = in_english(signed_in("dung"))
    page = f"/exams/attempts/{attempt}/record"
    assert dung.get(page).status_code == 404  # it is not submitted yet
    right = right_answers(attempt)
    for position, value in enumerate(right[:-1]):
        services.save_answer(attempt, an, Save(f"key-{position}", position + 1, position, value), at)
    services.submit(attempt, an, None, at)
    text = dung.get(page).text
    assert text.count("<dt>Answered</dt>") == len(right) and text.count("<dt>Answered</dt><dd>–</dd>") == 1
    assert re.search("đúng (một; đúng hai|hai; đúng một)", text) and "một → 1" in text
    assert at_final.get(page).status_code == 403  # the learner has a page of their own
    with app.test_request_context():
        proofs = plugin.proofs("courses:KH-1", an, clock.now())
        assert [(link.url, "/10, " in str(link.note)) for link in proofs] == [(page, True)]
        assert not plugin.proofs("courses:KH-1", an, at - timedelta(minutes=1))
        assert not plugin.proofs("other:KH-1", an, clock.now())
    with transaction() as session:
        session.execute(update(RoleGrant).where(RoleGrant.role == "inspector").values(unit_id=cast.units["B"].id))
    assert dung.get(page).status_code == 404  # An is of unit A
    assert db.session.scalars(select(AuditEntry.action)).all().count("courses.inspect_attempt") == 1
