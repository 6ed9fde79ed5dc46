"""The database: the typed model base, aware times, and the one way to write."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, Date, DateTime, Dialect, Engine, MetaData, Numeric, String, Text, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

# Identifiers, codes and paths compare byte by byte on both databases, whatever the server's language.
Code = String(120).with_variant(String(120, collation="C"), "postgresql")
Path = String(500).with_variant(String(500, collation="C"), "postgresql")
BigId = BigInteger().with_variant(BigInteger(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes only: stored as UTC, given back as UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: give it a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """Every table: an integer key, constraint names that migrations can find again."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            str: Text(),
            date: Date(),
            datetime: UtcDateTime(),
            Decimal: Numeric(7, 2),
            dict[str, Any]: JSON(),
            list[Any]: JSON(),
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True)


db = SQLAlchemy(model_class=Model, session_options={"expire_on_commit": False})

_WRITES = "lms_writes"
_WRITING = "lms_writing"
_AFTER = "lms_after_commit"


@contextmanager
def transaction() -> Iterator[Session]:
    """Everything inside is written together or not at all; what was read before is read afresh.

    On SQLite the write lock is taken at once, so two writers queue instead of failing. A transaction inside a
    transaction is a programming error: services do not call services.
    """
    session: Session = db.session()
    if session.info.get(_WRITING):
        raise RuntimeError("a transaction is already open: services do not call services")
    session.rollback()
    session.expire_all()
    session.info[_WRITING] = True
    session.info[_AFTER] = []
    try:
        session.connection(execution_options={_WRITES: True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        session.info[_AFTER] = []
        raise
    finally:
        session.info[_WRITING] = False
    for call in session.info.pop(_AFTER, []):
        call()


def insert_many(session: Session, model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes very many rows, given as tuples in the order of `columns`; nothing is filled in for the others.

    By COPY on PostgreSQL, by one prepared statement on SQLite: several times as fast as inserting objects.
    """
    connection = session.connection()
    dialect, table = connection.dialect, model.metadata.tables[model.__tablename__]
    makers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]
    wanted = [place for place, maker in enumerate(makers) if maker is not None]

    def prepared(row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place in wanted:
            values[place] = makers[place](values[place])  # type: ignore[misc]
        return values

    names = ", ".join(columns)
    if dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(prepared(row))
        return
    cursor: Any = connection.connection.cursor()
    marks = ", ".join("?" * len(columns))
    cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", map(prepared, rows))  # noqa: S608


def in_transaction() -> bool:
    """Whether a `transaction()` is open in this thread."""
    return bool(db.session().info.get(_WRITING))


def after_commit(call: Callable[[], None]) -> None:
    """Runs `call` once the open transaction is committed; never if it is rolled back."""
    if not in_transaction():
        raise RuntimeError("no transaction is open")
    db.session().info[_AFTER].append(call)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        # We say BEGIN ourselves (below), so that a writer can ask for the lock at once.
        connection.isolation_level = None
        # 16 MB of pages at most, taken as they are read, where the default is 2 MB.
        settings = (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "busy_timeout=30000",
            "cache_size=-16384",
        )
        for pragma in settings:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        immediate = connection.get_execution_options().get(_WRITES)
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")
