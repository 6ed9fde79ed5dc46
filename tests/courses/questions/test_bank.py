"""The bank: importing, editing, taking out; what waits for a review; near-duplicates."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from courses.catalogue.models import Course, Document, Topic
from courses.catalogue.services import import_course
from courses.questions import queries, services
from courses.questions.fitting import Bank, fit
from courses.questions.formats.base import Entry
from courses.questions.models import BankQuestion
from courses.questions.queries import Filters
from courses.questions.similar import Said, alike, search_text
from courses.questions.types import Choice, Option, Question, TrueFalse
from lms.audit.models import AuditEntry
from lms.db import db, transaction
from lms.errors import Refused
from tests.conftest import Cast
from tests.courses.catalogue.folders import choice, small_course, truth

ON = date(2026, 6, 1)


@pytest.fixture
def course(cast: Cast) -> Course:
    """DV-NHO with its six questions."""
    import_course(small_course(), cast.now)
    return db.session.scalars(select(Course)).one()


def names(course: Course, **filters: str) -> list[str]:
    query = queries.listed(course.id, Filters(**filters), ON)
    return [row.name for row, _version in db.session.execute(query)]


def row_of(name: str) -> BankQuestion:
    return db.session.scalars(select(BankQuestion).where(BankQuestion.name == name)).one()


def topic_id(code: str) -> int:
    return db.session.scalars(select(Topic.id).where(Topic.code == code)).one()


def test_importing_a_file_adds_changes_and_leaves_alone_by_name(course: Course, cast: Cast) -> None:
    entries = [
        Entry(truth("mot-1"), topic="mot"),
        Entry(choice("mot-3"), topic="mot"),
        Entry(truth("moi"), topic="hai"),
    ]
    first = services.import_questions(course.id, entries, cast.now)
    assert (first.new, first.changed, first.unchanged) == (1, 1, 1)
    again = services.import_questions(course.id, entries, cast.now)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    assert names(course, topic="hai")[-1] == "moi"
    assert db.session.scalars(select(AuditEntry.action)).all()[-1] == "courses.import_questions"


def test_a_question_without_topic_waits_for_one_and_survives_the_folder(course: Course, cast: Cast) -> None:
    services.import_questions(course.id, [Entry(truth("la"))], cast.now)
    assert names(course, topic="-") == ["la"]
    moved = services.import_questions(course.id, [Entry(truth("la"), topic="mot")], cast.now)
    assert moved.changed == 1 and names(course, topic="-") == []


def test_an_edit_is_a_version_with_its_author(course: Course, cast: Cast) -> None:
    row, hoa = row_of("mot-1"), cast.accounts["hoa"].id
    edited = replace(truth("mot-1"), level="van-dung")
    for _twice in range(2):
        services.save_question(course.id, row.id, topic_id("hai"), edited, cast.now, hoa)
    assert [(line.number, line.by) for line in queries.history(row.id)] == [(2, "Nguyễn Thị Hòa"), (1, "")]
    assert names(course, topic="hai", level="van-dung") == ["mot-1"]


def test_what_cannot_be_asked_or_has_a_taken_name_is_refused(course: Course, cast: Cast) -> None:
    no_right = Question("moi", Choice("?", (Option("a", Decimal(0)), Option("b", Decimal(0)))))
    with pytest.raises(Refused, match="không có đáp án đúng"):
        services.save_question(course.id, None, None, no_right, cast.now, None)
    with pytest.raises(Refused, match="mot-1"):
        services.save_question(course.id, None, None, truth("mot-1"), cast.now, None)
    assert len(names(course)) == 6


def test_questions_of_a_replaced_document_wait_until_an_author_confirms_them(course: Course, cast: Cast) -> None:
    row = row_of("mot-1")
    assert queries.touched(course.id) == {"qd-23": 6} and queries.awaiting(course.id) == 0
    services.save_question(course.id, row.id, row.topic_id, truth("mot-1", "qd-290"), cast.now, None)
    assert names(course, state="review") == ["mot-1"] and queries.awaiting(course.id) == 1
    services.confirm(row.id, ON, cast.now, None)
    assert queries.awaiting(course.id) == 0
    services.save_question(course.id, row.id, row.topic_id, truth("mot-1"), cast.now, None)
    checked = Question.from_json(queries.history(row.id)[0].version.content).checked_on
    assert checked is None  # it cites another document now


def test_when_a_document_is_replaced_its_questions_wait(course: Course) -> None:
    with transaction() as session:
        session.scalars(select(Document).where(Document.key == "qd-23")).one().status = "duoc-thay-the"
    assert queries.awaiting(course.id) == 6


def test_lists_are_narrowed_by_words_blind_to_accents_kind_document_and_days(course: Course, cast: Cast) -> None:
    late = replace(truth("muon"), valid_from=ON + timedelta(days=1))
    services.import_questions(course.id, [Entry(late, topic="mot")], cast.now)
    assert names(course, words="dung HAY sai mot") == ["mot-1", "mot-3"]
    assert names(course, words="hai-2") == ["hai-2"]
    assert names(course, kind="single") == ["mot-2", "hai-2"]
    assert names(course, document="qd-290") == []
    assert names(course, state="invalid") == ["muon"]


def test_what_is_taken_out_is_listed_apart_and_can_come_back(course: Course, cast: Cast) -> None:
    services.remove(row_of("mot-1").id, cast.now)
    assert "mot-1" not in names(course) and names(course, state="removed") == ["mot-1"]
    services.restore(row_of("mot-1").id)
    assert "mot-1" in names(course)


def asked(text: str, *options: str) -> Choice:
    return Choice(text, tuple(Option(o, Decimal(100 * (place == 0))) for place, o in enumerate(options)))


@pytest.mark.parametrize(
    ("other", "is_alike"),
    [
        (asked("bai bao dan van dang tren bao nao", "su that", "nhan dan", "cuu quoc"), True),
        (asked("Bài báo “Dân vận” đăng trên báo nào?", "Cứu quốc", "Sự thật", "Nhân Dân"), True),
        (asked("Bài báo Dân vận đăng ngày nào?", "15/10/1949", "15/10/1930", "19/5/1949"), False),
        (TrueFalse("Bài báo Dân vận đăng trên báo Sự thật.", True), False),
    ],
)  # fmt: skip
def test_near_duplicates_are_blind_to_accents_and_the_order_of_options(other: Choice, is_alike: bool) -> None:
    first = asked("Bài báo “Dân vận” đăng trên báo nào?", "Sự thật", "Nhân Dân", "Cứu quốc")
    said = Said.of("cũ", search_text(first))
    assert bool(alike(Said.of("mới", search_text(other)), [said])) == is_alike
    assert not alike(said, [said])


def test_a_file_is_fitted_into_the_bank(course: Course) -> None:
    entries = [
        Entry(replace(truth("a"), document="23-qđ/tw"), "Dòng 1", "Chuyên đề HAI"),
        Entry(replace(truth("b"), document="Luật X", clause="Điều 1"), "Dòng 2", "lạ"),
        Entry(replace(truth("c"), content=truth("mot-1").content), "Dòng 3", "mot"),
    ]
    fitted, doubts = fit(entries, services.bank_of(course.id))
    assert [(entry.topic, entry.question.document, entry.question.clause) for entry in fitted] == [
        ("hai", "qd-23", "Điều 3; khoản 2"), ("", "", "Luật X; Điều 1"), ("mot", "qd-23", "Điều 3; khoản 2"),
    ]  # fmt: skip
    assert [note.place for note in doubts if "mot-1" in note.sentence] == ["Dòng 3"]
    assert [note.place for note in doubts if "«lạ»" in note.sentence or "«Luật X»" in note.sentence] == ["Dòng 2"] * 2
    assert fit(entries, None)[0][1].question.document == "Luật X"
    assert fit([Entry(truth("z"))], Bank({"hai": "hai"}, {"qd-23": "qd-23"}), "hai")[0][0].topic == "hai"
