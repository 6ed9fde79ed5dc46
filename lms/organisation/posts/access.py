"""Obtaining posts, with the check."""

from flask import abort

from lms.access import may
from lms.db import db
from lms.organisation.access import SEE
from lms.organisation.models import Appointment, Post

CHANGE = "lms.change_posts"


def post_to_change(post_id: int) -> Post:
    """The post; 404 outside the scope or when it was replaced, 403 for those who may only look."""
    post = db.session.get(Post, post_id)
    if post is None or post.withdrawn_at is not None or not may(SEE, post.unit):
        abort(404)
    if not may(CHANGE, post.unit):
        abort(403)
    return post


def appointment_to_change(appointment_id: int) -> Appointment:
    """The entry; 404 outside the scope or when it was put right meanwhile, 403 for those who may only look."""
    found = db.session.get(Appointment, appointment_id)
    if found is None or found.withdrawn_at is not None:
        abort(404)
    post_to_change(found.post_id)
    return found
