"""The bytes of one FastAGI session, cut into headers and answers however they arrive."""

from __future__ import annotations

import asyncio
import re

from ivr.asterisk.agi_errors import AgiHungUp, AgiOutOfStep
from ivr.asterisk.agi_request import AgiRefused, Refusal
from ivr.asterisk.agi_text import readable

ANSWER_BYTES = 64 * 1024
"""Bytes of the longest answer that is read; Asterisk's own usage texts stay far below."""

_CHUNK = 4096
_HANGUP = b"HANGUP\n"
_FIRST_WORD = b"agi_"
_ANSWER = re.compile(rb"\d{3}[ -]")
_UNFINISHED_VALUE = re.compile(rb"200 result=\S* \((?!.*\)( endpos=.*)?\Z)", re.DOTALL)


class AgiReader:
    """What Asterisk says in one session.

    To panoramisk's Request it is a stream whose `readline` gives one whole answer, always valid
    UTF-8. Asterisk's unbidden `HANGUP` is no answer: it is taken out and shows in `hung_up`.
    """

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream
        self._buffer = b""
        self._usage: bytes | None = None
        self.hung_up = False
        self.answer = ""
        """The last answer, its usage text included."""

    async def headers(self, most: int) -> bytes:
        """The opening block without its blank line, of at most `most` bytes. Raises AgiRefused.

        What follows the blank line may only be a HANGUP: Asterisk waits for a command, so that
        anything else means that a header was smuggled in with a line end of its own.
        """
        block, end = b"", -1
        while end < 0 and len(block) <= most:
            more = await self._opening(block, most)
            searched = max(0, len(block) - 1)
            block += more
            end = block.find(b"\n\n", searched)
        if not 0 <= end <= most:
            raise AgiRefused(Refusal.HEADERS_TOO_LONG, f"no blank line within {most} bytes")
        self._buffer = block[end + 2 :]
        if not self._is_quiet():
            raise AgiRefused(Refusal.HEADERS_MALFORMED, "more came after the blank line")
        return block[:end]

    def settle(self) -> None:
        """Before a command: nothing may be left of the answers so far. Raises AgiOutOfStep."""
        if self._buffer and not self._is_quiet():
            raise AgiOutOfStep(f"nobody asked for {readable(self._buffer[:80])!r}")

    async def readline(self) -> bytes:
        """The next answer for panoramisk, which reads the usage of a 520 by a second call.

        Raises AgiHungUp if the peer goes first, AgiOutOfStep for what is no answer at all.
        """
        if self._usage is not None:
            usage, self._usage = self._usage, None
            return usage
        line = await self._line()
        while line == b"HANGUP":
            self.hung_up = True
            line = await self._line()
        if not _ANSWER.match(line):
            raise AgiOutOfStep(f"{readable(line[:80])!r} is no answer")
        if line.startswith(b"520"):
            return await self._with_usage(line)
        while _UNFINISHED_VALUE.match(line):
            line += b"\n" + await self._line()
            _check(len(line))
        self.answer = readable(line)
        return self.answer.encode() + b"\n"

    async def _with_usage(self, line: bytes) -> bytes:
        usage, size = [line], len(line)
        while usage[0].startswith(b"520-") and not usage[-1].startswith(b"520 "):
            usage.append(await self._line())
            size += len(usage[-1]) + 1
            _check(size)
        self.answer = " ".join(filter(None, map(readable, usage)))
        self._usage = b"\n"
        return self.answer.encode() + b"\n"

    def _is_quiet(self) -> bool:
        while self._buffer.startswith(_HANGUP):
            self.hung_up = True
            self._buffer = self._buffer[len(_HANGUP) :]
        return _HANGUP.startswith(self._buffer)

    async def _opening(self, start: bytes, most: int) -> bytes:
        more = await self._read(most)
        if not more:
            raise AgiRefused(Refusal.HEADERS_CUT_OFF if start else Refusal.PROBE, "peer left")
        if not (start + more).startswith(_FIRST_WORD[: len(start) + len(more)]):
            raise AgiRefused(Refusal.HEADERS_MALFORMED, f"opened with {readable(more[:40])!r}")
        return more

    async def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            _check(len(self._buffer))
            more = await self._read(_CHUNK)
            if not more:
                raise AgiHungUp("Asterisk closed the session")
            self._buffer += more
        line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        return line

    async def _read(self, most: int) -> bytes:
        try:
            return await self._stream.read(most)
        except ConnectionError:
            return b""


def _check(size: int) -> None:
    if size > ANSWER_BYTES:
        raise AgiOutOfStep(f"an answer of more than {ANSWER_BYTES} bytes")
