"""A whole linetree for each test: private Asterisk, the service as a process, phones, the trunk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ivr.asterisk.private.sipp import Caller
from ivr.demo.stage import Stage, Timing
from ivr.domain.screen import Screen
from ivr.outside.desk_client import DeskClient
from ivr.store.looking import StoreLook

DEADLINE = 30.0
TIMING = Timing(agents_answer=0.5, sales_answer=0.5, sales_talk=None)


@dataclass
class House:
    """A stage with what a test needs to act on it and to look at it."""

    stage: Stage
    stack: AsyncExitStack
    look: StoreLook
    desks: dict[str, DeskClient] = field(default_factory=dict)

    async def desk(self, person: str) -> DeskClient:
        """This person's desk, signed in and ready for calls."""
        desk = await self.stack.enter_async_context(
            DeskClient(self.stage.url, person, self.stage.password)
        )
        self.desks[person] = desk
        await self.sees(person, lambda s: True)
        if self.screen(person).stage == "signed_out":
            await desk.send("ready")
        await self.sees(person, lambda s: s.stage == "ready")
        return desk

    async def again(self, person: str) -> DeskClient:
        """The same person's desk anew, as a browser that was reloaded."""
        desk = await self.stack.enter_async_context(
            DeskClient(self.stage.url, person, self.stage.password)
        )
        self.desks[person] = desk
        await self.sees(person, lambda s: True)
        return desk

    def screen(self, person: str) -> Screen:
        screen = self.desks[person].screen
        assert screen is not None, f"{person} has no screen yet"
        return screen

    async def sees(self, person: str, fact: Callable[[Screen], bool]) -> Screen:
        """Wait until this person's screen is so."""
        desk = self.desks[person]
        await until(
            lambda: desk.screen is not None and fact(desk.screen),
            lambda: f"{person} still sees {desk.screen}",
        )
        return self.screen(person)

    async def caller(self, number: str = "+74950000081", **wishes: object) -> Caller:
        """Somebody who rings the serial number now."""
        caller = Caller(
            self.stage.sipp,
            self.stage.asterisk.sip_port,
            self.stage.did,
            from_user=number or "anonymous",
            **wishes,  # type: ignore[arg-type]
        )
        return await self.stack.enter_async_context(caller)

    def call_id(self, person: str) -> str:
        caller = self.screen(person).caller
        assert caller is not None
        return caller.call

    async def answer(self, person: str, **answers: str) -> None:
        """Give the answers in turn, each once its question is on the screen."""
        for question, given in answers.items():
            await self.sees(person, _asks(question))
            await self.desks[person].send(
                "answer", call=self.call_id(person), question=question, given=given
            )


def _asks(question: str) -> Callable[[Screen], bool]:
    return lambda screen: screen.question is not None and screen.question.id == question


async def until(fact: Callable[[], bool], why: Callable[[], str]) -> None:
    """Wait for a fact, at most DEADLINE seconds."""
    deadline = time.monotonic() + DEADLINE
    while not fact():
        assert time.monotonic() < deadline, why()
        await asyncio.sleep(0.02)


@pytest.fixture
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """Everything runs; what it wrote is kept under build/failures when the test fails."""
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(Stage(TIMING, print))
        look = StoreLook(stage.database)
        stack.callback(look.close)
        try:
            yield House(stage, stack, look)
        except BaseException:
            keep(stage, request.node.name)
            raise
        if request.node.stash.get(FAILED, False):
            keep(stage, request.node.name)


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


def keep(stage: Stage, name: str) -> None:
    """Copy logs for whoever looks into a failure."""
    into = Path("build/failures") / "".join(c if c.isalnum() else "-" for c in name)
    into.mkdir(parents=True, exist_ok=True)
    stage.asterisk.keep_files(into / "asterisk")
    (into / "service.log").write_bytes(stage.service_log.read_bytes())
    for person, phone in stage.phones.items():
        phone.keep_files(into / person)
