"""What is kept: one frozen row a thing, saved whole under its id: twice saved is once kept.

Times are seconds since the epoch; an unknown or not yet reached time is None. Enumerations are
stored by value. `data` fields hold JSON-ready plain values (str, int, float, bool, None, lists
and dicts of them).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.domain.records.promise import Agreed as Agreed
from ivr.domain.records.promise import EscalationRecord as EscalationRecord
from ivr.domain.records.promise import EscalationState as EscalationState
from ivr.domain.records.promise import MeetingRecord as MeetingRecord
from ivr.domain.records.promise import MeetingState as MeetingState
from ivr.domain.records.promise import OwnerRecord as OwnerRecord
from ivr.domain.records.promise import Plain as Plain
from ivr.domain.records.promise import Result as Result


class RecordKind(StrEnum):
    """The kinds of rows; each has a table of its own."""

    CALL = "call"
    INTERVIEW = "interview"
    ESCALATION = "escalation"
    ATTEMPT = "attempt"
    MISSED_CALL = "missed_call"
    AGENT_STATE = "agent_state"
    STRETCH = "stretch"
    ACCOUNT = "account"
    ACCOUNT_NUMBER = "account_number"
    MEETING = "meeting"
    OWNER = "owner"


class CallEnd(StrEnum):
    """How a call ended for the department."""

    OPEN = "open"
    SERVED = "served"
    MISSED = "missed"
    REFUSED = "refused"
    ELSEWHERE = "elsewhere"  # sent on to a queue or an extension that is none of ours
    CUT_OFF = "cut_off"  # Asterisk went down under it: nobody had said goodbye


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call of the number: who, when, with whom, how it ended."""

    id: str
    did: str
    department: str
    number: str  # E.164, or "" when withheld or not a number
    raw_number: str  # as it arrived
    name: str
    account: str  # id of the recognised company, or ""
    company: str  # its name as the agent picked or typed it, or ""
    offered_at: float
    answered_at: float | None
    ended_at: float | None
    agent: str  # who answered first, or ""
    talked: float  # seconds with the department
    end: CallEnd
    refusal: str  # why it was refused (no_line, nobody, closed), or ""
    disposition: str
    not_enquiry: str  # colleague, order, supplier, wrong_number, or ""
    note: str
    task: str = ""  # the missed call that this call returns, "" for a call of the number
    forgotten_at: float | None = None  # since when nothing in it tells who called


@dataclass(frozen=True, slots=True)
class InterviewRecord:
    """One call's walk through one version of a tree."""

    id: str  # the call's id
    call: str
    tree: str
    version: int
    agent: str
    began_at: float
    decided_at: float | None
    outcome: str  # outcome id, "" while it is open
    owner: str  # client, sales or ""
    how: str
    aim: str
    why: str  # account, scale, volume, tree, override
    reason: str  # the agent's reason for an override
    offer: str  # what the client chose of the offer, or ""
    walk: dict[str, Plain]  # Interview.to_record()
    settled_at: float | None = None  # a key or the end of wrap-up closed it; None: it may go on
    decided_by: str = ""  # whose key confirmed or overrode, "" while nobody's has
    rule: int | None = None  # which of the tree's rules spoke, from 0; None when none did
    key_account: bool = False  # whether the company was known as a key account
    tree_opened: bool = False  # a client of sales had a new subject, so the tree was asked
    due_at: float | None = None  # when the client asked to be called by sales


