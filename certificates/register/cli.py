"""`flask certificates ...`."""

import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from certificates.register import queries
from certificates.register.jobs import issue_all_missing
from certificates.verification.queries import check_file, status_of
from lms.db import db
from lms.output import say

certificates_cli = AppGroup("certificates", help="The register of certificates.")


@certificates_cli.command("issue-missing")
@click.option("--json", "as_json", is_flag=True)
def issue_missing(as_json: bool) -> None:
    """Issue a certificate for every completion that has none; exit 1 when somebody could not have one."""
    issued, problems = issue_all_missing()
    sentences = [f"{issued} certificates issued.", *(f"person {p.person_id}: {p.sentence}" for p in problems)]
    data = {"issued": issued, "problems": [{"person_id": p.person_id, "why": p.sentence} for p in problems]}
    say(as_json, data, "\n".join(sentences))
    sys.exit(bool(problems))


@certificates_cli.command("verify")
@click.argument("file_or_code")
@click.option("--json", "as_json", is_flag=True)
def verify(file_or_code: str, as_json: bool) -> None:
    """Say the status of a certificate by its code or its PDF; exit 1 unless it is valid and unchanged."""
    path = Path(file_or_code)
    unchanged = None
    if path.is_file():
        certificate, unchanged = check_file(path.read_bytes())
    else:
        certificate = queries.by_code(file_or_code)
    status = status_of(certificate)
    data: dict[str, str | bool | None] = {"status": status, "code": certificate.code if certificate else None}
    if certificate:
        data["number"] = certificate.number_text
    if unchanged is not None:
        data["unchanged"] = unchanged
    note = "" if unchanged is not False else " (the file is not the one that we draw)"
    say(as_json, data, f"{status}{note}")
    sys.exit(status != "valid" or unchanged is False)


@certificates_cli.command("register")
@click.option("--json", "as_json", is_flag=True)
def register(as_json: bool) -> None:
    """List every certificate of every book, in the order of the numbers."""
    book_ids = [book.id for book in queries.books([""])]
    rows = [queries.as_json(row) for row in db.session.scalars(queries.register(book_ids))][::-1]
    if as_json:
        click.echo(json.dumps({"certificates": rows}, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['book']:<10} {row['number_text']:<20} {row['status']:<10} {row['code']}  {row['name']}")
