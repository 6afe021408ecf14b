"""What Asterisk says, in the core's words: AMI events into domain events."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ivr.asterisk.translate.callbacks import (
    OriginateFailed,
    SalesLegStarted,
    dial_ended,
    originated,
    user_event,
)
from ivr.asterisk.translate.legs import (
    Heard,
    Ignored,
    call_of,
    digits,
    leg_event,
    on_the_phone,
)
from ivr.asterisk.translate.notes import read_note
from ivr.asterisk.translate.orders import ATTEMPT, PROLONGED
from ivr.asterisk.translate.phones import Phones, behind_reach, device
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallerElsewhere,
    CallerQueued,
    LegSeen,
    MemberGone,
    MemberSeen,
    MemberStatus,
    MobilePickedUp,
    PbxEvent,
    Resynced,
    RingEnd,
    RingStopped,
    WrapUpCoded,
)

WANTED = frozenset(
    {
        "QueueCallerJoin",
        "AgentCalled",
        "AgentConnect",
        "AgentRingNoAnswer",
        "QueueMemberAdded",
        "QueueMemberRemoved",
        "QueueMemberPause",
        "QueueMemberStatus",
        "BridgeEnter",
        "BridgeLeave",
        "Hangup",
        "Hold",
        "Unhold",
        "BlindTransfer",
        "AttendedTransfer",
        "OriginateResponse",
        "DialEnd",
        "UserEvent",
    }
)
"""The names of the events that mean something here; all others may be dropped unread."""

REJECTED_WITHIN_MS = 2000
"""app_queue counts a ring in whole seconds: a phone that said no at once shows 0 or 1000."""

_NUMBER = re.compile(r"\+?[0-9]{3,20}")
_ON_LINE = frozenset({"ivr-department", "ivr-wait", "ivr-sales", "ivr-hold", "ivr-back"})
"""The contexts in which the dialplan holds a line for the caller."""

_CONSULTS = frozenset({"ivr-hold", "ivr-consult"})
"""Where a caller is on hold, and where the agent's phone that talks with sales is."""

_ELSEWHERE = "ivr-elsewhere"
"""Where a caller of ours waits in somebody else's queue."""

_STATUS = {
    "0": MemberStatus.IDLE,
    "1": MemberStatus.IDLE,
    "2": MemberStatus.TALKING,
    "3": MemberStatus.TALKING,
    "4": MemberStatus.UNREACHABLE,
    "5": MemberStatus.UNREACHABLE,
    "6": MemberStatus.RINGING,
    "7": MemberStatus.RINGING,
    "8": MemberStatus.TALKING,
}
Meaning = PbxEvent | SalesLegStarted | OriginateFailed | Ignored


