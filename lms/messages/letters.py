"""The letter that a person's notices become: one a day, however many notices there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from flask_babel import gettext as _


@dataclass(frozen=True)
class Notice:
    """What a person is to be told, and where each channel that is set up reaches them (empty: it does not)."""

    addresses: tuple[str, ...]
    person_id: int
    name: str
    key: str
    subject: str
    body: str
    reason: str
    id: int = 0
    attempts: int = 0


@dataclass(frozen=True)
class Letter:
    """One letter to one person. The same notices make the same `key`: a letter that is sent twice can be told."""

    person_id: int
    name: str
    channel: int
    address: str
    key: str
    subject: str
    body: str
    notices: tuple[Notice, ...]


def letters(notices: Iterable[Notice]) -> list[Letter]:
    """One letter for each person whom a channel reaches, with all their notices and why each of them came."""
    ordered = sorted(notices, key=lambda notice: (notice.person_id, notice.id or float("inf"), notice.key))
    gathered = [tuple(group) for _person, group in groupby(ordered, attrgetter("person_id"))]
    return [_letter(group) for group in gathered if any(group[0].addresses)]


def _letter(notices: tuple[Notice, ...]) -> Letter:
    first = notices[0]
    channel = next(place for place, address in enumerate(first.addresses) if address)
    subject, body = first.subject, f"{first.body}\n\n{first.reason}".strip()
    if len(notices) > 1:
        subject = _("%(count)s notices for you", count=len(notices))
        body = "\n\n".join(f"* {n.subject}\n\n{n.body}\n\n{n.reason}".strip() for n in notices)
    return Letter(first.person_id, first.name, channel, first.addresses[channel], first.key, subject, body, notices)
