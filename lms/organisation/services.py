"""What can happen to the organisation: units, posts and appointments come, change hands and end."""

from collections.abc import Iterable
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from lms import audit
from lms.db import transaction
from lms.errors import Refused
from lms.organisation.history import begin_unit, replace
from lms.organisation.models import PostKind, Unit, UnitState
from lms.text import clean, fold

# The four groups of the 2014 target. Since 15/6/2025 administrative agencies have no union: the kind may end there.
POST_KINDS = (
    ("bi-thu-chi-bo", "Bí thư chi bộ", "party"),
    ("can-bo-dan-van", "Cán bộ phụ trách công tác dân vận", "party"),
    ("chu-tich-cong-doan", "Chủ tịch công đoàn", "union"),
    ("bi-thu-doan", "Bí thư Đoàn thanh niên", "youth"),
)


def add_post_kinds(kinds: Iterable[tuple[str, str, str]] = POST_KINDS) -> None:
    """Adds the kinds that are not there yet; the second time it does nothing."""
    with transaction() as session:
        known = {code for (code,) in session.query(PostKind.code)}
        session.add_all(
            PostKind(code=code, name=name, tree=tree, position=position)
            for position, (code, name, tree) in enumerate(kinds)
            if code not in known
        )


def add_unit(
    code: str,
    name: str,
    *,
    kind: str,
    tree: str = "party",
    parent_id: int | None = None,
    party_unit_id: int | None = None,
    valid_from: date | None = None,
    doubt: str = "",
    at: datetime,
) -> Unit:
    """A new unit under a parent (or a root). Raises IntegrityError when the code is taken."""
    with transaction() as session:
        unit = Unit(
            code=code, name=clean(name), fold=fold(name), kind=kind, tree=tree, path=f"new:{code}",
            parent_id=parent_id, party_unit_id=party_unit_id, valid_from=valid_from, doubt=doubt,
        )  # fmt: skip
        begin_unit(session, unit, at)
    return unit


def enter_unit(code: str, name: str, *, kind: str, tree: str, above_id: int, valid_from: date | None, doubt: str,
               at: datetime) -> int:  # fmt: skip
    """A unit entered by hand: beneath another of its tree, else at the level of a Party unit. Refused: code taken."""
    with transaction() as session:
        above = session.get_one(Unit, above_id)
        if session.scalar(select(Unit.id).where(Unit.code == code)):
            raise Refused(_("There is a unit with the code %(code)s already.", code=code))
        linked = above.tree != tree
        if linked and above.tree != "party":
            raise Refused(_("%(unit)s cannot stand beneath %(above)s.", unit=name, above=above.name))
        unit = Unit(
            code=code, name=clean(name), fold=fold(name), kind=kind, tree=tree, path=f"new:{code}", doubt=doubt,
            parent_id=None if linked else above_id, party_unit_id=above_id if linked else None, valid_from=valid_from,
        )  # fmt: skip
        begin_unit(session, unit, at)
        audit.record("lms.add_unit", f"unit:{code}", above=above.code)
        return unit.id


def correct_unit(unit_id: int, name: str, *, kind: str, doubt: str, at: datetime) -> None:
    """Puts right how a unit is written, now and since its last change; what was written before stays known."""
    with transaction() as session:
        unit = session.get_one(Unit, unit_id, with_for_update=True)
        if clean(name) != unit.name:
            wrong = select(UnitState).where(
                UnitState.unit_id == unit_id, UnitState.name == unit.name, UnitState.withdrawn_at.is_(None)
            )
            for state in session.scalars(wrong).all():
                replace(session, state, at, name=clean(name))
        unit.name, unit.fold, unit.kind, unit.doubt = clean(name), fold(name), kind, doubt
        audit.record("lms.correct_unit", f"unit:{unit.code}", name=unit.name, kind=kind)


def person_code(person_id: int) -> str:
    """The code that an office writes beside a name: CB and six digits or more."""
    return f"CB{person_id:06d}"
