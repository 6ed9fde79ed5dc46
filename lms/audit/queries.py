"""Reading the audit log."""

from typing import Any

from sqlalchemy import Select, select

from lms.audit.models import AuditEntry


def entries(action: str = "", subject: str = "", actor: str = "") -> Select[Any]:
    """The lines of the log, newest first, narrowed by the beginning of the action and by exact subject or actor."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc())
    if action:
        query = query.where(AuditEntry.action.startswith(action, autoescape=True))
    if subject:
        query = query.where(AuditEntry.subject == subject)
    return query.where(AuditEntry.actor == actor) if actor else query
