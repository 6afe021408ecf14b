"""What Asterisk is told: the core's orders as AMI actions, its verdicts as channel variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import assert_never

from ivr.asterisk.translate.action import Action, originate
from ivr.asterisk.translate.phones import Phones, own_queue
from ivr.asterisk.translate.transfers import TransferOrder, transfer
from ivr.domain.commands import (
    AddMember,
    AdmitCall,
    ConsultSales,
    DialCallback,
    EndWrapUp,
    ForgetNote,
    GrantClaim,
    HangUpChannel,
    LeaveToDialplan,
    LetTalk,
    Overflow,
    PauseMember,
    ProlongWrapUp,
    PromiseCallback,
    RefuseCall,
    RefuseClaim,
    RemoveMember,
    ReturnToQueue,
    TakeBack,
    TransferToSales,
)
from ivr.domain.errors import LinetreeError


class BadAttempt(LinetreeError):
    """An attempt's id would not be found in the dialplan, or would be cut on the way there."""


PROLONGED = 1000
"""The penalty of a member whose wrap-up is prolonged; the dialplan's callers take up to 999.

A pause would do, too, but a queue where everybody is paused is left by its callers, and half a
minute more after a call is no reason to turn a caller away.
"""

ATTEMPT = re.compile(r"cb-[0-9A-Za-z-]{1,100}")
"""An attempt's id, as the dialplan's contexts for callbacks match it."""

LONGEST_TEXT = 80
"""Characters of a text that travel: Asterisk cuts an AMI line at 1,025 bytes."""


MemberOrder = AddMember | RemoveMember | PauseMember | EndWrapUp | ProlongWrapUp
Verdict = (
    AdmitCall
    | RefuseCall
    | LeaveToDialplan
    | PromiseCallback
    | ReturnToQueue
    | GrantClaim
    | RefuseClaim
)
LinkOrder = MemberOrder | TransferOrder | HangUpChannel | DialCallback | ForgetNote

LIST_CHANNELS = Action("CoreShowChannels", {})
LIST_QUEUES = Action("QueueStatus", {})
LIST_NOTES = Action("DBGetTree", {"Family": "ivr-note"})


def actions(order: LinkOrder, phones: Phones, serial: int) -> tuple[Action, ...]:
    """The AMI actions of an order, to be sent one after the other.

    `serial` is a number that no order before had. Raises UnknownPerson or BadAttempt.
    """
    match order:
        case TransferToSales() | ConsultSales() | LetTalk() | TakeBack():
            return transfer(order, phones)
        case HangUpChannel():
            return (Action("Hangup", {"Channel": order.channel, "Cause": "16"}),)
        case DialCallback():
            return (_dial(order, phones.of(order.person)),)
        case ForgetNote(note):
            unique = f"ivr-forget-{serial}"
            return (originate("Local/forget@ivr-keep/n", unique, 10, {"IVR_NOTE": note}),)
        case _:
            return _member_actions(order, phones, serial)


def _member_actions(order: MemberOrder, phones: Phones, serial: int) -> tuple[Action, ...]:
    """A prolonged wrap-up ends with whatever comes next, so each order first unsets its timer."""
    phone = phones.of(order.person)
    member = {"Queue": order.queue, "Interface": phone}
    return (_set_timer(phone, ""), *_member_change(order, member, phones, serial))


def _member_change(
    order: MemberOrder, member: Mapping[str, str], phones: Phones, serial: int
) -> tuple[Action, ...]:
    match order:
        case AddMember():
            pause = (order.paused, order.reason)
            return (add_member(order.person, member, order.wrap_up, pause, phones),)
        case RemoveMember():
            return (_no_wrap_up(member["Interface"]), Action("QueueRemove", member))
        case PauseMember():
            return (pause_member(member, order.paused, order.reason), set_penalty(member, 0))
        case EndWrapUp():
            again = add_member(order.person, member, order.wrap_up, (False, ""), phones)
            return (_no_wrap_up(member["Interface"]), Action("QueueRemove", member), again)
        case ProlongWrapUp():
            return _prolong(order, member, serial, phones)
        case _:
            assert_never(order)


def _prolong(
    order: ProlongWrapUp, member: Mapping[str, str], serial: int, phones: Phones
) -> tuple[Action, ...]:
    phone = member["Interface"]
    timer = f"{timers_of(phone)}{serial}"
    return (
        _set_timer(phone, f"{timer}.2"),
        set_penalty(member, PROLONGED),
        _timer(order, phone, timer, phones),
    )


def take_calls(person: str, queue: str, phones: Phones) -> Action:
    """The action that ends a prolonged wrap-up."""
    return set_penalty({"Queue": queue, "Interface": phones.of(person)}, 0)


def timers_of(phone: str) -> str:
    """How the ids begin of the channels that hold the prolonged wrap-ups of this phone."""
    return f"ivr-wrap-{_key(phone)}-"


def _key(phone: str) -> str:
    """The phone in a variable's name; the dialplan makes it by FILTER(0-9A-Za-z,...)."""
    return "".join(c for c in phone if c.isascii() and c.isalnum())


