"""Reading and writing many rows with few statements."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from lms.db import Model

CHUNK = 400


def chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    """The values in parts that one statement takes."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def among(session: Session, query: Any, column: Any, ids: Iterable[int]) -> Iterable[Any]:
    """The rows of a query whose column is one of the ids."""
    for part in chunks(sorted(set(ids))):
        yield from session.execute(query.where(column.in_(part)))


def add(session: Session, model: type[Model], values: list[dict[str, Any]]) -> None:
    """Inserts rows."""
    if values:
        session.execute(insert(cast(Table, model.__table__)), values)


def add_and_number(session: Session, model: type[Model], values: list[dict[str, Any]]) -> list[int]:
    """Inserts rows; their new ids in the order of the values."""
    table = cast(Table, model.__table__)
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, values)) if values else []
