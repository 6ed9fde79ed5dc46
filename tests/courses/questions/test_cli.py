"""`flask questions import` and `export`: what a script reads."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.catalogue.services import import_course
from courses.questions.cli import questions_cli
from courses.questions.models import BankQuestion
from lms import clock, files
from lms.db import db
from tests.courses.catalogue.folders import small_course

GOLDEN = Path(__file__).parent / "golden"


def run(app: Flask, *arguments: str | Path) -> tuple[int, Any]:
    result = app.test_cli_runner().invoke(questions_cli, [*map(str, arguments), "--json"])
    return result.exit_code, json.loads(result.output)


def count() -> int:
    return db.session.scalar(select(func.count(BankQuestion.id))) or 0


def test_a_trial_needs_no_bank_and_writes_nothing(app: Flask) -> None:
    code, said = run(app, "import", GOLDEN / "word-messy.docx", "--bank", "KHONG-CO", "--dry-run")
    assert code == 0
    assert (said["format"], said["questions"], said["importable"]) == ("docx", 6, 3)
    assert [sorted(note) for note in said["doubtful"] + said["refused"]] == [["place", "reason"]] * 6
    # The fifth says the same as the first, without accents and in another order.
    assert [note["place"][-1] for note in said["doubtful"]] == ["3", "5", "5"]
    assert [note["place"][-1] for note in said["refused"]] == ["2", "4", "6"]
    assert count() == 0


def test_without_its_bank_nothing_is_imported(app: Flask) -> None:
    code, said = run(app, "import", GOLDEN / "aiken.txt", "--bank", "KHONG-CO")
    assert code == 1 and "KHONG-CO" in said["problems"][0]


def test_a_file_with_a_second_one_for_the_key_goes_in_once(app: Flask) -> None:
    import_course(small_course(), clock.now())
    arguments = ["import", GOLDEN / "word-without-key.docx", "--key", GOLDEN / "key.docx", "--bank", "DV-NHO"]
    code, said = run(app, *arguments, "--topic", "mot")
    assert (code, said["new"], said["refused"], count()) == (0, 3, [], 9)
    _code, said = run(app, *arguments, "--topic", "mot")
    assert (said["new"], said["unchanged"], count()) == (0, 3, 9)


def test_images_come_with_their_questions_and_leave_with_them(app: Flask, tmp_path: Path) -> None:
    import_course(small_course(), clock.now())
    code, said = run(app, "import", GOLDEN / "moodle.xml", "--bank", "DV-NHO")
    assert (code, said["importable"], len(said["refused"])) == (0, 8, 1)
    row = db.session.scalars(select(BankQuestion).where(BankQuestion.name == "NQ25-01")).one()
    assert row.topic_id is None
    for name in ("moodlexml", "qti30"):
        code, said = run(app, "export", "DV-NHO", "--format", name, "-o", tmp_path / name)
        assert code == 0 and said["questions"] == 14
        code, said = run(app, "import", tmp_path / name, "--bank", "DV-NHO")
        assert (code, said["new"], said["changed"], said["refused"]) == (0, 0, 0 if name == "moodlexml" else 1, [])
    assert len(list(files.folder().glob("*.png"))) == 1


@pytest.mark.parametrize("name", ["gift", "moodlexml", "aiken", "qti12", "qti21", "qti30", "xlsx", "docx"])
def test_every_format_is_written_and_read_again(app: Flask, tmp_path: Path, name: str) -> None:
    import_course(small_course(), clock.now())
    file = tmp_path / "ra"
    code, said = run(app, "export", "DV-NHO", "--format", name, "-o", file)
    assert (code, said["format"], said["questions"]) == (0, name, 6)
    assert bool(said["lost"]) == (name == "aiken")
    code, said = run(app, "import", file, "--bank", "DV-NHO", "--dry-run")
    assert (code, said["format"], said["importable"], said["refused"]) == (0, name, 6, [])


def test_a_bank_that_is_not_there_exits_with_1(app: Flask, tmp_path: Path) -> None:
    assert run(app, "export", "KHONG-CO", "--format", "gift", "-o", tmp_path / "ra")[0] == 1
