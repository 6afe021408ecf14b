"""What Asterisk shall do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a caller cannot be admitted now; each has its own overflow in the config."""

    NO_LINE = "no_line"
    NOBODY = "nobody"
    CLOSED = "closed"


class Treatment(StrEnum):
    """What becomes of a caller whom the department does not take now."""

    BUSY = "busy"  # the busy tone, unanswered
    CALLBACK = "callback"  # one key, and the department calls back
    VOICEMAIL = "voicemail"  # a recording, which becomes a task
    QUEUE = "queue"  # another queue
    EXTENSION = "extension"  # an extension of the admin's own dialplan


@dataclass(frozen=True, slots=True)
class Overflow:
    """One treatment; `target` is the name of a queue, or `extension@context`, else ""."""

    treatment: Treatment = Treatment.BUSY
    target: str = ""


@dataclass(frozen=True, slots=True)
class AdmitCall:
    """Let the caller into the department's queue on a line of the hunt group `lines`.

    The dialplan counts once more, under its lock: `most` is the number of lines as we know it
    (None: as the dialplan was told before), `waiting` how many may wait beyond them, `pace` the
    seconds between two lines becoming free, by which such a caller is told an estimate.
    """

    call: str
    queue: str
    lines: str
    most: int | None = None
    waiting: int = 0
    pace: int = 0
    first: str = ""  # the person whose phone alone is tried first, "" for nobody
    first_seconds: int = 0


@dataclass(frozen=True, slots=True)
class RefuseCall:
    """Do not let the caller into the department; the dialplan gives the treatment."""

    call: str
    cause: Refusal
    overflow: Overflow = Overflow()


@dataclass(frozen=True, slots=True)
class LeaveToDialplan:
    """Give no verdict: what we know of the lines is stale, the dialplan's own count decides."""

    call: str


@dataclass(frozen=True, slots=True)
class TransferToSales:
    """Send the caller's channel to the sales queue; its promise is committed."""

    call: str
    channel: str
    escalation: str
    queue: str
    ring_seconds: int
    first: str = ""  # the person whose phone alone is tried first, "" for nobody
    first_seconds: int = 0


@dataclass(frozen=True, slots=True)
class ConsultSales:
    """Put the caller on hold and let the agent's own phone ring sales; the promise is committed.

    If the agent's phone leaves, the dialplan brings the caller to sales without us.
    """

    call: str
    channel: str
    agent_channel: str
    escalation: str
    queue: str
    ring_seconds: int
    first: str = ""  # the person whose phone alone is tried first, "" for nobody
    first_seconds: int = 0


@dataclass(frozen=True, slots=True)
class LetTalk:
    """The caller on hold meets this phone of sales; the agent's phone leaves."""

    call: str
    channel: str
    sales_channel: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The caller comes back to the agent: to the phone that is still there, or it rings anew."""

    call: str
    channel: str
    person: str
    agent_channel: str = ""  # "" once the agent's phone has left


@dataclass(frozen=True, slots=True)
class PromiseCallback:
    """Tell the waiting dialplan that the caller shall hear that sales will call back."""

    call: str
    escalation: str


@dataclass(frozen=True, slots=True)
class ReturnToQueue:
    """Tell the waiting dialplan to bring the caller back to the department."""

    call: str
    queue: str


@dataclass(frozen=True, slots=True)
class FreeLine:
    """The caller is with sales without our doing: the dialplan's count must give the line back."""

    call: str
    channel: str


@dataclass(frozen=True, slots=True)
class AnswerKnown:
    """Somebody has answered this caller, as we know: the dialplan need not keep it for us."""

    call: str
    channel: str


@dataclass(frozen=True, slots=True)
class NoteOnCall:
    """Write this into Asterisk's own records of the call, for the reports that the admin has.

    `channel` is the one whose CDR is written, "" once it has ended; `words` are ids such as
    `outcome=home`.
    """

    call: str
    channel: str
    queue: str
    person: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HangUpChannel:
    """End one channel."""

    channel: str


@dataclass(frozen=True, slots=True)
class AddMember:
    """Make the person a member of the queue, with the pause in the same action."""

    person: str
    queue: str
    paused: bool
    reason: str
    wrap_up: int


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """Take the person out of the queue."""

    person: str
    queue: str


@dataclass(frozen=True, slots=True)
class PauseMember:
    """Pause or unpause the person in the queue."""

    person: str
    queue: str
    paused: bool
    reason: str


@dataclass(frozen=True, slots=True)
class EndWrapUp:
    """Let the next call ring this person now: the member is removed and added again."""

    person: str
    queue: str
    wrap_up: int


@dataclass(frozen=True, slots=True)
class ProlongWrapUp:
    """Keep calls away `seconds` more; ends by itself in the dialplan, service alive or not."""

    person: str
    queue: str
    seconds: int


@dataclass(frozen=True, slots=True)
class ForgetNote:
    """What a caller left behind is on the disk: the dialplan need not keep it any more."""

    note: str


@dataclass(frozen=True, slots=True)
class DialCallback:
    """Ring the salesperson for a committed attempt; the client is dialled after the claim."""

    attempt: str
    person: str
    ring_seconds: int


@dataclass(frozen=True, slots=True)
class GrantClaim:
    """Allow the dialplan to dial this number for this attempt, once."""

    attempt: str
    number: str


@dataclass(frozen=True, slots=True)
class RefuseClaim:
    """Do not dial: the attempt is unknown, taken, over or forbidden."""

    attempt: str
    why: str


PbxCommand = (
    AdmitCall
    | RefuseCall
    | LeaveToDialplan
    | TransferToSales
    | ConsultSales
    | LetTalk
    | TakeBack
    | PromiseCallback
    | ReturnToQueue
    | FreeLine
    | AnswerKnown
    | NoteOnCall
    | HangUpChannel
    | AddMember
    | RemoveMember
    | PauseMember
    | EndWrapUp
    | ProlongWrapUp
    | ForgetNote
    | DialCallback
    | GrantClaim
    | RefuseClaim
)
