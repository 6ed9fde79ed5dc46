"""One decision carried out inside an open transaction: the tree, the posts, those who hold them, the roles."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms import audit
from lms.accounts.models import RoleGrant
from lms.errors import Refused
from lms.organisation import history
from lms.organisation.models import Appointment, Decision, Post, Unit, UnitState, UnitSuccessor
from lms.organisation.queries import held_true, in_force
from lms.organisation.reorganisation.changes import Begin, Change, Dissolve, Merge, Move, Plan, Rename
from lms.organisation.reorganisation.report import PostLine, Report, UnitLine
from lms.organisation.reorganisation.timeline import Stay
from lms.organisation.reorganisation.tree import Branch
from lms.text import clean


class Applying:
    """A plan at work. `run` returns the units of which something changed."""

    def __init__(self, session: Session, plan: Plan, report: Report, at: datetime, today: date) -> None:
        self.session, self.plan, self.report, self.at, self.today = session, plan, report, at, today
        self.day, self.branch = plan.effective_on, Branch(session, plan.effective_on)
        self.last_day = self.day - timedelta(days=1)
        self.decision = Decision(
            number=plan.number, issued_on=plan.issued_on, effective_on=plan.effective_on, title=plan.title,
            recorded_at=at, shown_at=at if plan.effective_on <= today else None,
        )  # fmt: skip
        self.begun: set[int] = set()
        self.ended: dict[int, tuple[Unit, ...]] = {}
        self.carried: dict[int, Unit] = {}
        # Units that stand by themselves from now on, by the unit that they stood beneath.
        self.alone: dict[int, list[Unit]] = {}

    def run(self) -> set[int]:
        self.session.add(self.decision)
        self.session.flush()
        for change in self.plan.changes:
            self._apply(change)
        self.report.states += self.branch.write(self.at, self.decision.id, self.today)
        touched = {unit for unit, stays in self.branch.after.items() if stays} | self.begun
        for unit_id, into in self.carried.items():
            self._carry(unit_id, into)
        for unit_id in self.ended:
            self._end_posts(unit_id)
        self._roles()
        audit.record(
            "lms.reorganise", f"decision:{self.decision.id}", number=self.plan.number, effective_on=str(self.day),
            changes=len(self.plan.changes), units=len(touched | self.ended.keys()),
        )  # fmt: skip
        return touched | self.ended.keys() | {unit.id for unit in self.carried.values()}

    def _apply(self, change: Change) -> None:
        match change:
            case Begin():
                self._begin(change)
            case Rename():
                unit = self.branch.unit(change.unit)
                self._set(unit.id, self.branch.take(unit), name=clean(change.name))
                self._say("rename", unit, unit.name, change.name, ())
            case Move():
                self._move(change)
            case Merge():
                self._merge(change)
            case Dissolve():
                self._dissolve(change)

    def _begin(self, change: Begin) -> None:
        unit = self.session.scalar(select(Unit).where(Unit.code == change.unit))
        if unit is not None and self.session.scalar(
            select(UnitState.id).where(UnitState.unit_id == unit.id, held_true(UnitState)).limit(1)
        ):
            raise Refused(_("There is a unit with the code %(code)s already.", code=change.unit))
        parent = self.branch.unit(change.parent) if change.parent else None
        unit = unit or Unit(code=change.unit, fold="", path=f"new:{change.unit}")
        unit.name, unit.kind, unit.tree = clean(change.name), change.kind, parent.tree if parent else "party"
        unit.parent_id, unit.party_unit_id = parent.id if parent else None, None
        unit.valid_from, unit.valid_to, unit.doubt = self.day, None, change.doubt
        history.begin_unit(self.session, unit, self.at, self.decision.id)
        self.begun.add(unit.id)
        self.branch.take(unit)
        self._say("begin", unit, "", parent.name if parent else "", ())

    def _move(self, change: Move) -> None:
        unit = self.branch.unit(change.unit)
        stay = self.branch.take(unit)
        parent = self.branch.unit(change.parent) if change.parent else None
        was = self.session.get(Unit, stay.above) if stay.above else None
        self._say("move", unit, was.name if was else "", parent.name if parent else "", self.branch.subtree(unit.id))
        if parent is None and stay.above:
            self.alone.setdefault(stay.above, []).append(unit)
        if parent and parent.tree != unit.tree:
            if parent.tree != "party":
                raise Refused(_("%(unit)s cannot stand beneath %(above)s.", unit=unit.name, above=parent.name))
            self._set(unit.id, stay, party_unit_id=parent.id)
        else:
            self._set(unit.id, stay, parent_id=parent.id if parent else None, party_unit_id=None)
        unit.doubt = change.doubt or unit.doubt

    def _merge(self, change: Merge) -> None:
        unit, into = self.branch.unit(change.unit), self.branch.unit(change.into)
        if unit.id == into.id or unit.tree != into.tree:
            raise Refused(_("%(unit)s cannot become part of %(other)s.", unit=unit.name, other=into.name))
        self.branch.take(unit)
        self.branch.there(into)
        self._say("merge", unit, unit.name, into.name, self.branch.subtree(unit.id))
        for below in self.branch.beneath(unit.id):
            self.branch.after[below] = [
                replace(stay, party_unit_id=into.id) if stay.party_unit_id == unit.id
                else replace(stay, parent_id=into.id) if stay.above == unit.id else stay
                for stay in self.branch.after[below]
            ]  # fmt: skip
        if change.carry:
            self.carried[unit.id] = into
        self._end(unit, (into,))

    def _dissolve(self, change: Dissolve) -> None:
        unit, successors = self.branch.unit(change.unit), tuple(self.branch.unit(code) for code in change.successors)
        self.branch.take(unit)
        beneath = [self.branch.units[below] for below in self.branch.beneath(unit.id)]
        left = [below.name for below in beneath if below.tree == unit.tree]
        if left and not change.whole:
            names = ", ".join(left[:5])
            raise Refused(
                _("Units still stand beneath %(unit)s: %(names)s. Move them first.", unit=unit.name, names=names)
            )
        ending = [linked for below in beneath for linked in self._all_beneath(below.id)]
        after = ", ".join(successor.name for successor in successors)
        self._say("dissolve", unit, unit.name, after, [unit.id, *ending])
        for linked in ending:
            self._end(self.branch.units[linked], ())
        self._end(unit, successors)

    def _all_beneath(self, unit_id: int) -> list[int]:
        return [unit_id, *(further for below in self.branch.beneath(unit_id) for further in self._all_beneath(below))]

    def _end(self, unit: Unit, successors: tuple[Unit, ...]) -> None:
        self.branch.after[unit.id] = []
        self.ended[unit.id] = successors
        only = successors[0].id if len(successors) == 1 and successors[0].tree == unit.tree else None
        for stranger in self.branch.strangers(unit.id):
            self.branch.after[stranger] = [
                replace(stay, parent_id=only) if stay.parent_id == unit.id else stay
                for stay in self.branch.after[stranger]
            ]
        for successor in successors:
            row = UnitSuccessor(unit_id=unit.id, successor_id=successor.id, decision_id=self.decision.id,
                                recorded_at=self.at)  # fmt: skip
            self.session.add(row)

    def _set(self, unit_id: int, stay: Stay, **changes: Any) -> None:
        self.branch.after[unit_id] = [replace(stay, **changes)]

    def _carry(self, unit_id: int, into: Unit) -> None:
        """The posts of a merged unit go on in the other, with those who hold them then or later."""
        for post in self._posts(unit_id):
            start = max(self.day, post.valid_from)
            new = history.copy(self.session, post, self.at, unit_id=into.id, valid_from=start)
            holders = []
            for held in history.appointments_to(self.session, post.id):
                if held.valid_to is None or held.valid_to >= start:
                    first = max(start, held.valid_from)
                    history.copy(self.session, held, self.at, post_id=new.id, valid_from=first)
                    holders.append(held.person.name)
            unit = self.branch.units[unit_id]
            self.report.posts_moved.append(PostLine(unit.name, post.kind.name, ", ".join(holders), into.name))

    def _end_posts(self, unit_id: int) -> None:
        for post in self._posts(unit_id):
            if unit_id not in self.carried:
                names = [
                    held.person.name for held in history.appointments_to(self.session, post.id)
                    if held.valid_to is None or held.valid_to >= self.day
                ]  # fmt: skip
                line = PostLine(self.branch.units[unit_id].name, post.kind.name, ", ".join(names), "")
                self.report.posts_ended.append(line)
            history.end_post(self.session, post, self.last_day, self.at)

    def _posts(self, unit_id: int) -> list[Post]:
        lasting = and_(Post.unit_id == unit_id, held_true(Post))
        posts = self.session.scalars(select(Post).where(lasting).order_by(Post.id))
        return [post for post in posts if post.valid_to is None or post.valid_to >= self.day]

    def _roles(self) -> None:
        """Roles over a unit that ends go over to its heirs and to what stood beneath it and stands by itself now.

        Where others took over they would become wider: of those it is told.
        """
        for unit_id, successors in self.ended.items():
            heirs = successors if all(successor.id in self.begun for successor in successors) else ()
            over = [*heirs, *self.alone.get(unit_id, ())]
            held = select(RoleGrant).where(RoleGrant.unit_id == unit_id, RoleGrant.withdrawn_at.is_(None))
            for grant in self.session.scalars(held).all():
                if grant.valid_to is not None and grant.valid_to < self.day:
                    continue
                if not over:
                    self.report.roles.append(f"{grant.unit.name}: {grant.role}")
                self.session.add_all(
                    RoleGrant(account_id=grant.account_id, role=grant.role, unit_id=unit.id,
                              valid_from=max(self.day, grant.valid_from), valid_to=grant.valid_to, recorded_at=self.at)
                    for unit in over
                )  # fmt: skip

    def _say(self, change: str, unit: Unit, before: str, after: str, subtree: Iterable[int]) -> None:
        ids = list(subtree)
        posts, people = self._held(ids)
        self.report.units.append(
            UnitLine(change, unit.code, unit.name, before, after, self.day.isoformat(), len(ids), posts, people)
        )

    def _held(self, ids: list[int]) -> tuple[int, int]:
        """Posts of these units and people in them, on the day or today, whichever is later."""
        on, posts, people = max(self.day, self.today), set[int](), defaultdict[int, int](int)
        for start in range(0, len(ids), 2000):
            query = (
                select(Post.id, Appointment.person_id)
                .outerjoin(Appointment, and_(Appointment.post_id == Post.id, in_force(Appointment, on)))
                .where(Post.unit_id.in_(ids[start : start + 2000]), in_force(Post, on))
            )
            for post, person in self.session.execute(query):
                posts.add(post)
                if person is not None:
                    people[person] += 1
        return len(posts), len(people)
