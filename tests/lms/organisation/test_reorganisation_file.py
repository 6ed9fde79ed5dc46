"""The Bloc of 2014 is carried to its successors of 2025 by the table that ships with the demo."""

import json
from datetime import date
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from lms import clock, demo
from lms.db import db, transaction
from lms.demo import tree
from lms.errors import Refused
from lms.organisation.models import Decision, Unit
from lms.organisation.queries import heirs, reach, tree_on
from lms.organisation.reorganisation.file import read_plans
from lms.organisation.services import add_unit

FOLDER = Path(demo.__file__).parent
TABLE, NEW = FOLDER / "bloc_2025_reorganisation.csv", FOLDER / "bloc_2025_new_units.csv"
HEAD = "old_code,event_date,event,new_parent_or_successor\n"


@pytest.fixture
def bloc(app: Flask) -> dict[str, Unit]:
    """The units of the Bloc that are known by name, and a branch beneath one that ends."""
    units: dict[str, Unit] = {}
    known = [row for row in tree.rows(Random(2014)) if row.doubt != tree.INVENTED_NOTE]
    for row in [*known, tree.Row("BKHDT-1", "Chi bộ Vụ 1", "BKHDT", "chi_bo")]:
        parent = units[row.parent].id if row.parent else None
        units[row.code] = add_unit(row.code, row.name, kind=row.kind, parent_id=parent, at=clock.now())
    return units


def above(code: str, on: date) -> str | None:
    """The code of the unit above on a day; empty for a root, None where the unit is not."""
    units = tree_on(on)
    codes = {number: written for number, written in db.session.execute(select(Unit.id, Unit.code))}
    row = db.session.execute(
        select(units).join(Unit, Unit.id == units.c.unit_id).where(Unit.code == code)
    ).one_or_none()
    return None if row is None else codes.get(row.parent_id, "")


def run(app: Flask, *options: str) -> dict[str, list[dict[str, str]]]:
    arguments = ["units", "reorganise", str(TABLE), "--new-units", str(NEW), "--json", *options]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    found: dict[str, list[dict[str, str]]] = json.loads(result.output)
    return found


def test_the_bloc_reaches_its_successors_on_their_days(bloc: dict[str, Unit], app: Flask) -> None:
    told = run(app, "--dry-run")
    assert db.session.scalar(select(Decision.id)) is None and above("VPTW", clock.today()) == "DUK"
    done = run(app)
    assert told["units"] == done["units"] and len(done["notes"]) >= 4
    eve, day, march = date(2025, 2, 2), date(2025, 2, 3), date(2025, 3, 1)
    assert [above("VPTW", d) for d in (eve, day)] == ["DUK", "DB_CQDTW"]
    assert [above("BKHDT-1", d) for d in (eve, day, march)] == ["BKHDT", "BKHDT", "BTC"]
    assert [above("BKHDT", d) for d in (eve, day, march)] == ["DUK", "DB_CP", None]
    assert [above("BNNMT", d) for d in (day, march)] == [None, "DB_CP"]
    assert above("BTGDVTW", day) == "DB_CQDTW" and above("BTGTW", day) is None
    assert above("BCDTB", date(2017, 12, 30)) == "DUK" and above("BCDTB", date(2017, 12, 31)) is None
    assert above("DBNN", day) == "" and "rà soát" in db.session.get_one(Unit, bloc["DBNN"].id).doubt
    assert above("DUK", eve) == "" and above("DUK", day) is None and above("DUK-BDV", day) is None
    new = select(Unit.code).where(Unit.id.in_(heirs(bloc["DUK"].id)))
    assert set(db.session.scalars(new)) == {"DB_CQDTW", "DB_CP", "DB_QH", "DB_MTTQDT"}
    assert len(reach(bloc["DUK"].id)) == 5


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("VPTW,2025-02-03,reparent,NOWHERE", "2"),
        ("VPTW,tháng hai,reparent,BTC", "tháng hai"),
        ("VPTW,2025-02-03,moved,BTC", "moved"),
        ("VPTW,2025-02-03,reparent,BTC|BNG", "2"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(bloc: dict[str, Unit], row: str, problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        read_plans((HEAD + row).encode(), None, "1", None)


def test_the_command_says_what_is_wrong_and_fails(bloc: dict[str, Unit], app: Flask, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(HEAD + "NOPE,2025-02-03,reparent,BTC\n")
    result = app.test_cli_runner().invoke(args=["units", "reorganise", str(table), "--json"])
    assert result.exit_code == 1 and "NOPE" in json.loads(result.output)["problems"][0]
    table.write_text("code,date\n")
    assert app.test_cli_runner().invoke(args=["units", "reorganise", str(table)]).exit_code == 1


def test_an_undone_table_leaves_the_bloc_as_it_was(bloc: dict[str, Unit], app: Flask) -> None:
    run(app)
    with transaction() as session:
        decisions = list(session.scalars(select(Decision.id).order_by(Decision.id.desc())))
    for decision in decisions:
        assert app.test_cli_runner().invoke(args=["units", "undo", str(decision)]).exit_code == 0
    assert {above(code, clock.today()) for code in ("VPTW", "BTC", "BKHDT")} == {"DUK"}
    assert above("DB_CP", clock.today()) is None
    again = app.test_cli_runner().invoke(args=["units", "undo", str(decisions[0])])
    assert again.exit_code == 1
    run(app)  # and the same table can be carried out again
