"""Voice messages of callers whom nobody could take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From missed calls that leave a number behind and nothing else."""
    kind = sa.JSON().with_variant(JSONB(), "postgresql")
    op.add_column(
        "missed_calls", sa.Column("recordings", kind, nullable=False, server_default="[]")
    )
