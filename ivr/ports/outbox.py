"""Messages to the outside, and where they wait until they are taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ivr.domain.records import Record

LONGEST_PAUSE = 7200.0
"""Seconds: no two tries of a message are so far apart, unless the clock was ahead meanwhile."""


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
    may_return: bool = False  # a state: told again once the same kind has told of another since


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
