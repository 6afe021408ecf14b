"""What Asterisk says of callbacks that dial themselves, in the core's words."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.asterisk.translate.legs import Heard, Ignored, digits
from ivr.asterisk.translate.orders import ATTEMPT
from ivr.domain.events import (
    ClientAnswered,
    ClientLegEnded,
    DialResult,
    SalesLegAnswered,
    SalesLegFailed,
)

_CALLBACK_OUT = "ivr-callback-out"
_CALLBACK_CLIENT = "ivr-callback-client"
_RESULT = {
    "ANSWER": DialResult.ANSWERED,
    "BUSY": DialResult.BUSY,
    "NOANSWER": DialResult.NO_ANSWER,
    "CANCEL": DialResult.NO_ANSWER,
    "REFUSED": DialResult.REFUSED,
}
_RESULT_BY_CAUSE = {
    "1": DialResult.UNKNOWN,
    "17": DialResult.BUSY,
    "18": DialResult.NO_ANSWER,
    "19": DialResult.NO_ANSWER,
    "20": DialResult.NO_ANSWER,
    "21": DialResult.BUSY,
    "28": DialResult.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class SalesLegStarted:
    """The dialplan began to ring the salesperson of an attempt."""

    attempt: str


@dataclass(frozen=True, slots=True)
class OriginateFailed:
    """An Originate came to nothing: also the second one of an attempt whose first still lives."""

    attempt: str


CallbackMeaning = (
    SalesLegStarted
    | OriginateFailed
    | SalesLegAnswered
    | SalesLegFailed
    | ClientAnswered
    | ClientLegEnded
    | Ignored
)


def originated(event: Heard, at: float) -> CallbackMeaning:
    attempt = event.get("Exten")
    if event.get("Context") != _CALLBACK_CLIENT or not ATTEMPT.fullmatch(attempt):
        return Ignored("other_originate")
    if event.get("Response") == "Success":
        return SalesLegAnswered(at, attempt)
    return OriginateFailed(attempt)


def dial_ended(event: Heard, at: float) -> CallbackMeaning:
    """Only the client's own answer is told by a dial; each end comes from the dialplan."""
    attempt, leg = event.get("Uniqueid").rpartition(".")[::2]
    ours = f"@{_CALLBACK_OUT}-" in event.get("Channel") and leg == "1"
    if not ours or event.get("DialStatus") != "ANSWER":
        return Ignored("other_dial")
    return ClientAnswered(at, attempt, event.get("DestChannel"))


def user_event(event: Heard, at: float) -> CallbackMeaning:
    """What our own contexts say; a channel of another call may not speak for an attempt."""
    attempt = event.get("Attempt")
    if not ATTEMPT.fullmatch(attempt) or event.get("Linkedid") != f"{attempt}.1":
        return Ignored("posing_user_event")
    match event.get("UserEvent"):
        case "IvrSalesRang":
            return SalesLegStarted(attempt)
        case "IvrSalesEnded":
            if event.get("Result") == "ANSWER":
                return Ignored("sales_leg_over")
            return SalesLegFailed(at, attempt)
        case "IvrCallback":
            talked = digits(event.get("Talked")) / 1000
            return ClientLegEnded(at, attempt, _result(event), talked)
        case _:
            return Ignored("other_user_event")


def _result(event: Heard) -> DialResult:
    by_cause = _RESULT_BY_CAUSE.get(event.get("Cause"), DialResult.TRUNK_DOWN)
    if event.get("Result") in ("CONGESTION", "CHANUNAVAIL"):
        return by_cause
    return _RESULT.get(event.get("Result"), DialResult.UNKNOWN)
