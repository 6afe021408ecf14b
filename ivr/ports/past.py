"""What was: calls and promises by pages, and a department's load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ivr.domain.records import CallRecord, EscalationRecord, InterviewRecord, MissedCallRecord


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
