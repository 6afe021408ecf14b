"""Calls in bursts against H lines: nobody beyond them, nobody refused while one is free."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from soak.counting import Row
from soak.works import Works

from ivr.asterisk.sip_log import CallOutcome

TALK = 1.5
"""Seconds; longer than a burst takes to arrive, so that its calls are on at the same time."""


async def bursts(seed: int, lines: int, calls: int, *, service: bool) -> Row:
    """So many calls, in bursts of more than the lines; with the service or without it."""
    fate = Random(f"{seed} {lines} {service}")
    outcomes: list[CallOutcome] = []
    beyond, in_vain, rounds = 0, 0, 0
    async with Works(lines) as works:
        if not service:
            await works.service.stop()
        while len(outcomes) < calls:
            rounds += 1
            came = await works.burst(fate.randint(lines + 1, 3 * lines + 2), TALK)
            beyond_now, vain_now = judged(came, lines)
            beyond, in_vain = beyond + beyond_now, in_vain + vain_now
            outcomes += came
        if not service:
            await works.service.start()
        counts = await works.counts(outcomes, beyond)
    name = f"burst H={lines} {'service' if service else 'dialplan'}"
    return Row(name, len(outcomes), f"{rounds} bursts", counts, in_vain)


def judged(outcomes: Sequence[CallOutcome], lines: int) -> tuple[int, int]:
    """Admitted beyond the lines, and refused in vain, of one burst that met an empty department."""
    admitted = sum(outcome.status == 200 for outcome in outcomes)
    refused = sum(outcome.status != 200 for outcome in outcomes)
    return max(0, admitted - lines), min(refused, max(0, lines - admitted))
