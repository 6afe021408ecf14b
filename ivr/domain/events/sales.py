"""Keys of the sales desk; a code on the phone raises the same events.

`request` is the page's own id for the key press, `promise` the id of an escalation.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PromiseOpened:
    """A salesperson wants to read this promise whole; "" closes it."""

    at: float
    person: str
    request: str
    promise: str


@dataclass(frozen=True, slots=True)
class CallNowPressed:
    """A salesperson calls this client now, by hand: an attempt of the same promise."""

    at: float
    person: str
    request: str
    promise: str


@dataclass(frozen=True, slots=True)
class PromiseTaken:
    """A salesperson takes a promise of the team's: it is that person's from now on."""

    at: float
    person: str
    request: str
    promise: str


@dataclass(frozen=True, slots=True)
class ResultGiven:
    """What came of it: `result` is a Result's value, or `voicemail`, or `again`.

    `promise` "" is the one that this person has in hand. `due` (again) and `starts` (meeting) are
    2026-11-26 15:30 in the client's own time zone. `via` is desk, or phone for a code.
    """

    at: float
    person: str
    request: str
    promise: str
    result: str
    note: str = ""
    next_step: str = ""
    due: str = ""
    starts: str = ""
    minutes: str = ""
    place: str = ""
    with_whom: str = ""
    via: str = "desk"


@dataclass(frozen=True, slots=True)
class ResultCoded:
    """A salesperson has dialled a code: what came of the talk on the call `about`.

    `note` is the name under which the dialplan keeps this until ForgetNote: it may be told several
    times, also after a restart. `result` is as in ResultGiven.
    """

    at: float
    person: str
    note: str
    about: str
    result: str


@dataclass(frozen=True, slots=True)
class DueChosen:
    """A client whom nobody of sales took has chosen by keys when to be called: `wish` is 1430.

    `chosen_at` is when the keys were pressed. `note` is as in ResultCoded.
    """

    at: float
    call: str
    note: str
    chosen_at: float
    wish: str


@dataclass(frozen=True, slots=True)
class PromiseClosed:
    """A supervisor closes a promise that nobody kept, and says why."""

    at: float
    person: str
    request: str
    promise: str
    reason: str


@dataclass(frozen=True, slots=True)
class OwnerChanged:
    """A supervisor gives the client to somebody else, and says why.

    `owner` is a person of sales, "" for the team, or `client`: back to the client department,
    which closes the promise.
    """

    at: float
    person: str
    request: str
    promise: str
    owner: str
    reason: str


@dataclass(frozen=True, slots=True)
class DueChanged:
    """A salesperson moves a callback: `due` is 2026-11-26 15:30 in the client's time zone."""

    at: float
    person: str
    request: str
    promise: str
    due: str


@dataclass(frozen=True, slots=True)
class MeetingMoved:
    """The meeting is another time or elsewhere; it stays the same meeting.

    "" keeps the time and the minutes; None keeps the place and the person, which "" clears.
    """

    at: float
    person: str
    request: str
    meeting: str
    starts: str = ""
    minutes: str = ""
    place: str | None = None
    with_whom: str | None = None


@dataclass(frozen=True, slots=True)
class MeetingCancelled:
    """The meeting will not be."""

    at: float
    person: str
    request: str
    meeting: str
    reason: str