@dataclass(frozen=True, slots=True)
class ClientPast:
    """What the database tells of a number that calls: its last call before this one."""

    calls: int  # how many earlier calls were found, 0 for a new number
    last_at: float | None
    last_agent: str  # who answered then, "" if nobody did
    last_tree: str
    last_version: int
    last_outcome: str  # outcome id, "" if the walk had none or there was none
    last_owner: str  # client, sales or ""


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt to call a client back: committed before anything is dialled."""

    id: str
    promise: str  # id of what it is made for
    made_for: RecordKind  # an escalation or a missed call
    number: str
    person: str  # whose phone was rung first
    made_at: float
    claimed_at: float | None  # when the dialplan was allowed to dial the client
    ended_at: float | None
    result: str  # "" while open, else a DialResult, sales_silent or voicemail
    talked: float
    by_hand: bool = False  # a salesperson pressed "call now"


class TaskKind(StrEnum):
    """Why a client is to be called by the department."""

    MISSED = "missed"  # talked with nobody
    UNFINISHED = "unfinished"  # hung up before the tree had decided; only a person calls


class MissedState(StrEnum):
    """Where the task of a missed call stands."""

    WAITING = "waiting"  # offered to a ready agent from its due time on
    DIALLING = "dialling"  # an agent has taken it and an attempt is on
    HUMAN = "human"  # machines have done what they may: a person must act
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class MissedCallRecord:
    """A caller who talked with nobody, or not to the end: one open task a number.

    Of a withheld number each voice message and each unfinished talk is a task of its own.
    """

    id: str
    department: str
    number: str  # E.164, "" when withheld
    first_missed_at: float
    last_missed_at: float
    count: int
    calls: tuple[str, ...]
    closed_at: float | None
    closed_how: str  # served, called, merged, or a TaskClosing; "" while open
    did: str = ""  # which of our numbers was dialled first, "" if that is not known
    name: str = ""
    state: MissedState = MissedState.WAITING
    due_at: float = 0.0  # not offered before
    attempts: int = 0  # dials to the client
    recordings: tuple[str, ...] = ()  # files of voice messages, the oldest first
    kind: TaskKind = TaskKind.MISSED
    answers: tuple[dict[str, Plain], ...] = ()  # what an unfinished talk has learned, in path order
    note: str = ""  # what its agent noted
    closed_by: str = ""  # who closed it by hand, "" for nobody
    forgotten_at: float | None = None  # since when nothing in it tells who called


@dataclass(frozen=True, slots=True)
class AgentStateRecord:
    """One span of one person's time: ready, on a break, ringing, talking, in wrap-up."""

    id: str
    person: str
    department: str
    state: str  # an AgentState; who is signed out has no span
    reason: str  # of a break, or ""
    call: str  # what rang, was talked on or noted, or ""
    since: float
    until: float | None


class StretchKind(StrEnum):
    """What a stretch of a call's ledger is."""

    QUEUED = "queued"
    RANG = "rang"
    TALKED = "talked"
    HELD = "held"
    TRANSFERRED = "transferred"  # a moment, no time


@dataclass(frozen=True, slots=True)
class StretchRecord:
    """One stretch of a call: who did what with the caller, from when to when."""

    id: str
    call: str
    kind: StretchKind
    department: str
    person: str  # whose phone rang, who talked, held or transferred; "" for a queue
    detail: str  # how a ring ended, where a transfer went
    began_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """A company that is kept here: typed at a desk, or edited over a company of the file."""

    id: str
    name: str
    phones: tuple[str, ...]
    scale: str
    key: bool
    owner: str
    tax: str
    note: str
    made_at: float
    made_by: str
    gone_at: float | None  # since when it is no account any more


@dataclass(frozen=True, slots=True)
class AccountNumberRecord:
    """A number that turned out to be a company's, in the call in which an agent said so."""

    id: str
    account: str
    number: str
    call: str
    person: str
    learned_at: float


@dataclass(frozen=True, slots=True)
class LastAgent:
    """Who talked last with the caller of a number."""

    number: str
    person: str
    at: float


Record = (
    CallRecord
    | InterviewRecord
    | EscalationRecord
    | AttemptRecord
    | MissedCallRecord
    | AgentStateRecord
    | StretchRecord
    | AccountRecord
    | AccountNumberRecord
    | MeetingRecord
    | OwnerRecord
)

KIND_OF: dict[type[Record], RecordKind] = {
    CallRecord: RecordKind.CALL,
    InterviewRecord: RecordKind.INTERVIEW,
    EscalationRecord: RecordKind.ESCALATION,
    AttemptRecord: RecordKind.ATTEMPT,
    MissedCallRecord: RecordKind.MISSED_CALL,
    AgentStateRecord: RecordKind.AGENT_STATE,
    StretchRecord: RecordKind.STRETCH,
    AccountRecord: RecordKind.ACCOUNT,
    AccountNumberRecord: RecordKind.ACCOUNT_NUMBER,
    MeetingRecord: RecordKind.MEETING,
    OwnerRecord: RecordKind.OWNER,
}
