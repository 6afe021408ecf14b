"""One FastAGI session as a route's handler sees it: the request, and commands by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, LiteralString

import structlog
from panoramisk import fast_agi

from ivr.asterisk.agi_connection import AgiConnection
from ivr.asterisk.agi_errors import (
    AgiCommandFailed,
    AgiCommandInvalid,
    AgiError,
    AgiHungUp,
    AgiOutOfStep,
)
from ivr.asterisk.agi_request import AgiRequest
from ivr.asterisk.agi_text import command_line, variable_name

_RESULT = re.compile(r"200 result=(\S*)(?: \((.*)\))?(?: endpos=(\d+))?.*")


class _Wire(fast_agi.Request):
    """panoramisk's sending of a command, with a reading of answers of our own.

    Its own one loses a hang-up's place, usage texts, values that look like a fault or have several
    lines, and stops at bytes that are no UTF-8.
    """

    def __init__(self, request: AgiRequest, connection: AgiConnection) -> None:
        super().__init__(None, request.raw, None, connection)
        self._connection = connection

    async def _read_result(self) -> dict[str, Any]:
        answer = await self._connection.next_answer()
        return {"status_code": int(answer[:3]), "answer": answer}


@dataclass(frozen=True, slots=True)
class AgiResult:
    """A 200 of Asterisk: `200 result=1 (data) endpos=800`."""

    result: str
    data: str
    endpos: int | None
    """Samples played until the end or the key; None where the command plays nothing."""
    text: str
    """The whole answer."""


class AgiSession:
    """What a handler may ask of Asterisk about its one call.

    Every command raises AgiHungUp once the caller or Asterisk has gone, AgiTimeout without an
    answer in time, AgiCommandInvalid, AgiOutOfStep, and AgiCommandRefused before anything is sent.
    A HANGUP in mid-session is raised once, when the answer in hand has been read; with a dialplan
    that keeps AGI on a dead channel (no AGIEXITONHANGUP), commands that need no caller still work
    after it.
    """

    def __init__(self, request: AgiRequest, connection: AgiConnection) -> None:
        self.request = request
        self._connection = connection
        self._wire = _Wire(request, connection)
        self._unanswered = ""
        self._hangup_told = False

    @property
    def hung_up(self) -> bool:
        """Whether Asterisk has said that the caller hung up."""
        return self._connection.hung_up

    def bind_linkedid(self, linkedid: str) -> None:
        """Put the call's id on every log line of this session from here on."""
        structlog.contextvars.bind_contextvars(linkedid=linkedid)

    async def get_variable(self, name: str) -> str:
        """A channel variable's value, or nothing where it is not set."""
        return (await self.command("GET VARIABLE", variable_name(name))).data

    async def get_full_variable(self, expression: LiteralString) -> str:
        """What the dialplan would make of an expression such as `${CHANNEL(linkedid)}`.

        It is evaluated by Asterisk: only text that stands in our own code may go in.
        """
        return (await self.command("GET FULL VARIABLE", expression)).data

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable; Asterisk takes the value literally, whatever is in it."""
        await self._answer("SET VARIABLE", (variable_name(name), value))

    async def database_put(self, family: str, key: str, value: str) -> None:
        """Keep a value in Asterisk's own database. Raises AgiCommandFailed, too."""
        done = await self.command("DATABASE PUT", family, key, value)
        if done.result != "1":
            raise AgiCommandFailed("DATABASE PUT", done.text)

    async def stream_file(
        self, file: str, escape_digits: str = "", *, longest: float = 60.0
    ) -> str:
        """Play a sound, given without its ending, and return the key that ended it, or nothing.

        `longest`: seconds after which it counts as unanswered. Raises AgiCommandFailed, also for a
        sound that does not exist.
        """
        done = await self._carried_out("STREAM FILE", file, escape_digits, longest=longest)
        if done.result == "0" and done.endpos == 0:
            raise AgiCommandFailed("STREAM FILE", f"{done.text}: no sound {file}")
        return "" if done.result == "0" else chr(int(done.result))

    async def get_data(self, file: str, wait: float, digits: int, *, longest: float = 60.0) -> str:
        """Play a sound and return the keys pressed, up to `digits` or until `wait` seconds pass.

        `longest`: seconds for all of it. Raises AgiCommandFailed.
        """
        milliseconds = str(round(wait * 1000))
        done = await self._carried_out("GET DATA", file, milliseconds, str(digits), longest=longest)
        return done.result

    async def command(
        self, verb: LiteralString, *arguments: str, longest: float | None = None
    ) -> AgiResult:
        """Send one command and return its answer; `longest` overrides the usual patience."""
        answer = await self._answer(verb, arguments, longest)
        found = _RESULT.fullmatch(answer)
        if found is None:
            raise AgiOutOfStep(f'"{answer[:80]}" is no answer to {verb}')
        result, data, endpos = found.groups()
        return AgiResult(result, data or "", None if endpos is None else int(endpos), answer)

    async def _answer(
        self, verb: str, arguments: tuple[str, ...], longest: float | None = None
    ) -> str:
        """One command at a time, and none after an answer that nobody waited for."""
        line = command_line(verb, arguments)
        self._connection.check()
        if self._unanswered:
            raise AgiOutOfStep(f"{self._unanswered} is still unanswered, so {verb} must not go")
        self._unanswered = verb
        self._connection.expect(verb, longest)
        try:
            answered = await self._wire.send_command(line)
        finally:
            self._connection.answered()
        self._unanswered = ""
        answer: str = answered["answer"]
        if self.hung_up and not self._hangup_told:
            self._hangup_told = True
            raise AgiHungUp(f"the caller hung up before {verb} was through")
        if not answer.startswith("200 "):
            raise _fault(verb, answer)
        return answer

    async def _carried_out(self, verb: LiteralString, *arguments: str, longest: float) -> AgiResult:
        """A command that a hang-up ends by -1; HANGUP then comes before the next answer."""
        done = await self.command(verb, *arguments, longest=longest)
        if done.result == "-1":
            await self.command("NOOP")
            raise AgiCommandFailed(verb, done.text)
        return done


def _fault(verb: str, answer: str) -> AgiError:
    match answer[:3]:
        case "511":
            return AgiHungUp(f"the channel was dead before {verb}")
        case "510" | "520":
            return AgiCommandInvalid(verb, answer)
        case _:
            return AgiOutOfStep(f'"{answer[:80]}" is no answer to {verb}')
