"""The audit log: who did what to what, when and from where; append-only and hash-chained."""

from lms.audit.services import record, verify

__all__ = ["record", "verify"]
