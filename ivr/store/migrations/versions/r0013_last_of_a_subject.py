"""The messages of one subject in their order, the taken ones too."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From messages of which only the waiting ones are found by their subject."""
    op.create_index("outbox_by_subject", "outbox", ["target", "subject", "n"])
