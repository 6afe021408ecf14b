"""CPU of a FastAGI session: ours with all guards beside bare streams and stock panoramisk."""

from __future__ import annotations

import asyncio
import json
import selectors
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from panoramisk import fast_agi

from bench.report import BenchFault, compared
from ivr.asterisk.agi import AgiServer
from ivr.asterisk.agi_session import AgiSession

AT_ONCE = 50
SESSIONS = 200
ROUNDS = 31
GOAL = 1.25
HOST = "127.0.0.1"

VERDICT = (("IVR_QUEUE", "client"), ("IVR_LINES", "client"), ("IVR_VERDICT", "queue"))
"""What intake tells the dialplan of an admitted call, in one command."""

COMMAND = 'SET VARIABLE ARRAY(IVR_QUEUE,IVR_LINES,IVR_VERDICT) "client,client,queue"'
"""The same, as it goes over the socket."""

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


@asynccontextmanager
async def bare() -> AsyncIterator[int]:
    """The limit: asyncio's own streams, every header in a dict, no guard at all."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        block = await reader.readuntil(b"\n\n")
        headers = dict(line.split(": ", 1) for line in block[:-2].decode().split("\n"))
        if headers["agi_network_script"] == "intake":
            writer.write(COMMAND.encode() + b"\n")
            await writer.drain()
            if not (await reader.readline()).startswith(b"200 "):
                raise BenchFault(f"{COMMAND} was refused")
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def stock() -> AsyncIterator[int]:
    """panoramisk's own Application."""

    async def intake(request: fast_agi.Request) -> None:
        await request.send_command(COMMAND)

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
        await session.set_variables(VERDICT)

    server = AgiServer(HOST, 0, {"intake": intake})
    await server.start()
    yield server.port
    await server.stop()
    if set(server.counts) != {"accepted", "served"}:
        raise BenchFault(f"not every session was served: {dict(server.counts)}")


class Load:
    """The child that calls, one process for all rounds: only the server's CPU is counted."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._orders = process.stdin
        self._reports = process.stdout

    @classmethod
    async def start(cls) -> Load:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "bench.fastagi", "--load")
        return cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe))

    async def call(self, port: int) -> None:
        """Run SESSIONS sessions to their end. Raises BenchFault for one that was not served."""
        self._orders.write(f"{port}\n".encode())
        answered = await self._reports.readline()
        if answered.strip() != str(SESSIONS).encode():
            raise BenchFault(f"{answered!r} commands were answered of {SESSIONS}")

    async def stop(self) -> None:
        self._orders.close()
        await self._process.wait()


async def all_rounds() -> dict[str, list[float]]:
    """CPU microseconds a session in rounds of each server in turn; the first warms up."""
    spent: dict[str, list[float]] = {"bare": [], "stock": [], "ours": []}
    async with bare() as bare_port, stock() as stock_port, ours() as our_port:
        ports = {"bare": bare_port, "stock": stock_port, "ours": our_port}
        load = await Load.start()
        for _ in range(ROUNDS + 1):
            for name, port in ports.items():
                before = time.process_time()
                await load.call(port)
                spent[name].append((time.process_time() - before) / SESSIONS * 1e6)
        await load.stop()
    return {name: rounds[1:] for name, rounds in spent.items()}


def measure() -> dict[str, Any]:
    """The row of the table; `stock` and `to_stock` tell of panoramisk's own server."""
    spent = asyncio.run(all_rounds())
    unit = f"CPU us a session, {AT_ONCE} at once"
    row = compared("fastagi", unit, spent["ours"], spent["bare"], GOAL, "less")
    to_stock = compared("fastagi", unit, spent["ours"], spent["stock"], GOAL, "less")
    return row | {"stock": to_stock["peer"], "to_stock": to_stock["ratio"]}


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
    """Measure, or with `--load` be the child: a port on each line in, commands answered out."""
    if arguments == ["--load"]:
        for port in sys.stdin:
            print(load(int(port)), flush=True)
        return
    print(json.dumps(measure(), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
