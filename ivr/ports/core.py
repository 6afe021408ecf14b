"""What the core needs to act: Asterisk, the desks, the clock, the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ivr.domain.commands import PbxCommand
from ivr.domain.events import Event, Restored
from ivr.domain.records import (
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MeetingRecord,
    MissedCallRecord,
    OwnerRecord,
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
