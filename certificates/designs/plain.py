"""The same paper by reportlab: slower and untagged, the reference that the compiled writer is held against."""

from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from certificates.designs.compiled import Paper
from certificates.designs.design import Design, picture
from certificates.designs.faces import FACES, faces_in
from certificates.designs.facts import check_letters
from certificates.designs.layout import HEIGHT, QR_SIDE, QR_X, QR_Y, WIDTH, Shape, frame, logo_box, pages
from certificates.designs.painting import qr_rows

# reportlab keeps a document's letters in the font object: one drawing at a time in a process.
drawing = Lock()


def load(folder: Path) -> None:
    """Registers our faces under their file names; the second time it does nothing."""
    for face in FACES:
        if face not in getRegisteredFontNames():
            registerFont(TTFont(face, str(folder / f"{face}.ttf")))


def draw_plain(design: Design, paper: Paper, fonts: Path) -> bytes:
    """The certificate by reportlab: the same words in the same places."""
    check_letters(paper.facts, fonts)
    stream = BytesIO()
    colors = {"ink": HexColor("#1C1A19"), "accent": HexColor(design.accent), "gold": HexColor("#B08D3C")}
    with drawing:
        load(fonts)
        canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), invariant=1, lang="vi", pageCompression=1)
        for front, page in zip((True, False), pages(design, paper.facts, paper.address, faces_in(fonts)), strict=False):
            for shape in (*frame(design), *page.rules):
                _shape(canvas, shape, colors)
            if design.logo and front:
                canvas.drawImage(ImageReader(picture(design.logo)), *logo_box(design))
            for block in page.blocks:
                if block.role == "Figure":
                    _qr(canvas, paper.qr, colors["ink"])
                for text in block.texts:
                    canvas.setFillColor(colors[text.color])
                    canvas.setFont(text.face, text.size)
                    canvas.drawString(text.x, text.y, text.text)
            canvas.showPage()
        canvas.save()
    return stream.getvalue()


def _shape(canvas: Canvas, shape: Shape, colors: dict[str, Any]) -> None:
    path = canvas.beginPath()
    path.moveTo(*shape.points[0])
    for point in shape.points[1:]:
        path.lineTo(*point)
    path.close()
    canvas.setLineWidth(shape.width)
    canvas.setStrokeColor(colors[shape.color])
    canvas.setFillColor(colors[shape.color])
    canvas.drawPath(path, stroke=int(shape.width > 0), fill=int(shape.width == 0))


def _qr(canvas: Canvas, content: str, ink: Any) -> None:
    rows = qr_rows(content)
    step = QR_SIDE / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if not value:
                path.rect(QR_X + column * step, QR_Y + QR_SIDE - (number + 1) * step, step, step)
    canvas.setFillColor(ink)
    canvas.drawPath(path, stroke=0, fill=1)
