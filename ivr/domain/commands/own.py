"""What the desks, the store, the clock and the log shall do."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.domain.records import Record
from ivr.domain.screen import CompanyHit, Screen


@dataclass(frozen=True, slots=True)
class Show:
    """Put this screen on the person's pages."""

    person: str
    screen: Screen


@dataclass(frozen=True, slots=True)
class OfferCompanies:
    """Show the person these companies for the letters of that request."""

    person: str
    request: str
    found: tuple[CompanyHit, ...]


@dataclass(frozen=True, slots=True)
class RefuseKey:
    """A key press was not accepted: `problem` is a code the page has words for."""

    person: str
    request: str
    problem: str
    detail: str


@dataclass(frozen=True, slots=True)
class Save:
    """Keep the record; with `confirm`, a Saved event follows when it is on the disk."""

    record: Record
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the database what it knows of the number that calls; ClientKnown follows."""

    call: str
    number: str


@dataclass(frozen=True, slots=True)
class LookUpDealings:
    """Ask the database for earlier dealings with this client; DealingsKnown follows."""

    promise: str
    account: str  # "" for none
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Post Woke(key) at this time; a later WakeAt of the same key replaces it."""

    at: float
    key: str


@dataclass(frozen=True, slots=True)
class ForgetWake:
    """The due time under this key is not needed any more."""

    key: str


@dataclass(frozen=True, slots=True)
class Report:
    """Something worth a log line or a count: an event about a call that nobody knows, say."""

    what: str
    call: str
    detail: str


DeskCommand = Show | OfferCompanies | RefuseKey
ClockCommand = WakeAt | ForgetWake
