"""`flask courses import` and `flask courses export`."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from courses.catalogue import export, services
from courses.catalogue.folder import CourseFolderError, write_course
from courses.catalogue.reading import read_course
from lms import clock
from lms.output import say

courses_cli = AppGroup("courses", help="Courses as folders of files.")


@courses_cli.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def import_course(folder: Path, as_json: bool) -> None:
    """Read a course folder; with a problem anywhere nothing is written, and every problem is named."""
    try:
        course = read_course(folder)
    except CourseFolderError as error:
        say(as_json, {"problems": error.problems}, "\n".join(error.problems))
        sys.exit(1)
    done = services.import_course(course, clock.now())
    sentence = f"{done.code}: {done.topics} topics, {done.lessons} lessons, {done.questions} questions, "
    say(as_json, vars(done), f"{sentence}{done.new_versions} new versions, {done.removed} removed.")


@courses_cli.command("export")
@click.argument("code")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def export_course(code: str, folder: Path, as_json: bool) -> None:
    """Write a course as a folder that can be imported again without loss."""
    course = export.folder_of(code)
    if course is None:
        say(as_json, {"problems": [f"no course {code}"]}, f"There is no course {code}.")
        sys.exit(1)
    write_course(course, folder)
    questions = sum(len(topic.questions) for topic in course.topics)
    say(as_json, {"code": code, "folder": str(folder), "questions": questions}, f"{code} is in {folder}.")
