"""Calls, what was asked in them, what became of them, and who did what meanwhile."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Table, Text, false

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

calls = Table(
    "calls",
    metadata,
    id_column(),
    text_column("did"),
    text_column("department"),
    text_column("number"),
    text_column("raw_number"),
    text_column("name"),
    text_column("account"),
    text_column("company"),
    time_column("offered_at"),
    later_column("answered_at"),
    later_column("ended_at"),
    text_column("agent"),
    Column("talked", Double, nullable=False),
    text_column("end"),
    text_column("refusal"),
    text_column("disposition"),
    text_column("not_enquiry"),
    text_column("note"),
    Column("task", Text, nullable=False, server_default=""),
    later_column("forgotten_at"),
)
partial_index("calls_open", "ended_at IS NULL", calls.c.offered_at)
Index("calls_by_number", calls.c.number, calls.c.offered_at)
Index("calls_by_time", calls.c.offered_at)
partial_index("calls_by_account", "account <> ''", calls.c.account, calls.c.offered_at)

interviews = Table(
    "interviews",
    metadata,
    id_column(),
    text_column("call"),
    text_column("tree"),
    count_column("version"),
    text_column("agent"),
    time_column("began_at"),
    later_column("decided_at"),
    text_column("outcome"),
    text_column("owner"),
    text_column("how"),
    text_column("aim"),
    text_column("why"),
    text_column("reason"),
    text_column("offer"),
    Column("walk", json_type(), nullable=False),
    later_column("settled_at"),
    Column("decided_by", Text, nullable=False, server_default=""),
    Column("rule", BigInteger, nullable=True),
    Column("key_account", Boolean, nullable=False, server_default=false()),
    Column("tree_opened", Boolean, nullable=False, server_default=false()),
    later_column("due_at"),
)
partial_index("interviews_unsettled", "settled_at IS NULL", interviews.c.began_at)
Index("interviews_by_tree", interviews.c.tree, interviews.c.began_at)

missed_calls = Table(
    "missed_calls",
    metadata,
    id_column(),
    text_column("department"),
    text_column("number"),
    time_column("first_missed_at"),
    time_column("last_missed_at"),
    count_column("count"),
    Column("calls", json_type(), nullable=False),
    later_column("closed_at"),
    text_column("closed_how"),
    Column("did", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("due_at", Double, nullable=False, server_default="0"),
    Column("attempts", BigInteger, nullable=False, server_default="0"),
    Column("recordings", json_type(), nullable=False, server_default="[]"),
    Column("kind", Text, nullable=False, server_default="missed"),
    Column("answers", json_type(), nullable=False, server_default="[]"),
    Column("note", Text, nullable=False, server_default=""),
    Column("closed_by", Text, nullable=False, server_default=""),
    later_column("forgotten_at"),
)
partial_index(
    "missed_calls_open", "closed_at IS NULL", missed_calls.c.department, missed_calls.c.number
)
Index("missed_calls_by_time", missed_calls.c.last_missed_at)
Index("missed_calls_by_first", missed_calls.c.first_missed_at, missed_calls.c.id)

agent_states = Table(
    "agent_states",
    metadata,
    id_column(),
    text_column("person"),
    text_column("department"),
    text_column("state"),
    text_column("reason"),
    text_column("call"),
    time_column("since"),
    later_column("until"),
)
partial_index("agent_states_open", "until IS NULL", agent_states.c.since)
Index("agent_states_by_time", agent_states.c.since)

stretches = Table(
    "stretches",
    metadata,
    id_column(),
    text_column("call"),
    text_column("kind"),
    text_column("department"),
    text_column("person"),
    text_column("detail"),
    time_column("began_at"),
    time_column("ended_at"),
)
Index("stretches_by_call", stretches.c.call, stretches.c.began_at)
Index("stretches_by_time", stretches.c.began_at)
partial_index("stretches_by_person", "kind = 'talked'", stretches.c.person, stretches.c.began_at)
