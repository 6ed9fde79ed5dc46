"""A server that is killed between its commit and the delivery loses nothing."""

import subprocess
import sys
from datetime import timedelta

from flask import Flask

from lms import clock, events
from lms.db import db
from tests.conftest import Cast
from tests.example_plugin import services as reading
from tests.example_plugin.models import Note, Reading, Text
from tests.promises.code import ROOT

DYING = """
import os, signal, sys
from lms import clock, create_app, events
from tests.example_plugin import services
app = create_app(DATA_FOLDER=sys.argv[1], DATABASE_URL=sys.argv[2], SECRET_KEY="x",
                 PLUGINS=["courses", "certificates", "tests.example_plugin"])
events._deliver_event = lambda event_id: os.kill(os.getpid(), signal.SIGKILL)
with app.app_context():
    services.read(int(sys.argv[3]), int(sys.argv[4]), clock.now())
"""


def test_what_was_committed_is_told_by_the_next_sweep(app: Flask, cast: Cast) -> None:
    reading.add_text("bai", "Bài đọc", clock.now())
    text, an = db.session.query(Text.id).scalar(), cast.people["an"].id
    db.session.rollback()
    arguments = [str(app.config["DATA_FOLDER"]), app.config["SQLALCHEMY_DATABASE_URI"], str(text), str(an)]
    died = subprocess.run([sys.executable, "-c", DYING, *arguments], cwd=ROOT, capture_output=True, check=False)
    assert died.returncode == -9, died.stderr.decode()
    assert db.session.query(Reading).count() == 1 and db.session.query(Note).count() == 0
    assert events.undelivered() > 0
    events.deliver_due(clock.now() + timedelta(minutes=1))
    db.session.rollback()
    note = db.session.query(Note).one()
    assert (note.person_id, note.activity) == (an, "example_plugin:bai")
