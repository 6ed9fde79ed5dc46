"""One of everything that a route can point to, in the small Bloc of the cast: what the access matrix walks through."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func

from certificates.designer import services as designer
from certificates.designs import READY
from certificates.inspection import services as inspections
from certificates.inspection.models import Finding, Item
from certificates.inspection.services import Mandate, Wish
from certificates.proofs.queries import key_folder
from certificates.proofs.services import make_key
from certificates.register import services as register
from certificates.register.models import Certificate, Evidence, Signer, StockMove
from certificates.register.services import offices
from certificates.register.services.evidence import Completed, accept
from certificates.reminders import services as reminders
from certificates.reminders.wording import Words
from certificates.reports.services import freeze
from certificates.signing.models import Batch, Returned
from certificates.targets import services as targets
from certificates.targets.models import Exemption
from certificates.targets.queries import Clocks
from courses.catalogue.models import Document
from courses.catalogue.queries import by_code
from courses.catalogue.reading import read_course
from courses.catalogue.services import import_course
from courses.exams.services import allow, build_papers
from courses.learning import services as learning
from courses.questions.models import BankQuestion, QuestionVersion
from courses.quizzes import services as quizzes
from courses.quizzes.models import Allowance, Paper, Quiz
from lms import clock, files
from lms.accounts.models import Account
from lms.accounts.services import grant_role
from lms.db import db, transaction
from lms.events import ActivityCompleted
from lms.jobs import enqueue
from lms.messages import notify
from lms.messages.models import Message
from lms.organisation.corrections import services as corrections
from lms.organisation.models import Appointment, Decision, PersonMerge
from lms.organisation.people.merging import merge
from lms.organisation.reorganisation.changes import Plan, Rename
from lms.organisation.reorganisation.services import reorganise
from lms.organisation.roster import services as rosters
from tests.certificates.targets.worlds import set_target
from tests.conftest import Cast, make_person
from tests.example_plugin import services as reading

COURSE = Path(__file__).parent / "course"


@dataclass
class World:
    """The ids and codes of the things; their owner is An, learner in unit A, unless the name says otherwise."""

    account: int
    binh_account: int
    role: int
    person: int
    job: int
    roster: int
    message: int
    post: int
    appointment: int
    request: int
    merge: int
    decision: int
    quiz: int
    attempt: int
    paper: int
    version: int
    allowance: int
    question: int
    document: str
    image: str
    questions_file: str
    certificate: str
    book: int
    exemption: int
    evidence: int
    issuer: int
    signer: int
    stock: int
    batch: int
    returned: int
    design: str
    report: int
    reminder: int
    inspection: int
    finding: int
    submitted: int
    key: str


def build(cast: Cast) -> World:
    """Fills the database; slow enough that one test does it once."""
    an, at, today = cast.people["an"].id, clock.now(), clock.today()
    _more_roles(cast)
    role = grant_role(cast.accounts["cuong"].id, "teacher", cast.units["A"].id, today, None, at)
    reading.add_text("bai", "Bài đọc", at)
    import_course(read_course(COURSE), at)
    course = by_code("NHO")
    assert course is not None
    learning.enrol(course.id, an, at)
    learning.finish_lesson(course.topics[0].lessons[0].id, an, at)
    quiz = db.session.query(Quiz.id).filter(Quiz.topic_id.is_not(None)).scalar()
    attempt = quizzes.start(quiz, an, at)
    build_papers(quiz, 1, "hạt", at)
    allow(quiz, an, minutes=5, attempts=0, reason="ốm", account_id=cast.accounts["hoa"].id, at=at)
    key = make_key(key_folder(), at)
    register.add_issuer(
        "DUK", "Đảng ủy", unit_id=cast.units["BLOC"].id, place="Hà Nội", authority="BÍ THƯ", signer="Ai",
        number_pattern="{number:02d}",
    )  # fmt: skip
    register.issue([ActivityCompleted("courses:NHO", "Khóa nhỏ", 2, an, at - timedelta(days=1), at)], at)
    certificate = db.session.query(Certificate).one()
    completed = Completed("courses:NHO", "class", "Lớp", "Đảng ủy", "số 1", today)
    accept(completed, [an], account_id=None, accepted_by="Ai", at=at)
    plan = targets.Plan("T", "Chỉ tiêu", cast.units["BLOC"].id, ["bi-thu-chi-bo"], ["courses:NHO"], today, today)
    target = set_target(plan)
    for draft in ("D", "E"):
        targets.draft(replace(plan, code=draft), at)
    targets.exempt(target, an, reason="ốm", document="số 1", valid_to=None, today=today, account_id=None, at=at)
    roster = rosters.take(b"STT,H\xe1\xbb\x8d t\xc3\xaan\n", "a.csv", cast.units["A"].id, None, on=today, at=at)
    rosters.prepare(roster, today=today, at=at)
    with transaction():
        job = enqueue("lms.read_roster", {"import_id": roster}, cast.accounts["an"].id)
    with transaction():
        notify(an, "Thông báo", "Nội dung", reason="", key="test:1", at=at)
    inspection = _inspect(cast, target)
    issuer = certificate.issuer_id
    offices.move_stock(issuer, kind="received", quantity=5, moved_on=today, account_id=None, at=at)
    with transaction() as session:
        batch = Batch(issuer_id=issuer, made_at=at)
        back = Returned(issuer_id=issuer, file_key="", sent_at=at, findings=[])
        session.add_all([batch, back])
    signer, stock = db.session.query(Signer.id).scalar(), db.session.query(StockMove.id).scalar()
    return World(
        message=db.session.query(Message.id).scalar(),
        account=cast.accounts["an"].id,
        binh_account=cast.accounts["binh"].id,
        role=role,
        person=an,
        job=job,
        roster=roster,
        post=cast.posts["an"].id,
        appointment=db.session.query(Appointment.id).filter_by(person_id=an).scalar(),
        request=corrections.ask(an, "Sinh năm 1971.", appointment_id=None, at=at),
        merge=_merge(cast),
        decision=_decide(),
        quiz=quiz,
        attempt=attempt,
        paper=db.session.query(Paper.id).scalar(),
        version=db.session.query(func.min(QuestionVersion.id)).scalar(),
        allowance=db.session.query(Allowance.id).scalar(),
        question=db.session.query(BankQuestion.id).order_by(BankQuestion.id).limit(1).scalar(),
        document=db.session.query(Document.key).limit(1).scalar(),
        image=files.save(b"\x89PNG\r\n", ".png"),
        questions_file=files.save(json.dumps({"file": files.save(b"::a:: b? {T}"), "key": "", "topic": ""}).encode()),
        certificate=certificate.code,
        book=certificate.book_id,
        exemption=db.session.query(Exemption.id).scalar(),
        evidence=db.session.query(Evidence.id).scalar(),
        issuer=issuer,
        signer=signer,
        stock=stock,
        batch=batch.id,
        returned=back.id,
        design=designer.add_design(READY["party"], account_id=None, at=at),
        key=key,
        reminder=reminders.add_step(target, Words(-10, "person", "Nhắc", "Nhắc"), at),
        inspection=inspection,
        finding=db.session.query(Finding.id).scalar(),
        submitted=_submitted(quiz, cast),
        report=freeze(target, cast.units["A"].id, Clocks(today), account_id=None, at=at),
    )


def _inspect(cast: Cast, target: int) -> int:
    """Dung's inspection of An's post, with a finding."""
    today, at, dung = clock.today(), clock.now(), cast.accounts["dung"]
    mandate = Mandate("Kiểm tra", target, cast.units["A1"].id, today, today)
    found = inspections.open_inspection(mandate, dung.id, [], at)
    inspections.draw(found, Wish(today, "all", 1, "sáu con xúc xắc"), at)
    inspections.note(db.session.query(Item.id).scalar(), "right", "", dung.id, dung.name, at)
    return found


def _submitted(quiz: int, cast: Cast) -> int:
    """An attempt of Bình's that is submitted."""
    binh = cast.people["binh"].id
    course = by_code("NHO")
    assert course is not None
    learning.enrol(course.id, binh, clock.now())
    learning.finish_lesson(course.topics[0].lessons[0].id, binh, clock.now())
    attempt = quizzes.start(quiz, binh, clock.now())
    assert attempt is not None
    quizzes.submit(attempt, binh, None, clock.now())
    return attempt


