"""What is kept of a promise to sales: the promise, the meeting that came of it, the owner."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"


class EscalationState(StrEnum):
    """Where the promise to sales stands."""

    PROMISED = "promised"  # committed, nothing done yet
    TRANSFERRING = "transferring"
    CALLBACK = "callback"  # an owned callback, due
    DIALLING = "dialling"
    TALKED = "talked"  # client and sales were bridged; the result is still to be given
    HUMAN = "human"  # machines have done what they may: a named person must act
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class EscalationRecord:
    """One promise: sales gets this client, by transfer or callback."""

    id: str
    call: str
    department: str  # which sales department promised
    number: str  # E.164, "" if withheld; whether machines may dial it says the toll guard
    name: str
    account: str
    company: str
    scale: str
    how: str  # as decided: transfer or callback
    aim: str  # talk or meeting
    why: str
    offer: tuple[str, ...]
    answers: list[dict[str, Plain]]  # [{"question","answer","text":{"ru","en"}...}], newest last
    note: str
    agent: str  # who promised
    owner: str  # who of sales has to keep it, "" = the team
    state: EscalationState
    made_at: float
    due_at: float | None
    bridged_at: float | None  # first bridge of client and sales since it is owed so
    talked: float  # seconds of talk with sales, all bridges together
    attempts: int
    result: str  # a Result, "" while open
    closed_at: float | None
    promised_at: float | None = None  # the time that the client was told; due_at moves with tries
    zone: str = ""  # the client's time zone
    counted: float = 0.0  # of `talked`: since a time was agreed anew, and with no machine
    result_note: str = ""
    next_step: str = ""
    closed_by: str = ""  # whose key closed it
    close_reason: str = ""  # a supervisor's
    meeting: str = ""  # id of the meeting that came of it
    # Enquiries of the same client that this one has taken up, the newest first: each a dict of
    # at, call, agent, name, number, account, company, scale, zone, how, aim, why, offer, answers,
    # note, and of the times as they were before: due_at, promised_at, agreed_by, agreed_at.
    joined: list[dict[str, Plain]] = field(default_factory=list)
    forgotten_at: float | None = None  # since when nothing in it tells who the client was
    asked_at: float | None = None  # when the newest enquiry came; None: when it was made
    agreed_by: str = ""  # who has named the time that was promised, an Agreed; "" for nobody
    agreed_at: float | None = None  # when that was
    joined_to: str = ""  # id of the promise that this one has joined


class Agreed(StrEnum):
    """Who has named the time at which a client is to be called."""

    AGENT = "agent"  # the client told it to the agent
    CLIENT = "client"  # the client chose it by keys, with nobody there to hear
    SALES = "sales"  # the client agreed to it with sales


class Result(StrEnum):
    """How a promise ended. The first four are kept promises."""

    WON = "won"
    LOST = "lost"
    MEETING = "meeting"
    NOTHING = "nothing"
    REFUSED = "refused"  # the client refused, to a human
    CLOSED = "closed"  # by a supervisor's reason
    JOINED = "joined"  # it was the same company's as another, which goes on with all of it


class MeetingState(StrEnum):
    """What became of a meeting."""

    SET = "set"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class MeetingRecord:
    """A meeting with a client. Its id never changes; each change counts `sequence` up.

    So `id` is the UID of a calendar entry and `sequence` its SEQUENCE (RFC 5545).
    """

    id: str
    promise: str  # the escalation of which it came
    account: str
    company: str
    name: str  # who called
    number: str
    salesperson: str
    starts_at: float
    minutes: int
    zone: str  # the client's time zone
    place: str
    with_whom: str
    note: str
    sequence: int
    state: MeetingState
    reason: str  # of a cancellation
    made_at: float
    changed_at: float


@dataclass(frozen=True, slots=True)
class OwnerRecord:
    """Who owned a client from when to when: one row a span, the present one without an end."""

    id: str
    client: str  # account:ID of a company, number:+E164 of a private person
    department: str
    person: str  # of sales, "" for its team
    since: float
    until: float | None
    by: str  # whose decision: a person's id, or "" where the tree and a talk have decided
    reason: str  # a supervisor's, else ""
    promise: str  # the escalation with which it began, or ""
