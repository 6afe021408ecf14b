"""People of the demo at their desks: they press the keys that a person would, and no others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from ivr.demo.script import Ending, Part
from ivr.domain.screen import Screen, Stage
from ivr.outside.desk_client import DeskClient, KeyRefused


class AgentBot:
    """One agent of the client department, who answers the tree as the caller on the line would."""

    def __init__(self, desk: DeskClient, parts: Mapping[str, Part], pause: float = 0.3) -> None:
        """`parts` are the callers by the number that the screen shows, digits only."""
        self._desk = desk
        self._parts = parts
        self._pause = pause
        self._done: set[tuple[str, str]] = set()
        self.refused: list[str] = []

    async def work(self) -> None:
        """Sign in for calls, then press keys until the desk closes."""
        async for screen in self._desk:
            key = self._key(screen)
            if key is not None:
                await asyncio.sleep(self._pause)
                await self._press(key)

    async def _press(self, key: dict[str, str]) -> None:
        try:
            await self._desk.send(**key)
        except KeyRefused as error:
            self.refused.append(str(error))

    def _key(self, screen: Screen) -> dict[str, str] | None:
        """The next key for this screen; each step is pressed once."""
        call = screen.caller.call if screen.caller else ""
        step = f"{screen.stage} {screen.question.id if screen.question else ''}"
        if screen.stage in (Stage.SIGNED_OUT, Stage.WRAP_UP):
            step = f"{screen.stage} {screen.since}"
        if (call, step) in self._done:
            return None
        key = self._wanted(screen, call)
        if key is not None:
            self._done.add((call, step))
        return key

    def _wanted(self, screen: Screen, call: str) -> dict[str, str] | None:
        match screen.stage:
            case Stage.SIGNED_OUT | Stage.WRAP_UP:
                return {"key": "ready"}
            case Stage.ASKING:
                return self._answer(screen, call)
            case Stage.OUTCOME:
                offers = screen.outcome.offers if screen.outcome else ()
                return {"key": "confirm", "call": call, "offer": offers[0].id if offers else ""}
            case Stage.TALKING:
                return {"key": "hang_up", "call": call}
            case Stage.READY | Stage.PAUSED | Stage.RINGING | Stage.TRANSFERRING:
                return None

    def _answer(self, screen: Screen, call: str) -> dict[str, str] | None:
        part = self._part(screen)
        if part.ending is Ending.NO_ENQUIRY:
            return {"key": "not_enquiry", "call": call, "kind": "supplier"}
        if screen.question is None:
            return None
        given = part.answers[screen.question.id]
        return {"key": "answer", "call": call, "question": screen.question.id, "given": given}

    def _part(self, screen: Screen) -> Part:
        shown = screen.caller.number if screen.caller else ""
        return self._parts["".join(c for c in shown if c.isdigit())]


class SalesBot:
    """One salesperson who is there for clients, and ready again after each talk."""

    def __init__(self, desk: DeskClient) -> None:
        self._desk = desk
        self._done: set[float] = set()

    async def work(self) -> None:
        """Sign in for clients, then end each wrap-up."""
        async for screen in self._desk:
            idle = screen.stage in (Stage.SIGNED_OUT, Stage.WRAP_UP)
            if idle and screen.since not in self._done:
                self._done.add(screen.since)
                await self._desk.send("ready")
