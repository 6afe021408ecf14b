"""What the company has decided: its numbers, departments, people, offers and times.

The composition root makes this from the configuration; the core never reads a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from ivr.domain.client.company import Directory
from ivr.domain.client.phone import DialPolicy
from ivr.domain.commands import Overflow, Refusal
from ivr.domain.intake.hours import Hours
from ivr.domain.promise.callback import CallbackRules
from ivr.domain.promise.toll import TollRules
from ivr.domain.screen import Words
from ivr.domain.tree.tree import Tree


@dataclass(frozen=True, slots=True)
class Person:
    """One employee; `phone` is the extension that people know, `PJSIP/101` -> `101`."""

    id: str
    name: str
    phone: str
    department: str
    deputy: str = ""
    supervisor: bool = False


@dataclass(frozen=True, slots=True)
class Department:
    """One department and its queue; `lines` None means as many as are signed in.

    A repeat caller's last agent of the last `last_within` seconds is tried first for `last_ring`
    seconds, a client's owner for `owner_ring`; 0 tries nobody first. The wall gives alarm when a
    caller waits for `alarm_after` seconds.
    """

    id: str
    queue: str
    lines: int | None
    ring_seconds: int
    wrap_up: int
    sales: str  # the department that takes its escalations; "" for sales itself
    last_within: float = 0.0
    last_ring: int = 0
    owner_ring: int = 0
    alarm_after: float = 30.0
    hours: Hours | None = None  # when its people work, by which an owner's time is counted


@dataclass(frozen=True, slots=True)
class Number:
    """One serial number: whose it is, which tree its calls walk, and when it is answered.

    `hours` None is always open. `zone` is of the times that its callers wish for. `waiting` is how
    many callers may wait beyond the department's lines; a cause without overflow is busy.
    """

    did: str
    department: str
    tree: str
    greeting: Words
    hours: Hours | None = None
    zone: tzinfo = UTC
    waiting: int = 0
    overflow: Mapping[Refusal, Overflow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of the catalogue."""

    id: str
    title: Words
    detail: Words


@dataclass(frozen=True, slots=True)
class Transfer:
    """How a live transfer is tried: `returns` brings the caller back, else a callback is told.

    `warm`: the usual way is a word with sales first, else the caller is sent at once.
    """

    ring_seconds: int
    returns: bool
    warm: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """A tree as it was published: the truth for calls and for history."""

    tree: Tree
    version: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole company as the core needs it. DIDs are E.164."""

    numbers: Mapping[str, Number]
    departments: Mapping[str, Department]
    people: Mapping[str, Person]
    offers: Mapping[str, Offer]
    directory: Directory
    trees: Mapping[str, Published]
    history: Mapping[tuple[str, int], Tree]
    transfer: Transfer
    callbacks: CallbackRules
    dial: DialPolicy
    region: str = "RU"
    toll: TollRules = field(default_factory=TollRules)
    call_hours: Hours | None = None  # when clients may be called; None: at any time
    zone: str = "UTC"  # the company's time zone
    zones: Callable[[str], tzinfo] = ZoneInfo  # a client's time zone by its name
    remind_before: float = 3600.0  # seconds before a meeting at which its salesperson is reminded
