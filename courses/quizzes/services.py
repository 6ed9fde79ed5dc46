"""Starting, answering and submitting an attempt. Only the server's clock counts.

The hot paths speak SQLAlchemy Core and check whose attempt it is in the statement that reads it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from courses.questions.marking import score
from courses.questions.models import QuestionVersion
from courses.questions.types import Question, by_hand, check_answer
from courses.quizzes.ending import end, to_close
from courses.quizzes.entry import Entry, attempts_of, entry, inside, same_code
from courses.quizzes.models import AnswerSave, Attempt, Paper
from courses.quizzes.papers import from_seed, new_seed
from courses.quizzes.queries import Asked, Shown, answers_of, questions_of, shown_of
from lms import clock
from lms.db import transaction
from lms.errors import Refused
from lms.writing import insert_for

# What was given before the end may arrive this much later over a slow line.
LINE_GRACE = timedelta(seconds=10)


@dataclass(frozen=True)
class Door:
    """Where somebody stands who wants to start: the code that they typed, and their address."""

    code: str = ""
    address: str = ""


def start(quiz_id: int, person_id: int, at: datetime, door: Door = Door()) -> int | None:
    """Opens an attempt, or gives back the one that is open: an accidental exit burns nothing. None: no such quiz.

    Raises Refused when the rules of the quiz or of its room are against it, or when the bank has too few questions.
    """
    with transaction() as session:
        found = entry(session, quiz_id, person_id)
        if found is None:
            return None
        before = list(attempts_of(session, quiz_id, person_id))
        if before and before[-1].submitted_at is None:
            if not _over(before[-1].ends_at, at):
                _check_room(found, door, going_on=True)
                return int(before[-1].id)
            _close(session, to_close(session, before[-1].id), at)
            before = list(attempts_of(session, quiz_id, person_id))
        if why_not := found.why_not(before, at):
            raise Refused(why_not)
        _check_room(found, door)
        return _open(session, found, person_id, {attempt.paper_id for attempt in before}, at)


def _check_room(found: Entry, door: Door, *, going_on: bool = False) -> None:
    if door.address and not inside(found.quiz.addresses, door.address):
        raise Refused(_("This quiz is taken in the exam room: this device is not on its network."))
    if not going_on and not same_code(found.quiz.room_code, door.code):
        raise Refused(_("The code of the exam room is not right. The invigilator has it."))


def _open(session: Session, found: Entry, person_id: int, had: set[int | None], at: datetime) -> int:
    """Writes the attempt. In another tab it may have been opened in this very moment: then that one is given."""
    ends_at = found.ends_at(at)
    grace = timedelta(minutes=found.quiz.grace_minutes if found.quiz.at_end == "grace" else 0)
    values: dict[str, Any] = {
        "quiz_id": found.quiz.id, "person_id": person_id, "started_at": at, "ends_at": ends_at,
        "due_at": ends_at + grace if ends_at else None, "seed": "", "ended_by": "", "seen_at": at,
    }  # fmt: skip
    dialect = session.get_bind().dialect.name
    if paper_id := _built_paper(session, found, person_id, had):
        statement, values = _copying(dialect), {f"new_{name}": value for name, value in values.items()}
        values["built"] = paper_id
    else:
        statement, values["seed"] = _drawing(dialect), new_seed()
        values["paper"] = from_seed(session, found.quiz, values["seed"], clock.day_of(at))
    opened: int | None = session.scalar(statement, values)
    if opened is None:
        here = (Attempt.quiz_id == found.quiz.id, Attempt.person_id == person_id, Attempt.submitted_at.is_(None))
        opened = session.scalars(select(Attempt.id).where(*here)).one()
    return opened


# What a new attempt says, besides its paper.
_NEW = ("quiz_id", "person_id", "started_at", "ends_at", "due_at", "seed", "ended_by", "seen_at")
_ATTEMPT, _PAPER = Attempt.__table__, Paper.__table__
_ONE_OPEN = {"index_elements": ["quiz_id", "person_id"], "index_where": _ATTEMPT.c.submitted_at.is_(None)}


@cache
def _copying(dialect: str) -> Any:
    """Opens an attempt with a paper built beforehand, which stays where it is: put together once."""
    given = [bindparam(f"new_{name}", type_=_ATTEMPT.c[name].type) for name in _NEW]
    built = select(*given, _PAPER.c.id, _PAPER.c["items"]).where(_PAPER.c.id == bindparam("built"))
    into = insert_for(dialect)(_ATTEMPT).from_select([*_NEW, "paper_id", "paper"], built)
    return into.on_conflict_do_nothing(**_ONE_OPEN).returning(_ATTEMPT.c.id)


@cache
def _drawing(dialect: str) -> Any:
    """Opens an attempt with a paper of its own."""
    return insert_for(dialect)(_ATTEMPT).on_conflict_do_nothing(**_ONE_OPEN).returning(_ATTEMPT.c.id)


def _built_paper(session: Session, found: Entry, person_id: int, had: set[int | None]) -> int | None:
    """One of the papers built beforehand, another one than before where there are enough."""
    if not found.papers:
        return None
    built = list(session.scalars(_BUILT, {"quiz_id": found.quiz.id}))
    fresh = [paper_id for paper_id in built if paper_id not in had] or built
    # Neighbours in a list get different papers.
    return fresh[person_id % len(fresh)] if fresh else None


_BUILT = (
    select(_PAPER.c.id)
    .where(_PAPER.c.quiz_id == bindparam("quiz_id"), _PAPER.c.withdrawn_at.is_(None))
    .order_by(_PAPER.c.number)
)


@dataclass(frozen=True)
class Save:
    """One line of the browser's journal; `value` is in the order that was shown."""

    key: str
    seq: int
    position: int
    value: Any


@dataclass(frozen=True)
class Saved:
    """The line that is kept, and when the attempt ends as things stand now."""

    seq: int
    ends_at: datetime | None


def save_answer(attempt_id: int, person_id: int, save: Save, at: datetime) -> Saved | None:
    """Keeps an answer; the same key again changes nothing. None: this person has no such attempt.

    Raises Refused after the end or after submitting, and for an answer that does not fit its question.
    """
    with transaction() as session:
        row = session.execute(_asked_at(save.position), {"attempt_id": attempt_id, "person_id": person_id}).first()
        if row is None:
            return None
        submitted_at, ends_at, order, content = row
        if submitted_at is not None or _over(ends_at, at):
            known = select(AnswerSave.seq).where(AnswerSave.attempt_id == attempt_id, AnswerSave.key == save.key)
            if (seq := session.scalar(known)) is not None:
                return Saved(seq, ends_at)
            raise Refused(
                _("This attempt was submitted; the answer came too late and does not count.") if submitted_at
                else _("The time is over; the answer came too late. What was saved before counts.")
            )  # fmt: skip
        if content is None:
            raise Refused(_("This paper has no such question."))
        _check_fits(Question.from_json(content), order, save.value)
        line = {**vars(save), "attempt_id": attempt_id, "saved_at": at}
        session.execute(_kept(session.get_bind().dialect.name), line)
    return Saved(save.seq, ends_at)


@lru_cache(maxsize=200)
def _asked_at(position: int) -> Any:
    """What a save needs of an attempt and of the question at a position; put together once for each position."""
    attempt, version = Attempt.__table__, QuestionVersion.__table__
    paper = attempt.c.paper
    return (
        select(attempt.c.submitted_at, attempt.c.ends_at, paper[(position, "order")], version.c.content)
        .outerjoin(version, version.c.id == paper[(position, "version")].as_integer())
        .where(attempt.c.id == bindparam("attempt_id"), attempt.c.person_id == bindparam("person_id"))
        .with_for_update(of=attempt)
    )


@cache
def _kept(dialect: str) -> Any:
    """Adds a line to a journal, or leaves the one that has its key."""
    return insert_for(dialect)(AnswerSave.__table__).on_conflict_do_nothing()


def _check_fits(question: Question, order: list[int], value: Any) -> None:
    try:
        check_answer(question.content, order, value)
    except ValueError as error:
        raise Refused(_("The answer does not fit the question.")) from error


# Given the questions as shown, the answers that came with a form, by position.
Given = Callable[[list[Shown]], Mapping[int, Any]]


