"""Official papers in Word, by the form of the Party (HD 05-HD/VPTW 2026) or of the State (NĐ 30/2020/NĐ-CP).

The clerk finishes them: number and day are left blank.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lms import files

CENTRE, JUSTIFY, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT


@dataclass(frozen=True)
class Form:
    """How one family of papers is made up (domain differences of Party and State)."""

    right: tuple[str, ...]
    under_office: str
    number: str
    authority: str
    end: str
    rule: str


PARTY = Form(("ĐẢNG CỘNG SẢN VIỆT NAM",), "*", "Số        -{kind}/{code}", "T/M", ".", "-----")
STATE = Form(
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"), "", "Số:        /{kind}-{code}", "TM.",
    "./.", "_______",
)  # fmt: skip
FORMS = {"party": PARTY, "state": STATE}


@dataclass(frozen=True)
class Office:
    """Who writes: the superior, the name, where it sits, the code in its numbers, and who signs."""

    superior: str
    name: str
    place: str
    code: str
    signer_title: str = ""
    signer: str = ""


class Letter:
    """A paper that is written from top to bottom."""

    def __init__(self, form: Form, office: Office) -> None:
        self.form, self.office = form, office
        self.document = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin, section.right_margin = Mm(30), Mm(15)
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = "Times New Roman", Pt(14)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
        style.element.rPr.append(_language())
        style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)

    def heading(self, kind: str, *, subject: str = "") -> None:
        """The two blocks at the top; number and day are left for the clerk."""
        table = self.document.add_table(1, 2)
        table.autofit = False
        _widths(table, (70, 95))
        left, right = table.rows[0].cells
        if self.office.superior:
            _write(left.paragraphs[0], self.office.superior.upper(), 13, align=CENTRE)
            _write(left.add_paragraph(), self.office.name.upper(), 13, bold=True, align=CENTRE)
        else:
            _write(left.paragraphs[0], self.office.name.upper(), 13, bold=True, align=CENTRE)
        _write(left.add_paragraph(), self.form.under_office or "_______", 13, bold=True, align=CENTRE)
        _write(left.add_paragraph(), self.form.number.format(kind=kind, code=self.office.code), 13, align=CENTRE)
        if subject:
            _write(left.add_paragraph(), f"V/v {subject}", 12, italic=self.form is PARTY, align=CENTRE)
        for index, line in enumerate(self.form.right):
            paragraph = right.paragraphs[0] if index == 0 else right.add_paragraph()
            last = index == len(self.form.right) - 1
            _write(
                paragraph,
                line,
                14 if self.form is PARTY else 13 if index else 12,
                bold=True,
                align=CENTRE,
                underline=last,
            )
        _write(right.add_paragraph(), "", 6)
        day = f"{self.office.place}, ngày       tháng       năm "
        _write(right.add_paragraph(), day, 13 if self.form is STATE else 14, italic=True, align=CENTRE)

    def title(self, name: str, about: Sequence[str]) -> None:
        """Kind and summary of the paper, with the short rule beneath."""
        _write(self.document.add_paragraph(), "", 8)
        _write(self.document.add_paragraph(), name, 15, bold=True, align=CENTRE)
        for line in about:
            _write(self.document.add_paragraph(), line, 14, bold=True, align=CENTRE)
        _write(self.document.add_paragraph(), self.form.rule, 14, bold=True, align=CENTRE)

    def addressed(self, to: Sequence[str]) -> None:
        """`Kính gửi:` one office, or several, each on a line."""
        first, *others = to
        lines = [f"Kính gửi: {first}"] if not others else ["Kính gửi:", *(f"- {office}" for office in to)]
        _write(self.document.add_paragraph(), "", 8)
        for line in lines:
            _write(self.document.add_paragraph(), line, 14, align=CENTRE if len(lines) == 1 else LEFT)
        _write(self.document.add_paragraph(), "", 6)

    def text(self, *paragraphs: str, bold: bool = False, align: Any = JUSTIFY) -> None:
        """Body text: justified, first line set in."""
        for words in paragraphs:
            paragraph = self.document.add_paragraph()
            layout = paragraph.paragraph_format
            layout.first_line_indent, layout.space_after = Mm(10), Pt(6)
            layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(18.5)
            _write(paragraph, words, 14, bold=bold, align=align)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[float],
              groups: Sequence[str] = ()) -> None:  # fmt: skip
        """A ruled table; widths in millimetres; the header comes again on each page.

        `groups` stand above the columns from the third on, each over as many as there are to a group.
        """
        table = self.document.add_table(2 if groups else 1, len(header), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        if groups:
            _group(table, header, groups)
        alone = _alone(header, groups)
        _fill(table.rows[-1], ["" if groups and i in alone else words for i, words in enumerate(header)], bold=True)
        for row in table.rows:
            _mark(row, "w:tblHeader")
        for values in rows:
            _fill(table.add_row(), values)
        for row in table.rows:
            _mark(row, "w:cantSplit")
        _widths(table, widths)
        _tighten(table)

    def signature(self, recipients: Sequence[str]) -> None:
        """Recipients on the left, the authority and room for the signature on the right."""
        _write(self.document.add_paragraph(), "", 6)
        table = self.document.add_table(1, 2)
        _widths(table, (80, 85))
        _mark(table.rows[0], "w:cantSplit")
        left, right = table.rows[0].cells
        _write(left.paragraphs[0], "Nơi nhận:", 12, bold=self.form is STATE, italic=self.form is STATE,
               underline=self.form is PARTY)  # fmt: skip
        for line in (*(f"- {office}," for office in recipients), f"- Lưu{': VT' if self.form is STATE else ''}."):
            _write(left.add_paragraph(), line, 11)
        lines = self.office.signer_title.splitlines() or [f"{self.form.authority} …"]
        for index, line in enumerate(lines):
            _write(right.paragraphs[0] if index == 0 else right.add_paragraph(), line, 14, bold=True, align=CENTRE)
        for _number in range(4):
            _write(right.add_paragraph(), "", 14)
        _write(right.add_paragraph(), self.office.signer, 14, bold=True, align=CENTRE)

    def signed_by(self, titles: Sequence[str]) -> None:
        """Room for several signatures side by side, as beneath a record (biên bản)."""
        _write(self.document.add_paragraph(), "", 6)
        table = self.document.add_table(1, len(titles))
        _mark(table.rows[0], "w:cantSplit")
        for cell, title in zip(table.rows[0].cells, titles, strict=True):
            _write(cell.paragraphs[0], title, 13, bold=True, align=CENTRE)
            _write(cell.add_paragraph(), "(ký, ghi rõ họ tên)", 12, italic=True, align=CENTRE)
            for _number in range(4):
                _write(cell.add_paragraph(), "", 14)

    def annex(self, title: str, about: str) -> None:
        """A new landscape page for an annex."""
        section = self.document.add_section()
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(15)
        _write(self.document.add_paragraph(), title, 14, bold=True, align=CENTRE)
        _write(self.document.add_paragraph(), about, 13, italic=True, align=CENTRE)
        _write(self.document.add_paragraph(), "", 6)

    def save(self) -> bytes:
        """The .docx file; the same words are the same bytes."""
        stream = BytesIO()
        self.document.save(stream)
        with ZipFile(stream) as parts:
            return files.archive([(name, parts.read(name)) for name in parts.namelist()])


def _write(paragraph: Any, text: str, size: float, *, bold: bool = False, italic: bool = False, align: Any = None,
           underline: bool = False) -> None:  # fmt: skip
    run = paragraph.add_run(text)
    run.bold, run.italic, run.underline = bold, italic, underline
    run.font.size = Pt(size)
    if align is not None:
        paragraph.alignment = align


def _alone(header: Sequence[str], groups: Sequence[str]) -> set[int]:
    """The columns that stand under no group: the first two, and what is left over at the end."""
    return {0, 1, *range(2 + (len(header) - 2) // max(len(groups), 1) * len(groups), len(header))}


def _group(table: Any, header: Sequence[str], groups: Sequence[str]) -> None:
    """The upper row of a header: columns under no group run down through both rows."""
    above, below = table.rows
    for index in _alone(header, groups):
        cell = above.cells[index].merge(below.cells[index])
        _write(cell.paragraphs[0], header[index], 11, bold=True, align=CENTRE)
    span = (len(header) - 2) // len(groups)
    for index, name in enumerate(groups):
        cell = above.cells[2 + span * index].merge(above.cells[1 + span * (index + 1)])
        _write(cell.paragraphs[0], name, 11, bold=True, align=CENTRE)


def _tighten(table: Any) -> None:
    """Less room beside the words of a cell: fifteen columns stand on one sheet."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        margin = OxmlElement(side)
        margin.set(qn("w:w"), "45")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _widths(table: Any, widths: Sequence[float]) -> None:
    """Word reads the cells' widths, LibreOffice the grid's."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row._tr.tc_lst, widths, strict=False):
            if cell.grid_span == 1:
                cell.width = Mm(width)


def _fill(row: Any, values: Sequence[Any], *, bold: bool = False) -> None:
    for cell, value in zip(row.cells, values, strict=True):
        if value == "":
            continue
        align = LEFT if isinstance(value, str) and len(value) > 8 and not bold else CENTRE
        _write(cell.paragraphs[0], str(value), 11, bold=bold, align=align)


def _mark(row: Any, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _language() -> Any:
    """Vietnamese, for the spelling checker and for screen readers."""
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    return language
