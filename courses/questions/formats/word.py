"""Word documents as lines with their marks, automatic numbers written out, pictures taken along."""

import re
import unicodedata
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from flask_babel import gettext as _

from courses.questions.formats.base import image_suffix
from courses.questions.formats.listed import Line
from courses.questions.formats.xml import read_zip
from courses.questions.types import Image
from lms.errors import Refused
from lms.text import clean

_LETTERS = {"upperLetter": "A", "lowerLetter": "a"}


def open_word(data: bytes) -> Any:
    """The document. Raises Refused for anything that is none, or too large."""
    read_zip(data)
    try:
        return Document(BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise Refused(_("The file cannot be opened as a Word document (.docx).")) from error


def tables_and_text(document: Any) -> tuple[list[list[list[str]]], list[str]]:
    """The tables as rows of cells, and the paragraphs outside them."""
    return [rows_of(table) for table in document.tables], [paragraph.text for paragraph in document.paragraphs]


def rows_of(table: Table) -> list[list[str]]:
    """The cells of a table, row by row."""
    return [[clean(cell.text) for cell in row.cells] for row in table.rows]


class Walker:
    """Goes through a document from top to bottom."""

    def __init__(self, document: Any, keep_image: Any, doubt: Any) -> None:
        self.document, self.keep_image, self.doubt = document, keep_image, doubt
        self.numbering = _Numbering(document)

    def blocks(self) -> Iterable[Paragraph | Table]:
        """Paragraphs and tables in their order."""
        for child in self.document.element.body.iterchildren():
            if child.tag == qn("w:p"):
                yield Paragraph(child, self.document)
            elif child.tag == qn("w:tbl"):
                yield Table(child, self.document)

    def lines(self, paragraph: Paragraph) -> Iterable[Line]:
        """The lines of a paragraph: more than one where it has line breaks."""
        label = self.numbering.label(paragraph)
        letters: list[tuple[str, frozenset[str]]] = [(letter, frozenset()) for letter in label]
        base = _font_marks(paragraph.style.font) if paragraph.style else frozenset()
        for element in paragraph._p.iter(qn("w:r"), qn("m:oMath")):
            if element.tag == qn("m:oMath"):
                text = "".join(part.text or "" for part in element.iter(qn("m:t")))
                letters += [(letter, frozenset()) for letter in text]
                self.doubt(_("the formula «%(text)s» is kept as plain text only", text=text))
            elif not any(parent.tag == qn("w:del") for parent in element.iterancestors()):
                run = Run(element, paragraph)
                marks = _run_marks(run) | (base if run.bold is None else base - {"bold"})
                letters += [(letter, marks) for letter in unicodedata.normalize("NFC", run.text)]
        image = self._image(paragraph)
        start = 0
        texts = "".join(letter for letter, _marks in letters).split("\n")
        for number, text in enumerate(texts):
            marks_here = [marks for _letter, marks in letters[start : start + len(text)]]
            kinds = frozenset().union(*marks_here) if marks_here else frozenset()
            places = {kind: frozenset(i for i, m in enumerate(marks_here) if kind in m) for kind in kinds}
            yield Line(text, "", places, image if number == 0 else None)
            start += len(text) + 1

    def _image(self, paragraph: Paragraph) -> Image | None:
        found = None
        for blip in paragraph._p.iter(qn("a:blip")):
            part = self.document.part.related_parts.get(blip.get(qn("r:embed"), ""))
            suffix = image_suffix(part.blob) if part is not None else ""
            if not suffix:
                self.doubt(_("a picture is neither PNG, JPEG, GIF nor WebP and was left out"))
            elif found is not None:
                self.doubt(_("only the first of its images is kept"))
            else:
                named = next(paragraph._p.iter(qn("wp:docPr")), None)
                alt = clean(named.get("descr", "")) if named is not None else ""
                found = Image(self.keep_image(part.blob, suffix), alt)
        return found


def _font_marks(font: Any) -> frozenset[str]:
    return frozenset({"bold"}) if font.bold else frozenset()


def _run_marks(run: Run) -> frozenset[str]:
    found = set()
    style = run.style.font if run.style else None
    if run.bold or (run.bold is None and style is not None and style.bold):
        found.add("bold")
    if run.underline:
        found.add("underline")
    properties = run._r.rPr
    colour = (
        str(run.font.color.rgb or "") if properties is not None and properties.find(qn("w:color")) is not None else ""
    )
    if colour and int(colour[:2], 16) > 150 and int(colour[2:4], 16) < 90 and int(colour[4:], 16) < 90:
        found.add("red")
    shading = properties.find(qn("w:shd")) if properties is not None else None
    filled = shading is not None and shading.get(qn("w:fill"), "auto").upper() not in ("AUTO", "FFFFFF")
    if filled or run.font.highlight_color is not None:
        found.add("highlight")
    return frozenset(found)


class _Numbering:
    """Writes out automatic numbers («Câu 1.», «A.»), which are no text in the file."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.counters: dict[str, dict[int, int]] = {}
        part = next(
            (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None
        )
        root = getattr(part, "element", None)
        if root is None:
            return
        abstract = {item.get(qn("w:abstractNumId")): item for item in root.iter(qn("w:abstractNum"))}
        for number in root.iter(qn("w:num")):
            pointer = number.find(qn("w:abstractNumId"))
            source = abstract.get(pointer.get(qn("w:val"))) if pointer is not None else None
            if source is not None:
                self.levels[number.get(qn("w:numId"))] = dict(_levels(source))

    def label(self, paragraph: Paragraph) -> str:
        """The number that Word shows before a paragraph, with a blank; empty where there is none."""
        own: Any = paragraph._p.pPr
        properties = own.numPr if own is not None else None
        style: Any = paragraph.style
        if properties is None and style is not None and style.element.pPr is not None:
            properties = style.element.pPr.numPr
        if properties is None or properties.numId is None:
            return ""
        number = str(properties.numId.val)
        level = properties.ilvl.val if properties.ilvl is not None else 0
        kind, text, start = self.levels.get(number, {}).get(level, ("", "", 1))
        if kind in ("", "bullet", "none"):
            return ""
        counters = self.counters.setdefault(number, {})
        counters[level] = counters.get(level, start - 1) + 1
        for deeper in [other for other in counters if other > level]:
            del counters[deeper]

        def shown(found: re.Match[str]) -> str:
            which = int(found.group(1)) - 1
            kind_there, _text, start_there = self.levels[number].get(which, ("decimal", "", 1))
            return _figure(kind_there, counters.get(which, start_there))

        return re.sub(r"%([1-9])", shown, text) + " "


def _levels(source: Any) -> Iterable[tuple[int, tuple[str, str, int]]]:
    for level in source.iter(qn("w:lvl")):
        found = {tag: level.find(qn(f"w:{tag}")) for tag in ("numFmt", "lvlText", "start")}
        kind = found["numFmt"].get(qn("w:val")) if found["numFmt"] is not None else "decimal"
        text = found["lvlText"].get(qn("w:val")) if found["lvlText"] is not None else ""
        start = int(found["start"].get(qn("w:val"))) if found["start"] is not None else 1
        yield int(level.get(qn("w:ilvl"))), (kind, text or "", start)


def _figure(kind: str, number: int) -> str:
    if first := _LETTERS.get(kind):
        return chr(ord(first) + (number - 1) % 26)
    return str(number)
