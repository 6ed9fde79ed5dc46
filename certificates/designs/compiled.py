"""The fast writer: a design is made into PDF once, and each certificate adds only what is its own.

Everything that papers of one design share (fonts, colours, frame, structure) is serialised once into bytes whose
offsets are known; a certificate adds its words, its link, its metadata, and what is attached or signed. The result is
tagged PDF/A-3a and PDF/UA-1, and the same facts give the same bytes.
"""

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import zxingcpp

from certificates.designs import pdf
from certificates.designs.design import Design, picture
from certificates.designs.embedded import VIETNAMESE, EmbeddedFont, embedded
from certificates.designs.faces import FACES, Faces, faces_in
from certificates.designs.facts import CertificateFacts, check_letters
from certificates.designs.layout import (
    HEIGHT,
    QR_SIDE,
    QR_WORDS,
    QR_X,
    QR_Y,
    WIDTH,
    Block,
    Page,
    Shape,
    frame,
    logo_box,
    pages,
)

PRODUCER = "Dân vận LMS"
FONT_KEYS = {face: f"F{number}" for number, face in enumerate(FACES)}
# Besides the words of the design, an italic line holds the place and day of issue.
_MEDIA = f"/MediaBox [0 0 {WIDTH:.2f} {HEIGHT:.2f}]"
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


@dataclass(frozen=True)
class _Kind:
    """What decides the shared part: the roles of the blocks, page by page, and what is attached."""

    roles: tuple[tuple[str, ...], ...]
    italic: str
    wide: bool
    attached: bool
    field: bool
    sealed: bool


@dataclass(frozen=True)
class _Shared:
    """The bytes that all papers of one kind begin with, and the numbers of the objects that each adds."""

    before: bytes
    places: tuple[bytes, ...]
    codes: dict[str, dict[str, str]]
    catalog: int
    info: int
    metadata: int
    contents: tuple[int, ...]
    link: int
    page: int
    attachment: int
    filespec: int
    widget: int
    signature: int


