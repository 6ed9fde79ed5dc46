"""A key is corrected: the preview tells who moves, one decision applies it, both scores stay, others hear."""

import json
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import python_calamine
from flask import Flask
from flask.testing import FlaskClient

from certificates.register.models import Certificate
from certificates.register.services import add_issuer
from courses.catalogue.folder import FinalRules
from courses.catalogue.services import import_course
from courses.learning.models import Completion
from courses.learning.services import enrol
from courses.questions.models import QuestionVersion
from courses.questions.types import Choice, Option, Question
from courses.quizzes import services
from courses.quizzes.models import Attempt
from courses.quizzes.services import Save
from courses.results.cli import quizzes_cli
from courses.results.models import Correction, Remark
from lms import clock
from lms.audit.models import AuditEntry
from lms.db import db
from lms.messages.models import Message
from tests.conftest import Cast
from tests.courses.conftest import find_course, in_english, quiz_of, small_folder


@pytest.fixture
def sat(app: Flask, cast: Cast) -> dict[str, int]:
    """A final of one single choice, pass mark 5; An chose the key A, Giang chose B; An has a certificate."""
    options = tuple(Option(letter, Decimal(100 if letter == "A" else 0)) for letter in "ABC")
    topic = small_folder().topics[0]
    asked = (Question("q", Choice("Câu sai đáp án?", options)),)
    topics = (type(topic)("T1", topic.title, 8, topic.lessons, asked),)
    import_course(small_folder(topics=topics, topics_in_order=False, final=FinalRules({"T1": 1})), clock.now())
    add_issuer("BLOC", "Đảng ủy Khối", unit_id=cast.units["BLOC"].id, place="Hà Nội", authority="T/M BAN THƯỜNG VỤ",
               signer="Nguyễn Văn Mẫu", number_pattern="{number:02d}-GCN")  # fmt: skip
    attempts = {}
    for who, letter in (("an", 0), ("giang", 1)):
        person = cast.people[who].id
        enrol(find_course().id, person, clock.now())
        attempt_id = services.start(quiz_of().id, person, clock.now())
        assert attempt_id is not None
        order = db.session.get_one(Attempt, attempt_id).paper[0]["order"]
        services.save_answer(attempt_id, person, Save("key-aaaa", 1, 0, order.index(letter)), clock.now())
        services.submit(attempt_id, person, None, clock.now())
        attempts[who] = attempt_id
    return attempts


def page() -> str:
    version = db.session.query(QuestionVersion).order_by(QuestionVersion.id).first()
    assert version is not None
    return f"/exams/{quiz_of().id}/questions/{version.id}/key"


def certificate() -> Certificate:
    return db.session.query(Certificate).order_by(Certificate.id).first()  # type: ignore[return-value]


def test_the_preview_tells_who_moves_and_what_is_touched_and_changes_nothing(
    sat: dict[str, int], signed_in: Callable[[str], FlaskClient]
) -> None:
    hoa = in_english(signed_in("hoa"))
    assert "key until now" in hoa.get(page()).text
    text = hoa.get(f"{page()}?right=1").text
    assert "Trần Văn An" in text and "no longer passes" in text
    assert "Đỗ Trường Giang" in text and "now passes" in text and certificate().number_text in text
    assert db.session.get_one(Attempt, sat["an"]).score == 10 and db.session.query(Correction).count() == 0
    assert hoa.get(f"{page()}?right=9").status_code == 409
    assert signed_in("cuong").get(page()).status_code == 403 and signed_in("an").get(page()).status_code == 403


def test_one_decision_applies_it_keeps_both_scores_and_others_hear(
    sat: dict[str, int], signed_in: Callable[[str], FlaskClient], cast: Cast
) -> None:
    hoa = in_english(signed_in("hoa"))
    decision = {"decision": "12-QĐ/ĐUK", "reason": "Đáp án sai", "expected": "2"}
    assert hoa.post(f"{page()}?right=1", data=decision | {"decision": ""}).status_code == 302
    assert hoa.post(f"{page()}?right=1", data=decision | {"expected": "1"}).status_code == 409  # not what was seen
    assert db.session.query(Correction).count() == 0
    assert hoa.post(f"{page()}?right=1", data=decision).status_code == 302
    scores = {who: db.session.get_one(Attempt, attempt_id).score for who, attempt_id in sat.items()}
    assert scores == {"an": 0, "giang": 10}
    remarks = {r.attempt_id: (r.score_before, r.score_after) for r in db.session.query(Remark)}
    assert remarks == {sat["an"]: (10, 0), sat["giang"]: (0, 10)}
    completions = {c.person_id: c.withdrawn_at is None for c in db.session.query(Completion)}
    assert completions == {cast.people["an"].id: False, cast.people["giang"].id: True}
    certificates = {c.person_id: c.status for c in db.session.query(Certificate)}
    assert certificates == {cast.people["an"].id: "revoked", cast.people["giang"].id: "issued"}
    assert certificate().decision == "12-QĐ/ĐUK"
    notices = {m.person_id: m.body for m in db.session.query(Message)}
    assert "12-QĐ/ĐUK" in notices[cast.people["an"].id] and len(notices) >= 2
    entry = db.session.query(AuditEntry).filter_by(action="courses.correct_key").one()
    assert entry.details["now_passed"] == entry.details["now_failed"] == 1
    newest = db.session.query(QuestionVersion).order_by(QuestionVersion.number.desc()).first()
    assert newest is not None and newest.number == 2 and newest.content["content"]["options"][1]["weight"] != "0"
    assert hoa.post(f"{page()}?right=1", data=decision).status_code == 409  # nothing changes any more


