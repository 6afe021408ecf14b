"""Promises that join another one, and who has named the time at which a client is called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From promises that know neither when their newest enquiry came nor whose word the time is."""
    for name in ("asked_at", "agreed_at"):
        op.add_column("escalations", sa.Column(name, sa.Double, nullable=True))
    for name in ("agreed_by", "joined_to"):
        op.add_column("escalations", sa.Column(name, sa.Text, nullable=False, server_default=""))
    where = sa.text("joined_to <> ''")
    op.create_index(
        "escalations_joined",
        "escalations",
        ["joined_to"],
        sqlite_where=where,
        postgresql_where=where,
    )
