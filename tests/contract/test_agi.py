"""One FastAGI session over a real socket: answers, hang-ups and faults keep their places."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest
from agi_variables import get_variable, set_variable
from contract.agi_peer import USAGE, Place, opening

from ivr.asterisk.agi import AgiLimits
from ivr.asterisk.agi_errors import (
    AgiCommandInvalid,
    AgiHungUp,
    AgiInjection,
    AgiOutOfStep,
    AgiTimeout,
)
from ivr.asterisk.agi_session import AgiSession


async def test_variables_are_set_and_read_in_step(place: Place) -> None:
    async def handler(session: AgiSession) -> Any:
        await set_variable(session, "IVR_VERDICT", "queue")
        return await get_variable(session, "IVR_QUEUE"), await get_variable(session, "NONE")

    answers = b"200 result=1\n", b"200 result=1 (client)\n", b"200 result=0\n"
    assert await place.call(handler, *answers) == ("client", "")
    await place.until(lambda: place.counts["served"] == 1)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (b"200 result=1 ()\n", ""),
        (b"200 result=1 (hangup)\n", "hangup"),
        (b"200 result=1 (a) (b=c)\n", "a) (b=c"),
        (b"200 result=1 (x) endpos=3)\n", "x) endpos=3"),
        (b"200 result=1 (two\nlines)\n", "two\\x0alines"),
        (b"200 result=1 (\xc8\xe2\xe0\xed)\n", "Иван"),
        ("200 result=1 (Иван)\n".encode(), "Иван"),
        (b"100 result=0 Trying...\n200 result=1 (late)\n", "late"),
    ],
)
async def test_a_variables_value_is_read_whole(place: Place, answer: bytes, value: str) -> None:
    async def handler(session: AgiSession) -> Any:
        return await get_variable(session, "X"), await get_variable(session, "Y")

    assert await place.call(handler, answer, b"200 result=1 (next)\n") == (value, "next")


async def test_an_answer_that_arrives_byte_by_byte_is_one(place: Place) -> None:
    async def route(session: AgiSession) -> None:
        await set_variable(session, "X", await get_variable(session, "X"))

    await place.serve({"intake": route})
    peer = await place.peer(opening())
    await peer.hears()
    for byte in "200 result=1 (Иван)\n".encode():
        peer.say(bytes([byte]))
        await asyncio.sleep(0)
    assert await peer.hears() == 'SET VARIABLE "X" "Иван"'.encode()


async def test_a_full_expression_is_sent_as_written(place: Place) -> None:
    async def route(session: AgiSession) -> None:
        await session.command("GET FULL VARIABLE", "${CHANNEL(linkedid)}")

    await place.serve({"intake": route})
    peer = await place.peer(opening())
    assert await peer.hears() == b'GET FULL VARIABLE "${CHANNEL(linkedid)}"'


@pytest.mark.parametrize("value", ["a\nHANGUP", "a\r\nb", "a\0b", "half \ud83d of a pair"])
async def test_a_value_that_would_end_its_line_is_refused_and_nothing_is_sent(
    place: Place, value: str
) -> None:
    async def route(session: AgiSession) -> None:
        for name, text in (("X", value), (value, "x"), ("X", "mended")):
            with contextlib.suppress(AgiInjection):
                await set_variable(session, name, text)

    await place.serve({"intake": route})
    peer = await place.peer(opening())
    assert await peer.answers(b"200 result=1\n") == [b'SET VARIABLE "X" "mended"']
    assert await peer.is_closed()
    await place.until(lambda: place.counts["served"] == 1)


# Hang-ups and faults in mid-session


async def test_a_hangup_in_mid_session_is_told_once_and_shifts_no_answer(place: Place) -> None:
    async def handler(session: AgiSession) -> Any:
        with pytest.raises(AgiHungUp, match="the caller hung up"):
            await get_variable(session, "A")
        return session.hung_up, await get_variable(session, "B")

    answers = b"HANGUP\n200 result=1 (a)\n", b"200 result=1 (b)\n"
    assert await place.call(handler, *answers) == (True, "b")


async def test_a_hangup_between_commands_is_seen_at_once_and_told_by_the_next(
    place: Place,
) -> None:
    hang_up = asyncio.Event()

    async def route(session: AgiSession) -> None:
        await get_variable(session, "A")
        hang_up.set()
        await place.until(lambda: session.hung_up)
        with pytest.raises(AgiHungUp):
            await get_variable(session, "B")
        assert await get_variable(session, "C") == "c"

    await place.serve({"intake": route})
    peer = await place.peer(opening())
    await peer.answers(b"200 result=1 (a)\n")
    await hang_up.wait()
    peer.say(b"HANGUP\n")
    await peer.answers(b"200 result=1 (b)\n", b"200 result=1 (c)\n")
    await place.until(lambda: place.counts["served"] == 1)


async def test_asterisk_that_leaves_at_the_hangup_is_a_hangup(place: Place) -> None:
    async def route(session: AgiSession) -> None:
        await get_variable(session, "A")

    await place.serve({"intake": route})
    peer = await place.peer(opening())
    await peer.hears()
    peer.say(b"HANGUP\nHANGUP\n")
    peer.writer.close()
    await place.until(lambda: place.counts["hung_up"] == 1)


@pytest.mark.parametrize("part", [b"", b"200 result=1 (half", b"520-Invalid\nUsage"])
async def test_a_peer_that_vanishes_in_mid_answer_is_a_hangup_for_every_later_command(
    place: Place, part: bytes
) -> None:
    faults: list[AgiHungUp] = []

    async def route(session: AgiSession) -> None:
        for _ in range(2):
            with pytest.raises(AgiHungUp) as fault:
                await get_variable(session, "A")
            faults.append(fault.value)

    await place.serve({"intake": route})
    peer = await place.peer(opening())
    await peer.hears()
    peer.say(part)
    await peer.writer.drain()
    peer.leave()
    await place.until(lambda: place.counts["served"] == 1)
    assert len(faults) == 2


async def test_a_dead_channel_is_a_hangup(place: Place) -> None:
    async def handler(session: AgiSession) -> Any:
        with pytest.raises(AgiHungUp, match="dead"):
            await session.command("ANSWER")
        return await get_variable(session, "B")

    dead = b"511 Command Not Permitted on a dead channel or intercept routine\n"
    assert await place.call(handler, dead, b"200 result=1 (b)\n") == "b"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (USAGE, "Usage: SET VARIABLE <variablename> <value>"),
        (b"520 Invalid command syntax.  Proper usage not available.\n", "not available"),
        (b"510 Invalid or unknown command\n", "unknown command"),
    ],
)
async def test_an_invalid_command_is_named_with_its_usage_and_shifts_no_answer(
    place: Place, answer: bytes, told: str
) -> None:
    async def handler(session: AgiSession) -> Any:
        with pytest.raises(AgiCommandInvalid) as fault:
            await session.command("SET VARIABLE", "X")
        return fault.value.usage, await get_variable(session, "B")

    usage, value = await place.call(handler, answer, b"200 result=1 (b)\n")
    assert told in usage
    assert value == "b"


async def test_a_value_that_brings_an_answer_of_its_own_ends_the_session(place: Place) -> None:
    async def handler(session: AgiSession) -> Any:
        assert await get_variable(session, "A") == "x"
        await get_variable(session, "B")

    forged = b"200 result=1 (x)\n200 result=1 (forged)\n"
    with pytest.raises(AgiOutOfStep, match="nobody asked"):
        await place.call(handler, forged)


@pytest.mark.parametrize("answer", [b"agi_arg_1: x\n", b"\n", b"hello\n", b"300 what\n"])
async def test_what_is_no_answer_ends_the_session(place: Place, answer: bytes) -> None:
    async def handler(session: AgiSession) -> Any:
        await get_variable(session, "A")

    with pytest.raises(AgiOutOfStep):
        await place.call(handler, answer)


async def test_an_endless_answer_ends_the_session(place: Place) -> None:
    async def handler(session: AgiSession) -> Any:
        await get_variable(session, "A")

    with pytest.raises(AgiOutOfStep, match="65536 bytes"):
        await place.call(handler, b"200 result=1 (" + b"x" * 70_000)


async def test_an_answer_that_does_not_come_is_a_timeout_and_nothing_more_is_sent(
    place: Place,
) -> None:
    async def route(session: AgiSession) -> None:
        for _ in range(2):
            with pytest.raises(AgiTimeout, match=r"GET VARIABLE within 0\.05 s"):
                await get_variable(session, "A")

    await place.serve({"intake": route}, command_timeout=0.05)
    peer = await place.peer(opening())
    assert await peer.hears() == b'GET VARIABLE "A"'
    assert await peer.is_closed()
    await place.until(lambda: place.counts["served"] == 1)


async def test_an_answer_that_nobody_waited_for_is_never_taken_for_another(place: Place) -> None:
    async def handler(session: AgiSession) -> Any:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(get_variable(session, "A"), 0.01)
        await get_variable(session, "B")

    with pytest.raises(AgiOutOfStep, match="GET VARIABLE is still unanswered"):
        await place.call(handler)


async def test_two_commands_at_once_are_refused(place: Place) -> None:
    async def handler(session: AgiSession) -> Any:
        return await asyncio.gather(
            get_variable(session, "A"), get_variable(session, "B"), return_exceptions=True
        )

    first, second = await place.call(handler, b"200 result=1 (a)\n")
    assert first == "a"
    assert isinstance(second, AgiOutOfStep)


# Handlers


async def test_a_handlers_error_ends_its_own_session_and_is_logged_with_its_call(
    place: Place, said: list[Any]
) -> None:
    async def broken(session: AgiSession) -> None:
        session.bind_linkedid(session.request.args[1])
        raise ZeroDivisionError("planted")

    async def sound(session: AgiSession) -> None:
        await set_variable(session, "X", "1")

    await place.serve({"intake": broken, "untaken": sound})
    beside = await place.peer(opening("untaken"))
    await beside.hears()
    assert await (await place.peer(opening())).is_closed()
    beside.say(b"200 result=1\n")
    await place.until(lambda: place.counts["served"] == 1)
    assert place.counts["handler_failed"] == 1
    (line,) = [line for line in said if line["event"] == "agi_handler_failed"]
    assert line["linkedid"] == "1764054000.42"
    assert isinstance(line["exc_info"], ZeroDivisionError)
    assert line["exc_info"].__traceback__ is not None


async def test_a_bound_call_is_not_on_the_lines_of_the_next(place: Place, said: list[Any]) -> None:
    async def bound(session: AgiSession) -> None:
        session.bind_linkedid("1764054000.42")

    async def broken(session: AgiSession) -> None:
        raise ZeroDivisionError("planted")

    await place.serve({"intake": bound, "untaken": broken})
    for script in ("intake", "untaken"):
        assert await (await place.peer(opening(script))).is_closed()
    assert ["linkedid" in line for line in said] == [False]


async def test_a_handler_is_cancelled_when_its_routes_time_is_over(
    place: Place, said: list[Any]
) -> None:
    cancelled = asyncio.Event()

    async def slow(session: AgiSession) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    await place.serve({"intake": slow}, route_timeouts={"intake": 0.05})
    peer = await place.peer(opening())
    assert await peer.is_closed()
    assert cancelled.is_set()
    assert place.counts["handler_late"] == 1
    assert [line["event"] for line in said] == ["agi_handler_cancelled"]


async def test_a_handlers_own_timeout_is_its_own_error(place: Place, said: list[Any]) -> None:
    async def impatient(session: AgiSession) -> None:
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)

    await place.serve({"intake": impatient})
    assert await (await place.peer(opening())).is_closed()
    assert (place.counts["handler_failed"], place.counts["handler_late"]) == (1, 0)


def test_intake_has_as_long_as_the_dialplan_waits_and_other_routes_longer() -> None:
    limits = AgiLimits()
    assert (limits.handler_timeout("intake"), limits.handler_timeout("keys")) == (2.0, 30.0)
