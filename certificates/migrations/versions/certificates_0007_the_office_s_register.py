"""The office's register: signers, terms, decisions, drafts, blank forms, and the hash chain"""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from lms.db import Code, UtcDateTime

revision = "certificates_0007"
down_revision = "certificates_0006"
branch_labels = None
depends_on = None

ONE_VALID = "uq_certificates_certificate_valid"
COLUMNS = ["person_id", "activity", "completed_on"]


def upgrade() -> None:
    _new_tables()
    _issuers()
    _books()
    _certificates()
    _chain()


def _new_tables() -> None:
    issuer = sa.ForeignKey("certificates_issuer.id")
    op.create_table(
        "certificates_signer",
        sa.Column("issuer_id", sa.Integer(), issuer, nullable=False, index=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), primary_key=True),
    )
    op.create_table(
        "certificates_decision",
        sa.Column("issuer_id", sa.Integer(), sa.ForeignKey("certificates_issuer.id"), nullable=False),
        sa.Column("number", Code, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.UniqueConstraint("issuer_id", "number", "decided_on"),
    )
    op.create_table(
        "certificates_entry",
        sa.Column("book_id", sa.Integer(), sa.ForeignKey("certificates_book.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("action", Code, nullable=False),
        sa.Column("code", Code, nullable=False, index=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("hash", Code, nullable=False),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.UniqueConstraint("book_id", "position"),
    )
    op.create_table(
        "certificates_day_root",
        sa.Column("day", sa.Date(), nullable=False, unique=True),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("root", Code, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("id", sa.Integer(), primary_key=True),
    )
    op.create_table(
        "certificates_stock_move",
        sa.Column("issuer_id", sa.Integer(), sa.ForeignKey("certificates_issuer.id"), nullable=False, index=True),
        sa.Column("kind", Code, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("serials", sa.Text(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), sa.ForeignKey("lms_account.id", ondelete="SET NULL"), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.CheckConstraint("kind IN ('received', 'used', 'spoiled')", name="kind"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )


def _issuers() -> None:
    """Whoever signed becomes the issuer's first signer, since ever."""
    signer = sa.table("certificates_signer", *map(sa.column, ("issuer_id", "name", "authority")),
                      sa.column("recorded_at", UtcDateTime()))  # fmt: skip
    found = op.get_bind().execute(sa.text("SELECT id, signer, authority FROM certificates_issuer")).all()
    at = datetime.now(UTC)
    op.bulk_insert(signer, [{"issuer_id": i, "name": n, "authority": a, "recorded_at": at} for i, n, a in found])
    with op.batch_alter_table("certificates_issuer") as batch:
        batch.add_column(sa.Column("book_period", Code, nullable=False, server_default="year"))
        batch.add_column(sa.Column("drafts_first", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("valid_years", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("signing", Code, nullable=False, server_default="unsigned"))
        batch.create_check_constraint("book_period", "book_period IN ('year', 'term')")
        batch.create_check_constraint("signing", "signing IN ('unsigned', 'token', 'seal')")
        batch.drop_column("authority")
        batch.drop_column("signer")


def _books() -> None:
    with op.batch_alter_table("certificates_book") as batch:
        batch.add_column(sa.Column("name", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("number_pattern", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("first_number", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("last_position", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("last_hash", Code, nullable=False, server_default=""))
    bind = op.get_bind()
    book = sa.table("certificates_book", *map(sa.column, ("id", "name", "number_pattern")),
                    sa.column("starts_on", sa.Date()), sa.column("ends_on", sa.Date()))  # fmt: skip
    old = sa.text("SELECT b.id, b.year, i.number_pattern FROM certificates_book b JOIN certificates_issuer i"
                  " ON i.id = b.issuer_id")  # fmt: skip
    for book_id, year, pattern in bind.execute(old).all():
        values = {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
        bind.execute(book.update().where(book.c.id == book_id).values(name=str(year), number_pattern=pattern, **values))
    with op.batch_alter_table("certificates_book") as batch:
        batch.alter_column("starts_on", existing_type=sa.Date(), nullable=False)
        batch.alter_column("ends_on", existing_type=sa.Date(), nullable=False)
        batch.drop_constraint("uq_certificates_book_issuer_id_year", type_="unique")
        batch.drop_column("year")
        batch.create_unique_constraint("uq_certificates_book_issuer_id_starts_on", ["issuer_id", "starts_on"])
        batch.create_check_constraint("period", "starts_on <= ends_on")


def _certificates() -> None:
    op.drop_index(ONE_VALID, "certificates_certificate")
    with op.batch_alter_table("certificates_certificate") as batch:
        batch.add_column(sa.Column("issuer_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("valid_to", sa.Date(), nullable=True))
        batch.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("end_decision_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("reason_class", Code, nullable=False, server_default=""))
        batch.alter_column("book_id", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("number", existing_type=sa.Integer(), nullable=True)
        batch.drop_constraint(op.f("ck_certificates_certificate_status"), type_="check")
        batch.create_check_constraint("status", "status IN ('draft', 'issued', 'replaced', 'revoked', 'voided')")
        batch.create_check_constraint("numbered", "(status = 'draft') = (number IS NULL)")
        batch.create_check_constraint("in_a_book", "(number IS NULL) = (book_id IS NULL)")
    op.execute(
        "UPDATE certificates_certificate SET issuer_id ="
        " (SELECT issuer_id FROM certificates_book WHERE certificates_book.id = certificates_certificate.book_id)"
    )
    op.execute("UPDATE certificates_certificate SET reason_class = 'other' WHERE status IN ('revoked', 'replaced')")
    with op.batch_alter_table("certificates_certificate") as batch:
        batch.alter_column("issuer_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(
            op.f("fk_certificates_certificate_issuer_id"), "certificates_issuer", ["issuer_id"], ["id"]
        )
        for column in ("decision_id", "end_decision_id"):
            name = op.f(f"fk_certificates_certificate_{column}")
            batch.create_foreign_key(name, "certificates_decision", [column], ["id"])
        batch.create_index(op.f("ix_certificates_certificate_issuer_id"), ["issuer_id"])
    standing = sa.text("status IN ('draft', 'issued')")
    op.create_index(
        ONE_VALID, "certificates_certificate", COLUMNS, unique=True, sqlite_where=standing, postgresql_where=standing
    )


def _chain() -> None:
    """The books as they stand become the first links of their chains, in the order in which things happened."""
    bind = op.get_bind()
    meta = sa.MetaData()
    certificate = sa.Table(
        "certificates_certificate", meta, *(sa.Column(n, sa.Integer()) for n in ("id", "book_id", "number")),
        *(sa.Column(n, sa.Text()) for n in ("code", "number_text", "status", "decision", "reason_class", "reason")),
        sa.Column("facts", sa.JSON()), sa.Column("issued_on", sa.Date()), sa.Column("issued_at", UtcDateTime()),
        sa.Column("ended_on", sa.Date()), sa.Column("ended_at", UtcDateTime()),
    )  # fmt: skip
    entry = sa.Table(
        "certificates_entry", meta, sa.Column("book_id", sa.Integer()), sa.Column("position", sa.Integer()),
        *(sa.Column(n, sa.Text()) for n in ("action", "code", "hash")), sa.Column("content", sa.JSON()),
        sa.Column("at", UtcDateTime()),
    )  # fmt: skip
    book = sa.table("certificates_book", *map(sa.column, ("id", "last_position", "last_hash")))
    for book_id in bind.execute(sa.select(book.c.id)).scalars().all():
        happened: list[tuple[datetime, int, str, str, dict[str, Any]]] = []
        for row in bind.execute(sa.select(certificate).where(certificate.c.book_id == book_id)):
            content = {"number": row.number, "number_text": row.number_text, "issued_on": row.issued_on.isoformat(),
                       "facts": _digest(row.facts)}  # fmt: skip
            happened.append((row.issued_at, row.number, "issued", row.code, content))
            if row.ended_at is not None:
                content = {"number": row.number, "ended_on": row.ended_on.isoformat(), "decision": row.decision,
                           "reason_class": row.reason_class, "reason": row.reason}  # fmt: skip
                happened.append((row.ended_at, row.number, row.status, row.code, content))
        links, before = [], ""
        for position, (at, _number, action, code, content) in enumerate(sorted(happened, key=lambda x: x[:2]), 1):
            before = _digest([before, position, action, code, content, at.isoformat()])
            links.append({"book_id": book_id, "position": position, "action": action, "code": code,
                          "content": content, "at": at, "hash": before})  # fmt: skip
        for start in range(0, len(links), 2000):
            bind.execute(sa.insert(entry), links[start : start + 2000])
        bind.execute(book.update().where(book.c.id == book_id).values(last_position=len(links), last_hash=before))


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def downgrade() -> None:
    raise NotImplementedError("signers, terms and the chain cannot be put back into the old tables: restore a backup")
