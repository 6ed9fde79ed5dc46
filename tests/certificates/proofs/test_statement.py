"""The signed words of a QR code: the same for the same facts, read back whole, and broken by any change."""

import json
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from certificates.designs import READY, Paper, compiled
from certificates.designs.painting import qr_rows
from certificates.proofs import queries
from certificates.proofs.handlers import keep_key
from certificates.proofs.keys import is_signed, new_pair, pair_in
from certificates.proofs.services import make_key
from certificates.proofs.statement import Statement, read, signed
from certificates.register import queries as register
from certificates.register import services
from certificates.register.models import Certificate
from lms import clock
from tests.certificates.conftest import Completed, all_certificates, the_certificate
from tests.certificates.designs.test_certificate_pdf import ADDRESS, FACTS, LONG_NAME, faces, words  # noqa: F401
from tests.certificates.designs.test_certificate_pdf import read as read_paper
from tests.conftest import data_folder  # noqa: F401

PAIR = new_pair()
SAID = Statement(
    FACTS.code, "DUK", FACTS.number, FACTS.name, FACTS.title, FACTS.issued_on, FACTS.issued_on + timedelta(days=365)
)


def is_right(code: str, text: str) -> bool:
    _said, kid, message, signature = read(code, text)
    return kid == PAIR.kid and is_signed(PAIR.public["p256"], message, signature)


@given(
    name=st.lists(words, min_size=1, max_size=12).map(" ".join),
    day=st.dates(date(2000, 1, 1), date(2170, 1, 1)),
    ends=st.none() | st.dates(date(2000, 1, 2), date(2170, 1, 1)),
)
def test_what_is_signed_is_read_back_and_the_same_every_time(name: str, day: date, ends: date | None) -> None:
    said = SAID._replace(name=name, issued_on=day, valid_to=ends)
    text = signed(said, PAIR)
    assert read(SAID.code, text)[0]._replace(title=said.title) == said and is_right(SAID.code, text)
    assert signed(said, PAIR) == text


def test_another_code_key_or_letter_breaks_the_signature() -> None:
    text = signed(SAID, PAIR)
    assert not is_right("XXXXXXXXXXXX", text)
    assert not is_signed(new_pair().public["p256"], *read(SAID.code, text)[2:])
    for place in range(16, len(text) - 1, 7):  # behind the key's name, before the last letter's idle bits
        other = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        try:
            assert not is_right(SAID.code, other)
        except ValueError:  # no statement at all any more
            continue


@pytest.mark.parametrize("text", ["", "A", "MFRGG", "abc", "A" * 200, "!" * 160])
def test_what_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read(SAID.code, text)


@pytest.mark.parametrize("title", [FACTS.title, "Bồi dưỡng " * 20])
@pytest.mark.parametrize("name", [FACTS.name, LONG_NAME])
def test_the_longest_statement_is_read_from_a_tilted_print_at_100_dpi(
    faces: Path,  # noqa: F811
    name: str,
    title: str,
) -> None:
    design = compiled(READY["party"], faces)
    for number in range(6):
        content = f"{ADDRESS}#{signed(SAID._replace(name=name, title=title, number=f'{number}-GCN/ĐUK'), PAIR)}"
        assert len(qr_rows(content)) <= 61
        data = design.draw(Paper(FACTS, ADDRESS, content))
        picture = pypdfium2.PdfDocument(data)[0].render(scale=100 / 72, grayscale=True).to_pil()
        tilted = picture.rotate(2, Image.Resampling.BICUBIC, fillcolor=255)
        assert [code.text for image in (picture, tilted) for code in zxingcpp.read_barcodes(image)] == [content] * 2
        assert len(data) < 40_000


def test_a_programme_is_cut_or_left_out_and_never_the_name() -> None:
    for name, title in ((LONG_NAME, ""), (FACTS.name, "Bồi dưỡng Bồi dưỡng Bồi dưỡng Bồi dưỡng B…")):
        said = read(SAID.code, signed(SAID._replace(name=name, title="Bồi dưỡng " * 20), PAIR))[0]
        assert (said.name, said.title) == (name, title)


@pytest.fixture
def first_key(app: Flask) -> str:
    assert (keep_key(), keep_key()) == (1, 0)
    return queries.all_keys()[0].kid


def test_a_paper_carries_its_statement_and_older_papers_stay_as_they_were(
    certificate: Certificate, completed: Completed, client: FlaskClient
) -> None:
    before = register.pdf_of(certificate)
    assert read_paper(before)[1] == register.address_of(certificate)
    kid = make_key(queries.key_folder(), clock.now())
    services.issue([completed("binh")], clock.now())
    old, new = all_certificates()
    assert register.pdf_of(old) == before
    content = read_paper(register.pdf_of(new))[1]
    address, _hash, text = content.partition("#")
    assert (address, text) == (register.address_of(new), new.statement)
    said, signer, message, signature = read(new.code, text)
    assert said[1:5] == ("DUK", "02-GCN/ĐUK", "Lê Thanh Bình", new.facts["title"]) and signer == kid
    published = client.get("/.well-known/jwks.json")
    assert published.headers["Cache-Control"] == "public, max-age=3600"
    assert published.json["issuers"] == {"DUK": "Đảng ủy Khối thử nghiệm"}
    (jwk,) = [key for key in published.json["keys"] if key["kid"] == kid]
    assert is_signed(jwk, message, signature)
    again = client.get("/.well-known/jwks.json", headers={"If-None-Match": published.headers["ETag"]})
    assert again.status_code == 304
    assert [read_paper(page)[1] for page in register.pages_of([new])] == [content]


def test_a_changed_key_is_kept_published_and_papers_keep_their_words(
    first_key: str, certificate: Certificate, client: FlaskClient, app: Flask
) -> None:
    text = certificate.statement
    assert read(certificate.code, text)[1] == first_key
    changed = app.test_cli_runner().invoke(args=["keys", "change", "--stolen", "--json"])
    second = json.loads(changed.stdout)["kid"]
    (queries.key_file(first_key)).unlink()  # what it signed stays: nothing is signed anew
    assert the_certificate().statement == text and first_key != second
    keys = {key["kid"]: key for key in client.get("/.well-known/jwks.json").json["keys"]}
    assert keys[first_key]["revoked"]["reason"] == "compromised" and "exp" in keys[first_key]
    assert "exp" not in keys[second] and keys[f"{second}-ed25519"]["crv"] == "Ed25519"
    listed = json.loads(app.test_cli_runner().invoke(args=["keys", "list", "--json"]).stdout)["keys"]
    assert [key["state"] for key in listed] == ["stolen", "signs"]
    file = queries.key_file(second)
    assert file.stat().st_mode & 0o077 == 0 and pair_in(file).kid == second


def test_without_its_private_key_nothing_is_issued_and_no_number_moves(
    first_key: str, issuer: int, completed: Completed
) -> None:
    file = queries.key_file(first_key)
    kept = file.read_bytes()
    file.write_bytes(new_pair().pem())
    (problem,) = services.issue([completed("an")], clock.now())
    assert first_key in problem.sentence and all_certificates() == []
    file.unlink()
    assert services.issue([completed("an")], clock.now())
    file.write_bytes(kept)
    assert services.issue([completed("an")], clock.now()) == []
    assert the_certificate().number == 1
