"""The host's share of the demo: the historic Bloc of 2014, with invented people in its posts."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import current_app
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import Account, RoleGrant
from lms.accounts.passwords import hash_password
from lms.accounts.queries import RESPONSIBLE
from lms.db import Model, transaction
from lms.demo import tree
from lms.demo.names import person_name
from lms.organisation.history import begin_units
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit
from lms.organisation.services import add_post_kinds, person_code
from lms.organisation.words import index_people
from lms.text import fold, name_key

PASSWORD = "nam-dan-van-2014"
# Sign-in name, role, unit, and what the person may try.
ROLES = (
    ("quantri", "administrator", "DUK", "Quản trị hệ thống"),
    ("quanly", "unit_manager", "BTC", "Cán bộ quản lý đơn vị (Bộ Tài chính)"),
    ("giangvien", "teacher", "DUK", "Giảng viên"),
    ("bientap", "author", "DUK", "Biên soạn nội dung"),
    ("capgiay", "issuer", "DUK", "Cấp giấy chứng nhận"),
    ("kiemtra", "inspector", "DUK", "Đoàn kiểm tra, giám sát (chỉ xem)"),
)
LEARNER = "hocvien"


def fill(today: date) -> None:
    """Fills an empty installation; the same day gives the same units, people and posts."""
    random = Random(2014)
    add_post_kinds()
    rows = tree.rows(random)
    with transaction() as session:
        ids = _add_units(session, rows)
        begin_units(session, clock.start_of(_start(today)))
        people = _add_people(session, rows, ids, random, today)
        _add_accounts(session, ids, people, today)


def _start(today: date) -> date:
    """The day on which the demo's posts begin."""
    return today.replace(month=1, day=1) - timedelta(days=400)


def _add_units(session: Session, rows: list[tree.Row]) -> dict[str, int]:
    values = [
        {"code": r.code, "name": r.name, "fold": fold(r.name), "tree": r.tree, "kind": r.kind, "path": f"new:{r.code}",
         "doubt": r.doubt}
        for r in rows
    ]  # fmt: skip
    _insert(session, Unit, values)
    ids: dict[str, int] = {code: unit_id for code, unit_id in session.execute(select(Unit.code, Unit.id))}
    paths: dict[str, str] = {}
    changes = []
    for row in rows:
        above = row.party or row.parent
        paths[row.code] = f"{paths[above] if above else '/'}{ids[row.code]}/"
        changes.append(
            {"id": ids[row.code], "parent_id": ids.get(row.parent), "party_unit_id": ids.get(row.party),
             "path": paths[row.code]}
        )  # fmt: skip
    for part in _batches(changes):
        session.execute(update(Unit), part)
    return ids


POSTS = {"dang_bo_bo_phan": (), "chi_bo": ("bi-thu-chi-bo",), "cong_doan": ("chu-tich-cong-doan",),
         "doan": ("bi-thu-doan",), "dang_bo_co_so": ("can-bo-dan-van",),
         "dang_bo_cap_tren_co_so": ("can-bo-dan-van",)}  # fmt: skip


def _add_people(session: Session, rows: list[tree.Row], ids: dict[str, int], random: Random,
                today: date) -> dict[int, int]:  # fmt: skip
    """Posts and their holders: about 8,400 posts, one in fifty vacant, some held beside another."""
    kinds: dict[str, int] = {code: kind_id for code, kind_id in session.execute(select(PostKind.code, PostKind.id))}
    start, at = _start(today), clock.start_of(_start(today))
    wanted = [(ids[row.code], kinds[kind], row) for row in rows for kind in POSTS.get(row.kind, ())]
    values = [{"unit_id": unit, "kind_id": kind, "valid_from": start, "recorded_at": at} for unit, kind, _row in wanted]
    _insert(session, Post, values)
    posts: dict[int, int] = {unit: post for unit, post in session.execute(select(Post.unit_id, Post.id))}

    people: list[dict[str, Any]] = []
    holders: list[tuple[int, int, str, date]] = []  # post, index of the person, capacity, since
    branch_heads: dict[str, int] = {}
    for unit, _kind, row in wanted:
        if random.random() < 0.02:
            continue
        since = start + timedelta(days=random.randrange(0, 700)) if random.random() < 0.3 else start
        since = min(since, today - timedelta(days=20))
        # An officer or chair of a small organisation is often the secretary of its first branch as well.
        head = branch_heads.get(row.party or row.code)
        if row.kind != "chi_bo" and head is not None and random.random() < 0.1:
            holders.append((posts[unit], head, "concurrent", since))
            continue
        people.append(_person(random, len(people) + 1, today))
        holders.append((posts[unit], len(people) - 1, "acting" if random.random() < 0.015 else "holder", since))
        if row.kind == "chi_bo":
            branch_heads.setdefault(row.parent, len(people) - 1)
    _insert(session, Person, people)
    index_people(session)
    numbers: dict[str, int] = {code: person for code, person in session.execute(select(Person.code, Person.id))}
    person_ids = [numbers[person["code"]] for person in people]
    appointments = [
        {"post_id": post, "person_id": person_ids[index], "capacity": capacity, "valid_from": since, "recorded_at": at}
        for post, index, capacity, since in holders
    ]
    _insert(session, Appointment, appointments)
    return {post: person_ids[index] for post, index, *_rest in holders}


