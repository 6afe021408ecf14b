"""The bytes that follow a session's headers, cut into Asterisk's answers however they arrive."""

from __future__ import annotations

import re

from ivr.asterisk.agi_errors import AgiOutOfStep
from ivr.asterisk.agi_text import readable

ANSWER_BYTES = 64 * 1024
"""Bytes of the longest answer that is read; Asterisk's own usage texts stay far below."""

_HANGUP = b"HANGUP\n"
_ANSWER = re.compile(rb"\d{3}[ -]")
_UNFINISHED_VALUE = re.compile(rb"200 result=\S* \((?!.*\)( endpos=.*)?\Z)", re.DOTALL)
_USAGE_END = re.compile(rb"^520 .*\n", re.MULTILINE)


class AgiAnswers:
    """Whole answers out of bytes, in bounded memory.

    Asterisk says HANGUP whenever the caller hangs up, between answers or instead of one: it is no
    answer, is taken out wherever it stands, and shows in `hung_up`.
    """

    __slots__ = ("_buffer", "hung_up")

    def __init__(self) -> None:
        self._buffer = b""
        self.hung_up = False

    def feed(self, data: bytes) -> None:
        """Keep what came. Raises AgiOutOfStep for more than an answer can be."""
        self._buffer += data
        self._drop_hangups()
        if len(self._buffer) > ANSWER_BYTES:
            self._buffer = b""
            raise AgiOutOfStep(f"more than {ANSWER_BYTES} bytes for one answer")

    def settle(self) -> None:
        """Before a question: nothing may be left of the answers so far.

        A value with a line end inside could otherwise pose as the answer to the next command.
        Raises AgiOutOfStep.
        """
        if not _HANGUP.startswith(self._buffer):
            raise AgiOutOfStep(f'nobody asked for "{readable(self._buffer[:80])}"')

    def take(self) -> bytes | None:
        """The next answer without its line end, or None until it has come whole.

        A usage text (520) belongs to its answer; so does a value of several lines. Raises
        AgiOutOfStep for what is no answer at all.
        """
        end = self._buffer.find(b"\n")
        if end < 0:
            return None
        if not _ANSWER.match(self._buffer):
            raise AgiOutOfStep(f'"{readable(self._buffer[:end][:80])}" is no answer')
        if self._buffer.startswith(b"520-"):
            usage = _USAGE_END.search(self._buffer)
            end = usage.end() - 1 if usage else -1
        elif self._buffer.find(b"(", 0, end) >= 0:
            end = self._end_of_value(end)
        if end < 0:
            return None
        answer, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        self._drop_hangups()
        return b" ".join(answer.split()) if answer.startswith(b"520-") else answer

    def _end_of_value(self, end: int) -> int:
        while end >= 0 and _UNFINISHED_VALUE.match(self._buffer[:end]):
            end = self._buffer.find(b"\n", end + 1)
        return end

    def _drop_hangups(self) -> None:
        while self._buffer.startswith(_HANGUP):
            self.hung_up = True
            self._buffer = self._buffer[len(_HANGUP) :]
