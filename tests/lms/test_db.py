"""One way to write: transactions."""

import pytest

from lms.db import db, transaction
from lms.organisation.models import PostKind
from tests.conftest import Cast


def add(code: str) -> None:
    db.session.add(PostKind(code=code, name=code, tree="party", position=0))


def test_what_raises_inside_a_transaction_is_rolled_back_whole(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        add("x")
        db.session.flush()
        raise ZeroDivisionError
    assert db.session.query(PostKind).filter_by(code="x").count() == 0


def test_a_transaction_inside_a_transaction_is_refused(cast: Cast) -> None:
    with pytest.raises(RuntimeError, match="services do not call services"), transaction(), transaction():
        pass


def test_what_was_read_before_a_transaction_is_read_afresh(cast: Cast) -> None:
    unit = cast.units["A"]
    assert unit.name == "Đảng bộ Bộ A"
    db.session.rollback()
    with db.engine.begin() as other:
        other.exec_driver_sql("UPDATE lms_unit SET name = 'Tên mới' WHERE code = 'A'")
    with transaction():
        assert unit.name == "Tên mới"
