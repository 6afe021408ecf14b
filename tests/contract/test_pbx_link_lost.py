"""What the core hears when the link, a reading or the core itself breaks in the middle of it.

Asterisk cannot be made to break at these moments, so its answers are written here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from ivr.asterisk import in_step
from ivr.asterisk.ami_errors import AmiInjection, AmiLinkLost, AmiRefused
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_exchange import AmiResponse
from ivr.asterisk.ami_state import AmiSettings, LinkState
from ivr.asterisk.pbx import AsteriskPbx
from ivr.asterisk.translate import Phones
from ivr.domain.commands import (
    EndWrapUp,
    LeaveToDialplan,
    NoteOnCall,
    PauseMember,
    ProlongWrapUp,
    RemoveMember,
)
from ivr.domain.events import CallEnded, CallOffered, Event, LinkLost, MemberGone, Resynced

Headers = Mapping[str, str | Sequence[str]]
NONE: Headers = {}
NOT_DYNAMIC = "Member not dynamic"
SETTINGS = AmiSettings(host="127.0.0.1", port=1, user="u", secret="s")


def event(name: str, **headers: str) -> AmiEvent:
    lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in headers.items())]
    return AmiEvent(name, "\r\n".join(lines).encode())


def hangup(call: str) -> AmiEvent:
    return event("Hangup", Linkedid=call, Uniqueid=call, Channel=f"PJSIP/trunk-{call}", Cause="16")


def offered(call: str) -> CallOffered:
    return CallOffered(time.time(), call, f"PJSIP/trunk-{call}", "+74950000012", "1", "")


@dataclass
class Stand:
    """A Pbx whose Asterisk answers as told; `heard` has what the core was given."""

    heard: list[Event] = field(default_factory=list)
    sent: list[tuple[str, Headers]] = field(default_factory=list)
    lists: dict[str, list[AmiEvent]] = field(default_factory=dict)
    fails: dict[str, Exception] = field(default_factory=dict)
    digest: Callable[[Event], None] = lambda event: None
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: int = 0
    reading: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.reading.set()
        phones = Phones({"anna": "PJSIP/101"})
        self.pbx = AsteriskPbx(SETTINGS, ("127.0.0.1", 0), phones, ["client"], self.post, time.time)
        self.pbx._link.action_list = self.action_list  # type: ignore[method-assign]
        self.pbx._link.action = self.action  # type: ignore[method-assign]

    def post(self, event: Event) -> None:
        self.heard.append(event)
        self.digest(event)

    @property
    def types(self) -> list[type[Event]]:
        return [type(event) for event in self.heard]

    async def action_list(
        self,
        name: str,
        headers: Headers = NONE,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - as AmiLink has it
    ) -> list[AmiEvent]:
        self.asked += 1
        await self.reading.wait()
        return self.lists.get(name, [])

    async def action(
        self,
        name: str,
        headers: Headers = NONE,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - as AmiLink has it
    ) -> AmiResponse:
        self.sent.append((name, headers))
        if name in self.fails:
            raise self.fails.pop(name)
        return AmiResponse("Success", "", self.answers.get(name, {}))

    def named(self, *names: str) -> list[str]:
        return [name for name, _ in self.sent if name in names]

    async def until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(30.0):
            while not fact():  # noqa: ASYNC110 - each fact is of the loop itself
                await asyncio.sleep(0)

    async def read_slowly(self) -> None:
        """The link is there and the lists have been asked for, but they do not come yet."""
        self.reading.clear()
        before = self.asked
        self.pbx._link_changed(LinkState.CONNECTED)
        await self.until(lambda: self.asked > before)

    async def in_step(self) -> None:
        before = self.types.count(Resynced)
        self.pbx._link_changed(LinkState.CONNECTED)
        await self.until(
            lambda: self.types.count(Resynced) > before and self.pbx._in_step._notes.told
        )


@pytest.fixture
async def stand(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stand]:
    monkeypatch.setattr(in_step, "RESYNC_AGAIN", 0.01)
    one = Stand()
    yield one
    one.reading.set()
    await one.pbx.stop()


async def test_a_break_in_the_middle_of_a_periodic_reading_is_told(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_step, "RESYNC_EVERY", 0.0)
    await stand.in_step()
    stand.reading.clear()
    await stand.until(lambda: stand.pbx._in_step._held is not None)
    stand.heard.clear()
    stand.pbx._link_changed(LinkState.lost("silence"))
    assert stand.types == [LinkLost]


async def test_a_break_is_told_once_until_asterisk_was_read_again(stand: Stand) -> None:
    await stand.in_step()
    stand.heard.clear()
    stand.pbx._link_changed(LinkState.lost("silence"))
    stand.reading.clear()
    stand.pbx._link_changed(LinkState.CONNECTED)
    stand.pbx._link_changed(LinkState.lost("again"))
    assert stand.types == [LinkLost]
    stand.reading.set()
    await stand.in_step()
    stand.pbx._link_changed(LinkState.lost("once more"))
    assert stand.types == [LinkLost, Resynced, LinkLost]


async def test_a_defect_met_with_what_lives_leaves_the_service_able_to_hear(stand: Stand) -> None:
    faults = [KeyError("first"), KeyError("second")]

    def digest(event: Event) -> None:
        if isinstance(event, Resynced) and faults:
            raise faults.pop()

    stand.digest = digest
    await stand.read_slowly()
    stand.pbx._deliver(offered("1.1"))
    stand.pbx._heard(hangup("1.1"))
    stand.reading.set()
    await stand.until(lambda: CallEnded in stand.types)
    await stand.until(lambda: stand.types.count(Resynced) == 3)
    await stand.until(lambda: stand.pbx._in_step._held is None)


async def test_a_defect_met_with_one_held_event_takes_no_other_along(stand: Stand) -> None:
    def digest(event: Event) -> None:
        if isinstance(event, CallEnded) and event.call == "1.1":
            raise KeyError("1.1")

    stand.digest = digest
    await stand.read_slowly()
    for call in ("1.1", "1.2"):
        stand.pbx._deliver(offered(call))
    for call in ("1.1", "1.2"):
        stand.pbx._heard(hangup(call))
    stand.reading.set()
    await stand.until(lambda: stand.types.count(CallEnded) == 2)


async def test_a_caller_who_hung_up_before_the_dialplan_asked_takes_no_line(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    monkeypatch.setattr(stand.pbx._verdicts, "give", given.append)
    await stand.in_step()
    stand.heard.clear()
    stand.pbx._heard(hangup("1.1"))
    stand.pbx._deliver(offered("1.1"))
    assert stand.heard == []
    assert given == [LeaveToDialplan("1.1")]


async def test_a_call_offered_while_the_lists_are_read_is_still_known_after_them(
    stand: Stand,
) -> None:
    await stand.in_step()
    await stand.read_slowly()
    stand.pbx._deliver(offered("1.1"))
    stand.pbx._heard(hangup("1.1"))
    stand.reading.set()
    await stand.until(lambda: CallEnded in stand.types)


@pytest.mark.parametrize("broken", ["QueueRemove", "QueueAdd"])
async def test_a_break_between_leaving_and_coming_back_signs_nobody_out(
    stand: Stand, broken: str
) -> None:
    await stand.in_step()
    stand.fails[broken] = AmiLinkLost("cut", sent=True)
    stand.pbx.perform(EndWrapUp("anna", "client", 30))
    await stand.pbx._performer.settled()
    stand.sent.clear()
    stand.pbx._link_changed(LinkState.lost("cut"))
    await stand.in_step()
    added = [headers for name, headers in stand.sent if name == "QueueAdd"]
    assert [(each["Queue"], each["Interface"]) for each in added] == [("client", "PJSIP/101")]
    assert stand.named("QueueAdd", "CoreStatus") == ["QueueAdd", "CoreStatus"]


async def test_a_caller_whose_hangup_never_came_is_looked_for_soon(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_step, "RESYNC_AGAIN", 0.0)
    await stand.in_step()
    stand.pbx._deliver(offered("1.1"))
    before = stand.types.count(Resynced)
    stand.pbx._heard(
        event("Hangup", Linkedid="1.1", Uniqueid="1.2", Channel="PJSIP/101-1", Cause="16")
    )
    await stand.until(lambda: stand.types.count(Resynced) > before)


@pytest.mark.parametrize("link", ["lost", "being read"])
async def test_a_note_for_reports_waits_until_what_lives_has_been_read(
    stand: Stand, link: str
) -> None:
    await stand.in_step()
    stand.pbx._link_changed(LinkState.lost("cut"))
    if link == "being read":
        await stand.read_slowly()
    stand.sent.clear()
    stand.pbx.perform(NoteOnCall("1.1", "PJSIP/trunk-1", "client", "anna", ("outcome=home",)))
    await stand.pbx._performer.settled()
    assert stand.named("QueueLog", "Setvar") == []
    stand.reading.set()
    await stand.in_step()
    await stand.pbx._performer.settled()
    assert stand.named("QueueLog", "Setvar") == ["Setvar", "QueueLog"]


async def test_leaving_and_coming_back_are_both_sent_before_either_is_answered(
    stand: Stand,
) -> None:
    await stand.in_step()
    answer = asyncio.Event()

    async def late(
        name: str,
        headers: Headers = NONE,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - as AmiLink has it
    ) -> AmiResponse:
        stand.sent.append((name, headers))
        if name != "Setvar":
            await answer.wait()
        return AmiResponse("Success", "", {})

    stand.pbx._link.action = late  # type: ignore[method-assign]
    stand.pbx.perform(EndWrapUp("anna", "client", 30))
    await stand.until(lambda: stand.named("QueueRemove", "QueueAdd") == ["QueueRemove", "QueueAdd"])
    answer.set()
    await stand.pbx._performer.settled()


async def test_whoever_was_there_all_the_time_is_added_once_at_most(stand: Stand) -> None:
    await stand.in_step()
    stand.fails["QueueRemove"] = AmiLinkLost("cut", sent=True)
    stand.pbx.perform(EndWrapUp("anna", "client", 30))
    await stand.pbx._performer.settled()
    stand.fails["QueueAdd"] = AmiRefused("QueueAdd", "Unable to add: Already there")
    await stand.in_step()
    stand.sent.clear()
    await stand.in_step()
    assert stand.named("QueueAdd") == []


async def test_whoever_signs_out_after_the_break_is_not_added_again(stand: Stand) -> None:
    await stand.in_step()
    stand.fails["QueueAdd"] = AmiLinkLost("cut", sent=True)
    stand.pbx.perform(EndWrapUp("anna", "client", 30))
    stand.pbx.perform(RemoveMember("anna", "client"))
    await stand.pbx._performer.settled()
    stand.sent.clear()
    await stand.in_step()
    assert stand.named("QueueAdd") == []


async def test_a_wrap_up_without_its_timer_ends_only_when_seen_twice(stand: Stand) -> None:
    member = event("QueueMember", Queue="client", Name="anna", Location="PJSIP/101", Penalty="1000")
    timer = event(
        "CoreShowChannel",
        Channel="Local/hold@ivr-wrap-timer-1;1",
        Uniqueid="ivr-wrap-PJSIP101-7.1",
        Linkedid="ivr-wrap-PJSIP101-7.1",
    )
    resynced = stand.pbx._translator.resynced
    wrap_ups, prolonged = stand.pbx._in_step._wrap_ups, stand.pbx._translator.prolonged([member])
    await wrap_ups.end(resynced(0.0, [], []), prolonged)
    await wrap_ups.end(resynced(0.0, [timer], []), prolonged)
    await wrap_ups.end(resynced(0.0, [], []), prolonged)
    assert stand.named("QueuePenalty") == []
    await wrap_ups.end(resynced(0.0, [], []), prolonged)
    assert stand.named("QueuePenalty") == ["QueuePenalty"]


@pytest.mark.parametrize(
    ("order", "action", "refused"),
    [
        (PauseMember("anna", "client", True, "lunch"), "QueuePause", AmiInjection("a line break")),
        (RemoveMember("anna", "client"), "Setvar", AmiRefused("Setvar", "Permission denied")),
        (RemoveMember("anna", "client"), "QueueRemove", AmiRefused("QueueRemove", NOT_DYNAMIC)),
    ],
)
async def test_what_is_refused_for_another_reason_says_nothing_of_the_member(
    stand: Stand, order: PauseMember | RemoveMember, action: str, refused: Exception
) -> None:
    await stand.in_step()
    stand.fails[action] = refused
    with capture_logs() as logs:
        stand.pbx.perform(order)
        await stand.pbx._performer.settled()
    assert MemberGone not in stand.types
    assert [line["why"] for line in logs if line["event"] == "member_order_refused"] == [
        str(refused)
    ]
    assert action in stand.named("QueuePause", "QueueRemove", "Setvar")


async def test_who_is_not_there_is_told_as_gone(stand: Stand) -> None:
    await stand.in_step()
    stand.fails["QueueRemove"] = AmiRefused("QueueRemove", "Unable to remove interface: Not there")
    stand.pbx.perform(RemoveMember("anna", "client"))
    await stand.pbx._performer.settled()
    assert MemberGone in stand.types


async def test_a_member_leaves_although_the_note_of_the_wrap_up_is_refused(stand: Stand) -> None:
    await stand.in_step()
    stand.fails["Setvar"] = AmiRefused("Setvar", "Variable not set")
    stand.pbx.perform(RemoveMember("anna", "client"))
    await stand.pbx._performer.settled()
    assert stand.named("QueueRemove") == ["QueueRemove"]


async def test_no_phone_is_silenced_whose_timer_cannot_be_named(stand: Stand) -> None:
    await stand.in_step()
    stand.fails["Setvar"] = AmiRefused("Setvar", "Variable not set")
    stand.pbx.perform(ProlongWrapUp("anna", "client", 30))
    await stand.pbx._performer.settled()
    assert stand.named("QueuePenalty", "Originate") == []


async def test_the_second_of_asterisks_start_is_told_by_asterisk_which_knows_its_zone(
    stand: Stand,
) -> None:
    stand.answers["CoreStatus"] = {
        "CoreStartupDate": "2026-11-25",
        "CoreStartupTime": "21:00:00",
    }
    stand.answers["Getvar"] = {"Value": "1795597200"}
    await stand.in_step()
    await stand.in_step()
    read = [event for event in stand.heard if isinstance(event, Resynced)]
    assert [each.started_at for each in read] == [1795597200.0, 1795597200.0]
    asked = [headers["Variable"] for name, headers in stand.sent if name == "Getvar"]
    assert asked == ["STRPTIME(2026-11-25 21:00:00,,%Y-%m-%d %H:%M:%S)"]


@pytest.mark.parametrize("value", ["", "0", "-1", "soon", "١"])
async def test_an_asterisk_that_does_not_know_its_zone_is_taken_as_one_that_never_restarts(
    stand: Stand, value: str
) -> None:
    stand.answers["CoreStatus"] = {
        "CoreStartupDate": "2026-11-25",
        "CoreStartupTime": "21:00:00",
    }
    stand.answers["Getvar"] = {"Value": value}
    await stand.in_step()
    read = [event for event in stand.heard if isinstance(event, Resynced)]
    assert [each.started_at for each in read] == [None]
