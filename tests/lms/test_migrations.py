"""Each plugin's own history leads to exactly what its models say, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from lms import create_app, migrate
from lms.db import Model, db
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
