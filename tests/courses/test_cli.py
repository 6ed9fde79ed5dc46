"""`flask courses import` and `export`: what a script reads."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.catalogue.folder import write_course
from courses.catalogue.models import Course
from courses.catalogue.reading import read_course
from courses.cli import courses_cli
from lms.db import db
from tests.courses.catalogue.folders import small_course


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    write_course(small_course(), tmp_path / "khoa")
    return tmp_path / "khoa"


def run(app: Flask, *arguments: str | Path) -> tuple[int, Any]:
    result = app.test_cli_runner().invoke(courses_cli, [*map(str, arguments), "--json"])
    return result.exit_code, json.loads(result.output)


def test_a_folder_goes_in_and_comes_out_the_same(app: Flask, folder: Path, tmp_path: Path) -> None:
    code, said = run(app, "import", folder)
    assert code == 0
    counts = {"topics": 2, "lessons": 2, "questions": 6, "new_versions": 6, "removed": 0, "decided": 0}
    assert said == {"code": "DV-NHO", **counts}
    code, said = run(app, "export", "DV-NHO", tmp_path / "ra")
    assert (code, said["questions"]) == (0, 6)
    assert read_course(tmp_path / "ra") == small_course()


def test_a_broken_folder_exits_with_1_names_its_problems_and_writes_nothing(app: Flask, folder: Path) -> None:
    (folder / "questions/mot.gift").write_text("::x:: Không có ngoặc\n")
    (folder / "lessons/bai-hai.md").unlink()
    code, said = run(app, "import", folder)
    assert code == 1
    assert [problem.split(":")[0] for problem in said["problems"][:2]] == ["questions/mot.gift", "lessons/bai-hai.md"]
    assert db.session.scalar(select(func.count(Course.id))) == 0


def test_a_folder_or_a_course_that_is_not_there_exits_with_1(app: Flask, tmp_path: Path) -> None:
    assert run(app, "import", tmp_path / "khong-co")[0] == 1
    assert run(app, "export", "KHONG-CO", tmp_path / "ra")[0] == 1 and not (tmp_path / "ra").exists()


def test_without_json_a_person_reads_a_sentence(app: Flask, folder: Path) -> None:
    result = app.test_cli_runner().invoke(courses_cli, ["import", str(folder)])
    assert result.output == "DV-NHO: 2 topics, 2 lessons, 6 questions, 6 new versions, 0 removed.\n"
