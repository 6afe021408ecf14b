"""One socket of Asterisk: first the headers, then an answer for each command, under deadlines."""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

from ivr.asterisk.agi_answers import AgiAnswers
from ivr.asterisk.agi_errors import AgiHungUp, AgiOutOfStep, AgiTimeout
from ivr.asterisk.agi_patience import Patience
from ivr.asterisk.agi_request import AgiRefused, AgiRequest, Refusal, parse_request
from ivr.asterisk.agi_text import readable

_FIRST_WORD = b"agi_"


class Door(Protocol):
    """Whom a connection tells what became of it; each is told once at most."""

    def opened(self, connection: AgiConnection) -> None: ...

    def asked(self, connection: AgiConnection, request: AgiRequest) -> None: ...

    def refused(self, connection: AgiConnection, why: AgiRefused) -> None: ...


class AgiConnection(asyncio.Protocol):
    """A session's bytes, with no task until its headers are whole: a probe costs next to nothing.

    `patience` watches over ordinary commands of all sessions, and calls `answer_late`.
    """

    __slots__ = (
        "_answers",
        "_block",
        "_door",
        "_fault",
        "_loop",
        "_most",
        "_patience",
        "_transport",
        "_verb",
        "_waiter",
    )

    def __init__(
        self,
        door: Door,
        header_bytes: int,
        header_lines: int,
        patience: Patience[AgiConnection],
    ) -> None:
        self._door = door
        self._most = header_bytes, header_lines
        self._patience = patience
        self._block: bytes | None = b""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._answers = AgiAnswers()
        self._waiter: asyncio.Future[bytes] | None = None
        self._fault: Exception | None = None
        self._verb = ""

    @property
    def hung_up(self) -> bool:
        """Whether Asterisk has said that the caller hung up."""
        return self._answers.hung_up

    # What the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The door decides whether there is room."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it
        self._door.opened(self)

    def data_received(self, data: bytes) -> None:
        """More of the headers, or of an answer."""
        if self._fault is not None:
            return
        try:
            if self._block is not None:
                self._hear_headers(self._block, data)
            else:
                self._hear_answer(data)
        except AgiRefused as why:
            self._door.refused(self, why)
        except AgiOutOfStep as fault:
            self._fail(fault)
            self._hang_up()

    def connection_lost(self, _exc: Exception | None) -> None:
        """The peer has gone: before its headers it was a probe, later the call is over."""
        if self._block is not None and self._fault is None:
            kind = Refusal.HEADERS_CUT_OFF if self._block else Refusal.PROBE
            self._door.refused(self, AgiRefused(kind, "the peer left without asking"))
        if self._fault is None:
            self._fail(AgiHungUp("Asterisk closed the session"))

    # What a session needs to speak

    def write(self, data: bytes) -> None:
        """Send a command."""
        assert self._transport is not None
        self._transport.write(data)

    async def drain(self) -> None:
        """Never waits: one command of a few kilobytes is under way at most."""

    def check(self) -> None:
        """Before a command. Raises what ended the session, and AgiOutOfStep."""
        if self._fault is not None:
            raise self._fault
        self._answers.settle()

    def expect(self, verb: str) -> None:
        """From now on an answer is due, in the usual time."""
        self._verb = verb
        self._patience.begin(self)

    async def next_answer(self) -> str:
        """One whole answer, readable. Raises AgiHungUp, AgiTimeout, AgiOutOfStep."""
        answer = self._answers.take()
        if answer is None:
            if self._fault is not None:
                raise self._fault
            self._waiter = self._loop.create_future()
            try:
                answer = await self._waiter
            finally:
                self._waiter = None
        return readable(answer)

    def answered(self) -> None:
        """No answer is due any more."""
        self._patience.end(self)

    def answer_late(self) -> None:
        """The answer that is due does not come."""
        self._fail(AgiTimeout(self._verb, self._patience.seconds))

    def close(self) -> None:
        """Close the socket; whoever still waits for an answer gets AgiHungUp."""
        self._fail(AgiHungUp("the service closed the session"))
        self.answered()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _hear_headers(self, before: bytes, data: bytes) -> None:
        most_bytes, most_lines = self._most
        block = self._block = before + data
        if not block.startswith(_FIRST_WORD[: len(block)]):
            raise AgiRefused(Refusal.HEADERS_MALFORMED, f'it began with "{readable(block[:40])}"')
        end = block.find(b"\n\n", max(0, len(before) - 1))
        if end > most_bytes or (end < 0 and len(block) > most_bytes):
            raise AgiRefused(Refusal.HEADERS_TOO_LONG, f"no blank line within {most_bytes} bytes")
        if end < 0:
            return
        self._reject_smuggled(block[end + 2 :])
        request = parse_request(block[:end], most_lines)
        self._block = None
        self._door.asked(self, request)

    def _reject_smuggled(self, rest: bytes) -> None:
        """Asterisk now waits for a command: more than a HANGUP came in by a header's line end."""
        try:
            self._answers.feed(rest)
            self._answers.settle()
        except AgiOutOfStep as why:
            raise AgiRefused(Refusal.HEADERS_MALFORMED, f"behind the blank line: {why}") from None

    def _hear_answer(self, data: bytes) -> None:
        self._answers.feed(data)
        if self._waiter is None or self._waiter.done():
            return
        answer = self._answers.take()
        if answer is not None:
            self._waiter.set_result(answer)

    def _fail(self, fault: Exception) -> None:
        """The first fault ends the session for every later command."""
        if self._fault is None:
            self._fault = fault
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(self._fault)
