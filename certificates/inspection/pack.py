"""The evidence pack: one ZIP with everything that a closed inspection rests on, to be read without us.

It is made of what was frozen when the inspection was closed: the same inspection gives the same bytes.
"""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from flask import render_template
from flask_babel import force_locale

from certificates.inspection import papers as record
from certificates.inspection.models import Inspection
from certificates.inspection.queries import lines_of
from certificates.inspection.words import PROOFS
from certificates.register import queries as register
from certificates.register.chain import canonical
from certificates.reports import papers as reports
from certificates.reports.content import changes
from certificates.reports.office import Office
from certificates.reports.workbook import workbook
from lms import files
from lms.pages.tables import xlsx
from lms.text import short_date

SUMS = "SHA256SUMS"
SCRIPT = Path(__file__).parents[2] / "docs/check_sample.py"
REGISTER = (
    "Số vào sổ",
    "Số giấy chứng nhận",
    "Mã tra cứu",
    "Họ và tên",
    "Ngày cấp",
    "Trạng thái",
    "Sổ",
    "SHA-256 trong sổ",
)
STATUS = {"issued": "còn hiệu lực", "replaced": "đã cấp lại", "revoked": "đã thu hồi", "voided": "đã hủy"}
Named = tuple[str, bytes]


def packed(inspection: Inspection, tell: Callable[[int, int], None]) -> bytes:
    """The pack of a closed inspection; `tell` hears how many certificates of how many are made."""
    found = dict(_files(inspection, tell))
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(found.items()))
    return files.archive([*sorted(found.items()), (SUMS, sums.encode())])


def _files(inspection: Inspection, tell: Callable[[int, int], None]) -> Iterator[Named]:
    content, at = inspection.content, inspection.closed_at
    yield "noi-dung-bien-ban.json", canonical(content)
    for form in ("party", "state"):
        yield f"bien-ban/bien-ban-{form}.docx", record.docx(content, inspection.sha256, form)
    yield "bien-ban/bien-ban.pdf", record.pdf(content, inspection.sha256, "party", register.font_folder())
    rows = record.rows_of(content)
    yield "mau/mau.xlsx", xlsx("Mẫu", record.HEADER, _numbers(rows), (6, 28, 44, 22, 40, 40), made_at=at)
    yield "mau/mau.csv", escaped([record.HEADER, *rows])
    yield "mau/danh-sach-rut-mau.csv", inspection.population.encode()
    yield "mau/check_sample.py", SCRIPT.read_bytes()
    yield from _register(inspection)
    codes = certificates_in(content)
    for done, code in enumerate(codes, 1):
        certificate = register.by_code(code)
        if certificate is not None:
            yield f"giay-chung-nhan/{code}.pdf", register.pdf_of(certificate)
        tell(done, len(codes))
    for key in sorted({proof["scan"] for item in content["items"] for proof in item["proofs"] if proof["scan"]}):
        if files.exists(key):
            yield f"minh-chung/{key}", files.read(key)
    yield from _report(inspection)
    yield from _pages(inspection)


def certificates_in(content: record.Content) -> list[str]:
    """The codes of the certificates behind the sample, each once."""
    return sorted({proof["code"] for item in content["items"] for proof in item["proofs"] if proof["code"]})


def _register(inspection: Inspection) -> Iterator[Named]:
    """The lines of the register behind the sample with their links in the chain, and the roots of the days."""
    content = inspection.content
    lines, entries, roots = lines_of(certificates_in(content), inspection.closed_at)
    told = {entry["code"]: entry for entry in entries}  # the last entry of each line by then
    rows = [
        [line.number, line.number_text, line.code, line.facts["name"], short_date(line.issued_on),
         STATUS.get(told[line.code]["action"], ""), line.facts["book"], told[line.code]["hash"]]
        for line in lines if line.code in told
    ]  # fmt: skip
    yield "so-cap/so-cap.xlsx", xlsx("Sổ cấp", REGISTER, rows, (10, 20, 16, 28, 12, 16, 16, 70),
                                     made_at=inspection.closed_at)  # fmt: skip
    yield "so-cap/so-cap.csv", escaped([REGISTER, *rows])
    chain = {"entries": entries, "roots": roots}
    yield "so-cap/chuoi-bam.json", json.dumps(chain, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _report(inspection: Inspection) -> Iterator[Named]:
    """The frozen report that was inspected, as its papers and as the very JSON that was hashed."""
    report = inspection.report
    if report is None:
        return
    mark = reports.Mark(report.number, report.sha256, register.root_words(report.frozen_at))
    differences = changes(report.previous.content, report.content) if report.previous else None
    office = Office(**inspection.content["report"]["office"])
    yield "bao-cao/bao-cao.json", canonical(report.content)
    yield "bao-cao/bieu.xlsx", workbook(report.content, mark, office, "party")
    yield "bao-cao/bieu.pdf", reports.pdf(report.content, mark, register.font_folder())
    yield "bao-cao/bao-cao.docx", reports.narrative(report.content, mark, office, "party", differences, report.reason)


def _pages(inspection: Inspection) -> Iterator[Named]:
    """The pages that open without a network, in Vietnamese."""
    content = inspection.content
    words: dict[str, Any] = {
        "content": content, "paper": record, "sha256": inspection.sha256, "verdicts": PROOFS,
    }  # fmt: skip
    with force_locale("vi"):
        yield "index.html", _page("index", certificates=certificates_in(content), report=inspection.report, **words)
        for item in content["items"]:
            yield f"vi-tri/{item['place']:04d}.html", _page("post", item=item, **words)
    yield "trang.css", Path(__file__).with_name("pack.css").read_bytes()


def _page(name: str, **words: Any) -> bytes:
    return render_template(f"certificates/pack_{name}.html", **words).encode()


def _numbers(rows: Iterable[Sequence[str]]) -> list[list[Any]]:
    return [[int(row[0]), *row[1:]] for row in rows]


def escaped(rows: Iterable[Sequence[Any]]) -> bytes:
    """CSV as spreadsheets open it; what begins like a formula has an apostrophe before it."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([f"'{cell}" if str(cell)[:1] in tuple("=+-@\t\r") else cell for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
