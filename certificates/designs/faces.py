"""How wide letters are, and texts that fit their place; knows no PDF library."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

# The faces of papers: files of lms.fonts by these names.
FACES = ("serif", "serif-bold", "serif-italic")


@dataclass(frozen=True)
class Faces:
    """The widths of the letters of each face, in thousandths of the size."""

    folder: Path
    widths: dict[str, dict[str, float]]

    def width(self, text: str, face: str, size: float) -> float:
        """How long a text is, in points. KeyError for a letter that the face does not have."""
        return self._advance(text, face) * size / 1000

    @cached_property
    def _advance(self) -> Callable[[str, str], float]:
        """Most texts are the same on every paper of a design: their widths are kept."""
        return lru_cache(maxsize=4096)(lambda text, face: sum(map(self.widths[face].__getitem__, text)))

    def fit(self, text: str, face: str, size: float, floor: float, room: float) -> tuple[list[str], float]:
        """The text in as few lines as it needs: first smaller, down to `floor` points, then wrapped. Never cut off."""
        needed = self.width(text, face, size)
        if needed <= room:
            return [text], size
        shrunk = size * room / needed
        if shrunk >= floor:
            return [text], shrunk
        return self.wrap(text, face, floor, room), floor

    def wrap(self, text: str, face: str, size: float, room: float) -> list[str]:
        """Lines no wider than `room`, of about equal length; a single word that is too wide is broken."""
        total = self.width(text, face, size)
        if total <= room:
            return [text]
        count = max(1, -(-int(total) // int(room)))
        for narrow in (total / count * 1.08, room):
            lines = self._greedy(text, face, size, min(narrow, room))
            if len(lines) <= count + 1:
                return lines
        return lines

    def _greedy(self, text: str, face: str, size: float, room: float) -> list[str]:
        lines: list[str] = []
        line = ""
        for word in self._pieces(text, face, size, room):
            longer = f"{line} {word}".strip()
            if line and self.width(longer, face, size) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        return [*lines, line]

    def _pieces(self, text: str, face: str, size: float, room: float) -> list[str]:
        pieces = []
        for word in text.split():
            while len(word) > 1 and self.width(word, face, size) > room:
                end = len(word)
                while end > 1 and self.width(word[:end], face, size) > room:
                    end -= 1
                pieces.append(word[:end])
                word = word[end:]
            pieces.append(word)
        return pieces


@cache
def faces_in(folder: Path) -> Faces:
    """The faces of an installation's font folder, read once per process."""
    return Faces(folder, {face: _widths(folder / f"{face}.ttf") for face in FACES})


def _widths(path: Path) -> dict[str, float]:
    with TTFont(path, lazy=True) as font:
        advances, em = font["hmtx"], font["head"].unitsPerEm
        return {chr(code): advances[name][0] * 1000 / em for code, name in font.getBestCmap().items()}
