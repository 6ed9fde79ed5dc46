"""A list of 100,000 rows, in and out again: `python -m tests.bench.rosters [--rows N] [--backend postgresql]`.

A seeded list is read into an empty organisation, applied, read again (when nothing is left to do), and undone. Counted
are processor seconds of this process and of the reader that it starts, and the most memory that either has held so far.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import xlsxwriter

from lms import clock, create_app, migrate
from lms.db import db
from lms.demo.names import person_name
from lms.organisation.roster import services
from lms.organisation.roster.models import RosterImport
from lms.organisation.services import add_post_kinds, add_unit
from tests import backends

HEADER = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ", "Đơn vị", "Số điện thoại", "Email", "Ghi chú")
BRANCHES = 5_000


def write_list(file: Path, rows: int, seed: int = 2026) -> None:
    """The list of an office: secretaries of the branches, then officers, with names as frequent as real ones."""
    random = Random(seed)
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, ["ĐẢNG BỘ KHỐI"])
        sheet.write_row(2, 0, HEADER)
        for n in range(rows):
            name, sex = person_name(random)
            born = f"{random.randrange(1, 29):02d}/{random.randrange(1, 13):02d}/{random.randrange(1960, 1996)}"
            post = "Bí thư chi bộ" if n < BRANCHES else "Cán bộ phụ trách công tác dân vận"
            phone, email = f"09{random.randrange(10**8):08d}", f"nguoi{n}@co-quan.vn"
            sheet.write_row(3 + n, 0, [n + 1, name, born, sex, post, f"Chi bộ {n % BRANCHES + 1}", phone, email])


def measured(what: str, step: Callable[[], object]) -> None:
    """Prints one row of the table."""
    began, before = time.perf_counter(), _processor()
    step()
    wall, spent = time.perf_counter() - began, _processor() - before
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(f"| {what} | {spent:.1f} | {wall:.1f} | {most:.0f} |", flush=True)


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def run(url: str, folder: Path, rows: int) -> None:
    """The whole way of one list."""
    app = create_app(
        DATA_FOLDER=folder / "data", DATABASE_URL=url, SECRET_KEY="bench", PLUGINS=["courses", "certificates"]
    )
    migrate.upgrade(app)
    with app.app_context():
        add_post_kinds()
        unit_id = add_unit("K", "Đảng bộ Khối", kind="dang_bo_khoi", at=clock.now()).id
        data = (folder / "list.xlsx").read_bytes()

        def take() -> int:
            return services.take(data, "list.xlsx", unit_id, None, on=clock.today(), at=clock.now())

        def prepare(import_id: int) -> Callable[[], object]:
            return lambda: services.prepare(import_id, today=clock.today(), at=clock.now())

        print(f"| {rows:,} rows | processor, s | wall, s | memory, MB |")
        print("|---|---|---|---|")
        first = take()
        measured("preview: everybody is new", prepare(first))
        measured("apply", lambda: services.apply(first, typed=None, at=clock.now()))
        again = take()
        measured("preview: nothing is new", prepare(again))
        db.session.rollback()
        counts = db.session.get_one(RosterImport, again, populate_existing=True).summary["counts"]
        assert counts["new"] == counts["changed"] == 0, counts
        measured("undo", lambda: services.undo(first, at=clock.now()))


def main() -> None:
    """Reads the options and runs on the backend."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--backend", default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, backends.database(options.backend, Path(name)) as url:
        write_list(Path(name) / "list.xlsx", options.rows)
        run(url, Path(name), options.rows)


if __name__ == "__main__":
    main()
