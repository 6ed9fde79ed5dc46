"""What the certificates plugin declares to the host."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from flask import current_app, url_for
from flask_babel import lazy_gettext as _

from certificates import demo, inbox, personal
from certificates.batches.jobs import check_sent, prepare_batch, sweep
from certificates.batches.views import blueprint as batch_pages
from certificates.designer.views import blueprint as designer_pages
from certificates.inspection import views as inspection_pages
from certificates.inspection.access import INSPECT
from certificates.inspection.jobs import pack_evidence
from certificates.proofs.cli import keys_cli
from certificates.proofs.handlers import keep_key
from certificates.register import queries as register
from certificates.register.cli import certificates_cli, register_cli
from certificates.register.events import EvidenceChanged
from certificates.register.handlers import issue_for_completion, keep_roots, revoke_for_withdrawal
from certificates.register.jobs import issue_missing, print_papers
from certificates.register.views import blueprints as register_pages
from certificates.reminders.access import REMIND
from certificates.reminders.jobs import queue_today, remind, remind_missing
from certificates.reminders.views import blueprint as reminder_pages
from certificates.reports.cli import targets_cli
from certificates.reports.views import blueprint as report_pages
from certificates.signing.jobs import stamp_sealed
from certificates.targets import due, handlers
from certificates.targets import queries as targets
from certificates.targets import views as target_pages
from certificates.targets.access import SEE
from certificates.verification.views import blueprints as verification_pages
from lms import clock
from lms.access import may_see, top_units
from lms.accounts.models import Account
from lms.events import (
    ActivityCompleted,
    ActivityStarted,
    ActivityWithdrawn,
    AppointmentsChanged,
    CertificateEnded,
    CertificatesIssued,
    PersonAnonymised,
)
from lms.plugins import Kept, Link, Measure, NavItem, Panel, Permission, Plugin, Setting, Task, installed


class Certificates(Plugin):
    name = "certificates"
    title = _("Certificates")
    blueprints = (
        batch_pages, designer_pages, report_pages, reminder_pages, *register_pages, *verification_pages,
        *target_pages.blueprints, *inspection_pages.blueprints,
    )  # fmt: skip
    permissions = (
        Permission("certificates.issue", _("Issue, replace and revoke certificates"), ("issuer",)),
        Permission("certificates.manage_issuers", _("Add and change issuers, signers and books"), ()),
        Permission("certificates.accept_evidence", _("Accept evidence of training elsewhere"), ("issuer",)),
        Permission("certificates.read_register", _("Read the register"), ("issuer", "inspector", "unit_manager")),
        Permission("certificates.design", _("Design certificates"), ()),
        Permission("certificates.see_targets", _("See targets and coverage"), ("unit_manager", "issuer", "inspector")),
        Permission(REMIND, _("Remind people who are missing"), ("unit_manager",)),
        Permission(INSPECT, _("Inspect: draw samples, open their evidence, note findings"), ("inspector",)),
        Permission("certificates.freeze", _("Freeze reports"), ("unit_manager",)),
        Permission("certificates.manage_targets", _("Set targets"), ()),
        Permission("certificates.exempt", _("Exempt people of a unit from a target"), ("unit_manager",)),
        Permission("certificates.plan_targets", _("Make the plan of a unit beneath a target"), ("unit_manager",)),
    )
    nav = (
        NavItem(_("My certificates"), "certificates.mine", "award", order=20),
        NavItem(_("Targets"), "certificates_targets.targets", "target", "certificates.see_targets", 30),
        NavItem(_("Register"), "certificates.register", "book-bookmark", "certificates.read_register", 40),
        NavItem(_("Inspections"), "certificates_inspection.inspections", "search-check", INSPECT, 45),
    )
    subscriptions = (
        (ActivityStarted, handlers.count_start),
        (ActivityCompleted, issue_for_completion),
        (ActivityWithdrawn, revoke_for_withdrawal),
        (CertificatesIssued, handlers.count_certificates),
        (CertificateEnded, handlers.count_ended),
        (EvidenceChanged, handlers.count_evidence),
        (AppointmentsChanged, handlers.count_appointments),
        (PersonAnonymised, personal.forget),
    )
    commands = (certificates_cli, register_cli, targets_cli, keys_cli)
    settings = (
        Setting("CERTIFICATES_PUBLIC_NAME", "whole", "What the verify page shows of a name: whole or masked."),
        Setting("CERTIFICATES_SEAL_KEY", "", "The seal's private key: a file (PEM; P-256 or RSA), or a PKCS#11 URI."),
        Setting("CERTIFICATES_SEAL_CHAIN", "", "A file with the seal's certificate and those above it (PEM)."),
        Setting(
            "CERTIFICATES_SEAL_PASSWORD",
            "",
            "The password of the seal's key, or its device's PIN.",
        ),
        Setting("CERTIFICATES_KEYS", "", "The folder of the keys that certificates are signed with."),
        Setting("CERTIFICATES_CRL", "", "A file or folder of the authorities' revocation lists (PEM or DER)."),
        Setting("CERTIFICATES_TSA", "", "The address of a timestamp authority (RFC 3161) for sealed papers."),
        Setting("CERTIFICATES_TRUST", "", "A file with the authorities (PEM) whose signatures are trusted."),
    )
    jobs = {
        "certificates.issue_missing": issue_missing, "certificates.print_papers": print_papers,
        "certificates.remind": remind, "certificates.remind_missing": remind_missing,
        "certificates.prepare_batch": prepare_batch, "certificates.check_returned": check_sent,
        "certificates.evidence_pack": pack_evidence,
    }  # fmt: skip
    upkeep: tuple[Callable[[], int], ...] = (handlers.count_new, queue_today, keep_roots, keep_key, stamp_sealed, sweep)

    def panels(self, account: Account) -> list[Panel]:
        found = []
        if account.person_id is not None:
            asked = [(line, self._links(line, account)) for line in due.due_for(account.person_id, clock.today())]
            data = {"lines": asked, "today": clock.today()}
            if asked:
                found.append(Panel(_("What is due"), "certificates/due.html", data, 10))
            rows = [row for row in register.certificates_of(account.person_id) if row.status == "issued"]
            if rows:
                found.append(Panel(_("My certificates"), "certificates/my_certificates.html", {"rows": rows}, 30))
        clocks = targets.Clocks(clock.today())
        coverages = [
            targets.coverage(target, unit, clocks)
            for target in targets.all_targets()
            for unit in [next((top for top in top_units(SEE) if top.path.startswith(target.unit.path)), None)]
            if unit is not None and targets.is_kept(target, clocks)
        ]
        if coverages:
            found.append(Panel(_("My unit"), "certificates/my_unit.html", {"coverages": coverages}, 5))
        return found

    def inbox(self, account: Account) -> list[Task]:
        return inbox.tasks(clock.today())

    def awards(self, activity: str, people: Iterable[int]) -> list[Link]:
        return [
            Link(row.number_text, url_for("certificates.certificate", code=row.code), row.facts["name"])
            for row in register.standing(activity, people)
        ]

    def person_panels(self, person_id: int) -> list[Panel]:
        rows = [row for row in register.certificates_of(person_id) if row.status == "issued"]
        found = [Panel(_("Certificates"), "certificates/my_certificates.html", {"rows": rows}, 30)] if rows else []
        lines, before = due.due_for(person_id, clock.today()), due.asked_before(person_id, clock.today())
        data = {"lines": lines, "before": before, "person_id": person_id, "explained": may_see(person_id, SEE)}
        return found + ([Panel(_("Targets"), "certificates/person_targets.html", data, 40)] if lines or before else [])

    def personal_data(self, person_id: int) -> list[Kept]:
        return personal.kept(person_id)

    def measures(self, units: Sequence[int], on: date) -> list[Measure]:
        return targets.measures(units, on)

    def _links(self, asked: due.Due, account: Account) -> list[Link]:
        if not asked.ahead or account.person_id is None:
            return []
        wanted = due.open_activities(account.person_id, asked.target, clock.today())
        links = [
            link
            for activity in wanted
            for plugin in installed(current_app)
            for link in plugin.activity_links(activity, account)
        ]
        return links if asked.target.all_of else links[:1]

    def demo(self, today: date, posts: int) -> None:
        if posts:
            demo.fill_country(today)
        else:
            demo.fill(today)
