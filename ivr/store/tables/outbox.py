"""Messages to the outside that wait until they are taken."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from ivr.store.tables.columns import (
    count_column,
    later_column,
    metadata,
    partial_index,
    text_column,
    time_column,
)

outbox = Table(
    "outbox",
    metadata,
    Column("n", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    text_column("target"),
    text_column("kind"),
    text_column("subject"),
    text_column("body"),
    time_column("made_at"),
    text_column("state"),
    count_column("tries"),
    later_column("first_tried_at"),
    time_column("next_at"),
    later_column("taken_at"),
    text_column("last_error"),
)
partial_index("outbox_due", "state = 'waiting'", outbox.c.target, outbox.c.next_at)
partial_index("outbox_in_order", "state = 'waiting'", outbox.c.target, outbox.c.subject, outbox.c.n)
Index("outbox_by_state", outbox.c.state, outbox.c.n)
Index("outbox_by_subject", outbox.c.target, outbox.c.subject, outbox.c.n)
