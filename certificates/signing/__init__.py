"""Signatures on papers: the issuing system's own seal."""

from certificates.signing.seal import KeySeal

__all__ = ["KeySeal"]
