"""The service dies, freezes or is probed while real calls are on: the phones go on."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from e2e.conftest import until

if TYPE_CHECKING:
    from e2e.conftest import House


def steps(house: House, call: str) -> int:
    """How many answers of this call are on the disk."""
    walk = house.look.interview(call)
    kept = walk.walk["steps"] if walk is not None else []
    assert isinstance(kept, list)
    return len(kept)


async def test_the_talk_goes_on_when_the_service_is_killed_and_the_tree_comes_back(
    house: House,
) -> None:
    await house.desk("anna")
    caller = await house.caller()
    await house.answer("anna", who="organisation")
    await house.sees("anna", lambda s: bool(s.question and s.question.id == "staff"))
    call = house.call_id("anna")
    await until(lambda: steps(house, call) == 1, lambda: "the answer never reached the disk")
    await house.stage.kill_service()
    assert caller.is_running
    channels = await house.stage.asterisk.cli("core show channels concise")
    assert "PJSIP/101" in channels, "the agent's leg was cut off"
    await house.stage.start_service()
    await house.again("anna")
    screen = await house.sees("anna", lambda s: bool(s.question and s.question.id == "staff"))
    assert [f.question for f in screen.known] == ["who"]
    assert house.call_id("anna") == call
    await house.answer("anna", staff="20", seats="5")
    await house.sees("anna", lambda s: s.stage == "outcome")
    await caller.hang_up()
    await caller.wait()
    await house.sees("anna", lambda s: s.stage == "wrap_up")


async def test_a_caller_rings_through_while_the_service_is_absent(house: House) -> None:
    await house.desk("anna")
    await house.stage.kill_service()
    caller = await house.caller()
    await house.stage.phones["anna"].rung(deadline=4.0)
    await caller.answered()
    await house.stage.start_service()
    await house.again("anna")
    screen = await house.sees("anna", lambda s: s.stage == "asking")
    assert screen.question is not None
    await caller.hang_up()


async def test_a_caller_rings_through_while_the_service_is_frozen(house: House) -> None:
    await house.desk("anna")
    os.kill(house.stage.service_pid, signal.SIGSTOP)
    try:
        caller = await house.caller()
        await house.stage.phones["anna"].rung(deadline=5.0)
        await caller.answered()
    finally:
        os.kill(house.stage.service_pid, signal.SIGCONT)
    await house.sees("anna", lambda s: s.stage == "asking")
    await caller.hang_up()


async def test_port_scans_do_not_disturb_a_call(house: House) -> None:
    await house.desk("anna")
    ports = (house.stage.asterisk.agi_port, int(house.stage.url.rsplit(":", 1)[1]))
    scanners = [asyncio.create_task(_scan(port)) for port in ports for _ in range(20)]
    caller = await house.caller()
    await house.answer("anna", who="person")
    await house.sees("anna", lambda s: s.stage == "outcome")
    await asyncio.gather(*scanners)
    await caller.hang_up()


async def _scan(port: int) -> None:
    """Connect and close, connect and babble, connect and stay mute for a moment."""
    for words in (b"", b"\x00\xff\x13\x37" * 50, b"GET / HTTP/1.0\r\n\r\n", b"agi_x: 1\n" * 10):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(words)
        writer.close()