def _merge(cast: Cast) -> int:
    with transaction():
        double = make_person("Trần Văn An", born=1970)
    merge(cast.people["an"].id, double.id, reason="nhập hai lần", at=clock.now())
    found: int = db.session.query(PersonMerge.id).scalar()
    return found


def _decide() -> int:
    plan = Plan("1-QĐ/ĐU", clock.today(), clock.today(), [Rename("A2", "Chi bộ Văn phòng Bộ A")])
    reorganise([plan], at=clock.now(), today=clock.today())
    found: int = db.session.query(Decision.id).scalar()
    return found


def _more_roles(cast: Cast) -> None:
    """The roles that the cast does not play: a teacher, an author, and a manager of the other unit."""
    players = (
        ("teacher", "Ngô Thị Hạnh", "teacher", "BLOC"),
        ("author", "Bùi Văn Khoa", "author", "BLOC"),
        ("other_manager", "Mai Thị Lan", "unit_manager", "B"),
    )
    for short, name, role, unit in players:
        with transaction() as session:
            person = make_person(name)
            account = Account(username=short, name=name, person_id=person.id, created_at=clock.now())
            session.add(account)
        cast.accounts[short], cast.people[short] = account, person
        grant_role(account.id, role, cast.units[unit].id, clock.today(), None, clock.now())
