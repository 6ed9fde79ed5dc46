"""Finding people among a million: `python -m tests.bench.people [--people N] [--backend sqlite]`.

A seeded generator fills an empty database: provinces, communes and branches, four posts in each branch, a person in
each post, names as frequent as real ones. Then every kind of search is asked many times, and its p50 and p95 printed.
"""

import argparse
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert, select, text

from lms import clock, create_app, migrate
from lms.db import Model, db, transaction
from lms.demo.names import person_name
from lms.organisation.history import begin_units
from lms.organisation.models import Appointment, Person, Post, PostKind, Unit
from lms.organisation.people.queries import find, main_posts
from lms.organisation.services import add_post_kinds, person_code
from lms.organisation.words import PersonWord, rows
from lms.text import fold, name_key
from tests import backends

PROVINCES, COMMUNES, POSTS = 34, 97, 4
SINCE = date(2025, 7, 1)


def fill(people: int, seed: int = 2026) -> None:
    """The tree, its posts, and `people` people who hold them."""
    random, at = Random(seed), clock.start_of(SINCE)
    add_post_kinds()
    branches = max(people // POSTS, PROVINCES * COMMUNES)
    with transaction() as session:
        _put(Unit, _units(branches), session)
        begin_units(session, at)
        first = session.scalars(select(PostKind.id)).first()
        units = 1 + PROVINCES + PROVINCES * COMMUNES
        _put(
            Post,
            ({"id": n, "unit_id": units + 1 + (n - 1) // POSTS % branches, "kind_id": first, "valid_from": SINCE,
              "recorded_at": at} for n in range(1, people + 1)),
            session,
        )  # fmt: skip
        known = [_person(random, n, at) for n in range(1, people + 1)]
        _put(Person, iter(known), session)
        _put(PersonWord, _words(known), session)
        places = random.sample(range(1, people + 1), people)
        _put(
            Appointment,
            ({"id": n, "post_id": n, "person_id": person, "capacity": "holder", "valid_from": SINCE,
              "recorded_at": at, "document": ""} for n, person in enumerate(places, 1)),
            session,
        )  # fmt: skip
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if connection.dialect.name == "sqlite" else "VACUUM ANALYZE"))


