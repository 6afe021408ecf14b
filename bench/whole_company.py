"""A whole company for a bench: the example's own files with more agents, service, phones, desks."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from typing import Self

from bench.report import BenchFault
from bench.served import PASSWORD, START, Served
from ivr.asterisk.private.config import PhoneAccount
from ivr.asterisk.private.processes import LOOPBACK, free_port, until
from ivr.asterisk.private.programs import Program, find_asterisk, find_sipp
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller, Phone
from ivr.domain.screen import Stage
from ivr.outside.desk_client import DeskClient, KeyRefused

Keys = Sequence[tuple[str, dict[str, str]]]

DID = "+74950000012"
NUMBERS = ("+79160000001", "+79160000002", "+79160000003", "+79160000004")
"""Who calls, each a quarter of the calls."""


@dataclass
class Company:
    """Asterisk, the service as a process of its own, one phone program for all agents, desks."""

    asterisk: PrivateAsterisk
    sipp: Program
    service: Served
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    desks: list[Agent] = field(default_factory=list)

    @classmethod
    async def open(cls, agents: int, keys: Keys | None = None) -> Company:
        """Everything up, everybody signed in and ready. Close it with `stack.aclose()`.

        `keys` are what an agent presses in each call, KEYS unless others are given.
        """
        names = [f"agent{n:02}" for n in range(1, agents + 1)]
        answering = Phone(find_sipp(print), answer_s=0.1, media=False)
        phones = [PhoneAccount(name, port=answering.port) for name in names]
        agi = free_port()
        asterisk = PrivateAsterisk(find_asterisk(print), agi_port=agi, phones=phones)
        service = Served(names, 0, agi, asterisk.ami_secret)
        company = cls(asterisk, find_sipp(), service)
        try:
            await company._up(answering, keys or KEYS)
        except BaseException:
            await company.stack.aclose()
            raise
        return company

    async def _up(self, answering: Phone, keys: Keys) -> None:
        await self.stack.enter_async_context(self.asterisk)
        await self.stack.enter_async_context(answering)
        self.service.ami = self.asterisk.ami_port
        await self.stack.enter_async_context(self.service)
        for name in self.service.people:
            desk = DeskClient(f"http://{LOOPBACK}:{self.service.web}", name, PASSWORD)
            await self.stack.enter_async_context(desk)
            agent = Agent(desk, keys)
            self.desks.append(agent)
            agent.works(self.stack)
        await until(
            lambda: all(agent.ready for agent in self.desks),
            seconds=START,
            otherwise="not every agent became ready",
        )

    async def play(self, calls: int, rate: float, talk: float) -> None:
        """Bring so many callers, and see each of them to the end. Raises BenchFault on a loss."""
        done = self._finished()
        share = calls // len(NUMBERS)
        async with AsyncExitStack() as stack:
            callers = [self._caller(one, share, rate / len(NUMBERS), talk) for one in NUMBERS]
            for caller in callers:
                await stack.enter_async_context(caller)
            # sipp itself stays for half a minute after its last call: nothing waits for that.
            await until(
                lambda: self._finished() - done == calls and all(a.ready for a in self.desks),
                seconds=calls / rate + 60,
                otherwise=f"not {calls} calls were walked through the tree to their outcome",
            )
            endings = [outcome.ending for caller in callers for outcome in caller.outcomes]
        if endings != ["near"] * calls:
            lost = [ending for ending in endings if ending != "near"]
            raise BenchFault(f"{len(endings)} calls of {calls}, ended otherwise: {lost[:5]}")

    async def ring(self, calls: int, rate: float, talk: float) -> None:
        """Bring so many callers, and wait until all have gone; some may meet a busy tone."""
        async with self._caller(NUMBERS[0], calls, rate, talk) as caller:
            # Reading sipp's file meanwhile would take the core from what is measured.
            await asyncio.sleep(calls / rate + talk)
            deadline = time.monotonic() + START
            while left := self._left(caller, calls):
                if time.monotonic() > deadline:
                    raise BenchFault(f"a minute after the last of {calls} calls: {left}")
                await asyncio.sleep(0.1)

    def _left(self, caller: Caller, calls: int) -> str:
        """What is not over yet: calls, or desks that do not wait for one."""
        busy = Counter(
            screen.stage.value for a in self.desks if not a.ready and (screen := a.desk.screen)
        )
        ended = sum(outcome.ending != "open" for outcome in caller.outcomes)
        return "" if ended == calls and not busy else f"{ended} have ended; desks {dict(busy)}"

    def asked(self) -> dict[str, float]:
        """When the first question of each call came to its desk, in seconds since the epoch."""
        return {call: at for agent in self.desks for call, at in agent.asked.items()}

    def _finished(self) -> int:
        for agent in self.desks:
            agent.look()
        return sum(agent.finished for agent in self.desks)

    def _caller(self, number: str, calls: int, rate: float, talk: float) -> Caller:
        return Caller(
            self.sipp,
            self.asterisk.sip_port,
            DID,
            from_user=number,
            talk_s=talk,
            calls=calls,
            rate=rate,
            media=False,
        )

    def committed(self) -> int:
        """How many calls the service let in itself, with their talk and outcome in the database."""
        query = (
            "SELECT count(*) FROM calls JOIN interviews ON interviews.call = calls.id"
            " WHERE calls.did <> '' AND calls.talked > 0 AND interviews.outcome <> ''"
        )
        with closing(
            sqlite3.connect(f"file:{self.service.database}?mode=ro", uri=True)
        ) as database:
            (count,) = database.execute(query).fetchone()
        return int(count)

    def service_cpu(self) -> float:
        """CPU seconds that the service has spent in all its threads."""
        return self.service.cpu()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stack.aclose()


KEYS: Keys = (
    ("answer", {"question": "who", "given": "organisation"}),
    ("answer", {"question": "staff", "given": "40"}),
    ("back", {}),
    ("answer", {"question": "staff", "given": "45"}),
    ("back", {}),
    ("answer", {"question": "staff", "given": "50"}),
    ("answer", {"question": "seats", "given": "7"}),
    ("confirm", {"offer": ""}),
)
"""One call at the desk: five answers, two of them corrections, and the outcome."""


class Agent:
    """Somebody at a desk who walks each caller through the tree."""

    def __init__(self, desk: DeskClient, keys: Keys) -> None:
        self.desk = desk
        self.finished = 0
        self.asked: dict[str, float] = {}
        self._keys = keys
        self._signed_in = False
        self._working: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether this desk waits for a call. Raises what ended its work, if something did."""
        self.look()
        return self.desk.screen is not None and self.desk.screen.stage is Stage.READY

    def look(self) -> None:
        """Raises what ended this desk's work, if something did."""
        if self._working is not None and self._working.done():
            self._working.result()
            raise BenchFault(f"the desk of {self.desk.person} was closed")

    def works(self, stack: AsyncExitStack) -> None:
        """Press keys from now until the stack is closed."""
        self._working = asyncio.create_task(self._work())
        stack.callback(self._working.cancel)

    async def _work(self) -> None:
        walked = ""
        async for screen in self.desk:
            if screen.stage is Stage.SIGNED_OUT and not self._signed_in:
                self._signed_in = True
                await self.desk.send("ready")
            elif screen.stage is Stage.ASKING and screen.caller and screen.caller.call != walked:
                walked = screen.caller.call
                self.asked[walked] = time.time()
                await self._walk(walked)

    async def _walk(self, call: str) -> None:
        try:
            for key, fields in self._keys:
                await self.desk.send(key, call=call, **fields)
        except KeyRefused as refused:
            if refused.problem != "not_your_call":
                raise
            return  # the caller has hung up before the last key: not finished
        self.finished += 1
