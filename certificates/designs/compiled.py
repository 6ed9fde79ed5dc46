"""The fast writer: a design is made into PDF once, and each certificate adds only what is its own.

Everything that papers of one design share (fonts, colours, frame, structure) is serialised once into bytes whose
offsets are known; a certificate adds its words, its link, its metadata, and what is attached or signed. The result is
tagged PDF/A-3a and PDF/UA-1, and the same facts give the same bytes.
"""

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple, Protocol

from certificates.designs import pdf
from certificates.designs.design import Design
from certificates.designs.embedded import VIETNAMESE
from certificates.designs.faces import Faces, faces_in
from certificates.designs.facts import CertificateFacts, check_letters
from certificates.designs.layout import QR_WORDS, Block, Page, pages
from certificates.designs.painting import Painter
from certificates.designs.shared import MEDIA, Kind, Shared, fonts_in, resources, shared

PRODUCER = "Dân vận LMS"
# Besides the words of the design, an italic line holds the place and day of issue.
_DAYS = "ngày tháng năm, 0123456789."


class Seal(Protocol):
    """Signs while the file is made: `hole` bytes are kept free for the DER of the CMS signature."""

    @property
    def hole(self) -> int: ...

    def sign(self, digest: bytes) -> bytes:
        """The CMS (DER) over a file whose signed bytes have this SHA-256; no longer than `hole`."""
        ...


class Paper(NamedTuple):
    """One certificate to be drawn; `qr` is what the QR code holds, `address` what is printed beside it."""

    facts: CertificateFacts
    address: str
    qr: str


class Compiled:
    """A design made ready for one font folder."""

    def __init__(self, design: Design, fonts: Path) -> None:
        self.design, self.fonts = design, fonts
        self.faces: Faces = faces_in(fonts)
        self.painter = Painter(design)
        self.shared = lru_cache(maxsize=64)(partial(shared, design, fonts))
        lines = [line for line in (*design.lines, *design.back) if line.second or line.face == "serif-italic"]
        # Italic letters are few and known, unless the wording sets somebody's own words in italics.
        open_ended = any(set(line.fields) - {"hours", "started", "completed", "issued", "book"} for line in lines)
        words = "".join(line.text + line.second for line in lines)
        self.italic = None if open_ended else words + _DAYS

    def draw(self, paper: Paper, *, attachment: bytes | None = None, seal: Seal | None = None,
             field: bool = False) -> bytes:  # fmt: skip
        """The certificate as a file of its own. `field` leaves an empty signature field for the leader's token.

        Raises MissingLetters rather than print a box.
        """
        try:
            laid_out = pages(self.design, paper.facts, paper.address, self.faces)
            kind = self._kind(laid_out, paper, attachment is not None, field or seal is not None, seal is not None)
            try:
                return self._write(self.shared(kind), laid_out, paper, attachment, seal)
            except KeyError:  # a letter beyond the Vietnamese ones: with all that the faces have
                return self._write(self.shared(replace(kind, wide=True, italic="")), laid_out, paper, attachment, seal)
        except KeyError:
            check_letters(paper.facts, self.fonts)
            raise

    def _kind(self, laid_out: list[Page], paper: Paper, attached: bool, field: bool, sealed: bool) -> Kind:
        roles = tuple(tuple(block.role for block in page.blocks) for page in laid_out)
        italic = VIETNAMESE if self.italic is None else "".join(sorted({*self.italic, *paper.facts.place}))
        return Kind(roles, italic, False, attached, field, sealed)

    def _write(self, shared: Shared, laid_out: list[Page], paper: Paper, attachment: bytes | None,
               seal: Seal | None) -> bytes:  # fmt: skip
        facts = paper.facts
        out = pdf.Writer(shared.before, shared.places)
        streams = [
            self.painter.page(page, shared.codes, paper.qr, front=number == 0, tagged=True)
            for number, page in enumerate(laid_out)
        ]
        for number, content in zip(shared.contents, streams, strict=True):
            out.add(pdf.stream(zlib.compress(content, 6)), number)
        out.add(_link(laid_out[0], paper.address, shared.page, self.faces), shared.link)
        at = datetime.combine(facts.issued_on, time.min, UTC)
        words = {
            "title": f"Giấy chứng nhận số {facts.number}: {facts.name}", "author": facts.issuer, "subject": facts.title,
            "keywords": facts.code, "producer": PRODUCER,
        }  # fmt: skip
        metadata = pdf.xmp(**words, at=at)
        out.add(pdf.stream(metadata, "/Type /Metadata /Subtype /XML", deflated=False), shared.metadata)
        out.add(
            f"<< /Title {pdf.text(words['title'])} /Author {pdf.text(words['author'])} "
            f"/Subject {pdf.text(words['subject'])} /Keywords {pdf.text(words['keywords'])} "
            f"/Producer {pdf.text(PRODUCER)} /CreationDate {pdf.moment(at)} /ModDate {pdf.moment(at)} >>",
            shared.info,
        )
        identity = hashlib.sha256(metadata)
        for content in streams:
            identity.update(content)
        if attachment is not None:
            identity.update(attachment)
            self._attach(out, shared, attachment, at)
        if shared.widget:
            value = f"/V {shared.signature} 0 R " if seal else ""
            out.add(
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /F 132 /Rect [0 0 0 0] "
                f"{value}/TU {pdf.text('Chữ ký số')} /P {shared.page} 0 R /StructParent 2 >>",
                shared.widget,
            )
        if seal is None:
            return bytes(out.end(shared.catalog, shared.info, identity.digest()[:16]))
        out.add(
            b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M %s "
            b"/ByteRange [0 %s] /Contents <%s> >>" % (pdf.moment(at).encode(), b" " * 32, b"0" * (2 * seal.hole)),
            shared.signature,
        )
        begin = out.place(shared.signature)
        return _sealed(out.end(shared.catalog, shared.info, identity.digest()[:16]), begin, seal)

    def _attach(self, out: pdf.Writer, shared: Shared, data: bytes, at: datetime) -> None:
        entries = (
            "/Type /EmbeddedFile /Subtype /application#2Fld+json "
            f"/Params << /Size {len(data)} /ModDate {pdf.moment(at)} >>"
        )
        out.add(pdf.stream(zlib.compress(data, 6), entries), shared.attachment)
        out.add(
            "<< /Type /Filespec /F (credential.json) /UF (credential.json) /AFRelationship /Data "
            f"/Desc (Open Badges 3.0) /EF << /F {shared.attachment} 0 R /UF {shared.attachment} 0 R >> >>",
            shared.filespec,
        )

    def print_run(self, papers: Iterable[Paper]) -> bytes:
        """All papers in one file, for printing: fonts and frame once, without tags and attachments."""
        out = pdf.Writer()
        catalog, tree, info = out.reserve(), out.reserve(), out.reserve()
        made: dict[bool, tuple[str, dict[str, dict[str, str]]]] = {}

        def letters(wide: bool) -> tuple[str, dict[str, dict[str, str]]]:
            if wide not in made:
                fonts = fonts_in(self.fonts, VIETNAMESE, wide=wide)
                made[wide] = resources(out, self.design, fonts), {face: font.codes for face, font in fonts.items()}
            return made[wide]

        kids: list[int] = []
        for paper in papers:
            for number, page in enumerate(pages(self.design, paper.facts, paper.address, self.faces)):
                try:
                    used, codes = letters(False)
                    content = self.painter.page(page, codes, paper.qr, front=number == 0, tagged=False)
                except KeyError:
                    used, codes = letters(True)
                    content = self.painter.page(page, codes, paper.qr, front=number == 0, tagged=False)
                body = out.add(pdf.stream(zlib.compress(content, 6)))
                kids.append(out.hold(f"<< /Type /Page /Parent {tree} 0 R /Contents {body} 0 R {used}>>"))
        sheets = " ".join(f"{kid} 0 R" for kid in kids)
        out.hold(f"<< /Type /Pages /Kids [{sheets}] /Count {len(kids)} {MEDIA} >>", tree)
        out.hold(f"<< /Type /Catalog /Pages {tree} 0 R /Lang (vi) >>", catalog)
        out.hold(f"<< /Producer {pdf.text(PRODUCER)} >>", info)
        out.pack()
        return bytes(out.end(catalog, info, hashlib.sha256(out.out).digest()[:16]))


