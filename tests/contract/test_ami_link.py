"""The AMI link's life against a scripted peer: login, loss, silence, refusal, and the way back."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog
from contract.ami_peer import (
    BOOTED,
    DEADLINE,
    WANTED,
    AmiPeer,
    Ear,
    Received,
    event,
    link_to,
    reply,
    settings,
    soon,
    until,
)
from structlog.testing import LogCapture

from ivr.asterisk import ami, ami_manager, ami_protocol
from ivr.asterisk.ami import AmiLink
from ivr.asterisk.ami_errors import (
    AmiActionIdInUse,
    AmiInjection,
    AmiLinkLost,
    AmiRefused,
    AmiTimeout,
)
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.ami_protocol import AmiProtocol
from ivr.asterisk.ami_pulse import Pulse
from ivr.asterisk.ami_state import AmiCounters, AmiSettings, LinkKind, LinkState

HANGUP = event("Hangup", "Channel: PJSIP/trunk-00000041", "Uniqueid: 1790000005.41")


@pytest.fixture
async def peer() -> AsyncIterator[AmiPeer]:
    async with AmiPeer() as one:
        yield one


@pytest.fixture
def ear() -> Ear:
    return Ear()


@asynccontextmanager
async def started(
    peer: AmiPeer, ear: Ear, its: AmiSettings | None = None
) -> AsyncIterator[AmiLink]:
    link = link_to(peer, ear, its)
    await link.start()
    try:
        yield link
    finally:
        await link.stop()


@pytest.fixture
async def link(peer: AmiPeer, ear: Ear) -> AsyncIterator[AmiLink]:
    """A link that is up."""
    async with started(peer, ear) as one:
        assert await ear.state() is LinkState.CONNECTED
        yield one


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> list[MutableMapping[str, Any]]:
    """What the link logs, wherever else log lines go at the time."""
    capture = LogCapture()
    recorder = structlog.wrap_logger(None, processors=[capture])
    for module in (ami, ami_manager, ami_protocol):
        monkeypatch.setattr(module, "log", recorder)
    return capture.entries


def silent(_: Received) -> bytes:
    return b""


# --- login ---------------------------------------------------------------------------------------


async def test_the_link_is_up_after_login_and_boot(peer: AmiPeer, ear: Ear) -> None:
    peer.login = reply
    async with started(peer, ear) as link:
        await until(lambda: peer.logins == 1)
        assert not link.connected
        peer.send(BOOTED)
        assert await ear.state() is LinkState.CONNECTED
        assert link.connected


async def test_asterisk_may_say_that_it_is_booted_before_it_answers_the_login(
    peer: AmiPeer, ear: Ear
) -> None:
    peer.login = lambda action: BOOTED + reply(action)
    async with started(peer, ear):
        assert await ear.state() is LinkState.CONNECTED


async def test_a_user_who_may_not_read_system_is_warned_of_and_served(
    peer: AmiPeer, ear: Ear, logs: list[MutableMapping[str, Any]]
) -> None:
    peer.login = reply
    async with started(peer, ear, settings(peer, boot_wait=0.05)):
        assert await ear.state() is LinkState.CONNECTED
    assert "ami_not_told_of_boot" in [line["event"] for line in logs]


async def test_a_refused_login_is_told_and_logged_each_time(
    peer: AmiPeer, ear: Ear, logs: list[MutableMapping[str, Any]]
) -> None:
    peer.login = lambda action: reply(action, "Error", "Message: Authentication failed")
    async with started(peer, ear) as link:
        for _ in range(3):
            state = await ear.state()
            assert state.kind is LinkKind.REFUSED
            assert "Authentication failed" in state.reason
        assert link.counters.logins_refused >= 3
    refused = [line for line in logs if line["event"] == "ami_login_refused"]
    assert len(refused) >= 3
    assert all("not-a-secret-1234" not in str(line) for line in logs)


async def test_a_login_that_is_accepted_later_brings_the_link_up(peer: AmiPeer, ear: Ear) -> None:
    accept = peer.login
    peer.login = lambda action: reply(action, "Error", "Message: Authentication failed")
    async with started(peer, ear):
        assert (await ear.state()).kind is LinkKind.REFUSED
        peer.login = accept
        while (state := await ear.state()).kind is LinkKind.REFUSED:
            pass
        assert state is LinkState.CONNECTED


async def test_a_login_that_is_not_answered_is_given_up(peer: AmiPeer, ear: Ear) -> None:
    peer.login = silent
    async with started(peer, ear, settings(peer, action_timeout=0.05)):
        state = await ear.state()
        assert state.kind is LinkKind.LOST
        assert "login" in state.reason


async def test_a_peer_that_is_no_asterisk_is_named(peer: AmiPeer, ear: Ear) -> None:
    peer.banner = b"HTTP/1.1 400 Bad Request\r\n"
    async with started(peer, ear):
        state = await ear.state()
        assert state.kind is LinkKind.LOST
        assert "no AMI" in state.reason
        assert "HTTP/1.1" in state.reason


async def test_a_secret_with_a_line_break_never_reaches_the_wire(ear: Ear) -> None:
    spoiled = AmiSettings("127.0.0.1", 1, "linetree", "x\r\nAction: Logoff")
    link = AmiLink(spoiled, ear.events.put_nowait, ear.states.put_nowait, WANTED)
    with pytest.raises(AmiInjection):
        await link.start()


async def test_asterisk_that_is_not_there_yet_is_told_once_and_found_later(
    ear: Ear, logs: list[MutableMapping[str, Any]]
) -> None:
    async with AmiPeer() as peer:
        await peer.close()
        async with started(peer, ear) as link:
            assert (await ear.state()).kind is LinkKind.LOST
            with pytest.raises(AmiLinkLost) as down:
                await link.action("CoreStatus")
            assert not down.value.sent
            await until(lambda: link.counters.connects_failed >= 2)
            await peer.listen()
            assert await ear.state() is LinkState.CONNECTED
    assert len([line for line in logs if line["event"] == "ami_link_down"]) >= 2


# --- loss ----------------------------------------------------------------------------------------


async def test_a_cut_link_comes_back_and_delivers_again(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    peer.send(HANGUP)
    assert (await ear.event()).name == "Hangup"
    peer.cut()
    assert (await ear.state()).kind is LinkKind.LOST
    assert await ear.state() is LinkState.CONNECTED
    peer.send(HANGUP)
    assert (await ear.event()).get("Uniqueid") == "1790000005.41"
    assert link.counters.reconnects == 1


async def test_an_unanswered_originate_is_never_sent_again(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    dial = asyncio.create_task(link.action("Originate", {"Channel": "Local/cb-7@cb-out/n"}))
    assert (await peer.next_action()).get("Action") == "Originate"
    peer.cut()
    with pytest.raises(AmiLinkLost) as lost:
        await soon(dial)
    assert lost.value.sent
    assert (await ear.state()).kind is LinkKind.LOST
    assert await ear.state() is LinkState.CONNECTED
    sent = asyncio.create_task(link.action("CoreStatus"))
    after = await peer.next_action()
    assert after.get("Action") == "CoreStatus", "the first action of the new link is the new one"
    peer.send(reply(after))
    await soon(sent)
    assert peer.actions.empty()


async def test_an_action_at_the_very_end_of_a_connection_is_not_half_sent() -> None:
    protocol = AmiProtocol(WANTED, list[AmiEvent]().append, AmiCounters())
    protocol.connection_lost(None)
    with pytest.raises(AmiLinkLost) as lost:
        protocol.send({"Action": "Originate"})
    assert not lost.value.sent
    assert len(protocol.exchanges) == 0


async def test_a_mute_peer_is_noticed_and_left(peer: AmiPeer, ear: Ear, link: AmiLink) -> None:
    answer, peer.pong = peer.pong, silent
    waiting = asyncio.create_task(link.action("CoreStatus"))
    await peer.next_action()
    state = await ear.state()
    assert state.kind is LinkKind.LOST
    assert "mute" in state.reason
    with pytest.raises(AmiLinkLost, match="mute"):
        await soon(waiting)
    peer.pong = answer
    assert await ear.state() is LinkState.CONNECTED


async def test_a_peer_that_talks_but_answers_nothing_is_left_too(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    peer.pong = lambda _: event("VarSet")
    talking = asyncio.create_task(chatter(peer))
    state = await ear.state()
    talking.cancel()
    assert "stalled" in state.reason


async def chatter(peer: AmiPeer) -> None:
    while True:
        peer.send(event("VarSet"))
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("fell_silent", [0.0, 0.5, 1.0, 1.5, 1.999])
def test_silence_is_found_within_five_seconds_wherever_it_begins(fell_silent: float) -> None:
    pulse = Pulse(2.0)
    pulse.asked(0.0)
    pulse.answered()
    for at in (2.0, 4.0):
        pulse.asked(at)
    due = pulse.due(fell_silent)
    assert due is not None
    assert due - fell_silent <= 5
    assert pulse.verdict(due, fell_silent).startswith("mute")
    assert pulse.verdict(due - 0.1, fell_silent) == ""


def test_a_peer_three_seconds_away_is_not_lost() -> None:
    pulse = Pulse(2.0)
    for at in (0.0, 2.0):
        pulse.asked(at)
    for pong in (3.0, 5.0, 7.0, 9.0):
        pulse.answered()
        assert pulse.verdict(pong + 0.99, heard=pong) == ""
        pulse.asked(pong + 1)
        assert pulse.verdict(pong + 1.99, heard=pong) == ""


async def test_a_shutdown_of_asterisk_is_one_loss_and_one_return(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    peer.send(HANGUP + event("Shutdown", "Shutdown: Cleanly", "Restart: True") + HANGUP)
    assert [(await ear.event()).name, (await ear.event()).name] == ["Hangup", "Hangup"]
    await peer.close()
    state = await ear.state()
    assert state == LinkState.lost("Asterisk shut down")
    await peer.listen()
    assert await ear.state() is LinkState.CONNECTED
    assert link.counters.reconnects == 1
    assert ear.states.empty()


async def test_stopping_fails_what_waits_and_leaves_no_connection(peer: AmiPeer, ear: Ear) -> None:
    async with started(peer, ear) as link:
        await ear.state()
        waiting = asyncio.create_task(link.action("CoreStatus"))
        await peer.next_action()
    with pytest.raises(AmiLinkLost):
        await soon(waiting)
    assert peer.connections == 1
    assert ear.states.empty(), "who stops the link knows it"


async def test_stopping_while_connecting_leaves_nothing_behind(peer: AmiPeer, ear: Ear) -> None:
    peer.login = silent
    for turns in range(12):
        link = link_to(peer, ear)
        await link.start()
        for _ in range(turns):
            await asyncio.sleep(0)
        await link.stop()
    await until(lambda: len(asyncio.all_tasks()) == 1)


# --- events --------------------------------------------------------------------------------------


async def test_events_come_in_the_order_in_which_asterisk_sent_them(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    peer.send(b"".join(event("Hangup", f"Uniqueid: 1.{n}") for n in range(500)))
    heard = [(await ear.event()).get("Uniqueid") for _ in range(500)]
    assert heard == [f"1.{n}" for n in range(500)]


async def test_a_coroutine_is_no_handler_since_it_would_end_out_of_order(
    peer: AmiPeer, ear: Ear
) -> None:
    async def handler(_: AmiEvent) -> None:
        pass

    with pytest.raises(TypeError, match="plain functions"):
        AmiLink(settings(peer), handler, ear.states.put_nowait, WANTED)  # type: ignore[arg-type]


async def test_a_defect_in_a_handler_keeps_the_link_and_the_next_event(
    peer: AmiPeer, ear: Ear, logs: list[MutableMapping[str, Any]]
) -> None:
    def broken_at_first(one: AmiEvent) -> None:
        if one.get("Uniqueid") == "1.1":
            raise KeyError("first")
        ear.events.put_nowait(one)

    link = AmiLink(settings(peer), broken_at_first, ear.states.put_nowait, WANTED)
    await link.start()
    await ear.state()
    peer.send(event("Hangup", "Uniqueid: 1.1") + event("Hangup", "Uniqueid: 1.2"))
    assert (await ear.event()).get("Uniqueid") == "1.2"
    assert link.connected
    await link.stop()
    told = next(line for line in logs if line["event"] == "ami_event_handler_broke")
    assert told["ami_event"] == "Hangup"
    assert told["exc_info"]
    assert link.counters.handler_errors == 1
    assert link.counters.reconnects == 0


async def test_a_defect_in_a_link_handler_is_told_and_keeps_the_link(
    peer: AmiPeer, ear: Ear
) -> None:
    def broken(state: LinkState) -> None:
        ear.states.put_nowait(state)
        raise KeyError("link")

    link = AmiLink(settings(peer), ear.events.put_nowait, broken, WANTED)
    await link.start()
    await ear.state()
    peer.send(HANGUP)
    assert (await ear.event()).name == "Hangup"
    await link.stop()
    assert link.counters.handler_errors == 1


async def test_a_flood_that_is_no_event_keeps_the_link(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    peer.send(event("Hangup", "Reason: " + "x" * 1_000_000))
    peer.send(b"\r\n\r\nno event\r\n\r\nEvent: Hangup\r\nUniqueid: 1\r\nEvent: X\r\n\r\n")
    peer.send(HANGUP)
    assert (await ear.event()).get("Uniqueid") == "1790000005.41"
    assert link.counters.dropped_too_large == 1
    assert link.counters.dropped_malformed == 2
    assert link.connected


# --- actions -------------------------------------------------------------------------------------


async def test_an_action_gives_asterisks_answer(peer: AmiPeer, link: AmiLink) -> None:
    asked = asyncio.create_task(
        link.action("QueueAdd", {"Queue": "client", "Interface": "PJSIP/101", "Wrapuptime": "30"})
    )
    action = await peer.next_action()
    peer.send(reply(action, "Success", "Message: Added interface to queue"))
    answer = await soon(asked)
    assert answer.message == "Added interface to queue"
    assert answer.action_id == action.get("ActionID")
    assert answer.get("response") == "Success"
    assert action.get("Wrapuptime") == "30"


async def test_a_refusal_carries_asterisks_own_words(peer: AmiPeer, link: AmiLink) -> None:
    asked = asyncio.create_task(link.action("QueueAdd", {"Queue": "nowhere"}))
    peer.send(reply(await peer.next_action(), "Error", "Message: No such queue"))
    with pytest.raises(AmiRefused, match="No such queue") as refused:
        await soon(asked)
    assert refused.value.reply == "No such queue"


async def test_answers_find_their_actions_in_any_order(peer: AmiPeer, link: AmiLink) -> None:
    asked = [asyncio.create_task(link.action("Getvar", {"Variable": f"V{n}"})) for n in range(20)]
    actions = [await peer.next_action() for _ in asked]
    for action in reversed(actions):
        peer.send(reply(action, "Success", f"Value: {action.get('Variable')}"))
    answers = [await soon(one) for one in asked]
    assert [answer.get("Value") for answer in answers] == [f"V{n}" for n in range(20)]


async def test_an_originate_without_async_keeps_the_link(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    asked = asyncio.create_task(
        link.action("Originate", {"Channel": "Local/cb-7@cb-out/n", "ActionID": "cb-7.1"})
    )
    action = await peer.next_action()
    assert action.get("Async") == "true"
    peer.send(
        reply(action, "Success", "Message: Originate successfully queued")
        + event("OriginateResponse", "ActionID: cb-7.1", "Response: Failure", "Reason: 0")
    )
    assert (await soon(asked)).action_id == "cb-7.1"
    assert (await ear.event()).get("ActionID") == "cb-7.1"
    assert link.connected


async def test_an_outcome_that_overtakes_its_answer_is_an_event(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    asked = asyncio.create_task(link.action("Originate", {"ActionID": "cb-7.1"}))
    action = await peer.next_action()
    peer.send(event("OriginateResponse", "ActionID: cb-7.1") + reply(action))
    assert (await ear.event()).name == "OriginateResponse"
    await soon(asked)


async def test_a_line_break_in_a_header_writes_nothing(peer: AmiPeer, link: AmiLink) -> None:
    with pytest.raises(AmiInjection):
        await link.action("QueuePause", {"Reason": "x\r\n\r\nAction: Logoff"})
    asked = asyncio.create_task(link.action("CoreStatus"))
    action = await peer.next_action()
    assert action.get("Action") == "CoreStatus"
    peer.send(reply(action))
    await soon(asked)


async def test_an_action_id_under_way_is_not_given_twice(peer: AmiPeer, link: AmiLink) -> None:
    asked = asyncio.create_task(link.action("Originate", {"ActionID": "one"}))
    action = await peer.next_action()
    with pytest.raises(AmiActionIdInUse, match="'one'"):
        await link.action("Originate", {"ActionID": "one"})
    peer.send(reply(action))
    await soon(asked)


async def test_a_late_answer_and_a_strangers_are_counted_and_harm_nobody(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    with pytest.raises(AmiTimeout, match="CoreStatus"):
        await link.action("CoreStatus", timeout=0.01)
    late = await peer.next_action()
    peer.send(reply(late) + b"Response: Success\r\nActionID: of somebody else\r\n\r\n")
    peer.send(b"Response: Error\r\nMessage: Missing action in request\r\n\r\n" + HANGUP)
    await ear.event()
    assert link.counters.responses_unclaimed == 3
    assert link.counters.action_timeouts == 1
    assert link.connected


async def test_an_action_given_up_by_its_caller_is_forgotten(peer: AmiPeer, link: AmiLink) -> None:
    asked = asyncio.create_task(link.action("CoreStatus", {"ActionID": "one"}))
    await peer.next_action()
    asked.cancel()
    await asyncio.wait([asked], timeout=DEADLINE)
    again = asyncio.create_task(link.action("CoreStatus", {"ActionID": "one"}))
    peer.send(reply(await peer.next_action()))
    await soon(again)


async def test_unanswered_actions_leave_memory_flat(peer: AmiPeer, ear: Ear) -> None:
    async with started(peer, ear, settings(peer, ping_every=30)) as link:
        await ear.state()
        await unanswered(link, peer, 1_000)
        gc.collect()
        before = sys.getallocatedblocks()
        await unanswered(link, peer, 20_000)
        gc.collect()
        assert sys.getallocatedblocks() - before < 5_000
        assert link.counters.action_timeouts == 21_000


async def unanswered(link: AmiLink, peer: AmiPeer, how_many: int) -> None:
    for _ in range(how_many // 500):
        asked = (link.action("CoreStatus", timeout=0.01) for _ in range(500))
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(end, AmiTimeout) for end in ends)
        for _ in range(500):
            await peer.next_action()


# --- lists ---------------------------------------------------------------------------------------


def entry(action: Received, name: str, *headers: str) -> bytes:
    lines = [f"Event: {name}", f"ActionID: {action.get('ActionID')}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def begun(action: Received) -> bytes:
    return reply(action, "Success", "EventList: start", "Message: Queue status will follow")


async def test_a_list_is_gathered_to_its_end_and_no_further(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    asked = asyncio.create_task(link.action_list("QueueStatus", {"Queue": "client"}))
    action = await peer.next_action()
    peer.send(begun(action) + entry(action, "QueueParams", "Queue: client"))
    peer.send(HANGUP)
    peer.send(entry(action, "QueueMember", "Name: 101") + entry(action, "Hangup", "Queue: client"))
    peer.send(entry(action, "QueueStatusComplete", "EventList: Complete", "ListItems: 3"))
    peer.send(HANGUP)
    entries = await soon(asked)
    assert [one.name for one in entries] == ["QueueParams", "QueueMember", "Hangup"]
    assert entries[1].get("Name") == "101"
    assert [(await ear.event()).get("Uniqueid") for _ in range(2)] == ["1790000005.41"] * 2


async def test_two_lists_at_once_do_not_mix(peer: AmiPeer, link: AmiLink) -> None:
    asked = [asyncio.create_task(link.action_list("CoreShowChannels")) for _ in range(2)]
    one, two = await peer.next_action(), await peer.next_action()
    peer.send(begun(one) + begun(two))
    for action in (one, two, one):
        peer.send(entry(action, "CoreShowChannel", f"Of: {action.get('ActionID')}"))
    for action in (two, one):
        peer.send(entry(action, "CoreShowChannelsComplete", "EventList: Complete"))
    lists = [await soon(task) for task in asked]
    assert [len(entries) for entries in lists] == [2, 1]
    assert {e.get("Of") for e in lists[0]} == {one.get("ActionID")}


async def test_a_refused_list_is_refused(peer: AmiPeer, link: AmiLink) -> None:
    asked = asyncio.create_task(link.action_list("QueueStatus"))
    peer.send(reply(await peer.next_action(), "Error", "Message: Permission denied"))
    with pytest.raises(AmiRefused, match="Permission denied"):
        await soon(asked)


async def test_a_list_without_end_times_out_and_its_rest_is_nobodys(
    peer: AmiPeer, ear: Ear, link: AmiLink
) -> None:
    with pytest.raises(AmiTimeout):
        await link.action_list("QueueStatus", timeout=0.05)
    action = await peer.next_action()
    peer.send(begun(action) + entry(action, "QueueMember", "Name: 101") + HANGUP)
    await ear.event()
    assert link.counters.dropped_unknown >= 1
    assert ear.events.empty()


async def test_a_list_cut_by_a_loss_is_lost_whole(peer: AmiPeer, link: AmiLink) -> None:
    asked = asyncio.create_task(link.action_list("QueueStatus"))
    action = await peer.next_action()
    peer.send(begun(action) + entry(action, "QueueMember", "Name: 101"))
    peer.cut()
    with pytest.raises(AmiLinkLost):
        await soon(asked)
