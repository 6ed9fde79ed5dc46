"""The verbs of the register, by noun: issuing and ending certificates, evidence from elsewhere."""

from certificates.register.services.issuing import (
    Problem,
    add_issuer,
    ask_for_missing,
    issue,
    replace,
    revoke,
)

__all__ = ["Problem", "add_issuer", "ask_for_missing", "issue", "replace", "revoke"]
