"""The chain: what is changed behind the register's back is found, by us and by a script without our code."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from certificates.register import auditing, queries, services
from certificates.register.handlers import keep_roots
from certificates.register.models import Book, Certificate, DayRoot, Entry
from certificates.register.services.roots import make_day_root
from lms import clock
from lms.db import db, transaction
from tests.certificates.conftest import Completed, all_certificates

SCRIPT = Path(__file__).parents[3] / "docs" / "check_register.py"


@pytest.fixture
def book(issuer: int, completed: Completed) -> Book:
    """Three certificates, one revoked, one replaced; and a day's root."""
    services.issue([completed("an"), completed("binh"), completed("giang")], clock.now())
    an, binh, _giang = all_certificates()
    services.revoke(an.id, decision="1-QĐ", reason="x", on=clock.today(), at=clock.now())
    services.replace(binh.id, decision="2-QĐ", reason="Sai năm sinh", at=clock.now())
    make_day_root(clock.today() - timedelta(days=1), clock.now())
    book = all_certificates()[0].book
    assert book is not None
    return book


def run_script(book: Book, tmp_path: Path, *more: str) -> tuple[int, str]:
    file = tmp_path / "so.json"
    db.session.expire_all()
    file.write_text(json.dumps(auditing.exported(book)), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", SCRIPT, file, *more], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_an_untouched_register_agrees_with_its_chain(app: Flask, book: Book, tmp_path: Path) -> None:
    assert auditing.audit() == (6, [])
    root = queries.last_root()
    assert root is not None
    code, said = run_script(book, tmp_path, root.root)
    assert (code, "4 certificates, 6 entries, all fit" in said) == (0, True)
    assert run_script(book, tmp_path, "0" * 64)[0] == 1
    runner = app.test_cli_runner()
    assert runner.invoke(args=["register", "audit", "--root", root.root]).exit_code == 0
    assert runner.invoke(args=["register", "audit", "--root", "0" * 64]).exit_code == 1
    result = runner.invoke(args=["register", "audit", "--json"])
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"entries": 6, "problems": [], "ok": True})


CHANGES = {
    "a name": update(Certificate).where(Certificate.number == 3).values(facts={"name": "Kẻ Khác"}),
    "a status": update(Certificate).where(Certificate.number == 1).values(status="issued"),
    "a reason": update(Certificate).where(Certificate.number == 1).values(reason="khác", status="revoked"),
    "an entry": update(Entry).where(Entry.position == 2).values(content={"number": 2}),
    "a deleted line": delete(Certificate).where(Certificate.number == 3),
    "a cut chain": delete(Entry).where(Entry.position == 6),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whoever_changes_the_database_is_found(app: Flask, book: Book, tmp_path: Path, what: str) -> None:
    with transaction() as session:
        session.execute(CHANGES[what])
    assert auditing.audit()[1] != []
    if what != "a reason":  # the script reads statuses; reasons stand in the entries themselves
        assert run_script(book, tmp_path)[0] == 1
    assert app.test_cli_runner().invoke(args=["register", "audit"]).exit_code == 1


def test_a_chain_that_is_written_anew_does_not_fit_the_published_root(book: Book, tmp_path: Path) -> None:
    root = queries.last_root()
    assert root is not None
    with transaction() as session:
        session.execute(update(DayRoot).values(heads=[["DUK", book.name, 6, "f" * 64]]))
    assert len(auditing.audit()[1]) == 2 and run_script(book, tmp_path, root.root)[0] == 1


def test_the_root_is_made_once_a_day_published_and_printed(
    issuer: int, completed: Completed, client: FlaskClient
) -> None:
    services.issue([completed("an")], clock.now())
    assert (keep_roots(), keep_roots()) == (1, 0)
    (row,) = queries.roots()
    yesterday = clock.today() - timedelta(days=1)
    assert row.day == yesterday and row.heads[0][:1] == ["DUK"]
    published = client.get("/.well-known/register-roots.json").json
    assert published == {"roots": [{"day": yesterday.isoformat(), "heads": row.heads, "root": row.root}]}
    assert row.root in queries.root_words() and row.root in client.get("/verify/roots").text
    assert make_day_root(clock.today(), clock.now())
    assert auditing.audit()[1] == []


def test_a_book_is_exported_and_listed_by_its_name(app: Flask, book: Book, tmp_path: Path) -> None:
    runner, name = app.test_cli_runner(), f"DUK/{book.name}"
    listed = json.loads(runner.invoke(args=["certificates", "register", name, "--json"]).stdout)["certificates"]
    assert [c["status"] for c in listed] == ["revoked", "replaced", "issued", "issued"]
    file = tmp_path / "sổ.json"
    assert runner.invoke(args=["register", "export", name, str(file)]).exit_code == 0
    assert len(json.loads(file.read_text())["entries"]) == 6
    for command in (["certificates", "register", "DUK/1900"], ["register", "export", "X/1", str(file)]):
        assert runner.invoke(args=command).exit_code == 1
