"""What a person's page shows: one whole frozen value, sent anew at each change.

The page draws the last screen and nothing else, so a reload, a second tab or a crash of either
side resumes where the call is. Times are seconds since the epoch by the service's clock; the
desk sends its own `now` beside each screen, so that a wrong clock in the browser changes nothing.
Texts of the company's own (questions, offers) come in every language; the page picks one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.domain.sales_card import SalesCard
from ivr.domain.words import AnswerKey as AnswerKey
from ivr.domain.words import Fact as Fact
from ivr.domain.words import OfferCard as OfferCard
from ivr.domain.words import Words as Words


class Stage(StrEnum):
    """What the page is about just now."""

    SIGNED_OUT = "signed_out"  # no member of the queue: no calls come
    READY = "ready"
    PAUSED = "paused"
    RINGING = "ringing"
    ASKING = "asking"
    OUTCOME = "outcome"  # the tree has decided, the main key is not pressed yet
    TALKING = "talking"  # decided and kept, or no enquiry; the talk goes on
    TRANSFERRING = "transferring"
    WRAP_UP = "wrap_up"


@dataclass(frozen=True, slots=True)
class LineCard:
    """The number and how full it is; `mine` is the line of this person's call, from 1."""

    did: str
    used: int
    lines: int
    mine: int | None


@dataclass(frozen=True, slots=True)
class CallerCard:
    """Who calls, in the same places always."""

    call: str
    number: str  # for people: "+7 495 000-00-47", or ""
    withheld: bool
    name: str
    company: str
    candidates: tuple[tuple[str, str], ...]  # (account id, name) where several share the number
    key_account: bool
    scale: str  # private, small, large or ""
    owner: str  # the name of who leads this client, "" if nobody yet
    owner_department: str  # client, sales or ""
    promise: str  # id of an open promise of sales, or ""
    promise_by: str  # the name of who has to keep it, "" for the team
    promise_due: float | None  # when sales owes the call
    promise_agreed: str  # who has named that time: agent, client (by keys), sales, or ""
    known: bool  # this number has called before
    last_at: float | None  # when it called last
    last_agent: str  # the name of who answered then, or ""
    last_outcome: Words  # what was offered then, {} if nothing
    last_owner: str  # client, sales or "": where that went


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """The question on the screen."""

    id: str
    kind: str  # choice, number, several, text
    ask: Words
    hint: Words
    unit: Words
    answers: tuple[AnswerKey, ...]  # for a number: its ranges, by key
    step: int  # this is question `step`, from 1
    least: int  # of at least this many
    most: int  # and at most that many
    tree: Words
    version: int
    can_go_back: bool


@dataclass(frozen=True, slots=True)
class OutcomeCard:
    """What the tree decided."""

    id: str
    say: Words  # what to say to the client, {} if the tree has no words for it
    offers: tuple[OfferCard, ...]
    owner: str  # client or sales
    how: str  # transfer, callback or "" for client
    aim: str  # talk or meeting
    why_kind: str  # account, scale, volume, tree, override
    why: Words
    salesperson: str  # who would be rung first, "" = the team
    callback_due: float | None  # when sales would call back
    opens_tree: bool  # key 1 opens the tree: sales owns this client, the subject may be new
    transfer_refused: str  # why a live transfer cannot be done now, or ""
    callback_zone: str = ""  # the client's time zone, in which a time is asked and told
    callback_asked: bool = False  # the agent has asked the client for that time
    kinds: tuple[str, ...] = ()  # straight and warm, the usual way of passing first
    callback_moved: bool = False  # the asked time was moved into the hours, or out of a gap


@dataclass(frozen=True, slots=True)
class TransferCard:
    """Who is where during a transfer or a promised callback."""

    state: str  # saving, ringing, consulting (agent and sales talk), bridged, callback, human
    salesperson: str
    since: float
    until: float | None  # ringing: until when; callback: when it is due
    warm: bool = False  # the agent's own phone rings sales, the caller is on hold
    agent: str = ""  # the name of who passes the caller on
    take_back: bool = False  # this person may have the caller back now
    let_talk: bool = False  # this person may let client and sales talk now
    kinds: tuple[str, ...] = ()  # the caller is back and may be passed again, the usual way first


@dataclass(frozen=True, slots=True)
class WrapUpCard:
    """The time to note how the call ended."""

    ends_at: float
    disposition: str
    choices: tuple[str, ...]
    talked: float


@dataclass(frozen=True, slots=True)
class CompanyHit:
    """One company that the typed letters may mean."""

    id: str
    name: str
    tax: str
    owner: str  # the name of who leads it, "" if nobody does
    key: bool  # a large customer: always passed to sales


@dataclass(frozen=True, slots=True)
class TaskCard:
    """A client to be called: offered to a ready person, being called back, or left to a person."""

    id: str
    state: str  # offered, phone (pick up your own phone), client (being dialled), left
    number: str  # for people
    name: str
    company: str
    key_account: bool
    missed_at: float  # when the caller rang first
    last_at: float  # and last
    count: int  # how often
    attempts: int  # how often we have dialled in vain
    more: int  # tasks that wait behind this one
    why: str = ""  # left: tries, number (not to be dialled), withheld, unfinished
    messages: int = 0  # recordings that the caller left, at /recordings/ID/0 and so on
    known: tuple[Fact, ...] = ()  # what an unfinished talk has learned
    note: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything on one person's page."""

    stage: Stage
    person: str
    name: str
    phone: str
    since: float
    pause_reason: str
    pause_wanted: bool  # a break was asked for and begins after this call
    talk_since: float | None
    caller_gone: bool  # the caller hung up while the interview is open
    ring_ends_at: float | None
    greeting: Words
    line: LineCard | None
    caller: CallerCard | None
    question: QuestionCard | None
    known: tuple[Fact, ...]
    outcome: OutcomeCard | None
    transfer: TransferCard | None
    wrap_up: WrapUpCard | None
    note: str
    notice: str  # code of something to tell, e.g. paused_after_missed_ring, or ""
    stale_since: float | None  # the link to Asterisk is lost since then
    unsaved: bool  # the database has not confirmed the last change yet
    task: TaskCard | None = None  # only where no call is
    sales: SalesCard | None = None  # only at sales
    left: tuple[TaskCard, ...] = ()  # what is left to people, the longest first; where no call is
    left_more: int = 0  # and so many more
    closings: tuple[str, ...] = ()  # why one may close a task
    breaks: tuple[str, ...] = ()  # why one may take a break, the usual one first
    other_calls: tuple[str, ...] = ()  # what a call may be that is no enquiry
    withdrawn: tuple[Fact, ...] = ()  # answers that a correction or a step back took off the path
