"""The bank's pages: for authors only, each with its refusal beside it."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.catalogue.models import Document
from courses.catalogue.services import import_course
from courses.questions import queries
from courses.questions.models import BankQuestion
from courses.questions.types import Choice, Cloze, Essay, Matching, Numeric, Ordering, Question, ShortText, TrueFalse
from lms.accounts.models import RoleGrant
from lms.db import db, transaction
from tests.conftest import Cast
from tests.courses.catalogue.folders import small_course

GOLDEN = Path(__file__).parent / "golden"
BANK = "/courses/DV-NHO/questions"


@pytest.fixture
def author(cast: Cast, signed_in: Any) -> FlaskClient:
    """Cường writes questions too; DV-NHO is there."""
    import_course(small_course(), cast.now)
    with transaction() as session:
        session.add(
            RoleGrant(
                account_id=cast.accounts["cuong"].id, role="author", unit_id=cast.units["A"].id,
                valid_from=cast.now.date(), recorded_at=cast.now,
            )
        )  # fmt: skip
    client: FlaskClient = signed_in("cuong")
    return client


def row_of(name: str) -> BankQuestion:
    return db.session.scalars(select(BankQuestion).where(BankQuestion.name == name)).one()


def newest(name: str) -> Question:
    return Question.from_json(queries.history(row_of(name).id)[0].version.content)


def test_authors_see_the_bank_and_learners_do_not(author: FlaskClient, signed_in: Any) -> None:
    row = row_of("mot-1").id
    pages = ["/questions", BANK, f"{BANK}?words=cau&state=review", f"{BANK}/{row}", f"{BANK}/{row}/edit", f"{BANK}/new",
             f"{BANK}/import", f"{BANK}/export?format=docx", "/courses/DV-NHO/documents",
             "/courses/DV-NHO/documents/qd-23"]  # fmt: skip
    learner = signed_in("an")
    for page in pages:
        assert author.get(page).status_code == 200, page
        assert learner.get(page).status_code == 403, page
    for page in ("/courses/KHONG-CO/questions", f"{BANK}/999", "/courses/DV-NHO/documents/khong-co"):
        assert author.get(page).status_code == 404, page


FORMS: list[tuple[str, type, dict[str, str]]] = [
    ("single", Choice, {"text": "Báo nào?", "answers": "* Sự thật ## Đúng\nNhân Dân"}),
    ("multiple", Choice, {"text": "Ai?", "answers": "* Cán bộ\n* Hội viên\n(-50%) Không ai"}),
    ("multiple-whole", Choice, {"text": "Ai?", "answers": "* Cán bộ\n* Hội viên\nKhông ai"}),
    ("truefalse", TrueFalse, {"text": "Đúng không?", "right": "1"}),
    ("matching", Matching, {"text": "Ghép", "answers": "NQ 25 -> 2013\nKL 43 -> 2019\n-> 2009"}),
    ("ordering", Ordering, {"text": "Xếp", "answers": "một\nhai\nba"}),
    ("numeric", Numeric, {"text": "Bao xa?", "answers": "1,5 ± 0,1\n(50%) 2", "units": "km\nm = 0,001"}),
    ("short", ShortText, {"text": "Bút danh?", "answers": "X.Y.Z", "free": "y"}),
    ("cloze", Cloze, {"answers": "Báo {=Sự thật ~Nhân Dân} số {#120}."}),
    ("essay", Essay, {"text": "Nêu một việc.", "answers": "Nội dung | 6 | cụ thể\nLiên hệ | 4"}),
]


@pytest.mark.parametrize(("kind", "made", "fields"), FORMS, ids=[kind for kind, _made, _fields in FORMS])
def test_a_question_of_each_kind_is_written_shown_and_saved_again_unchanged(
    author: FlaskClient, kind: str, made: type, fields: dict[str, str]
) -> None:
    answer = author.post(f"{BANK}/new?kind={kind}", data={"name": "moi", "topic": "mot", **fields})
    assert answer.status_code == 302
    assert isinstance(newest("moi").content, made)
    page = author.get(answer.location)
    assert page.status_code == 200 and "moi" in page.text
    before = newest("moi")
    edited = author.get(f"{answer.location}/edit")
    assert edited.status_code == 200
    form = _form_of(edited.text)
    assert author.post(f"{answer.location}/edit", data={**form, "topic": "mot"}).status_code == 302
    assert newest("moi") == before and len(queries.history(row_of("moi").id)) == 1


def _form_of(page: str) -> dict[str, str]:
    """What the edit form holds, as a browser would send it back."""
    import html  # noqa: PLC0415
    import re  # noqa: PLC0415

    found = {
        name: html.unescape(text.removeprefix("\r\n"))
        for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    }
    for tag in re.findall(r"<input[^>]*>", page):
        known = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if known.get("type") in ("text", "date") or (known.get("type") in ("radio", "checkbox") and "checked" in tag):
            found[known["name"]] = html.unescape(known.get("value", "y"))
    return found


def test_what_cannot_be_asked_is_told_on_its_field_and_nothing_typed_is_lost(author: FlaskClient) -> None:
    typed = {"name": "moi", "topic": "mot", "text": "Báo nào?", "answers": "Sự thật\nNhân Dân"}
    page = author.post(f"{BANK}/new?kind=single", data=typed)
    assert page.status_code == 422 and "không có đáp án đúng" in page.text and "Sự thật\nNhân Dân" in page.text
    typed["answers"] = "1 ± mấy"
    assert "mấy" in author.post(f"{BANK}/new?kind=numeric", data=typed).text
    assert db.session.scalars(select(BankQuestion).where(BankQuestion.name == "moi")).all() == []


def test_an_image_comes_with_its_words_and_is_served_to_authors(
    author: FlaskClient, client: FlaskClient, signed_in: Any
) -> None:
    picture = (GOLDEN / "qti22/media/bia.png").read_bytes()
    data = {"name": "anh", "text": "Báo nào?", "right": "1", "picture": (io.BytesIO(picture), "bia.png")}
    page = author.post(f"{BANK}/new?kind=truefalse", data=data)
    assert page.status_code == 422 and "mô tả" in page.text
    data = {**data, "picture": (io.BytesIO(picture), "bia.png"), "alt": "Trang nhất"}
    assert author.post(f"{BANK}/new?kind=truefalse", data=data).status_code == 302
    image = newest("anh").content.image
    assert image is not None
    served = author.get(f"/question-images/{image.key}")
    assert (served.data, served.mimetype) == (picture, "image/png")
    assert signed_in("an").get(f"/question-images/{image.key}").status_code == 403
    assert client.get(f"/question-images/{image.key}").status_code == 302
    assert author.get("/question-images/" + "0" * 32 + ".png").status_code == 404
    wrong = {**data, "name": "sai", "picture": (io.BytesIO(b"<svg/>"), "x.svg")}
    assert author.post(f"{BANK}/new?kind=truefalse", data=wrong).status_code == 422


def test_a_file_is_shown_first_and_imported_when_confirmed(author: FlaskClient) -> None:
    data = {"file": (io.BytesIO((GOLDEN / "word-messy.docx").read_bytes()), "cau hoi.docx"), "topic": "mot"}
    page = author.post(f"{BANK}/import", data=data)
    assert page.status_code == 200 and "Câu 4" in page.text and page.text.count('<li class="open">') == 2
    assert db.session.query(BankQuestion).count() == 6
    confirm = page.text.split('action="')[1:]
    url = next(part.split('"')[0] for part in confirm if "/import/" in part)
    assert author.post(url).location == BANK
    assert db.session.query(BankQuestion).count() == 9
    assert author.post(url).status_code == 302 and db.session.query(BankQuestion).count() == 9


def test_a_file_that_is_no_file_of_questions_is_refused_with_a_sentence(author: FlaskClient) -> None:
    data = {"file": (io.BytesIO(b"%PDF-1.7"), "de.pdf"), "topic": ""}
    page = author.post(f"{BANK}/import", data=data)
    assert page.status_code in (409, 422) and "GIFT" in page.text


def test_export_says_what_is_lost_and_gives_the_file(author: FlaskClient) -> None:
    page = author.get(f"{BANK}/export?format=aiken")
    assert "mot-1" in page.text
    file = author.get(f"{BANK}/export?format=gift&save=1")
    assert file.headers["Content-Disposition"].endswith('"DV-NHO.gift"') and b"::mot-1::" in file.data
    assert author.get(f"{BANK}/export?format=khong-co").status_code == 200


def test_a_replaced_document_lists_what_it_touches_and_an_author_confirms(author: FlaskClient) -> None:
    data = {"status": "duoc-thay-the", "replaced_by": "qd-290", "note": "Cần rà soát."}
    assert author.post("/courses/DV-NHO/documents/qd-23", data=data).status_code == 302
    assert db.session.scalars(select(Document.status).where(Document.key == "qd-23")).one() == "duoc-thay-the"
    assert "6 câu hỏi" in author.get(BANK).text
    row = row_of("mot-1").id
    assert author.post(f"{BANK}/{row}/confirm").status_code == 302
    assert queries.awaiting(row_of("mot-1").course_id) == 5
    assert author.post(f"{BANK}/{row}/remove").status_code == 302 and row_of("mot-1").removed_at is not None
    assert author.post(f"{BANK}/{row}/restore").status_code == 302 and row_of("mot-1").removed_at is None
    assert author.post(f"{BANK}/{row}/nothing").status_code == 404
