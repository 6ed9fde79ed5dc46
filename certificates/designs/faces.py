"""Fonts as reportlab wants them, read once per process; and texts that fit their place."""

from pathlib import Path
from threading import Lock

from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

FACES = ("sans", "sans-bold", "serif", "serif-bold", "serif-italic")
# reportlab keeps a document's letters in the font object: one drawing at a time in a process.
drawing = Lock()


def load(folder: Path) -> None:
    """Registers our faces under their file names; the second time it does nothing."""
    for face in FACES:
        if face not in getRegisteredFontNames():
            registerFont(TTFont(face, str(folder / f"{face}.ttf")))


def fit(text: str, face: str, size: float, floor: float, width: float) -> tuple[list[str], float]:
    """The text in as few lines as it needs: first smaller, down to `floor` points, then wrapped. Never cut off."""
    needed = stringWidth(text, face, size)
    if needed <= width:
        return [text], size
    shrunk = size * width / needed
    if shrunk >= floor:
        return [text], shrunk
    return wrap(text, face, floor, width), floor


def wrap(text: str, face: str, size: float, width: float) -> list[str]:
    """Lines no wider than `width`, of about equal length; a single word that is too wide is broken."""
    total = stringWidth(text, face, size)
    count = max(1, -(-int(total) // int(width)))
    for narrow in (total / count * 1.08, width):
        lines = _greedy(text, face, size, min(narrow, width))
        if len(lines) <= count + 1:
            return lines
    return lines


def _greedy(text: str, face: str, size: float, width: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in _pieces(text, face, size, width):
        longer = f"{line} {word}".strip()
        if line and stringWidth(longer, face, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _pieces(text: str, face: str, size: float, width: float) -> list[str]:
    pieces = []
    for word in text.split():
        while len(word) > 1 and stringWidth(word, face, size) > width:
            end = len(word)
            while end > 1 and stringWidth(word[:end], face, size) > width:
                end -= 1
            pieces.append(word[:end])
            word = word[end:]
        pieces.append(word)
    return pieces
