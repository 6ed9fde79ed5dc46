"""What the host itself keeps of a person."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, or_, select

from lms.accounts.forms import ROLE_NAMES
from lms.accounts.models import Account, RoleGrant, SignIn
from lms.audit.models import AuditEntry
from lms.db import db
from lms.jobs.models import Job
from lms.messages.models import Message
from lms.organisation.corrections.models import CorrectionRequest
from lms.organisation.models import Appointment, Person, PersonFormer, PersonMerge, Post, PostKind, Unit
from lms.organisation.posts.forms import CAPACITIES
from lms.organisation.roster.models import RosterChange, RosterImport
from lms.plugins import Kept

# What is done with somebody's data without changing it.
LOOKED = ("read", "export", "why", "print", "preview")
DEEDS = {
    "lms.read_person": _("opened the person's page"), "lms.add_person": _("entered the record"),
    "lms.change_person": _("changed the record"), "lms.merge_people": _("merged two records"),
    "lms.undo_merge": _("made two records again"), "lms.appoint": _("appointed"),
    "lms.hand_over": _("handed over a post"),
    "lms.relieve": _("relieved of a post"), "lms.correct_appointment": _("corrected a post"),
    "lms.withdraw_appointment": _("withdrew a post"), "lms.sign_in": _("signed in"),
    "lms.sign_in_failed": _("tried to sign in, in vain"), "lms.change_password": _("changed the password"),
    "lms.activate": _("activated the account"), "lms.read_privacy_notice": _("read the privacy notice"),
    "lms.add_account": _("made the account"),
    "lms.grant_role": _("gave a role"), "lms.withdraw_role": _("withdrew a role"),
    "lms.disable_account": _("disabled the account"), "lms.enable_account": _("enabled the account"),
    "lms.ask_correction": _("asked for a correction"), "lms.accept_correction": _("accepted a correction"),
    "lms.decline_correction": _("declined a correction"), "lms.anonymise": _("anonymised the record"),
    "lms.export_own_data": _("took the data away as a file"),
}  # fmt: skip


def of_host(person_id: int) -> list[Kept]:
    """What the host itself keeps: the record, posts with both clocks, the account, notices, and who did what."""
    account = db.session.scalar(select(Account).where(Account.person_id == person_id))
    number = account.id if account else 0
    return [
        _kept(Person, _("Your record"), {
            "code": _("Code"), "name": _("Name"), "birth_on": _("Day of birth"), "birth_year": _("Year of birth"),
            "gender": _("Sex"), "phone": _("Phone"), "email": _("Email"), "recorded_at": _("Recorded"),
        }, select(Person.code, Person.name, Person.birth_on, Person.birth_year, Person.gender, Person.phone,
                  Person.email, Person.recorded_at).where(Person.id == person_id)),
        _kept(PersonFormer, _("What your record said before"), {
            "name": _("Name"), "birth_on": _("Day of birth"), "birth_year": _("Year of birth"), "gender": _("Sex"),
            "phone": _("Phone"), "email": _("Email"), "recorded_at": _("Recorded"), "withdrawn_at": _("Withdrawn"),
        }, select(PersonFormer.name, PersonFormer.birth_on, PersonFormer.birth_year, PersonFormer.gender,
                  PersonFormer.phone, PersonFormer.email, PersonFormer.recorded_at, PersonFormer.withdrawn_at)
            .where(PersonFormer.person_id == person_id).order_by(PersonFormer.id)),
        _kept(CorrectionRequest, _("Corrections that you asked for"), {
            "asked_at": _("Asked"), "text": _("Text"), "answered_at": _("Answered"), "accepted": _("Accepted"),
            "answer": _("Answer"),
        }, select(CorrectionRequest.asked_at, CorrectionRequest.text, CorrectionRequest.answered_at,
                  CorrectionRequest.accepted, CorrectionRequest.answer)
            .where(CorrectionRequest.person_id == person_id).order_by(CorrectionRequest.id)),
        _kept(Appointment, _("Posts"), {
            "post": _("Post"), "unit": _("Unit"), "capacity": _("In what capacity"), "valid_from": _("From"),
            "valid_to": _("To (included)"), "document": _("Decision"), "recorded_at": _("Recorded"),
            "withdrawn_at": _("Withdrawn"),
        }, select(PostKind.name, Unit.name, Appointment.capacity, Appointment.valid_from, Appointment.valid_to,
                  Appointment.document, Appointment.recorded_at, Appointment.withdrawn_at)
            .join(Post, Post.id == Appointment.post_id).join(PostKind, PostKind.id == Post.kind_id)
            .join(Unit, Unit.id == Post.unit_id).where(Appointment.person_id == person_id)
            .order_by(Appointment.valid_from, Appointment.id), CAPACITIES),
        _kept(PersonMerge, _("Merged records"), {
            "code": _("Code"), "reason": _("Reason"), "recorded_at": _("Recorded"), "withdrawn_at": _("Withdrawn"),
        }, select(Person.code, PersonMerge.reason, PersonMerge.recorded_at, PersonMerge.withdrawn_at)
            .join(Person, Person.id == PersonMerge.merged_id).where(PersonMerge.kept_id == person_id)
            .order_by(PersonMerge.id)),
        _kept(RosterChange, _("Rows in lists that offices sent"), {
            "file": _("File"), "sent_at": _("Sent"), "sheet": _("Sheet"), "row": _("Row"), "name": _("Name"),
            "data": _("What the row said and changed"),
        }, select(RosterImport.file_name, RosterImport.created_at, RosterChange.sheet, RosterChange.row,
                  RosterChange.name, RosterChange.data)
            .join(RosterImport, RosterImport.id == RosterChange.import_id).where(RosterChange.person_id == person_id)
            .order_by(RosterChange.id)),
        *_of_account(number),
        _kept(Message, _("Notices"), {
            "created_at": _("Sent"), "subject": _("Subject"), "body": _("Text"), "reason": _("Reason"),
            "read_at": _("Read"), "sent_at": _("Letter sent"), "channel": _("By which channel"),
        }, select(Message.created_at, Message.subject, Message.body, Message.reason, Message.read_at,
                  Message.sent_at, Message.channel).where(Message.person_id == person_id).order_by(Message.id)),
        *_of_log(person_id, number),
    ]  # fmt: skip


def _of_account(number: int) -> list[Kept]:
    return [
        _kept(Account, _("Account"), {
            "username": _("Sign-in name"), "created_at": _("Made"), "privacy_version": _("Privacy notice, version"),
            "privacy_seen_at": _("Privacy notice, shown"), "language": _("Language"), "disabled_at": _("Disabled"),
        }, select(Account.username, Account.created_at, Account.privacy_version, Account.privacy_seen_at,
                  Account.language, Account.disabled_at).where(Account.id == number)),
        _kept(SignIn, _("Where you are signed in"), {
            "created_at": _("Signed in"), "ends_at": _("Ends"), "address": _("Address"), "browser": _("Browser"),
        }, select(SignIn.created_at, SignIn.ends_at, SignIn.address, SignIn.browser)
            .where(SignIn.account_id == number).order_by(SignIn.id)),
        _kept(RoleGrant, _("Roles"), {
            "role": _("Role"), "unit": _("Unit"), "valid_from": _("From"), "valid_to": _("To (included)"),
            "recorded_at": _("Recorded"), "withdrawn_at": _("Withdrawn"),
        }, select(RoleGrant.role, Unit.name, RoleGrant.valid_from, RoleGrant.valid_to, RoleGrant.recorded_at,
                  RoleGrant.withdrawn_at).join(Unit, Unit.id == RoleGrant.unit_id)
            .where(RoleGrant.account_id == number).order_by(RoleGrant.id), ROLE_NAMES),
        _kept(RosterImport, _("Lists that you sent"), {
            "file_name": _("File"), "created_at": _("Sent"), "state": _("State"),
        }, select(RosterImport.file_name, RosterImport.created_at, RosterImport.state)
            .where(RosterImport.account_id == number).order_by(RosterImport.id)),
        _kept(Job, _("Long work that you asked for"), {
            "name": _("What"), "created_at": _("Asked"), "state": _("State"),
        }, select(Job.name, Job.created_at, Job.state).where(Job.account_id == number).order_by(Job.id)),
    ]  # fmt: skip


def _of_log(person_id: int, number: int) -> list[Kept]:
    """The log's lines about the person, who looked apart from who changed, and what the person did."""
    columns = {"at": _("When"), "by": _("Who"), "action": _("What"), "details": _("Details")}
    about = [f"person:{person_id}", f"account:{number}"]
    lines = select(AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.details).order_by(AuditEntry.id)
    name = AuditEntry.__tablename__
    looked = or_(*(AuditEntry.action.like(f"%.{verb}%") for verb in LOOKED))
    own = AuditEntry.account_id == number
    return [
        Kept(f"{name}.looked", _("Who looked at what is kept of you"), columns,
             _rows(lines.where(AuditEntry.subject.in_(about), looked, ~own | AuditEntry.account_id.is_(None))),
             DEEDS),
        Kept(f"{name}.changed", _("What was done with your record"), columns,
             _rows(lines.where(AuditEntry.subject.in_(about), ~looked)), DEEDS),
        Kept(name, _("What you did"), {"at": _("When"), "action": _("What"), "subject": _("With what")},
             _rows(select(AuditEntry.at, AuditEntry.action, AuditEntry.subject).where(own).order_by(AuditEntry.id))),
    ]  # fmt: skip


def _kept(model: Any, title: object, columns: Mapping[str, object], query: Select[*tuple[Any, ...]],
          words: Mapping[str, object] | None = None) -> Kept:  # fmt: skip
    return Kept(model.__tablename__, title, columns, _rows(query), words or {})


def _rows(query: Select[*tuple[Any, ...]]) -> list[Sequence[Any]]:
    return [tuple(row) for row in db.session.execute(query)]
