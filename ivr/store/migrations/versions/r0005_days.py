"""The day's totals are found by time: closed promises, and the tasks of missed calls."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A wall asks for the day every few seconds, and must not read the whole history for it."""
    op.create_index("escalations_by_closing", "escalations", ["closed_at"])
    op.create_index("missed_calls_by_time", "missed_calls", ["last_missed_at"])
