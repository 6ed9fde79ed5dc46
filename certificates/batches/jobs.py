"""In the background: making a batch's file, and checking what came back."""

import hashlib
import re
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from io import BytesIO

from asn1crypto import x509
from flask_babel import gettext as _
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.batches import queries, services
from certificates.batches.archive import LARGEST, Entry, instructions, manifest
from certificates.register.models import Issuer
from certificates.register.queries import drawn
from certificates.signing.returned import Prepared, check_returned
from certificates.signing.trust import certificates_in, roots
from lms import clock, files
from lms.db import db
from lms.errors import Refused
from lms.jobs import Progress

# What was sent and never taken in is forgotten after so long.
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Finding:
    """One file that came back: whose it is and who signed it, or why it is not taken."""

    file: str
    why: str = ""
    code: str = ""
    number: str = ""
    name: str = ""
    signer: str = ""
    serial: str = ""
    signed_at: str = ""
    level: str = ""
    sha256: str = ""


def prepare_batch(progress: Progress, batch_id: int) -> None:
    """A ZIP of the papers of a batch that still wait, with a manifest and what to do; the same bytes each time."""
    papers = queries.waiting_in(batch_id)
    if not papers:
        raise Refused(_("Every paper of this batch is signed."))
    named: list[tuple[str, bytes]] = []
    entries: list[Entry] = []
    for done, certificate in enumerate(papers, 1):
        data = drawn(certificate)
        name = f"{certificate.number:05d} {files.safe_name(certificate.facts['name'])}.pdf"
        named.append((name, data))
        entries.append(
            Entry(name, certificate.number_text, certificate.code, certificate.facts["name"],
                  certificate.facts["signer"], hashlib.sha256(data).hexdigest(), len(data))
        )  # fmt: skip
        if done % 50 == 0:
            progress.at(done, len(papers))
    services.note_prepared({entry.code: (entry.bytes, entry.sha256) for entry in entries})
    issuer = papers[0].issuer
    signers = list(dict.fromkeys(entry.signer for entry in entries))
    extra = [("HUONG-DAN.txt", instructions(issuer.name, len(entries), signers)),
             ("manifest.json", manifest(issuer.name, batch_id, entries))]  # fmt: skip
    key = files.save(files.archive([*extra, *named]), ".zip", name=f"job:{progress.job_id}")
    progress.result(
        message=_("%(count)s papers to be signed; the file says how.", count=len(entries)), file_key=key,
        file_name=f"{files.safe_name(issuer.code)} lo {batch_id}.zip",
    )  # fmt: skip


def check_sent(progress: Progress, returned_id: int) -> None:
    """Checks each file that came back and writes down what was found; nothing is taken in yet."""
    back = queries.returned_by_id(returned_id)
    issuer = db.session.get(Issuer, back.issuer_id) if back else None
    if back is None or issuer is None or not back.file_key:
        raise Refused(_("The file is no longer on the server."))
    anchors = certificates_in(issuer.trust.encode()) if issuer.trust else roots()
    findings: dict[str, Finding] = {}
    sent = queries.sent_files(back)
    for done, (name, data) in enumerate(sent, 1):
        findings[name] = _look(name, data, issuer.id, anchors, {f.code for f in findings.values() if not f.why})
        if done % 10 == 0:
            progress.at(done, len(sent))
    services.note_findings(returned_id, [asdict(finding) for finding in findings.values()], clock.now())
    progress.result(next_url=f"/register/signing/returned/{returned_id}")


def _look(name: str, data: bytes, issuer_id: int, anchors: list[x509.Certificate], taken: set[str]) -> Finding:
    shown = name.partition(" ")[2]
    if len(data) > LARGEST or not data.startswith(b"%PDF-"):
        return Finding(shown, _("The file cannot be read."))
    found = queries.paper_of(_code_in(data))
    if found is None or found[0].issuer_id != issuer_id:
        return Finding(shown, _("This is none of the papers that were prepared for signing here."))
    paper, certificate, batch = found
    whose = {"code": paper.code, "number": certificate.number_text, "name": certificate.facts["name"]}
    if certificate.status != "issued":
        return Finding(shown, _("This certificate is no longer valid."), **whose)
    if paper.file_key or paper.code in taken:
        return Finding(shown, _("The signed file of this certificate is there already."), **whose)
    prepared = Prepared(paper.prepared_length, paper.prepared_sha256, batch.made_at, certificate.facts["signer"])
    try:
        seen = check_returned(data, prepared, anchors, clock.now())
    except Refused as refusal:
        return Finding(shown, str(refusal), **whose)
    stamped = all(one.stamped_at for one in seen)
    signed_at = max(moment for one in seen if (moment := one.stamped_at or one.at))
    return Finding(
        shown, "", **whose, signer=", ".join(one.signer for one in seen), serial=", ".join(s.serial for s in seen),
        signed_at=signed_at.isoformat(), level="B-T" if stamped else "B-B", sha256=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip


def _code_in(data: bytes) -> str:
    """The code that a PDF carries in its metadata, also where a tool wrote the file anew."""
    plain = re.search(rb"/Keywords \(([A-Z0-9]{12})\)", data)
    if plain:
        return plain.group(1).decode()
    try:
        return str(PdfFileReader(BytesIO(data), strict=False).trailer["/Info"]["/Keywords"])
    except Exception:  # somebody's file
        return ""


def sweep() -> int:
    """Once a day: clears away what a crash left behind, and what was sent and never taken in."""
    _swept(clock.today())
    return 0


@cache
def _swept(day: object) -> int:
    services.forget_sent(clock.now() - KEPT)
    return files.sweep((services.PAPER, services.SENT, ".part"), queries.kept_keys(), clock.now() - timedelta(days=1))
