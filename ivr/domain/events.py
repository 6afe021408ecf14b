"""What has happened: every fact that may move the core, in the past tense, with its time.

`at` is always seconds since the epoch by the service's own clock. `call` is the caller's
Asterisk linkedid, which stays with the call through queues, redirects and bridges. `person` is
an id of people.yaml. Texts that come from callers are data and arrive already valid UTF-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    MissedCallRecord,
    RecordKind,
)


class RingEnd(StrEnum):
    """How a ring that nobody answered ended."""

    SILENT = "silent"
    REJECTED = "rejected"


class MemberStatus(StrEnum):
    """What Asterisk thinks of a queue member's phone."""

    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"
    UNREACHABLE = "unreachable"


class DialResult(StrEnum):
    """How one dialled leg of a callback ended."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    TRUNK_DOWN = "trunk_down"
    REFUSED = "refused"
    UNKNOWN = "unknown"


# --- the call, as Asterisk tells it -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallOffered:
    """The trunk brought a caller and the dialplan waits for a verdict."""

    at: float
    call: str
    channel: str
    did: str
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class CallerQueued:
    """A caller entered a queue (also one that the fallback dialplan let in without us)."""

    at: float
    call: str
    channel: str
    queue: str
    number: str
    name: str
    did: str = ""


@dataclass(frozen=True, slots=True)
class CallerTurnedAway:
    """The dialplan let a caller go without a talk; what the caller left behind, if anything.

    `came_at` is when the caller came. `note` is the name under which the dialplan keeps this until
    ForgetNote: it may be told several times, also after a restart, and a later note of the same
    call knows more. `cause` is a Refusal's value or `unanswered`; `refused` tells that the refusal
    was our own. `wish` is "", `asap`, or a time of day such as 1430; `call_to` a number typed on
    the phone, "" for the caller's own; `recording` the name of a file, "" for none.
    """

    at: float
    call: str
    note: str
    came_at: float
    did: str
    number: str
    cause: str
    refused: bool
    wish: str
    call_to: str
    recording: str


@dataclass(frozen=True, slots=True)
class AgentRang:
    """A person's phone began to ring for this call."""

    at: float
    call: str
    person: str
    queue: str
    channel: str


@dataclass(frozen=True, slots=True)
class RingStopped:
    """A person's phone rang and was not answered."""

    at: float
    call: str
    person: str
    queue: str
    how: RingEnd


@dataclass(frozen=True, slots=True)
class AgentAnswered:
    """A person picked up: `channel` is that person's leg, `caller_channel` the client's."""

    at: float
    call: str
    person: str
    queue: str
    channel: str
    caller_channel: str


@dataclass(frozen=True, slots=True)
class LegBridged:
    """A channel entered a bridge; `person` is whose phone it is, "" for the caller's own."""

    at: float
    call: str
    channel: str
    bridge: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class LegUnbridged:
    """A channel left a bridge."""

    at: float
    call: str
    channel: str
    bridge: str


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A channel that is not the caller's own was hung up; `cause` is the Q.850 cause."""

    at: float
    call: str
    channel: str
    cause: int


@dataclass(frozen=True, slots=True)
class CallerHeld:
    """A person put the caller on hold, by the phone's own key; `channel` is that person's leg."""

    at: float
    call: str
    person: str
    channel: str


@dataclass(frozen=True, slots=True)
class CallerUnheld:
    """That person took the caller back."""

    at: float
    call: str
    person: str
    channel: str


@dataclass(frozen=True, slots=True)
class CallTransferred:
    """A person passed the caller on by the phone's own key: `how` is blind or attended.

    `to` is the extension that was dialled, or who was talked with before.
    """

    at: float
    call: str
    person: str
    how: str
    to: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The caller's own channel was hung up."""

    at: float
    call: str
    cause: int


@dataclass(frozen=True, slots=True)
class TransferUnanswered:
    """Nobody of sales took the caller in time; the dialplan waits to be told what comes next."""

    at: float
    call: str
    channel: str


