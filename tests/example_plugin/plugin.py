"""What the reading circle declares to the host."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from flask import url_for
from flask_babel import lazy_gettext as _

from lms import clock
from lms.access import may
from lms.accounts.models import Account
from lms.events import Activity, ActivityCompleted, Event, PersonAnonymised
from lms.organisation.models import Person
from lms.plugins import Channel, Kept, Link, Measure, NavItem, Panel, Permission, Plugin, Setting, Task
from tests.example_plugin import board, queries, services
from tests.example_plugin.cli import example_cli
from tests.example_plugin.jobs import count_readers
from tests.example_plugin.views import blueprint


def congratulate(event: ActivityCompleted) -> None:
    """Somebody completed an activity, here or in another plugin: remembered once, however often it is heard."""
    services.note_completion(event.person_id, event.activity, event.completed_at)


def forget(event: PersonAnonymised) -> None:
    """Who somebody was is to be forgotten: the notes go, the readings, which are counted, stay."""
    services.forget_person(event.person_id)


def forget_old_notes() -> int:
    """The worker's tidying, every round: cheap when there is nothing to do."""
    return services.forget_notes(clock.now())


class ExamplePlugin(Plugin):
    name = "example_plugin"
    title = _("Reading circle")
    blueprints = (blueprint,)
    permissions = (Permission("example_plugin.add", _("Add texts to the reading circle"), ("author",)),)
    nav = (NavItem(_("Reading circle"), "example_plugin.texts", "book", order=70),)
    subscriptions = ((ActivityCompleted, congratulate), (PersonAnonymised, forget))
    commands = (example_cli,)
    settings = (
        Setting("EXAMPLE_PLUGIN_HOURS", 1, "How many periods reading one text counts."),
        Setting("EXAMPLE_PLUGIN_BOARD", "", "The folder in which letters are put up; empty: none are."),
    )
    jobs = {"example_plugin.count_readers": count_readers}
    upkeep = (forget_old_notes,)
    channels = (Channel("board", Person.phone, board.is_set_up, board.put_up),)

    def panels(self, account: Account) -> list[Panel]:
        if account.person_id is None:
            return []
        unread = queries.unread(account.person_id)
        return [Panel(self.title, "example_plugin/unread.html", {"texts": unread}, 60)] if unread else []

    def inbox(self, account: Account) -> list[Task]:
        empty = queries.without_readers() if may("example_plugin.add") else []
        pages = [Link(text.title, url_for("example_plugin.text", code=text.code)) for text in empty]
        return [Task(_("Texts that nobody read"), len(pages), Link(self.title, url_for("example_plugin.texts")), pages)]

    def person_panels(self, person_id: int) -> list[Panel]:
        read = queries.read_by(person_id)
        return [Panel(self.title, "example_plugin/read.html", {"texts": read}, 60)] if read else []

    def personal_data(self, person_id: int) -> list[Kept]:
        return queries.kept(person_id)

    def measures(self, units: Sequence[int], on: date) -> list[Measure]:
        return queries.read_in(units, on)

    def activities(self) -> list[Activity]:
        return [Activity(text.activity, text.title, queries.hours()) for text in queries.texts()]

    def activity_links(self, activity: str, account: Account) -> list[Link]:
        text = queries.by_activity(activity)
        return [Link(text.title, url_for("example_plugin.text", code=text.code))] if text else []

    def awards(self, activity: str, people: Iterable[int]) -> list[Link]:
        return [Link(self.title, url_for("example_plugin.texts")) for _person in queries.noted(activity, people)]

    def proofs(self, activity: str, person_id: int, by: datetime) -> list[Link]:
        text = queries.by_activity(activity)
        read = text is not None and text in queries.read_by(person_id, by)
        return [Link(text.title, url_for("example_plugin.text", code=text.code))] if text and read else []

    def history(self) -> Iterable[Event]:
        return queries.completions()

    def demo(self, today: date) -> None:
        services.add_text("dan-van", "Bài báo “Dân vận”", clock.start_of(today))
