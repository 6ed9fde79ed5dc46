"""Where each word of a paper stands. Both writers, the compiled one and reportlab's, draw what is laid out here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from certificates.designs.design import Design, Line, fill, picture
from certificates.designs.faces import Faces
from certificates.designs.facts import CertificateFacts
from lms.text import short_date, vietnamese_date

MM = 72 / 25.4
WIDTH, HEIGHT = 297 * MM, 210 * MM
MIDDLE = WIDTH / 2
# The right-hand block of each heading family (HD 05-HD/VPTW 2026; NĐ 30/2020; QĐ 367-QĐ/TWĐTN), and what stands
# beneath the issuer on the left ("": a rule).
FAMILIES: dict[str, tuple[tuple[str, ...], str]] = {
    "party": (("ĐẢNG CỘNG SẢN VIỆT NAM",), "*"),
    "state": (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"), ""),
    "union": (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"), ""),
    "youth": (("ĐOÀN TNCS HỒ CHÍ MINH",), "***"),
    "plain": ((), ""),
}
LEFT, RIGHT, HEADING_ROOM = 82 * MM, WIDTH - 82 * MM, 116 * MM
QR_X, QR_Y, QR_SIDE = 23 * MM, 19 * MM, 31 * MM
# Beneath this line stand the signature on the right and the check on the left.
FOOT = 69 * MM
QR_WORDS = "Mã QR dẫn đến trang kiểm tra giấy chứng nhận này."
UNSIGNED = "Bản tra cứu điện tử, không thay bản có chữ ký và con dấu."


@dataclass(frozen=True, slots=True)
class Text:
    """One run of letters on one line; x and y are where its baseline begins, in points from the lower left."""

    x: float
    y: float
    text: str
    face: str
    size: float
    color: str = "ink"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph as a screen reader hears it: P, H1, Figure (the QR code) or Link (the address)."""

    role: str
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed outline in points, stroked, or filled when it has no width."""

    points: tuple[tuple[float, float], ...]
    width: float
    color: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page: blocks in reading order, and rules that only please the eye."""

    blocks: tuple[Block, ...]
    rules: tuple[Shape, ...] = ()


def frame(design: Design) -> Iterator[Shape]:
    """The decorative border."""
    if design.frame == "none":
        return
    yield _box(9 * MM, 2.2, "accent")
    if design.frame == "double":
        yield _box(11 * MM, 0.6, "gold")
        yield _box(12.2 * MM, 0.6, "gold")
        reach = 2.6 * MM * 2**0.5
        for x in (10.6 * MM, WIDTH - 10.6 * MM):
            for y in (10.6 * MM, HEIGHT - 10.6 * MM):
                yield Shape(((x - reach, y), (x, y - reach), (x + reach, y), (x, y + reach)), 0, "accent")


def _box(inset: float, width: float, color: str) -> Shape:
    right, top = WIDTH - inset, HEIGHT - inset
    return Shape(((inset, inset), (right, inset), (right, top), (inset, top)), width, color)


def logo_box(design: Design) -> tuple[float, float, float, float]:
    """Where the logo stands: x, y, width and height in points."""
    image = picture(design.logo)
    height = design.logo_height * MM
    width = height * image.width / image.height
    return MIDDLE - width / 2, HEIGHT - 50 * MM - height, width, height


def values_of(facts: CertificateFacts) -> dict[str, str]:
    """The fields of a design, for one certificate."""
    birth = f"Sinh ngày: {facts.born}" if "/" in facts.born else f"Năm sinh: {facts.born}"
    return {
        "name": facts.name, "born": facts.born, "birth": birth if facts.born else "", "post": facts.post,
        "unit": facts.unit, "title": facts.title, "hours": str(facts.hours), "started": short_date(facts.started_on),
        "completed": short_date(facts.completed_on), "number": facts.number, "book": facts.book,
        "issued": short_date(facts.issued_on), "issuer": facts.issuer, "score": facts.score,
    }  # fmt: skip


class _Pen:
    """Sets lines one beneath the other, centred on x; `y` is the next baseline."""

    def __init__(self, faces: Faces, x: float, y: float, room: float, scale: float = 1) -> None:
        self.faces, self.x, self.y, self.room, self.scale = faces, x, y, room, scale

    def set(self, text: str, face: str, size: float, floor: float, color: str = "ink", *,
            leading: float = 1.25) -> list[Text]:  # fmt: skip
        """One text, fitted to the room, in as many lines as it needs."""
        lines, fitted = self.faces.fit(text, face, size * self.scale, floor * self.scale, self.room)
        found = []
        for line in lines:
            found.append(Text(self.x - self.faces.width(line, face, fitted) / 2, self.y, line, face, fitted, color))
            self.y -= fitted * leading
        return found


def pages(design: Design, facts: CertificateFacts, address: str, faces: Faces) -> list[Page]:
    """The paper, front and back. KeyError for a letter that a face does not have."""
    values = values_of(facts)
    heading, rules = _heading(design, facts, faces)
    front = [*heading, *_body(design, values, faces), *_signature(design, facts, faces), *_check(facts, address, faces)]
    found = [Page(tuple(front), tuple(rules))]
    if design.back:
        found.append(Page(tuple(_back(design.back, values, faces))))
    return found