@dataclass(frozen=True, slots=True)
class TransferFailed:
    """Asterisk would not send the caller to sales: the talk with the agent goes on."""

    at: float
    call: str
    why: str


# --- callbacks --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClaimAsked:
    """The salesperson has picked up and the dialplan asks whether it may dial the client."""

    at: float
    attempt: str
    person_channel: str


@dataclass(frozen=True, slots=True)
class SalesLegFailed:
    """The salesperson's phone could not be reached for this attempt; no client was dialled."""

    at: float
    attempt: str


@dataclass(frozen=True, slots=True)
class SalesLegAnswered:
    """The salesperson picked up for this attempt."""

    at: float
    attempt: str


@dataclass(frozen=True, slots=True)
class ClientLegEnded:
    """The dial to the client ended; `talked` is seconds of talk, 0.0 when it was not answered."""

    at: float
    attempt: str
    result: DialResult
    talked: float


@dataclass(frozen=True, slots=True)
class ClientAnswered:
    """The client picked up the callback; `channel` is the client's leg, "" if it is not known."""

    at: float
    attempt: str
    channel: str = ""


# --- queue members ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """A person is a member of a queue, in this state."""

    at: float
    person: str
    queue: str
    paused: bool
    reason: str
    status: MemberStatus


@dataclass(frozen=True, slots=True)
class MemberGone:
    """A person is no member of the queue any more."""

    at: float
    person: str
    queue: str


# --- the link to Asterisk ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LegSeen:
    """One live channel, as a resync finds it.

    `did` is the number that was dialled, "" where the channel does not show it. `on_line` tells
    that the channel stands where the dialplan holds a line for it.
    """

    call: str
    channel: str
    caller: bool
    person: str | None
    bridge: str
    number: str
    name: str
    context: str
    application: str
    age: float
    did: str = ""
    on_line: bool = True


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The AMI link broke: what the core knows of Asterisk is growing stale."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class Resynced:
    """Everything that lived in Asterisk when it was asked, at `asked_at`.

    Read when the link is back, and from time to time, since an event may never arrive. What
    began after the question is no part of the answer: its absence says nothing. `started_at` tells
    one life of Asterisk from another; None where it does not say.
    """

    at: float
    legs: tuple[LegSeen, ...]
    members: tuple[MemberSeen, ...]
    waiting: tuple[CallerQueued, ...]
    asked_at: float | None = None
    started_at: float | None = None


# --- keys pressed at a desk -------------------------------------------------------------------
# `request` is the browser's own id for the key press: the same id twice counts once.


@dataclass(frozen=True, slots=True)
class DeskOpened:
    """A person's page connected; the whole screen is wanted."""

    at: float
    person: str


@dataclass(frozen=True, slots=True)
class DeskClosed:
    """A person's last page went away."""

    at: float
    person: str


@dataclass(frozen=True, slots=True)
class ReadyPressed:
    """The person wants calls (also: wrap-up is done)."""

    at: float
    person: str
    request: str


@dataclass(frozen=True, slots=True)
class PausePressed:
    """The person takes a break, after the call if one is on."""

    at: float
    person: str
    request: str
    reason: str


@dataclass(frozen=True, slots=True)
class SignOutPressed:
    """The person goes home: no calls until the next sign-in."""

    at: float
    person: str
    request: str


@dataclass(frozen=True, slots=True)
class CallBackPressed:
    """The person takes the task of a missed call: ring my phone, then the caller's."""

    at: float
    person: str
    request: str
    task: str


@dataclass(frozen=True, slots=True)
class RingPassed:
    """The person lets the ringing call go to the next agent."""

    at: float
    person: str
    request: str
    call: str


@dataclass(frozen=True, slots=True)
class AnswerPressed:
    """The client's answer: an answer id, a list of ids joined by commas, a number or a text."""

    at: float
    person: str
    request: str
    call: str
    question: str
    given: str


