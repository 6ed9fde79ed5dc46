"""Coming in, being kept out, and what a sign-in is worth."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import clock
from lms.accounts import passwords, services
from lms.accounts.models import Account, SignIn
from lms.accounts.sessions import load, token_hash
from lms.audit.models import AuditEntry
from lms.db import db, transaction
from lms.errors import Refused
from tests.conftest import Cast
from tests.lms.accounts.conftest import PASSWORD, account_of, enter

WRONG = "không đúng"
WAIT = "chờ 15 phút"


def test_the_right_password_opens_a_sign_in_and_the_table_keeps_only_its_hash(cast: Cast) -> None:
    token = enter(" AN ")
    kept = db.session.query(SignIn).one()
    assert kept.token_hash == token_hash(token) and token not in kept.token_hash
    visitor = load(token)
    assert visitor is not None and visitor.account.username == "an"


def test_a_wrong_name_and_a_wrong_password_get_the_same_sentence(cast: Cast) -> None:
    with pytest.raises(Refused, match=WRONG) as nobody:
        enter("khong-co-ai")
    with pytest.raises(Refused, match=WRONG) as somebody:
        enter("an", "sai hoàn toàn")
    assert str(nobody.value) == str(somebody.value)
    assert [e.action for e in db.session.query(AuditEntry)] == ["lms.sign_in_failed"] * 2


def test_who_has_no_password_is_asked_for_as_long_as_everybody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """No quick answer tells that a name exists and waits for its slip."""
    asked = []

    class Counting:
        def verify(self, kept: str, given: str) -> bool:
            asked.append(kept)
            return True

    monkeypatch.setattr(passwords, "_hasher", Counting())
    for account in (None, account_of(cast, "binh")):
        assert not passwords.fits(account, "")
    assert asked == [passwords._NOBODY] * 2


def test_five_wrong_passwords_lock_the_account_from_every_address_for_a_while(cast: Cast) -> None:
    at = clock.now()
    for number in range(5):
        with pytest.raises(Refused, match=WRONG):
            enter("an", "sai", address=f"10.0.0.{number}", at=at)
    with pytest.raises(Refused, match=WAIT):
        enter("an", at=at + timedelta(minutes=14))
    enter("hoa", at=at)
    enter("an", at=at + timedelta(minutes=16))


def test_an_address_that_tries_many_names_is_locked_and_others_are_not(app: Flask, cast: Cast) -> None:
    at, bound = clock.now(), app.config["LOCK_AFTER_ADDRESS"]
    with transaction() as session:
        session.add_all(services.SignInFailure(username=f"x{n}", address="10.9.9.9", at=at) for n in range(bound))
    with pytest.raises(Refused, match=WAIT):
        enter("an", address="10.9.9.9", at=at)
    with pytest.raises(Refused, match=WAIT):
        services.activate("AAAA", PASSWORD, address="10.9.9.9", browser="", at=at)
    enter("an", address="10.9.9.8", at=at)


def test_a_sign_in_ends_by_itself_by_signing_out_and_with_the_account(cast: Cast) -> None:
    old = enter("an", at=clock.now() - timedelta(hours=13))
    assert load(old) is None
    first, second = enter("an"), enter("an")
    out = load(first)
    assert out is not None
    services.sign_out(out.sign_in_id)
    assert load(first) is None and load(second) is not None
    services.set_enabled(cast.accounts["an"].id, False, clock.now())
    assert load(second) is None
    with pytest.raises(Refused, match=WRONG):
        enter("an")


def test_a_new_password_ends_every_other_sign_in(cast: Cast) -> None:
    here, elsewhere = enter("an"), enter("an")
    visitor = load(here)
    assert visitor is not None
    with pytest.raises(Refused, match="hiện tại"):
        services.change_password(visitor.account.id, "sai", "mật khẩu mới tinh", keep_sign_in=visitor.sign_in_id)
    services.change_password(visitor.account.id, PASSWORD, "mật khẩu mới tinh", keep_sign_in=visitor.sign_in_id)
    assert load(here) is not None and load(elsewhere) is None
    enter("an", "mật khẩu mới tinh")


@pytest.mark.parametrize("weak", ["ngắn", "0912345678", "aaaaaaaaaaaa", "trần văn an", "Tran Van An", "an12345678"])
def test_weak_passwords_are_refused(cast: Cast, weak: str) -> None:
    with pytest.raises(Refused):
        passwords.check_strength(weak, account_of(cast, "an"))


def test_a_short_sign_in_name_inside_a_long_password_does_no_harm(cast: Cast) -> None:
    passwords.check_strength("quan an ngon o Hang Buom", account_of(cast, "an"))


def browser_of(app: Flask, **form: str) -> tuple[FlaskClient, str]:
    client = app.test_client()
    answer = client.post("/login" + form.pop("query", ""), data={"username": "an", "password": PASSWORD} | form)
    return client, answer.headers.get("Location", "")


def test_signing_in_changes_the_cookie_so_that_a_planted_one_is_worthless(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    with client.session_transaction() as planted:
        planted["_user_id"] = "planted"
        planted["csrf_token"] = "planted"
    client.post("/login", data={"username": "an", "password": PASSWORD})
    with client.session_transaction() as session:
        assert session["_user_id"] != "planted" and "csrf_token" not in session


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\t\\evil.example", "\\\\evil",
     "javascript:alert(1)", " //evil.example", "/\n//evil.example"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(app: Flask, cast: Cast, elsewhere: str) -> None:
    _client, location = browser_of(app, query=f"?next={quote(elsewhere)}")
    assert location == "/"
    answer = app.test_client().post("/language", data={"locale": "en", "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_signing_in_leads_to_where_one_wanted_to_go(app: Flask, cast: Cast) -> None:
    wanted = app.test_client().get("/courses?q=a").headers["Location"]
    assert wanted.startswith("/login?next=")
    _client, location = browser_of(app, query=wanted.removeprefix("/login"))
    assert location == "/courses?q=a"


def test_a_given_password_must_be_changed_before_anything_else(
    cast: Cast, signed_in: Callable[[str], FlaskClient]
) -> None:
    with transaction() as session:
        session.get_one(Account, cast.accounts["an"].id).must_change_password = True
    client = signed_in("an")
    assert client.get("/courses").headers["Location"] == "/password"
    assert client.get("/password").status_code == 200
    new = {"old": PASSWORD, "new": "mật khẩu của tôi", "again": "mật khẩu của tôi"}
    assert client.post("/password", data=new).status_code == 302
    assert client.get("/courses").status_code == 200


def test_signing_out_ends_it_on_the_server_too(app: Flask, cast: Cast) -> None:
    client, _location = browser_of(app)
    with client.session_transaction() as session:
        token = session["_user_id"]
    client.post("/logout")
    with client.session_transaction() as session:
        session["_user_id"] = token
    assert client.get("/").status_code == 302


def test_the_privacy_notice_is_shown_at_the_first_sign_in_and_that_it_was_is_kept(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Account, cast.accounts["an"].id).privacy_version = "an older wording"
    client, location = browser_of(app, query="?next=/courses")
    assert location == "/privacy/notice?next=/courses" and "Dữ liệu cá nhân" in client.get(location).text
    assert browser_of(app)[1] == "/privacy/notice", "shown again until it was read"
    assert client.post(location).headers["Location"] == "/courses"
    an = account_of(cast, "an")
    assert an.privacy_version == services.PRIVACY_VERSION and an.privacy_seen_at is not None
    assert browser_of(app)[1] == "/"
