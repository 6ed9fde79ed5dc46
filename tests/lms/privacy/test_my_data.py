"""A person sees and takes away all that is kept of them, and nothing of others."""

import json
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from lms import clock
from lms.db import db, transaction
from lms.messages import notify
from lms.organisation.models import Appointment
from lms.organisation.people.merging import merge
from lms.organisation.posts import services as posts
from tests.conftest import Cast, make_person
from tests.example_plugin import services as reading

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def an(cast: Cast, today: date) -> int:
    """An, whose post was corrected once, who read a text, was told something, and was entered twice."""
    an, at = cast.people["an"].id, clock.now()
    held = db.session.query(Appointment.id).filter_by(person_id=an).scalar()
    posts.correct(held, capacity="acting", valid_from=today, valid_to=None, document="số 1", reason="nhầm", at=at)
    reading.add_text("bai", "Bài đọc", at)
    reading.read(1, an, at)
    with transaction():
        notify(an, "Nhắc việc", "Học bài.", reason="vì đồng chí giữ chức danh", key="test:1", at=at)
        double = make_person("Trần Văn An", born=1970)
    merge(an, double.id, reason="nhập hai lần", at=at)
    return an


def taken_away(client: FlaskClient) -> tuple[dict[str, Any], str]:
    answer = client.get("/my-data.zip")
    assert answer.status_code == 200
    packed = zipfile.ZipFile(BytesIO(answer.data))
    return json.loads(packed.read("du-lieu-cua-toi.json")), packed.read("du-lieu-cua-toi.html").decode()


def test_the_file_says_all_for_machines_and_for_people(an: int, cast: Cast, signed_in: SignIn) -> None:
    signed_in("cuong").get(f"/organisation/people/{an}")
    told, page = taken_away(signed_in("an"))
    assert [row["name"] for row in told["lms_person"]] == ["Trần Văn An", "Trần Văn An"], "the merged record too"
    assert [(row["capacity"], bool(row["withdrawn_at"])) for row in told["lms_appointment"]] == [
        ("holder", True), ("acting", False),
    ]  # fmt: skip
    assert [row["text"] for row in told["example_plugin_reading"]] == ["Bài đọc"]
    assert [row["username"] for row in told["lms_account"]] == ["an"]
    assert [row["subject"] for row in told["lms_message"]] == ["Nhắc việc"]
    assert ("cuong", "lms.read_person") in [(row["by"], row["action"]) for row in told["lms_audit_entry.looked"]]
    assert "lms.correct_appointment" in [row["action"] for row in told["lms_audit_entry.changed"]]
    for words in ("Trần Văn An", "Chi bộ Vụ Tổ chức", "Bài đọc", "Nhắc việc", "mở trang của cán bộ"):
        assert words in page


def test_nothing_of_others_is_told(an: int, cast: Cast, signed_in: SignIn) -> None:
    signed_in("cuong").get(f"/organisation/people/{an}")
    _told, page = taken_away(signed_in("giang"))
    assert "Đỗ Trường Giang" in page
    assert not [word for word in ("Trần Văn An", "Nhắc việc", "cuong", "Bài đọc") if word in page]


def test_the_page_shows_what_the_file_says(an: int, cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("an").get("/my-data").text
    for words in ("Dữ liệu của tôi", "Nhắc việc", "Bài đọc", "Chi bộ Vụ Tổ chức"):
        assert words in page


def test_taking_it_away_is_on_the_log(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("an")
    taken_away(client)
    told, _page = taken_away(client)
    assert "lms.export_own_data" in [row["action"] for row in told["lms_audit_entry"]]
