"""Talks that broke off are tasks too, and people close what machines have left to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From tasks that only missed calls make and only talks close."""
    kind = sa.JSON().with_variant(JSONB(), "postgresql")
    for column in (
        sa.Column("kind", sa.Text(), nullable=False, server_default="missed"),
        sa.Column("answers", kind, nullable=False, server_default="[]"),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("closed_by", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column("missed_calls", column)
