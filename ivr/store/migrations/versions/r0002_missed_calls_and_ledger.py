"""Missed calls that are called back, people's states, the ledger of calls, companies kept here."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From calls, promises and attempts alone."""
    op.add_column("calls", _word("task", ""))
    op.create_index("calls_by_time", "calls", ["offered_at"])
    _attempts()
    _missed_calls()
    _agent_states()
    _stretches()
    _accounts()


def _attempts() -> None:
    """An attempt may be made for a missed call too; those of before were all for escalations."""
    op.drop_index("attempts_by_escalation", "attempts")
    op.execute("ALTER TABLE attempts RENAME COLUMN escalation TO promise")
    op.add_column("attempts", _word("made_for", "escalation"))
    op.create_index("attempts_by_promise", "attempts", ["promise", "made_at"])


def _missed_calls() -> None:
    op.add_column("missed_calls", _word("did", ""))
    op.add_column("missed_calls", _word("name", ""))
    op.add_column("missed_calls", _word("state", "waiting"))
    op.add_column(
        "missed_calls", sa.Column("due_at", sa.Double, nullable=False, server_default="0")
    )
    op.add_column(
        "missed_calls", sa.Column("attempts", sa.BigInteger, nullable=False, server_default="0")
    )
    op.execute("UPDATE missed_calls SET state = 'closed' WHERE closed_at IS NOT NULL")


def _agent_states() -> None:
    op.create_table(
        "agent_states",
        _id(),
        *_texts("person", "department", "state", "reason", "call"),
        *_times("since"),
        sa.Column("until", sa.Double, nullable=True),
    )
    only = sa.text("until IS NULL")
    op.create_index(
        "agent_states_open",
        "agent_states",
        ["since"],
        sqlite_where=only,
        postgresql_where=only,
    )
    op.create_index("agent_states_by_time", "agent_states", ["since"])


def _stretches() -> None:
    op.create_table(
        "stretches",
        _id(),
        *_texts("call", "kind", "department", "person", "detail"),
        *_times("began_at", "ended_at"),
    )
    op.create_index("stretches_by_call", "stretches", ["call", "began_at"])
    op.create_index("stretches_by_time", "stretches", ["began_at"])


def _accounts() -> None:
    op.create_table(
        "accounts",
        _id(),
        *_texts("name"),
        sa.Column("phones", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        *_texts("scale"),
        sa.Column("key", sa.Boolean, nullable=False),
        *_texts("owner", "tax", "note"),
        *_times("made_at"),
        *_texts("made_by"),
        sa.Column("gone_at", sa.Double, nullable=True),
    )
    op.create_table(
        "account_numbers",
        _id(),
        *_texts("account", "number", "call", "person"),
        *_times("learned_at"),
    )


def _word(name: str, before: str) -> sa.Column[Any]:
    """A new text, with the value that the rows of before get."""
    return sa.Column(name, sa.Text, nullable=False, server_default=before)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Text, primary_key=True)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _times(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Double, nullable=False) for name in names]
