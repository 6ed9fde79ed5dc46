"""Laid-out pages as PDF operators: words, rules, frame and QR code."""

from typing import Any

import zxingcpp

from certificates.designs.design import Design
from certificates.designs.faces import FACES
from certificates.designs.layout import QR_SIDE, QR_X, QR_Y, Page, Shape, frame, logo_box

MASK = 3
# A module of the QR code as a bit: 0 for ink.
_BITS = b"0" + b"1" * 255
FONT_KEYS = {face: f"F{number}" for number, face in enumerate(FACES)}


class Painter:
    """Writes the content of pages in a design's colours."""

    def __init__(self, design: Design) -> None:
        self.design = design
        self.colors = {"ink": _rgb("#1C1A19"), "accent": _rgb(design.accent), "gold": _rgb("#B08D3C")}

    def frame(self) -> bytes:
        """The decorative border."""
        return "".join(self._shape(shape) for shape in frame(self.design)).encode()

    def page(self, page: Page, codes: dict[str, dict[str, str]], qr: str, *, front: bool,
             tagged: bool) -> bytes:  # fmt: skip
        """One page; tagged, each block is marked with its place in reading order. KeyError for an unknown letter."""
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


def _rgb(color: str) -> str:
    return " ".join(f"{int(color[start : start + 2], 16) / 255:.3f}".rstrip("0").rstrip(".") for start in (1, 3, 5))


def qr_rows(content: str) -> list[bytes]:
    """The modules of the QR code row by row, 0 for ink; without the quiet zone.

    To choose among eight masks takes six times as long as the rest, and a signed statement looks as random under any
    of them; a bare address keeps the chosen one, so that papers from before stay the same to the byte.
    """
    chosen = {"data_mask": MASK} if "#" in content else {}
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M", **chosen)
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    side, data = image.shape[0], memoryview(image).tobytes()
    return [data[start : start + side] for start in range(0, side * side, side)]


def _qr(content: str, color: str) -> str:
    """The QR code as a one-bit stencil: no seams between its rows, and a few hundred bytes."""
    rows = qr_rows(content)
    side = len(rows)
    bytes_a_row = (side + 7) // 8
    data = "".join([
        f"{int(row.translate(_BITS).ljust(bytes_a_row * 8, b'1'), 2):0{2 * bytes_a_row}X}" for row in rows
    ])  # fmt: skip
    return (
        f"q {color} rg {QR_SIDE:.2f} 0 0 {QR_SIDE:.2f} {QR_X:.2f} {QR_Y:.2f} cm\n"
        f"BI /IM true /W {side} /H {side} /BPC 1 /F /AHx ID {data}> EI Q\n"
    )
