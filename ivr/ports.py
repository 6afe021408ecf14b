"""The ports: what the core needs of the world, as Protocols that the adapters fulfil."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ivr.domain.commands import PbxCommand
from ivr.domain.events import Event, Restored
from ivr.domain.records import (
    AccountRecord,
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MeetingRecord,
    MissedCallRecord,
    OwnerRecord,
    Plain,
    Record,
    StretchRecord,
)
from ivr.domain.screen import CompanyHit, Screen
from ivr.domain.wall import DayCounts

Post = Callable[[Event], None]


class Pbx(Protocol):
    """Asterisk: orders go in, facts come back as events; `perform` never waits."""

    def perform(self, command: PbxCommand) -> None: ...


class Desk(Protocol):
    """The pages of the people; neither call ever waits for a browser."""

    def show(self, person: str, screen: Screen) -> None: ...

    def offer_companies(self, person: str, request: str, found: Sequence[CompanyHit]) -> None: ...

    def refuse(self, person: str, request: str, problem: str, detail: str) -> None: ...


class Clock(Protocol):
    """Time as the core may know it: seconds since the epoch."""

    def now(self) -> float: ...

    def wake_at(self, at: float, key: str) -> None: ...

    def forget(self, key: str) -> None: ...


class Store(Protocol):
    """The database: writes are queued for one writer, reads serve pages and the start.

    `save` never waits. With `confirm`, Saved(kind, id) is posted on the event loop once the
    record is committed; without, the record is kept in order with the others. All records of
    one id are written in the order in which they were saved.
    """

    def save(self, record: Record, confirm: bool) -> None: ...

    def look_up(self, call: str, number: str) -> None:
        """Post ClientKnown for this call on the event loop; never waits for the database."""
        ...

    def look_up_dealings(self, promise: str, account: str, numbers: Sequence[str]) -> None:
        """Post DealingsKnown for this promise on the event loop; never waits for the database."""
        ...

    def restore(self, at: float) -> Restored: ...

    def call(self, call: str) -> CallRecord | None: ...

    def interview(self, call: str) -> InterviewRecord | None: ...

    def calls_of(self, number: str, most: int) -> Sequence[CallRecord]: ...

    def escalation(self, escalation: str) -> EscalationRecord | None: ...

    def escalations_of(self, call: str) -> Sequence[EscalationRecord]: ...

    def attempts_of(self, promise: str) -> Sequence[AttemptRecord]: ...

    def next_due(self, department: str, at: float) -> EscalationRecord | None:
        """The department's callback that is due longest, None if none is due yet."""
        ...

    def meeting(self, meeting: str) -> MeetingRecord | None: ...

    def owners_of(self, client: str) -> Sequence[OwnerRecord]:
        """Who has owned this client, oldest first; `client` as in OwnerRecord."""
        ...

    def missed_call(self, task: str) -> MissedCallRecord | None: ...

    def open_missed(self, department: str) -> Sequence[MissedCallRecord]: ...

    def stretches_of(self, call: str) -> Sequence[StretchRecord]: ...

    def agent_states(self, since: float, until: float) -> Sequence[AgentStateRecord]: ...

    def day_counts(self, department: str, sales: str, since: float) -> DayCounts:
        """The department's day since it began at `since`, with the promises of its `sales`."""
        ...


class StoreState(StrEnum):
    """How the database keeps up with the calls."""

    OK = "ok"
    SLOW = "slow"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """The store as pages and metrics show it; calls flow in each of its states."""

    state: StoreState
    since: float  # when this state began
    queued: int  # records that wait for the disk
    refused: int  # rows that the database refused, set aside since the start
    dropped: int  # unconfirmed records given up because the queue was full, since the start
    last_error: str  # why it is or was down last, "" while it never was


