"""The register as the office's book: A4 landscape, one line a certificate, for printing and sealing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
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
    "Số vào sổ", "Họ và tên", "Ngày sinh", "Chức vụ, đơn vị", "Chương trình, lớp", "Quyết định công nhận", "Kết quả",
    "Số giấy chứng nhận", "Ngày cấp", "Ký nhận", "Ghi chú",
)  # fmt: skip
WIDTHS = tuple(width * mm for width in (13, 36, 20, 48, 34, 26, 13, 32, 20, 15, 20))
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
    decision: str
    score: str
    issued_on: date
    status: str
    note: str

    def cells(self) -> list[Any]:
        """The values in the order of HEADER."""
        note = ": ".join(part for part in (STATUS_NOTES[self.status], self.note) if part)
        place = f"{self.post}, {self.unit}" if self.post else self.unit
        return [
            self.number, self.name, self.born, place, self.title, self.decision, self.score, self.number_text,
            short_date(self.issued_on), "", note,
        ]  # fmt: skip


def draw_register(issuer: str, period: str, lines: Iterable[RegisterLine], fonts: Path, foot: str = "") -> bytes:
    """The book of one issuer and period ("năm 2026") as a PDF with numbered pages; `foot` stands on each."""
    stream = BytesIO()
    with plain.drawing:
        plain.load(fonts)
        cell = ParagraphStyle("cell", fontName="serif", fontSize=9, leading=11)
        struck = ParagraphStyle("struck", parent=cell, textColor=HexColor("#6B625C"))
        head = ParagraphStyle("head", parent=cell, fontName="serif-bold", alignment=TA_CENTER)
        title = ParagraphStyle("title", parent=head, fontSize=15, leading=20)
        rows: list[list[Any]] = [[Paragraph(text, head) for text in HEADER]]
        for line in lines:
            rows.append(_row(line, cell, struck))
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
            bottomMargin=14 * mm, title=f"Sổ cấp giấy chứng nhận {period}", author=issuer, lang="vi", invariant=1,
        )  # fmt: skip
        story = [
            Paragraph(escape(issuer.upper()), head),
            Paragraph(f"SỔ CẤP GIẤY CHỨNG NHẬN {escape(period.upper())}", title),
            Spacer(1, 4 * mm),
            table,
        ]
        page_foot = partial(_foot, foot)
        document.build(story, onFirstPage=page_foot, onLaterPages=page_foot)
    return stream.getvalue()


def _row(line: RegisterLine, cell: ParagraphStyle, struck: ParagraphStyle) -> list[Paragraph]:
    """A line as cells: struck through, never erased, where the certificate no longer stands; the note stays plain."""
    cells = [escape(str(value)) for value in line.cells()]
    if line.status == "issued":
        return [Paragraph(text, cell) for text in cells]
    return [*(Paragraph(f"<strike>{text}</strike>", struck) for text in cells[:-1]), Paragraph(cells[-1], cell)]


def _foot(words: str, canvas: Any, document: Any) -> None:
    canvas.setFont("serif", 9)
    canvas.drawString(10 * mm, 8 * mm, words)
    canvas.drawRightString(landscape(A4)[0] - 10 * mm, 8 * mm, f"Trang {document.page}")
