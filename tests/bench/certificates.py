"""Certificates a second, each way beside plain reportlab with fresh fonts: `python -m tests.bench.certificates`.

Counted is processor time of one process, but for the row of two processes, which is wall time against one.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import fontpkg
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from certificates.designs import READY, CertificateFacts, Paper, compiled, draw_plain
from certificates.designs.faces import faces_in
from certificates.designs.layout import pages
from certificates.proofs import credential
from certificates.proofs.keys import new_pair
from certificates.proofs.statement import Statement, signed
from certificates.signing import KeySeal
from lms import fonts
from tests.certificates.signing.authority import holder

FACTS = CertificateFacts(
    heading="party", superior="Ban Chấp hành Trung ương", issuer="Đảng ủy Khối các cơ quan Trung ương",
    place="Hà Nội", authority=("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ"), signer="Bùi Thị Mẫu", number="05-GCN/ĐUK",
    book="05/2026", issued_on=date(2026, 2, 5), name="Nguyễn Thị Hòa", born="02/09/1970", post="Bí thư chi bộ",
    unit="Chi bộ Vụ Tổ chức cán bộ, Đảng bộ Bộ Tài chính", title="Bồi dưỡng nghiệp vụ công tác dân vận", hours=24,
    started_on=date(2026, 1, 5), completed_on=date(2026, 2, 4), code="ABCDEFGHJKMN",
)  # fmt: skip
PACKAGED = {"serif": (400, "normal"), "serif-bold": (700, "normal"), "serif-italic": (400, "italic")}
PAIR = new_pair()
BASE = "https://danvan.example.vn"
BADGE = credential.Badge(BASE, PAIR.kid, "DUK", "courses:DV-NV", 3, 5, None, datetime(2026, 2, 5, tzinfo=UTC))
PROOF, _JWT = credential.signed(credential.document(BADGE, FACTS), BADGE, PAIR)


def papers(count: int) -> list[Paper]:
    address = f"{BASE}/verify/{FACTS.code}"
    many = [replace(FACTS, name=f"Nguyễn Thị Hòa {n}", number=f"{n:02d}-GCN/ĐUK") for n in range(count)]
    return [Paper(facts, address, f"{address}#{statement(facts)}") for facts in many]


def statement(facts: CertificateFacts) -> str:
    """The signed words of the QR code."""
    said = Statement(facts.code, "DUK", facts.number, facts.name, facts.title, facts.issued_on, None)
    return signed(said, PAIR)


def attached(paper: Paper) -> bytes:
    """The credential as it is put together each time the paper is drawn: its signatures are kept."""
    return credential.written(credential.with_proof(credential.document(BADGE, paper.facts), BADGE, PROOF))


def issued(paper: Paper) -> tuple[Paper, bytes]:
    """What is signed once, when a certificate is issued: the QR code's words, and both forms of the credential."""
    plain = credential.document(BADGE, paper.facts)
    proof, _jwt = credential.signed(plain, BADGE, PAIR)
    paper = paper._replace(qr=f"{paper.address}#{statement(paper.facts)}")
    return paper, credential.written(credential.with_proof(plain, BADGE, proof))


def naive(paper: Paper, folder: Path, number: int) -> bytes:
    """What a first attempt with reportlab does: the fonts as their package brings them, read for every file."""
    faces = {face: f"{face}-{number}" for face in PACKAGED}
    for face, (weight, style) in PACKAGED.items():
        registerFont(TTFont(faces[face], str(fontpkg.path("be-vietnam-pro", weight=weight, style=style))))
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=landscape(A4))
    for block in pages(READY["party"], paper.facts, paper.address, faces_in(folder))[0].blocks:
        for text in block.texts:
            canvas.setFont(faces[text.face], text.size)
            width = stringWidth(text.text, faces[text.face], text.size)
            canvas.drawCentredString(text.x + width / 2, text.y, text.text)
    drawing = Drawing(90, 90)
    drawing.add(QrCodeWidget(paper.qr, barWidth=90, barHeight=90))
    renderPDF.draw(drawing, canvas, 65, 54)
    canvas.save()
    return stream.getvalue()


def rate(count: int, make: Callable[[int], bytes]) -> tuple[float, int]:
    """So many a processor-second, and how large the last one is."""
    make(0)
    began = time.process_time()
    for number in range(count):
        data = make(number)
    return count / (time.process_time() - began), len(data)


def sealed_run(folder: Path, key: tuple[bytes, bytes], count: int) -> None:
    """One process's share of sealed certificates."""
    design, seal = compiled(READY["party"], folder), KeySeal(*key)
    for paper in papers(count):
        design.draw(paper, attachment=attached(paper), seal=seal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        fonts.build(folder)
        _report(folder, count)


def _report(folder: Path, count: int) -> None:
    many, design = papers(count), compiled(READY["party"], folder)
    key = holder("Đảng ủy Khối")
    seal, rsa = KeySeal(*key), KeySeal(*holder("Đảng ủy Khối", "rsa"))
    few = max(count // 20, 10)

    def whole(number: int) -> bytes:
        paper, attachment = issued(many[number])
        return design.draw(paper, attachment=attachment, seal=seal)

    rows: list[tuple[str, tuple[float, int]]] = [
        ("reportlab with fresh fonts and its own QR code", rate(few, lambda n: naive(many[n], folder, n))),
        (
            "the same with the address alone in the QR code",
            rate(few, lambda n: naive(many[n]._replace(qr=many[n].address), folder, n)),
        ),
        ("reportlab, our layout and shared fonts", rate(few, lambda n: draw_plain(READY["party"], many[n], folder))),
        ("compiled: PDF/A-3a, PDF/UA-1", rate(count, lambda n: design.draw(many[n]))),
        ("the same, credential attached", rate(count, lambda n: design.draw(many[n], attachment=attached(many[n])))),
        (
            "the same, sealed (P-256)",
            rate(count, lambda n: design.draw(many[n], attachment=attached(many[n]), seal=seal)),
        ),
        (
            "the same, sealed (RSA-2048)",
            rate(count, lambda n: design.draw(many[n], attachment=attached(many[n]), seal=rsa)),
        ),
        ("sealed (P-256), and QR code and credential signed for it", rate(count, whole)),
        ("signing QR code and credential alone", rate(count, lambda n: issued(many[n])[1])),
    ]
    base = rows[0][1][0]
    print("| way | certificates per CPU-second | against the first | kB each |\n|---|---:|---:|---:|")
    for name, (speed, size) in rows:
        print(f"| {name} | {speed:,.0f} | {speed / base:.1f} | {size / 1000:.1f} |")
    cpu, began = time.process_time(), time.monotonic()
    run = design.print_run(many)
    print(
        f"\n{count:,} papers to print in one file: {time.process_time() - cpu:.2f} s of processor time, "
        f"{time.monotonic() - began:.2f} s by the clock, {len(run) / 1e6:.2f} MB."
    )
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(sealed_run, [folder] * 2, [key] * 2, [2] * 2))
        began = time.monotonic()
        pool.submit(sealed_run, folder, key, count).result()
        one = time.monotonic() - began
        began = time.monotonic()
        list(pool.map(sealed_run, [folder] * 2, [key] * 2, [count] * 2))
        two = time.monotonic() - began
    print(f"Two processes seal {2 * one / two:.2f} times as many as one, by the clock.")


if __name__ == "__main__":
    main()