@dataclass(frozen=True, slots=True)
class TreeVersion:
    """One published tree: its text as it was, under a number that never changes its meaning."""

    tree: str
    version: int
    text: str
    sha256: str  # of the text in UTF-8, in hex
    published_at: float
    published_by: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A person's password as its hash; made and checked elsewhere."""

    person: str
    hash: str
    changed_at: float


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what: written once, never changed. `id` makes a retry count once."""

    id: str
    at: float
    actor: str
    action: str
    object: str
    detail: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class PastInterview:
    """One interview as it was kept, with its call and what it promised sales, oldest first."""

    interview: InterviewRecord
    call: CallRecord | None
    promises: tuple[EscalationRecord, ...]


class Versions(Protocol):
    """The published trees as they are read, which are the truth for calls and for history.

    All of these wait for the database: never call them on the event loop while calls flow.
    """

    def current(self, tree: str) -> TreeVersion | None: ...

    def version(self, tree: str, version: int) -> TreeVersion | None: ...

    def versions(self, tree: str) -> Sequence[TreeVersion]:
        """All versions of the tree, newest first."""
        ...

    def trees(self) -> Sequence[TreeVersion]:
        """The current version of every tree, by the tree's id."""
        ...


class Trees(Versions, Protocol):
    """The published trees, and the way to one more version; `publish` waits for the database."""

    def publish(self, tree: str, text: str, at: float, by: str) -> TreeVersion:
        """Keep the text as the tree's next version; the current text again changes nothing."""
        ...


class History(Protocol):
    """What was asked and what came of it, for reports; all of these wait for the database."""

    def interviews(
        self, tree: str, since: float, until: float, version: int | None = None
    ) -> Sequence[PastInterview]:
        """Interviews of a tree that began from `since` until before `until`, oldest first."""
        ...

    def interview(self, call: str) -> PastInterview | None: ...


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The last row of a page: when it was, and its id among those of the same moment."""

    at: float
    id: str


@dataclass(frozen=True, slots=True)
class CallsWanted:
    """Which past calls: all that is given has to hold. Times in seconds since the epoch.

    `number` is E.164. `accounts` are ids of companies, None where it does not matter which.
    `person` wants the calls in which that person talked, and takes no number and no company.
    """

    number: str = ""
    accounts: tuple[str, ...] | None = None
    person: str = ""
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class PastCall:
    """One call of the list, with its walk through a tree if there was one."""

    call: CallRecord
    interview: InterviewRecord | None


@dataclass(frozen=True, slots=True)
class PastPage:
    """Calls newest first; `last` is where the next page begins, None when there is none."""

    calls: tuple[PastCall, ...]
    last: Bookmark | None


class PastCalls(Protocol):
    """The list of past calls; a page costs the same however long the past is."""

    def page(self, wanted: CallsWanted, after: Bookmark | None, most: int) -> PastPage: ...


@dataclass(frozen=True, slots=True)
class HourOfCalls:
    """The calls that came in the hour from `at` on; all times in seconds.

    `offered` counts every caller of the hour, `refused` those turned away at once, `gone` those
    let in who hung up unanswered. `waited` and `gone_waited` are their waits in all.
    """

    at: float
    offered: int
    answered: int
    refused: int
    gone: int
    waited: float
    gone_waited: float
    talked: float


class Traffic(Protocol):
    """A department's load, for staffing; all of these wait for the database."""

    def hours(self, department: str, since: float, until: float) -> Sequence[HourOfCalls]:
        """The hours counted from `since` in which calls came, in order; callers who found the
        department closed, and calls that it made itself, are not among them."""
        ...

    def wrapped_up(self, department: str, since: float, until: float) -> float:
        """Seconds of wrap-up that began in this time and are over."""
        ...


class Credentials(Protocol):
    """The people's passwords as hashes; all of these wait for the database."""

    def credential(self, person: str) -> Credential | None: ...

    def keep_credential(self, credential: Credential) -> None: ...

    def forget_credential(self, person: str) -> None: ...


class Audit(Protocol):
    """The audit log, only ever added to. `record` never waits; `entries` waits for the database."""

    def record(self, entry: AuditEntry) -> None: ...

    def entries(self, before: float, most: int) -> Sequence[AuditEntry]:
        """At most `most` entries earlier than `before`, newest first."""
        ...

    def entries_of(self, object: str, before: float, most: int) -> Sequence[AuditEntry]:
        """The same for what was done to one object."""
        ...


