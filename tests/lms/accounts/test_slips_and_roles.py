"""Activation slips and roles: given within one's scope, used once, never a way up."""

from collections.abc import Callable
from datetime import date, timedelta

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient

from lms import clock
from lms.access import grants
from lms.accounts import queries, services
from lms.accounts.models import Account, RoleGrant
from lms.accounts.passwords import plain_code
from lms.accounts.sessions import load
from lms.accounts.slips import sheets
from lms.db import db, transaction
from lms.errors import Refused
from tests.conftest import Cast
from tests.lms.accounts.conftest import account_of, enter

NEW = "mật khẩu mới tinh"
USED = "đã được dùng"


def slip_for(cast: Cast, who: str) -> services.Slip:
    return services.issue_slips([cast.people[who].id], clock.now())[0]


def activate(code: str, password: str = NEW, days: int = 0) -> str:
    return services.activate(code, password, address="", browser="", at=clock.now() + timedelta(days=days))


def test_a_slip_works_once_however_it_is_typed(cast: Cast) -> None:
    slip = slip_for(cast, "binh")
    typed = slip.code.lower().replace("-", " ")
    visitor = load(activate(typed))
    assert visitor is not None and visitor.account.username == "binh"
    enter("binh", NEW)
    with pytest.raises(Refused, match=USED):
        activate(typed)


def test_a_weak_password_does_not_use_the_slip_up(cast: Cast) -> None:
    slip = slip_for(cast, "binh")
    with pytest.raises(Refused, match="10 ký tự"):
        activate(slip.code, "ngắn")
    activate(slip.code)


def test_a_slip_is_void_after_a_month_and_when_a_newer_one_is_printed(cast: Cast) -> None:
    old = slip_for(cast, "binh")
    new = slip_for(cast, "binh")
    for code, days in ((old.code, 0), (new.code, 31)):
        with pytest.raises(Refused, match=USED):
            activate(code, days=days)


def test_a_slip_ends_the_sign_ins_of_whoever_had_the_old_password(cast: Cast) -> None:
    before = enter("an")
    activate(slip_for(cast, "an").code)
    assert load(before) is None


def test_the_table_does_not_tell_the_code(cast: Cast) -> None:
    code = plain_code(slip_for(cast, "binh").code)
    assert code not in account_of(cast, "binh").activation_hash and len(code) == 12


def test_slips_are_for_those_in_the_unit_who_wait_for_one(cast: Cast, today: date) -> None:
    bloc, a = cast.units["BLOC"], cast.units["A"]
    names = {cast.people["binh"].id}  # An has a password, Giang is in B
    assert set(queries.waiting_for_slips(a, today, [bloc.path])) == names
    services.set_enabled(cast.accounts["binh"].id, False, clock.now())
    assert queries.waiting_for_slips(a, today, [bloc.path]) == []


@pytest.fixture
def manager_of_a(cast: Cast, today: date) -> Cast:
    """Cường administers unit A, and only that."""
    services.grant_role(cast.accounts["cuong"].id, "administrator", cast.units["A"].id, today, None, clock.now())
    return cast


@pytest.mark.parametrize("begins_in", [0, 30])
def test_no_slip_gives_a_role_outside_the_scope_of_the_one_who_prints_it(
    manager_of_a: Cast, signed_in: Callable[[str], FlaskClient], today: date, begins_in: int
) -> None:
    cast, binh = manager_of_a, manager_of_a.accounts["binh"].id
    begins = today + timedelta(days=begins_in)
    services.grant_role(binh, "inspector", cast.units["BLOC"].id, begins, None, clock.now())
    client = signed_in("cuong")
    assert client.get(f"/accounts/{binh}").status_code == 403
    assert client.post(f"/accounts/{binh}/slip").status_code == 403
    assert client.post("/accounts/slips", data={"unit": "A"}).status_code == 409
    assert account_of(cast, "binh").activation_hash == ""


def test_roles_are_given_only_inside_ones_own_scope(
    manager_of_a: Cast, signed_in: Callable[[str], FlaskClient], today: date
) -> None:
    client, an = signed_in("cuong"), manager_of_a.accounts["an"].id
    form = {"role": "inspector", "unit": "BLOC", "valid_from": today.isoformat()}
    assert client.post(f"/accounts/{an}/roles", data=form).status_code == 404
    assert client.post(f"/accounts/{an}/roles", data=form | {"role": "emperor"}).status_code == 409
    assert client.post(f"/accounts/{an}/roles", data=form | {"unit": "A1"}).status_code == 302
    assert [grant.role for grant in grants(an, today)] == ["inspector"]


def test_a_role_counts_from_its_first_to_its_last_day(cast: Cast, today: date) -> None:
    an, a = cast.accounts["an"].id, cast.units["A"].id
    services.grant_role(an, "teacher", a, today, today + timedelta(days=1), clock.now())
    roles = [len(grants(an, today + timedelta(days=days))) for days in (-1, 0, 1, 2)]
    assert roles == [0, 1, 1, 0]
    with pytest.raises(Refused):
        services.grant_role(an, "teacher", a, today, today - timedelta(days=1), clock.now())
    with pytest.raises(Refused):
        services.grant_role(an, "emperor", a, today, None, clock.now())


