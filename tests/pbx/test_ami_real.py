"""The AMI link on a real Asterisk, with pyst2 as a witness that shares no code with it."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import pytest
from asterisk.manager import Manager as Witness
from contract.ami_peer import DEADLINE, Ear, soon

from ivr.asterisk.ami import AmiLink
from ivr.asterisk.ami_errors import AmiRefused
from ivr.asterisk.ami_request import LONGEST_LINE
from ivr.asterisk.ami_state import AmiSettings, LinkKind, LinkState
from ivr.asterisk.private.processes import free_port
from ivr.asterisk.private.programs import AsteriskProgram
from ivr.asterisk.private.runtime import PrivateAsterisk

pytestmark = pytest.mark.asyncio(loop_scope="session")

WANTED = frozenset({"OriginateResponse", "Hangup", "QueueMemberAdded", "QueueMemberRemoved"})

DIALPLAN = """\
[ami-real]
exten => stays,1,Answer()
 same => n,Wait(60)
 same => n,Hangup()
"""

_serial = itertools.count(1)


@asynccontextmanager
async def linked(asterisk: PrivateAsterisk, ear: Ear, secret: str = "") -> AsyncIterator[AmiLink]:
    """A link as the product has it: its user's rights and filters are those that we ship."""
    settings = AmiSettings(
        asterisk.host,
        asterisk.ami_port,
        asterisk.ami_user,
        secret or asterisk.ami_secret,
        refused_every=0.1,
    )
    link = AmiLink(settings, ear.events.put_nowait, ear.states.put_nowait, WANTED)
    await link.start()
    try:
        yield link
    finally:
        await link.stop()


@contextmanager
def witness_of(asterisk: PrivateAsterisk) -> Iterator[Witness]:
    witness = Witness()
    witness.connect(asterisk.host, asterisk.ami_port)
    try:
        witness.login(asterisk.witness_user, asterisk.witness_secret)
        yield witness
    finally:
        # pyst2 may have closed the socket already when its own goodbye is still to be written.
        with suppress(ValueError):
            witness.close()


@asynccontextmanager
async def channel(
    asterisk: PrivateAsterisk, link: AmiLink, ear: Ear, *variables: str
) -> AsyncIterator[str]:
    """A channel that stays up, dialled with these variables; gives its name."""
    await asterisk.add_dialplan("ami-real", DIALPLAN)
    unique = f"ami-real-{next(_serial)}"
    await link.action(
        "Originate",
        {
            "Channel": "Local/stays@ami-real/n",
            "Application": "Wait",
            "Data": "60",
            "ChannelId": f"{unique}.1",
            "OtherChannelId": f"{unique}.2",
            "ActionID": unique,
            "Variable": variables,
        },
    )
    while (outcome := await ear.event()).get("ActionID") != unique:
        pass
    assert outcome.get("Response") == "Success"
    name = outcome.get("Channel")
    try:
        yield name
    finally:
        await link.action("Hangup", {"Channel": name})


async def value_of(link: AmiLink, on: str, name: str) -> str:
    return (await link.action("Getvar", {"Channel": on, "Variable": name})).get("Value")


async def test_the_link_comes_up_with_the_rights_that_we_ship(asterisk: PrivateAsterisk) -> None:
    ear = Ear()
    async with linked(asterisk, ear) as link:
        assert await ear.state() is LinkState.CONNECTED
        channels = await link.action_list("CoreShowChannels")
        assert all(one.name == "CoreShowChannel" for one in channels)
        assert link.counters.dropped_malformed == 0


async def test_a_wrong_password_is_told_in_asterisks_words(asterisk: PrivateAsterisk) -> None:
    ear = Ear()
    async with linked(asterisk, ear, secret="not-the-secret") as link:
        for _ in range(2):
            state = await ear.state()
            assert state.kind is LinkKind.REFUSED
            assert "Authentication failed" in state.reason
        assert not link.connected


async def test_what_asterisk_refuses_keeps_the_link(asterisk: PrivateAsterisk) -> None:
    ear = Ear()
    async with linked(asterisk, ear) as link:
        await ear.state()
        with pytest.raises(AmiRefused, match="Extension does not exist"):
            await link.action(
                "Originate",
                {"Channel": "Local/1@nowhere", "Context": "no", "Exten": "no", "Priority": "1"},
            )
        with pytest.raises(AmiRefused, match="Permission denied"):
            await link.action("DBPut", {"Family": "ivr", "Key": "x", "Val": "1"})
        assert (await link.action("Ping")).get("Ping") == "Pong"
        assert ear.states.empty()


