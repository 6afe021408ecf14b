"""How many calls Asterisk carries with the service beside it, of what it carries alone.

Both carry the same callers and phones: once through `Queue()` and nothing else, with nobody at the
manager interface, once with linetree's dialplan, the service and its desks. Where all share the
cores to the full, calls a second are cores by CPU a call, so the CPU is measured: callers, phones
and desks run on the same cores, and calls counted by a clock would measure them too.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from bench.report import BenchFault, compared
from bench.whole_company import DID, NUMBERS, Company
from ivr.asterisk.private.config import PhoneAccount
from ivr.asterisk.private.processes import free_port, until
from ivr.asterisk.private.programs import find_asterisk, find_sipp
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller, Phone

AGENTS = 40
CALLS = 120
"""Calls a round and side."""

WARM = 40
"""Calls before the first round."""

RATE = 8.0
TALK = 3.0
ROUNDS = 2
GOAL = 0.8

_DIALPLAN = f"""\
[from-trunk](+)
exten => {DID},1,Queue(plain)
 same => n,Hangup(16)
"""
_QUEUE = """\
[plain]
strategy=rrmemory
ringinuse=no
timeout=15
"""


def measure() -> list[dict[str, Any]]:
    """`calls_beside_asterisk_alone`: calls a CPU-second, the two together beside Asterisk alone."""
    together, alone = asyncio.run(_rounds())
    return [
        compared("calls_beside_asterisk_alone", "calls/CPU-s", together, alone, GOAL, "more"),
    ]


async def _rounds() -> tuple[list[float], list[float]]:
    together, alone = [], []
    async with AsyncExitStack() as stack:
        company = await stack.enter_async_context(await Company.open(AGENTS))
        plain = await _Plain.open(stack)
        await company.play(WARM, RATE, TALK)
        await plain.play(WARM)
        for number in range(1, ROUNDS + 1):
            before = company.service_cpu() + company.asterisk.cpu_seconds()
            await company.play(CALLS, RATE, TALK)
            spent = company.service_cpu() + company.asterisk.cpu_seconds() - before
            together.append(CALLS / spent)
            before = plain.asterisk.cpu_seconds()
            await plain.play(CALLS)
            alone.append(CALLS / (plain.asterisk.cpu_seconds() - before))
            print(
                f"beside, round {number} of {ROUNDS}: {together[-1]:.1f} calls a CPU-second"
                f" together, {alone[-1]:.1f} alone",
                file=sys.stderr,
            )
    return together, alone


@dataclass
class _Plain:
    """An Asterisk with a queue of the same phones, and nothing else."""

    asterisk: PrivateAsterisk

    @classmethod
    async def open(cls, stack: AsyncExitStack) -> _Plain:
        answering = Phone(find_sipp(print), answer_s=0.1, media=False)
        names = [f"agent{n:02}" for n in range(1, AGENTS + 1)]
        members = "".join(f"member => PJSIP/{name}\n" for name in names)
        asterisk = PrivateAsterisk(
            find_asterisk(print),
            agi_port=free_port(),
            phones=[PhoneAccount(name, port=answering.port) for name in names],
            extra_dialplan=_DIALPLAN,
            extra_queues=_QUEUE + members,
        )
        await stack.enter_async_context(asterisk)
        await stack.enter_async_context(answering)
        return cls(asterisk)

    async def play(self, calls: int) -> None:
        """Bring so many callers; each must be answered and end the call. Raises BenchFault."""
        caller = Caller(
            find_sipp(),
            self.asterisk.sip_port,
            DID,
            from_user=NUMBERS[0],
            talk_s=TALK,
            calls=calls,
            rate=RATE,
            media=False,
        )
        async with caller:
            await until(
                lambda: sum(one.ending != "open" for one in caller.outcomes) == calls,
                seconds=calls / RATE + 60,
                otherwise=f"not all of {calls} calls through a plain queue have ended",
            )
            endings = [one.ending for one in caller.outcomes]
        if endings != ["near"] * calls:
            raise BenchFault(f"{calls} calls through a plain queue ended {sorted(set(endings))}")
