"""What a certificate says: frozen when it is issued, kept as JSON, drawn the same ever after."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from lms.fonts import missing_letters


@dataclass(frozen=True)
class CertificateFacts:
    """Everything that is printed. `authority` are the lines above the signature; `hours` are periods of 45 minutes."""

    heading: str
    superior: str
    issuer: str
    place: str
    authority: tuple[str, ...]
    signer: str
    number: str
    book: str
    issued_on: date
    name: str
    born: str
    post: str
    unit: str
    title: str
    hours: int
    started_on: date
    completed_on: date
    code: str
    # The printed score, "8,5"; printed only where the design asks for it.
    score: str = ""
    # What the paper says of its signature; empty for a paper that is to be signed by hand.
    notice: str = ""
    # How it is signed: unsigned (by hand, on paper), token (by the leader, in the file) or seal.
    signing: str = "unsigned"
    # The decision that recognised the result, "15-QĐ/ĐUK, 05/02/2026"; stands in the register.
    decision: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives back equal facts."""
        return {
            key: value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "CertificateFacts":
        values = {field.name: data[field.name] for field in fields(CertificateFacts) if field.name in data}
        for key in ("issued_on", "started_on", "completed_on"):
            values[key] = date.fromisoformat(values[key])
        return CertificateFacts(**values | {"authority": tuple(values["authority"])})


class MissingLetters(ValueError):
    """A text has letters that no font of ours can print: `letters`, in their order."""

    def __init__(self, text: str, letters: str) -> None:
        super().__init__(f"{text!r} has letters that the font lacks: {letters}")
        self.text = text
        self.letters = letters


def check_letters(facts: CertificateFacts, fonts: Path) -> None:
    """Raises MissingLetters for the first text that could not be printed whole."""
    texts = [facts.name, facts.post, facts.unit, facts.title, facts.issuer, facts.superior, facts.signer, facts.number,
             facts.place, facts.born]  # fmt: skip
    for text in [*texts, *facts.authority]:
        for face in ("serif", "serif-bold"):
            if letters := missing_letters(fonts / f"{face}.ttf", text):
                raise MissingLetters(text, letters)
