"""`flask certificates ...`, as scripts call it."""

import json
from pathlib import Path
from typing import Any

from flask import Flask

from certificates.register import queries, services
from certificates.register.models import Certificate
from lms import clock
from lms.db import db, transaction
from lms.events import ActivityCompleted
from tests.certificates.conftest import Completed
from tests.conftest import Cast


def run(app: Flask, *words: str) -> tuple[int, Any]:
    result = app.test_cli_runner().invoke(args=["certificates", *words, "--json"])
    return result.exit_code, json.loads(result.stdout)


def test_issue_missing_issues_once_and_names_who_could_not_have_one(
    app: Flask, issuer: int, cast: Cast, completed: Completed, told: list[ActivityCompleted]
) -> None:
    told += [completed("an"), completed("binh")]
    with transaction():
        db.session.merge(cast.people["an"]).name = "Аn"
    code, said = run(app, "issue-missing")
    assert code == 1 and said["issued"] == 1
    assert [p["person_id"] for p in said["problems"]] == [cast.people["an"].id]
    with transaction():
        db.session.merge(cast.people["an"]).name = "Trần Văn An"
    assert run(app, "issue-missing") == (0, {"issued": 1, "problems": []})
    assert run(app, "issue-missing") == (0, {"issued": 0, "problems": []})


def test_the_register_lists_code_number_and_status(app: Flask, issuer: int, completed: Completed) -> None:
    services.issue([completed("an"), completed("binh")], clock.now())
    code, said = run(app, "register")
    assert code == 0
    assert [(c["number"], c["status"], len(c["code"])) for c in said["certificates"]] == [
        (1, "issued", 12), (2, "issued", 12),
    ]  # fmt: skip


def test_a_code_and_a_file_are_verified(app: Flask, certificate: Certificate, tmp_path: Path) -> None:
    file = tmp_path / "giấy.pdf"
    data = queries.pdf_of(certificate)
    file.write_bytes(data)
    assert run(app, "verify", certificate.code.lower())[1]["status"] == "valid"
    code, said = run(app, "verify", str(file))
    assert (code, said["status"], said["unchanged"]) == (0, "valid", True)
    file.write_bytes(data.replace(b"%PDF-1", b"%PDF-2", 1))
    code, said = run(app, "verify", str(file))
    assert (code, said["unchanged"]) == (1, False)
    services.revoke(certificate.id, decision="1", reason="x", on=clock.today(), at=clock.now())
    assert run(app, "verify", certificate.code) == (
        1, {"status": "revoked", "code": certificate.code, "number": "01-GCN/ĐUK"},
    )  # fmt: skip
    assert run(app, "verify", "KHONGCO") == (1, {"status": "unknown", "code": None})
