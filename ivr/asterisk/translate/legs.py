"""The legs of a call: who meets whom in a bridge, who hangs up, holds or passes the caller on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from ivr.asterisk.translate.phones import Phones, device
from ivr.domain.events import (
    CallEnded,
    CallerHeld,
    CallerUnheld,
    CallTransferred,
    LegBridged,
    LegEnded,
    LegUnbridged,
)

UNIQUE = re.compile(r"[0-9A-Za-z._:-]{1,149}")
_EXTENSION = re.compile(r"[0-9A-Za-z+*#_.-]{1,64}")
LegMeaning = (
    LegBridged | LegUnbridged | LegEnded | CallEnded | CallerHeld | CallerUnheld | CallTransferred
)


class Heard(Protocol):
    """One AMI event: a name and headers, "" for those that are absent."""

    @property
    def name(self) -> str: ...

    def get(self, header: str, default: str = "") -> str: ...


@dataclass(frozen=True, slots=True)
class Ignored:
    """An event that means nothing to us, and why; it is counted."""

    why: str


def call_of(event: Heard) -> str:
    """The call's id: the linkedid, or the caller's own id where an event has no linkedid."""
    call = event.get("Linkedid") or event.get("Uniqueid")
    return call if UNIQUE.fullmatch(call) else ""


def digits(text: str) -> float:
    """A header's digits, 0.0 for anything else."""
    return float(text) if text.isdecimal() and text.isascii() else 0.0


def leg_event(event: Heard, at: float, phones: Phones) -> LegMeaning | Ignored:
    """A channel in or out of a bridge, or gone."""
    call, channel, unique = call_of(event), event.get("Channel"), event.get("Uniqueid")
    if not call or not unique or not channel:
        return Ignored("no_uniqueid")
    if event.name == "Hangup":
        cause = int(digits(event.get("Cause")))
        if unique == call and not channel.startswith("Local/"):
            return CallEnded(at, call, cause)
        return LegEnded(at, call, channel, cause)
    bridge = event.get("BridgeUniqueid")
    if not bridge:
        return Ignored("no_bridge")
    if event.name == "BridgeLeave":
        return LegUnbridged(at, call, channel, bridge)
    phone = device(channel)
    person = phones.person(phone)
    return LegBridged(at, call, channel, bridge, person or "", "" if person else phone)


def on_the_phone(event: Heard, at: float, phones: Phones) -> LegMeaning | Ignored:
    """What a person did by the phone's own keys: hold, or a transfer that has succeeded."""
    match event.name:
        case "Hold" | "Unhold":
            channel = event.get("Channel")
            kind = CallerHeld if event.name == "Hold" else CallerUnheld
            person, call = phones.person(device(channel)), call_of(event)
            if person is None or not call:
                return Ignored("held_by_another")
            return kind(at, call, person, channel)
        case "BlindTransfer":
            return _transferred(event, at, phones, "Transferer", "blind", event.get("Extension"))
        case _:
            target = device(event.get("TransferTargetChannel"))
            to = phones.person(target) or target
            return _transferred(event, at, phones, "OrigTransferer", "attended", to)


def _transferred(
    event: Heard, at: float, phones: Phones, who: str, how: str, to: str
) -> LegMeaning | Ignored:
    """The caller's linkedid is that of the talk that the person had first."""
    call = event.get(f"{who}Linkedid")
    person = phones.person(device(event.get(f"{who}Channel")))
    if event.get("Result") != "Success":
        return Ignored("transfer_failed")
    if person is None or not UNIQUE.fullmatch(call):
        return Ignored("transfer_by_another")
    return CallTransferred(at, call, person, how, to if _EXTENSION.fullmatch(to) else "")
