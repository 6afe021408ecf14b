"""Calls in bursts against H lines: nobody beyond them, nobody refused while one is free."""

from __future__ import annotations

from random import Random

from soak import oracles
from soak.counting import Row
from soak.works import Works

from ivr.asterisk.private.sip_log import CallOutcome


async def bursts(seed: int, lines: int, calls: int, *, service: bool) -> Row:
    """So many calls, in bursts of more than the lines; with the service or without it."""
    fate = Random(f"{seed} {lines} {service}")
    outcomes: list[CallOutcome] = []
    in_vain, rounds = 0, 0
    async with Works(lines) as works:
        if not service:
            await works.service.stop()
        while len(outcomes) < calls:
            rounds += 1
            size = fate.randint(lines + 1, 3 * lines + 2)
            # Talks last longer than the burst takes to arrive, so that its calls meet.
            async with works.caller(size, talk_s=1.5 + size / 20) as caller:
                await caller.wait(120.0)
                in_vain += oracles.in_vain(caller.messages, lines)
                outcomes += caller.outcomes
            await works.drained()
        over = works.over(lines, outcomes)
        if not service:
            await works.service.start()
        counts = await works.counts(outcomes, over)
    name = f"burst H={lines} {'service' if service else 'dialplan'}"
    return Row(name, len(outcomes), f"{rounds} bursts", counts, in_vain)
