"""The files of a batch: what is handed out, with a manifest and what to do; what comes back, unpacked with limits."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from flask_babel import gettext as _

from lms.errors import Refused
from lms.text import clean

# So many papers are one batch: they come back in one upload.
MOST = 250
# No paper is larger; more is no paper of ours.
LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """A line of the manifest: a file, whose it is, and its SHA-256."""

    file: str
    number: str
    code: str
    name: str
    signer: str
    sha256: str
    bytes: int


def manifest(issuer: str, batch: int, entries: Sequence[Entry]) -> bytes:
    """What the batch holds, for whoever wants to compare."""
    data = {"issuer": issuer, "batch": batch, "papers": [asdict(entry) for entry in entries]}
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def instructions(issuer: str, count: int, signers: Sequence[str]) -> bytes:
    """What the leader does with the batch, as a text that Notepad opens."""
    lines = [
        _("HOW TO SIGN THIS BATCH"),
        "",
        _("%(issuer)s: %(count)s certificates.", issuer=issuer, count=count),
        _("To be signed by: %(names)s.", names=", ".join(signers)),
        "",
        _("1. Unpack this ZIP on the computer with the token. Do not rename the files."),
        _("2. Open the signing tool (vSignPDF or another) and sign every PDF; some tools sign a whole folder."),
        _("3. If the tool asks, choose the empty field «Signature», or any place that covers no text."),
        _("4. Let the tool add the signature to the file (PAdES). Do not print to PDF, do not join, do not compress."),
        _("5. Put the signed PDFs into one ZIP, or keep them as they are, and send them in on the page of this batch."),
        "",
        _("The token and its PIN stay with the leader: the system never asks for them."),
        _("manifest.json lists every file with its SHA-256; nobody needs it to sign."),
    ]
    return ("\r\n".join(str(line) for line in lines) + "\r\n").encode("utf-8-sig")


def unpack(sent: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The PDFs among what was sent, those inside ZIPs too. Raises Refused for a ZIP that is none, and for too much."""
    found: list[tuple[str, bytes]] = []
    for name, data in sent:
        found += _inside(name, data) if data.startswith(b"PK") else [(name, data)]
        if len(found) > 2 * MOST:
            raise Refused(_("More than %(most)s files at once: send them in several parts.", most=2 * MOST))
    papers = [(clean(name), data) for name, data in found if name.lower().endswith(".pdf")]
    if not papers:
        raise Refused(_("There is no PDF among the files."))
    return papers


def _inside(name: str, data: bytes) -> list[tuple[str, bytes]]:
    try:
        with ZipFile(BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if info.filename.lower().endswith(".pdf")][: 2 * MOST + 1]
            # One byte more than allowed is read, whatever the ZIP says of the size.
            return [(info.filename.rpartition("/")[2], _bounded(archive, info)) for info in infos]
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise Refused(_("«%(name)s» is no ZIP that can be opened.", name=name)) from error


def _bounded(archive: ZipFile, info: ZipInfo) -> bytes:
    with archive.open(info) as stream:
        return stream.read(LARGEST + 1)