def test_a_question_that_is_struck_out_gives_everybody_its_mark(
    sat: dict[str, int], signed_in: Callable[[str], FlaskClient]
) -> None:
    hoa = in_english(signed_in("hoa"))
    hoa.post(f"{page()}?void=1", data={"decision": "13-QĐ", "reason": "Câu lỗi", "expected": "1"})
    assert {db.session.get_one(Attempt, attempt_id).score for attempt_id in sat.values()} == {10}
    assert db.session.query(Completion).filter(Completion.withdrawn_at.is_(None)).count() == 2
    assert "struck out" in in_english(signed_in("an")).get(f"/attempts/{sat['an']}").text


def test_an_attempt_that_began_before_the_correction_is_marked_with_the_right_key(
    sat: dict[str, int], signed_in: Callable[[str], FlaskClient], cast: Cast
) -> None:
    binh = cast.people["binh"].id
    enrol(find_course().id, binh, clock.now())
    attempt_id = services.start(quiz_of().id, binh, clock.now())
    assert attempt_id is not None
    order = db.session.get_one(Attempt, attempt_id).paper[0]["order"]
    services.save_answer(attempt_id, binh, Save("key-aaaa", 1, 0, order.index(1)), clock.now())
    in_english(signed_in("hoa")).post(f"{page()}?right=1", data={"decision": "1", "reason": "x", "expected": "2"})
    services.submit(attempt_id, binh, None, clock.now())
    assert db.session.get_one(Attempt, attempt_id).score == 10


def test_statistics_results_and_sheets(sat: dict[str, int], signed_in: Callable[[str], FlaskClient]) -> None:
    hoa, base = in_english(signed_in("hoa")), f"/exams/{quiz_of().id}"
    text = hoa.get(f"{base}/statistics").text
    assert "Câu sai đáp án?" in text and "50,0%" in text and "Who chose what" in text
    assert "Chi bộ Vụ Tổ chức" in hoa.get(f"{base}/results").text
    for name in ("results.xlsx", "mark-sheet.xlsx"):
        assert signed_in("an").get(f"{base}/{name}").status_code == 403
    by_unit = sheet(hoa.get(f"{base}/results.xlsx").data)
    assert by_unit[-2:] == [
        ["Đảng bộ Bộ A", "Chi bộ Vụ Tổ chức", 1, 1, 100, 10], ["Đảng bộ Bộ B", "Chi bộ Vụ Kế hoạch", 1, 0, 0, 0]
    ]  # fmt: skip
    marks = sheet(hoa.get(f"{base}/mark-sheet.xlsx").data)
    assert ["BẢNG ĐIỂM"] in [list(filter(None, row)) for row in marks]
    an = next(row for row in marks if "Trần Văn An" in row)
    assert an[4:7] == ["10", "Mười", "Xuất sắc"]


def sheet(data: bytes) -> list[list[Any]]:
    return python_calamine.load_workbook(BytesIO(data)).get_sheet_by_index(0).to_python()


def test_the_command_says_the_statistics(sat: dict[str, int], app: Flask) -> None:
    def run(*arguments: str) -> tuple[int, Any]:
        result = app.test_cli_runner().invoke(quizzes_cli, ["statistics", *arguments, "--json"])
        return result.exit_code, json.loads(result.output)

    code, said = run(str(quiz_of().id))
    assert (code, said["attempts"], said["average"], said["median"]) == (0, 2, 5, 5)
    (item,) = said["items"]
    assert (item["question"], item["attempts"], item["facility"]) == ("q", 2, 0.5)
    assert {option["text"]: option["count"] for option in item["options"]} == {"A": 1, "B": 1, "C": 0}
    assert run("999")[0] == 1
