"""Promises with a result, meetings, owners with their history, and what is looked up by them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From promises that end with a talk and know nothing of what came of it."""
    op.add_column("interviews", sa.Column("due_at", sa.Double, nullable=True))
    op.add_column(
        "attempts", sa.Column("by_hand", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_index("attempts_by_claim", "attempts", ["claimed_at"])
    _escalations()
    _meetings()
    _owners()


def _escalations() -> None:
    op.add_column("escalations", sa.Column("promised_at", sa.Double, nullable=True))
    for name in ("zone", "result_note", "next_step", "closed_by", "close_reason", "meeting"):
        op.add_column("escalations", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column(
        "escalations", sa.Column("counted", sa.Double, nullable=False, server_default="0")
    )
    joined = sa.JSON().with_variant(JSONB(), "postgresql")
    op.add_column("escalations", sa.Column("joined", joined, nullable=False, server_default="[]"))
    op.execute("UPDATE escalations SET promised_at = due_at, counted = talked")
    _index("escalations_due", "escalations", ["department", "due_at"], "state = 'callback'")
    op.create_index("escalations_by_number", "escalations", ["number", "made_at"])
    _index("escalations_by_account", "escalations", ["account", "made_at"], "account <> ''")


def _meetings() -> None:
    op.create_table(
        "meetings",
        _id(),
        *_texts("promise", "account", "company", "name", "number", "salesperson"),
        _time("starts_at"),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        *_texts("zone", "place", "with_whom", "note"),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        *_texts("state", "reason"),
        _time("made_at"),
        _time("changed_at"),
    )
    op.create_index("meetings_by_time", "meetings", ["starts_at"])
    op.create_index("meetings_by_promise", "meetings", ["promise"])


def _owners() -> None:
    op.create_table(
        "owners",
        _id(),
        *_texts("client", "department", "person"),
        _time("since"),
        sa.Column("until", sa.Double, nullable=True),
        *_texts("by", "reason", "promise"),
    )
    _index("owners_present", "owners", ["client"], "until IS NULL")
    op.create_index("owners_by_client", "owners", ["client", "since"])


def _index(name: str, table: str, columns: list[str], only: str) -> None:
    where = sa.text(only)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Text, primary_key=True)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Double, nullable=False)
