"""Row 16: the headcount shrinks and grows under load: nobody dropped, nobody in until below."""

from __future__ import annotations

from contextlib import AsyncExitStack
from random import Random

from soak.counting import Row
from soak.evidence import until
from soak.works import Works

from ivr.asterisk.private.sip_log import CallOutcome
from ivr.asterisk.private.sipp import Caller

MOST = 12
PROBE_TALK = 0.3


async def play(seed: int, calls: int) -> Row:
    """Fill the lines, take people off the roster, let callers go one by one, probing each time."""
    fate = Random(f"{seed} row 16")
    outcomes: list[CallOutcome] = []
    over, in_vain, changes = 0, 0, 0
    async with Works(MOST) as works:
        while len(outcomes) < calls:
            shrunk = fate.randint(1, MOST - 1)
            async with AsyncExitStack() as stack:
                talking = [
                    await stack.enter_async_context(works.caller(number=f"+749500001{n:02}"))
                    for n in range(MOST)
                ]
                for caller in talking:
                    await caller.answered()
                await _resize(works, shrunk)
                changes += 1
                while talking:
                    came = await _probe(works, fate.randint(1, 3))
                    beyond, vain = judged(came, shrunk - len(talking))
                    over, in_vain = over + beyond, in_vain + vain
                    outcomes += came
                    await _leave(works, talking.pop(fate.randrange(len(talking))), outcomes)
            await works.drained()
            await _resize(works, MOST)
            changes += 1
        counts = await works.counts(outcomes, over)
    return Row("16", len(outcomes), f"{changes} changes of the roster", counts, in_vain)


def judged(outcomes: list[CallOutcome], free: int) -> tuple[int, int]:
    """Admitted beyond the free lines, and refused in vain, of callers who came at once."""
    admitted = sum(outcome.status == 200 for outcome in outcomes)
    possible = min(len(outcomes), max(0, free))
    return max(0, admitted - max(0, free)), max(0, possible - admitted)


async def _probe(works: Works, calls: int) -> list[CallOutcome]:
    """Callers who come now; those who get in talk briefly and are gone before this returns."""
    held = await works.lines_held()
    async with works.caller(calls, talk_s=PROBE_TALK) as caller:
        await caller.wait()
        outcomes = caller.outcomes
    await until(works.lines_held, lambda now: now == held, "a probe still holds a line")
    return outcomes


async def _leave(works: Works, caller: Caller, outcomes: list[CallOutcome]) -> None:
    held = await works.lines_held()
    await caller.hang_up()
    await caller.wait()
    outcomes += caller.outcomes
    await until(works.lines_held, lambda now: now == held - 1, "a line is not given back")


async def _resize(works: Works, lines: int) -> None:
    """Change the roster and wait until both the service and the dialplan have it."""
    works.set_roster(works.agents[:lines])
    works.service.ask_to_reload()
    await works.told(lines)
    for name in works.agents[:lines]:
        await works.sign_in(name)
