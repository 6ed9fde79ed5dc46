"""`flask certificates ...` and `flask register ...`, each with `--json`."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from certificates.register import auditing, queries
from certificates.register.jobs import issue_all
from certificates.signing import Seen
from certificates.verification.queries import looked_at, status_of
from certificates.verification.words import of_credential, sentence
from lms.db import db
from lms.output import say

certificates_cli = AppGroup("certificates", help="Certificates: issue, check, list.")
register_cli = AppGroup("register", help="The register as a whole: prove it, take it away.")


@certificates_cli.command("issue")
@click.option("--activity", required=True, help="The key of an activity, like courses:DV-NV.")
@click.option("--person", "person_code", default="", help="Only for the person with this code.")
@click.option("--json", "as_json", is_flag=True)
def issue(activity: str, person_code: str, as_json: bool) -> None:
    """Issue what is due for one activity; exit 1 when somebody could not have a certificate."""
    person_id = queries.person_id_of(person_code) if person_code else None
    if person_code and person_id is None:
        raise click.ClickException(f"There is nobody with the code {person_code}.")
    _issue(activity, person_id, as_json)


@certificates_cli.command("issue-missing")
@click.option("--json", "as_json", is_flag=True)
def issue_missing(as_json: bool) -> None:
    """Issue a certificate for every completion that has none; exit 1 when somebody could not have one."""
    _issue("", None, as_json)


def _issue(activity: str, person_id: int | None, as_json: bool) -> None:
    issued, problems = issue_all(queries.missing(activity, [person_id] if person_id else []))
    sentences = [f"{issued} certificates issued.", *(f"person {p.person_id}: {p.sentence}" for p in problems)]
    data = {"issued": issued, "problems": [{"person_id": p.person_id, "why": p.sentence} for p in problems]}
    say(as_json, data, "\n".join(sentences))
    sys.exit(bool(problems))


@certificates_cli.command("verify")
@click.argument("file_or_code")
@click.option("--json", "as_json", is_flag=True)
def verify(file_or_code: str, as_json: bool) -> None:
    """Say the status of a certificate by its code, its PDF or its credential; exit 1 unless it is valid and unchanged.

    A credential is a .json or .jwt file, or the one inside a PDF.
    """
    path = Path(file_or_code)
    if path.is_file():
        _verify_file(path.read_bytes(), as_json)
    certificate = queries.by_code(file_or_code)
    status = status_of(certificate)
    data = {"status": status, "code": certificate.code if certificate else None}
    if certificate:
        data["number"] = certificate.number_text
    say(as_json, data, status)
    sys.exit(status != "valid")


def _verify_file(file: bytes, as_json: bool) -> NoReturn:
    check = looked_at(file)
    found = check.found
    data: dict[str, object] = {
        "status": found.status if found else "unknown", "code": check.code or None, "unchanged": check.unchanged
    }  # fmt: skip
    data |= {"number": found.number} if found else {}
    data |= {"credential": check.credential} if check.credential else {}
    data["signatures"] = [_as_json(one) for one in check.signatures]
    say(as_json, data, " ".join(filter(None, (sentence(check), of_credential(check)))))
    sys.exit(data["status"] != "valid" or not check.unchanged or check.unsigned)


def _as_json(one: Seen) -> dict[str, object]:
    moments = {name: moment.isoformat() if moment else None
               for name, moment in (("at", one.at), ("stamped_at", one.stamped_at))}  # fmt: skip
    return {"signer": one.signer, "intact": one.intact, "whole": one.whole, "trusted": one.trusted,
            "revoked": one.revoked, "expired": one.expired, "stamper": one.stamper, **moments}  # fmt: skip


@certificates_cli.command("register")
@click.argument("book", default="")
@click.option("--json", "as_json", is_flag=True)
def register(book: str, as_json: bool) -> None:
    """List every certificate in the order of the numbers; of BOOK (like DUK/2026) or of all books."""
    books = queries.books_named(book)
    if book and not books:
        raise click.ClickException(f"There is no book {book}: write it like DUK/2026.")
    rows = [queries.as_json(row) for row in db.session.scalars(queries.register([b.id for b in books]))][::-1]
    if as_json:
        click.echo(json.dumps({"certificates": rows}, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['book']:<10} {row['number_text']:<20} {row['status']:<10} {row['code']}  {row['name']}")


@register_cli.command("audit")
@click.option("--root", "noted", default="", help="A day's root that was noted earlier: it must still be among them.")
@click.option("--json", "as_json", is_flag=True)
def audit(noted: str, as_json: bool) -> None:
    """Prove every book against its chain and the published day roots; exit 1 when anything differs."""
    entries, problems = auditing.audit()
    if noted and noted not in {row.root for row in queries.roots()}:
        problems.append(f"the root {noted} is not among the roots of this register")
    data: dict[str, Any] = {"entries": entries, "problems": problems, "ok": not problems}
    say(as_json, data, "\n".join(problems) or f"{entries} entries, every book agrees with its chain.")
    sys.exit(bool(problems))


@register_cli.command("export")
@click.argument("book")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(book: str, file: Path) -> None:
    """Write BOOK (like DUK/2026) with its chain to a JSON FILE that docs/check_register.py can check."""
    books = queries.books_named(book)
    if len(books) != 1:
        raise click.ClickException(f"There is no book {book}: write it like DUK/2026.")
    file.write_text(json.dumps(auditing.exported(books[0]), ensure_ascii=False, indent=1), encoding="utf-8")
    click.echo(f"{file}: {books[0].last_position} entries, head {books[0].last_hash}")
