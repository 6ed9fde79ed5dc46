"""Who stands behind the figures of a unit, name by name."""

from certificates.targets.facts import spans
from certificates.targets.models import Target
from certificates.targets.queries import Clocks, Missing, described, place
from certificates.targets.rules import Period
from lms.db import db
from lms.organisation.models import PostKind, Unit, UnitState
from lms.organisation.queries import below


def counted(target: Target, unit: Unit, clocks: Clocks) -> tuple[list[Missing], list[Missing]]:
    """The trained and the exempt of a unit's subtree, post by post in depth-first order, from the raw rows."""
    path = place(target, unit, clocks)
    window = Period(clocks.on, clocks.on)
    found = spans(db.session(), target, window, below(path, UnitState.path), known=clocks.known) if path else []
    found.sort(key=lambda span: (span.path, span.post_id))
    kinds = {kind.id: kind for kind in db.session.query(PostKind)}
    trained = described([span for span in found if span.trained], kinds, clocks)
    exempt = described([span for span in found if span.state == "exempt" and span.person_id], kinds, clocks)
    return trained, exempt
