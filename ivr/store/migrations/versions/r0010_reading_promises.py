"""Promises and missed calls by the time at which they began, for lists by pages."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From tables that only the present is looked up in."""
    op.create_index("escalations_by_time", "escalations", ["made_at", "id"])
    op.create_index("missed_calls_by_first", "missed_calls", ["first_missed_at", "id"])
