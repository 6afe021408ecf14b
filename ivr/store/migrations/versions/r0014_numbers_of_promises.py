"""The numbers that promises had left out, since no machine may dial them: their calls know them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_CALLS = sa.table("calls", sa.column("id"), sa.column("number"))
_PROMISES = sa.table(
    "escalations",
    sa.column("id"),
    sa.column("call"),
    sa.column("number"),
    sa.column("joined", sa.JSON().with_variant(JSONB(), "postgresql")),
    sa.column("forgotten_at"),
)
_MEETINGS = sa.table("meetings", sa.column("promise"), sa.column("number"))


def upgrade() -> None:
    """From promises, their earlier enquiries and their meetings without such a number.

    What is forgotten stays so: neither its row nor its call has a number any more.
    """
    promise, meeting = _PROMISES.c, _MEETINGS.c
    kept = promise.forgotten_at.is_(None)
    of_call = sa.select(_CALLS.c.number).where(_CALLS.c.id == promise.call, _CALLS.c.number != "")
    filled = sa.update(_PROMISES).where(kept, promise.number == "", sa.exists(of_call))
    op.execute(filled.values(number=of_call.scalar_subquery()))
    _fill_enquiries(kept)
    known = sa.select(promise.number).where(promise.id == meeting.promise, promise.number != "")
    unknown = sa.update(_MEETINGS).where(meeting.number == "", sa.exists(known))
    op.execute(unknown.values(number=known.scalar_subquery()))


def _fill_enquiries(kept: sa.ColumnElement[bool]) -> None:
    promise, connection = _PROMISES.c, op.get_bind()
    several = sa.cast(promise.joined, sa.Text) != "[]"
    query = sa.select(promise.id, promise.joined).where(kept, several)
    for id, joined in connection.execute(query).all():
        calls = [one["call"] for one in joined if not one["number"]]
        found = sa.select(_CALLS.c.id, _CALLS.c.number).where(_CALLS.c.id.in_(calls))
        numbers = {call: number for call, number in connection.execute(found) if number}
        if numbers:
            told = [
                {**one, "number": one["number"] or numbers.get(one["call"], "")} for one in joined
            ]
            op.execute(sa.update(_PROMISES).where(promise.id == id).values(joined=told))