def _set_timer(phone: str, channel: str) -> Action:
    """Say which timer may end this phone's wrap-up: a global variable, since AMI has no channel."""
    return Action("Setvar", {"Variable": f"IVR_WRAP_{_key(phone)}", "Value": channel})


def _no_wrap_up(phone: str) -> Action:
    """The dialplan's own note of how long the wrap-up lasts, by which a code prolongs it."""
    return Action("Setvar", {"Variable": f"IVR_UNTIL_{_key(phone)}", "Value": ""})


def add_member(
    person: str, member: Mapping[str, str], wrap_up: int, pause: tuple[bool, str], phones: Phones
) -> Action:
    """Make the person a member, with pause and wrap-up in the same action."""
    headers = dict(member) | {
        "MemberName": _plain(person),
        "Penalty": "0",
        "Paused": "true" if pause[0] else "false",
        "Wrapuptime": str(max(0, wrap_up)),
    }
    if pause[0] and pause[1]:
        headers["Reason"] = _plain(pause[1])
    if person in phones.state:
        headers["StateInterface"] = phones.state[person]
    return Action("QueueAdd", headers)


def set_penalty(member: Mapping[str, str], penalty: int) -> Action:
    """Let calls reach the member (0), or keep them away (PROLONGED)."""
    return Action("QueuePenalty", dict(member) | {"Penalty": str(penalty)})


def pause_member(member: Mapping[str, str], paused: bool, reason: str) -> Action:
    """Begin or end a break."""
    headers = dict(member) | {"Paused": "true" if paused else "false"}
    if paused and reason:
        headers["Reason"] = _plain(reason)
    return Action("QueuePause", headers)


def _timer(order: ProlongWrapUp, phone: str, timer: str, phones: Phones) -> Action:
    """The timer never answers: its whole life is the waiting of this Originate."""
    seconds = max(1, order.seconds)
    own = (own_queue(order.person),) if phones.has_own_queue(order.person) else ()
    queues = "&".join((order.queue, *own))
    return originate(
        "Local/hold@ivr-wrap-timer/n",
        timer,
        seconds + 10,
        {"IVR_PHONE": phone, "IVR_QUEUES": queues, "IVR_SECONDS": str(seconds)},
    )


def _plain(text: str) -> str:
    """Text that app_queue can keep: ; and | would corrupt the record of persistent members."""
    visible = "".join(c for c in text if c.isprintable() and c not in ";|")
    return visible[:LONGEST_TEXT]


def _first(order: AdmitCall) -> tuple[tuple[str, str], ...]:
    """Whose phone alone is tried first, and for how long."""
    if not order.first:
        return ()
    return (("IVR_FIRST", own_queue(order.first)), ("IVR_FIRST_RING", str(order.first_seconds)))


def _lines(order: AdmitCall) -> tuple[tuple[str, str], ...]:
    """How many lines, and who may wait beyond them; each variable costs a turn of FastAGI."""
    most = () if order.most is None else (("IVR_MOST", str(order.most)),)
    if not order.waiting:
        return most
    return (*most, ("IVR_WAITING", str(order.waiting)), ("IVR_PACE", str(order.pace)))


def _dial(order: DialCallback, interface: str) -> Action:
    """Nothing but the id travels: the number is asked for by the dialplan, the card by the page."""
    if not ATTEMPT.fullmatch(order.attempt):
        raise BadAttempt(
            f"attempt {order.attempt!r}: an id is cb- and then letters, digits and dashes"
        )
    ring = max(1, order.ring_seconds)
    return originate(
        f"Local/{order.attempt}@ivr-callback-out/n",
        order.attempt,
        ring + 5,
        {"IVR_PHONE": interface, "IVR_RING": str(ring)},
        {"Context": "ivr-callback-client", "Exten": order.attempt, "Priority": "1"},
    )


def overflow_word(overflow: Overflow) -> str:
    """How the dialplan writes a treatment: `busy`, `queue:night`."""
    return ":".join(filter(None, (overflow.treatment.value, overflow.target)))


def verdict(order: Verdict) -> tuple[tuple[str, str], ...]:
    """The channel variables of a verdict, in order: the one that the dialplan tests comes last."""
    match order:
        case AdmitCall():
            told = (("IVR_QUEUE", order.queue), ("IVR_LINES", order.lines))
            return (*told, *_first(order), *_lines(order), ("IVR_VERDICT", "queue"))
        case RefuseCall():
            why = ("IVR_CAUSE", order.cause.value)
            then = ("IVR_OVERFLOW", overflow_word(order.overflow))
            return (why, then, ("IVR_VERDICT", "refuse"))
        case PromiseCallback():
            return (("IVR_VERDICT", "callback"),)
        case ReturnToQueue():
            return (("IVR_QUEUE", order.queue), ("IVR_VERDICT", "return"))
        case GrantClaim():
            return (("IVR_DIAL", order.number),)
        case LeaveToDialplan() | RefuseClaim():
            return ()
        case _:
            assert_never(order)
