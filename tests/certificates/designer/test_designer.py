"""The office's own designs: drafts, versions, and papers that keep the design they were issued with."""

import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from certificates.designer import queries, services
from certificates.designer.forms import filled
from certificates.designer.models import StoredDesign
from certificates.designer.queries import SAMPLES, sample, sample_pdf
from certificates.designs import READY, Design, Line
from certificates.register import services as register
from certificates.register.models import Certificate
from certificates.register.queries import pdf_of
from lms import clock
from lms.db import db
from lms.errors import Refused
from tests.certificates.conftest import Completed, all_certificates
from tests.conftest import Cast

SignIn = Callable[[str], FlaskClient]
GREETING = replace(
    READY["party"], name="Mẫu của Bộ A", lines=(*READY["party"].lines, Line("Chúc đồng chí công tác tốt"))
)


def text_of(data: bytes) -> str:
    return str(pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range())


def stored(code: str) -> StoredDesign:
    db.session.rollback()
    db.session.expire_all()
    found = queries.by_code(code)
    assert found is not None
    return found


def use(issuer: int, design: Design) -> str:
    """The code of a design that is published and chosen by the issuer."""
    code = services.add_design(design, account_id=None, at=clock.now())
    services.publish_draft(stored(code).id, clock.now())
    services.choose(issuer, code)
    return code


def fields(design: Design) -> MultiDict[str, str]:
    """What a browser sends for a design."""
    values: list[tuple[str, str]] = [("sample", "ordinary")]
    for key, value in filled(design).items():
        if isinstance(value, list):
            values += [(f"{key}-{n}-{name}", str(part)) for n, line in enumerate(value) for name, part in line.items()]
        else:
            values.append((key, str(value)))
    return MultiDict(values)


def test_a_paper_keeps_the_design_it_was_issued_with(issuer: int, completed: Completed) -> None:
    register.issue([completed("an")], clock.now())
    code = use(issuer, GREETING)
    register.issue([completed("binh")], clock.now())
    changed = replace(GREETING, lines=(*READY["party"].lines, Line("Chúc đồng chí mạnh khỏe")))
    services.save_draft(stored(code).id, changed, account_id=None, at=clock.now())
    register.issue([completed("giang")], clock.now())  # the draft is not published yet
    services.publish_draft(stored(code).id, clock.now())
    register.issue([completed("em")], clock.now())
    texts = [text_of(pdf_of(row)) for row in all_certificates()]
    assert ["Chúc đồng chí công tác tốt" in text for text in texts] == [False, True, True, False]
    assert ["Chúc đồng chí mạnh khỏe" in text for text in texts] == [False, False, False, True]


def test_a_paper_from_before_designs_were_kept_is_drawn_by_the_ready_one(certificate: Certificate) -> None:
    before = pdf_of(certificate)
    certificate.design_version_id = None
    assert pdf_of(certificate) == before


