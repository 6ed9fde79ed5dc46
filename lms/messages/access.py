"""Obtaining notices, with the check."""

from flask import abort

from lms.access import current_account
from lms.db import db
from lms.messages.models import Message


def message_to_read(message_id: int) -> Message:
    """One's own notice; 404 for any other."""
    message = db.session.get(Message, message_id)
    if message is None or message.person_id != current_account().person_id:
        abort(404)
    return message
