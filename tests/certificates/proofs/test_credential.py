"""The credential: the same facts as the paper, read by a library that is not ours, and broken by any change."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3.contexts import document_loader
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from pyld import jsonld

from certificates.proofs import credential
from certificates.proofs.checking import check
from certificates.proofs.keys import bytes_of, new_pair
from certificates.proofs.models import SigningKey
from certificates.proofs.quads import canonical
from certificates.proofs.queries import key_folder, key_named
from certificates.proofs.services import make_key
from certificates.proofs.statuses import status_list
from certificates.register import queries, services
from certificates.register.models import Certificate
from lms import clock
from tests.certificates.conftest import Completed, all_certificates, the_certificate
from tests.certificates.designs.test_certificate_pdf import FACTS

PAIR = new_pair()
KEYS = {PAIR.kid: SigningKey(kid=PAIR.kid, public=PAIR.public)}
AT = datetime(2026, 2, 5, 3, 4, 5, 678, tzinfo=UTC)
BADGE = credential.Badge(
    "https://danvan.example.vn", PAIR.kid, "DUK", "courses:DV-NV", 3, 5, date(2027, 2, 4), AT
)  # fmt: skip
# Whatever a person may be called, and what N-Quads write in a way of their own.
odd = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20) | st.sampled_from(
    ['"Năm" \\ Ô', "a\nb\rc", "ĐẶNG ẰẴ", "<i>&amp;</i>", "@vi^^", "x" * 300]
)


def by_pyld(document: dict[str, Any]) -> bytes:
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": document_loader()}
    quads: str = jsonld.normalize(document, options)
    return quads.encode()


@settings(max_examples=15)
@given(name=odd, title=odd, ends=st.none() | st.just(date(2030, 1, 1)))
def test_our_quads_are_those_of_a_json_ld_processor(name: str, title: str, ends: date | None) -> None:
    plain = credential.document(replace(BADGE, valid_to=ends), replace(FACTS, name=name, title=title, issuer=title))
    assert canonical(plain) == by_pyld(plain)


def test_so_are_those_of_proofs_and_status_lists() -> None:
    listed = status_list("https://a.vn/badges/status/1", BADGE.issuer_id, [3, 8], 9, AT, PAIR)
    proof = listed.pop("proof")
    assert canonical(listed) == by_pyld(listed)
    del proof["proofValue"]
    assert canonical(proof) == by_pyld({"@context": listed["@context"], **proof})


@pytest.mark.parametrize(
    "change",
    [
        {"evil": 1}, {"type": ["Thing"]}, {"id": "no address"}, {"name": 5}, {"issuer": {"name": "a"}},
        {"credentialSubject": {"id": "a:b", "achievement": {"type": "Achievement", "image": "a:c"}}},
    ],
)  # fmt: skip
def test_what_is_not_of_our_shape_is_refused_rather_than_guessed(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(credential.document(BADGE, FACTS) | change)


def test_the_shape_of_version_1_never_changes() -> None:
    """The signatures of papers that were issued cover it: a new shape needs a new version beside this one."""
    plain = credential.document(replace(BADGE, kid="0" * 8), FACTS)
    assert hashlib.sha256(credential.written(plain)).hexdigest()[:16] == "c472725e787556e0"


def pem(jwk: dict[str, str]) -> bytes:
    public: Any
    if jwk["crv"] == "Ed25519":
        public = Ed25519PublicKey.from_public_bytes(bytes_of(jwk["x"]))
    else:
        x, y = (int.from_bytes(bytes_of(jwk[name]), "big") for name in "xy")
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    encoded: bytes = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def both_forms() -> tuple[dict[str, Any], str]:
    plain = credential.document(BADGE, FACTS)
    proof, jwt = credential.signed(plain, BADGE, PAIR)
    return credential.with_proof(plain, BADGE, proof), credential.as_jwt(plain, BADGE, jwt)


def test_a_wrong_key_a_changed_name_and_what_is_no_credential_are_told_apart() -> None:
    document, jwt = both_forms()
    data = credential.written(document)
    other = {PAIR.kid: SigningKey(kid=PAIR.kid, public=new_pair().public)}
    for form in (data, jwt.encode(), b"\xef\xbb\xbf" + data + b"\n"):
        found = check(form, KEYS)
        assert found is not None and (found.state, found.code) == ("right", FACTS.code)
        for keys, state in (({}, "unknown_key"), (other, "changed")):
            found = check(form, keys)
            assert found is not None and found.state == state
    for old, new in ((FACTS.name, "Kẻ Khác"), ('"hashed":false', '"hashed":false,"salt":"x"'), ("24 tiết", "42 tiết")):
        found = check(data.replace(old.encode(), new.encode()), KEYS)
        assert found is not None and found.state == "changed"
    head, payload, signature = jwt.split(".")
    forged = json.loads(bytes_of(payload)) | {"name": "Giấy khác"}
    none = json.dumps({"alg": "none", "kid": f"x/{PAIR.kid}"}).encode()
    for parts in ((head, credential.text_of(json.dumps(forged).encode())), (credential.text_of(none), payload)):
        found = check(".".join((*parts, signature)).encode(), KEYS)
        assert found is not None and found.state == "changed"
    for nothing in (b"", b"{}", b"[" * 100_000, b"a.b.c", b"\xff\xfe", b'{"proof": 1}', b"{" + b'"a":{' * 90_000):
        assert check(nothing, KEYS) is None


@pytest.fixture
def key(app: Flask) -> str:
    return make_key(key_folder(), clock.now())


@pytest.fixture
def badged(key: str, certificate: Certificate) -> Certificate:
    """An's certificate, issued with a key."""
    return certificate


