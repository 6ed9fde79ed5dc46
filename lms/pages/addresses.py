"""Addresses that people bring along."""

import re

# Browsers take backslashes for slashes and drop tabs and line ends: none of them may stand in an address of ours.
_LOCAL = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")


def here_or(address: str, otherwise: str) -> str:
    """The address where it is a path on this site, else `otherwise`: no link of ours leads a person elsewhere."""
    return address if _LOCAL.fullmatch(address) else otherwise
