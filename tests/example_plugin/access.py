"""Obtaining texts, with the check."""

from flask import abort

from lms.access import current_account
from tests.example_plugin.models import Text
from tests.example_plugin.queries import by_code


def text_to_read(code: str) -> Text:
    """The text, or 404."""
    return by_code(code) or abort(404)


def reader_id() -> int:
    """The person who reads; 403 for an account that is no person."""
    return current_account().person_id or abort(403)