def test_a_ready_design_that_we_change_leaves_old_papers_alone(
    issuer: int, completed: Completed, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.issue([completed("an")], clock.now())
    monkeypatch.setitem(READY, "party", GREETING)
    register.issue([completed("binh")], clock.now())
    assert ["Chúc đồng chí" in text_of(pdf_of(row)) for row in all_certificates()] == [False, True]
    assert [version.number for version in stored("ready-party").versions] == [1, 2]


def test_a_published_version_is_never_changed(issuer: int) -> None:
    code = use(issuer, GREETING)
    first = services.save_draft(stored(code).id, replace(GREETING, frame="none"), account_id=None, at=clock.now())
    second = services.save_draft(stored(code).id, replace(GREETING, frame="single"), account_id=None, at=clock.now())
    assert first == second == 2
    assert [version.content["frame"] for version in stored(code).versions] == ["double", "single"]
    services.publish_draft(stored(code).id, clock.now())
    with pytest.raises(Refused):
        services.publish_draft(stored(code).id, clock.now())


def test_an_issuer_cannot_use_another_familys_heading_or_a_draft(issuer: int) -> None:
    draft = services.add_design(GREETING, account_id=None, at=clock.now())
    with pytest.raises(Refused):
        services.choose(issuer, draft)
    with pytest.raises(Refused):
        use(issuer, READY["state"])
    use(issuer, READY["plain"])


@pytest.mark.parametrize("heading", READY)
@pytest.mark.parametrize("kind", SAMPLES)
def test_every_sample_of_every_ready_design_can_be_read_whole(app: object, heading: str, kind: str) -> None:
    text = " ".join(text_of(sample_pdf(READY[heading], kind)).split())
    facts = sample(READY[heading], kind).facts
    for words in (facts.name, facts.unit, facts.title, facts.issuer.upper(), facts.signer):
        assert words.replace(" ", "") in text.replace(" ", "")


def test_the_form_gives_back_the_design_it_shows(cast: Cast, signed_in: SignIn) -> None:
    hoa = signed_in("hoa")
    code = services.add_design(GREETING, account_id=None, at=clock.now())
    answer = hoa.post(f"/designs/{code}", data=fields(GREETING))
    assert answer.status_code == 302
    assert Design.from_json(stored(code).versions[-1].content) == GREETING


def test_the_preview_shows_what_the_form_says_and_keeps_nothing(cast: Cast, signed_in: SignIn) -> None:
    hoa = signed_in("hoa")
    code = services.add_design(GREETING, account_id=None, at=clock.now())
    sent = fields(replace(GREETING, frame="none"))
    answer = hoa.post(f"/designs/{code}/preview", data=sent, headers={"Accept": "application/json"})
    assert answer.get_json()["pictures"][0].startswith("data:image/png;base64,")
    assert stored(code).versions[-1].content["frame"] == "double"
    sent["lines-3-text"] = "{nam}"
    answer = hoa.post(f"/designs/{code}/preview", data=sent, headers={"Accept": "application/json"})
    assert answer.status_code == 409 and "{nam}" in answer.get_json()["error"]


def test_what_cannot_be_drawn_is_refused_with_its_line_and_nothing_is_lost(cast: Cast, signed_in: SignIn) -> None:
    hoa = signed_in("hoa")
    code = services.add_design(GREETING, account_id=None, at=clock.now())
    sent = fields(GREETING)
    sent["lines-3-text"] = "Дата {birth}"
    answer = hoa.post(f"/designs/{code}", data=sent)
    assert answer.status_code == 422 and "Дата" in answer.text and "Д" in answer.text
    assert Design.from_json(stored(code).versions[-1].content) == GREETING


def test_a_design_travels_as_a_file(cast: Cast, signed_in: SignIn) -> None:
    hoa = signed_in("hoa")
    code = services.add_design(GREETING, account_id=None, at=clock.now())
    file = hoa.get(f"/designs/{code}/1.json").data
    answer = hoa.post("/designs/import", data={"file": (BytesIO(file), "mau.json")})
    other = answer.location.rsplit("/", 1)[1]
    assert other != code and stored(other).versions[0].content == stored(code).versions[0].content
    for broken in (b"", b"[]", b"{", json.dumps({"lines": [{"text": 1}]}).encode()):
        answer = hoa.post("/designs/import", data={"file": (BytesIO(broken), "x.json")})
        assert answer.status_code in (302, 409) and "/designs/MAU" not in (answer.location or "")


def test_only_those_who_may_design_do(issuer: int, cast: Cast, signed_in: SignIn) -> None:
    code = services.add_design(GREETING, account_id=None, at=clock.now())
    hoa, em = signed_in("hoa"), signed_in("em")
    for path in ("/designs", f"/designs/{code}", f"/designs/{code}/1.json", f"/designs/{code}/1.pdf?sample=long"):
        assert hoa.get(path).status_code == 200
        assert em.get(path).status_code == 403
    assert hoa.get("/designs/ready-party").status_code == 404
    assert hoa.get(f"/designs/{code}/7.pdf").status_code == 404
    hoa.post(f"/designs/{code}/publish")
    hoa.post(f"/designs/issuers/{issuer}", data={"design": code})
    assert "selected" in hoa.get("/designs").text
    started = hoa.post("/designs/new", data={"ready": "youth"})
    assert hoa.get(started.location).status_code == 200
