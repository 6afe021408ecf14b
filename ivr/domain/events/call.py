"""The call as Asterisk tells it: offered, queued, rung, answered, held, passed on, ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RingEnd(StrEnum):
    """How a ring that nobody answered ended."""

    SILENT = "silent"
    REJECTED = "rejected"


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
    call knows more. `cause` is a Refusal's value, `unanswered`, `deserted`, or `abandoned` of one
    who hung up before anybody had talked; `refused` tells that the refusal was our own. `wish` is
    "", `asap`, or a time of day such as 1430; `call_to` a number typed on the phone, "" for the
    caller's own; `recording` the name of a file, "" for none.
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
class CallerServed:
    """A caller has hung up after a talk of which we had not told the dialplan that we know.

    `note` and `number` are as in CallerTurnedAway; `did` is the number that was dialled. Somebody
    answered at `since`, `person` if it was one of ours, "" for another.
    """

    at: float
    call: str
    note: str
    did: str
    number: str
    since: float
    until: float
    person: str


@dataclass(frozen=True, slots=True)
class CallerElsewhere:
    """The dialplan sends a caller on to another queue or extension; `cause` as of those let go."""

    at: float
    call: str
    cause: str


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
class MobilePickedUp:
    """A person's mobile was picked up while the call rings: no key yet, it may be a voicemail."""

    at: float
    call: str
    person: str


@dataclass(frozen=True, slots=True)
class AgentAnswered:
    """A person picked up: `channel` is that person's leg, `caller_channel` the client's.

    `person` is the phone by its own name for a member of the queue who is none of our people.
    """

    at: float
    call: str
    person: str
    queue: str
    channel: str
    caller_channel: str


@dataclass(frozen=True, slots=True)
class LegBridged:
    """A channel entered a bridge; `person` is whose phone it is, "" for the caller's own.

    `phone` is how Asterisk names a phone that is nobody's of our people, the caller's own also.
    """

    at: float
    call: str
    channel: str
    bridge: str
    person: str = ""
    phone: str = ""


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
    """Asterisk would not do a step of a transfer: everybody stays where they are.

    `step` is transfer (the caller still talks with the agent), meet or back (the caller is on hold
    or on the way to sales).
    """

    at: float
    call: str
    why: str
    step: str = "transfer"
