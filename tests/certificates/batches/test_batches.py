"""Papers that a leader signs by token: handed out, sent back, looked at, and from then on what is downloaded."""

import hashlib
import json
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from certificates.batches import services
from certificates.batches.archive import MOST, unpack
from certificates.batches.jobs import _swept as swept
from certificates.batches.jobs import sweep
from certificates.batches.queries import good_files
from certificates.register import queries
from certificates.register import services as register
from certificates.register.models import Certificate, Issuer
from certificates.register.services import offices
from certificates.signing import signatures_of
from certificates.signing.models import Returned
from certificates.signing.queries import signature_of
from lms import clock, files
from lms.db import db, transaction
from lms.errors import Refused
from lms.jobs import run_pending
from lms.jobs.models import Job
from tests.certificates.conftest import Completed, all_certificates
from tests.certificates.signing import authority
from tests.certificates.signing.leader import sign, signer
from tests.conftest import Cast

LEADER = "Bùi Thị Mẫu"


@pytest.fixture
def two(issuer: int, completed: Completed) -> list[Certificate]:
    """Two certificates of an issuer whose leader signs by a token of the test authority."""
    with transaction() as session:
        trust = authority.pem(authority.root()[1]).decode()
        session.execute(update(Issuer).values(signing="token", trust=trust))
    assert register.issue([completed("an"), completed("binh")], clock.now()) == []
    return all_certificates()


def the_file(job_id: int) -> ZipFile:
    """What the job left."""
    run_pending(5)
    job = db.session.get_one(Job, job_id, populate_existing=True)
    assert job.state == "done", job.message
    return ZipFile(BytesIO(files.read(job.file_key)))


def hand_out(issuer: int) -> ZipFile:
    return the_file(services.make_batch(issuer, account_id=None, at=clock.now()))


def send(issuer: int, sent: list[tuple[str, bytes]]) -> Returned:
    """Sends files in and has them checked."""
    services.take_back(issuer, sent, account_id=None, at=clock.now())
    run_pending(5)
    db.session.rollback()
    found: Returned = db.session.scalars(select(Returned).order_by(Returned.id.desc())).first() or pytest.fail()
    return found


def papers_in(archive: ZipFile) -> dict[str, bytes]:
    return {name: archive.read(name) for name in archive.namelist() if name.endswith(".pdf")}


def take_in(back: Returned) -> int:
    return services.keep_signed(back.id, good_files(back), accepted_by="Đỗ Văn Em", at=clock.now())


def test_a_batch_holds_the_papers_a_manifest_and_what_to_do(two: list[Certificate], issuer: int) -> None:
    archive = hand_out(issuer)
    papers = papers_in(archive)
    assert list(papers) == ["00001 Trần Văn An.pdf", "00002 Lê Thanh Bình.pdf"]
    listed = json.loads(archive.read("manifest.json"))["papers"]
    assert {p["file"]: p["sha256"] for p in listed} == {
        name: hashlib.sha256(data).hexdigest() for name, data in papers.items()
    }
    told = archive.read("HUONG-DAN.txt").decode("utf-8-sig")
    assert LEADER in told and "PIN" in told and "\r\n" in told
    assert [queries.pdf_of(c) for c in two] == list(papers.values())
    with pytest.raises(Refused):
        services.make_batch(issuer, account_id=None, at=clock.now())


def test_signed_files_are_checked_shown_and_then_served(
    two: list[Certificate], issuer: int, client: FlaskClient, cast: Cast
) -> None:
    tool = signer(*authority.holder(LEADER))
    first, second = papers_in(hand_out(issuer)).items()
    stranger = sign(second[1], signer(*authority.holder(LEADER, issuer="CA lạ")))
    back = send(issuer, [("ký.zip", files.archive([("a/" + first[0], sign(first[1], tool)), ("thu.txt", b"x")])),
                         (second[0], stranger), ("khác.pdf", b"%PDF-1.7 nothing")])  # fmt: skip
    whys = [finding["why"] for finding in back.findings]
    assert whys[0] == "" and all(whys[1:]) and len(set(whys)) == 3
    assert [finding["code"] for finding in back.findings] == [two[0].code, two[1].code, ""]
    assert signature_of(two[0].code, two[0].facts).waits
    assert take_in(back) == 1 and take_in(back) == 0
    kept = queries.pdf_of(two[0])
    assert kept.startswith(first[1]) and len(kept) > len(first[1]) and queries.pdf_of(two[1]) == second[1]
    assert [one.signer for one in signatures_of(kept)] == [LEADER]
    signature = signature_of(two[0].code, two[0].facts)
    assert (signature.waits, signature.signer, signature.level) == (False, LEADER, "B-B") and signature.signed_at
    # The rest is handed out again; a file that is there already is not taken twice.
    again = the_file(services.make_again(1, None))
    assert list(papers_in(again)) == [second[0]]
    twice = send(issuer, [(first[0], sign(first[1], tool)), (second[0], sign(second[1], tool)),
                          ("lại.pdf", sign(second[1], tool))])  # fmt: skip
    assert [bool(finding["why"]) for finding in twice.findings] == [True, False, True]


