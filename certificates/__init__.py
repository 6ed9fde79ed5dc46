"""Certificates: the register, its papers, their check, and the targets they count toward."""

from certificates.plugin import Certificates

plugin = Certificates()
