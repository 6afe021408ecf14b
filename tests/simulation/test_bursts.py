"""10,000 calls in bursts through the real core: nobody beyond the lines, nobody refused in vain.

The count is the simulation's own: who was admitted and has not hung up. SEED=n plays another fate.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from random import Random

import pytest
from company import DID, rules

from ivr.domain.commands import AdmitCall, RefuseCall
from ivr.domain.events import (
    AgentAnswered,
    CallEnded,
    CallerQueued,
    CallOffered,
    LegBridged,
    MemberSeen,
    MemberStatus,
    Resynced,
    Saved,
)
from ivr.domain.reception import Reception
from ivr.domain.records import CallRecord, RecordKind

SEED = int(os.environ.get("SEED", "20261125"))
CALLS = 10_000
OTHER = "+74950000013"


@dataclass
class Bursts:
    """A department that callers of two numbers reach in bursts; `inside` is the truth."""

    lines: int
    seed: int
    waiting: int = 0
    inside: list[str] = field(default_factory=list)
    over: int = 0
    in_vain: int = 0
    admitted: int = 0
    refused: int = 0
    now: float = 1000.0

    def __post_init__(self) -> None:
        """Open the department: somebody is signed in, and Asterisk has been read."""
        self.fate = Random(f"{self.seed} {self.lines} {self.waiting}")
        base = rules(self.lines)
        number = replace(base.numbers[DID], waiting=self.waiting)
        numbers = {DID: number, OTHER: replace(number, did=OTHER)}
        self.core = Reception(replace(base, numbers=numbers))
        self.core.receive(Resynced(self.now, (), (), ()))
        for person in ("anna", "olga"):
            queue = "client" if person == "anna" else "sales"
            seen = MemberSeen(self.now, person, queue, False, "", MemberStatus.IDLE)
            self.core.receive(seen)

    @property
    def most(self) -> int:
        """How many may be in."""
        return self.lines + self.waiting

    def reload(self, lines: int) -> None:
        """The configuration names so many lines from now on."""
        base = self.core.floor.rules
        client = replace(base.departments["client"], lines=lines)
        changed = replace(base, departments={**base.departments, "client": client})
        self.core.relearn(self.now, changed)

    def play(self, calls: int) -> None:
        """Bursts of up to three times the lines, and between them hang-ups in any order."""
        made = 0
        while made < calls:
            for _ in range(min(calls - made, self.fate.randint(1, 3 * self.lines + 2))):
                made += 1
                self.arrive(f"{self.seed}.{made}")
            self.now += self.fate.expovariate(1.0)
            for _ in range(self.fate.randint(0, len(self.inside))):
                self.leave(self.inside[self.fate.randrange(len(self.inside))])

    def arrive(self, call: str) -> None:
        """One caller; asked twice, as a dialplan that lost an answer would, the verdict stays."""
        did = self.fate.choice((DID, OTHER, DID.replace("+7", "8")))
        number = f"+7495{self.fate.randrange(10**7):07d}"
        offer = CallOffered(self.now, call, f"PJSIP/t-{call}", did, number, "")
        free = len(self.inside) < self.most
        if self.verdict(offer):
            self.admitted += 1
            self.inside.append(call)
            self.over += len(self.inside) > self.most
            queued = CallerQueued(self.now, call, f"PJSIP/t-{call}", "client", number, "")
            if self.fate.random() < 0.5:
                self.core.receive(queued)
        else:
            self.refused += 1
            self.in_vain += free

    def verdict(self, offer: CallOffered) -> bool:
        orders = self.core.receive(offer)
        orders += self.core.receive(Saved(self.now, RecordKind.CALL, offer.call))
        (verdict,) = (o for o in orders if isinstance(o, AdmitCall | RefuseCall))
        return isinstance(verdict, AdmitCall)

    def leave(self, call: str) -> None:
        """A caller hangs up, or is bridged with sales and talks on without a line."""
        self.inside.remove(call)
        if self.fate.random() < 0.2:
            self.sell(call)
        else:
            self.core.receive(CallEnded(self.now, call, 16))

    def sell(self, call: str) -> None:
        leg, bridge = f"PJSIP/olga-{call}", f"b-{call}"
        channel = f"PJSIP/t-{call}"
        self.core.receive(AgentAnswered(self.now, call, "olga", "sales", leg, channel))
        self.core.receive(LegBridged(self.now, call, leg, bridge))
        self.core.receive(LegBridged(self.now, call, channel, bridge))

    def __str__(self) -> str:
        return (
            f"seed {self.seed}, H={self.lines}+{self.waiting}: {self.admitted} admitted, "
            f"{self.refused} refused, beyond the lines {self.over}, in vain {self.in_vain}"
        )


@pytest.mark.parametrize("waiting", [0, 3])
@pytest.mark.parametrize("lines", [1, 5, 20, 50])
def test_bursts_fill_the_lines_exactly(lines: int, waiting: int) -> None:
    run = Bursts(lines, SEED, waiting)
    run.play(CALLS)
    print(run)
    assert run.admitted + run.refused == CALLS
    assert (run.over, run.in_vain) == (0, 0), run
    assert min(run.admitted, run.refused) > CALLS // 10, f"hardly a burst: {run}"


def test_the_count_notices_one_line_too_many_and_one_too_few() -> None:
    for wrong, column in ((6, "over"), (4, "in_vain")):
        run = Bursts(5, SEED)
        run.reload(wrong)
        run.play(500)
        assert getattr(run, column) > 0


def test_a_call_that_was_lost_on_the_way_is_noticed() -> None:
    run = Bursts(5, SEED)
    run.arrive("lost")
    run.inside.remove("lost")
    run.play(500)
    assert run.in_vain > 0


def test_shrinking_drops_nobody_and_admits_nobody_until_below() -> None:
    run = Bursts(20, SEED)
    for n in range(20):
        run.arrive(f"before.{n}")
    run.reload(5)
    for n in range(15):
        assert not run.verdict(CallOffered(run.now, f"x.{n}", "PJSIP/x", DID, "anonymous", ""))
        run.leave(run.inside[0])
    assert len(run.inside) == 5
    assert not run.verdict(CallOffered(run.now, "full", "PJSIP/x", DID, "anonymous", ""))
    run.leave(run.inside[0])
    assert run.verdict(CallOffered(run.now, "free", "PJSIP/x", DID, "anonymous", ""))


def test_growing_is_in_force_with_the_next_call() -> None:
    run = Bursts(1, SEED)
    run.arrive("first")
    run.reload(2)
    assert run.verdict(CallOffered(run.now, "second", "PJSIP/x", DID, "anonymous", ""))


def test_every_refused_caller_with_a_number_has_a_row() -> None:
    run = Bursts(2, SEED)
    rows: set[str] = set()
    for n in range(20):
        offer = CallOffered(run.now, f"r.{n}", "PJSIP/x", DID, f"+7495000{n:04d}", "")
        saved = (getattr(order, "record", None) for order in run.core.receive(offer))
        rows |= {record.id for record in saved if isinstance(record, CallRecord)}
    assert len(rows) == 20
