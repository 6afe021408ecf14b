"""Strangers at the FastAGI port, the limits on all of them, and the server itself."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
import uvloop
from agi_variables import get_variable, set_variable
from contract.agi_peer import DEADLINE, Place, opening

from ivr.asterisk import agi
from ivr.asterisk.agi import AgiServer
from ivr.asterisk.agi_errors import (
    AgiCannotListen,
    AgiExposed,
    AgiPortTaken,
)
from ivr.asterisk.agi_session import AgiSession


async def silent(session: AgiSession) -> None:
    """A handler that says nothing."""


async def test_a_thousand_port_probes_leave_nothing_running(place: Place) -> None:
    server = await place.serve({"intake": silent})
    before = asyncio.all_tasks()
    for _ in range(1000):
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.close()
    await place.until(lambda: place.counts["probe"] == 1000)
    assert server.open_sessions == 0
    assert asyncio.all_tasks() == before


async def test_a_peer_without_a_blank_line_is_closed_in_its_time(place: Place) -> None:
    server = await place.serve({"intake": silent}, header_timeout=0.1)
    quiet, halfway = await place.peer(), await place.peer(opening()[:-1])
    assert await quiet.is_closed()
    assert await halfway.is_closed()
    assert place.counts["headers_late"] == 2
    assert server.open_sessions == 0


async def test_peers_that_came_at_different_times_are_each_closed(place: Place) -> None:
    server = await place.serve({"intake": silent}, header_timeout=0.2)
    first = await place.peer(b"agi_")
    await place.until(lambda: server.open_sessions == 1)
    came = asyncio.get_running_loop().time()
    await place.until(lambda: asyncio.get_running_loop().time() > came + 0.05)
    second = await place.peer(b"agi_")
    assert await first.is_closed()
    assert await second.is_closed()
    assert await (await place.peer(b"agi_")).is_closed()
    assert place.counts["headers_late"] == 3


async def test_ten_megabytes_of_headers_are_closed_in_bounded_memory(place: Place) -> None:
    server = await place.serve({"intake": silent})
    peer = await place.peer(b"agi_network: yes\n")
    chunk = b"agi_x: " + b"y" * 65536
    tracemalloc.start()
    try:
        with contextlib.suppress(ConnectionError):
            for _ in range(160):
                peer.say(chunk)
                await peer.writer.drain()
        await place.until(lambda: server.open_sessions == 0)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert place.counts["headers_too_long"] == 1
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (opening("nowhere"), "unknown_route"),
        (opening(""), "unknown_route"),
        (opening()[:-1] + b"agi_callerid: 2\n\n", "headers_repeated"),
        (opening()[:-1] + b"agi_x: 1\n" * 2 + b"\n", "headers_repeated"),
        (b"".join(b"agi_%d: x\n" % n for n in range(300)) + b"\n", "headers_too_long"),
        (b"agi_x: " + b"y" * 20_000 + b"\n\n", "headers_too_long"),
        (b"agi_network: yes\nagi_channel: x\n\n", "headers_missing"),
        (opening().replace(b"agi_uniqueid", b"agi_other"), "headers_missing"),
        (opening()[:-1] + b"Action: Logoff\n\n", "headers_malformed"),
        (opening()[:-1] + b"agi_nothing\n\n", "headers_malformed"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "headers_malformed"),
        (b"\n\n", "headers_malformed"),
        (b"\x16\x03\x01\x02\x00", "headers_malformed"),
        (opening(number=b"1\n\nagi_calleridname: x"), "headers_malformed"),
        (opening(number=b"1\nagi_arg_1: forged"), "headers_repeated"),
        (
            opening(number=b"1\nagi_threadid: 1\nagi_arg_1: forged\n\n"),
            "headers_malformed",
        ),
    ],
)
async def test_a_peer_that_does_not_ask_as_asterisk_does_is_closed_and_counted(
    place: Place, data: bytes, count: str
) -> None:
    server = await place.serve({"intake": silent})
    peer = await place.peer(data)
    assert await peer.is_closed()
    assert {kind: n for kind, n in place.counts.items() if kind != "accepted"} == {count: 1}
    assert server.open_sessions == 0


async def test_a_block_ended_by_a_callers_line_end_reaches_no_route(place: Place) -> None:
    async def route(session: AgiSession) -> None:
        raise AssertionError(f"asked with {session.request.args}")

    await place.serve({"intake": route})
    whole = opening(number=b"1\n\n")
    cut = whole.index(b"\n\n") + 2
    peer = await place.peer(whole[:cut])
    assert await peer.is_closed()
    assert place.counts["headers_missing"] == 1


async def test_a_peer_cut_off_in_its_headers_is_counted_apart_from_a_probe(place: Place) -> None:
    await place.serve({"intake": silent})
    peer = await place.peer(opening()[:100])
    await peer.writer.drain()
    peer.writer.close()
    await place.until(lambda: place.counts["headers_cut_off"] == 1)
    assert place.counts["probe"] == 0


async def test_an_unknown_route_is_logged_once_and_routes_without_end_do_not_fill_the_log(
    place: Place, said: list[Any]
) -> None:
    await place.serve({"intake": silent})
    for route in ["nowhere", "nowhere", *(f"made-up-{n}" for n in range(150))]:
        assert await (await place.peer(opening(route))).is_closed()
    assert place.counts["unknown_route"] == 152
    assert [line["detail"] for line in said].count("nowhere") == 1
    assert len(said) == agi.LOGGED_ONCE


@pytest.fixture
def many_files() -> Iterator[None]:
    """Room for the sockets of both ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
