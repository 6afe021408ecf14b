"""What the page of a salesperson shows: the promise in hand, whole, and the lists of all others.

Times are seconds since the epoch. Where a time is the client's, `zone` names the client's own
time zone (such as Asia/Almaty), in which the page shows it beside the company's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.domain.words import Fact, OfferCard


class PromiseStage(StrEnum):
    """Where a promise stands for the people of sales."""

    SAVING = "saving"  # not on the disk yet: nothing is done for it
    RINGING = "ringing"  # a live client rings this phone
    PHONE = "phone"  # a callback: pick up your own phone
    CLIENT = "client"  # a callback: the client's phone rings
    TALKING = "talking"
    RESULT = "result"  # talked long enough: the result is asked for
    PASSING = "passing"  # a live client looks for somebody of sales
    OVERDUE = "overdue"  # its time has passed without a talk
    DUE = "due"
    LATER = "later"
    HUMAN = "human"  # machines have done what they may: call by hand, or close
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AttemptCard:
    """One attempt to reach the client, the result as it was."""

    at: float
    person: str  # name
    by_hand: bool
    result: str  # answered, busy, no_answer, trunk_down, refused, unknown, voicemail,
    # sales_silent (our own phone was not picked up), "" while it is on
    talked: float


@dataclass(frozen=True, slots=True)
class JoinedCard:
    """An enquiry of the same client before the newest one, which joined it in one promise."""

    at: float
    agent: str  # name
    client: str  # who called
    number: str  # for people, or ""
    known: tuple[Fact, ...]
    offers: tuple[OfferCard, ...]
    note: str


@dataclass(frozen=True, slots=True)
class EarlierCard:
    """One earlier dealing with this client: a promise of sales, or a call that stayed."""

    at: float
    kind: str  # promise or call
    agent: str  # name of who asked then
    salesperson: str  # name of who kept the promise, "" for a call
    known: tuple[Fact, ...]
    offers: tuple[OfferCard, ...]
    result: str  # of a promise: won, lost, meeting, nothing, refused, closed; of a call: its
    # disposition, or ""
    note: str
    next_step: str


@dataclass(frozen=True, slots=True)
class MeetingCard:
    """A meeting with this client."""

    id: str
    starts_at: float
    minutes: int
    place: str
    with_whom: str
    salesperson: str  # name
    moved: int  # how often it was moved
    state: str  # set, held, cancelled


@dataclass(frozen=True, slots=True)
class ReminderCard:
    """A meeting that is near: shown until it has begun."""

    meeting: MeetingCard
    promise: str
    company: str
    client: str
    number: str


@dataclass(frozen=True, slots=True)
class PromiseCard:
    """One promise, whole: what we know of the client is all of it."""

    id: str
    stage: PromiseStage
    client: str  # the caller's name
    company: str
    key_account: bool
    scale: str  # private, small, large or ""
    number: str  # for people, "" if withheld
    numbers: tuple[str, ...]  # all numbers of those who joined, for people
    known: tuple[Fact, ...]  # every answer of the newest enquiry; of those before: `joined`
    offers: tuple[OfferCard, ...]
    why: str  # account, scale, volume, tree, override
    aim: str  # talk or meeting
    note: str  # the agent's
    agent: str  # name of who promised
    made_at: float
    owner: str  # name, "" for the team
    owner_id: str
    mine: bool
    promised_at: float | None  # the time that was promised first
    agreed_by: str  # who has named the promised time: agent, client (by keys), sales, or ""
    due_at: float | None  # when the next attempt is due
    zone: str  # the client's time zone
    overdue: bool
    attempts: tuple[AttemptCard, ...]  # newest first
    attempts_left: int
    joined: tuple[JoinedCard, ...]  # newest first
    earlier: tuple[EarlierCard, ...]  # newest first
    earlier_known: bool  # False while the database has not told yet
    talk_since: float | None
    talked: float  # seconds with sales, all talks together
    result: str
    result_note: str
    next_step: str
    meeting: MeetingCard | None
    why_not_call: str  # why "call now" cannot be done, "" if it can: a code as in refusals


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One line of a list."""

    id: str
    stage: PromiseStage
    who: str  # the company, else the caller's name, else the number
    number: str  # for people
    why: str
    aim: str
    key_account: bool
    attempts: int
    overdue: bool
    due_at: float | None
    agreed_by: str  # who has named this time: agent, client (by keys), sales, or ""
    zone: str
    owner: str  # name, "" for the team
    owner_id: str
    made_at: float
    joined: int  # enquiries that joined it


@dataclass(frozen=True, slots=True)
class SalesCounts:
    """How many there are in all: the lists may be cut."""

    result: int  # of mine: talked, the result is still owed
    overdue: int
    due: int
    later: int
    human: int
    team_overdue: int
    team_due: int
    team_later: int
    team_human: int


@dataclass(frozen=True, slots=True)
class SalesCard:
    """The sales desk of one person.

    `live` is the promise that rings, is talked on or waits for its result, else the one that the
    person has opened to read. The lists are in the order of work: overdue before due, key
    accounts first within each, then those to come; what is `live` is in its list too.
    """

    live: PromiseCard | None
    mine: tuple[PromiseRow, ...]
    team: tuple[PromiseRow, ...]  # everybody else's and nobody's
    counts: SalesCounts
    reminders: tuple[ReminderCard, ...]
    supervisor: bool  # may close without a result and change owners
    people: tuple[tuple[str, str], ...]  # (id, name) of whom a promise may be given to
    company_zone: str
    callers_wait: int  # live clients who look for somebody of sales now
