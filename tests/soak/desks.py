"""People at their desks who answer the tree as their caller would, and come back after a break."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from random import Random
from typing import Self

import aiohttp
from soak.oracles import digits
from soak.works import PASSWORD, Works

from ivr.domain.screen import Screen, Stage
from ivr.outside.desk_client import DeskClient, DeskGone, KeyRefused

AGAIN = 0.1
"""Seconds until a desk without a service tries to connect again."""

WALKS: tuple[Mapping[str, str], ...] = (
    {"who": "person"},
    {"who": "organisation", "staff": "20", "seats": "5"},
    {"who": "organisation", "staff": "20", "seats": "30"},
    {"who": "organisation", "staff": "20", "seats": "60"},
    {"who": "organisation", "staff": "300"},
)
"""Answers, by the last digit of the number that calls: stays, stays, callback, transfer, both."""

PROMISED = frozenset({"ringing", "bridged", "callback", "human"})
"""What a page shows of a promise that is on the disk."""


def walk_of(number: str) -> Mapping[str, str]:
    """What the caller of this number answers."""
    return WALKS[int(digits(number)[-1]) % len(WALKS)]


class Person:
    """One person at a desk: thinks for a moment before each key, reconnects when it is closed."""

    def __init__(self, desk: DeskClient, fate: Random, think: float) -> None:
        """`think` is the longest time before a key, in seconds."""
        self.desk = desk
        self.promised: set[str] = set()
        self.versions: dict[str, set[int]] = {}
        self.refused: Counter[str] = Counter()
        self._fate, self._think = fate, think
        self._pressed: set[tuple[str, ...]] = set()

    @property
    def screen(self) -> Screen | None:
        """What this person sees, or saw last."""
        return self.desk.screen

    @property
    def is_stale(self) -> bool:
        """Whether the page says now that what it shows may be old."""
        return self.screen is not None and self.screen.stale_since is not None

    def shows(self, number: str) -> int:
        """How many answers of this caller are on the screen; -1 if another or nothing is."""
        screen = self.screen
        if screen is None or screen.caller is None or digits(screen.caller.number) != number:
            return -1
        return len(screen.known)

    async def work(self) -> None:
        """Press keys, for ever; over each break of the service."""
        while True:
            self._pressed.clear()
            try:
                await self.desk.connect()
                async for screen in self.desk:
                    self._note(screen)
                    await self._act()
            except (aiohttp.ClientError, DeskGone):
                await asyncio.sleep(AGAIN)

    def _note(self, screen: Screen) -> None:
        """What this person could tell later: to whom what was promised, and what was on screen."""
        if screen.caller and screen.question:
            number = digits(screen.caller.number)
            self.versions.setdefault(number, set()).add(screen.question.version)
        if screen.caller and screen.transfer and screen.transfer.state in PROMISED:
            self.promised.add(digits(screen.caller.number))

    async def _act(self) -> None:
        key = self._key()
        if key is None:
            return
        step = tuple(key.values())
        await asyncio.sleep(self._fate.uniform(0.0, self._think))
        if self._key() != key:
            return
        self._pressed.add(step)
        try:
            await self.desk.send(**key)
        except KeyRefused as refused:
            self.refused[f"{key['key']} {refused.problem}"] += 1
            self._pressed.discard(step)

    def _key(self) -> dict[str, str] | None:
        """The key for what is on the screen now, None once it is pressed."""
        screen = self.screen
        key = _wanted(screen) if screen is not None else None
        return None if key is None or tuple(key.values()) in self._pressed else key


def _wanted(screen: Screen) -> dict[str, str] | None:
    call = screen.caller.call if screen.caller else ""
    match screen.stage:
        case Stage.ASKING if screen.question is not None and screen.caller is not None:
            question = screen.question.id
            given = walk_of(screen.caller.number)[question]
            return {"key": "answer", "call": call, "question": question, "given": given}
        case Stage.OUTCOME if screen.outcome is not None:
            offers = screen.outcome.offers
            return {"key": "confirm", "call": call, "offer": offers[0].id if offers else ""}
        case Stage.WRAP_UP:
            return {"key": "ready"}
        case _:
            return None


class Desks:
    """`async with Desks(works, fate) as desks`: every agent at a desk."""

    def __init__(self, works: Works, fate: Random, *, think: float = 1.0) -> None:
        self._works, self._fate, self._think = works, fate, think
        self._stack = AsyncExitStack()
        self.people: dict[str, Person] = {}

    @property
    def promised(self) -> set[str]:
        """The numbers to whom somebody could say that sales takes it."""
        return set().union(*(person.promised for person in self.people.values()))

    async def astray(self, kept: Mapping[str, int], within: float) -> int:
        """Talks whose agent does not see the caller, or fewer answers than were `kept`.

        They have so many seconds to come; `kept` is by the caller's digits.
        """
        deadline = time.monotonic() + within
        while True:
            missing = [
                (agent, number)
                for agent, number in self._works.talks()
                if self.people[agent].shows(number) < kept.get(number, 0)
            ]
            if not missing or time.monotonic() > deadline:
                return len(missing)
            await asyncio.sleep(0.1)

    async def __aenter__(self) -> Self:
        for name in self._works.agents:
            desk = DeskClient(self._works.url, name, PASSWORD)
            self._stack.push_async_callback(desk.close)
            await desk.sign_in()
            person = Person(desk, Random(self._fate.random()), self._think)
            self.people[name] = person
            task = asyncio.create_task(person.work())
            self._stack.push_async_callback(_ended, task)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()


async def _ended(task: asyncio.Task[None]) -> None:
    """Stop a person's work; what broke it before is raised."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