def test_the_verify_page_says_what_waits_and_what_is_signed(
    two: list[Certificate], issuer: int, client: FlaskClient
) -> None:
    def page(data: bytes) -> str:
        return client.post("/verify/file", data={"file": (BytesIO(data), "giấy.pdf")}).text

    name, paper = next(iter(papers_in(hand_out(issuer)).items()))
    assert 'class="note warning"' in client.get(f"/verify/{two[0].code}").text
    assert 'class="note warning"' in page(paper) and 'class="note success"' not in page(paper)
    signed = sign(paper, signer(*authority.holder(LEADER)))
    unknown = page(signed)  # not taken in: the register knows nothing of it
    assert 'class="note error"' in unknown and "sổ cấp chưa nhận" in unknown
    take_in(send(issuer, [(name, signed)]))
    shown = client.get(f"/verify/{two[0].code}").text
    assert 'class="note success"' in shown and LEADER in shown and "B-B (PAdES)" in shown
    assert 'class="note success"' in page(signed) and LEADER in page(signed)
    assert 'class="note warning"' in page(paper)
    register.revoke(two[0].id, decision="1-QĐ", reason="x", on=clock.today(), at=clock.now())
    assert 'class="note error"' in page(signed) and queries.pdf_of(all_certificates()[0]) == signed


def test_the_command_says_who_signed_and_fails_for_what_is_not_signed(
    two: list[Certificate], issuer: int, app: Flask, tmp_path: Path
) -> None:
    def run(data: bytes) -> tuple[int, dict[str, Any]]:
        (tmp_path / "giấy.pdf").write_bytes(data)
        words = ["certificates", "verify", str(tmp_path / "giấy.pdf"), "--json"]
        result = app.test_cli_runner().invoke(args=words)
        return result.exit_code, json.loads(result.stdout)

    name, paper = next(iter(papers_in(hand_out(issuer)).items()))
    code, said = run(paper)
    assert code == 1 and said["unchanged"] and said["signatures"] == []
    signed = sign(paper, signer(*authority.holder(LEADER)))
    take_in(send(issuer, [(name, signed)]))
    code, said = run(signed)
    assert code == 0 and [one["signer"] for one in said["signatures"]] == [LEADER]


def test_what_ended_or_belongs_to_another_issuer_is_not_taken(two: list[Certificate], issuer: int, cast: Cast) -> None:
    tool = signer(*authority.holder(LEADER))
    signed = [(name, sign(data, tool)) for name, data in papers_in(hand_out(issuer)).items()]
    other = register.add_issuer(
        "B", "Đảng ủy Bộ B", unit_id=cast.units["B"].id, place="Hà Nội", authority="T/M", signer=LEADER,
        number_pattern="{number}", signing="token", trust=authority.pem(authority.root()[1]).decode(),
    )  # fmt: skip
    assert all(finding["why"] for finding in send(other, signed).findings)
    back = send(issuer, signed)
    assert not any(finding["why"] for finding in back.findings)
    register.revoke(two[0].id, decision="1-QĐ", reason="x", on=clock.today(), at=clock.now())
    assert take_in(back) == 1 and signature_of(two[0].code, two[0].facts).waits
    assert send(issuer, signed[:1]).findings[0]["why"]


def test_the_pages_lead_from_the_register_to_signed_papers(
    two: list[Certificate], issuer: int, signed_in: Callable[[str], FlaskClient]
) -> None:
    em = signed_in("em")
    assert 'class="note warning"' not in em.get("/register/signing/DUK").text
    assert "/register/signing/DUK" in em.get("/register").text
    assert em.post("/register/signing/DUK/batches").status_code == 302
    job = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert job is not None
    archive = the_file(job.id)
    tool = signer(*authority.holder(LEADER))
    sent = [(BytesIO(sign(data, tool)), name) for name, data in papers_in(archive).items()]
    assert em.post("/register/signing/DUK/returned", data={"files": sent}).status_code == 302
    run_pending(5)
    db.session.rollback()
    back = db.session.scalars(select(Returned)).one()
    page = em.get(f"/register/signing/returned/{back.id}").text
    assert "Trần Văn An" in page and f"/register/signing/returned/{back.id}/accept" in page
    assert em.post(f"/register/signing/returned/{back.id}/accept").location == "/register/signing/DUK"
    assert all(queries.pdf_of(c).count(b"/ByteRange") == 1 for c in all_certificates())
    assert LEADER in em.get(f"/register/{two[0].code}").text
    assert em.post("/register/signing/DUK/returned", data={"files": (BytesIO(b"x"), "x.txt")}).status_code == 409


@pytest.mark.parametrize("sent", [[], [("a.txt", b"x")], [("a.zip", b"PK\x03\x04 broken")], [("", b"")]])
def test_an_upload_without_a_pdf_is_refused(app: Flask, sent: list[tuple[str, bytes]]) -> None:
    with pytest.raises(Refused):
        unpack(sent)
    with pytest.raises(Refused):
        unpack([("a.zip", files.archive((f"{n}.pdf", b"") for n in range(2 * MOST + 1)))])


def test_an_issuer_is_given_certificates_and_nothing_else_to_trust(issuer: int) -> None:
    with pytest.raises(Refused):
        offices.check_trust("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
    with pytest.raises(Refused):
        offices.check_trust("tin tôi đi")
    offices.check_trust(authority.pem(authority.root()[1]).decode())


def test_what_a_crash_left_is_swept_and_what_is_kept_stays(two: list[Certificate], issuer: int) -> None:
    name, data = next(iter(papers_in(hand_out(issuer)).items()))
    take_in(send(issuer, [(name, sign(data, signer(*authority.holder(LEADER))))]))
    stray = files.save(b"%PDF- between file and row", services.PAPER)
    for key in files.folder().glob("*.spdf"):
        os.utime(key, (0, 0))
    swept.cache_clear()
    sweep()
    assert not files.exists(stray) and queries.pdf_of(two[0]).startswith(data)