@pytest.fixture
def holder(signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return signed_in("an")


def test_another_library_reads_both_forms_and_learns_of_the_revocation(
    badged: Certificate, holder: FlaskClient, client: FlaskClient
) -> None:
    document, jwt = (holder.get(f"/certificates/{badged.code}.{kind}").data for kind in ("json", "jwt"))
    jwks = {found["kid"]: found for found in client.get("/.well-known/jwks.json").json["keys"]}
    kid = badged.badge["kid"] if badged.badge else ""
    readers = (
        (OB3LdpVerifier(pem(jwks[f"{kid}-ed25519"])), document),
        (OB3Verifier(pem(client.get(f"/badges/keys/{kid}").json)), jwt.decode()),
    )

    def fetch(address: str) -> bytes:
        return client.get(address.removeprefix("http://localhost")).data

    for reader, form in readers:
        read = reader.verify(form, check_status=True, download=fetch, verify_status_list=False)
        assert read.identifiers[0].identity_hash == "Trần Văn An"
        assert (read.achievement.name, read.issuer.name) == (badged.facts["title"], "Đảng ủy Khối thử nghiệm")
    with pytest.raises(OB3VerificationError):
        readers[0][0].verify(document.replace("Trần Văn An".encode(), b"An"))
    listed = fetch(f"/badges/status/{badged.book_id}")
    signer = key_named(kid)
    assert signer is not None
    found = check(listed, {kid: signer})
    assert found is not None and found.state == "right"
    services.revoke(badged.id, decision="1-QĐ", reason="x", on=clock.today(), at=clock.now())
    for reader, form in readers:
        with pytest.raises(OB3VerificationError, match="revocation"):
            reader.verify(form, check_status=True, download=fetch, verify_status_list=False)


def test_the_paper_carries_the_credential_and_is_the_same_to_the_byte_ever_after(
    app: Flask, badged: Certificate, completed: Completed, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, kept = queries.pdf_of(badged), queries.credential_of(badged)
    pdf = pypdfium2.PdfDocument(data)
    assert bytes(pdf.get_attachment(0).get_data()) == kept
    assert len(data) < 45_000
    make_key(key_folder(), clock.now(), stolen=True)
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://moved.example.vn")
    services.issue([completed("binh")], clock.now())
    old, new = all_certificates()
    assert queries.pdf_of(old) == data
    assert new.badge and old.badge and new.badge["kid"] != old.badge["kid"]


def test_the_addresses_inside_a_credential_lead_somewhere(badged: Certificate, client: FlaskClient) -> None:
    said = json.loads(queries.credential_of(badged) or b"")
    profile = client.get(said["issuer"]["id"].removeprefix("http://localhost")).json
    assert (
        profile["name"] == said["issuer"]["name"] and said["proof"]["verificationMethod"] in profile["assertionMethod"]
    )
    achievement = said["credentialSubject"]["achievement"]
    assert client.get(achievement["id"].removeprefix("http://localhost")).json.items() >= achievement.items()
    assert client.get(said["id"].removeprefix("http://localhost")).status_code == 200
    for nowhere in ("issuers/X", "achievements/DUK/courses:X", "status/999", "keys/00000000"):
        assert client.get(f"/badges/{nowhere}").status_code == 404


def test_papers_from_before_carry_none(certificate: Certificate, holder: FlaskClient) -> None:
    assert queries.credential_of(certificate) is None and queries.jwt_of(certificate) is None
    assert pypdfium2.PdfDocument(queries.pdf_of(certificate)).count_attachments() == 0
    assert [holder.get(f"/certificates/{certificate.code}.{kind}").status_code for kind in ("json", "jwt")] == [404] * 2


def page(client: FlaskClient, data: bytes) -> str:
    return client.post("/verify/file", data={"file": (BytesIO(data), "x.json")}).text


def test_page_and_command_say_in_a_sentence_what_a_credential_is_worth(
    app: Flask, badged: Certificate, client: FlaskClient, tmp_path: Path
) -> None:
    def command(data: bytes) -> tuple[int, str, dict[str, Any]]:
        file = tmp_path / "giấy"
        file.write_bytes(data)
        runner = app.test_cli_runner()
        said = runner.invoke(args=["certificates", "verify", str(file)])
        data = json.loads(runner.invoke(args=["certificates", "verify", str(file), "--json"]).stdout)
        return said.exit_code, said.output, data

    data, jwt = queries.credential_of(badged) or b"", queries.jwt_of(badged) or b""
    for form in (data, jwt):
        code, words, said = command(form)
        assert (code, said["status"], said["credential"]) == (0, "valid", "right") and "là thật" in words
        assert 'class="note success"' in page(client, form) and "hợp lệ" in page(client, form)
    changed = data.replace("Trần Văn An".encode(), "Kẻ Khác".encode())
    stranger = data.replace((badged.badge or {})["kid"].encode(), b"00000000")
    for form, words in ((changed, "bị sửa sau khi ký"), (stranger, "chưa từng công bố")):
        assert command(form)[0] == 1 and words in command(form)[1]
        assert words in page(client, form) and 'class="note success"' not in page(client, form)
    paper = queries.pdf_of(badged)
    assert "kèm theo tệp (Open Badges 3.0) là thật" in page(client, paper) and command(paper)[0] == 0
    tampered = command(paper + b"% more\n")
    assert "không tin trang giấy" in tampered[1]
    assert (tampered[0], tampered[2]["unchanged"], tampered[2]["credential"]) == (1, False, "right")
    make_key(key_folder(), clock.now(), stolen=True)  # the register still knows its own
    assert command(data)[0] == 0 and "không còn được tin dùng" not in page(client, data)
    services.revoke(the_certificate().id, decision="1-QĐ", reason="x", on=clock.today(), at=clock.now())
    code, words, said = command(data)
    assert (code, said["status"], said["credential"]) == (1, "revoked", "right") and "đã bị thu hồi" in words
    assert "đã bị thu hồi" in page(client, data) and 'class="note error"' in page(client, data)
