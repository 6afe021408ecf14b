"""What sales owes: promises, attempts to keep them, meetings, and who owns a client."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Table, Text, false

from ivr.store.tables.columns import (
    count_column,
    id_column,
    json_type,
    later_column,
    metadata,
    partial_index,
    text_column,
    time_column,
)

escalations = Table(
    "escalations",
    metadata,
    id_column(),
    text_column("call"),
    text_column("department"),
    text_column("number"),
    text_column("name"),
    text_column("account"),
    text_column("company"),
    text_column("scale"),
    text_column("how"),
    text_column("aim"),
    text_column("why"),
    Column("offer", json_type(), nullable=False),
    Column("answers", json_type(), nullable=False),
    text_column("note"),
    text_column("agent"),
    text_column("owner"),
    text_column("state"),
    time_column("made_at"),
    later_column("due_at"),
    later_column("bridged_at"),
    Column("talked", Double, nullable=False),
    count_column("attempts"),
    text_column("result"),
    later_column("closed_at"),
    later_column("promised_at"),
    Column("zone", Text, nullable=False, server_default=""),
    Column("counted", Double, nullable=False, server_default="0"),
    Column("result_note", Text, nullable=False, server_default=""),
    Column("next_step", Text, nullable=False, server_default=""),
    Column("closed_by", Text, nullable=False, server_default=""),
    Column("close_reason", Text, nullable=False, server_default=""),
    Column("meeting", Text, nullable=False, server_default=""),
    Column("joined", json_type(), nullable=False, server_default="[]"),
    later_column("forgotten_at"),
    later_column("asked_at"),
    Column("agreed_by", Text, nullable=False, server_default=""),
    later_column("agreed_at"),
    Column("joined_to", Text, nullable=False, server_default=""),
)
Index("escalations_by_state", escalations.c.state, escalations.c.due_at)
Index("escalations_by_call", escalations.c.call)
Index("escalations_by_time", escalations.c.made_at, escalations.c.id)
Index("escalations_by_closing", escalations.c.closed_at)
partial_index(
    "escalations_due", "state = 'callback'", escalations.c.department, escalations.c.due_at
)
partial_index("escalations_joined", "joined_to <> ''", escalations.c.joined_to)
Index("escalations_by_number", escalations.c.number, escalations.c.made_at)
partial_index(
    "escalations_by_account", "account <> ''", escalations.c.account, escalations.c.made_at
)

attempts = Table(
    "attempts",
    metadata,
    id_column(),
    text_column("promise"),
    Column("made_for", Text, nullable=False, server_default="escalation"),
    text_column("number"),
    text_column("person"),
    time_column("made_at"),
    later_column("claimed_at"),
    later_column("ended_at"),
    text_column("result"),
    Column("talked", Double, nullable=False),
    Column("by_hand", Boolean, nullable=False, server_default=false()),
)
partial_index("attempts_open", "ended_at IS NULL", attempts.c.made_at)
Index("attempts_by_promise", attempts.c.promise, attempts.c.made_at)
Index("attempts_by_claim", attempts.c.claimed_at)

meetings = Table(
    "meetings",
    metadata,
    id_column(),
    text_column("promise"),
    text_column("account"),
    text_column("company"),
    text_column("name"),
    text_column("number"),
    text_column("salesperson"),
    time_column("starts_at"),
    count_column("minutes"),
    text_column("zone"),
    text_column("place"),
    text_column("with_whom"),
    text_column("note"),
    count_column("sequence"),
    text_column("state"),
    text_column("reason"),
    time_column("made_at"),
    time_column("changed_at"),
)
Index("meetings_by_time", meetings.c.starts_at)
Index("meetings_by_promise", meetings.c.promise)

owners = Table(
    "owners",
    metadata,
    id_column(),
    text_column("client"),
    text_column("department"),
    text_column("person"),
    time_column("since"),
    later_column("until"),
    text_column("by"),
    text_column("reason"),
    text_column("promise"),
)
partial_index("owners_present", "until IS NULL", owners.c.client)
Index("owners_by_client", owners.c.client, owners.c.since)
