"""The audit log: no deed without its line, and no line that can be changed unseen."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from lms import audit
from lms.audit.models import AuditEntry
from lms.db import db, transaction
from lms.jobs import enqueue, run_pending
from tests.conftest import Cast
from tests.example_plugin import services as reading


@pytest.fixture
def three(app: Flask) -> list[int]:
    """The ids of three lines."""
    for number in range(3):
        with transaction():
            audit.record("test.deed", f"thing:{number}", note="Đỗ Thị Hường")
    return [entry.id for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def tamper(sql: str) -> None:
    """What somebody with the database's own password could do: the guard is lifted first."""
    postgresql = db.engine.dialect.name == "postgresql"
    with db.engine.begin() as connection:
        if postgresql:
            connection.execute(text("ALTER TABLE lms_audit_entry DISABLE TRIGGER USER"))
            connection.execute(text(sql))
            connection.execute(text("ALTER TABLE lms_audit_entry ENABLE TRIGGER USER"))
        else:
            guards = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'lms_audit_entry'")
            ).all()
            for name, _sql in guards:
                connection.execute(text(f"DROP TRIGGER {name}"))
            connection.execute(text(sql))
            for _name, create in guards:
                connection.execute(text(create))
    db.session.rollback()


def test_a_whole_chain_verifies(three: list[int]) -> None:
    count, broken = audit.verify()
    assert (count, broken) == (3, None)


@pytest.mark.parametrize("sql", ["UPDATE lms_audit_entry SET actor = 'ai đó'", "DELETE FROM lms_audit_entry"])
def test_the_database_itself_refuses_to_change_or_delete_a_line(three: list[int], sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(sql))
    assert audit.verify() == (3, None)


@pytest.mark.parametrize(
    "change",
    ["actor = 'ai đó'", "action = 'x'", "subject = 'thing:9'", "address = '1.1.1.1'", "at = '2020-01-01 00:00:00'",
     "details = '{}'"],
)  # fmt: skip
def test_a_changed_line_is_found(three: list[int], change: str) -> None:
    tamper(f"UPDATE lms_audit_entry SET {change} WHERE id = {three[1]}")
    assert audit.verify()[1] == three[1]


def test_a_line_taken_out_is_found(three: list[int]) -> None:
    tamper(f"DELETE FROM lms_audit_entry WHERE id = {three[1]}")
    assert audit.verify()[1] == three[2]
    tamper(f"DELETE FROM lms_audit_entry WHERE id = {three[0]}")
    assert audit.verify()[1] == three[2]


def test_lines_that_changed_places_are_found(three: list[int]) -> None:
    first, second = three[0], three[1]
    tamper(f"UPDATE lms_audit_entry SET id = -1 WHERE id = {first}")
    tamper(f"UPDATE lms_audit_entry SET id = {first} WHERE id = {second}")
    tamper(f"UPDATE lms_audit_entry SET id = {second} WHERE id = -1")
    assert audit.verify()[1] == first


def test_lines_cut_off_at_the_end_are_found_by_a_head_noted_earlier(app: Flask, three: list[int]) -> None:
    runner = app.test_cli_runner()
    head = json.loads(runner.invoke(args=["audit", "verify", "--json"]).output)["head"]
    assert runner.invoke(args=["audit", "verify", "--head", head]).exit_code == 0
    tamper(f"DELETE FROM lms_audit_entry WHERE id = {three[2]}")
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    assert runner.invoke(args=["audit", "verify", "--head", head]).exit_code == 1


def test_the_command_names_the_broken_line(app: Flask, three: list[int]) -> None:
    runner = app.test_cli_runner()
    good = runner.invoke(args=["audit", "verify", "--json"])
    assert good.exit_code == 0 and json.loads(good.output)["ok"] is True
    tamper(f"UPDATE lms_audit_entry SET actor = 'x' WHERE id = {three[0]}")
    bad = runner.invoke(args=["audit", "verify", "--json"])
    assert bad.exit_code == 1 and json.loads(bad.output)["broken_at"] == three[0]


def test_a_deed_that_is_rolled_back_leaves_no_line_and_no_line_stands_alone(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        audit.record("test.deed", "thing:1")
        raise ZeroDivisionError
    assert audit.verify() == (0, None)
    with pytest.raises(RuntimeError, match="belongs to the transaction"):
        audit.record("test.deed", "thing:1")


def test_a_line_says_who_and_from_where(cast: Cast, signed_in: Callable[[str], FlaskClient]) -> None:
    signed_in("hoa").post(f"/accounts/{cast.accounts['an'].id}/enabled", data={"enabled": "0"})
    entry = db.session.query(AuditEntry).filter_by(action="lms.disable_account").one()
    assert (entry.actor, entry.account_id, entry.address) == ("hoa", cast.accounts["hoa"].id, "127.0.0.1")
    assert entry.subject == f"account:{cast.accounts['an'].id}"


def test_what_a_job_does_is_put_down_to_the_one_who_asked_for_it(cast: Cast, app: Flask) -> None:
    def act(progress: object) -> None:
        reading.add_text("viec", "Việc của máy", cast.now)

    jobs = next(plugin for plugin in app.extensions["lms_plugins"] if plugin.name == "example_plugin").jobs
    jobs["example_plugin.act"] = act
    try:
        with transaction():
            enqueue("example_plugin.act", {}, cast.accounts["hoa"].id)
        assert run_pending() == 1
    finally:
        del jobs["example_plugin.act"]
    entry = db.session.query(AuditEntry).filter_by(action="example_plugin.add_text").one()
    assert (entry.actor, entry.account_id) == ("hoa (job example_plugin.act)", cast.accounts["hoa"].id)
    reading.add_text("tay", "Việc của người", cast.now)
    assert db.session.query(AuditEntry).filter_by(subject="text:tay").one().actor == "command line"


def test_inspectors_read_the_log_by_action_subject_and_actor(
    three: list[int], cast: Cast, signed_in: Callable[[str], FlaskClient]
) -> None:
    page = signed_in("dung").get("/audit?action=test.&subject=thing:1").text
    assert "thing:1" in page and "thing:2" not in page


def test_looking_at_lists_of_people_is_recorded_once_a_day_for_each_unit_and_viewer(
    cast: Cast, signed_in: Callable[[str], FlaskClient]
) -> None:
    def looks() -> list[tuple[str, str, str]]:
        db.session.rollback()
        rows = db.session.query(AuditEntry).filter(AuditEntry.action.in_(["lms.read_roster", "lms.read_people"]))
        return [(row.actor, row.action, row.subject) for row in rows.order_by(AuditEntry.id)]

    cuong = signed_in("cuong")
    for page in ("?unit=A1", "?unit=A1", "/people?q=an", "/people?q=binh", "?unit=A"):
        assert cuong.get(f"/organisation{page}").status_code == 200
    signed_in("hoa").get("/organisation?unit=A1")
    assert looks() == [
        ("cuong", "lms.read_roster", "unit:A1"), ("cuong", "lms.read_people", "people"),
        ("cuong", "lms.read_roster", "unit:A"), ("hoa", "lms.read_roster", "unit:A1"),
    ]  # fmt: skip
