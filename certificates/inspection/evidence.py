"""What lies behind a post of the sample: why it counts so, and the papers that prove it, within the period."""

from dataclasses import dataclass
from typing import Any

from flask import current_app

from certificates.inspection.models import Inspection, Item
from certificates.targets.explaining import Explanation, Proof, explanation
from certificates.targets.facts import end
from lms.db import db
from lms.organisation.models import Person
from lms.plugins import Link, installed


@dataclass(frozen=True)
class Behind:
    """The evidence of one post; nothing but the post itself where nobody holds it."""

    why: Explanation | None
    proofs: list[Proof]
    # What other plugins keep of it: attempts at a quiz, classes attended.
    records: list[Link]

    @property
    def certificates(self) -> list[str]:
        """The codes of the certificates among the proofs."""
        return [proof.code for proof in self.proofs if proof.code]

    @property
    def changes(self) -> list[Any]:
        """Who changed what about the person."""
        return self.why.changes if self.why else []


def evidence_of(inspection: Inspection, item: Item) -> Behind:
    """What is known of the post's holder, as of the day and the moment of the sample; nothing after the period."""
    person = db.session.get(Person, item.person_id) if item.person_id else None
    if person is None:
        return Behind(None, [], [])
    why = explanation(inspection.target, person, inspection.clocks)
    proofs = [proof for proof in why.proofs if proof.completed_on <= inspection.to_on]
    by = min(end(inspection.to_on), inspection.known_at or end(inspection.to_on))
    records = [
        record
        for activity in inspection.target.activities
        for plugin in installed(current_app)
        for record in plugin.proofs(activity, person.id, by)
    ]
    return Behind(why, proofs, records)
