"""The whole core under a virtual clock with faults from a seed: nobody is lost, nobody doubled."""

from __future__ import annotations

import random
from itertools import pairwise
from math import inf

import pytest
from company import rules
from simulation.world import Caller, Faults, World

from ivr.domain.records import (
    AgentStateRecord,
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MissedCallRecord,
    MissedState,
    StretchKind,
    StretchRecord,
    TaskKind,
)

WANTS = (
    (("who", "person"),),
    (("who", "organisation"), ("staff", "20"), ("seats", "5")),
    (("who", "organisation"), ("staff", "20"), ("seats", "20")),
    (("who", "organisation"), ("staff", "20"), ("seats", "60")),
    (("who", "organisation"), ("staff", "500")),
)


def play(seed: int, calls: int, faults: Faults) -> World:
    world = World(seed, rules(), faults)
    chance = random.Random(seed)
    at = 0.0
    for n in range(calls):
        at += chance.expovariate(1 / 12)
        caller = Caller(f"c{n}", f"+7495{n:07d}", chance.uniform(4, 90), chance.choice(WANTS))
        world.after(at, lambda caller=caller: world.arrive(caller))  # type: ignore[misc]
    for _ in range(faults.crashes):
        world.after(chance.uniform(0, at), world.crash)
    for _ in range(faults.cuts):
        world.after(chance.uniform(0, at), world.cut)
    for _ in range(faults.reloads):
        world.after(chance.uniform(0, at), world.reload)
    world.run(world.now + at + 20_000)
    return world


def promises(world: World) -> list[EscalationRecord]:
    return [r for r in world.disk.values() if isinstance(r, EscalationRecord)]


def unpromised(world: World) -> list[InterviewRecord]:
    """Clients whom the tree gave to sales and of whom sales knows nothing."""
    promised = {promise.call for promise in promises(world)}
    walks = [r for r in world.disk.values() if isinstance(r, InterviewRecord)]
    return [r for r in walks if r.owner == "sales" and r.call not in promised]


def tasks(world: World) -> list[MissedCallRecord]:
    return [r for r in world.disk.values() if isinstance(r, MissedCallRecord)]


def muddled(world: World) -> list[str]:
    """What is wrong with the books of people's time and of calls."""
    said = []
    spans = [r for r in world.disk.values() if isinstance(r, AgentStateRecord)]
    for person in world.rules.people:
        own = sorted(
            (s for s in spans if s.person == person), key=lambda s: (s.since, s.until or inf)
        )
        said += [
            f"{person} does two things at {b.since}: {a.state}, {b.state}"
            for a, b in pairwise(own)
            if (a.until or inf) > b.since
        ]
        shown = world.core.floor.agents[person].state
        if not own or own[-1].state != shown:
            said.append(f"{person} is {shown}, the books say {own[-1:]}")
    talked = {
        r.call
        for r in world.disk.values()
        if isinstance(r, StretchRecord) and r.kind is StretchKind.TALKED
    }
    answered = {r.id for r in world.disk.values() if isinstance(r, CallRecord) and r.agent}
    if not world.faults.crashes and not world.faults.lost:
        said += [f"nobody talked on {c}, say the books" for c in answered - talked]
    return said + [f"the ledger of {c} is open" for c in world.core.floor.ledgers]


def broken(world: World) -> list[str]:
    """Everything that must never be, by name; empty when all is well."""
    said = []
    if world.over:
        said.append(f"admitted beyond the lines: {world.over}")
    said += [f"attempt {a} dialled {n} times" for a, n in world.invites.items() if n > 1]
    said += [f"call {c} changed its tree" for c, seen in world.versions.items() if len(seen) > 1]
    said += [f"promise {p} is gone" for p in world.promised - {r.id for r in promises(world)}]
    open_states = (EscalationState.TALKED, EscalationState.HUMAN, EscalationState.CLOSED)
    said += [
        f"promise {r.id} stays {r.state}" for r in promises(world) if r.state not in open_states
    ]
    said += [f"client {r.call} went to sales without a promise" for r in unpromised(world)]
    done = (MissedState.CLOSED, MissedState.HUMAN)
    said += [f"task {t.id} stays {t.state}" for t in tasks(world) if t.state not in done]
    counted = {call for task in tasks(world) for call in task.calls}
    said += [f"turned away and forgotten: {c}" for c in world.turned_away if c not in counted]
    talked = {c.id for c in world.callers.values() if c.talked_since is not None}
    said += [
        f"served and owed a call: {task.calls}"
        for task in tasks(world)
        if task.kind is TaskKind.MISSED and task.closed_how != "served" and talked & {*task.calls}
    ]
    said += [f"note {n} is kept for ever" for n in world.notes]
    floor = world.core.floor
    said += [f"call {c} is not forgotten" for c in floor.calls]
    said += [f"line of {c} is not freed" for c in floor.groups["client"].held]
    said += [f"{a.person} is stuck as {a.state}" for a in floor.agents.values() if not a.free]
    return said + muddled(world)


MIXES = {
    "clean": Faults(),
    "events twice": Faults(twice=0.5),
    "events late": Faults(late=0.5),
    "events lost": Faults(lost=0.02),
    "service killed": Faults(crashes=12),
    "link cut": Faults(cuts=12),
    "reloaded": Faults(reloads=200),
    "all at once": Faults(lost=0.01, twice=0.2, late=0.3, crashes=8, cuts=8, reloads=50),
}


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_lost_and_nobody_doubled(mix: str, seed: int) -> None:
    world = play(seed, 120, MIXES[mix])
    assert not broken(world), f"seed {seed}, {mix}: {broken(world)}"
    assert world.promised, "no promise was made: the run proves nothing"
    assert world.invites, "no callback was dialled: the run proves nothing"
    returned = [t for t in tasks(world) if t.closed_how == "called"]
    assert returned, "no missed call was returned: the run proves nothing"
    if world.faults.crashes:
        assert world.unheard, "no talk went unheard: the run proves nothing"


def test_a_planted_loss_is_seen() -> None:
    world = play(1, 60, Faults())
    lost = next(iter(world.promised))
    call = world.disk.pop((EscalationRecord, lost)).call  # type: ignore[union-attr]
    assert broken(world) == [
        f"promise {lost} is gone",
        f"client {call} went to sales without a promise",
    ]
