"""The verbs of the register, by noun: issuing and ending certificates, the office, evidence from elsewhere."""

from certificates.register.services.ending import revoke, void
from certificates.register.services.issuing import (
    Problem,
    ask_for_missing,
    ask_for_papers,
    discard_drafts,
    issue,
    issue_drafts,
    replace,
    ruling,
)
from certificates.register.services.offices import add_issuer

__all__ = [
    "Problem", "add_issuer", "ask_for_missing", "ask_for_papers", "discard_drafts", "issue", "issue_drafts",
    "replace", "revoke", "ruling", "void",
]  # fmt: skip
