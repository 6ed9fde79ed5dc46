"""What papers of one kind have in common: fonts, frame, colours, structure, archive's profile; written once."""

import zlib
from dataclasses import dataclass
from pathlib import Path

from certificates.designs import pdf
from certificates.designs.design import Design, picture
from certificates.designs.embedded import VIETNAMESE, EmbeddedFont, embedded
from certificates.designs.faces import FACES
from certificates.designs.layout import HEIGHT, QR_SIDE, QR_WORDS, QR_X, QR_Y, WIDTH
from certificates.designs.painting import FONT_KEYS, Painter

MEDIA = f"/MediaBox [0 0 {WIDTH:.2f} {HEIGHT:.2f}]"


@dataclass(frozen=True)
class Kind:
    """What decides the shared part: the roles of the blocks, page by page, and what is attached."""

    roles: tuple[tuple[str, ...], ...]
    italic: str
    wide: bool
    attached: bool
    field: bool
    sealed: bool


@dataclass(frozen=True)
class Shared:
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


def fonts_in(folder: Path, italic: str, *, wide: bool) -> dict[str, EmbeddedFont]:
    """The faces with the Vietnamese letters, the italic one with its few; `wide`: with all that they have."""
    letters = {"serif": VIETNAMESE, "serif-bold": VIETNAMESE, "serif-italic": italic}
    return {face: embedded(folder / f"{face}.ttf", None if wide else letters[face]) for face in FACES}


def resources(out: pdf.Writer, design: Design, fonts: dict[str, EmbeddedFont]) -> str:
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
    forms = [f"/Frame {_frame(out, design)} 0 R"]
    if design.logo:
        forms.append(f"/Logo {_logo(out, design)} 0 R")
    return f"/Resources << /Font << {' '.join(named)} >> /XObject << {' '.join(forms)} >> >> "


def _frame(out: pdf.Writer, design: Design) -> int:
    """The frame, as a form that every page draws."""
    entries = f"/Type /XObject /Subtype /Form /BBox [0 0 {WIDTH:.2f} {HEIGHT:.2f}] /Resources << >>"
    return out.add(pdf.stream(zlib.compress(Painter(design).frame(), 9), entries))


def _logo(out: pdf.Writer, design: Design) -> int:
    image = picture(design.logo)
    entries = (
        f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height} "
        "/ColorSpace /DeviceRGB /BitsPerComponent 8"
    )
    return out.add(pdf.stream(zlib.compress(image.tobytes(), 9), entries))


def shared(design: Design, folder: Path, kind: Kind) -> Shared:
    """Everything that papers of this kind have in common, in the order in which it is written."""
    out = pdf.Writer()
    fonts = fonts_in(folder, kind.italic, wide=kind.wide)
    catalog, tree, info, metadata = (out.reserve() for _number in range(4))
    sheets = [out.reserve() for _page in kind.roles]
    contents = [out.reserve() for _page in kind.roles]
    link = out.reserve()
    attachment, filespec = (out.reserve(), out.reserve()) if kind.attached else (0, 0)
    widget = out.reserve() if kind.field else 0
    signature = out.reserve() if kind.sealed else 0
    used = resources(out, design, fonts)
    root = _structure(out, kind, sheets, link, widget)
    for index, (sheet, content) in enumerate(zip(sheets, contents, strict=True)):
        annots = [number for number in (link, widget) if number and index == 0]
        listed = f"/Annots [{' '.join(f'{number} 0 R' for number in annots)}] " if annots else ""
        out.hold(
            f"<< /Type /Page /Parent {tree} 0 R /Contents {content} 0 R {used}{listed}"
            f"/Tabs /S /StructParents {0 if index == 0 else index + 2} >>",
            sheet,
        )
    kids = " ".join(f"{sheet} 0 R" for sheet in sheets)
    out.hold(f"<< /Type /Pages /Kids [{kids}] /Count {len(sheets)} {MEDIA} >>", tree)
    profile = out.add(pdf.stream(zlib.compress(pdf.srgb(), 9), "/N 3"))
    intent = out.hold(
        "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB) "
        f"/DestOutputProfile {profile} 0 R >>"
    )
    files = f"/AF [{filespec} 0 R] /Names << /EmbeddedFiles << /Names [(credential.json) {filespec} 0 R] >> >> "
    # There is a signature field, and tools are to add to the file rather than write it anew.
    form = f"/AcroForm << /Fields [{widget} 0 R] /SigFlags 3 >> "
    out.hold(
        f"<< /Type /Catalog /Pages {tree} 0 R /Metadata {metadata} 0 R /OutputIntents [{intent} 0 R] /Lang (vi) "
        f"/MarkInfo << /Marked true >> /StructTreeRoot {root} 0 R /ViewerPreferences << /DisplayDocTitle true >> "
        f"{files if kind.attached else ''}{form if kind.field else ''}>>",
        catalog,
    )
    out.pack()
    return Shared(
        bytes(out.out), tuple(out.places), {face: font.codes for face, font in fonts.items()}, catalog, info,
        metadata, tuple(contents), link, sheets[0], attachment, filespec, widget, signature,
    )  # fmt: skip


def _structure(out: pdf.Writer, kind: Kind, sheets: list[int], link: int, widget: int) -> int:
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
