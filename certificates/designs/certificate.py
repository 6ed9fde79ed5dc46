"""The Giấy chứng nhận: A4 landscape, heading by family, room for the seal, a QR code that leads to the check."""

from io import BytesIO
from pathlib import Path
from typing import Any

import zxingcpp
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from certificates.designs import faces
from certificates.designs.facts import CertificateFacts, check_letters
from lms.text import short_date, vietnamese_date

WIDTH, HEIGHT = landscape(A4)
RED, INK, GOLD = HexColor("#A01C1F"), HexColor("#1C1A19"), HexColor("#B08D3C")
MIDDLE = WIDTH / 2
# The right-hand block of each heading family (HD 05-HD/VPTW 2026; NĐ 30/2020; QĐ 367-QĐ/TWĐTN), and what stands
# beneath the issuer on the left.
HEADINGS = {
    "party": (("ĐẢNG CỘNG SẢN VIỆT NAM",), "*"),
    "state": (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"), ""),
    "union": (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"), ""),
    "youth": (("ĐOÀN TNCS HỒ CHÍ MINH",), "***"),
}
UNSIGNED = "Bản tra cứu điện tử, không thay bản có chữ ký và con dấu."


def draw(facts: CertificateFacts, address: str, fonts: Path) -> bytes:
    """The PDF; the same facts and address give the same bytes. `address` is what the QR code holds.

    Raises MissingLetters rather than print a box.
    """
    check_letters(facts, fonts)
    stream = BytesIO()
    with faces.drawing:
        faces.load(fonts)
        canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT), invariant=1, lang="vi", pageCompression=1)
        canvas.setTitle(f"Giấy chứng nhận số {facts.number}: {facts.name}")
        canvas.setAuthor(facts.issuer)
        canvas.setSubject(facts.title)
        canvas.setKeywords(facts.code)
        _frame(canvas)
        _headings(canvas, facts)
        _body(canvas, facts)
        _signature(canvas, facts)
        _check(canvas, facts, address)
        canvas.showPage()
        canvas.save()
    return stream.getvalue()


def _frame(canvas: Canvas) -> None:
    for inset, width, color in ((9 * mm, 2.2, RED), (11 * mm, 0.6, GOLD), (12.2 * mm, 0.6, GOLD)):
        canvas.setStrokeColor(color)
        canvas.setLineWidth(width)
        canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)
    canvas.setFillColor(RED)
    for x in (10.6 * mm, WIDTH - 10.6 * mm):
        for y in (10.6 * mm, HEIGHT - 10.6 * mm):
            canvas.saveState()
            canvas.translate(x, y)
            canvas.rotate(45)
            canvas.rect(-2.6 * mm, -2.6 * mm, 5.2 * mm, 5.2 * mm, stroke=0, fill=1)
            canvas.restoreState()


def _centred(canvas: Canvas, x: float, y: float, text: str, face: str, size: float, width: float, *,
             floor: float = 9, color: Color = INK, leading: float = 1.25) -> float:  # fmt: skip
    """Draws the text centred, fitted to its width; returns the baseline for what comes next."""
    lines, fitted = faces.fit(text, face, size, floor, width)
    canvas.setFillColor(color)
    canvas.setFont(face, fitted)
    for line in lines:
        canvas.drawCentredString(x, y, line)
        y -= fitted * leading
    return y


def _headings(canvas: Canvas, facts: CertificateFacts) -> None:
    right, mark = HEADINGS[facts.heading]
    left_x, right_x, top, room = 82 * mm, WIDTH - 82 * mm, HEIGHT - 24 * mm, 116 * mm
    y = top
    if facts.superior:
        y = _centred(canvas, left_x, y, facts.superior.upper(), "serif", 12, room)
    y = _centred(canvas, left_x, y, facts.issuer.upper(), "serif-bold", 12, room)
    if mark:
        y = _centred(canvas, left_x, y - 1, mark, "serif-bold", 12, room)
    else:
        _rule(canvas, left_x, y + 9, 22 * mm)
        y -= 6
    _centred(canvas, left_x, y, f"Số {facts.number}" if facts.heading == "party" else f"Số: {facts.number}",
             "serif", 12.5, room)  # fmt: skip
    y = top
    for line in right:
        face = "serif-bold"
        size = 13 if line.isupper() else 13.5
        y = _centred(canvas, right_x, y, line, face, size, room)
    _rule(canvas, right_x, y + 11, min(room, stringWidth(right[-1], "serif-bold", 13)) / 2)


