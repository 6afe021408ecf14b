"""Interviews tell when they were settled, by whom, by which rule, and are found by their tree."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was decided before counts as settled then."""
    op.add_column("interviews", sa.Column("settled_at", sa.Double, nullable=True))
    op.add_column("interviews", sa.Column("decided_by", sa.Text, nullable=False, server_default=""))
    op.add_column("interviews", sa.Column("rule", sa.BigInteger, nullable=True))
    op.add_column("interviews", _no("key_account"))
    op.add_column("interviews", _no("tree_opened"))
    op.execute("UPDATE interviews SET settled_at = decided_at")
    op.drop_index("interviews_undecided", "interviews")
    only = sa.text("settled_at IS NULL")
    op.create_index(
        "interviews_unsettled",
        "interviews",
        ["began_at"],
        sqlite_where=only,
        postgresql_where=only,
    )
    op.create_index("interviews_by_tree", "interviews", ["tree", "began_at"])


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())
