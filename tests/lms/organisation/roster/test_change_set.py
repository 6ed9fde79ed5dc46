"""A change set: seen before it is done, done once, refused when it is out of date, undone whole."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms import clock
from lms.audit.models import AuditEntry
from lms.db import db, transaction
from lms.errors import Refused
from lms.events import OutboxEvent
from lms.organisation.models import Appointment, Person
from lms.organisation.queries import holdings
from tests.conftest import Cast, make_person, make_post
from tests.lms.organisation.roster.conftest import Sent, as_it_is
from tests.lms.organisation.roster.sheets import form, workbook

LAN = (1, "Nguyễn Thị Lan", "02/09/1980", "Nữ", "Bí thư chi bộ", "Chi bộ Văn phòng", "0912345678")
SUCCESSOR = (1, "Nguyễn Thị Lan", 1980, "Nữ", "BT chi bộ", "Chi bộ Vụ Tổ chức")
AN = (2, "Trần Văn An", 1970, "Nam", "Bí thư chi bộ", "Chi bộ Vụ Tổ chức", "0987654321")


def person(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.name == name)).one()


def test_nothing_is_written_before_it_is_confirmed(sent: Sent) -> None:
    before = as_it_is()
    found = sent(workbook(form(LAN, AN)))
    assert found.counts == {"new": 1, "changed": 1}
    assert as_it_is() == before


def test_a_change_shows_each_field_before_and_after(sent: Sent) -> None:
    (line,) = sent(workbook(form(AN))).lines("changed")
    assert line.data["sets"] == {"gender": ["", "nam"], "phone": ["", "0987654321"]}


def test_confirmed_twice_is_done_once(sent: Sent) -> None:
    found = sent(workbook(form(LAN))).apply()
    after = as_it_is()
    found.apply()
    assert as_it_is() == after
    assert db.session.scalars(select(AuditEntry.action)).all().count("lms.import_roster") == 1


def test_undoing_restores_everything_but_the_people_who_were_added(sent: Sent, cast: Cast) -> None:
    before = as_it_is()
    found = sent(workbook(form(SUCCESSOR, AN, (3, "Lê Văn Dũng", 1972, "", "Bí thư", "Chi bộ Thanh tra")))).apply()
    assert as_it_is() != before
    found.undo()
    after = as_it_is()
    assert {name: after[name] for name in ("posts", "appointments", "units")} == {
        name: before[name] for name in ("posts", "appointments", "units")
    }
    assert before["people"] <= after["people"]
    assert found.row.state == "undone"
    kinds = list(db.session.scalars(select(OutboxEvent.kind)))
    assert kinds.count("AppointmentsChanged") == 2


def test_what_was_undone_can_be_brought_in_again_without_a_second_person(sent: Sent) -> None:
    data = workbook(form(LAN, (2, "Lê Văn Dũng", 1972, "", "Bí thư", "Chi bộ Thanh tra")))
    sent(data).apply().undo()
    again = sent(data)
    assert again.counts.get("new") is None
    again.apply()
    assert len(db.session.scalars(select(Person.id).where(Person.name == "Nguyễn Thị Lan")).all()) == 1


def test_an_undo_is_refused_whole_when_others_have_built_on_it(sent: Sent, today: date) -> None:
    found = sent(workbook(form(SUCCESSOR))).apply()
    sent(workbook(form((1, "Lê Văn Dũng", 1972, "", "Bí thư", "Chi bộ Vụ Tổ chức")))).apply()
    before = as_it_is()
    with pytest.raises(Refused):
        found.undo()
    assert as_it_is() == before


@pytest.mark.parametrize("what", ["holder", "details", "namesake"])
def test_a_change_set_that_is_out_of_date_is_refused_whole(sent: Sent, cast: Cast, what: str) -> None:
    found = sent(workbook(form(SUCCESSOR, (2, "Lê Thanh Bình", 1970, "", "Cán bộ dân vận", "", "0911222333"))))
    with transaction() as session:
        if what == "holder":
            query = select(Appointment).where(Appointment.person_id == cast.people["an"].id)
            session.scalars(query).one().withdrawn_at = clock.now()
        elif what == "details":
            session.get_one(Person, cast.people["binh"].id).phone = "0999999999"
        else:
            make_person("Nguyễn Thị Lan", born=1980)
    before = as_it_is()
    with pytest.raises(Refused):
        found.apply()
    assert as_it_is() == before
    assert found.row.state == "ready"
    found.read().apply()  # read again, it holds


def test_nobody_leaves_unless_the_list_is_said_to_be_whole(sent: Sent, today: date) -> None:
    data = workbook(form(LAN))
    assert "leaving" not in sent(data).counts
    found = sent(data, whole=True)
    assert found.counts["leaving"] == 1
    (line,) = found.lines("leaving")
    assert (line.name, [end["text"] for end in line.data["ends"]]) == (
        "Trần Văn An", ["Bí thư chi bộ, Chi bộ Vụ Tổ chức"],
    )  # fmt: skip


def test_only_posts_of_the_kinds_in_the_list_and_of_its_unit_are_left(sent: Sent, cast: Cast) -> None:
    leaving = [line.name for line in sent(workbook(form(LAN)), whole=True).lines("leaving")]
    assert leaving == ["Trần Văn An"]  # neither Bình, an officer, nor Giang, in unit B


def test_whose_row_was_refused_does_not_leave(sent: Sent) -> None:
    bad = (2, "Trần Văn An", "31/02/1970", "", "Bí thư chi bộ", "Chi bộ Vụ Tổ chức")
    assert "leaving" not in sent(workbook(form(LAN, bad)), whole=True).counts


def test_many_leaving_need_their_number_typed(sent: Sent, today: date, cast: Cast) -> None:
    found = sent(workbook(form(LAN)), whole=True)
    for typed in (None, 7):
        with pytest.raises(Refused, match="1"):
            found.apply(typed)
    found.apply(typed=1)
    assert holdings(cast.people["an"].id, today) == []
    assert holdings(cast.people["an"].id, today - timedelta(days=1)) != []


def test_few_leaving_of_many_need_no_number(sent: Sent, cast: Cast, today: date) -> None:
    since = today - timedelta(days=90)
    rows = []
    with transaction():
        for n in range(30):
            someone = make_person(f"Người Thứ {chr(65 + n % 26)}{'a' * (n // 26)}", born=1960 + n)
            make_post(cast.units["A"], "can-bo-dan-van", someone, since=since)
            rows.append((n, someone.name, 1960 + n, "", "Cán bộ dân vận", "Đảng bộ Bộ A"))
    found = sent(workbook(form(*rows)), whole=True)  # Bình alone is not in it
    assert found.counts == {"unchanged": 30, "leaving": 1}
    found.apply()


def test_the_same_name_and_year_elsewhere_is_a_question_and_each_answer_is_kept(sent: Sent, cast: Cast) -> None:
    data = workbook(form((1, "Đỗ Trường Giang", 1970, "", "Bí thư chi bộ", "Chi bộ Văn phòng")))
    found = sent(data)
    (line,) = found.lines("ambiguous")
    key, giang = f"{line.sheet}!{line.row}", cast.people["giang"].id
    assert [c["choice"] for c in line.data["choose"]] == [f"person:{giang}"]
    assert found.answer(choices={key: "skip"}).counts == {"refused": 1}
    assert found.answer(choices={key: "new"}).counts == {"new": 1}
    assert found.answer(choices={key: f"person:{giang}"}).counts == {"changed": 1}
    found.apply()
    assert len(holdings(giang, clock.today())) == 2


def test_a_row_may_be_said_to_be_an_earlier_row(sent: Sent) -> None:
    first = (1, "Nguyễn Thị Lan", 1980, "", "Bí thư chi bộ", "Chi bộ Văn phòng")
    found = sent(workbook(form(first, (2, "Nguyễn Thị Lan", 1980, "", "Cán bộ dân vận", ""))))
    (line,) = found.lines("ambiguous")
    found.answer(choices={f"{line.sheet}!{line.row}": line.data["choose"][0]["choice"]}).apply()
    assert len(holdings(person("Nguyễn Thị Lan").id, clock.today())) == 2


def test_a_post_that_nobody_knows_is_asked_once_for_the_office(sent: Sent) -> None:
    row = (1, "Nguyễn Thị Lan", 1980, "", "Nòng cốt phong trào", "Chi bộ Văn phòng")
    found = sent(workbook(form(row)))
    assert found.counts == {"ambiguous": 1}
    assert found.row.summary["unsure"] == {"Nòng cốt phong trào": 1}
    assert found.answer({("post", "nong cot phong trao"): "can-bo-dan-van"}).counts == {"new": 1}
    assert sent(workbook(form(row))).counts == {"new": 1}
    assert found.answer({("post", "nong cot phong trao"): "-"}).counts == {"refused": 1}


def test_a_heading_mapped_by_hand_is_remembered_for_the_office(sent: Sent) -> None:
    header = ("STT", "Quý danh", "Năm sinh", "", "Chức vụ", "Đơn vị")
    data = workbook(form((1, "Nguyễn Thị Lan", 1980, "", "Bí thư", "Chi bộ Văn phòng"), header=header))
    found = sent(data)
    assert found.counts == {} and "Quý danh" in found.row.summary["problem"]
    assert found.answer({("column", "quy danh"): "name"}).counts == {"new": 1}
    assert sent(data).counts == {"new": 1}


def test_a_new_unit_may_be_said_to_be_one_that_is_there(sent: Sent, cast: Cast) -> None:
    found = sent(workbook(form((1, "Nguyễn Thị Lan", 1980, "", "Bí thư", "Chi bộ VP Bộ"))))
    assert [unit["name"] for unit in found.row.summary["new_units"]] == ["Chi bộ VP Bộ"]
    found.answer({("unit", "chi bo vp bo"): "A2"}).apply()
    assert [h.unit_code for h in holdings(person("Nguyễn Thị Lan").id, clock.today())] == ["A2"]


def test_letters_and_days_may_be_put_right_by_hand(sent: Sent) -> None:
    rows = [(1, "Trần Thị Anh", date(1980, 2, 9), "", "Cán bộ dân vận", ""), (2, "Trần Thị Bé", "25/12/1975", "",
            "Cán bộ dân vận", ""), (3, "Trần Thị Cam", "30/04/1975", "", "Cán bộ dân vận", "")]  # fmt: skip
    found = sent(workbook(form(*rows)))
    assert found.lines("new")[0].data["born"] == "02/09/1980"
    found.answer(days={"ngay sinh": "kept"})
    assert found.lines("new")[0].data["born"] == "09/02/1980"


def test_an_acting_secretary_stands_beside_the_holder(sent: Sent, cast: Cast) -> None:
    sent(workbook(form((1, "Nguyễn Thị Lan", 1980, "", "Quyền Bí thư chi bộ", "Chi bộ Vụ Tổ chức")))).apply()
    lan = holdings(person("Nguyễn Thị Lan").id, clock.today())
    assert [h.capacity for h in lan] == ["acting"]
    assert holdings(cast.people["an"].id, clock.today()) != []


def test_people_outside_the_scope_are_not_shown_as_candidates(sent: Sent, cast: Cast) -> None:
    row = (1, "Đỗ Trường Giang", 1970, "", "Bí thư chi bộ", "Chi bộ Văn phòng")
    assert sent(workbook(form(row)), scopes=[cast.units["A"].path]).counts == {"new": 1}
    assert sent(workbook(form(row)), scopes=[cast.units["BLOC"].path]).counts == {"ambiguous": 1}
