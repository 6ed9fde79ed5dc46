"""Whole papers with random words: what they say is read back by machine, and the QR code from a picture at 100 dpi.

A few in the suite; `LMS_TEST_PAPERS=300 pytest tests/certificates/designs/test_random_papers.py` for hundreds.
"""

import os
import unicodedata
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pypdfium2
import pytest
import zxingcpp

from certificates.designs import READY, CertificateFacts, Paper, compiled
from certificates.designs.embedded import VIETNAMESE
from certificates.signing import KeySeal, signatures_of
from tests.certificates.designs.test_certificate_pdf import ADDRESS, faces, words_of  # noqa: F401
from tests.certificates.signing.authority import holder
from tests.conftest import data_folder  # noqa: F401

PAPERS = int(os.environ.get("LMS_TEST_PAPERS", "6"))
LETTERS = [c for c in VIETNAMESE if c.isalpha()]


def random_facts(chance: Random) -> CertificateFacts:
    def words(most: int) -> str:
        return " ".join(
            "".join(chance.choices(LETTERS, k=chance.randint(1, 8))) for _word in range(chance.randint(1, most))
        )

    day = date(2026, 1, 1) + timedelta(days=chance.randint(0, 3000))
    return CertificateFacts(
        heading=chance.choice(list(READY)), superior=words(6), issuer=words(10), place=words(2),
        authority=(words(4), words(3)), signer=words(5), number=f"{chance.randint(1, 99999):02d}-GCN/ĐUK",
        book=f"{chance.randint(1, 99999)}/2026", issued_on=day, name=words(7), born="02/09/1970", post=words(6),
        unit=words(20), title=words(20), hours=chance.randint(1, 400), started_on=day, completed_on=day,
        code="".join(chance.choices("ABCDEFGHJKMNPQRSTUVWXYZ23456789", k=12)),
    )  # fmt: skip


def without_blanks(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("seed", range(PAPERS))
def test_a_random_paper_is_read_back_whole(faces: Path, seed: int) -> None:  # noqa: F811
    chance = Random(seed)
    facts = random_facts(chance)
    # As long as a code with the signed words in it (base32).
    code = f"{ADDRESS}#{''.join(chance.choices('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', k=277))}"
    data = compiled(READY[facts.heading], faces).draw(
        Paper(facts, ADDRESS, code), attachment=b'{"name": "x"}', seal=KeySeal(*holder("Con dấu"))
    )
    page = pypdfium2.PdfDocument(data)[0]
    text = " ".join(words_of(page))
    assert unicodedata.is_normalized("NFC", text)
    for said in (facts.name, facts.unit, facts.title, facts.signer, facts.number, facts.post):
        assert without_blanks(said) in without_blanks(text)
    (found,) = zxingcpp.read_barcodes(page.render(scale=100 / 72, grayscale=True).to_pil())
    assert found.text == code
    assert len(data) <= 45_000


def test_the_seals_of_random_papers_hold(app: object, faces: Path) -> None:  # noqa: F811
    seal = KeySeal(*holder("Con dấu"))
    for seed in range(2):
        facts = random_facts(Random(seed))
        data = compiled(READY[facts.heading], faces).draw(Paper(facts, ADDRESS, ADDRESS), seal=seal)
        (seen,) = signatures_of(data)
        assert seen.intact and seen.whole
