"""The audit log: who did what to what, when and from where; append-only and hash-chained."""

from lms.audit.services import acting_for, head, holds, record, record_reading, verify

__all__ = ["acting_for", "head", "holds", "record", "record_reading", "verify"]
