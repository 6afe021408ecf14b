"""One FastAGI session as a route's handler sees it: the request, and commands by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, LiteralString

import structlog
from panoramisk import fast_agi

from ivr.asterisk.agi_connection import AgiConnection
from ivr.asterisk.agi_errors import (
    AgiCommandInvalid,
    AgiError,
    AgiHungUp,
    AgiOutOfStep,
)
from ivr.asterisk.agi_request import AgiRequest
from ivr.asterisk.agi_text import command_line, variable_name

_RESULT = re.compile(r"200 result=\S*(?: \((.*)\))?.*")
_SPLITS = re.compile(r'[\\,"()\[\]]')


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

    async def set_variables(self, variables: Sequence[tuple[str, str]]) -> None:
        """Set channel variables in this order by one command, values taken literally.

        One after the other would be a round trip each, and a death in between would leave half.
        """
        names = ",".join(variable_name(name) for name, _ in variables)
        values = ",".join(_literal(value) for _, value in variables)
        await self.command("SET VARIABLE", f"ARRAY({names})", values)

    async def command(self, verb: LiteralString, *arguments: str) -> str:
        """Send one command and return the value that its answer carries in brackets, or nothing."""
        answer = await self._answer(verb, arguments)
        found = _RESULT.fullmatch(answer)
        if found is None:
            raise AgiOutOfStep(f'"{answer[:80]}" is no answer to {verb}')
        return found.group(1) or ""

    async def _answer(self, verb: str, arguments: tuple[str, ...]) -> str:
        """One command at a time, and none after an answer that nobody waited for."""
        line = command_line(verb, arguments)
        self._connection.check()
        if self._unanswered:
            raise AgiOutOfStep(f"{self._unanswered} is still unanswered, so {verb} must not go")
        self._unanswered = verb
        self._connection.expect(verb)
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


def _literal(value: str) -> str:
    """A value as ARRAY() takes it apart: what splits or groups is escaped."""
    return _SPLITS.sub(r"\\\g<0>", value)


def _fault(verb: str, answer: str) -> AgiError:
    match answer[:3]:
        case "511":
            return AgiHungUp(f"the channel was dead before {verb}")
        case "510" | "520":
            return AgiCommandInvalid(verb, answer)
        case _:
            return AgiOutOfStep(f'"{answer[:80]}" is no answer to {verb}')
