"""What the store and the clock tell: saved, refused, found, restored, due."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.domain.records import (
    AccountNumberRecord,
    AccountRecord,
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    ClientPast,
    EscalationRecord,
    InterviewRecord,
    LastAgent,
    MeetingRecord,
    MissedCallRecord,
    OwnerRecord,
    RecordKind,
)


@dataclass(frozen=True, slots=True)
class Saved:
    """A record that was asked to be confirmed is on the disk."""

    at: float
    kind: RecordKind
    id: str


@dataclass(frozen=True, slots=True)
class SaveRefused:
    """The database will never take this record, which somebody waits for; it is kept aside."""

    at: float
    kind: RecordKind
    id: str
    why: str


@dataclass(frozen=True, slots=True)
class AccountsKept:
    """Companies were made, changed or removed from outside and are on the disk as they are here.

    Each is whole: a number that was learned for it and is not among its phones is forgotten.
    """

    at: float
    accounts: tuple[AccountRecord, ...]


@dataclass(frozen=True, slots=True)
class ClientKnown:
    """What the database knows of the number that calls, as LookUp asked."""

    at: float
    call: str
    past: ClientPast


@dataclass(frozen=True, slots=True)
class DealingsKnown:
    """What the database knows of earlier dealings with a promise's client, newest first.

    As LookUpDealings asked: other promises, and calls with the walks that were made in them.
    """

    at: float
    promise: str
    promises: tuple[EscalationRecord, ...]
    calls: tuple[CallRecord, ...]
    walks: tuple[InterviewRecord, ...]


@dataclass(frozen=True, slots=True)
class NumberForgotten:
    """An admin lets a number be forgotten: what is owed to it ends, for this reason.

    `by` is who says so. Nobody of the number is on the line, as `forgetting.held` tells before.
    """

    at: float
    number: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Woke:
    """A due time that the core asked for has come."""

    at: float
    key: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What the store still held open when the service started."""

    at: float
    calls: tuple[CallRecord, ...]
    interviews: tuple[InterviewRecord, ...]
    escalations: tuple[EscalationRecord, ...]
    attempts: tuple[AttemptRecord, ...]
    missed: tuple[MissedCallRecord, ...]
    states: tuple[AgentStateRecord, ...] = ()
    accounts: tuple[AccountRecord, ...] = ()
    numbers: tuple[AccountNumberRecord, ...] = ()
    last_agents: tuple[LastAgent, ...] = ()
    tried: tuple[AttemptRecord, ...] = ()  # ended ones: of open promises, and of the last day
    meetings: tuple[MeetingRecord, ...] = ()  # that are still to be
    owners: tuple[OwnerRecord, ...] = ()  # the present ones
    joined: tuple[tuple[str, str], ...] = ()  # promises that joined another, and their calls
