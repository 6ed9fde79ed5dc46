"""Papers: facts in, PDF bytes out. Knows neither database nor Flask."""

from certificates.designs.certificate import draw
from certificates.designs.facts import CertificateFacts, MissingLetters, check_letters
from certificates.designs.register_book import RegisterLine, draw_register

__all__ = ["CertificateFacts", "MissingLetters", "RegisterLine", "check_letters", "draw", "draw_register"]