@dataclass(slots=True)
class Translator:
    """Reads events for these queues and these people."""

    phones: Phones
    queues: frozenset[str]

    def learn(self, queues: frozenset[str]) -> None:
        """Read events for these queues too."""
        self.queues |= queues

    def meaning(self, event: Heard, at: float) -> Meaning:
        """What the event says, at this time; Ignored with a reason otherwise."""
        match event.name:
            case "QueueCallerJoin" | "AgentCalled" | "AgentConnect" | "AgentRingNoAnswer":
                return self._queue_event(event, at)
            case "QueueMemberAdded" | "QueueMemberPause" | "QueueMemberStatus":
                return self._member(event, at)
            case "QueueMemberRemoved":
                return self._member_gone(event, at)
            case "BridgeEnter" | "BridgeLeave" | "Hangup":
                return leg_event(event, at, self.phones)
            case "Hold" | "Unhold" | "BlindTransfer" | "AttendedTransfer":
                return on_the_phone(event, at, self.phones)
            case "OriginateResponse":
                return originated(event, at)
            case "DialEnd":
                return dial_ended(event, at)
            case "UserEvent" if event.get("UserEvent") == "IvrWrap":
                return self._wrap_up_code(event, at)
            case "UserEvent":
                return self._user_event(event, at)
            case _:
                return Ignored("unknown_event")

    def resynced(self, at: float, channels: Iterable[Heard], queues: Iterable[Heard]) -> Resynced:
        """Everything that lives, from the lists of CoreShowChannels and QueueStatus."""
        channels = tuple(channels)
        behind = {c.get("BridgeId") for c in channels if behind_reach(c.get("Channel"))} - {""}
        legs = tuple(
            self._leg(channel, channel.get("BridgeId") in behind)
            for channel in channels
            if call_of(channel) and channel.get("Channel")
        )
        calls = {c.get("Uniqueid"): c for c in channels}
        members, waiting = [], []
        for entry in queues:
            queue = self.phones.department_queue(entry.get("Queue"))
            if queue not in self.queues:
                continue
            if entry.name == "QueueMember":
                meaning = self._member(entry, at)
                members += [meaning] if isinstance(meaning, MemberSeen) else []
            elif entry.name == "QueueEntry" and entry.get("Uniqueid"):
                joined = at - digits(entry.get("Wait"))
                channel = calls.get(entry.get("Uniqueid"), entry)
                caller = _queued(entry, joined, call_of(channel), queue)
                waiting.append(replace(caller, did=_did(channel)))
        return Resynced(at, legs, tuple(members), tuple(waiting))

    def prolonged(self, queues: Iterable[Heard]) -> tuple[MemberSeen, ...]:
        """Our members whose wrap-up was prolonged, from the list of QueueStatus."""
        held = (e for e in queues if e.name == "QueueMember" and e.get("Penalty") == str(PROLONGED))
        members = (self._member(entry, 0.0) for entry in held)
        return tuple(m for m in members if isinstance(m, MemberSeen) and m.person in self.phones)

    def _queue_event(self, event: Heard, at: float) -> Meaning:
        call, queue = call_of(event), self.phones.department_queue(event.get("Queue"))
        if not call:
            return Ignored("no_uniqueid")
        if queue not in self.queues:
            return Ignored("other_queue")
        if event.name == "QueueCallerJoin":
            return _queued(event, at, call, queue)
        person = self._person(event)
        if event.name == "AgentConnect":
            # Also of a member whom the admin has put there: that caller was not missed.
            theirs, callers = event.get("DestChannel"), event.get("Channel")
            return AgentAnswered(at, call, person or device(theirs), queue, theirs, callers)
        if person is None:
            return Ignored("other_person")
        if event.name == "AgentCalled":
            return AgentRang(at, call, person, queue, event.get("DestChannel"))
        return RingStopped(at, call, person, queue, _ring_end(event.get("RingTime")))

    def _member(self, event: Heard, at: float) -> Meaning:
        person, queue = self._anybody(event), event.get("Queue")
        if queue not in self.queues:
            return Ignored("other_queue")
        paused = event.get("Paused") == "1"
        status = _STATUS.get(event.get("Status"), MemberStatus.IDLE)
        return MemberSeen(at, person, queue, paused, event.get("PausedReason"), status)

    def _member_gone(self, event: Heard, at: float) -> Meaning:
        person, queue = self._anybody(event), event.get("Queue")
        if queue not in self.queues:
            return Ignored("other_queue")
        return MemberGone(at, person, queue)

    def note_of(self, key: str, note: str, at: float) -> Meaning:
        """A note that the dialplan keeps, as it is read after a break."""
        return read_note(key, note, at, self.phones)

    def _user_event(self, event: Heard, at: float) -> Meaning:
        if event.get("UserEvent") == "IvrNote":
            key, note, channel = event.get("Key"), event.get("Note"), event.get("Channel")
            return read_note(key, note, at, self.phones, channel, call_of(event))
        if event.get("UserEvent") == "IvrElsewhere":
            call = call_of(event)
            return CallerElsewhere(at, call, event.get("Cause")) if call else Ignored("no_uniqueid")
        if event.get("UserEvent") == "IvrPickedUp":
            call, person = call_of(event), event.get("Person")
            known = call and person in self.phones
            return MobilePickedUp(at, call, person) if known else Ignored("other_person")
        return user_event(event, at)

    def _wrap_up_code(self, event: Heard, at: float) -> Meaning:
        """A phone speaks for its own person only."""
        phone = event.get("Phone")
        person = self.phones.person(phone)
        if person is None or device(event.get("Channel")) != phone:
            return Ignored("posing_user_event")
        return WrapUpCoded(at, person, more=event.get("Did") == "more")

    def _anybody(self, event: Heard) -> str:
        """Who the member is; whom people.yaml does not name, as the phone's channels are called."""
        interface = event.get("Interface") or event.get("Location")
        return self._person(event) or interface.removesuffix("/n")

    def _person(self, event: Heard) -> str | None:
        interface = event.get("Interface") or event.get("Location")
        name = event.get("MemberName") or event.get("Name")
        return self.phones.person(interface, event.get("StateInterface"), name)

    def _leg(self, event: Heard, behind: bool) -> LegSeen:
        """One channel; `behind` another one that stands for it on the call, it is nobody's."""
        channel, call = event.get("Channel"), call_of(event)
        # On a callback the client's leg is not the call's first: it is the one that is nobody's.
        ours = call == event.get("Uniqueid") or ATTEMPT.fullmatch(call.removesuffix(".1"))
        person = self.phones.person(device(channel))
        return LegSeen(
            call=call,
            channel=channel,
            caller=bool(ours) and person is None and not behind and channel[:6] != "Local/",
            person=None if behind else person,
            bridge=event.get("BridgeId"),
            number=event.get("CallerIDNum"),
            name=event.get("CallerIDName"),
            context=event.get("Context"),
            queue=self.phones.department_queue(_queue(event)),
            age=_seconds(event.get("Duration")),
            did=_did(event),
            on_line=event.get("Context") in _ON_LINE and not _met(event),
            consults=event.get("Context") in _CONSULTS,
            elsewhere=event.get("Context") == _ELSEWHERE,
            phone="" if person or behind else device(channel),
        )


# --- events, each on its own ------------------------------------------------------------------


def _queued(event: Heard, at: float, call: str, queue: str) -> CallerQueued:
    number, name = event.get("CallerIDNum"), event.get("CallerIDName")
    known = [text if text != "<unknown>" else "" for text in (number, name)]
    return CallerQueued(at, call, event.get("Channel"), queue, known[0], known[1], _did(event))


def _did(event: Heard) -> str:
    """The number that was dialled: our contexts have an extension for it."""
    ours, number = event.get("Context") in _ON_LINE, event.get("Exten")
    return number if ours and _NUMBER.fullmatch(number) else ""


def _queue(event: Heard) -> str:
    """Whose queue has this caller, who stays in it to the end of the talk."""
    inside = event.get("Application") == "Queue"
    return event.get("ApplicationData").partition(",")[0] if inside else ""


def _met(event: Heard) -> bool:
    """Whether this is a client who talks with sales after a consultation, and holds no line."""
    return event.get("Context") == "ivr-hold" and event.get("Exten") == "meet"


def _ring_end(ring_time: str) -> RingEnd:
    rejected = ring_time.isdecimal() and int(ring_time) < REJECTED_WITHIN_MS
    return RingEnd.REJECTED if rejected else RingEnd.SILENT


def _seconds(duration: str) -> float:
    """Seconds of a duration such as 00:01:05."""
    total = 0.0
    for part in duration.split(":"):
        total = total * 60 + digits(part)
    return total
