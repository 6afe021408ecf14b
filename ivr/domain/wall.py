"""What the wall of a department shows: one whole frozen value, sent anew at most once a second.

Times are seconds since the epoch by the service's clock; the page advances what it shows by its
own stopwatch. Totals come out of the database, so that they survive any restart.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.domain.screen import Stage


@dataclass(frozen=True, slots=True)
class DayCounts:
    """One department's day so far, as the database has it.

    A call belongs to the day on which it came, and is missed when its caller talked with nobody,
    whoever's phone rang; one that was sent on and answered elsewhere is neither. Many missed calls
    of one number are recovered by one talk.
    """

    answered: int
    answered_waited: float  # seconds that those who were answered had waited, all together
    missed: int
    missed_waited: float  # seconds that those who were not had waited, all together
    recovered: int  # missed callers of today with whom somebody has talked since
    kept: int  # promises closed today after a talk of client and sales, with a result
    closed: int  # all promises closed today, however


@dataclass(frozen=True, slots=True)
class WaitingCaller:
    """Somebody who hears the ringing, or music, and no human yet."""

    call: str
    number: str  # for people, "" when withheld
    name: str  # of the company or the caller, "" when neither is known
    line: int | None
    since: float


@dataclass(frozen=True, slots=True)
class CrewRow:
    """One person of the department: doing what, since when, with whom."""

    person: str
    name: str
    stage: Stage
    since: float
    reason: str  # of a break, or ""
    desk: bool  # a page of this person is open
    caller: str  # company, name or number of the caller, "" without a call
    withheld: bool
    key_account: bool
    known: bool
    step: int  # the question on the page, from 1; 0 for none
    owner: str  # client or sales once that is decided, or ""
    salesperson: str  # whom the client is passed to, or ""


@dataclass(frozen=True, slots=True)
class WallScreen:
    """One department's wall.

    `headcount` is what the lines should equal: the roster, or those signed in where the lines
    follow them. `mean_wait` is of those answered, `mean_wait_all` of all; None while there are
    none. `promises` counts what was to be kept by now: kept, closed otherwise, or overdue.
    """

    department: str
    numbers: tuple[str, ...]
    lines: int
    used: int
    headcount: int
    waiting: tuple[WaitingCaller, ...]  # who waits longest first
    limit: float  # seconds of waiting from which there is alarm
    answered: int
    mean_wait: float | None
    mean_wait_all: float | None
    missed: int
    recovered: int
    kept: int
    promises: int
    overdue: int
    crew: tuple[CrewRow, ...]
    link_lost_at: float | None
    counted_at: float  # when the database was asked for the totals last


def empty_day() -> DayCounts:
    """A day on which nothing has happened yet."""
    return DayCounts(0, 0.0, 0, 0.0, 0, 0, 0)
