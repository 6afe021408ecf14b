"""The tables: a row a thing, with the few indices that the start and the pages live on.

Whole rows are written under their id and no row refers to another by a foreign key: a call may
be written after its interview, and one refused row must not hold up its neighbours.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()


def _json() -> JSON:
    return JSON().with_variant(JSONB(), "postgresql")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _time(name: str) -> Column[float]:
    return Column(name, Double, nullable=False)


def _later(name: str) -> Column[float]:
    """A time that has not come yet while it is null."""
    return Column(name, Double, nullable=True)


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


calls = Table(
    "calls",
    metadata,
    _id(),
    _text("did"),
    _text("department"),
    _text("number"),
    _text("raw_number"),
    _text("name"),
    _text("account"),
    _text("company"),
    _time("offered_at"),
    _later("answered_at"),
    _later("ended_at"),
    _text("agent"),
    Column("talked", Double, nullable=False),
    _text("end"),
    _text("refusal"),
    _text("disposition"),
    _text("not_enquiry"),
    _text("note"),
    Column("task", Text, nullable=False, server_default=""),
)
_call_is_open = text("ended_at IS NULL")
Index(
    "calls_open",
    calls.c.offered_at,
    sqlite_where=_call_is_open,
    postgresql_where=_call_is_open,
)
Index("calls_by_number", calls.c.number, calls.c.offered_at)
Index("calls_by_time", calls.c.offered_at)
_call_has_account = text("account <> ''")
Index(
    "calls_by_account",
    calls.c.account,
    calls.c.offered_at,
    sqlite_where=_call_has_account,
    postgresql_where=_call_has_account,
)

interviews = Table(
    "interviews",
    metadata,
    _id(),
    _text("call"),
    _text("tree"),
    _count("version"),
    _text("agent"),
    _time("began_at"),
    _later("decided_at"),
    _text("outcome"),
    _text("owner"),
    _text("how"),
    _text("aim"),
    _text("why"),
    _text("reason"),
    _text("offer"),
    Column("walk", _json(), nullable=False),
    _later("settled_at"),
    Column("decided_by", Text, nullable=False, server_default=""),
    Column("rule", BigInteger, nullable=True),
    Column("key_account", Boolean, nullable=False, server_default=false()),
    Column("tree_opened", Boolean, nullable=False, server_default=false()),
    _later("due_at"),
)
_interview_is_open = text("settled_at IS NULL")
Index(
    "interviews_unsettled",
    interviews.c.began_at,
    sqlite_where=_interview_is_open,
    postgresql_where=_interview_is_open,
)
Index("interviews_by_tree", interviews.c.tree, interviews.c.began_at)

escalations = Table(
    "escalations",
    metadata,
    _id(),
    _text("call"),
    _text("department"),
    _text("number"),
    _text("name"),
    _text("account"),
    _text("company"),
    _text("scale"),
    _text("how"),
    _text("aim"),
    _text("why"),
    Column("offer", _json(), nullable=False),
    Column("answers", _json(), nullable=False),
    _text("note"),
    _text("agent"),
    _text("owner"),
    _text("state"),
    _time("made_at"),
    _later("due_at"),
    _later("bridged_at"),
    Column("talked", Double, nullable=False),
    _count("attempts"),
    _text("result"),
    _later("closed_at"),
    _later("promised_at"),
    Column("zone", Text, nullable=False, server_default=""),
    Column("counted", Double, nullable=False, server_default="0"),
    Column("result_note", Text, nullable=False, server_default=""),
    Column("next_step", Text, nullable=False, server_default=""),
    Column("closed_by", Text, nullable=False, server_default=""),
    Column("close_reason", Text, nullable=False, server_default=""),
    Column("meeting", Text, nullable=False, server_default=""),
    Column("joined", _json(), nullable=False, server_default="[]"),
)
Index("escalations_by_state", escalations.c.state, escalations.c.due_at)
Index("escalations_by_call", escalations.c.call)
Index("escalations_by_time", escalations.c.made_at, escalations.c.id)
Index("escalations_by_closing", escalations.c.closed_at)
_is_callback = text("state = 'callback'")
Index(
    "escalations_due",
    escalations.c.department,
    escalations.c.due_at,
    sqlite_where=_is_callback,
    postgresql_where=_is_callback,
)
Index("escalations_by_number", escalations.c.number, escalations.c.made_at)
_has_account = text("account <> ''")
Index(
    "escalations_by_account",
    escalations.c.account,
    escalations.c.made_at,
    sqlite_where=_has_account,
    postgresql_where=_has_account,
)

attempts = Table(
    "attempts",
    metadata,
    _id(),
    _text("promise"),
    Column("made_for", Text, nullable=False, server_default="escalation"),
    _text("number"),
    _text("person"),
    _time("made_at"),
    _later("claimed_at"),
    _later("ended_at"),
    _text("result"),
    Column("talked", Double, nullable=False),
    Column("by_hand", Boolean, nullable=False, server_default=false()),
)
_attempt_is_open = text("ended_at IS NULL")
Index(
    "attempts_open",
    attempts.c.made_at,
    sqlite_where=_attempt_is_open,
    postgresql_where=_attempt_is_open,
)
Index("attempts_by_promise", attempts.c.promise, attempts.c.made_at)
Index("attempts_by_claim", attempts.c.claimed_at)

meetings = Table(
    "meetings",
    metadata,
    _id(),
    _text("promise"),
    _text("account"),
    _text("company"),
    _text("name"),
    _text("number"),
    _text("salesperson"),
    _time("starts_at"),
    _count("minutes"),
    _text("zone"),
    _text("place"),
    _text("with_whom"),
    _text("note"),
    _count("sequence"),
    _text("state"),
    _text("reason"),
    _time("made_at"),
    _time("changed_at"),
)
Index("meetings_by_time", meetings.c.starts_at)
Index("meetings_by_promise", meetings.c.promise)

owners = Table(
    "owners",
    metadata,
    _id(),
    _text("client"),
    _text("department"),
    _text("person"),
    _time("since"),
    _later("until"),
    _text("by"),
    _text("reason"),
    _text("promise"),
)
_owner_is_present = text("until IS NULL")
Index(
    "owners_present",
    owners.c.client,
    sqlite_where=_owner_is_present,
    postgresql_where=_owner_is_present,
)
Index("owners_by_client", owners.c.client, owners.c.since)

missed_calls = Table(
    "missed_calls",
    metadata,
    _id(),
    _text("department"),
    _text("number"),
    _time("first_missed_at"),
    _time("last_missed_at"),
    _count("count"),
    Column("calls", _json(), nullable=False),
    _later("closed_at"),
    _text("closed_how"),
    Column("did", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("due_at", Double, nullable=False, server_default="0"),
    Column("attempts", BigInteger, nullable=False, server_default="0"),
    Column("recordings", _json(), nullable=False, server_default="[]"),
    Column("kind", Text, nullable=False, server_default="missed"),
    Column("answers", _json(), nullable=False, server_default="[]"),
    Column("note", Text, nullable=False, server_default=""),
    Column("closed_by", Text, nullable=False, server_default=""),
)
_missed_is_open = text("closed_at IS NULL")
Index(
    "missed_calls_open",
    missed_calls.c.department,
    missed_calls.c.number,
    sqlite_where=_missed_is_open,
    postgresql_where=_missed_is_open,
)
Index("missed_calls_by_time", missed_calls.c.last_missed_at)
Index("missed_calls_by_first", missed_calls.c.first_missed_at, missed_calls.c.id)

agent_states = Table(
    "agent_states",
    metadata,
    _id(),
    _text("person"),
    _text("department"),
    _text("state"),
    _text("reason"),
    _text("call"),
    _time("since"),
    _later("until"),
)
_state_is_open = text("until IS NULL")
Index(
    "agent_states_open",
    agent_states.c.since,
    sqlite_where=_state_is_open,
    postgresql_where=_state_is_open,
)
Index("agent_states_by_time", agent_states.c.since)

stretches = Table(
    "stretches",
    metadata,
    _id(),
    _text("call"),
    _text("kind"),
    _text("department"),
    _text("person"),
    _text("detail"),
    _time("began_at"),
    _time("ended_at"),
)
Index("stretches_by_call", stretches.c.call, stretches.c.began_at)
Index("stretches_by_time", stretches.c.began_at)
_is_talk = text("kind = 'talked'")
Index(
    "stretches_by_person",
    stretches.c.person,
    stretches.c.began_at,
    sqlite_where=_is_talk,
    postgresql_where=_is_talk,
)

accounts = Table(
    "accounts",
    metadata,
    _id(),
    _text("name"),
    Column("phones", _json(), nullable=False),
    _text("scale"),
    Column("key", Boolean, nullable=False),
    _text("owner"),
    _text("tax"),
    _text("note"),
    _time("made_at"),
    _text("made_by"),
    _later("gone_at"),
)

account_numbers = Table(
    "account_numbers",
    metadata,
    _id(),
    _text("account"),
    _text("number"),
    _text("call"),
    _text("person"),
    _time("learned_at"),
)

tree_versions = Table(
    "tree_versions",
    metadata,
    _text("tree"),
    _count("version"),
    _text("text"),
    _text("sha256"),
    _time("published_at"),
    _text("published_by"),
    PrimaryKeyConstraint("tree", "version"),
)

credentials = Table(
    "credentials",
    metadata,
    Column("person", Text, primary_key=True),
    _text("hash"),
    _time("changed_at"),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _time("at"),
    _text("actor"),
    _text("action"),
    _text("object"),
    Column("detail", _json(), nullable=False),
)
Index("audit_by_time", audit.c.at)
Index("audit_by_object", audit.c.object, audit.c.at)

refused_rows = Table(
    "refused_rows",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    _time("refused_at"),
    _text("kind"),
    _text("record"),
    _text("error"),
    _text("content"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("n", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _text("target"),
    _text("kind"),
    _text("subject"),
    _text("body"),
    _time("made_at"),
    _text("state"),
    _count("tries"),
    _later("first_tried_at"),
    _time("next_at"),
    _later("taken_at"),
    _text("last_error"),
)
_notice_waits = text("state = 'waiting'")
Index(
    "outbox_due",
    outbox.c.target,
    outbox.c.next_at,
    sqlite_where=_notice_waits,
    postgresql_where=_notice_waits,
)
Index(
    "outbox_in_order",
    outbox.c.target,
    outbox.c.subject,
    outbox.c.n,
    sqlite_where=_notice_waits,
    postgresql_where=_notice_waits,
)
Index("outbox_by_state", outbox.c.state, outbox.c.n)

api_tokens = Table(
    "api_tokens",
    metadata,
    _id(),
    _text("name"),
    _text("hash"),
    _text("scopes"),
    _time("made_at"),
    _text("made_by"),
    _later("revoked_at"),
)
