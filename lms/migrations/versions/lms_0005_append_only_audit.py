"""The database itself refuses to change or delete a line of the audit log."""

from alembic import op

revision = "lms_0005"
down_revision = "lms_0004"

SQLITE = """
CREATE TRIGGER lms_audit_entry_no_{name} BEFORE {deed} ON lms_audit_entry
BEGIN SELECT RAISE(ABORT, 'lms_audit_entry is append-only'); END
"""
POSTGRESQL = """
CREATE FUNCTION lms_audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'lms_audit_entry is append-only'; END $$;
CREATE TRIGGER lms_audit_entry_append_only BEFORE UPDATE OR DELETE ON lms_audit_entry
FOR EACH ROW EXECUTE FUNCTION lms_audit_entry_refuse();
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL)
    else:
        for deed in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(name=deed.lower(), deed=deed))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER lms_audit_entry_append_only ON lms_audit_entry")
        op.execute("DROP FUNCTION lms_audit_entry_refuse()")
    else:
        for name in ("update", "delete"):
            op.execute(f"DROP TRIGGER lms_audit_entry_no_{name}")
