"""How a sample is drawn. Pure: no database, no clock; `docs/check_sample.py` does the same without this code.

The posts are ordered by the SHA-256 of «seed:post»; the first ones are the sample, of all posts or of each kind. The
seed is the SHA-256 of three lines: the anchor (the hash of the frozen report, or the root of the register), the words
that the inspector gave, and the hash of the line of the audit log that put both down with the hash of the list. That
last hash is not known before the words are given and cannot be known again: nobody can choose the seed.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from io import StringIO
from typing import NamedTuple


class Entry(NamedTuple):
    """A post of the list that is drawn from."""

    post: int
    kind: str
    unit: str
    state: str


def listed(entries: Iterable[Entry]) -> str:
    """The list as it is hashed and kept: a line a post, by number."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Entry._fields)
    writer.writerows(sorted(entries))
    return text.getvalue()


def sha256(text: str) -> str:
    """In hex, of the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def seed_of(anchor: str, words: str, stamp: str) -> str:
    """The seed, in hex."""
    return sha256(f"{anchor}\n{words}\n{stamp}")


def draw(seed: str, entries: Iterable[Entry], size: int, *, by_kind: bool = False) -> list[Entry]:
    """The first `size` posts in the order of the seed, or so many of each kind; fewer where there are fewer."""
    taken: defaultdict[str, int] = defaultdict(int)
    found = []
    for entry in sorted(entries, key=lambda entry: sha256(f"{seed}:{entry.post}")):
        group = entry.kind if by_kind else ""
        if taken[group] < size:
            taken[group] += 1
            found.append(entry)
    return found
