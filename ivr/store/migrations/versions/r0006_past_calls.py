"""Past calls are found by their company, and by who talked in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two indices that hold only what is looked for."""
    _index("calls_by_account", "calls", ["account", "offered_at"], "account <> ''")
    _index("stretches_by_person", "stretches", ["person", "began_at"], "kind = 'talked'")


def _index(name: str, table: str, columns: list[str], only: str) -> None:
    where = sa.text(only)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
