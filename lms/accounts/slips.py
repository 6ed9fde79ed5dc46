"""What is drawn on activation slips: on the page, and on sheets to print."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import groupby
from operator import attrgetter
from threading import Lock
from typing import Any

import zxingcpp
from flask import current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lms import clock, fonts
from lms.accounts.services import Slip

PLAIN, BOLD = "slip", "slip-bold"
# Two columns of five slips on a sheet.
COLUMNS, ROWS = 2, 5
LEFT, TOP, WIDE, HIGH = 14 * mm, A4[1] - 30 * mm, 91 * mm, 50 * mm
# reportlab keeps a document's letters in the font object: one drawing at a time in a process.
_drawing = Lock()


def qr(code: str) -> Markup:
    """The QR code that opens the activation page with the code filled in, as SVG."""
    svg = _barcode(code).to_svg(add_quiet_zones=True)
    svg = re.sub(r'<svg width="(\d+)" height="(\d+)"', r'<svg class="qr" viewBox="0 0 \1 \2" aria-hidden="true"', svg)
    return Markup(svg[svg.index("<svg") :])  # noqa: S704 - drawn here, from our own address


def sheets(slips: Iterable[Slip]) -> bytes:
    """The slips as a PDF on A4, ten on a sheet, a new sheet for each unit, with lines to cut along."""
    stream = BytesIO()
    with _drawing:
        _load()
        canvas = Canvas(stream, pagesize=A4, lang="vi")
        canvas.setTitle(_("Activation slips"))
        by_unit = attrgetter("unit")
        for unit, of_unit in groupby(sorted(slips, key=by_unit), by_unit):
            waiting = list(of_unit)
            for start in range(0, len(waiting), COLUMNS * ROWS):
                _sheet(canvas, unit, waiting[start : start + COLUMNS * ROWS])
                canvas.showPage()
        canvas.save()
    return stream.getvalue()


def _barcode(code: str) -> zxingcpp.Barcode:
    address = current_app.config["PUBLIC_URL"] + url_for("lms_accounts.activate", code=code)
    return zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")


def _load() -> None:
    folder = fonts.folder_of(current_app.config["DATA_FOLDER"])
    for name, face in ((PLAIN, "sans"), (BOLD, "sans-bold")):
        if name not in getRegisteredFontNames():
            registerFont(TTFont(name, str(folder / f"{face}.ttf")))


def _sheet(canvas: Canvas, unit: str, slips: Sequence[Slip]) -> None:
    canvas.setFont(PLAIN, 9)
    canvas.drawString(LEFT, A4[1] - 16 * mm, f"{current_app.config['SITE_NAME']} · {_('Activation slips')}")
    _line(canvas, unit, LEFT, A4[1] - 23 * mm, BOLD, 13, COLUMNS * WIDE)
    for number, slip in enumerate(slips):
        row, column = divmod(number, COLUMNS)
        _slip(canvas, slip, LEFT + column * WIDE, TOP - (row + 1) * HIGH)


def _slip(canvas: Canvas, slip: Slip, x: float, y: float) -> None:
    canvas.setDash(1, 2)
    canvas.rect(x, y, WIDE, HIGH)
    canvas.setDash()
    side, edge = 27 * mm, 4 * mm
    room = WIDE - side - 3 * edge
    _qr_at(canvas, slip.code, x + WIDE - side - edge, y + HIGH - side - edge, side)
    _line(canvas, slip.name, x + edge, y + HIGH - 9 * mm, BOLD, 11, room)
    _line(canvas, _("Sign-in name: %(name)s", name=slip.username), x + edge, y + HIGH - 15 * mm, PLAIN, 8.5, room)
    _line(canvas, slip.code, x + edge, y + HIGH - 25 * mm, BOLD, 15, room)
    address = current_app.config["PUBLIC_URL"] + url_for("lms_accounts.activate")
    words = _("Open %(address)s, type the code and choose a password. Valid until %(end)s.", address=address,
              end=f"{clock.local(slip.ends_at):%d/%m/%Y %H:%M}")  # fmt: skip
    canvas.setFont(PLAIN, 7.5)
    for place, line in enumerate(simpleSplit(words, PLAIN, 7.5, WIDE - 2 * edge)[:4]):
        canvas.drawString(x + edge, y + 12 * mm - place * 9.5, line)


def _line(canvas: Canvas, text: str, x: float, y: float, face: str, size: float, room: float) -> None:
    """One line, smaller where it would not fit."""
    size = min(size, size * room / stringWidth(text, face, size)) if text else size
    canvas.setFont(face, size)
    canvas.drawString(x, y, text)


def _qr_at(canvas: Canvas, code: str, x: float, y: float, side: float) -> None:
    image: Any = _barcode(code).to_image(scale=1, add_quiet_zones=False)
    rows: list[Any] = memoryview(image).tolist()
    cell = side / len(rows)
    for line, row in enumerate(rows):
        place = 0
        for ink, run in groupby(row):
            wide = len(list(run))
            if not ink:
                canvas.rect(x + place * cell, y + side - (line + 1) * cell, wide * cell, cell, stroke=0, fill=1)
            place += wide