def _rule(canvas: Canvas, x: float, y: float, half: float) -> None:
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.8)
    canvas.line(x - half, y, x + half, y)


def _body(canvas: Canvas, facts: CertificateFacts) -> None:
    room = WIDTH - 70 * mm
    y = _centred(canvas, MIDDLE, HEIGHT - 62 * mm, "GIẤY CHỨNG NHẬN", "serif-bold", 34, room, color=RED)
    y = _centred(canvas, MIDDLE, y + 6, "Chứng nhận đồng chí", "serif-italic", 15, room)
    y = _centred(canvas, MIDDLE, y - 12, facts.name, "serif-bold", 27, room, floor=17, leading=1.15)
    y += 4
    if facts.born:
        y = _centred(canvas, MIDDLE, y, f"Sinh ngày: {facts.born}" if "/" in facts.born else f"Năm sinh: {facts.born}",
                     "serif", 14, room)  # fmt: skip
    if facts.post:
        y = _centred(canvas, MIDDLE, y - 1, f"Chức vụ: {facts.post}", "serif", 14, room, floor=11)
    if facts.unit:
        y = _centred(canvas, MIDDLE, y - 1, f"Đơn vị: {facts.unit}", "serif", 14, room, floor=11)
    y = _centred(canvas, MIDDLE, y - 6, "Đã hoàn thành chương trình", "serif-italic", 14.5, room)
    y = _centred(canvas, MIDDLE, y - 3, facts.title, "serif-bold", 18, room, floor=13, color=RED, leading=1.2)
    hours = f"Thời lượng {facts.hours} tiết"
    days = f"từ ngày {short_date(facts.started_on)} đến ngày {short_date(facts.completed_on)}"
    _centred(canvas, MIDDLE, y - 1, f"{hours}, {days}.", "serif", 14, room)


def _signature(canvas: Canvas, facts: CertificateFacts) -> None:
    x, room = WIDTH - 78 * mm, 104 * mm
    place = f"{facts.place}, {vietnamese_date(facts.issued_on)}"
    y = _centred(canvas, x, 66 * mm, place, "serif-italic", 13, room)
    for line in facts.authority:
        y = _centred(canvas, x, y, line, "serif-bold", 13, room, leading=1.18)
    # Between here and the name: 30 mm and more for the signature and the seal.
    _centred(canvas, x, 19 * mm, facts.signer, "serif-bold", 14, room)


def _check(canvas: Canvas, facts: CertificateFacts, address: str) -> None:
    """The QR code, as ink on paper: dark runs as rectangles, with a quiet zone of four modules around."""
    side, x, y = 29 * mm, 24 * mm, 20 * mm
    image = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    rows = _modules(image.to_image(scale=1, add_quiet_zones=False))
    step = side / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        start = None
        for column, value in enumerate([*row, 255]):
            if value == 0 and start is None:
                start = column
            elif value and start is not None:
                path.rect(x + start * step, y + side - (number + 1) * step, (column - start) * step, step)
                start = None
    canvas.setFillColor(INK)
    canvas.drawPath(path, stroke=0, fill=1)
    left = x + side + 5 * mm
    lines = (
        ("sans", f"Vào sổ cấp giấy chứng nhận: {facts.book}"),
        ("sans", "Kiểm tra giấy này tại địa chỉ"),
        ("sans-bold", address),
        ("sans", f"Mã kiểm tra: {grouped(facts.code)}"),
        ("sans", UNSIGNED),
    )
    baseline = y + side - 8
    for face, text in lines:
        for line in faces.wrap(text, face, 8.5, 92 * mm):
            canvas.setFont(face, 8.5)
            canvas.drawString(left, baseline, line)
            baseline -= 12.5


def _modules(image: Any) -> Any:
    """The picture's rows; 0 is ink."""
    rows: Any = memoryview(image).tolist()
    return rows


def grouped(code: str) -> str:
    """A code in groups of four, as people read it aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