class Compiled:
    """A design made ready for one font folder."""

    def __init__(self, design: Design, fonts: Path) -> None:
        self.design, self.fonts = design, fonts
        self.faces: Faces = faces_in(fonts)
        self.colors = {"ink": _rgb("#1C1A19"), "accent": _rgb(design.accent), "gold": _rgb("#B08D3C")}
        self.shared = lru_cache(maxsize=64)(self._shared)
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

    def _kind(self, laid_out: list[Page], paper: Paper, attached: bool, field: bool, sealed: bool) -> _Kind:
        roles = tuple(tuple(block.role for block in page.blocks) for page in laid_out)
        italic = VIETNAMESE if self.italic is None else "".join(sorted({*self.italic, *paper.facts.place}))
        return _Kind(roles, italic, False, attached, field, sealed)

    def _write(self, shared: _Shared, laid_out: list[Page], paper: Paper, attachment: bytes | None,
               seal: Seal | None) -> bytes:  # fmt: skip
        facts = paper.facts
        out = pdf.Writer(shared.before, shared.places)
        streams = [
            self._content(page, shared.codes, paper.qr, front=number == 0, tagged=True)
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

    def _attach(self, out: pdf.Writer, shared: _Shared, data: bytes, at: datetime) -> None:
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

        def resources(wide: bool) -> tuple[str, dict[str, dict[str, str]]]:
            if wide not in made:
                fonts = self._fonts(VIETNAMESE, wide=wide)
                made[wide] = self._resources(out, fonts), {face: font.codes for face, font in fonts.items()}
            return made[wide]

        kids: list[int] = []
        for paper in papers:
            for number, page in enumerate(pages(self.design, paper.facts, paper.address, self.faces)):
                try:
                    used, codes = resources(False)
                    content = self._content(page, codes, paper.qr, front=number == 0, tagged=False)
                except KeyError:
                    used, codes = resources(True)
                    content = self._content(page, codes, paper.qr, front=number == 0, tagged=False)
                body = out.add(pdf.stream(zlib.compress(content, 6)))
                kids.append(out.hold(f"<< /Type /Page /Parent {tree} 0 R /Contents {body} 0 R {used}>>"))
        sheets = " ".join(f"{kid} 0 R" for kid in kids)
        out.hold(f"<< /Type /Pages /Kids [{sheets}] /Count {len(kids)} {_MEDIA} >>", tree)
        out.hold(f"<< /Type /Catalog /Pages {tree} 0 R /Lang (vi) >>", catalog)
        out.hold(f"<< /Producer {pdf.text(PRODUCER)} >>", info)
        out.pack()
        return bytes(out.end(catalog, info, hashlib.sha256(out.out).digest()[:16]))

    def _fonts(self, italic: str, *, wide: bool) -> dict[str, EmbeddedFont]:
        letters = {"serif": VIETNAMESE, "serif-bold": VIETNAMESE, "serif-italic": italic}
        return {face: embedded(self.fonts / f"{face}.ttf", None if wide else letters[face]) for face in FACES}

    def _resources(self, out: pdf.Writer, fonts: dict[str, EmbeddedFont]) -> str:
        """Writes fonts, frame and logo; returns the page's /Resources entry."""
        named = []
        for face, font in fonts.items():
            file = out.add(pdf.stream(font.file, f"/Length1 {font.length}"))
            words = out.add(pdf.stream(font.to_unicode))
            descriptor = out.hold(
                f"<< /Type /FontDescriptor /FontName /{font.name} {font.descriptor} /FontFile2 {file} 0 R >>"
            )
            child = out.hold(
                f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{font.name} /CIDToGIDMap /Identity "
                "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
                f"/FontDescriptor {descriptor} 0 R /W [0 [{font.widths}]] >>"
            )
            whole = out.hold(
                f"<< /Type /Font /Subtype /Type0 /BaseFont /{font.name} /Encoding /Identity-H "
                f"/DescendantFonts [{child} 0 R] /ToUnicode {words} 0 R >>"
            )
            named.append(f"/{FONT_KEYS[face]} {whole} 0 R")
        forms = [f"/Frame {self._form(out)} 0 R"]
        if self.design.logo:
            forms.append(f"/Logo {self._logo(out)} 0 R")
        return f"/Resources << /Font << {' '.join(named)} >> /XObject << {' '.join(forms)} >> >> "

    def _form(self, out: pdf.Writer) -> int:
        """The frame, as a form that every page draws."""
        content = "".join(self._shape(shape) for shape in frame(self.design)).encode()
        entries = f"/Type /XObject /Subtype /Form /BBox [0 0 {WIDTH:.2f} {HEIGHT:.2f}] /Resources << >>"
        return out.add(pdf.stream(zlib.compress(content, 9), entries))

    def _logo(self, out: pdf.Writer) -> int:
        image = picture(self.design.logo)
        entries = (
            f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height} "
            "/ColorSpace /DeviceRGB /BitsPerComponent 8"
        )
        return out.add(pdf.stream(zlib.compress(image.tobytes(), 9), entries))

    def _logo_place(self) -> str:
        x, y, width, height = logo_box(self.design)
        return f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {y:.2f} cm /Logo Do Q\n"

    def _shape(self, shape: Shape) -> str:
        first, *others = [f"{x:.2f} {y:.2f}" for x, y in shape.points]
        color = self.colors[shape.color]
        path = f"{first} m " + " ".join(f"{point} l" for point in others)
        if shape.width:
            return f"{color} RG {shape.width} w {path} s\n"
        return f"{color} rg {path} f\n"

    def _content(self, page: Page, codes: dict[str, dict[str, str]], qr: str, *, front: bool,
                 tagged: bool) -> bytes:  # fmt: skip
        logo = self._logo_place() if front and self.design.logo else ""
        ornament = f"/Frame Do\n{logo}{''.join([self._shape(rule) for rule in page.rules])}"
        parts = [f"/Artifact BMC\n{ornament}EMC\n" if tagged else ornament]
        for number, block in enumerate(page.blocks):
            if tagged:
                parts.append(f"/{block.role} <</MCID {number}>> BDC\n")
            if block.role == "Figure":
                parts.append(_qr(qr, self.colors["ink"]))
            parts += [
                f"{self.colors[text.color]} rg BT /{FONT_KEYS[text.face]} {text.size:.2f} Tf "
                f"{text.x:.2f} {text.y:.2f} Td <{''.join(map(codes[text.face].__getitem__, text.text))}> Tj ET\n"
                for text in block.texts
            ]
            if tagged:
                parts.append("EMC\n")
        return "".join(parts).encode()

    def _shared(self, kind: _Kind) -> _Shared:
        """Everything that papers of this kind have in common, in the order in which it is written."""
        out = pdf.Writer()
        fonts = self._fonts(kind.italic, wide=kind.wide)
        catalog, tree, info, metadata = (out.reserve() for _number in range(4))
        sheets = [out.reserve() for _page in kind.roles]
        contents = [out.reserve() for _page in kind.roles]
        link = out.reserve()
        attachment, filespec = (out.reserve(), out.reserve()) if kind.attached else (0, 0)
        widget = out.reserve() if kind.field else 0
        signature = out.reserve() if kind.sealed else 0
        resources = self._resources(out, fonts)
        root = self._structure(out, kind, sheets, link, widget)
        for index, (sheet, content) in enumerate(zip(sheets, contents, strict=True)):
            annots = [number for number in (link, widget) if number and index == 0]
            listed = f"/Annots [{' '.join(f'{number} 0 R' for number in annots)}] " if annots else ""
            out.hold(
                f"<< /Type /Page /Parent {tree} 0 R /Contents {content} 0 R {resources}{listed}"
                f"/Tabs /S /StructParents {0 if index == 0 else index + 2} >>",
                sheet,
            )
        kids = " ".join(f"{sheet} 0 R" for sheet in sheets)
        out.hold(f"<< /Type /Pages /Kids [{kids}] /Count {len(sheets)} {_MEDIA} >>", tree)
        profile = out.add(pdf.stream(zlib.compress(pdf.srgb(), 9), "/N 3"))
        intent = out.hold(
            "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB) "
            f"/DestOutputProfile {profile} 0 R >>"
        )
        files = f"/AF [{filespec} 0 R] /Names << /EmbeddedFiles << /Names [(credential.json) {filespec} 0 R] >> >> "
        form = f"/AcroForm << /Fields [{widget} 0 R] {'/SigFlags 3 ' if kind.sealed else ''}>> "
        out.hold(
            f"<< /Type /Catalog /Pages {tree} 0 R /Metadata {metadata} 0 R /OutputIntents [{intent} 0 R] /Lang (vi) "
            f"/MarkInfo << /Marked true >> /StructTreeRoot {root} 0 R /ViewerPreferences << /DisplayDocTitle true >> "
            f"{files if kind.attached else ''}{form if kind.field else ''}>>",
            catalog,
        )
        out.pack()
        return _Shared(
            bytes(out.out), tuple(out.places), {face: font.codes for face, font in fonts.items()}, catalog, info,
            metadata, tuple(contents), link, sheets[0], attachment, filespec, widget, signature,
        )  # fmt: skip

    def _structure(self, out: pdf.Writer, kind: _Kind, sheets: list[int], link: int, widget: int) -> int:
        """The structure tree: what each marked piece of the pages is, in reading order."""
        root, document = out.reserve(), out.reserve()
        kids: list[int] = []
        parents: list[str] = []
        link_element = 0
        for sheet, roles in zip(sheets, kind.roles, strict=True):
            marked = []
            for number, role in enumerate(roles):
                if role == "Link":
                    paragraph, link_element = out.reserve(), out.reserve()
                    out.hold(_element("P", document, sheet, f"{link_element} 0 R"), paragraph)
                    held = f"[{number} << /Type /OBJR /Obj {link} 0 R /Pg {sheet} 0 R >>]"
                    out.hold(_element("Link", paragraph, sheet, held), link_element)
                    kids.append(paragraph)
                    marked.append(link_element)
                else:
                    kids.append(out.hold(_element(role, document, sheet, str(number))))
                    marked.append(kids[-1])
            parents.append(f"[{' '.join(f'{element} 0 R' for element in marked)}]")
        nums = [f"0 {parents[0]}", f"1 {link_element} 0 R"]
        if widget:
            held = f"<< /Type /OBJR /Obj {widget} 0 R /Pg {sheets[0]} 0 R >>"
            kids.append(out.hold(_element("Form", document, sheets[0], held)))
            nums.append(f"2 {kids[-1]} 0 R")
        nums += [f"{index + 2} {held}" for index, held in enumerate(parents[1:], start=1)]
        tree = out.hold(f"<< /Nums [{' '.join(nums)}] >>")
        out.hold(f"<< /Type /StructTreeRoot /K {document} 0 R /ParentTree {tree} 0 R >>", root)
        listed = " ".join(f"{kid} 0 R" for kid in kids)
        out.hold(f"<< /Type /StructElem /S /Document /P {root} 0 R /Lang (vi) /K [{listed}] >>", document)
        return root


