"""Who may open what: one row for every route. A route without a row fails the promise.

A row names the roles that get through, `may`. Everybody else is turned away: a stranger to the sign-in page (401 when
posting), a role in `hidden_from` by 404 (it may not know that the thing exists), the rest by 403. The things that the
addresses point to are those of `tests/promises/world.py`: An's, in unit A. `post` is what the form sends, `json` what a
script sends; without them a form is sent empty, which must be refused by the form and not by the guard.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.promises.world import World

# Role in the matrix: who plays it in the cast (see tests/conftest.py and world.py).
ROLES = {
    "stranger": "",
    "learner": "an",  # An, whose things they are
    "outsider": "giang",  # a learner in unit B
    "manager": "cuong",  # manages unit A
    "other_manager": "other_manager",  # manages unit B
    "teacher": "teacher",
    "author": "author",
    "issuer": "em",
    "inspector": "dung",
    "administrator": "hoa",
}
EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"stranger"}
# Those who see the people of their scope.
READERS = frozenset({"manager", "other_manager", "issuer", "inspector", "administrator"})
ADMINISTRATOR = frozenset({"administrator"})
ISSUERS = frozenset({"issuer", "administrator"})
# Those who manage courses.
AUTHORS = frozenset({"author", "administrator"})


@dataclass(frozen=True)
class Row:
    """What is promised of one route."""

    may: frozenset[str]
    hidden_from: frozenset[str] = frozenset()
    args: Callable[[World], Mapping[str, Any]] = field(default=lambda world: {})
    post: Mapping[str, Any] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None


def own(args: Callable[[World], Mapping[str, Any]], **more: Any) -> Row:
    """A thing of An's that nobody else may know of."""
    return Row(frozenset({"learner"}), SIGNED_IN - {"learner"}, args, **more)


def in_scope(may: frozenset[str], args: Callable[[World], Mapping[str, Any]], **more: Any) -> Row:
    """A thing in unit A: the manager of unit B, who holds the permission elsewhere, may not know of it."""
    return Row(may - {"other_manager"}, frozenset({"other_manager"}), args, **more)


def changed_in_a(args: Callable[[World], Mapping[str, Any]], **more: Any) -> Row:
    """People, posts and accounts of unit A, which its manager may change."""
    return Row(frozenset({"manager", "administrator"}), frozenset({"other_manager"}), args, **more)


# Those who hold courses.teach, or courses.invigilate, somewhere.
TEACHERS = frozenset({"teacher", "administrator"})
INVIGILATORS = TEACHERS | {"manager", "other_manager"}


def whole_quiz(args: Callable[[World], Mapping[str, Any]]) -> Row:
    """What changes a quiz for everybody: only for those who teach from the top of the organisation."""
    return Row(TEACHERS, args=args)


INSPECTORS = frozenset({"inspector"})


def team(args: Callable[[World], Mapping[str, Any]]) -> Row:
    """An inspection: for the members of its team alone, whatever else others may do."""
    return Row(INSPECTORS, ADMINISTRATOR, args)