async def test_five_hundred_idle_sockets_do_not_keep_calls_out(place: Place) -> None:
    async def route(session: AgiSession) -> None:
        await set_variable(session, "IVR_VERDICT", "queue")

    server = await place.serve({"intake": route}, header_timeout=DEADLINE)
    idle = [await place.peer(b"agi_net" if n % 2 else b"") for n in range(500)]
    await place.until(lambda: server.open_sessions == 500)
    for _ in range(20):
        call = await place.peer(opening())
        assert await call.answers(b"200 result=1\n") == [b'SET VARIABLE "IVR_VERDICT" "queue"']
    await place.until(lambda: place.counts["served"] == 20)
    assert place.counts["full"] == 0
    assert 1 <= place.counts["idle_dropped"] <= 20
    assert await idle[0].is_closed()


async def test_calls_beyond_the_limit_are_closed_at_once_and_those_inside_go_on(
    place: Place,
) -> None:
    async def route(session: AgiSession) -> None:
        await set_variable(session, "X", "1")

    server = await place.serve({"intake": route}, max_sessions=2)
    inside = [await place.peer(opening()) for _ in range(2)]
    for peer in inside:
        await peer.hears()
    assert await (await place.peer(opening())).is_closed()
    assert place.counts["full"] == 1
    for peer in inside:
        peer.say(b"200 result=1\n")
    await place.until(lambda: place.counts["served"] == 2)
    assert server.open_sessions == 0


# The server itself


async def test_a_taken_port_is_named(place: Place) -> None:
    server = await place.serve({})
    with pytest.raises(AgiPortTaken, match=rf"127\.0\.0\.1:{server.port}.*second linetree"):
        await AgiServer("127.0.0.1", server.port, {}).start()


async def test_a_host_that_is_not_this_machine_is_named() -> None:
    with pytest.raises(AgiCannotListen, match=r"203\.0\.113\.1") as fault:
        await AgiServer("203.0.113.1", 0, {}, allow_remote=True).start()
    assert not isinstance(fault.value, AgiPortTaken)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "pbx.example.com"])
def test_listening_for_other_machines_must_be_asked_for(host: str) -> None:
    with pytest.raises(AgiExposed, match="no authentication"):
        AgiServer(host, 0, {})
    AgiServer(host, 0, {}, allow_remote=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_needs_no_permission(host: str) -> None:
    AgiServer(host, 0, {})


async def test_stopping_ends_every_session_and_frees_the_port(place: Place) -> None:
    async def route(session: AgiSession) -> None:
        await set_variable(session, "X", "1")

    server = await place.serve({"intake": route})
    asking, quiet = await place.peer(opening()), await place.peer()
    await asking.hears()
    await place.until(lambda: server.open_sessions == 2)
    await server.stop()
    await server.stop()
    assert await asking.is_closed()
    assert await quiet.is_closed()
    assert server.open_sessions == 0
    again = AgiServer("127.0.0.1", server.port, {})
    await again.start()
    await again.stop()


def test_a_session_runs_on_uvloop_too() -> None:
    async def session_on_uvloop() -> Any:
        place = Place()
        try:
            return await place.call(
                lambda session: get_variable(session, "X"), b"200 result=1 (\xd0\x98)\n"
            )
        finally:
            await place.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(session_on_uvloop()) == "И"
