"""Writing what another request may write in the same moment."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_of(session: Session) -> Any:
    """`INSERT` of the database in use, for ON CONFLICT: both know it, each in its own words."""
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
