"""How long a caller waits for the verdict, and an agent for the first question, under load.

Real callers at 50 a second, a real Asterisk without media and the service on the same cores, each
agent at a desk over a real socket. Asterisk's own log says when it asked and when an agent's phone
was answered; what came in between is ours.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from statistics import quantiles
from typing import Any

from bench.report import BenchFault, within
from bench.whole_company import Company

AGENTS = 90
RATE = 50.0
CALLS = 300
"""Calls a round."""

TALK = 0.8
ROUNDS = 3
KEYS = (
    ("answer", {"question": "who", "given": "person"}),
    ("confirm", {"offer": ""}),
)
"""The shortest call at the desk: whoever decides nothing leaves a task behind each call."""

LIMIT = 20.0
"""Milliseconds that 99 of 100 callers and agents may wait at most."""

_LINE = r"^\[(?P<at>.{23})\] .*"
_ASKED = re.compile(_LINE + r'Executing \[s@ivr-entry:\d+\] AGI\("(?P<channel>[^"]+)"')
_TOLD = re.compile(_LINE + r'Executing \[verdict@ivr-entry:1\] \w+\("(?P<channel>[^"]+)"')
_CALL = re.compile(_LINE + r'Set\("(?P<channel>[^"]+)", "CDR\(userfield\)=(?P<call>[^"]+)"\)')
_ANSWERED = re.compile(_LINE + r"app_queue\.c: \S+ answered (?P<channel>\S+)$")


def measure() -> list[dict[str, Any]]:
    """`intake_verdict_p99` and `connect_to_socket_p99`: milliseconds, medians of the rounds."""
    verdicts, frames = asyncio.run(_rounds())
    return [
        within("intake_verdict_p99", "ms", verdicts, LIMIT),
        within("connect_to_socket_p99", "ms", frames, LIMIT),
    ]


async def _rounds() -> tuple[list[float], list[float]]:
    verdicts, frames = [], []
    async with await Company.open(AGENTS, KEYS) as company:
        await company.ring(CALLS // 2, RATE, TALK)
        for number in range(1, ROUNDS + 1):
            begin = company.asterisk.log_path.stat().st_size
            await company.ring(CALLS, RATE, TALK)
            log = _since(company, begin)
            verdicts.append(_p99("verdicts", list(verdict_waits(log)), CALLS))
            frames.append(_p99("frames", list(frame_waits(log, company.asked())), CALLS // 2))
            print(
                f"latency, round {number} of {ROUNDS}: {CALLS} calls at {RATE:g} a second,"
                f" verdict p99 {verdicts[-1]:.1f} ms, first question p99 {frames[-1]:.1f} ms",
                file=sys.stderr,
            )
    return verdicts, frames


def verdict_waits(log: str) -> Iterator[float]:
    """Milliseconds from the dialplan's question to its going on, for each call of this log."""
    asked: dict[str, float] = {}
    for line in log.splitlines():
        if found := _ASKED.match(line):
            asked[found["channel"]] = _seconds(found["at"])
        elif (found := _TOLD.match(line)) and found["channel"] in asked:
            yield max(0.5, (_seconds(found["at"]) - asked.pop(found["channel"])) * 1000)


def frame_waits(log: str, asked: Mapping[str, float]) -> Iterator[float]:
    """Milliseconds from an agent's answer to the question on that desk's socket, for each call.

    `asked` is when the question of each call came, in seconds since the epoch.
    """
    calls: dict[str, str] = {}
    for line in log.splitlines():
        if found := _CALL.match(line):
            calls[found["channel"]] = found["call"]
        elif (found := _ANSWERED.match(line)) and (
            at := asked.get(calls.get(found["channel"], ""))
        ):
            yield max(0.5, (at - _seconds(found["at"])) * 1000)


def _since(company: Company, begin: int) -> str:
    with company.asterisk.log_path.open("rb") as log:
        log.seek(begin)
        return log.read().decode(errors="replace")


def _p99(what: str, waits: list[float], least: int) -> float:
    """Raises BenchFault where the log shows fewer than it must."""
    if len(waits) < least:
        raise BenchFault(f"latency: {len(waits)} {what} of {least} are in Asterisk's log")
    return quantiles(waits, n=100)[98]


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