def _heading(design: Design, facts: CertificateFacts, faces: Faces) -> tuple[list[Block], list[Shape]]:
    right, mark = FAMILIES[design.heading]
    pen = _Pen(faces, LEFT, HEIGHT - 24 * MM, HEADING_ROOM)
    rules: list[Shape] = []
    above = pen.set(facts.superior.upper(), "serif", 12, 9) if facts.superior else []
    left = [Block("P", tuple(above + pen.set(facts.issuer.upper(), "serif-bold", 12, 9)))]
    if mark:
        pen.y -= 1
        rules_free = pen.set(mark, "serif-bold", 12, 9)
        left[-1] = Block("P", left[-1].texts + tuple(rules_free))
    else:
        rules.append(_rule(LEFT, pen.y + 9, 22 * MM))
        pen.y -= 6
    number = f"Số {facts.number}" if design.heading == "party" else f"Số: {facts.number}"
    left.append(Block("P", tuple(pen.set(number, "serif", 12.5, 9))))
    if right:
        pen = _Pen(faces, RIGHT, HEIGHT - 24 * MM, HEADING_ROOM)
        texts = [text for line in right for text in pen.set(line, "serif-bold", 13 if line.isupper() else 13.5, 9)]
        left.append(Block("P", tuple(texts)))
        rules.append(_rule(RIGHT, pen.y + 11, faces.width(right[-1], "serif-bold", 13) / 2))
    return left, rules


def _rule(x: float, y: float, half: float) -> Shape:
    return Shape(((x - half, y), (x + half, y)), 0.8, "ink")


def _body(design: Design, values: dict[str, str], faces: Faces) -> list[Block]:
    """The wording; what does not fit above the foot is set smaller as a whole rather than run into it."""
    top = HEIGHT - (62 * MM if not design.logo else 56 * MM + design.logo_height * MM)
    blocks: list[Block] = []
    for scale in (1, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.5):
        pen = _Pen(faces, MIDDLE, top, WIDTH - 70 * MM, scale)
        blocks = list(_lines(design.lines, values, pen))
        if pen.y > FOOT - 6:
            break
    return blocks


def _lines(lines: Iterable[Line], values: dict[str, str], pen: _Pen, first: str = "H1") -> Iterator[Block]:
    for number, line in enumerate(lines):
        if all(values[name] for name in line.fields):
            pen.y -= line.gap * pen.scale
            texts = pen.set(fill(line.text, values), line.face, line.size, line.floor, line.color)
            if line.second:
                size = max(line.size * 0.62, 8)
                pen.y += line.size * 0.3 * pen.scale
                texts += pen.set(fill(line.second, values), "serif-italic", size, 7, line.color)
            yield Block("P" if number else first, tuple(texts))


def _signature(design: Design, facts: CertificateFacts, faces: Faces) -> list[Block]:
    pen = _Pen(faces, WIDTH - 78 * MM, 66 * MM, 104 * MM)
    place = pen.set(f"{facts.place}, {vietnamese_date(facts.issued_on)}", "serif-italic", 13, 9)
    authority = [text for line in facts.authority for text in pen.set(line, "serif-bold", 13, 9, leading=1.18)]
    # The seal and the signature stand between the authority and the name.
    pen.y = max(min(pen.y + 13 - design.seal * MM, 24 * MM), 15.5 * MM)
    return [
        Block("P", tuple(place)),
        Block("P", tuple(authority)),
        Block("P", tuple(pen.set(facts.signer, "serif-bold", 14, 9))),
    ]


def _check(facts: CertificateFacts, address: str, faces: Faces) -> Iterator[Block]:
    left, room = QR_X + QR_SIDE + 5 * MM, 100 * MM
    y = QR_Y + QR_SIDE - 8
    yield Block("Figure", ())
    lines = (
        ("P", f"Vào sổ cấp giấy chứng nhận: {facts.book}", "serif"),
        ("P", "Kiểm tra giấy này tại địa chỉ", "serif"),
        ("Link", address, "serif-bold"),
        ("P", f"Mã kiểm tra: {grouped(facts.code)}", "serif"),
        ("P", facts.notice or UNSIGNED, "serif"),
    )
    for role, text, face in lines:
        texts = []
        for line in faces.wrap(text, face, 9.5, room):
            texts.append(Text(left, y, line, face, 9.5))
            y -= 12.5
        yield Block(role, tuple(texts))


def _back(lines: Iterable[Line], values: dict[str, str], faces: Faces) -> list[Block]:
    blocks: list[Block] = []
    for scale in (1, 0.9, 0.8, 0.7, 0.6, 0.5):
        pen = _Pen(faces, MIDDLE, HEIGHT - 34 * MM, WIDTH - 60 * MM, scale)
        blocks = list(_lines(lines, values, pen, "H2"))
        if pen.y > 20 * MM:
            break
    return blocks


def grouped(code: str) -> str:
    """A code in groups of four, as people read it aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
