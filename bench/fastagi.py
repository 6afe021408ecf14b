"""CPU of a FastAGI session: ours with all guards beside bare streams and stock panoramisk."""

from __future__ import annotations

import asyncio
import json
import selectors
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from panoramisk import fast_agi

from ivr.asterisk.agi import AgiServer, AgiSession

AT_ONCE = 50
SESSIONS = 1000
ROUNDS = 7
GOAL = 1.25
HOST = "127.0.0.1"

VERDICT = (("IVR_QUEUE", "client"), ("IVR_LINES", "client"), ("IVR_VERDICT", "queue"))
"""What intake tells the dialplan of an admitted call."""

HEADERS = "\n".join(
    (
        "agi_network: yes",
        "agi_network_script: intake",
        "agi_request: agi://127.0.0.1:4573/intake",
        "agi_channel: PJSIP/trunk-0000002a",
        "agi_language: ru",
        "agi_type: PJSIP",
        "agi_uniqueid: 1764054000.42",
        "agi_version: 22.10.1~dfsg+~cs6.15.60671435-1",
        "agi_callerid: +74951234567",
        "agi_calleridname: Иван Петров",
        "agi_callingpres: 0",
        "agi_callingani2: 0",
        "agi_callington: 0",
        "agi_callingtns: 0",
        "agi_dnid: 88005553535",
        "agi_rdnis: unknown",
        "agi_context: ivr-entry",
        "agi_extension: s",
        "agi_priority: 6",
        "agi_enhanced: 0.0",
        "agi_accountcode: ",
        "agi_threadid: 140423345678912",
        "agi_arg_1: 88005553535",
        "agi_arg_2: 1764054000.42",
        "",
        "",
    )
).encode()

Server = Callable[[], AbstractAsyncContextManager[int]]


@asynccontextmanager
async def bare() -> AsyncIterator[int]:
    """The limit: asyncio's own streams, every header in a dict, no guard at all."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        block = await reader.readuntil(b"\n\n")
        headers = dict(line.split(": ", 1) for line in block[:-2].decode().split("\n"))
        if headers["agi_network_script"] == "intake":
            for name, value in VERDICT:
                writer.write(f'SET VARIABLE {name} "{value}"\n'.encode())
                await writer.drain()
                if not (await reader.readline()).startswith(b"200 "):
                    break
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def stock() -> AsyncIterator[int]:
    """panoramisk's own Application."""

    async def intake(request: fast_agi.Request) -> None:
        for name, value in VERDICT:
            await request.send_command(f'SET VARIABLE {name} "{value}"')

    application = fast_agi.Application(loop=asyncio.get_running_loop())
    application.add_route("intake", intake)
    server = await asyncio.start_server(application.handler, HOST, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def ours() -> AsyncIterator[int]:
    """The service's server with the limits that it ships with."""

    async def intake(session: AgiSession) -> None:
        for name, value in VERDICT:
            await session.set_variable(name, value)

    server = AgiServer(HOST, 0, {"intake": intake})
    await server.start()
    yield server.port
    await server.stop()
    if set(server.counts) != {"accepted", "served"}:
        raise RuntimeError(f"not every session was served: {dict(server.counts)}")


async def round_of(server: Server) -> float:
    """CPU microseconds of this process for one session, the load coming from a child."""
    async with server() as port:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            __file__,
            "--load",
            str(port),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        await child.stdout.readline()
        before = time.process_time()
        child.stdin.write(b"go\n")
        done = await child.stdout.readline()
        spent = time.process_time() - before
        child.stdin.close()
        await child.wait()
        if int(done) != SESSIONS * len(VERDICT):
            raise RuntimeError(f"{done!r} commands were answered, not {SESSIONS * len(VERDICT)}")
        return spent / SESSIONS * 1e6


async def all_rounds() -> dict[str, list[float]]:
    """Rounds of the three in turn, so that a slow minute of the machine meets each alike."""
    servers: dict[str, Server] = {"bare": bare, "stock": stock, "ours": ours}
    spent: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(ROUNDS):
        for name, server in servers.items():
            spent[name].append(await round_of(server))
    return spent


def measure() -> dict[str, Any]:
    """The row of the table; `stock` and `to_stock` tell of panoramisk's own server."""
    spent = asyncio.run(all_rounds())
    middle = {name: statistics.median(rounds) for name, rounds in spent.items()}
    ratio = middle["ours"] / middle["bare"]
    return {
        "name": "fastagi",
        "ours": round(middle["ours"], 1),
        "peer": round(middle["bare"], 1),
        "ratio": round(ratio, 3),
        "goal": GOAL,
        "met": ratio <= GOAL,
        "unit": f"CPU us a session, {AT_ONCE} at once",
        "rounds": ROUNDS,
        "stock": round(middle["stock"], 1),
        "to_stock": round(middle["ours"] / middle["stock"], 3),
    }


def load(port: int) -> int:
    """Be Asterisk: SESSIONS sessions, AT_ONCE at a time; how many commands were answered.

    Bare sockets, so that this child is never what the server waits for.
    """
    to_begin, open_now, commands = SESSIONS, 0, 0
    selector = selectors.DefaultSelector()
    while to_begin or open_now:
        while to_begin and open_now < AT_ONCE:
            caller = socket.create_connection((HOST, port))
            caller.sendall(HEADERS)
            selector.register(caller, selectors.EVENT_READ, caller)
            to_begin, open_now = to_begin - 1, open_now + 1
        for ready, _ in selector.select():
            caller = ready.data
            if caller.recv(4096):
                commands += 1
                caller.sendall(b"200 result=1\n")
            else:
                selector.unregister(caller)
                caller.close()
                open_now -= 1
    return commands


def main(arguments: list[str]) -> None:
    """Measure, or with `--load PORT` be the child that calls."""
    if arguments[:1] == ["--load"]:
        print("ready", flush=True)
        sys.stdin.readline()
        print(load(int(arguments[1])), flush=True)
        return
    print(json.dumps(measure(), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
