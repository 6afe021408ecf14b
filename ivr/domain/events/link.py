"""The link to Asterisk and what a look at all of it finds: members of queues, live channels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.domain.events.call import CallerQueued, CallerServed


class MemberStatus(StrEnum):
    """What Asterisk thinks of a queue member's phone."""

    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """A person is a member of a queue, in this state.

    A member whom people.yaml does not name, one of the admin's own, is a phone: PJSIP/night.
    """

    at: float
    person: str
    queue: str
    paused: bool
    reason: str
    status: MemberStatus


@dataclass(frozen=True, slots=True)
class WrapUpCoded:
    """The person has dialled the code that ends wrap-up, or that asks for half a minute `more`."""

    at: float
    person: str
    more: bool


@dataclass(frozen=True, slots=True)
class MemberGone:
    """A person, or a phone, is no member of the queue any more."""

    at: float
    person: str
    queue: str


@dataclass(frozen=True, slots=True)
class LegSeen:
    """One live channel, as a resync finds it.

    `queue` is the queue whose caller it is, waiting or talking, "" for none. `did` is the number
    that was dialled, "" where the channel does not show it. `on_line` tells that the channel stands
    where the dialplan holds a line for it, `consults` that it stands where a caller is on hold, or
    where an agent's phone rings sales or talks there, `elsewhere` that the caller waits in a queue
    that is none of ours. `phone` is as in LegBridged.
    """

    call: str
    channel: str
    caller: bool
    person: str | None
    bridge: str
    number: str
    name: str
    context: str
    queue: str
    age: float
    did: str = ""
    on_line: bool = True
    consults: bool = False
    elsewhere: bool = False
    phone: str = ""


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
    one life of Asterisk from another; None where it does not say. `served` have ended meanwhile.
    """

    at: float
    legs: tuple[LegSeen, ...]
    members: tuple[MemberSeen, ...]
    waiting: tuple[CallerQueued, ...]
    asked_at: float | None = None
    started_at: float | None = None
    served: tuple[CallerServed, ...] = ()
