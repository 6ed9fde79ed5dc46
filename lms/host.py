"""The host as its own first plugin: it uses the contract that it offers."""

from datetime import date

from flask_babel import lazy_gettext as _

from lms import clock
from lms.accounts import newcomers
from lms.accounts.cli import accounts_cli
from lms.accounts.models import Account
from lms.accounts.views import blueprint as accounts
from lms.audit.cli import audit_cli
from lms.audit.views import blueprint as audit
from lms.cli import db_cli, demo, serve, work
from lms.demo import fill, national
from lms.inbox.tasks import count as waiting
from lms.inbox.views import blueprint as inbox_pages
from lms.jobs.views import blueprint as jobs
from lms.messages import queries as messages
from lms.messages.mail import MAIL
from lms.messages.services import send_due
from lms.messages.views import blueprint as message_pages
from lms.organisation.cli import roster_cli
from lms.organisation.corrections.tasks import tasks as correction_tasks
from lms.organisation.corrections.views import blueprint as corrections
from lms.organisation.people.views import blueprint as people
from lms.organisation.posts.views import blueprint as posts
from lms.organisation.reorganisation.cli import units_cli
from lms.organisation.reorganisation.upkeep import take_effect
from lms.organisation.reorganisation.views import blueprint as reorganisation
from lms.organisation.roster.jobs import apply_roster, read_roster
from lms.organisation.roster.keeping import forget_old_lists
from lms.organisation.roster.views import blueprint as roster
from lms.organisation.units.views import blueprint as units
from lms.organisation.views import blueprint as organisation
from lms.pages.views import blueprint as pages
from lms.plugins import Kept, NavItem, Panel, Permission, Plugin, Task
from lms.privacy.kept import of_host
from lms.privacy.views import blueprint as privacy

READERS = ("unit_manager", "issuer", "inspector")


def send_letters() -> int:
    """The worker's round: copies of notices, where a channel is set up."""
    return send_due(clock.now())


class Host(Plugin):
    name = "lms"
    title = _("System")
    blueprints = (
        pages, accounts, organisation, people, posts, roster, units, reorganisation, jobs, audit, message_pages,
        inbox_pages, privacy, corrections,
    )  # fmt: skip
    permissions = (
        Permission("lms.see_inbox", _("See what waits in one's units"), ("unit_manager", "issuer", "teacher")),
        Permission("lms.see_people", _("See the people and posts of a unit"), READERS),
        Permission("lms.change_posts", _("Appoint, hand over and relieve in the posts of a unit"), ("unit_manager",)),
        Permission("lms.change_people", _("Enter people and put right what is recorded of them"), ("unit_manager",)),
        Permission("lms.merge_people", _("Merge two records of one person"), ()),
        Permission("lms.anonymise", _("Anonymise the record of a person"), ()),
        Permission("lms.change_units", _("Enter units and put right how they are written"), ()),
        Permission("lms.reorganise", _("Merge, move, rename and dissolve units by a decision"), ()),
        Permission("lms.import_roster", _("Import rosters"), ()),
        Permission("lms.reset_access", _("Print activation slips for the people of a unit"), ("unit_manager",)),
        Permission("lms.manage_accounts", _("Give roles, disable and enable accounts"), ()),
        Permission("lms.keep_calendar", _("Enter days off and swapped working days"), ()),
        Permission("lms.read_audit", _("Read the audit log"), ("inspector",)),
    )
    nav = (
        NavItem(_("My work"), "lms_pages.home", "house", order=0),
        NavItem(_("Inbox"), "lms_inbox.inbox", "inbox", "lms.see_inbox", 22, waiting),
        NavItem(_("Organisation"), "lms_organisation.units", "network", "lms.see_people", 60),
        NavItem(_("Accounts"), "lms_accounts.accounts", "users", "lms.reset_access", 80),
        NavItem(_("Audit log"), "lms_audit.entries", "scroll-text", "lms.read_audit", 90),
    )
    commands = (db_cli, serve, work, demo, accounts_cli, audit_cli, roster_cli, units_cli)
    jobs = {"lms.read_roster": read_roster, "lms.apply_roster": apply_roster}
    upkeep = (forget_old_lists, take_effect, send_letters)
    channels = (MAIL,)

    def panels(self, account: Account) -> list[Panel]:
        unread = messages.unread(account.person_id) if account.person_id else []
        return [Panel(_("Notices"), "lms/unread.html", {"messages": unread}, 1)] if unread else []

    def personal_data(self, person_id: int) -> list[Kept]:
        return of_host(person_id)

    def inbox(self, account: Account) -> list[Task]:
        return [*newcomers.tasks(clock.today()), *correction_tasks(clock.today())]

    def demo(self, today: date, posts: int) -> None:
        if posts:
            national.fill(today, posts)
        else:
            fill(today)


plugin = Host()