def _element(role: str, parent: int, page: int, kids: str) -> str:
    extra = ""
    if role == "Figure":
        box = f"{QR_X:.2f} {QR_Y:.2f} {QR_X + QR_SIDE:.2f} {QR_Y + QR_SIDE:.2f}"
        extra = f"/Alt {pdf.text(QR_WORDS)} /A << /O /Layout /Placement /Block /BBox [{box}] >> "
    return f"<< /Type /StructElem /S /{role} /P {parent} 0 R /Pg {page} 0 R {extra}/K {kids} >>"


def _rgb(color: str) -> str:
    return " ".join(f"{int(color[start : start + 2], 16) / 255:.3f}".rstrip("0").rstrip(".") for start in (1, 3, 5))


def qr_rows(content: str) -> list[list[int]]:
    """The modules of the QR code row by row, 0 for ink; without the quiet zone."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    return memoryview(image).tolist()  # type: ignore[return-value]  # two dimensions: rows of modules


def _qr(content: str, color: str) -> str:
    """The QR code as a one-bit stencil: no seams between its rows, and a few hundred bytes."""
    rows = qr_rows(content)
    side = len(rows)
    bytes_a_row = (side + 7) // 8
    data = "".join(
        f"{int(''.join(['1' if value else '0' for value in row]).ljust(bytes_a_row * 8, '1'), 2):0{2 * bytes_a_row}X}"
        for row in rows
    )
    return (
        f"q {color} rg {QR_SIDE:.2f} 0 0 {QR_SIDE:.2f} {QR_X:.2f} {QR_Y:.2f} cm\n"
        f"BI /IM true /W {side} /H {side} /BPC 1 /F /AHx ID {data}> EI Q\n"
    )


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
