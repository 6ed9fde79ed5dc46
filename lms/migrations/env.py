"""Alembic's entry: one history and one version table per plugin, chosen by the caller in lms.migrate."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import String

from lms.db import Code, Path, UtcDateTime


def render(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Our own types by their names: `Code` instead of a string with a variant."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "UtcDateTime()"
    if kind == "type" and type(thing) is String and thing.length in (Code.length, Path.length):
        return "Code" if thing.length == Code.length else "Path"
    return False


options = context.config.attributes
context.configure(
    connection=options["connection"],
    target_metadata=options["metadata"],
    version_table=options["version_table"],
    include_object=options["include_object"],
    render_as_batch=options["connection"].dialect.name == "sqlite",
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
