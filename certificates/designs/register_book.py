"""The register as the office's book: A4 landscape, one line a certificate, for printing and sealing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from certificates.designs import plain
from lms.text import short_date

HEADER = (
    "Số vào sổ", "Số giấy chứng nhận", "Họ và tên", "Ngày sinh", "Chức vụ, đơn vị", "Chương trình", "Ngày cấp",
    "Ký nhận", "Ghi chú",
)  # fmt: skip
WIDTHS = tuple(width * mm for width in (15, 30, 42, 21, 62, 40, 21, 18, 28))
STATUS_NOTES = {"issued": "", "replaced": "Đã cấp lại", "revoked": "Đã thu hồi", "voided": "Đã hủy"}


@dataclass(frozen=True)
class RegisterLine:
    """One line of the book (columns of the usual sổ cấp giấy chứng nhận)."""

    number: int
    number_text: str
    name: str
    born: str
    post: str
    unit: str
    title: str
    issued_on: date
    status: str
    note: str

    def cells(self) -> list[Any]:
        """The values in the order of HEADER."""
        note = " ".join(part for part in (STATUS_NOTES[self.status], self.note) if part)
        place = f"{self.post}, {self.unit}" if self.post else self.unit
        return [
            self.number, self.number_text, self.name, self.born, place, self.title, short_date(self.issued_on), "",
            note,
        ]  # fmt: skip


def draw_register(issuer: str, year: int, lines: Iterable[RegisterLine], fonts: Path) -> bytes:
    """The book of one issuer and year as a PDF with numbered pages."""
    stream = BytesIO()
    with plain.drawing:
        plain.load(fonts)
        cell = ParagraphStyle("cell", fontName="serif", fontSize=9, leading=11)
        struck = ParagraphStyle("struck", parent=cell, textColor=HexColor("#6B625C"))
        head = ParagraphStyle("head", parent=cell, fontName="serif-bold", alignment=TA_CENTER)
        title = ParagraphStyle("title", parent=head, fontSize=15, leading=20)
        rows: list[list[Any]] = [[Paragraph(text, head) for text in HEADER]]
        for line in lines:
            style = cell if line.status == "issued" else struck
            rows.append([Paragraph(escape(str(value)), style) for value in line.cells()])
        table = LongTable(rows, colWidths=WIDTHS, repeatRows=1)
        table.setStyle(
            TableStyle(
                [
                    ("GRID", (0, 0), (-1, -1), 0.4, HexColor("#57504C")),
                    ("BACKGROUND", (0, 0), (-1, 0), HexColor("#F3E9E9")),
                    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
                ]
            )
        )
        document = SimpleDocTemplate(
            stream, pagesize=landscape(A4), leftMargin=10 * mm, rightMargin=10 * mm, topMargin=12 * mm,
            bottomMargin=14 * mm, title=f"Sổ cấp giấy chứng nhận năm {year}", author=issuer, lang="vi", invariant=1,
        )  # fmt: skip
        story = [
            Paragraph(escape(issuer.upper()), head),
            Paragraph(f"SỔ CẤP GIẤY CHỨNG NHẬN NĂM {year}", title),
            Spacer(1, 4 * mm),
            table,
        ]
        document.build(story, onFirstPage=_page_number, onLaterPages=_page_number)
    return stream.getvalue()


def _page_number(canvas: Any, document: Any) -> None:
    canvas.setFont("serif", 9)
    canvas.drawRightString(landscape(A4)[0] - 10 * mm, 8 * mm, f"Trang {document.page}")