async def test_variables_arrive_as_they_were_meant(asterisk: PrivateAsterisk) -> None:
    values = {
        "IVR_TASK": "cb-7",
        "__IVR_INHERITED": "x=y=z",
        "IVR_NAME": "ООО «Вектор» и Ко",
        "IVR_SIGNS": "a;b|c ${1+1} & <b> 'x' % # ! ~ * ^",
        "IVR_BLANKS": " two  blanks ",
        "CALLERID(num)": "+74950000051",
    }
    ear = Ear()
    async with linked(asterisk, ear) as link:
        await ear.state()
        sent = [f"{name}={value}" for name, value in values.items()]
        async with channel(asterisk, link, ear, *sent) as on:
            for name, value in values.items():
                assert await value_of(link, on, name.removeprefix("__")) == value


async def test_the_longest_line_that_is_sent_arrives_whole(asterisk: PrivateAsterisk) -> None:
    value = "x" * (LONGEST_LINE - len(b"Variable: LONG=\r\n"))
    ear = Ear()
    async with linked(asterisk, ear) as link:
        await ear.state()
        async with channel(asterisk, link, ear, f"LONG={value}", "SHORT=1") as on:
            assert await value_of(link, on, "LONG") == value
            assert await value_of(link, on, "SHORT") == "1"


@pytest.mark.parametrize("value", ["ООО «Вектор, Плюс»", 'ООО "Вектор"', "a\\b", "a,b=c"])
async def test_what_is_refused_would_indeed_be_spoilt(
    asterisk: PrivateAsterisk, value: str
) -> None:
    await asterisk.add_dialplan("ami-real", DIALPLAN)
    unique = f"ami-real-{next(_serial)}"
    originate: dict[str, str | list[str]] = {
        "Action": "Originate",
        "Channel": "Local/stays@ami-real/n",
        "Application": "Wait",
        "Data": "60",
        "ChannelId": f"{unique}.1",
        "OtherChannelId": f"{unique}.2",
        "Async": "true",
        "Variable": [f"SPOILT={value}", "AFTER=1"],
    }

    def dialled() -> tuple[str, str]:
        answered = threading.Event()
        with witness_of(asterisk) as witness:
            witness.register_event("OriginateResponse", lambda *_: answered.set())
            witness.send_action(originate)
            assert answered.wait(DEADLINE)
            ask = {"Action": "Getvar", "Channel": f"{unique}.1"}
            got = [
                witness.send_action({**ask, "Variable": name}).get_header("Value", "")
                for name in ("SPOILT", "AFTER")
            ]
            witness.send_action({"Action": "Hangup", "Channel": f"{unique}.1"})
            return got[0], got[1]

    spoilt, after = await soon(asyncio.to_thread(dialled))
    assert spoilt != value
    assert after == "1"


async def test_asterisk_and_the_witness_agree_about_a_queue(asterisk: PrivateAsterisk) -> None:
    queue = f"ami-real-{next(_serial)}"
    await asterisk.add_queues(queue, f"[{queue}]\nstrategy=rrmemory\n")
    ear = Ear()
    async with linked(asterisk, ear) as link:
        await ear.state()
        member = {"Queue": queue, "Interface": "Local/stays@ami-real", "MemberName": "Анна"}
        added = await link.action("QueueAdd", {**member, "Wrapuptime": "30"})
        assert "Added" in added.message
        while (event := await ear.event()).get("Queue") != queue:
            pass
        assert (event.name, event.get("MemberName")) == ("QueueMemberAdded", "Анна")
        entries = await link.action_list("QueueStatus", {"Queue": queue})
        assert [(one.name, one.get("Name")) for one in entries if one.name == "QueueMember"] == [
            ("QueueMember", "Анна")
        ]
        await link.action("QueueRemove", {"Queue": queue, "Interface": member["Interface"]})


async def test_a_restart_of_asterisk_is_one_loss_and_one_return(
    asterisk_program: AsteriskProgram,
) -> None:
    ear = Ear()
    async with (
        PrivateAsterisk(asterisk_program, agi_port=free_port()) as own,
        linked(own, ear) as link,
    ):
        assert await ear.state() is LinkState.CONNECTED
        await own.restart()
        assert (await ear.state()).kind is LinkKind.LOST
        assert await ear.state() is LinkState.CONNECTED
        assert (await link.action("Ping")).get("Ping") == "Pong"
        assert link.counters.reconnects == 1


async def test_a_frozen_asterisk_is_noticed_and_taken_back_when_it_thaws(
    asterisk_program: AsteriskProgram,
) -> None:
    ear = Ear()
    async with (
        PrivateAsterisk(asterisk_program, agi_port=free_port()) as own,
        linked(own, ear) as link,
    ):
        assert await ear.state() is LinkState.CONNECTED
        own.freeze()
        state = await ear.state()
        assert state.kind is LinkKind.LOST
        assert "mute" in state.reason
        own.thaw()
        assert await ear.state() is LinkState.CONNECTED
        assert (await link.action("Ping")).get("Ping") == "Pong"
