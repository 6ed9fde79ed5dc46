"""Addresses that people bring along."""

import re
from datetime import date

from flask import request
from flask_babel import gettext as _

from lms.errors import Refused

# Browsers take backslashes for slashes and drop tabs and line ends: none of them may stand in an address of ours.
_LOCAL = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")


def here_or(address: str, otherwise: str) -> str:
    """The address where it is a path on this site, else `otherwise`: no link of ours leads a person elsewhere."""
    return address if _LOCAL.fullmatch(address) else otherwise


def asked_day(name: str) -> date | None:
    """The day that the address asks for (`?on=2026-12-31`); None where it asks for none. Raises Refused for no day."""
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(_("%(text)s is no day: write it like 2026-12-31.", text=text)) from error
