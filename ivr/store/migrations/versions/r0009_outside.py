"""Messages to the outside, and the tokens by which programs outside may ask."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From a service that tells nobody and answers people alone."""
    _outbox()
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Text, primary_key=True),
        *(_text(name) for name in ("name", "hash", "scopes")),
        _time("made_at"),
        _text("made_by"),
        _later("revoked_at"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *(_text(name) for name in ("target", "kind", "subject", "body")),
        _time("made_at"),
        _text("state"),
        sa.Column("tries", sa.BigInteger, nullable=False),
        _later("first_tried_at"),
        _time("next_at"),
        _later("taken_at"),
        _text("last_error"),
    )
    waits = sa.text("state = 'waiting'")
    only: dict[str, Any] = {"sqlite_where": waits, "postgresql_where": waits}
    op.create_index("outbox_due", "outbox", ["target", "next_at"], **only)
    op.create_index("outbox_in_order", "outbox", ["target", "subject", "n"], **only)
    op.create_index("outbox_by_state", "outbox", ["state", "n"])


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Double, nullable=False)


def _later(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Double, nullable=True)
