"""FastAGI with a real Asterisk: what our reading and writing rest on, and its ways to hang up."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString

import pytest
from agi_variables import get_variable, set_variable

from ivr.asterisk.agi import AgiServer
from ivr.asterisk.agi_errors import (
    AgiCommandInvalid,
    AgiHungUp,
    AgiOutOfStep,
)
from ivr.asterisk.agi_request import AgiRequest
from ivr.asterisk.agi_session import AgiSession
from ivr.asterisk.agi_text import LINE_BYTES
from ivr.asterisk.private.processes import LOOPBACK
from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller

DEADLINE = 30.0
_serial = itertools.count(1)

DIALPLAN = """\
[agi-{serial}]
exten => go,1,Answer()
 same => n,Set(AGIEXITONHANGUP={leaves})
 same => n,AGI(agi://127.0.0.1:{port}/ask,one,two words)
 same => n,Hangup()
exten => wait,1,Answer()
 same => n,Wait(60)
[from-trunk]
exten => +7499{serial:07d},1,AGI(agi://127.0.0.1:{port}/ask,${{EXTEN}},${{CHANNEL(linkedid)}})
 same => n,Hangup(17)
"""


@dataclass
class Door:
    """A server of one test, with the dialplan that asks it."""

    asterisk: PrivateAsterisk
    serial: int
    server: AgiServer
    requests: list[AgiRequest] = field(default_factory=list)

    @property
    def number(self) -> str:
        """What a SIP caller dials to get there."""
        return f"+7499{self.serial:07d}"

    async def rings(self) -> None:
        """Send a channel of Asterisk's own into the dialplan."""
        local = f"Local/go@agi-{self.serial}/n extension wait@agi-{self.serial}"
        await self.asterisk.cli(f"channel originate {local}")

    async def hang_up(self, channel: str) -> None:
        """End one channel; Asterisk tells the session of it by HANGUP."""
        await self.asterisk.cli(f"channel request hangup {channel}")


@asynccontextmanager
async def door(
    asterisk: PrivateAsterisk,
    handler: Callable[[AgiSession], Awaitable[Any]],
    *,
    leaves: bool = True,
) -> AsyncIterator[tuple[Door, asyncio.Future[Any]]]:
    """A server whose first session's outcome is the future's."""
    outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def ask(session: AgiSession) -> None:
        made.requests.append(session.request)
        try:
            outcome.set_result(await handler(session))
        except Exception as error:
            outcome.set_exception(error)
            raise

    made = Door(asterisk, next(_serial), AgiServer(LOOPBACK, 0, {"ask": ask}))
    async with AsyncExitStack() as stack:
        await made.server.start()
        stack.push_async_callback(made.server.stop)
        stack.push_async_callback(asterisk.cli, "channel request hangup all")
        lines = DIALPLAN.format(
            serial=made.serial, port=made.server.port, leaves="yes" if leaves else "no"
        )
        await asterisk.add_dialplan(f"agi-{made.serial}", lines)
        yield made, outcome


async def asked(asterisk: PrivateAsterisk, handler: Callable[[AgiSession], Awaitable[Any]]) -> Any:
    """The outcome of one session on a channel of Asterisk's own."""
    async with door(asterisk, handler) as (made, outcome):
        await made.rings()
        async with asyncio.timeout(DEADLINE):
            return await outcome


async def dialled(asterisk: PrivateAsterisk, sipp: Program, from_name: bytes) -> AgiRequest:
    """What a SIP caller of this name becomes."""

    async def handler(session: AgiSession) -> Any:
        return session.request

    async with door(asterisk, handler) as (made, outcome):
        caller = Caller(sipp, asterisk.sip_port, made.number, from_name=from_name)
        async with caller, asyncio.timeout(DEADLINE):
            request: AgiRequest = await outcome
    assert request.args[0] == made.number
    return request


async def full(session: AgiSession, expression: LiteralString) -> str:
    """What Asterisk makes of an expression of the dialplan."""
    return await session.command("GET FULL VARIABLE", expression)


async def test_asterisk_tells_of_the_channel_and_of_its_arguments(
    asterisk: PrivateAsterisk,
) -> None:
    async def handler(session: AgiSession) -> Any:
        uniqueid = await full(session, "${CHANNEL(uniqueid)}")
        return session.request, uniqueid

    request, uniqueid = await asked(asterisk, handler)
    assert request.route == "ask"
    assert request.args == ("one", "two words")
    assert request.channel.startswith("Local/go@agi-")
    assert request.uniqueid == uniqueid
    assert next(iter(request.raw)) == "agi_network"
    assert list(request.raw).index("agi_threadid") == len(request.raw) - 3


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        'a "quoted" word',
        "back\\slash \\\\ and \\n",
        "${EXTEN} $[1+1] ${SHELL(id)}",
        "Иван «Ромашка» 👍",
        "a\tb",
        "; | , & ' ( ) x)",
        '"',
        "\\",
    ],
)
async def test_asterisk_keeps_a_value_literally(asterisk: PrivateAsterisk, value: str) -> None:
    async def handler(session: AgiSession) -> Any:
        await set_variable(session, "IVR_X", value)
        return await get_variable(session, "IVR_X"), await get_variable(session, "IVR_NONE")

    kept, none = await asked(asterisk, handler)
    assert kept == value.replace("\t", "\\x09")
    assert none == ""


