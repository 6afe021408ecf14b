"""A callback as Asterisk tells it: the salesperson's leg, the claim, the client's leg."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DialResult(StrEnum):
    """How one dialled leg of a callback ended."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    TRUNK_DOWN = "trunk_down"
    REFUSED = "refused"
    UNKNOWN = "unknown"


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