def _link(page: Page, address: str, sheet: int, faces: Faces) -> str:
    block: Block = next(block for block in page.blocks if block.role == "Link")
    left, size = block.texts[0].x, block.texts[0].size
    right = max(text.x + faces.width(text.text, text.face, text.size) for text in block.texts)
    bottom, top = block.texts[-1].y - size * 0.3, block.texts[0].y + size
    return (
        f"<< /Type /Annot /Subtype /Link /Rect [{left:.2f} {bottom:.2f} {right:.2f} {top:.2f}] /Border [0 0 0] /F 4 "
        f"/Contents {pdf.text(QR_WORDS)} /A << /S /URI /URI {pdf.text(address)} >> /P {sheet} 0 R /StructParent 1 >>"
    )


def _sealed(data: bytearray, begin: int, seal: Seal) -> bytes:
    """Fills in the byte range, signs what it covers, and puts the signature into its hole."""
    hole = data.index(b"/Contents <", begin) + len(b"/Contents ")
    after = hole + 2 * seal.hole + 2
    place = data.index(b"/ByteRange [0 ", begin) + len(b"/ByteRange [0 ")
    span = b"%d %d %d" % (hole, after, len(data) - after)
    data[place : place + 32] = span.ljust(32)
    digest = hashlib.sha256(memoryview(data)[:hole])
    digest.update(memoryview(data)[after:])
    cms = seal.sign(digest.digest()).hex().encode()
    data[hole + 1 : hole + 1 + len(cms)] = cms
    return bytes(data)


@lru_cache(maxsize=64)
def compiled(design: Design, fonts: Path) -> Compiled:
    """The design made ready; the second time at once."""
    return Compiled(design, fonts)
