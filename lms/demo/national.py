"""An invented country of any number of posts, with five years of changes: to measure with, and to try at size.

The same size and day give the same rows. Nothing here is true but the provinces' names of 2025.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import Account, RoleGrant
from lms.accounts.passwords import hash_password
from lms.db import Model, insert_many, transaction
from lms.demo.names import person_name
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit, UnitState
from lms.organisation.services import add_post_kinds, person_code
from lms.text import fold, name_key

PASSWORD = "nam-dan-van-2014"
ROLES = (
    ("quantri", "administrator", 0, "Quản trị hệ thống"),
    ("quanly", "unit_manager", 1, "Cán bộ quản lý đơn vị (một tỉnh)"),
    ("kiemtra", "inspector", 0, "Đoàn kiểm tra, giám sát (chỉ xem)"),
)
COMMITTEES = ["các cơ quan Đảng Trung ương", "Chính phủ", "Quốc hội", "Mặt trận Tổ quốc, các đoàn thể Trung ương"]
PROVINCES = [
    "thành phố Hà Nội", "thành phố Huế", "thành phố Hải Phòng", "thành phố Đà Nẵng", "thành phố Hồ Chí Minh",
    "thành phố Cần Thơ", "tỉnh Tuyên Quang", "tỉnh Lào Cai", "tỉnh Thái Nguyên", "tỉnh Phú Thọ", "tỉnh Bắc Ninh",
    "tỉnh Hưng Yên", "tỉnh Ninh Bình", "tỉnh Quảng Trị", "tỉnh Quảng Ngãi", "tỉnh Gia Lai", "tỉnh Khánh Hòa",
    "tỉnh Lâm Đồng", "tỉnh Đắk Lắk", "tỉnh Đồng Nai", "tỉnh Tây Ninh", "tỉnh Vĩnh Long", "tỉnh Đồng Tháp",
    "tỉnh Cà Mau", "tỉnh An Giang", "tỉnh Cao Bằng", "tỉnh Lai Châu", "tỉnh Điện Biên", "tỉnh Lạng Sơn",
    "tỉnh Sơn La", "tỉnh Quảng Ninh", "tỉnh Thanh Hóa", "tỉnh Nghệ An", "tỉnh Hà Tĩnh",
]  # fmt: skip
KINDS = {"chi_bo": "bi-thu-chi-bo", "cong_doan": "chu-tich-cong-doan", "doan": "bi-thu-doan"}
OFFICER = "can-bo-dan-van"
UNIT = ("id", "code", "name", "fold", "tree", "kind", "parent_id", "party_unit_id", "path", "doubt")
PERSON = ("id", "code", "name", "fold", "sort_key", "birth_year", "gender", "phone", "email", "recorded_at")
APPOINTMENT = (
    "post_id", "person_id", "capacity", "valid_from", "valid_to", "recorded_at", "withdrawn_at", "document",
)  # fmt: skip
NOTE = "Đơn vị giả định để đo tốc độ."
YEARS = 5


@dataclass
class Place:
    """A unit: where it stands now, and where it stood before the move of this year, if it moved."""

    id: int
    code: str
    name: str
    kind: str
    tree: str
    parent: int | None
    path: str
    party: int | None = None
    before: tuple[int | None, str] | None = None


def fill(today: date, posts: int) -> None:
    """Fills an empty installation with so many posts in three tenths as many units."""
    add_post_kinds()
    with transaction() as session:
        _Country(session, today, posts).fill()


@dataclass
class _Country:
    session: Session
    today: date
    size: int
    random: Random = field(default_factory=lambda: Random(20250701))
    places: list[Place] = field(default_factory=list)

    def fill(self) -> None:
        self.start = date(self.today.year - YEARS, 1, 1)
        self._grow()
        self._write_units()
        posts = self._posts()
        _write(self.session, Post, ("id", "unit_id", "kind_id", "valid_from", "valid_to", "recorded_at"), posts)
        people = 0

        def appointments() -> Iterator[tuple[Any, ...]]:
            nonlocal people
            for row in self._appointments(posts):
                people = max(people, row[1])
                yield row

        rows = list(appointments())
        _write(self.session, Person, PERSON, self._people(people))
        columns = (
            "post_id",
            "person_id",
            "capacity",
            "valid_from",
            "valid_to",
            "recorded_at",
            "withdrawn_at",
            "document",
        )
        _write(self.session, Appointment, columns, rows)
        self._accounts()

    def _add(self, code: str, name: str, kind: str, above: Place | None, tree: str = "party") -> Place:
        number = len(self.places) + 1
        path = f"{above.path if above else '/'}{number}/"
        party = above.id if above and tree != "party" else None
        place = Place(number, code, name, kind, tree, above.id if above and not party else None, path, party)
        self.places.append(place)
        return place

    def _grow(self) -> None:
        """Country, provinces, communes, branches; unions and youth unions at the level of some branches."""
        top = self._add("QG", "Đảng bộ toàn quốc", "dang_bo_toan_quoc", None)
        units = self.size * 3 // 10
        names = [*PROVINCES, *COMMITTEES] if self.size >= 100_000 else PROVINCES[:6]
        provinces = [
            self._add(f"T{n:02d}", f"Đảng bộ {name}", "dang_bo_cap_tren_co_so", top) for n, name in enumerate(names, 1)
        ]
        communes = [
            self._add(f"{above.code}-{n:04d}", f"Đảng bộ xã số {n}", "dang_bo_co_so", above)
            for n, above in zip(range(1, max(len(names), self.size // 300) + 1), cycle(provinces), strict=False)
        ]
        branches = []
        for number in range(1, self.size * 203 // 1000 + 1):
            above = communes[int(len(communes) * self.random.random() ** 1.3)]
            branches.append(self._add(f"CB{number:06d}", f"Chi bộ thôn số {number % 40 + 1}", "chi_bo", above))
            if number % 200 == 0:
                self._came_from(branches[-1], self.random.choice(communes))
        mass = [("cong_doan", "union", "Công đoàn", "CD"), ("doan", "youth", "Đoàn Thanh niên", "DTN")]
        for number in range(units - len(self.places)):
            kind, tree, title, mark = mass[number % 2]
            party = branches[number // 2 * 4 % len(branches)]
            unit = self._add(f"{party.code}-{mark}{number // 2 * 4 // len(branches) or ''}",
                             f"{title} {party.name.removeprefix('Chi bộ ')}", kind, party, tree)  # fmt: skip
            if party.before:
                unit.before = (None, f"{party.before[1]}{unit.id}/")

    def _came_from(self, branch: Place, commune: Place) -> None:
        """It stood beneath another commune until the middle of this year."""
        if branch.parent != commune.id:
            branch.before = (commune.id, f"{commune.path}{branch.id}/")

    def _write_units(self) -> None:
        _write(self.session, Unit, UNIT, (
            (p.id, p.code, p.name, fold(p.name), p.tree, p.kind, p.parent, p.party, p.path, NOTE) for p in self.places
        ))  # fmt: skip
        moved_on = date(self.today.year, 7, 1)
        columns = ("unit_id", "name", "parent_id", "party_unit_id", "path", "valid_from", "valid_to", "recorded_at")
        rows: list[tuple[Any, ...]] = []
        for place in self.places:
            first = moved_on if place.before and moved_on < self.today else None
            if place.before and first:
                parent, path = place.before
                rows.append((place.id, place.name, parent, place.party, path, None, first - timedelta(days=1),
                             clock.start_of(self.start)))  # fmt: skip
            rows.append((place.id, place.name, place.parent, place.party, place.path, first, None,
                         clock.start_of(first or self.start)))  # fmt: skip
        _write(self.session, UnitState, columns, rows)

    def _posts(self) -> list[tuple[Any, ...]]:
        """One a unit of its kind, and officers for the branches and what stands above until there are enough."""
        kinds: dict[str, int] = {c: number for c, number in self.session.execute(select(PostKind.code, PostKind.id))}
        wanted = [(place.id, kinds[KINDS.get(place.kind, OFFICER)]) for place in self.places[1:]]
        branches = cycle([place.id for place in self.places if place.kind == "chi_bo"])
        wanted += [(next(branches), kinds[OFFICER]) for _number in range(self.size - len(wanted))]
        wanted.sort()
        at = clock.start_of(self.start)
        return [
            (number, unit, kind, self._day(self.start) if self.random.random() < 0.05 else self.start, None, at)
            for number, (unit, kind) in enumerate(wanted, 1)
        ]

    def _day(self, first: date) -> date:
        return first + timedelta(days=int(self.random.random() * (self.today - first).days))

    def _appointments(self, posts: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Who holds the posts and who held them: two or three holders in five years, some beside another post."""
        people, random = 0, self.random
        recent: list[int] = []  # somebody who holds a post near by
        unit = 0
        for post, at_unit, _kind, first, _to, _at in posts:
            if at_unit != unit:
                unit, recent = at_unit, recent[-2:]
            since = first
            while random.random() < 0.55:  # somebody before the present holder
                until = self._day(since)
                if (until - since).days < 60:
                    break
                yield self._appointed(post, max(1, people - random.randrange(1, 50)), "holder", since, until)
                since = until + timedelta(days=1)
            chance = random.random()
            if chance < 0.03:
                continue  # vacant
            if chance < 0.36 and recent:
                person, capacity = random.choice(recent), "concurrent"
            else:
                people += 1
                person, capacity = people, "acting" if chance > 0.985 else "holder"
                recent.append(person)
            if chance > 0.99:  # a mistake, put right ten days later
                at = clock.start_of(since)
                yield post, max(1, person - 1), "holder", since, None, at, at + timedelta(days=10), ""
            yield self._appointed(post, person, capacity, since, None)

    def _appointed(self, post: int, person: int, capacity: str, since: date, until: date | None) -> tuple[Any, ...]:
        """Recorded on its day or some weeks later, but not after today."""
        late = self.random.randrange(0, 30) if self.random.random() < 0.2 else 0
        recorded = min(since + timedelta(days=late), self.today)
        return post, person, capacity, since, until, clock.start_of(recorded), None, ""

    def _people(self, number: int) -> Iterator[tuple[Any, ...]]:
        at = clock.start_of(self.start)
        for person in range(1, number + 1):
            name, sex = person_name(self.random)
            folded, key = _keys(name)
            phone = f"09{int(self.random.random() * 10**8):08d}"
            year = self.today.year - 27 - int(self.random.random() * 33)
            yield person, person_code(person), name, folded, key, year, sex, phone, "", at

    def _accounts(self) -> None:
        at: datetime = clock.start_of(self.today)
        hashed = hash_password(PASSWORD)
        for username, role, place, name in ROLES:
            account = Account(username=username, name=name, password_hash=hashed, created_at=at)
            self.session.add(account)
            self.session.flush()
            unit = self.places[place].id
            self.session.add(
                RoleGrant(account_id=account.id, role=role, unit_id=unit, valid_from=self.start, recorded_at=at)
            )
        lines = [f"  {username:<10} {PASSWORD:<18} {name}" for username, _role, _unit, name in ROLES]
        file = Path(current_app.config["DATA_FOLDER"]) / "demo-accounts.txt"
        file.write_text("\n".join(["  Sign-ins of the demo (name, password, role):", *lines, ""]), encoding="utf-8")


@lru_cache(maxsize=1 << 16)
def _keys(name: str) -> tuple[str, str]:
    return fold(name), name_key(name)


def _write(session: Session, model: type[Model], columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """Writes rows that may bring their ids, and lets PostgreSQL go on counting after them."""
    insert_many(session, model, columns, rows)
    if session.get_bind().dialect.name == "postgresql" and "id" in columns:
        last = session.scalar(select(func.max(model.id)))
        sequence = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
        session.execute(sequence, {"table": model.__tablename__, "last": last or 1})
