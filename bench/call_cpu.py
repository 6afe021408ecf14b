"""The service's CPU for a whole call, beside what Asterisk spends on the same calls.

Real SIP callers, a real Asterisk without media, the service as a process of its own, agents at
desks over real sockets: intake, events, pushes, five answers, the outcome and its commit.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from bench.report import BenchFault, compared
from bench.whole_company import Company
from ivr.asterisk.private.processes import until

AGENTS = 40
CALLS = 120
"""Calls a round."""

RATE = 8.0
"""Calls that begin in a second."""

TALK = 3.0
"""Seconds of each call; so some 25 are on at once."""

ROUNDS = 3
SHARE_OF_ASTERISK = 0.25
MILLISECONDS = 2.5
"""What a call may cost at most, whatever Asterisk spends."""


def measure() -> list[dict[str, Any]]:
    """`service_cpu_per_call`: ms of the service's CPU a call, and Asterisk's for the same calls."""
    ours, asterisks = asyncio.run(_rounds())
    row = compared("service_cpu_per_call", "ms", ours, asterisks, SHARE_OF_ASTERISK, "less")
    row["met"] = row["met"] and row["ours"] <= MILLISECONDS
    return [row]


async def _rounds() -> tuple[list[float], list[float]]:
    ours, asterisks = [], []
    async with await Company.open(AGENTS) as company:
        await company.play(40, RATE, TALK)
        for number in range(1, ROUNDS + 1):
            before = company.service_cpu(), company.asterisk.cpu_seconds()
            await company.play(CALLS, RATE, TALK)
            after = company.service_cpu(), company.asterisk.cpu_seconds()
            ours.append((after[0] - before[0]) * 1000 / CALLS)
            asterisks.append((after[1] - before[1]) * 1000 / CALLS)
            print(
                f"call_cpu, round {number} of {ROUNDS}: {CALLS} calls, service {ours[-1]:.2f} ms,"
                f" Asterisk {asterisks[-1]:.2f} ms a call",
                file=sys.stderr,
            )
        await _all_committed(company, 40 + ROUNDS * CALLS)
    return ours, asterisks


async def _all_committed(company: Company, calls: int) -> None:
    """Figures of calls that the service did not take would be worth nothing. Raises BenchFault."""
    await until(
        lambda: company.committed() >= calls,
        seconds=30,
        otherwise=f"of {calls} calls not all were let in by the service and kept to their outcome",
    )
    if company.committed() != calls:
        raise BenchFault(f"{company.committed()} outcomes in the database for {calls} calls")
