"""Signatures on papers: the issuing system's own seal, and what the signatures of a file say."""

from certificates.signing.checking import Seen, signatures_of
from certificates.signing.office import NOTICES, refuse_ended_seal, seal
from certificates.signing.seal import KeySeal

__all__ = ["NOTICES", "KeySeal", "Seen", "refuse_ended_seal", "seal", "signatures_of"]
