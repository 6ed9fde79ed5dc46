"""Writing what another request may write in the same moment."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_of(session: Session) -> Any:
    """`INSERT` of the database in use, for ON CONFLICT: both know it, each in its own words."""
    return insert_for(session.get_bind().dialect.name)


def insert_for(dialect: str) -> Any:
    """The same by the database's name, for statements that are put together once."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert
