"""What the courses plugin declares to the host."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain

from flask import url_for
from flask_babel import lazy_gettext as _

from courses import demo, personal
from courses.catalogue import queries as catalogue
from courses.cli import courses_cli
from courses.exams import retaking
from courses.exams.views import blueprint as exam_pages
from courses.learning import queries as learning
from courses.learning.links import next_step
from courses.learning.views import blueprint as learning_pages
from courses.questions.cli import questions_cli
from courses.questions.views.bank import blueprint as bank_pages
from courses.questions.views.files import blueprint as bank_files
from courses.quizzes.services import close_overdue
from courses.quizzes.views import blueprint as quiz_pages
from courses.results import records
from courses.results.cli import quizzes_cli
from courses.results.views import blueprint as result_pages
from lms import clock
from lms.accounts.models import Account
from lms.events import Activity, Event, PersonAnonymised
from lms.plugins import Kept, Link, NavItem, Panel, Permission, Plugin, Task


def close_overdue_attempts() -> int:
    """The worker's tidying: attempts whose time is over are submitted with what was saved."""
    return close_overdue(clock.now())


class Courses(Plugin):
    name = "courses"
    title = _("Courses")
    blueprints = (learning_pages, quiz_pages, exam_pages, result_pages, bank_pages, bank_files)
    permissions = (
        Permission("courses.manage", _("Import and edit courses"), ("author",)),
        Permission("courses.teach", _("Prepare exams, mark, read results"), ("teacher",)),
        Permission("courses.inspect", _("Read attempts as they are kept"), ("inspector",)),
        Permission("courses.invigilate", _("Watch the exam room, give time"), ("teacher", "unit_manager")),
    )
    nav = (
        NavItem(_("Courses"), "courses.courses", "book-open", order=10),
        NavItem(_("Question banks"), "courses_questions.banks", "library", "courses.manage", 23),
        NavItem(_("Exams"), "courses_exams.exams", "clipboard-list", "courses.invigilate", 25),
    )
    subscriptions = ((PersonAnonymised, personal.forget),)
    commands = (courses_cli, questions_cli, quizzes_cli)
    upkeep = (close_overdue_attempts,)

    def panels(self, account: Account) -> list[Panel]:
        if account.person_id is None:
            return []
        enrolments = learning.enrolments(account.person_id)
        standings = [learning.standing(item.course, account.person_id) for item in enrolments]
        open_ones = [item for item in standings if item.completion is None]
        return [Panel(_("My courses"), "courses/my_courses.html", {"standings": open_ones}, 20)] if open_ones else []

    def person_panels(self, person_id: int) -> list[Panel]:
        rows = learning.results_of(person_id)
        return [Panel(_("Results"), "courses/person_results.html", {"rows": rows}, 20)] if rows else []

    def personal_data(self, person_id: int) -> list[Kept]:
        return personal.kept(person_id)

    def inbox(self, account: Account) -> list[Task]:
        return retaking.tasks(clock.now())

    def activities(self) -> list[Activity]:
        return [
            Activity(course.activity, course.title, course.hours, course.edition) for course in catalogue.catalogue()
        ]

    def activity_links(self, activity: str, account: Account) -> list[Link]:
        code = activity.removeprefix("courses:")
        course = catalogue.by_code(code) if activity.startswith("courses:") else None
        return [next_step(course, account.person_id)] if course and account.person_id else []

    def proofs(self, activity: str, person_id: int, by: datetime) -> list[Link]:
        return [
            Link(_("Attempt at the final quiz"), url_for("courses_results.record", attempt_id=attempt.id),
                 records.told(attempt))
            for attempt in records.attempts_at(activity, person_id, by)
        ]  # fmt: skip

    def history(self) -> Iterable[Event]:
        return chain(learning.starts(), learning.completions())

    def demo(self, today: date, posts: int) -> None:
        demo.fill(today, whole=not posts)