def test_the_last_administrator_stays(cast: Cast, today: date) -> None:
    grant = db.session.query(RoleGrant.id).filter_by(account_id=cast.accounts["hoa"].id).scalar()
    for remove in (
        lambda: services.withdraw_role(grant, clock.now()),
        lambda: services.set_enabled(cast.accounts["hoa"].id, False, clock.now()),
    ):
        with pytest.raises(Refused, match="cuối cùng"):
            remove()
    yesterday = today - timedelta(days=1)
    services.grant_role(cast.accounts["an"].id, "administrator", cast.units["BLOC"].id, yesterday, yesterday, cast.now)
    with pytest.raises(Refused, match="cuối cùng"):
        services.withdraw_role(grant, clock.now())
    services.grant_role(cast.accounts["an"].id, "administrator", cast.units["BLOC"].id, today, None, clock.now())
    services.withdraw_role(grant, clock.now())
    assert grants(cast.accounts["hoa"].id, today) == []


def test_an_administrator_disables_and_enables_an_account(cast: Cast, signed_in: Callable[[str], FlaskClient]) -> None:
    hoa, an = signed_in("hoa"), cast.accounts["an"].id
    hoa.post(f"/accounts/{an}/enabled", data={"enabled": "0"})
    assert account_of(cast, "an").disabled_at is not None
    hoa.post(f"/accounts/{an}/enabled", data={"enabled": "1"})
    assert account_of(cast, "an").disabled_at is None


def test_a_manager_who_lost_the_role_sees_nothing_more(cast: Cast, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("cuong")
    assert client.get("/organisation").status_code == 200
    with transaction() as session:
        grant = session.query(RoleGrant).filter_by(account_id=cast.accounts["cuong"].id).one()
        grant.withdrawn_at = clock.now()
    assert client.get("/organisation").status_code == 403


def test_a_name_is_taken_once(cast: Cast) -> None:
    with pytest.raises(Refused):
        services.add_account("AN", "Ai", NEW, must_change=False, at=clock.now())
    assert db.session.query(Account).filter_by(username="an").count() == 1


def test_activating_keeps_which_notice_was_shown_and_when(cast: Cast, client: FlaskClient) -> None:
    page = client.get(f"/activate?code={slip_for(cast, 'binh').code}").text
    code = page.split('name="code"')[1].split('value="')[1].split('"')[0]
    assert "Dữ liệu cá nhân" in page
    assert client.post("/activate", data={"code": code, "new": NEW, "again": NEW}).status_code == 302
    binh = account_of(cast, "binh")
    assert binh.privacy_version == services.PRIVACY_VERSION and binh.privacy_seen_at is not None


def test_a_manager_prints_slips_for_their_own_people_a_sheet_a_unit_with_a_qr(
    cast: Cast, signed_in: Callable[[str], FlaskClient]
) -> None:
    page = signed_in("cuong").post("/accounts/slips", data={"unit": "A"}).text
    assert page.count('<section class="slips">') == page.count('class="qr" viewBox="0 0 ') == 1
    assert "Lê Thanh Bình" in page and "Đảng bộ Bộ A" in page
    codes = [part.split("<")[0] for part in page.split('<p class="code">')[1:]]
    activate(codes[0])


def test_a_manager_resets_nobody_who_holds_a_role(
    cast: Cast, signed_in: Callable[[str], FlaskClient], today: date
) -> None:
    cuong, an = signed_in("cuong"), cast.accounts["an"].id
    assert cuong.post(f"/accounts/{an}/slip").status_code == 200
    assert cuong.get(f"/accounts/{an}").text.count("<form") < signed_in("hoa").get(f"/accounts/{an}").text.count(
        "<form"
    )
    services.grant_role(an, "administrator", cast.units["A"].id, today, None, clock.now())
    assert cuong.post(f"/accounts/{an}/slip").status_code == 403
    assert cuong.post(f"/accounts/{cast.accounts['giang'].id}/slip").status_code == 404


def test_slips_come_as_a_pdf_with_a_sheet_for_each_unit_and_codes_that_a_phone_reads(cast: Cast, app: Flask) -> None:
    slips = services.issue_slips([cast.people[who].id for who in ("an", "binh", "cuong")], clock.now())
    with app.test_request_context():
        document = pypdfium2.PdfDocument(sheets(slips))
    pages = [page.get_textpage().get_text_range() for page in document]
    assert sorted(slip.unit for slip in slips) == ["", "Chi bộ Vụ Tổ chức", "Đảng bộ Bộ A"] and len(pages) == 3
    for slip in slips:
        (page,) = (number for number, text in enumerate(pages) if slip.code in text)
        assert slip.name in pages[page] and slip.username in pages[page] and slip.unit in pages[page]
        (read,) = zxingcpp.read_barcodes(document[page].render(scale=2, grayscale=True).to_pil())
        assert read.text == f"http://localhost/activate?code={slip.code}"


def test_a_unit_s_slips_are_downloaded_as_a_pdf(cast: Cast, signed_in: Callable[[str], FlaskClient]) -> None:
    answer = signed_in("cuong").post("/accounts/slips", data={"unit": "A", "pdf": "1"})
    assert answer.data.startswith(b"%PDF") and "phieu-kich-hoat-A.pdf" in answer.headers["Content-Disposition"]
