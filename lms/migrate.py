"""Migrations: each plugin has its own folder (`<package>/migrations/versions`) and its own version table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.engine import Connection

from lms.db import Model, db
from lms.errors import StartError
from lms.plugins import Plugin, folder_of, installed, tables_of


def _config(plugin: Plugin, connection: Connection) -> Config:
    names = {table.name for table in tables_of(plugin)}

    def include_object(thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", None)
        return table in names or bool(kind == "table" and _reflected and str(table).startswith(f"{plugin.name}_"))

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("version_locations", str(folder_of(plugin) / "migrations" / "versions"))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(
        connection=connection,
        metadata=Model.metadata,
        version_table=f"{plugin.name}_alembic_version",
        include_object=include_object,
    )
    return config


def upgrade(app: Flask) -> None:
    """Brings every plugin's tables to the newest revision, the host's first; does nothing when they are there."""
    with app.app_context(), _foreign_keys_at_the_end() as connection:
        for plugin in installed(app):
            if tables_of(plugin):
                with connection.begin():
                    command.upgrade(_config(plugin, connection), "head")
                    _check_foreign_keys(connection)


@contextmanager
def _foreign_keys_at_the_end() -> Iterator[Connection]:
    """A connection on which SQLite lets a table be copied and replaced though others point to it."""
    with db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            yield connection
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise StartError(f"a migration would leave rows of {broken[0][0]!r} pointing to nothing; nothing was changed")


def revise(app: Flask, name: str, message: str) -> None:
    """Writes the next revision of one plugin by comparing its models with the database."""
    plugin = next(p for p in installed(app) if p.name == name)
    with app.app_context(), db.engine.begin() as connection:
        config = _config(plugin, connection)
        versions = Path(str(config.get_main_option("version_locations")))
        versions.mkdir(parents=True, exist_ok=True)
        number = len(list(versions.glob("*.py"))) + 1
        command.revision(config, message=message, autogenerate=True, rev_id=f"{name}_{number:04d}")


def pending(app: Flask) -> list[str]:
    """The plugins whose tables are not at the newest revision."""
    behind = []
    for plugin in installed(app):
        if not tables_of(plugin):
            continue
        with db.engine.connect() as connection:
            config = _config(plugin, connection)
            context = MigrationContext.configure(connection, opts={"version_table": f"{plugin.name}_alembic_version"})
            if set(context.get_current_heads()) != set(ScriptDirectory.from_config(config).get_heads()):
                behind.append(plugin.name)
    return behind
