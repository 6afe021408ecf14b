"""`CALLS=N make demo`: the scripted callers, one after the other, and what came of each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from ivr.asterisk.private.sipp import Caller
from ivr.demo.bots import AgentBot, SalesBot
from ivr.demo.lines import call_line
from ivr.demo.script import Ending, Part, cast
from ivr.demo.stage import Stage, Tell, Timing
from ivr.demo.tally import Evidence, Tally, tally
from ivr.domain.errors import LinetreeError
from ivr.domain.records import EscalationState
from ivr.outside.desk_client import DeskClient
from ivr.store.looking import StoreLook

TIMING = Timing(agents_answer=1.5, sales_answer=0.7, sales_talk=11.0)
"""Sales talks longer than the ten seconds from which a promise counts as kept."""

AGENTS = 2
PATIENCE = 0.5
"""Seconds that the caller who gives up listens to the ringing; the agents take three times that."""

SETTLED_SECONDS = 90.0


class StillWaiting(LinetreeError):
    """What the script foretold has not come: the tally shows what is missing."""


async def play(calls: int, tell: Tell) -> Tally:
    """Play so many calls and count what came of them."""
    async with Stage(TIMING, tell) as stage, AsyncExitStack() as desks:
        began = time.time()
        look = StoreLook(stage.database)
        desks.callback(look.close)
        desks_of_all = await _people(stage, desks)
        await _until(lambda: _signed_in(desks_of_all), "everybody is signed in")
        parts = cast(calls)
        rang = 0
        try:
            for n, part in enumerate(parts, start=1):
                rang += await _one_call(stage, look, began, n, part)
            await _until(lambda: _settled(look, began), "every promise is kept or with a human")
        except StillWaiting as problem:
            tell(str(problem))
        evidence = _evidence(stage, look, began)
        for record in evidence.calls:
            tell(call_line(evidence, record, stage.company))
        departments = stage.company.settings.departments
        return tally(evidence, rang, departments["client"].queue, departments["sales"].queue)


async def _people(stage: Stage, desks: AsyncExitStack) -> list[DeskClient]:
    """Sign in agents and salespeople through the desk's own WebSocket, and let them work."""
    by_number = {"".join(c for c in p.number if c.isdigit()): p for p in cast(7)}
    agents = stage.people("client")[:AGENTS]
    clients = []
    for person in (*agents, *stage.people("sales")):
        desk = await desks.enter_async_context(DeskClient(stage.url, person.id, stage.password))
        bot = AgentBot(desk, by_number) if person in agents else SalesBot(desk)
        task = asyncio.create_task(bot.work())
        desks.callback(task.cancel)
        clients.append(desk)
    return clients


def _signed_in(desks: Sequence[DeskClient]) -> bool:
    return all(d.screen is not None and d.screen.stage.value == "ready" for d in desks)


async def _one_call(stage: Stage, look: StoreLook, began: float, n: int, part: Part) -> int:
    """One caller, from the first ring to the end of its call; how many INVITEs sipp sent for it."""
    caller = Caller(
        stage.sipp,
        stage.asterisk.sip_port,
        stage.did,
        from_user=part.number or "anonymous",
        from_name=f'"{part.name}" '.encode() if part.name else b"",
        patience_s=PATIENCE if part.ending is Ending.GIVES_UP else None,
    )
    async with caller:
        await caller.wait(60.0)
        rang = len(caller.outcomes)
    await _until(lambda: _ended(look, began) >= n, f"call {n} is in the database")
    return rang


def _ended(look: StoreLook, began: float) -> int:
    return sum(1 for c in look.calls_since(began) if c.ended_at is not None)


def _settled(look: StoreLook, began: float) -> bool:
    done = (EscalationState.TALKED, EscalationState.HUMAN, EscalationState.CLOSED)
    promises = look.escalations_since(began)
    attempts = look.attempts_since(began)
    talked = all(e.state in done for e in promises)
    return talked and all(a.ended_at is not None for a in attempts)


def _evidence(stage: Stage, look: StoreLook, began: float) -> Evidence:
    calls = look.calls_since(began)
    walks = (look.interview(c.id) for c in calls)
    return Evidence(
        queue_log=stage.asterisk.queue_log_path,
        dialled=stage.trunk.numbers,
        calls=calls,
        interviews=[w for w in walks if w is not None],
        escalations=look.escalations_since(began),
        attempts=look.attempts_since(began),
        missed=look.missed_since(began),
    )


async def _until(fact: Callable[[], bool], what: str) -> None:
    """Wait for a fact. Raises StillWaiting after the deadline."""
    deadline = time.monotonic() + SETTLED_SECONDS
    while not fact():
        if time.monotonic() > deadline:
            raise StillWaiting(f"waited {SETTLED_SECONDS:g} s in vain until {what}")
        await asyncio.sleep(0.1)
