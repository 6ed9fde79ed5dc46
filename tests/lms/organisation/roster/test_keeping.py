"""Lists are people's data: after a time the file and its rows are gone, what they wrote stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import clock, files
from lms.db import db
from lms.errors import Refused
from lms.organisation.roster.keeping import forget_list, forget_old_lists
from lms.organisation.roster.models import RosterChange, RosterTrace
from tests.conftest import Cast
from tests.lms.organisation.roster.conftest import Sent
from tests.lms.organisation.roster.sheets import HEADER, workbook

LAN = (1, "Nguyễn Thị Lan", "02/09/1980", "Nữ", "Bí thư chi bộ", "Chi bộ Văn phòng", "0912345678", "", "")


def test_a_list_whose_time_is_over_leaves_only_how_many(
    sent: Sent, cast: Cast, signed_in: Callable[[str], FlaskClient]
) -> None:
    lan = sent(workbook([HEADER, LAN])).apply()
    key, at = lan.row.file_key, clock.now()
    assert forget_list(at - timedelta(days=1), at) == 0, "its time is not over"
    assert forget_list(at, at) == 1 and forget_list(at, at) == 0
    assert not files.exists(key) and not db.session.query(RosterChange).count() + db.session.query(RosterTrace).count()
    assert lan.counts["new"] == 1 and "Nguyễn Thị Lan" not in str(lan.row.summary)
    page = signed_in("hoa").get(f"/organisation/import/{lan.id}").text
    assert "hết thời hạn lưu danh sách" in page and "Hoàn tác toàn bộ" not in page
    with pytest.raises(Refused, match="không thể hoàn tác"):
        lan.undo()


def test_a_list_that_was_not_brought_in_by_then_has_to_be_sent_again(sent: Sent) -> None:
    waiting = sent(workbook([HEADER, LAN]))
    forget_list(clock.now(), clock.now())
    assert (waiting.row.state, waiting.row.problem) == (
        "unreadable",
        "Tệp đã được xóa khi hết thời hạn lưu: hãy gửi lại.",
    )
    with pytest.raises(Refused):
        waiting.apply()


def test_the_setting_says_how_long_and_0_is_for_ever(sent: Sent, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(workbook([HEADER, LAN]))
    monkeypatch.setitem(app.config, "ROSTER_DAYS", 0)
    assert forget_old_lists() == 0
    monkeypatch.setitem(app.config, "ROSTER_DAYS", 1)
    assert forget_old_lists() == 0
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert forget_old_lists() == 1
