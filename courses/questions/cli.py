"""`flask questions import` and `flask questions export`."""

import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import inspect

from courses.catalogue.models import Course
from courses.catalogue.queries import by_code
from courses.questions import exchange, services
from courses.questions.fitting import fit
from courses.questions.formats.base import Note
from lms import clock
from lms.db import db
from lms.errors import Refused
from lms.output import say

questions_cli = AppGroup("questions", help="The question bank: files in and out.")


def _told(notes: list[Note]) -> list[dict[str, str]]:
    return [{"place": note.place, "reason": note.sentence} for note in notes]


@questions_cli.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--key", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="A second file with the key.")
@click.option("--bank", required=True, help="The code of the course whose bank it is.")
@click.option("--topic", default="", help="The topic of questions whose file names none.")
@click.option("--dry-run", is_flag=True, help="Only say what would come; the bank need not exist.")
@click.option("--json", "as_json", is_flag=True)
def import_file(file: Path, key: Path | None, bank: str, topic: str, dry_run: bool, as_json: bool) -> None:
    """Read a file of questions; what can be read is imported, what is doubtful or refused is told with its place."""
    try:
        said = _import(file.read_bytes(), key.read_bytes() if key else None, bank, topic, dry_run)
    except Refused as refusal:
        say(as_json, {"problems": [str(refusal)]}, str(refusal))
        sys.exit(1)
    lines = [f"{said['format']}: {said['importable']} of {said['questions']} questions can be imported."]
    lines += [f"? {note['place']}: {note['reason']}" for note in said["doubtful"]]
    lines += [f"! {note['place']}: {note['reason']}" for note in said["refused"]]
    if not dry_run:
        lines.append(f"{said['new']} new, {said['changed']} changed, {said['unchanged']} unchanged.")
    say(as_json, said, "\n".join(lines))


def _import(data: bytes, key: bytes | None, code: str, topic: str, dry_run: bool) -> dict[str, Any]:
    name, reading = exchange.read(data, key)
    # A trial also works where nothing was ever set up.
    course = by_code(code) if not dry_run or inspect(db.engine).has_table(Course.__tablename__) else None
    if course is None and not dry_run:
        raise Refused(f"There is no bank {code}: a bank is a course's, so import the course first.")
    entries, doubts = fit(reading.entries, services.bank_of(course.id) if course else None, topic)
    said: dict[str, Any] = {
        "format": name,
        "questions": len(entries) + len(reading.refused),
        "importable": len(entries),
        "doubtful": _told(reading.doubts + doubts),
        "refused": _told(reading.refused),
    }
    if course is not None and not dry_run:
        exchange.keep_images(reading)
        said |= vars(services.import_questions(course.id, entries, clock.now()))
    return said


@questions_cli.command("export")
@click.argument("bank")
@click.option("--format", "name", type=click.Choice(sorted(exchange.WRITES)), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--json", "as_json", is_flag=True)
def export_bank(bank: str, name: str, output: Path, as_json: bool) -> None:
    """Write a bank as a file; what the format cannot carry is listed."""
    course = by_code(bank)
    if course is None:
        say(as_json, {"problems": [f"no bank {bank}"]}, f"There is no bank {bank}.")
        sys.exit(1)
    entries = exchange.entries_of(course.id, exchange.topics_of(course))
    written = exchange.write(name, entries)
    output.write_bytes(written.data)
    said = {"format": name, "questions": len(entries), "file": str(output), "lost": _told(written.lost)}
    lines = [f"{len(entries)} questions are in {output}.", *(f"- {note}" for note in written.lost)]
    say(as_json, said, "\n".join(lines))
