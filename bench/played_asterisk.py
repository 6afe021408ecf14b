"""Asterisk's manager interface as far as the service needs it, played: members, calls, events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Self

from bench.ami_decode import Leg, line
from bench.report import BenchFault
from ivr.asterisk.private.processes import LOOPBACK

AT_ONCE = 500
"""Events that are written before it is looked whether the service keeps up."""

_LISTS = {
    "QueueStatus": "QueueStatusComplete",
    "CoreShowChannels": "CoreShowChannelsComplete",
    "DBGetTree": "DBGetTreeComplete",
}


class PlayedAsterisk:
    """Everybody is a member of the queue `client`; whatever is asked for is done."""

    def __init__(self, people: Sequence[str]) -> None:
        self.port = 0
        self.read_whole = False
        """Whether the service has read all lists once."""
        self._people = people
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._calls = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        if self._writer is not None:
            self._writer.close()

    async def play(self, events: int, calls: int) -> None:
        """Write so many events, `calls` whole calls among them, as fast as they are read.

        Raises BenchFault when the service has closed the connection.
        """
        each = events // calls
        others = _others(each)
        written = b""
        for _ in range(calls):
            self._calls += 1
            person = self._people[self._calls % len(self._people)]
            call = list(_call(self._calls, person))
            written += b"".join([*call, *others[: each - len(call)]])
            if self._calls % (AT_ONCE // each + 1) == 0:
                await self._write(written)
                written = b""
        await self._write(written)

    async def _write(self, events: bytes) -> None:
        if self._writer is None or self._writer.is_closing():
            raise BenchFault("the service has left the link in the middle of the bench")
        self._writer.write(events)
        await self._writer.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        writer.write(b"Asterisk Call Manager/9.0.0\r\n")
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                action = (await reader.readuntil(b"\r\n\r\n")).decode()
                headers = dict(one.split(": ", 1) for one in action.split("\r\n") if ": " in one)
                writer.write(self._answer(headers["Action"], headers["ActionID"]))

    def _answer(self, action: str, action_id: str) -> bytes:
        answer = f"Response: Success\r\nActionID: {action_id}\r\n\r\n".encode()
        if action == "Login":
            return answer + line("FullyBooted", "system", "Status: Fully Booted")
        if action in _LISTS:
            members = self._members(action_id) if action == "QueueStatus" else b""
            self.read_whole = self.read_whole or action == "DBGetTree"
            end = line(_LISTS[action], "agent", f"ActionID: {action_id}", "EventList: Complete")
            return answer + members + end
        return answer

    def _members(self, action_id: str) -> bytes:
        return b"".join(
            line(
                "QueueMember",
                "agent",
                f"ActionID: {action_id}",
                "Queue: client",
                f"Name: {person}",
                f"Location: PJSIP/{person}",
                f"StateInterface: PJSIP/{person}",
                "Membership: dynamic",
                "Penalty: 0",
                "CallsTaken: 0",
                "Status: 1",
                "Paused: 0",
                "PausedReason: ",
                "Wrapuptime: 1",
            )
            for person in self._people
        )


def _call(number: int, person: str) -> Iterator[bytes]:
    """One call that the dialplan has let in alone: queued, rung, answered, over."""
    caller, agent = Leg("trunk", number, 1), Leg(person, number, 2)
    both = [*caller.headers(), *agent.headers("Dest")]
    member = ["Queue: client", f"Interface: PJSIP/{person}", f"MemberName: {person}"]
    bridge = [f"BridgeUniqueid: 00000000-0000-4000-8000-{number:012}"]
    yield line("QueueCallerJoin", "agent", *caller.headers(), "Queue: client", "Position: 1")
    yield line("AgentCalled", "agent", *both, *member)
    yield line("AgentConnect", "agent", *both, *member, "HoldTime: 2", "RingTime: 2")
    for name in ("BridgeEnter", "BridgeLeave"):
        for leg in (caller, agent):
            yield line(name, "call", *bridge, *leg.headers())
    for leg in (agent, caller):
        yield line("Hangup", "call", *leg.headers(), "Cause: 16", "Cause-txt: Normal Clearing")


def _others(count: int) -> list[bytes]:
    """Events of other people's calls through the same Asterisk."""
    found = []
    for number in range(count):
        leg = Leg("fax", 900_000 + number, 1)
        found.append(line("Hangup", "call", *leg.headers(), "Cause: 16"))
    return found
