"""Each plugin's own history leads to exactly what its models say, on both databases."""

from datetime import date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import MetaData, Table, inspect, select, text

from lms import clock, create_app, migrate
from lms.db import Model, db
from lms.organisation.models import Unit
from lms.organisation.people.queries import find
from lms.organisation.queries import posts_of, tree_on
from lms.plugins import installed, tables_of
from tests import backends
from tests.conftest import BACKEND


def test_the_histories_lead_to_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_object": lambda _t, name, kind, *_: kind != "table" or not name.endswith("_alembic_version"),
        }
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), Model.metadata)
    assert differences == []


def test_every_plugin_has_a_version_table_of_its_own_and_none_is_behind(app: Flask) -> None:
    tables = set(inspect(db.engine).get_table_names())
    assert {f"{plugin.name}_alembic_version" for plugin in installed(app) if tables_of(plugin)} <= tables
    assert migrate.pending(app) == []


def test_tables_begin_with_their_plugins_name_and_point_to_their_own_or_to_the_hosts(app: Flask) -> None:
    owned = set()
    for plugin in installed(app):
        for table in tables_of(plugin):
            owned.add(table.name)
            assert table.name.startswith(f"{plugin.name}_")
            for key in table.foreign_keys:
                assert key.column.table.name.startswith((f"{plugin.name}_", "lms_")), (table.name, key.target_fullname)
    assert owned == set(Model.metadata.tables)


@pytest.fixture
def empty(tmp_path: Path) -> Flask:
    """An installation of its own on an empty database."""
    with backends.database("sqlite", tmp_path) as url:
        return create_app(DATA_FOLDER=tmp_path, DATABASE_URL=url, SECRET_KEY="x", PLUGINS=["courses"])


@pytest.mark.skipif(BACKEND != "sqlite", reason="the same steps on an empty SQLite file are tried once")
def test_upgrading_is_a_step_that_may_be_repeated_and_each_plugin_waits_for_itself(empty: Flask) -> None:
    with empty.app_context():
        assert set(migrate.pending(empty)) == {"lms", "courses"}
    migrate.upgrade(empty)
    migrate.upgrade(empty)
    with empty.app_context():
        assert migrate.pending(empty) == []
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE courses_alembic_version SET version_num = 'courses_0001'")
        assert migrate.pending(empty) in ([], ["courses"])
        db.engine.dispose()


OLD = {
    "lms_unit": [
        {"id": 1, "code": "BLOC", "name": "Đảng bộ Khối", "fold": "dang bo khoi", "tree": "party", "kind": "dang_bo",
         "path": "/1/", "doubt": ""},
        {"id": 2, "code": "A", "name": "Đảng bộ Bộ A", "fold": "dang bo bo a", "tree": "party", "kind": "dang_bo",
         "path": "/1/2/", "doubt": "", "parent_id": 1, "valid_from": date(2016, 1, 1)},
    ],
    "lms_person": [
        {"id": 1, "code": "CB000001", "name": "Đỗ Thị Hường", "fold": "do thi huong", "sort_key": "hường", "gender": "",
         "phone": "0912345678", "email": "", "recorded_at": datetime(2015, 1, 1)},
    ],
    "lms_post_kind": [{"id": 1, "code": "bi-thu-chi-bo", "name": "Bí thư chi bộ", "tree": "party", "position": 0}],
    "lms_post": [{"id": 1, "unit_id": 2, "kind_id": 1, "valid_from": date(2016, 1, 1)}],
    "lms_appointment": [
        {"id": 1, "post_id": 1, "person_id": 1, "capacity": "holder", "valid_from": date(2016, 1, 1),
         "recorded_at": datetime(2016, 1, 5)},
    ],
    "lms_outbox_event": [
        {"id": 1, "kind": "AppointmentsChanged", "payload": '{"unit_id": 2}', "published_at": datetime(2016, 1, 5)},
    ],
}  # fmt: skip


@pytest.mark.skipif(BACKEND != "sqlite", reason="an installation of its own is made on SQLite")
def test_an_installation_from_before_units_had_states_keeps_what_it_knew(empty: Flask) -> None:
    with empty.app_context():
        with db.engine.begin() as connection:
            command.upgrade(migrate._config(installed(empty)[0], connection), "lms_0001")
            for name, rows in OLD.items():
                table = Table(name, MetaData(), autoload_with=connection)
                for row in rows:
                    connection.execute(table.insert().values(**row))
        migrate.upgrade(empty)

        def units(on: date, known: date | None = None) -> dict[str, int | None]:
            tree = tree_on(on, known)
            return {name: above for name, above in db.session.execute(select(tree.c.name, tree.c.parent_id))}

        assert units(date(2015, 6, 1)) == {"Đảng bộ Khối": None}
        now = {"Đảng bộ Khối": None, "Đảng bộ Bộ A": 1}
        assert units(date(2020, 1, 1)) == units(date(2020, 1, 1), known=date(2014, 1, 1)) == now, "known since always"
        (line,) = posts_of(db.session.get_one(Unit, 2), date(2020, 1, 1))
        assert line[1] is not None and line[1].name == "Đỗ Thị Hường"
        assert line[0].recorded_at == clock.start_of(date(2016, 1, 1)), "a post was known from its first day on"
        assert [person.id for person in find(["/1/"], "huong do", date(2020, 1, 1)).rows] == [1]
        assert db.session.execute(text("SELECT payload FROM lms_outbox_event")).scalar() == '{"units": [2]}'
        db.session.remove()
        db.engine.dispose()
