"""What the record of an inspection says: gathered once when it is closed, then only read."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from certificates.inspection import queries
from certificates.inspection.evidence import Behind, evidence_of
from certificates.inspection.models import Finding, Inspection, Item
from certificates.register.queries import last_root
from certificates.reports.queries import office_of
from certificates.targets.queries import coverage
from lms.access import grants
from lms.clock import day_of
from lms.db import db
from lms.organisation.models import Unit

Content = Mapping[str, Any]


def evidence_seen(inspection: Inspection) -> dict[int, Behind]:
    """The evidence of each post of the sample, by item: as of the moment of the sample, so it does not change."""
    return {item.id: evidence_of(inspection, item) for item in queries.items_of(inspection.id)}


def gather(inspection: Inspection, seen: Mapping[int, Behind], conclusion: str, at: Any) -> dict[str, Any]:
    """Everything about the inspection, its sample, the evidence and the findings, as JSON; moments are in UTC."""
    team = queries.members(inspection.id)
    findings = queries.findings_of(inspection.id)
    report, root = inspection.report, last_root()
    office = office_of(_sent_by(team[0].account_id, inspection, at))
    return {
        "title": inspection.title, "decision": inspection.decision,
        "office": asdict(office),
        "target": {"code": inspection.target.code, "title": inspection.target.title},
        "unit": {"code": inspection.unit.code, "name": inspection.unit.name},
        "from": inspection.from_on.isoformat(), "to": inspection.to_on.isoformat(),
        "on": inspection.clocks.on.isoformat(), "known": _moment(inspection.known_at),
        "report": {"number": report.number, "on": report.on.isoformat(), "sha256": report.sha256,
                   "office": report.content.get("office", asdict(office_of(report.unit)))} if report else None,
        "figures": coverage(inspection.target, inspection.unit, inspection.clocks).all.as_json(),
        "team": [{"name": member.account.name, "head": member.head} for member in team],
        "drawing": {
            "among": inspection.among, "size": inspection.size, "by_kind": inspection.by_kind,
            "words": inspection.words, "anchor": inspection.anchor, "stamp": inspection.stamp,
            "seed": inspection.seed, "list": inspection.population_size,
            "list_sha256": inspection.population_sha256, "number": inspection.drawing,
            "at": _moment(inspection.drawn_at),
        },
        "items": [
            _item(item, seen[item.id], findings.get(item.id, []))
            for item in queries.items_of(inspection.id)
        ],
        "conclusion": conclusion, "closed_at": _moment(at),
        "root": {"day": root.day.isoformat(), "root": root.root} if root else None,
    }  # fmt: skip


def _sent_by(account_id: int, inspection: Inspection, at: Any) -> Unit:
    """The unit over which the head inspects: it sends the team."""
    paths = [grant.path for grant in grants(account_id, day_of(at)) if grant.role == "inspector"]
    above = [path for path in paths if inspection.unit.path.startswith(path)]
    unit = db.session.query(Unit).filter_by(path=min(above, key=len)).one_or_none() if above else None
    return unit or inspection.unit


def _item(item: Item, evidence: Behind, findings: list[Finding]) -> dict[str, Any]:
    why = evidence.why
    return {
        "place": item.place, "post": item.post_id, "kind": item.kind_name, "kind_code": item.kind_code,
        "unit": item.unit_name, "unit_code": item.unit_code, "person": item.person_name,
        "person_code": item.person_code, "state": item.state,
        "posts": [
            {"kind": post.kind, "unit": post.unit_name, "since": post.since.isoformat(),
             "until": post.until.isoformat() if post.until else None, "verdict": post.verdict}
            for post in (why.posts if why else [])
        ],
        "proofs": [
            {"source": proof.source, "activity": proof.activity, "text": proof.text, "code": proof.code,
             "completed_on": proof.completed_on.isoformat(), "recorded_at": _moment(proof.recorded_at),
             "verdict": proof.verdict, "scan": proof.scan}
            for proof in evidence.proofs
        ],
        "records": [f"{record.label}: {record.note}" for record in evidence.records],
        "exemptions": [
            {"reason": found.reason, "document": found.document, "approver": found.approver,
             "from": found.valid_from.isoformat(), "to": found.valid_to.isoformat() if found.valid_to else None}
            for found in (why.exemptions if why else []) if found.withdrawn_at is None
        ],
        "findings": [
            {"kind": finding.kind, "text": finding.text, "author": finding.author,
             "at": _moment(finding.recorded_at)}
            for finding in findings
        ],
    }  # fmt: skip


def _moment(at: Any) -> str:
    return str(at.isoformat()) if at else ""


def counted(content: Content) -> dict[str, int]:
    """How many posts of the sample have a finding of each kind."""
    kinds = Counter(kind for item in content["items"] for kind in {finding["kind"] for finding in item["findings"]})
    return {kind: kinds[kind] for kind in ("right", "wrong", "incomplete", "advice")}
