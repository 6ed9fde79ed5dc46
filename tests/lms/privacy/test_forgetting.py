"""Who somebody was is forgotten by a decision; what they were counted for stays."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Text, cast, select

from lms import clock, files
from lms.accounts.models import Account, SignIn
from lms.audit.models import AuditEntry
from lms.db import Model, db, transaction
from lms.errors import Refused
from lms.messages import notify
from lms.organisation.corrections.services import ask
from lms.organisation.models import Appointment, Person
from lms.organisation.people.merging import merge
from lms.organisation.people.services import Facts, change_person
from lms.organisation.posts import services as posts
from lms.organisation.roster.models import RosterImport
from lms.privacy.services import anonymise
from tests.conftest import Cast, make_person
from tests.example_plugin import services as reading
from tests.example_plugin.models import Note, Reading
from tests.lms.organisation.roster.conftest import Import
from tests.lms.organisation.roster.sheets import HEADER, workbook

SignInAs = Callable[[str], FlaskClient]
WORDS = {"document": "QĐ 7-QĐ/ĐU", "reason": "Theo đề nghị của cán bộ"}


@pytest.fixture
def left(cast: Cast, today: date) -> int:
    """An left the post yesterday; entered twice, corrected, told things, named in a list, signed in."""
    an, at = cast.people["an"].id, clock.now()
    with transaction():
        double = make_person("Trần Văn An", born=1970)
        notify(an, "Nhắc việc", "Đồng chí Trần Văn An học bài.", reason="", key="test:1", at=at)
    merge(an, double.id, reason="Trần Văn An được nhập hai lần", at=at)
    change_person(an, Facts("Trần Văn An", birth_year=1971, phone="0912345678"), at=at, today=today)
    ask(an, "Tôi là Trần Văn An.", appointment_id=None, at=at)
    row = (1, "Trần Văn An", 1971, "nam", "Bí thư chi bộ", "Chi bộ Vụ Tổ chức", "0912345678", "an@example.vn", "")
    Import(workbook([HEADER, row])).apply()
    held = select(Appointment.id).where(Appointment.person_id == an, Appointment.withdrawn_at.is_(None))
    posts.relieve(db.session.scalars(held).one(), last_day=today - timedelta(days=1), document="", at=at)
    return an


def forget(person: int, today: date, **words: str) -> None:
    anonymise(person, **WORDS | words, at=clock.now(), today=today)  # type: ignore[arg-type]


def tables_with(word: str) -> set[str]:
    """The tables in which a word stands anywhere."""
    found = set()
    for table in Model.metadata.sorted_tables:
        hits = [cast(column, Text).like(f"%{word}%") for column in table.c]
        if any(db.session.execute(select(table).where(hit).limit(1)).first() for hit in hits):
            found.add(table.name)
    return found


def test_nothing_in_any_table_tells_the_name_any_more(left: int, cast: Cast, today: date, signed_in: SignInAs) -> None:
    signed_in("an")
    (sent,) = db.session.query(RosterImport)
    key = sent.file_key
    assert {"lms_person", "lms_person_former", "lms_message", "lms_roster_change"} <= tables_with("Trần Văn An")
    forget(left, today)
    db.session.rollback()
    assert tables_with("Trần Văn An") == tables_with("tran van an") == tables_with("0912345678") == set()
    assert not files.exists(key), "the list that named the person is gone"
    account = db.session.query(Account).filter_by(person_id=left).one()
    assert account.disabled_at and not account.password_hash and account.username == f"anonymous-{account.id}"
    assert not db.session.query(SignIn).filter_by(account_id=account.id).count()


def test_the_log_says_that_it_was_done_and_why_without_the_name(left: int, today: date) -> None:
    forget(left, today)
    entry = db.session.query(AuditEntry).filter_by(action="lms.anonymise").one()
    assert entry.subject == f"person:{left}" and entry.details == WORDS


def test_posts_stay_and_plugins_forget_what_is_not_counted(left: int, cast: Cast, today: date) -> None:
    before = db.session.query(Appointment).count()
    at = clock.now()
    reading.add_text("bai", "Bài", at)
    reading.read(1, left, at)
    forget(left, today)
    assert db.session.query(Appointment).count() == before
    assert db.session.query(Person).filter_by(id=left).one().name == "Đã ẩn danh"
    assert (db.session.query(Reading).count(), db.session.query(Note).count()) == (1, 0)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"reason": " "}, "Hãy ghi theo quyết định nào"),
        ({"reason": "Vì đồng chí Tran Van An đề nghị"}, "không nêu họ tên"),
    ],
)
def test_it_is_refused_without_words_or_with_the_name(
    left: int, today: date, words: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        forget(left, today, **words)
    assert db.session.get_one(Person, left).name == "Trần Văn An"


def test_whoever_holds_a_post_or_is_to_hold_one_is_not_forgotten(left: int, cast: Cast, today: date) -> None:
    with pytest.raises(Refused, match="đang giữ hoặc sắp giữ chức danh"):
        forget(cast.people["binh"].id, today)
    posts.appoint(cast.posts["vacant"].id, left, capacity="holder", valid_from=today + timedelta(days=9), valid_to=None,
                  document="", at=clock.now())  # fmt: skip
    with pytest.raises(Refused, match="đang giữ hoặc sắp giữ chức danh"):
        forget(left, today)


def test_a_forgotten_record_takes_nothing_new(left: int, cast: Cast, today: date) -> None:
    forget(left, today)
    for write in (
        lambda: forget(left, today),
        lambda: change_person(left, Facts("Trần Văn An"), at=clock.now(), today=today),
        lambda: merge(cast.people["giang"].id, left, reason="một người", at=clock.now()),
        lambda: posts.appoint(cast.posts["vacant"].id, left, capacity="holder", valid_from=today, valid_to=None,
                              document="", at=clock.now()),
    ):  # fmt: skip
        with pytest.raises(Refused, match="ẩn danh"):
            write()


def test_only_administrators_do_it_on_a_page_that_asks_for_the_code(left: int, cast: Cast, signed_in: SignInAs) -> None:
    page, hoa = f"/organisation/people/{left}/anonymise", signed_in("hoa")
    assert signed_in("cuong").get(page).status_code == 403
    assert hoa.post(page, data=WORDS | {"code": "CB999999"}).status_code == 422
    code = db.session.get_one(Person, left).code
    assert hoa.post(page, data=WORDS | {"code": code.lower()}).status_code == 302
    assert "đã được ẩn danh" in hoa.get(f"/organisation/people/{left}").text
