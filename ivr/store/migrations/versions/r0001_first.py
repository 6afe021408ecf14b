"""The first tables: calls, walks, promises, attempts, missed calls, trees, passwords, audit."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From an empty database."""
    _calls()
    _interviews()
    _escalations()
    _attempts()
    _missed_calls()
    _tree_versions()
    _credentials()
    _audit()
    _refused_rows()


def _calls() -> None:
    op.create_table(
        "calls",
        _id(),
        *_texts("did", "department", "number", "raw_number", "name", "account", "company"),
        *_times("offered_at"),
        *_later("answered_at", "ended_at"),
        *_texts("agent"),
        *_times("talked"),
        *_texts("end", "refusal", "disposition", "not_enquiry", "note"),
    )
    op.create_index("calls_open", "calls", ["offered_at"], **_only("ended_at IS NULL"))
    op.create_index("calls_by_number", "calls", ["number", "offered_at"])


def _interviews() -> None:
    op.create_table(
        "interviews",
        _id(),
        *_texts("call", "tree"),
        *_counts("version"),
        *_texts("agent"),
        *_times("began_at"),
        *_later("decided_at"),
        *_texts("outcome", "owner", "how", "aim", "why", "reason", "offer"),
        *_jsons("walk"),
    )
    op.create_index(
        "interviews_undecided", "interviews", ["began_at"], **_only("decided_at IS NULL")
    )


def _escalations() -> None:
    op.create_table(
        "escalations",
        _id(),
        *_texts("call", "department", "number", "name", "account", "company", "scale"),
        *_texts("how", "aim", "why"),
        *_jsons("offer", "answers"),
        *_texts("note", "agent", "owner", "state"),
        *_times("made_at"),
        *_later("due_at", "bridged_at"),
        *_times("talked"),
        *_counts("attempts"),
        *_texts("result"),
        *_later("closed_at"),
    )
    op.create_index("escalations_by_state", "escalations", ["state", "due_at"])
    op.create_index("escalations_by_call", "escalations", ["call"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        _id(),
        *_texts("escalation", "number", "person"),
        *_times("made_at"),
        *_later("claimed_at", "ended_at"),
        *_texts("result"),
        *_times("talked"),
    )
    op.create_index("attempts_open", "attempts", ["made_at"], **_only("ended_at IS NULL"))
    op.create_index("attempts_by_escalation", "attempts", ["escalation", "made_at"])


def _missed_calls() -> None:
    op.create_table(
        "missed_calls",
        _id(),
        *_texts("department", "number"),
        *_times("first_missed_at", "last_missed_at"),
        *_counts("count"),
        *_jsons("calls"),
        *_later("closed_at"),
        *_texts("closed_how"),
    )
    op.create_index(
        "missed_calls_open",
        "missed_calls",
        ["department", "number"],
        **_only("closed_at IS NULL"),
    )


def _tree_versions() -> None:
    op.create_table(
        "tree_versions",
        *_texts("tree"),
        *_counts("version"),
        *_texts("text", "sha256"),
        *_times("published_at"),
        *_texts("published_by"),
        sa.PrimaryKeyConstraint("tree", "version"),
    )


def _credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("person", sa.Text, primary_key=True),
        *_texts("hash"),
        *_times("changed_at"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        _id(),
        *_times("at"),
        *_texts("actor", "action", "object"),
        *_jsons("detail"),
    )
    op.create_index("audit_by_time", "audit", ["at"])
    op.create_index("audit_by_object", "audit", ["object", "at"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit"
            " BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION audit_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit log is never changed'"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit"
        " FOR EACH ROW EXECUTE FUNCTION audit_is_never_changed()"
    )


def _refused_rows() -> None:
    op.create_table(
        "refused_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        *_times("refused_at"),
        *_texts("kind", "record", "error", "content"),
    )


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Text, primary_key=True)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _times(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Double, nullable=False) for name in names]


def _later(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Double, nullable=True) for name in names]


def _counts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _jsons(*names: str) -> list[sa.Column[Any]]:
    kind = sa.JSON().with_variant(JSONB(), "postgresql")
    return [sa.Column(name, kind, nullable=False) for name in names]


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
