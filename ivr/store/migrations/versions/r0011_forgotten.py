"""Since when calls, missed calls and promises tell nobody any more who called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From tables that keep everybody for ever."""
    for table in ("calls", "missed_calls", "escalations"):
        op.add_column(table, sa.Column("forgotten_at", sa.Double(), nullable=True))
