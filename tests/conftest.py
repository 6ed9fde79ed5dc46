"""The application under test, an empty database for each test, and the cast.

The cast, in the small Bloc of `cast`:
- Hoa is the administrator (at the root), An the secretary of branch A1 and a learner, Bình the dân vận officer of A,
  Cường manages unit A, Dung inspects the whole Bloc, Em issues certificates at the root, Giang is a secretary in B:
  a stranger to everybody in A. Post of secretary of branch A2 is vacant.
Units: BLOC > A (> A1, A2), B (> B1); union unit A-CD and youth unit A-DTN are linked to A.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import text

from lms import clock, create_app, events, fonts, migrate
from lms.accounts.models import Account, RoleGrant, SignIn
from lms.accounts.services import PRIVACY_VERSION
from lms.accounts.sessions import token_hash
from lms.cli import compile_translations
from lms.db import Model, db, transaction
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit
from lms.organisation.services import add_post_kinds, add_unit, person_code
from lms.text import fold, name_key
from tests import backends

# The same examples every time: a red build means a change, not luck. HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile(
    "steady", derandomize=True, deadline=None, max_examples=60, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
settings.register_profile("search", settings.get_profile("steady"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

BACKEND = os.environ.get("LMS_TEST_BACKEND", "sqlite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What touches no database is tried on SQLite's run only: it would do the same on PostgreSQL's."""
    if BACKEND == "sqlite":
        return
    twice = [item for item in items if {"database_url", "the_app"} & set(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=[item for item in items if item not in twice])
    items[:] = twice


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with backends.database(BACKEND, tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A data folder with the fonts of papers: making them takes seconds, so they are kept from run to run."""
    kept = pytestconfig.cache.mkdir("fonts") / hashlib.sha256(Path(fonts.__file__).read_bytes()).hexdigest()[:16]
    with (kept.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fonts.build(kept)
    data = tmp_path_factory.mktemp("data")
    fonts.folder_of(data).symlink_to(kept)
    return data


@pytest.fixture(scope="session")
def the_app(database_url: str, data_folder: Path) -> Iterator[Flask]:
    app = create_app(
        DATA_FOLDER=data_folder,
        DATABASE_URL=database_url,
        SECRET_KEY="tests",
        TESTING=True,
        WTF_CSRF_ENABLED=False,
        RATELIMIT_ENABLED=False,
        PUBLIC_URL="http://localhost",
        PLUGINS=["courses", "certificates", "tests.example_plugin"] if EXAMPLE else ["courses", "certificates"],
    )
    app.test_client_class = Browser
    with app.app_context():
        compile_translations()
    migrate.upgrade(app)
    yield app
    with app.app_context():
        db.engine.dispose()


class Browser(FlaskClient):
    """Every request gets an app context of its own, as on a server: nothing is remembered from the one before.

    In the test's own context Flask would share `g`, and with it who was signed in last.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        db.session.expire_all()  # what the test reads next is what the request wrote
        return answer


EXAMPLE = (Path(__file__).parent / "example_plugin").is_dir()


@pytest.fixture
def app(the_app: Flask) -> Iterator[Flask]:
    """The application in an app context, on tables that are empty again after the test."""
    events._Desk.rush_until = 0.0  # two threads of the test before may have left their events to a worker
    with the_app.app_context():
        yield the_app
        db.session.remove()
        with db.engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.execute(text("PRAGMA defer_foreign_keys=ON"))
                # The audit log refuses to be emptied: its guards are lifted meanwhile.
                guards = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
                for name, _sql in guards:
                    connection.execute(text(f"DROP TRIGGER {name}"))
                for table in reversed(Model.metadata.sorted_tables):
                    connection.execute(table.delete())
                for _name, create in guards:
                    connection.execute(text(create))
            else:
                names = ", ".join(table.name for table in Model.metadata.sorted_tables)
                connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@pytest.fixture
def today() -> date:
    return clock.today()


@dataclass
class Cast:
    """Units, people and accounts by their short names; ids stay valid when objects are stale."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    now: datetime = field(default_factory=clock.now)


def make_person(name: str, *, born: int = 1970, code: str = "") -> Person:
    """A person in the open transaction."""
    person = Person(
        code=code or secrets.token_hex(6),
        name=name,
        fold=fold(name),
        sort_key=name_key(name),
        birth_year=born,
        recorded_at=clock.now(),
    )
    db.session.add(person)
    db.session.flush()
    person.code = code or person_code(person.id)
    return person


def make_post(unit: Unit, kind: str, holder: Person | None = None, *, since: date, capacity: str = "holder") -> Post:
    """A post in the open transaction, held or vacant."""
    kind_id = db.session.query(PostKind.id).filter_by(code=kind).scalar()
    post = Post(unit_id=unit.id, kind_id=kind_id, valid_from=since, recorded_at=clock.now())
    db.session.add(post)
    db.session.flush()
    if holder:
        db.session.add(
            Appointment(
                post_id=post.id, person_id=holder.id, capacity=capacity, valid_from=since, recorded_at=clock.now()
            )
        )
    return post


@pytest.fixture
def cast(app: Flask, today: date) -> Cast:
    """The small Bloc; see the top of this file."""
    return build_cast(today)


def build_cast(today: date) -> Cast:
    """Puts the cast on empty tables."""
    cast = Cast()
    add_post_kinds()
    since = today - timedelta(days=400)

    def unit(code: str, name: str, parent: str = "", **more: Any) -> None:
        parent_id = cast.units[parent].id if parent else None
        cast.units[code] = add_unit(
            code, name, parent_id=parent_id, kind=more.pop("kind", "dang_bo"), at=cast.now, **more
        )

    unit("BLOC", "Đảng bộ Khối thử nghiệm", kind="dang_bo_khoi")
    unit("A", "Đảng bộ Bộ A", "BLOC")
    unit("A1", "Chi bộ Vụ Tổ chức", "A", kind="chi_bo")
    unit("A2", "Chi bộ Văn phòng", "A", kind="chi_bo")
    unit("B", "Đảng bộ Bộ B", "BLOC")
    unit("B1", "Chi bộ Vụ Kế hoạch", "B", kind="chi_bo")
    a = cast.units["A"].id
    unit("A-CD", "Công đoàn Bộ A", tree="union", kind="cong_doan", party_unit_id=a)
    unit("A-DTN", "Đoàn Thanh niên Bộ A", tree="youth", kind="doan", party_unit_id=a)
    with transaction():
        names = {
            "hoa": "Nguyễn Thị Hòa",
            "an": "Trần Văn An",
            "binh": "Lê Thanh Bình",
            "cuong": "Phạm Quốc Cường",
            "dung": "Hoàng Thị Dung",
            "em": "Vũ Văn Em",
            "giang": "Đỗ Trường Giang",
        }
        for short, name in names.items():
            person = cast.people[short] = make_person(name)
            account = Account(username=short, name=name, person_id=person.id, created_at=cast.now,
                              privacy_version=PRIVACY_VERSION, privacy_seen_at=cast.now)  # fmt: skip
            db.session.add(account)
            cast.accounts[short] = account
        posts = cast.posts
        posts["an"] = make_post(cast.units["A1"], "bi-thu-chi-bo", cast.people["an"], since=since)
        posts["vacant"] = make_post(cast.units["A2"], "bi-thu-chi-bo", since=since)
        posts["binh"] = make_post(cast.units["A"], "can-bo-dan-van", cast.people["binh"], since=since)
        posts["giang"] = make_post(cast.units["B1"], "bi-thu-chi-bo", cast.people["giang"], since=since)
        db.session.flush()
        roles = [
            ("hoa", "administrator", "BLOC"),
            ("cuong", "unit_manager", "A"),
            ("dung", "inspector", "BLOC"),
            ("em", "issuer", "BLOC"),
        ]
        db.session.add_all(
            RoleGrant(
                account_id=cast.accounts[who].id,
                role=role,
                unit_id=cast.units[code].id,
                valid_from=since,
                recorded_at=cast.now,
            )
            for who, role, code in roles
        )
    return cast


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, cast: Cast) -> Callable[[str], FlaskClient]:
    """`signed_in("an")` is An's browser."""

    def sign_in(who: str) -> FlaskClient:
        token = secrets.token_urlsafe(16)
        with transaction() as session:
            session.add(
                SignIn(
                    token_hash=token_hash(token),
                    account_id=cast.accounts[who].id,
                    created_at=clock.now(),
                    ends_at=clock.now() + timedelta(hours=1),
                    address="127.0.0.1",
                    browser="tests",
                )
            )
        client = app.test_client()
        with client.session_transaction() as session_cookie:
            session_cookie["_user_id"] = token
            session_cookie["_fresh"] = True
        return client

    return sign_in