@dataclass(frozen=True, slots=True)
class BackPressed:
    """Back to the question before, along the path that was walked."""

    at: float
    person: str
    request: str
    call: str


@dataclass(frozen=True, slots=True)
class SkipPressed:
    """None of the answers fits; `words` keeps what the client said instead."""

    at: float
    person: str
    request: str
    call: str
    question: str
    words: str


@dataclass(frozen=True, slots=True)
class AnswerCorrected:
    """An answer given earlier on this path was another one; also after the call, in wrap-up."""

    at: float
    person: str
    request: str
    call: str
    question: str
    given: str


@dataclass(frozen=True, slots=True)
class NotEnquiryPressed:
    """The call is no enquiry: `kind` is colleague, order, supplier or wrong_number."""

    at: float
    person: str
    request: str
    call: str
    kind: str


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """The person's free note of this call, whole each time."""

    at: float
    person: str
    request: str
    call: str
    text: str


@dataclass(frozen=True, slots=True)
class CompanySought:
    """Letters of the company field, as they are typed; OfferCompanies answers them."""

    at: float
    person: str
    request: str
    text: str


@dataclass(frozen=True, slots=True)
class CompanyPicked:
    """The person says which company calls: an account id, or a new name."""

    at: float
    person: str
    request: str
    call: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class TreeOpened:
    """A client whom sales owns has a new subject: the tree is asked after all."""

    at: float
    person: str
    request: str
    call: str


@dataclass(frozen=True, slots=True)
class OutcomeConfirmed:
    """The main key: do what the tree decided."""

    at: float
    person: str
    request: str
    call: str
    offer: str


@dataclass(frozen=True, slots=True)
class OutcomeOverridden:
    """The person decides otherwise: another outcome, another owner (client, sales), or both.

    `how` is transfer or callback, "" for what the outcome says. A reason is required.
    """

    at: float
    person: str
    request: str
    call: str
    owner: str
    how: str
    reason: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class HangUpPressed:
    """The person ends the call from the page."""

    at: float
    person: str
    request: str
    call: str


@dataclass(frozen=True, slots=True)
class WrapUpProlonged:
    """Thirty seconds more to note how the call ended."""

    at: float
    person: str
    request: str


@dataclass(frozen=True, slots=True)
class DispositionGiven:
    """How the call ended, in the agent's words of the list."""

    at: float
    person: str
    request: str
    call: str
    disposition: str


# --- the store and the clock ------------------------------------------------------------------


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
class ClientKnown:
    """What the database knows of the number that calls, as LookUp asked."""

    at: float
    call: str
    past: ClientPast


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


DeskEvent = (
    DeskOpened
    | DeskClosed
    | ReadyPressed
    | PausePressed
    | SignOutPressed
    | CallBackPressed
    | RingPassed
    | AnswerPressed
    | BackPressed
    | SkipPressed
    | AnswerCorrected
    | NotEnquiryPressed
    | NoteWritten
    | CompanySought
    | CompanyPicked
    | TreeOpened
    | OutcomeConfirmed
    | OutcomeOverridden
    | HangUpPressed
    | WrapUpProlonged
    | DispositionGiven
)

PbxEvent = (
    CallOffered
    | CallerQueued
    | CallerTurnedAway
    | AgentRang
    | RingStopped
    | AgentAnswered
    | LegBridged
    | LegUnbridged
    | LegEnded
    | CallerHeld
    | CallerUnheld
    | CallTransferred
    | CallEnded
    | TransferUnanswered
    | TransferFailed
    | ClaimAsked
    | SalesLegFailed
    | SalesLegAnswered
    | ClientLegEnded
    | ClientAnswered
    | MemberSeen
    | MemberGone
    | LinkLost
    | Resynced
)

Event = PbxEvent | DeskEvent | Saved | SaveRefused | ClientKnown | Woke | Restored