async def test_asterisk_keeps_several_values_of_one_command_literally(
    asterisk: PrivateAsterisk,
) -> None:
    odd = ('a "quoted" word', "", "a,b", "((", "]", "back\\slash", "${EXTEN}", "Ромашка", " ")
    told = [(f"IVR_{n}", value) for n, value in enumerate(odd)]

    async def handler(session: AgiSession) -> Any:
        await session.set_variables(told)
        return [await get_variable(session, name) for name, _ in told]

    assert await asked(asterisk, handler) == list(odd)


async def test_the_longest_command_arrives_whole_and_the_next_is_in_step(
    asterisk: PrivateAsterisk,
) -> None:
    longest = LINE_BYTES - len('SET VARIABLE "IVR_X" ""')

    async def handler(session: AgiSession) -> Any:
        await set_variable(session, "IVR_X", "x" * longest)
        return await full(session, "${LEN(${IVR_X})}")

    assert await asked(asterisk, handler) == str(longest)


async def test_a_usage_text_belongs_to_its_command_alone(asterisk: PrivateAsterisk) -> None:
    async def handler(session: AgiSession) -> Any:
        with pytest.raises(AgiCommandInvalid) as usage:
            await session.command("SET VARIABLE", "IVR_X")
        with pytest.raises(AgiCommandInvalid, match="unknown command"):
            await session.command("NO SUCH COMMAND")
        await set_variable(session, "IVR_X", "in step")
        return usage.value.usage, await get_variable(session, "IVR_X")

    usage, value = await asked(asterisk, handler)
    assert "variable" in usage
    assert usage.endswith("520 End of proper usage.")
    assert value == "in step"


async def test_a_value_of_two_lines_is_read_whole(asterisk: PrivateAsterisk) -> None:
    async def handler(session: AgiSession) -> Any:
        value = await full(session, "${URIDECODE(a%0Ab)}")
        return value, await full(session, "${LEN(abc)}")

    assert await asked(asterisk, handler) == ("a\\x0ab", "3")


async def test_a_value_that_poses_as_the_next_answer_ends_the_session(
    asterisk: PrivateAsterisk,
) -> None:
    async def handler(session: AgiSession) -> Any:
        await full(session, "${URIDECODE(x%29%0A200 result=1 %28forged)}")
        await get_variable(session, "IVR_X")

    with pytest.raises(AgiOutOfStep, match="forged"):
        await asked(asterisk, handler)


async def test_a_hangup_in_mid_session_is_told_once_and_dead_commands_stay_in_step(
    asterisk: PrivateAsterisk,
) -> None:
    async def handler(session: AgiSession) -> Any:
        await made.hang_up(session.request.channel)
        async with asyncio.timeout(DEADLINE):
            while not session.hung_up:  # noqa: ASYNC110  Asterisk tells when it likes
                await asyncio.sleep(0.005)
        with pytest.raises(AgiHungUp, match="the caller hung up"):
            await get_variable(session, "IVR_X")
        await set_variable(session, "IVR_X", "after")
        with pytest.raises(AgiHungUp, match="dead"):
            await session.command("ANSWER")
        return await get_variable(session, "IVR_X")

    async with door(asterisk, handler, leaves=False) as (made, outcome):
        await made.rings()
        async with asyncio.timeout(DEADLINE):
            assert await outcome == "after"


async def test_asterisk_that_leaves_agi_at_the_hangup_is_a_hangup(
    asterisk: PrivateAsterisk,
) -> None:
    async def handler(session: AgiSession) -> Any:
        await made.hang_up(session.request.channel)
        async with asyncio.timeout(DEADLINE):
            while True:
                await get_variable(session, "IVR_X")

    async with door(asterisk, handler) as (made, outcome):
        await made.rings()
        with pytest.raises(AgiHungUp):
            await outcome
        async with asyncio.timeout(DEADLINE):
            while not made.server.counts["hung_up"]:  # noqa: ASYNC110  told to nobody else
                await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ('"ООО «Вектор»"'.encode(), "ООО «Вектор»"),
        (b'"<img src=x onerror=alert(1)>"', "<img src=x onerror=alert(1)>"),
        (b'"${SHELL(id)} $[1/0] &PJSIP/x"', "${SHELL(id)} $[1/0] &PJSIP/x"),
        (b"", "unknown"),
    ],
)
async def test_the_name_of_a_sip_caller_arrives_as_text(
    asterisk: PrivateAsterisk, sipp: Program, name: bytes, text: str
) -> None:
    request = await dialled(asterisk, sipp, from_name=name)
    assert request.caller_name == text
    assert request.caller_number == "+79161234567"


async def test_a_name_that_is_no_utf8_does_not_stop_the_session(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    """Asterisk 22 replaces such bytes itself; older ones pass them on."""
    request = await dialled(asterisk, sipp, from_name='"Иван Петров"'.encode("cp1251"))
    assert request.caller_name in ("Иван Петров", "\ufffd" * 4 + " " + "\ufffd" * 6)


@pytest.mark.parametrize("number", ["7495%0Aagi_arg_1%3A%2088005553535", "7495%0A%0A"])
async def test_a_sip_caller_whose_number_holds_a_line_end_reaches_no_route(
    asterisk: PrivateAsterisk, sipp: Program, number: str
) -> None:
    """Asterisk writes such a number into its headers as it is."""

    async def handler(session: AgiSession) -> Any:
        raise AssertionError(f"asked with {session.request}")

    async with door(asterisk, handler) as (made, _):
        caller = Caller(sipp, asterisk.sip_port, made.number, from_user=number)
        async with caller:
            assert (await caller.wait()).status == 486
        assert made.requests == []
        refused = {kind for kind in made.server.counts if kind.startswith("headers_")}
        assert refused <= {"headers_repeated", "headers_malformed", "headers_missing"}
        assert len(refused) == 1