def submit(attempt_id: int, person_id: int, given: Given | None, at: datetime) -> bool:
    """Closes and marks an attempt; the second time nothing changes. Passing the final completes the course.

    `given` reads what came with the submitting form: without JavaScript there are no other answers.
    False: this person has no such attempt.
    """
    with transaction() as session:
        attempt = to_close(session, attempt_id)
        if attempt is None or attempt.person_id != person_id:
            return False
        if attempt.submitted_at is None:
            _close(session, attempt, at, given)
    return True


def keep_page(attempt_id: int, person_id: int, given: Given, at: datetime) -> bool:
    """Keeps the answers of one page sent without JavaScript; False: this person has no such attempt."""
    with transaction() as session:
        attempt = to_close(session, attempt_id)
        if attempt is None or attempt.person_id != person_id:
            return False
        if attempt.submitted_at is not None or _over(attempt.ends_at, at):
            raise Refused(_("The time is over; the answer came too late. What was saved before counts."))
        answers, seq = answers_of(session, attempt_id)
        _keep_form(session, attempt, answers, seq, given, questions_of(session, attempt.paper), at)
    return True


def be_here(attempt_id: int, person_id: int, at: datetime) -> Any:
    """Notes a sign of life; gives the attempt's `submitted_at` and `ends_at`. None: no such attempt of this person."""
    mine = (Attempt.id == attempt_id, Attempt.person_id == person_id)
    with transaction() as session:
        session.execute(update(Attempt).where(*mine, Attempt.submitted_at.is_(None)).values(seen_at=at))
        return session.execute(select(Attempt.submitted_at, Attempt.ends_at).where(*mine)).first()


def close_overdue(at: datetime, batch: int = 20) -> int:
    """Closes what was left open past its end, a batch at a time; returns how many. The worker calls it."""
    query = select(Attempt.id).where(Attempt.submitted_at.is_(None), Attempt.due_at < at - LINE_GRACE).limit(batch)
    with transaction() as session:
        due = list(session.scalars(query.with_for_update(skip_locked=True)))
        for attempt_id in due:
            _close(session, to_close(session, attempt_id), at)
    return len(due)


def close_for_room(attempt_id: int, at: datetime, session: Session) -> None:
    """The invigilator ends an attempt, in the open transaction: what was saved is marked."""
    attempt = to_close(session, attempt_id)
    if attempt is not None and attempt.submitted_at is None:
        _close(session, attempt, at, ended_by="room")


def _over(ends_at: datetime | None, at: datetime) -> bool:
    return ends_at is not None and at > ends_at + LINE_GRACE


def _close(session: Session, attempt: Any, at: datetime, given: Given | None = None,
           ended_by: str = "") -> None:  # fmt: skip
    """Marks what is in the journal, in the open transaction. What came too late to count is closed without a score."""
    over = _over(attempt.ends_at, at)
    ended_by = ended_by or ("time" if over and attempt.at_end == "submit" else "learner")
    if over and attempt.at_end != "submit" and _over(attempt.due_at, at):
        end(session, attempt, attempt.due_at, "nothing", None)
        return
    answers, seq = answers_of(session, attempt.id)
    questions = questions_of(session, attempt.paper)
    if given and not over:
        answers = _keep_form(session, attempt, answers, seq, given, questions, at)
    ended_at = min(at, attempt.ends_at) if attempt.ends_at else at
    if any(by_hand(asked.content) and not asked.void and answers.get(place) for place, asked in enumerate(questions)):
        end(session, attempt, ended_at, ended_by, None)
        return
    marks = [asked.mark(answers.get(place)) for place, asked in enumerate(questions)]
    end(session, attempt, ended_at, ended_by, score(marks))


def _keep_form(session: Session, attempt: Any, answers: dict[int, Any], seq: int, given: Given,
               questions: list[Asked], at: datetime) -> dict[int, Any]:  # fmt: skip
    """Adds what a form says anew to the journal: one statement. Returns the answers that count then."""
    shown = shown_of(questions, answers)
    new = {place: value for place, value in given(shown).items() if answers.get(place) != value}
    for place, value in new.items():
        _check_fits(questions[place].question, questions[place].order, value)
    lines = [
        {"attempt_id": attempt.id, "key": f"form-{seq + 1}-{place}", "seq": seq + 1, "position": place, "value": value,
         "saved_at": at}
        for place, value in new.items()
    ]  # fmt: skip
    if lines:
        session.execute(insert(AnswerSave), lines)
    return answers | new
