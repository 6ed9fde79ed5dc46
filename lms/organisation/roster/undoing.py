"""Taking an applied change set back, whole or not at all: what it added is withdrawn, what it ended is true again.

People it added stay, without posts: whoever was in a list once may have learnt something since.
"""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.errors import Refused
from lms.organisation.models import Appointment, Person, Post, Unit, UnitState
from lms.organisation.roster.adding import FIELDS, typed, write_people
from lms.organisation.roster.bulk import add, among, chunks
from lms.organisation.roster.models import RosterImport, RosterTrace


def undo_changes(session: Session, found: RosterImport, at: datetime) -> list[int]:
    """Takes everything back; returns the units touched. Raises Refused when others have built on it since."""
    undoing = _Undoing(session, found, at)
    undoing.check()
    undoing.appointments()
    undoing.people()
    undoing.units()
    return sorted(undoing.touched)


class _Undoing:
    """One change set being taken back."""

    def __init__(self, session: Session, found: RosterImport, at: datetime) -> None:
        self.session, self.found, self.at = session, found, at
        self.touched: set[int] = set()
        self.ids: dict[str, list[int]] = {}
        query = select(RosterTrace.what, RosterTrace.row_id).where(RosterTrace.import_id == found.id)
        for what, row_id in session.execute(query.order_by(RosterTrace.id)):
            self.ids.setdefault(what, []).append(row_id)

    def check(self) -> None:
        """Refuses when an appointment that was added has changed, or a post that was added is held by others."""
        added = set(self.ids.get("appointment+", ()))
        posts = self.ids.get("post+", [])
        query = select(Appointment.id, Appointment.post_id).where(Appointment.withdrawn_at.is_(None))
        current = {row.id for row in among(self.session, query, Appointment.id, added)}
        others = {row.id for row in among(self.session, query, Appointment.post_id, posts)} - added
        if len(current) != len(added) or others:
            raise _built_on()
        units = self.ids.get("unit+", [])
        children = select(Unit.id).where(Unit.id.not_in(units))
        later_posts = select(Post.id).where(Post.id.not_in(posts), Post.withdrawn_at.is_(None))
        if any(among(self.session, children, Unit.parent_id, units)) or any(
            among(self.session, later_posts, Post.unit_id, units)
        ):
            raise _built_on()

    def appointments(self) -> None:
        """Withdraws what was added and records anew what was withdrawn."""
        added = self.ids.get("appointment+", [])
        ended = self.ids.get("appointment-", [])
        units = select(Post.unit_id).join(Appointment, Appointment.post_id == Post.id)
        self.touched |= {row.unit_id for row in among(self.session, units, Appointment.id, [*added, *ended])}
        self._withdraw(Appointment, added)
        columns = [column for column in Appointment.__table__.columns if column.name not in ("id", "withdrawn_at")]
        rows = among(self.session, select(*columns), Appointment.id, ended)
        add(self.session, Appointment, [dict(row._mapping) | {"recorded_at": self.at} for row in rows])
        self._withdraw(Post, self.ids.get("post+", []))

    def people(self) -> None:
        """Gives fields their values back where they are still what the import made them."""
        query = select(RosterTrace.row_id, RosterTrace.before).where(
            RosterTrace.import_id == self.found.id, RosterTrace.what == "person~"
        )
        traces = self.session.execute(query.order_by(RosterTrace.id.desc())).all()
        columns = (Person.id, *(getattr(Person, name) for name in FIELDS))
        rows = among(self.session, select(*columns), Person.id, [trace.row_id for trace in traces])
        people = {row.id: dict(row._mapping) for row in rows}
        for trace in traces:
            person = people[trace.row_id]
            for name, (before, after) in trace.before.items():
                if person[name] != typed(name, after):
                    raise _built_on()
                person[name] = typed(name, before)
        write_people(self.session, people)

    def units(self) -> None:
        """Units that were added never were: their states are withdrawn and they have no day."""
        for part in chunks(self.ids.get("unit+", [])):
            state = update(UnitState).where(UnitState.unit_id.in_(part), UnitState.withdrawn_at.is_(None))
            self.session.execute(state.values(withdrawn_at=self.at))
            day = self.found.effective_on
            gone = update(Unit).where(Unit.id.in_(part)).values(valid_from=day, valid_to=day - timedelta(days=1))
            self.session.execute(gone)

    def _withdraw(self, model: type[Appointment] | type[Post], ids: list[int]) -> None:
        for part in chunks(ids):
            self.session.execute(
                update(model).where(model.id.in_(part)).values(withdrawn_at=self.at),
                execution_options={"synchronize_session": False},
            )


def _built_on() -> Refused:
    return Refused(
        _("Since this list was brought in, others have changed what it wrote. Undo the later changes first; nothing "
          "was taken back.")
    )  # fmt: skip
