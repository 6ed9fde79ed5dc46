"""The audit log: who did what to what, when and from where; append-only and hash-chained."""

from lms.audit.services import record, record_reading, verify

__all__ = ["record", "record_reading", "verify"]
