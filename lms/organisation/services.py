"""What can happen to the organisation: units, posts and appointments come, change hands and end."""

from collections.abc import Iterable
from datetime import date, datetime

from lms.db import transaction
from lms.organisation.history import begin_unit
from lms.organisation.models import PostKind, Unit
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


def person_code(person_id: int) -> str:
    """The code that an office writes beside a name: CB and six digits or more."""
    return f"CB{person_id:06d}"