def _person(random: Random, number: int, today: date) -> dict[str, Any]:
    name, sex = person_name(random)
    year = today.year - random.randrange(27, 60)
    birth = date(year, random.randrange(1, 13), random.randrange(1, 29)) if random.random() < 0.8 else None
    return {
        "code": person_code(number), "name": name, "fold": fold(name), "sort_key": name_key(name), "birth_on": birth,
        "birth_year": year, "gender": sex, "phone": f"09{random.randrange(10**8):08d}", "email": "",
        "recorded_at": clock.start_of(today - timedelta(days=300)),
    }  # fmt: skip


def _add_accounts(session: Session, ids: dict[str, int], holder_of: dict[int, int], today: date) -> None:
    """One sign-in for each role, and their list beside the database."""
    hashed, at = hash_password(PASSWORD), clock.start_of(today)
    for username, role, unit, name in ROLES:
        account = Account(username=username, name=name, password_hash=hashed, created_at=at)
        if role in RESPONSIBLE:  # reminders of their units reach a person
            account.person_id = _officer(session, ids[unit], holder_of)
        session.add(account)
        session.flush()
        since = today - timedelta(days=300)
        session.add(RoleGrant(account_id=account.id, role=role, unit_id=ids[unit], valid_from=since, recorded_at=at))
    person = session.get_one(Person, _demo_learner(session, ids, holder_of))
    session.add(Account(username=LEARNER, name=person.name, person_id=person.id, password_hash=hashed, created_at=at))
    lines = [f"  {username:<10} {PASSWORD:<18} {name}" for username, _role, _unit, name in ROLES]
    lines.append(f"  {LEARNER:<10} {PASSWORD:<18} Học viên: {person.name}, bí thư chi bộ")
    file = Path(current_app.config["DATA_FOLDER"]) / "demo-accounts.txt"
    file.write_text("\n".join(["  Sign-ins of the demo (name, password, role):", *lines, ""]), encoding="utf-8")


def _officer(session: Session, unit_id: int, holder_of: dict[int, int]) -> int | None:
    """Whoever holds the first held post of a unit itself."""
    posts = session.scalars(select(Post.id).where(Post.unit_id == unit_id).order_by(Post.id))
    return next((holder_of[post] for post in posts if post in holder_of), None)


def _demo_learner(session: Session, ids: dict[str, int], holder_of: dict[int, int]) -> int:
    """The secretary of the first branch of the Ministry of Finance whose post is not vacant."""
    path = session.scalar(select(Unit.path).where(Unit.id == ids["BTC"])) or ""
    posts = session.scalars(
        select(Post.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Unit.path.startswith(path), Unit.kind == "chi_bo")
        .order_by(Post.id)
    )
    return next(holder_of[post] for post in posts if post in holder_of)


def _insert(session: Session, model: type[Model], values: list[dict[str, Any]]) -> None:
    for part in _batches(values):
        session.execute(insert(model), part)


def _batches(values: list[dict[str, Any]], size: int = 2000) -> Iterable[list[dict[str, Any]]]:
    return (values[start : start + size] for start in range(0, len(values), size))
