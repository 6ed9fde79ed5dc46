"""Papers: facts in, PDF bytes out. Knows neither database nor Flask's request."""

from certificates.designs.compiled import Compiled, Paper, Seal, compiled
from certificates.designs.design import Design, DesignError, Line
from certificates.designs.design import check as check_design
from certificates.designs.facts import CertificateFacts, MissingLetters, check_letters
from certificates.designs.plain import draw_plain
from certificates.designs.ready import READY
from certificates.designs.register_book import RegisterLine, draw_register

__all__ = [
    "READY", "CertificateFacts", "Compiled", "Design", "DesignError", "Line", "MissingLetters", "Paper",
    "RegisterLine", "Seal", "check_design", "check_letters", "compiled", "draw_plain", "draw_register",
]  # fmt: skip