def _units(branches: int) -> Iterator[dict[str, Any]]:
    def unit(number: int, above: int | None, path: str, kind: str) -> dict[str, Any]:
        name = f"Đơn vị {number}"
        return {"id": number, "code": f"D{number}", "name": name, "fold": fold(name), "tree": "party", "kind": kind,
                "parent_id": above, "path": f"{path}{number}/", "doubt": ""}  # fmt: skip

    yield unit(1, None, "/", "dang_bo")
    for p in range(PROVINCES):
        yield unit(2 + p, 1, "/1/", "dang_bo")
    communes = [(2 + PROVINCES + c, 2 + c // COMMUNES) for c in range(PROVINCES * COMMUNES)]
    for number, above in communes:
        yield unit(number, above, f"/1/{above}/", "dang_bo_co_so")
    start = 2 + PROVINCES + len(communes)
    for b in range(branches):
        above, province = communes[b * len(communes) // branches]
        yield unit(start + b, above, f"/1/{province}/{above}/", "chi_bo")


def _person(random: Random, number: int, at: Any) -> dict[str, Any]:
    name, sex = person_name(random)
    return {
        "id": number, "code": person_code(number), "name": name, "fold": fold(name), "sort_key": name_key(name),
        "birth_year": random.randrange(1966, 2000), "gender": sex, "phone": f"09{random.randrange(10**8):08d}",
        "email": "", "recorded_at": at,
    }  # fmt: skip


def _words(people: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """In the order of the table, as a database fills it fastest."""
    found = [row for p in people for row in rows(p["id"], p["name"], p["sort_key"], p["phone"], [p["code"]])]
    found.sort(key=lambda row: (row["word"].encode(), row["sort_key"], row["person_id"]))
    return iter(found)


def _put(model: type[Model], values: Iterator[dict[str, Any]], session: Any) -> None:
    connection, table = session.connection(), model.__table__
    while part := list(islice(values, 20_000)):
        if connection.dialect.name == "sqlite":
            connection.execute(insert(table), part)
            continue
        columns = list(part[0])
        lines = io.StringIO()
        for row in part:
            lines.write(
                "\t".join("\\N" if row[c] is None else str(row[c]).replace("\\", "\\\\") for c in columns) + "\n"
            )
        with connection.connection.cursor().copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
            copy.write(lines.getvalue())


def questions(people: int, random: Random) -> dict[str, Callable[[], tuple[str, str]]]:
    """Kinds of searches: each call gives the path of a scope and what is typed."""
    root = "/1/"

    def province() -> str:
        return f"/1/{random.randrange(2, 2 + PROVINCES)}/"

    def commune() -> str:
        c = random.randrange(PROVINCES * COMMUNES)
        return f"/1/{2 + c // COMMUNES}/{2 + PROVINCES + c}/"

    def name() -> str:
        return person_name(random)[0]

    def plain(parts: slice = slice(None)) -> str:
        words = fold(name()).split()[parts]
        random.shuffle(words)
        return " ".join(words)

    phone = Random(7)
    return {
        "full name, no accents, any order": lambda: (root, plain()),
        "full name with accents": lambda: (root, name()),
        "given name with accents": lambda: (root, name().split()[-1]),
        "family name": lambda: (root, name().split()[0]),
        "family and given name": lambda: (root, plain(slice(0, None, 2))),
        "first letters": lambda: (root, fold(name().split()[0]) + " " + fold(name().split()[-1])[:2]),
        "two family names": lambda: (root, "nguyen tran"),
        "two family names, accents": lambda: (root, "Nguyễn Trần"),
        "code": lambda: (root, person_code(random.randrange(1, people + 1))),
        "phone": lambda: (root, f"09{phone.randrange(10**8):08d}"[: phone.choice((7, 10))]),
        "nothing: the whole list": lambda: (root, ""),
        "province, full name": lambda: (province(), plain()),
        "province, given name": lambda: (province(), name().split()[-1]),
        "province, the whole list": lambda: (province(), ""),
        "commune, full name": lambda: (commune(), plain()),
        "commune, given name": lambda: (commune(), name().split()[-1]),
        "commune, the whole list": lambda: (commune(), ""),
    }


def clocks() -> Callable[[], tuple[float, float]]:
    """A clock of wall time and of processor time, ours and that of the database's process, in seconds."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        return lambda: (time.perf_counter(), time.thread_time())
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    ran = Path(f"/proc/{pid}/schedstat")
    return lambda: (time.perf_counter(), time.thread_time() + int(ran.read_text().split()[0]) / 1e9)


def measure(people: int, times: int, show: Callable[[str], None]) -> None:
    """Prints a table: first and second page of every kind of search, in milliseconds."""
    random, now = Random(1), clocks()
    show(f"| among {people:,} people, {db.engine.dialect.name} | p50 | p95 | slowest | p95, wall |")
    show("|---|---|---|---|---|")
    for label, ask in questions(people, random).items():
        spent, waited = [], []
        find([ask()[0]], ask()[1], SINCE)  # the first of a kind: statements are compiled, pages read
        for _round in range(times):
            path, typed = ask()
            db.session.expunge_all()
            after = ""
            for _page in range(2):
                began = now()
                found = find([path], typed, SINCE, after=after)
                main_posts([person.id for person in found.rows], SINCE)
                ended = now()
                waited.append((ended[0] - began[0]) * 1000)
                spent.append((ended[1] - began[1]) * 1000)
                if not (after := found.next):
                    break
        spent.sort()
        waited.sort()
        last = int(len(spent) * 0.95)
        show(f"| {label} | {spent[len(spent) // 2]:.1f} | {spent[last]:.1f} | {spent[-1]:.1f} | {waited[last]:.0f} |")


def run(backend: str, people: int, times: int) -> None:
    """Fills a database of its own and measures."""
    with tempfile.TemporaryDirectory() as folder, backends.database(backend, Path(folder)) as url:
        app = create_app(DATA_FOLDER=folder, DATABASE_URL=url, SECRET_KEY="bench", TESTING=True)
        migrate.upgrade(app)
        with app.app_context():
            fill(people)
            measure(people, times, lambda line: print(line, flush=True))
            print()
            db.session.remove()
            db.engine.dispose()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=60)
    options.add_argument("--backend", choices=("sqlite", "postgresql"), help="Without it both.")
    asked = options.parse_args()
    for backend in [asked.backend] if asked.backend else ["sqlite", "postgresql"]:
        run(backend, asked.people, asked.times)


if __name__ == "__main__":
    main()
