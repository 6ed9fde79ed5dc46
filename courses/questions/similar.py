"""Near-duplicates: blind to accents, case, punctuation and the order of options."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from courses.questions.types import Choice, Cloze, Content, Matching, Ordering
from lms.text import fold

# So much of what two questions say is the same words: they are pointed out as alike.
ALIKE = 0.85


def search_text(content: Content) -> str:
    """What a question says, folded: its text, then its options, pairs or items."""
    return fold(" ".join([content.text, *_parts(content)]))


def _parts(content: Content) -> list[str]:
    match content:
        case Choice():
            return [option.text for option in content.options]
        case Matching():
            return [side for pair in content.pairs for side in pair] + list(content.extra)
        case Ordering():
            return list(content.items)
        case Cloze():
            return [part for gap in content.gaps for part in _parts(gap.asked)]
    return []


@dataclass(frozen=True)
class Said:
    """The words of one question, to be compared."""

    name: str
    words: frozenset[str]

    @staticmethod
    def of(name: str, folded: str) -> "Said":
        """From a `search_text`."""
        return Said(name, frozenset(re.findall(r"\w+", folded)))


def alike(one: Said, others: Iterable[Said]) -> str:
    """The name of the other question that says nearly the same; empty when there is none."""
    size = len(one.words)
    for other in others:
        if other.name == one.name or not ALIKE * size <= len(other.words) <= size / ALIKE:
            continue
        common = len(one.words & other.words)
        if common >= ALIKE * (size + len(other.words) - common):
            return other.name
    return ""
