"""Proving the register: its numbers, its chain, its lines, and the day roots that were published."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from certificates.register import chain
from certificates.register.models import Book, Certificate, DayRoot, Entry
from lms.db import db


def audit() -> tuple[int, list[str]]:
    """How many entries were read, and a sentence for each thing that does not fit."""
    problems: list[str] = []
    count = 0
    heads: dict[int, dict[int, str]] = {}
    for book in db.session.scalars(select(Book).order_by(Book.id).execution_options(populate_existing=True)):
        found = _chain_problems(book)
        heads[book.id] = found[1]
        count += len(found[1])
        problems += [f"{book.issuer.code}/{book.name}: {problem}" for problem in (*found[0], *_line_problems(book))]
    problems += _root_problems(heads)
    return count, problems


def _chain_problems(book: Book) -> tuple[list[str], dict[int, str]]:
    before, position, hashes = "", 0, {}
    problems: list[str] = []
    query = select(Entry).where(Entry.book_id == book.id).order_by(Entry.position)
    for entry in db.session.scalars(query.execution_options(yield_per=1000, populate_existing=True)):
        position += 1
        right = chain.link(before, position, entry.action, entry.code, entry.content, entry.at)
        if (entry.position, entry.hash) != (position, right) and not problems:
            problems.append(f"the chain breaks at entry {entry.position}")
        before = entry.hash
        hashes[entry.position] = entry.hash
    if (book.last_position, book.last_hash) != (position, before):
        problems.append(f"the book's head is not its entry {position}")
    return problems, hashes


def _line_problems(book: Book) -> Iterator[str]:
    """Where the lines of the book do not say what its entries say: changed, missing, doubled, or with a gap."""
    told: dict[str, dict[str, Any]] = {}
    for entry in db.session.scalars(select(Entry).where(Entry.book_id == book.id).order_by(Entry.position)):
        told.setdefault(entry.code, {})[entry.action] = entry.content
    number = book.first_number - 1
    query = select(Certificate).where(Certificate.book_id == book.id).order_by(Certificate.number)
    for line in db.session.scalars(query.execution_options(yield_per=1000, populate_existing=True)):
        number += 1
        if line.number != number:
            yield f"number {number} is missing before {line.number}"
            number = line.number or number
        expected = {"issued": chain.issued(number, line.number_text, line.issued_on, line.facts)}
        if line.status != "issued":
            day = line.ended_on or date.min
            expected[line.status] = chain.ended(number, day, line.decision, line.reason_class, line.reason)
        if told.pop(line.code, None) != expected:
            yield f"line {number} does not say what was entered"
    if number != book.last_number:
        yield f"the last number is {number}, the book says {book.last_number}"
    for code in told:
        yield f"the certificate {code} was entered and is gone"


def _root_problems(heads: dict[int, dict[int, str]]) -> Iterator[str]:
    before = ""
    places = {(book.issuer.code, book.name): book.id for book in db.session.scalars(select(Book))}
    for row in db.session.scalars(select(DayRoot).order_by(DayRoot.day)):
        if row.root != chain.root(before, row.day, row.heads):
            yield f"the root of {row.day} does not fit its heads"
        for issuer, name, position, link in row.heads:
            book_id = places.get((issuer, name), 0)
            if position and heads.get(book_id, {}).get(position) != link:
                yield f"the root of {row.day} knows another entry {position} of {issuer}/{name}"
        before = row.root


def exported(book: Book) -> dict[str, Any]:
    """A book with its chain, for somebody who trusts neither us nor our code."""
    entries = db.session.scalars(select(Entry).where(Entry.book_id == book.id).order_by(Entry.position))
    lines = db.session.scalars(select(Certificate).where(Certificate.book_id == book.id).order_by(Certificate.number))
    roots = db.session.scalars(select(DayRoot).order_by(DayRoot.day))
    return {
        "issuer": book.issuer.code,
        "book": book.name,
        "first_number": book.first_number,
        "last_number": book.last_number,
        "entries": [
            {"position": e.position, "action": e.action, "code": e.code, "content": e.content, "at": e.at.isoformat(),
             "hash": e.hash}
            for e in entries
        ],
        "certificates": [
            {"number": c.number, "number_text": c.number_text, "code": c.code, "status": c.status, "facts": c.facts}
            for c in lines
        ],
        "roots": [as_published(row) for row in roots],
    }  # fmt: skip


def as_published(row: DayRoot) -> dict[str, Any]:
    """A day's root as it is shown to the world."""
    return {"day": row.day.isoformat(), "heads": row.heads, "root": row.root}
