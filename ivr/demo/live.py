"""`make demo`: callers ring every so often, and a person with a browser takes the calls."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import AsyncExitStack

from ivr.asterisk.private.sipp import Caller
from ivr.demo.bots import SalesBot
from ivr.demo.script import PARTS, Ending, Part
from ivr.demo.stage import Stage, Tell, Timing, web_port_for_people
from ivr.outside.desk_client import DeskClient

TIMING = Timing(agents_answer=4.0, sales_answer=3.0, sales_talk=15.0)
BETWEEN = 20.0
LONGEST_TALK = 300.0
"""Seconds after which a scripted caller hangs up by itself, should nobody do so."""


async def run(tell: Tell) -> None:
    """Run until it is cancelled."""
    async with Stage(TIMING, tell, web_port_for_people()) as stage, AsyncExitStack() as desks:
        await _sales(stage, desks)
        agent = stage.people("client")[0]
        tell("")
        tell(f"  The desk:   {stage.url}")
        tell(f"  Sign in:    {agent.id}   password: {stage.password}")
        tell(f"  The number: {stage.did}, a caller rings every {BETWEEN:g} s")
        tell("  Press Enter on the page to take calls. The phone picks up by itself after 4 s.")
        tell("  Ctrl-C ends everything.")
        tell("")
        for part in itertools.cycle(PARTS):
            await _ring(stage, part, tell)


async def _sales(stage: Stage, desks: AsyncExitStack) -> None:
    for person in stage.people("sales"):
        desk = await desks.enter_async_context(DeskClient(stage.url, person.id, stage.password))
        task = asyncio.create_task(SalesBot(desk).work())
        desks.callback(task.cancel)


async def _ring(stage: Stage, part: Part, tell: Tell) -> None:
    caller = Caller(
        stage.sipp,
        stage.asterisk.sip_port,
        stage.did,
        from_user=part.number or "anonymous",
        from_name=f'"{part.name}" '.encode() if part.name else b"",
        patience_s=2.0 if part.ending is Ending.GIVES_UP else None,
        talk_s=LONGEST_TALK,
    )
    says = ", ".join(f"{q}: {a}" for q, a in part.answers.items()) or part.ending.value
    async with caller:
        outcome = await caller.wait(LONGEST_TALK + 120.0)
    tell(f"  {part.number or 'withheld':<13} ({says}) {_heard(outcome.status)}")
    await asyncio.sleep(BETWEEN)


def _heard(status: int | None) -> str:
    match status:
        case 200:
            return "talked with you"
        case 486:
            return "heard busy: nobody is ready, press Enter on the page"
        case 487:
            return "gave up while it rang"
        case _:
            return f"was not answered ({status})"
