"""Row 10: the caller hangs up while sales rings; that leg ends at once, and a task is made."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

from soak import oracles
from soak.counting import Counts, Row
from soak.desks import Desks
from soak.traffic import number_of
from soak.works import Works

from ivr.asterisk.private.sip_log import CallOutcome, by_call

AGENTS = 3
RINGING = (0.0, 0.5, 5.0)
"""Seconds that sales has rung when the caller hangs up."""

WITHIN = 1.0
"""Seconds in which the phone at sales is silent again."""


async def play(seed: int, calls: int) -> Row:
    """So many callers, as many at a time as there are agents; phones at sales ring for ever."""
    fate = Random(f"{seed} row 10")
    outcomes: list[CallOutcome] = []
    late = 0
    async with (
        Works(AGENTS, _settings, sales=AGENTS, sales_phone={"answer_s": None}) as works,
        Desks(works, fate, think=0.2) as desks,
    ):
        while len(outcomes) < calls:
            numbers = [passed_on(len(outcomes) + n) for n in range(AGENTS)]
            delays = [fate.choice(RINGING) for _ in numbers]
            came = await asyncio.gather(
                *(_hangs_up(works, one, delay) for one, delay in zip(numbers, delays, strict=True))
            )
            outcomes += [outcome for outcome, _ in came]
            late += sum(rang_on > WITHIN for _, rang_on in came)
            await works.drained()
        counts = await works.counts(outcomes, works.over(AGENTS, outcomes), late, desks.promised)
        counts += Counts(lost=await unpromised(works, outcomes))
    return Row("10", len(outcomes), f"hung up after {RINGING} s of ringing", counts)


def passed_on(serial: int) -> str:
    """The number of a caller whose answers lead to a live transfer."""
    return number_of(10 * serial + 3)


async def unpromised(works: Works, outcomes: list[CallOutcome]) -> int:
    """Callers of whom the database has no promise, each of them having been promised one."""
    promises = works.look.escalations_since(works.began)
    promised = {oracles.digits(promise.number) for promise in promises}
    return sum(oracles.digits(one.invite.caller) not in promised for one in outcomes)


async def _hangs_up(works: Works, number: str, after: float) -> tuple[CallOutcome, float]:
    """One caller to the end; and for how long sales rang on after the goodbye."""
    async with works.caller(number=number) as caller:
        call_id = await _rung(works, number)
        await asyncio.sleep(after)
        await caller.hang_up()
        gone = next(m.at for m in caller.messages if m.first.startswith(b"BYE ") and m.sent)
        outcome = await caller.wait()
    return outcome, await _silent(works, call_id) - gone


async def _rung(works: Works, number: str) -> bytes:
    """The Call-ID of the first INVITE to sales for this caller, once it has come."""
    async with asyncio.timeout(60):
        while True:
            for invite in works.sales_phone.invites:
                if oracles.digits(invite.caller) == oracles.digits(number):
                    return invite.header("Call-ID")
            await asyncio.sleep(0.05)


async def _silent(works: Works, call_id: bytes) -> float:
    """When the phone at sales was told to stop; far in the future if it never was."""
    for _ in range(100):
        call = by_call(works.sales_phone.messages)[call_id]
        if ends := [m.at for m in call if m.first.startswith((b"CANCEL ", b"BYE "))]:
            return ends[0]
        await asyncio.sleep(0.05)
    return float("inf")


def called_later(settings: Any) -> None:
    """What is owed is called later than the row lasts: those rings would never be answered."""
    settings["callbacks"]["backoff"] |= dict.fromkeys(("first", "sales_silent"), 80_000)


def _settings(settings: Any) -> None:
    called_later(settings)
    settings["transfer"]["ring_seconds"] = 30