MATRIX: dict[str, Row] = {
    # lms: pages
    "static": Row(EVERYBODY, args=lambda w: {"filename": "style.css"}),
    "lms_pages.home": Row(SIGNED_IN),
    "lms_pages.healthz": Row(EVERYBODY),
    "lms_pages.readyz": Row(EVERYBODY),
    "lms_pages.language": Row(EVERYBODY),
    "lms_pages.font": Row(EVERYBODY, args=lambda w: {"name": "be-vietnam-pro-400.woff2"}),
    # lms: accounts
    "lms_accounts.login": Row(EVERYBODY),
    "lms_accounts.activate": Row(EVERYBODY),
    "lms_accounts.logout": Row(SIGNED_IN),
    "lms_accounts.password": Row(SIGNED_IN),
    "lms_accounts.privacy": Row(EVERYBODY),
    "lms_accounts.notice": Row(SIGNED_IN),
    "lms_privacy.my_data": Row(SIGNED_IN),
    "lms_privacy.take_away": Row(SIGNED_IN),
    "lms_privacy.anonymise": Row(ADMINISTRATOR, args=lambda w: {"person_id": w.person}),
    "lms_corrections.ask": Row(SIGNED_IN),
    "lms_corrections.corrections": Row(frozenset({"manager", "other_manager", "administrator"})),
    "lms_corrections.correction": changed_in_a(lambda w: {"request_id": w.request}),
    "lms_corrections.accept_record": changed_in_a(lambda w: {"request_id": w.request}),
    "lms_corrections.accept_post": changed_in_a(lambda w: {"request_id": w.request, "appointment_id": w.appointment}),
    "lms_corrections.answer": changed_in_a(lambda w: {"request_id": w.request}),
    "lms_accounts.accounts": Row(frozenset({"manager", "other_manager", "administrator"})),
    "lms_accounts.account": changed_in_a(lambda w: {"account_id": w.account}),
    "lms_accounts.grant": Row(ADMINISTRATOR, args=lambda w: {"account_id": w.account}),
    "lms_accounts.withdraw": Row(ADMINISTRATOR, args=lambda w: {"grant_id": w.role}),
    "lms_accounts.enabled": Row(ADMINISTRATOR, args=lambda w: {"account_id": w.binh_account}),
    "lms_accounts.slip": changed_in_a(lambda w: {"account_id": w.binh_account}),
    "lms_accounts.slips": changed_in_a(lambda w: {}, post={"unit": "A"}),
    # lms: audit and jobs
    "lms_audit.entries": Row(frozenset({"inspector", "administrator"})),
    "lms_jobs.job": own(lambda w: {"job_id": w.job}),
    "lms_jobs.state": own(lambda w: {"job_id": w.job}),
    "lms_jobs.result": Row(frozenset(), SIGNED_IN, lambda w: {"job_id": w.job}),  # this job left no file
    # lms: the inbox and notices
    "lms_inbox.inbox": Row(frozenset({"manager", "other_manager", "issuer", "teacher", "administrator"})),
    "lms_messages.messages": Row(SIGNED_IN),
    "lms_messages.read": own(lambda w: {"message_id": w.message}),
    "lms_messages.days": Row(ADMINISTRATOR),
    "lms_messages.clear_day": Row(ADMINISTRATOR),
    # lms: the organisation
    "lms_organisation.units": Row(READERS),
    "lms_organisation.people": Row(READERS),
    "lms_organisation.person": Row(
        READERS - {"other_manager"} | {"learner"},
        frozenset({"outsider", "other_manager", "teacher", "author"}),
        lambda w: {"person_id": w.person},
    ),
    # lms: lists on their way in
    "lms_roster.upload": Row(ADMINISTRATOR),
    "lms_roster.template": Row(ADMINISTRATOR),
    "lms_roster.export": Row(READERS),
    **{
        f"lms_roster.{verb}": Row(ADMINISTRATOR, args=lambda w: {"import_id": w.roster})
        for verb in ("understood", "confirm_understood", "changes", "choose", "apply", "undo", "result")
    },
    "lms_people.new": changed_in_a(lambda w: {"post": w.post}),
    "lms_people.change": changed_in_a(lambda w: {"person_id": w.person}),
    "lms_people.merge": Row(ADMINISTRATOR, args=lambda w: {"person_id": w.person}),
    "lms_people.undo_merge": Row(ADMINISTRATOR, args=lambda w: {"merge_id": w.merge}),
    "lms_posts.new_post": changed_in_a(lambda w: {"code": "A1"}),
    "lms_posts.close": changed_in_a(lambda w: {"post_id": w.post}),
    "lms_posts.appoint": changed_in_a(lambda w: {"post_id": w.post}),
    "lms_posts.hand_over": changed_in_a(lambda w: {"appointment_id": w.appointment}),
    "lms_posts.relieve": changed_in_a(lambda w: {"appointment_id": w.appointment}),
    "lms_posts.correct": changed_in_a(lambda w: {"appointment_id": w.appointment}),
    "lms_posts.withdraw": changed_in_a(lambda w: {"appointment_id": w.appointment}),
    "lms_units.new": Row(ADMINISTRATOR, args=lambda w: {"code": "A"}),
    "lms_units.correct": Row(ADMINISTRATOR, args=lambda w: {"code": "A"}),
    "lms_reorganisation.listed": Row(ADMINISTRATOR),
    "lms_reorganisation.new": Row(ADMINISTRATOR),
    "lms_reorganisation.from_file": Row(ADMINISTRATOR),
    "lms_reorganisation.undo": Row(ADMINISTRATOR, args=lambda w: {"decision_id": w.decision}),
    # courses
    "courses.courses": Row(SIGNED_IN),
    "courses.course": Row(SIGNED_IN, args=lambda w: {"code": "NHO"}),
    "courses.enrol": Row(SIGNED_IN, args=lambda w: {"code": "NHO"}),
    "courses.lesson": Row(SIGNED_IN, args=lambda w: {"code": "NHO", "topic": "t1", "lesson": "b1"}),
    "courses.place": Row(SIGNED_IN, args=lambda w: {"code": "NHO", "topic": "t1", "lesson": "b1"}),
    "courses.done": Row(SIGNED_IN, args=lambda w: {"code": "NHO", "topic": "t1", "lesson": "b1"}),
    "courses_quizzes.quiz": Row(SIGNED_IN, args=lambda w: {"quiz_id": w.quiz}),
    "courses_quizzes.start": Row(SIGNED_IN, args=lambda w: {"quiz_id": w.quiz}),
    "courses_quizzes.attempt": own(lambda w: {"attempt_id": w.attempt}),
    "courses_quizzes.here": own(lambda w: {"attempt_id": w.attempt}),
    "courses_quizzes.page": own(lambda w: {"attempt_id": w.attempt}),
    "courses_quizzes.save": own(
        lambda w: {"attempt_id": w.attempt}, json={"key": "k" * 8, "seq": 1, "position": 0, "value": 0}
    ),
    "courses_quizzes.submit": own(lambda w: {"attempt_id": w.attempt}),
    # The questions of this world have no picture: nobody gets one.
    "courses_quizzes.image": Row(frozenset(), SIGNED_IN, lambda w: {"attempt_id": w.attempt, "position": 0}),
    "courses_exams.exams": Row(INVIGILATORS),
    "courses_exams.room": Row(INVIGILATORS, args=lambda w: {"quiz_id": w.quiz}),
    "courses_exams.extend_all": Row(INVIGILATORS, args=lambda w: {"quiz_id": w.quiz}),
    "courses_exams.allow": Row(INVIGILATORS, args=lambda w: {"quiz_id": w.quiz}),
    "courses_exams.seat": in_scope(INVIGILATORS, lambda w: {"attempt_id": w.attempt}),
    "courses_exams.act": in_scope(INVIGILATORS, lambda w: {"attempt_id": w.attempt, "verb": "extend"}),
    "courses_exams.withdraw": in_scope(INVIGILATORS, lambda w: {"allowance_id": w.allowance}),
    "courses_exams.plan": whole_quiz(lambda w: {"quiz_id": w.quiz}),
    "courses_exams.rules": whole_quiz(lambda w: {"quiz_id": w.quiz}),
    "courses_exams.papers": whole_quiz(lambda w: {"quiz_id": w.quiz}),
    "courses_exams.paper": whole_quiz(lambda w: {"paper_id": w.paper}),
    "courses_results.results": Row(TEACHERS, args=lambda w: {"quiz_id": w.quiz}),
    "courses_results.results_xlsx": Row(TEACHERS, args=lambda w: {"quiz_id": w.quiz}),
    "courses_results.mark_sheet": Row(TEACHERS, args=lambda w: {"quiz_id": w.quiz}),
    "courses_results.quiz_statistics": Row(TEACHERS, args=lambda w: {"quiz_id": w.quiz}),
    "courses_results.record": Row(INSPECTORS | ADMINISTRATOR, args=lambda w: {"attempt_id": w.submitted}),
    "courses_results.essays": Row(TEACHERS, args=lambda w: {"quiz_id": w.quiz}),
    "courses_results.key": whole_quiz(lambda w: {"quiz_id": w.quiz, "version_id": w.version}),
    "courses_results.apply_key": whole_quiz(lambda w: {"quiz_id": w.quiz, "version_id": w.version}),
    "courses_questions.image": Row(AUTHORS, args=lambda w: {"key": w.image}),
    "courses_questions.banks": Row(AUTHORS),
    "courses_questions.bank": Row(AUTHORS, args=lambda w: {"code": "NHO"}),
    "courses_questions.new": Row(AUTHORS, args=lambda w: {"code": "NHO"}),
    "courses_questions.question": Row(AUTHORS, args=lambda w: {"code": "NHO", "question_id": w.question}),
    "courses_questions.edit": Row(AUTHORS, args=lambda w: {"code": "NHO", "question_id": w.question}),
    "courses_questions.change": Row(
        AUTHORS, args=lambda w: {"code": "NHO", "question_id": w.question, "verb": "restore"}
    ),
    "courses_questions.documents": Row(AUTHORS, args=lambda w: {"code": "NHO"}),
    "courses_questions.document": Row(AUTHORS, args=lambda w: {"code": "NHO", "key": w.document}),
    "courses_question_files.import_file": Row(AUTHORS, args=lambda w: {"code": "NHO"}),
    "courses_question_files.confirm_import": Row(AUTHORS, args=lambda w: {"code": "NHO", "token": w.questions_file}),
    "courses_question_files.export": Row(AUTHORS, args=lambda w: {"code": "NHO"}),
    # certificates
    "certificates.mine": Row(SIGNED_IN),
    "certificates.pdf": Row(
        READERS - {"other_manager"} | {"learner"},
        frozenset({"outsider", "other_manager", "teacher", "author"}),
        lambda w: {"code": w.certificate},
    ),
    "certificates.credential": Row(
        READERS - {"other_manager"} | {"learner"},
        frozenset({"outsider", "other_manager", "teacher", "author"}),
        lambda w: {"code": w.certificate, "kind": "json"},
    ),
    "certificates.register": Row(READERS),
    "certificates.certificate": in_scope(READERS, lambda w: {"code": w.certificate}),
    "certificates.revoke": Row(frozenset({"issuer", "administrator"}), args=lambda w: {"code": w.certificate}),
    "certificates.replace": Row(ISSUERS, args=lambda w: {"code": w.certificate}),
    "certificates.void": Row(ISSUERS, args=lambda w: {"code": w.certificate}),
    "certificates.print_book": Row(
        frozenset({"issuer", "inspector", "administrator"}),
        frozenset({"manager", "other_manager"}),
        lambda w: {"book_id": w.book},
    ),
    "certificates.export_book": Row(
        frozenset({"issuer", "inspector", "administrator"}),
        frozenset({"manager", "other_manager"}),
        lambda w: {"book_id": w.book},
    ),
    "certificates_issuing.due": Row(ISSUERS),
    "certificates_issuing.issue_due": Row(ISSUERS),
    "certificates_issuing.drafts": Row(ISSUERS),
    "certificates_issuing.settle_drafts": Row(ISSUERS),
    "certificates_issuing.papers": Row(ISSUERS, args=lambda w: {"book_id": w.book}),
    "certificates_batches.desk": Row(ISSUERS, args=lambda w: {"code": "DUK"}),
    "certificates_batches.make": Row(ISSUERS, args=lambda w: {"code": "DUK"}),
    "certificates_batches.again": Row(ISSUERS, args=lambda w: {"batch_id": w.batch}),
    "certificates_batches.send": Row(ISSUERS, args=lambda w: {"code": "DUK"}),
    "certificates_batches.returned": Row(ISSUERS, args=lambda w: {"returned_id": w.returned}),
    "certificates_batches.accept": Row(ISSUERS, args=lambda w: {"returned_id": w.returned}),
    "certificates_offices.issuers": Row(READERS),
    "certificates_offices.issuer": Row(
        ISSUERS | {"inspector"}, frozenset({"manager", "other_manager"}), lambda w: {"code": "DUK"}
    ),
    "certificates_offices.new": Row(ADMINISTRATOR),
    "certificates_offices.edit": Row(ADMINISTRATOR, args=lambda w: {"code": "DUK"}),
    "certificates_offices.new_signer": Row(ADMINISTRATOR, args=lambda w: {"code": "DUK"}),
    "certificates_offices.withdraw_signer": Row(ADMINISTRATOR, args=lambda w: {"signer_id": w.signer}),
    "certificates_offices.new_book": Row(ADMINISTRATOR, args=lambda w: {"code": "DUK"}),
    "certificates_offices.new_decision": Row(ISSUERS, args=lambda w: {"code": "DUK"}),
    "certificates_offices.new_stock": Row(ISSUERS, args=lambda w: {"code": "DUK"}),
    "certificates_offices.withdraw_stock": Row(ISSUERS, args=lambda w: {"move_id": w.stock}),
    "certificates_designer.designs": Row(ADMINISTRATOR),
    "certificates_designer.new": Row(ADMINISTRATOR),
    "certificates_designer.import_design": Row(ADMINISTRATOR),
    "certificates_designer.design": Row(ADMINISTRATOR, args=lambda w: {"code": w.design}),
    "certificates_designer.preview": Row(ADMINISTRATOR, args=lambda w: {"code": w.design}),
    "certificates_designer.publish": Row(ADMINISTRATOR, args=lambda w: {"code": w.design}),
    "certificates_designer.export": Row(ADMINISTRATOR, args=lambda w: {"code": w.design, "number": 1}),
    "certificates_designer.sample": Row(ADMINISTRATOR, args=lambda w: {"code": w.design, "number": 1}),
    "certificates_designer.choose": Row(ADMINISTRATOR, args=lambda w: {"issuer_id": w.issuer}),
    "certificates_reports.reports": Row(READERS, args=lambda w: {"code": "T"}),
    "certificates_reports.freeze": Row(
        frozenset({"manager", "other_manager", "administrator"}), args=lambda w: {"code": "T"}
    ),
    "certificates_reports.report": in_scope(READERS, lambda w: {"code": "T", "number": w.report}),
    "certificates_reports.paper": in_scope(READERS, lambda w: {"code": "T", "number": w.report, "kind": "xlsx"}),
    "certificates_reports.dispatch": Row(READERS, args=lambda w: {"code": "T"}),
    "certificates_evidence.evidence": Row(READERS),
    "certificates_evidence.new": Row(frozenset({"issuer", "administrator"})),
    "certificates_evidence.scan": Row(frozenset(), READERS, lambda w: {"evidence_id": w.evidence}),  # it has none
    "certificates_evidence.withdraw_one": Row(
        frozenset({"issuer", "administrator"}), args=lambda w: {"evidence_id": w.evidence}
    ),
    "certificates_verification.ask": Row(EVERYBODY),
    "certificates_verification.verify": Row(EVERYBODY, args=lambda w: {"code": w.certificate}),
    "certificates_verification.verify_file": Row(EVERYBODY),
    "certificates_verification.roots": Row(EVERYBODY),
    "certificates_verification.offline": Row(EVERYBODY),
    "certificates_verification.worker": Row(EVERYBODY),
    "certificates_proofs.register_roots": Row(EVERYBODY),
    "certificates_proofs.keys": Row(EVERYBODY),
    "certificates_badges.issuer": Row(EVERYBODY, args=lambda w: {"code": "DUK"}),
    "certificates_badges.achievements": Row(EVERYBODY, args=lambda w: {"code": "DUK", "activity": "courses:NHO"}),
    "certificates_badges.statuses": Row(EVERYBODY, args=lambda w: {"book_id": w.book}),
    "certificates_badges.key": Row(EVERYBODY, args=lambda w: {"kid": w.key}),
    **{
        f"certificates_reminders.{verb}": Row(
            ADMINISTRATOR, frozenset({"manager", "other_manager"}), args=lambda w: {"code": "T"}
        )
        for verb in ("steps", "usual")
    },
    "certificates_reminders.step": Row(
        ADMINISTRATOR, frozenset({"manager", "other_manager"}), args=lambda w: {"step_id": w.reminder}
    ),
    "certificates_reminders.end": Row(
        ADMINISTRATOR, frozenset({"manager", "other_manager"}), args=lambda w: {"step_id": w.reminder}
    ),
    "certificates_reminders.tomorrow": Row(ADMINISTRATOR),
    "certificates_reminders.remind": changed_in_a(lambda w: {"code": "T"}, post={"unit": "A"}),
    "certificates_targets.targets": Row(READERS),
    "certificates_targets.target": Row(READERS, args=lambda w: {"code": "T"}),
    "certificates_targets.missing": Row(READERS, args=lambda w: {"code": "T"}),
    "certificates_figures.as_json": Row(READERS, args=lambda w: {"code": "T"}),
    "certificates_figures.as_xlsx": Row(READERS, args=lambda w: {"code": "T"}),
    "certificates_targets.league": Row(READERS, args=lambda w: {"code": "T"}),
    "certificates_targets.commended": Row(READERS, args=lambda w: {"code": "T"}),
    "certificates_why.why": Row(
        READERS - {"other_manager"}, frozenset({"other_manager"}), args=lambda w: {"code": "T", "person_id": w.person}
    ),
    "certificates_setting.new": Row(ADMINISTRATOR),
    "certificates_setting.publish": Row(
        ADMINISTRATOR, frozenset({"manager", "other_manager"}), args=lambda w: {"code": "D"}
    ),
    "certificates_setting.discard": Row(
        ADMINISTRATOR, frozenset({"manager", "other_manager"}), args=lambda w: {"code": "E"}
    ),
    "certificates_setting.exempt": changed_in_a(lambda w: {"code": "T", "person_id": w.person}),
    "certificates_setting.end_exemption": changed_in_a(lambda w: {"exemption_id": w.exemption}),
    "certificates_inspection.inspections": Row(INSPECTORS | ADMINISTRATOR),
    "certificates_inspection.new": Row(INSPECTORS | ADMINISTRATOR),
    "certificates_inspection.inspection": team(lambda w: {"inspection_id": w.inspection}),
    "certificates_inspection.draw": team(lambda w: {"inspection_id": w.inspection}),
    "certificates_inspection.population": team(lambda w: {"inspection_id": w.inspection}),
    "certificates_findings.item": team(lambda w: {"inspection_id": w.inspection, "place": 1}),
    "certificates_findings.note": team(lambda w: {"inspection_id": w.inspection, "place": 1}),
    "certificates_findings.certificate": team(
        lambda w: {"inspection_id": w.inspection, "place": 1, "code": w.certificate}
    ),
    # There is no scan in this world, and the inspection is not closed: nobody gets these.
    "certificates_findings.scan": Row(
        frozenset(), INSPECTORS | ADMINISTRATOR, lambda w: {"inspection_id": w.inspection, "place": 1, "key": "k"}
    ),
    "certificates_record.record": Row(
        frozenset(), INSPECTORS | ADMINISTRATOR, lambda w: {"inspection_id": w.inspection, "kind": "pdf"}
    ),
    "certificates_record.pack": Row(frozenset(), INSPECTORS | ADMINISTRATOR, lambda w: {"inspection_id": w.inspection}),
    "certificates_record.close": team(lambda w: {"inspection_id": w.inspection}),
    "certificates_findings.withdraw": team(lambda w: {"finding_id": w.finding}),
    # the example plugin
    "example_plugin.texts": Row(SIGNED_IN),
    "example_plugin.text": Row(SIGNED_IN, args=lambda w: {"code": "bai"}),
    "example_plugin.read": Row(SIGNED_IN, args=lambda w: {"code": "bai"}),
    "example_plugin.add": Row(frozenset({"author", "administrator"})),
    "example_plugin.count": Row(frozenset({"author", "administrator"})),
}
