"""The ports: what the core needs of the world, as Protocols that the adapters fulfil."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ivr.domain.commands import PbxCommand
from ivr.domain.events import Event, Restored
from ivr.domain.records import (
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    InterviewRecord,
    MissedCallRecord,
    Record,
)
from ivr.domain.screen import Screen

Post = Callable[[Event], None]


class Pbx(Protocol):
    """Asterisk: orders go in, facts come back as events; `perform` never waits."""

    def perform(self, command: PbxCommand) -> None: ...


class Desk(Protocol):
    """The pages of the people; neither call ever waits for a browser."""

    def show(self, person: str, screen: Screen) -> None: ...

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

    def restore(self, at: float) -> Restored: ...

    def call(self, call: str) -> CallRecord | None: ...

    def interview(self, call: str) -> InterviewRecord | None: ...

    def calls_of(self, number: str, most: int) -> Sequence[CallRecord]: ...

    def escalation(self, escalation: str) -> EscalationRecord | None: ...

    def escalations_of(self, call: str) -> Sequence[EscalationRecord]: ...

    def attempts_of(self, escalation: str) -> Sequence[AttemptRecord]: ...

    def open_missed(self, department: str) -> Sequence[MissedCallRecord]: ...
