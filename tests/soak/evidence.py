"""What a company that is being broken shows to whoever looks at it from outside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any

from soak import asterisk_log, oracles
from soak.counting import Counts

from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sip_log import CallOutcome
from ivr.asterisk.private.sipp import Phone, Trunk
from ivr.domain.records import CallRecord
from ivr.store.looking import StoreLook

DEADLINE = 60.0
SILENCE = 15.0
"""Seconds that a wrap-up and what prolonged it may last after the last call."""

QUEUE = "client"


class Evidence:
    """Counts of a company: sipp's files, Asterisk's log and console, and the database."""

    agents: list[str]
    began: float
    asterisk: PrivateAsterisk
    phone: Phone
    sales_phone: Phone
    trunk: Trunk
    look: StoreLook

    def over(self, lines: int, outcomes: Sequence[CallOutcome]) -> int:
        """Callers who were let in beyond the lines, by Asterisk's log of all these calls.

        Raises RuntimeError when the log does not show them: its zero would prove nothing.
        """
        spans = asterisk_log.department_spans(self.log())
        served = sum(outcome.status == 200 for outcome in outcomes)
        if len(spans) < served:
            raise RuntimeError(f"{self.asterisk.log_path} shows {len(spans)} of {served} callers")
        return oracles.over(spans, lines)

    async def lines_held(self) -> int:
        """How many calls hold a line, as Asterisk counts."""
        groups = (await self.asterisk.cli("group show channels")).splitlines()
        return sum(line.split()[-1:] == ["lines"] for line in groups)

    async def channels(self) -> list[str]:
        """Every channel that lives."""
        shown = await self.asterisk.cli("core show channels concise")
        return [line.split("!")[0] for line in shown.splitlines() if "!" in line]

    def talks(self) -> list[tuple[str, str]]:
        """Who talks with whom just now, by the agents' phones: (agent, the caller's digits)."""
        return oracles.talks(self.phone.messages)

    def answers_kept(self) -> dict[str, int]:
        """How many answers of each open call are on the disk, by the caller's digits."""
        kept = {}
        for call in self.look.calls_since(self.began):
            walk = self.look.interview(call.id) if call.ended_at is None else None
            if walk is not None and isinstance(steps := walk.walk["steps"], list):
                kept[oracles.digits(call.number)] = len(steps)
        return kept

    def stuck(self, frozen: Sequence[tuple[float, float]] = ()) -> int:
        """Callers who were too long in the dialplan before a queue or a refusal, by its log.

        `frozen` are the spans in which Asterisk itself stood still; those are not counted.
        """
        return asterisk_log.undecided(self.log(), frozen)

    def log(self) -> str:
        """Asterisk's own log so far."""
        return self.asterisk.log_path.read_text(errors="replace")

    def fates(self) -> dict[str, oracles.Fate]:
        """What became of each caller in the database, by the caller's digits."""
        walks = {call.id: self.look.interview(call.id) for call in self._calls()}
        promises = self.look.escalations_since(self.began)
        return oracles.fates(self._calls(), walks, promises)

    def _calls(self) -> Sequence[CallRecord]:
        return self.look.calls_since(self.began)

    async def silenced(self, queue: str = QUEUE) -> int:
        """How many of the agents Asterisk would not ring now, or at the deadline."""
        deadline = time.monotonic() + SILENCE
        while True:
            shown = await self.asterisk.cli(f"queue show {queue}")
            silenced = oracles.silenced(shown, self.agents)
            if not silenced or time.monotonic() > deadline:
                return silenced
            await asyncio.sleep(0.2)

    async def open_rows(self) -> list[str]:
        """Calls that the database holds open."""
        return [c.id for c in self.look.calls_since(self.began) if c.ended_at is None]

    def lost(self, outcomes: Sequence[CallOutcome], promised: Collection[str]) -> int:
        """Callers without a talk and without a task, and promises that nobody keeps or will."""
        reached = [invite.caller for invite in self.sales_phone.invites] + self.trunk.numbers
        promises = self.look.escalations_since(self.began)
        missed = self.look.missed_since(self.began)
        return oracles.lost(outcomes, missed) + oracles.unkept(promised, promises, reached)

    async def counts(
        self,
        outcomes: Sequence[CallOutcome],
        over: int,
        stuck: int = 0,
        promised: Collection[str] = (),
    ) -> Counts:
        """The six counts after a drain, once the database has caught up, or at the deadline.

        `promised` are the numbers of those who could be told that sales takes them.
        """
        deadline = time.monotonic() + DEADLINE
        while True:
            counts = Counts(
                dropped=oracles.dropped(outcomes),
                lost=self.lost(outcomes, promised),
                dup=oracles.dup(self.trunk.numbers, self.look.attempts_since(self.began)),
                stuck=stuck,
                over=over,
                diff=oracles.diff(
                    await self.open_rows(), await self.channels(), await self.lines_held()
                ),
            )
            if not (counts.lost or counts.diff) or time.monotonic() > deadline:
                return counts
            await asyncio.sleep(0.2)


async def until(
    asks: Callable[[], Any],
    wanted: Callable[[Any], bool],
    otherwise: str,
    seconds: float = DEADLINE,
) -> None:
    """Ask again and again until the answer is as wanted, or so many seconds have passed."""
    deadline = time.monotonic() + seconds
    while not wanted(answer := await asks()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{otherwise}: {answer}")
        await asyncio.sleep(0.05)
