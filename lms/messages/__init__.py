"""Notices to people: kept in the transaction of their cause, shown on the first page, and copied by mail."""

from lms.messages.services import notify

__all__ = ["notify"]