@dataclass(frozen=True, slots=True)
class AccountChange:
    """A company as it is from now on (or is no more), and who said so."""

    account: AccountRecord
    entry: AuditEntry


class Accounts(Protocol):
    """The companies that are kept here; all of these wait for the database."""

    def keep(self, changes: Sequence[AccountChange]) -> None:
        """Keep all of these or none, each with its audit entry, in place of learned numbers."""
        ...

    def record(self, account: str) -> AccountRecord | None:
        """The company's own row, also of one that is gone; None for one of the file alone."""
        ...


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A key of another program: only the hash of its secret is kept."""

    id: str
    name: str
    hash: str  # SHA-256 of the whole token, in hex: 256 random bits need no slow hash
    scopes: str  # words: read, write
    made_at: float
    made_by: str
    revoked_at: float | None


class Tokens(Protocol):
    """The keys of other programs; all of these wait for the database."""

    def token(self, id: str) -> ApiToken | None: ...

    def tokens(self) -> Sequence[ApiToken]:
        """All of them, the revoked too, newest first."""
        ...

    def keep_token(self, token: ApiToken) -> None: ...


@dataclass(frozen=True, slots=True)
class PromisesWanted:
    """Which promises or callbacks: all that is given has to hold. Times in seconds."""

    state: str = ""
    department: str = ""
    owner: str = ""
    number: str = ""
    account: str = ""
    open: bool | None = None
    since: float | None = None
    until: float | None = None


class Promises(Protocol):
    """Promises and owed calls by pages, newest first; all of these wait for the database."""

    def escalations(
        self, wanted: PromisesWanted, after: Bookmark | None, most: int
    ) -> Sequence[EscalationRecord]:
        """By when they were made."""
        ...

    def callbacks(
        self, wanted: PromisesWanted, after: Bookmark | None, most: int
    ) -> Sequence[EscalationRecord | MissedCallRecord]:
        """Calls that are owed or were: promises by callback, and callers whom nobody took."""
        ...

    def missed(self, id: str) -> MissedCallRecord | None: ...


class NoticeState(StrEnum):
    """Where a message to somebody outside stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    PARKED = "parked"  # tried for a day in vain: kept until somebody sends it again


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to somebody outside, kept in the transaction of the record that it tells of."""

    id: str  # made of what it tells: kept again, it changes nothing
    target: str  # webhook/NAME, or mail
    kind: str  # such as call.ended
    subject: str  # messages of one subject go out in their order
    body: str
    made_at: float


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A message with what became of it so far."""

    n: int  # its place in the order of keeping
    notice: Notice
    state: NoticeState
    tries: int
    first_tried_at: float | None  # since when it is tried; None again once it is sent anew
    next_at: float
    taken_at: float | None
    last_error: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one try to deliver a message ended; `next_at` counts while it still waits."""

    n: int
    at: float
    state: NoticeState
    next_at: float
    error: str


Tell = Callable[[Record], Sequence[Notice]]
"""Which messages a record makes; called with each record as it is saved, and never waits."""


class Outbox(Protocol):
    """The messages to the outside; all of these wait for the database."""

    def heads(self, target: str, at: float, most: int) -> Sequence[OutboxEntry]:
        """What may be tried now: of each subject only the oldest that waits, longest due first."""
        ...

    def next_at(self, target: str) -> float | None:
        """When the next message of the target may be tried, None when none waits."""
        ...

    def delivered(self, deliveries: Sequence[Delivery]) -> None:
        """Keep how these tries ended, all at once."""
        ...

    def put(self, notices: Sequence[Notice]) -> None:
        """Keep messages that no record makes."""
        ...

    def entries(
        self, state: NoticeState | None, before: int | None, most: int
    ) -> Sequence[OutboxEntry]:
        """Newest first, those of one state or all, older than place `before` when it is given."""
        ...

    def send_again(self, ids: Sequence[str] | None, at: float) -> int:
        """Let parked messages (None: all of them) wait for a new day of tries; how many do."""
        ...

    def forget_taken(self, before: float, most: int) -> int:
        """Drop at most `most` messages taken before that time; how many were dropped."""
        ...
