"""Promises by the hundred thousand under a virtual clock, with faults from a seed: each ends once.

PROMISES=100000 plays a whole run, SEED=n another fate; a run that breaks prints its seed.
"""

from __future__ import annotations

import os

import pytest
from simulation.sales_world import broken, play
from simulation.world import Faults

SEED = int(os.environ.get("SEED", "20261125"))
PROMISES = int(os.environ.get("PROMISES", "300"))

MIXES = {
    "clean": Faults(),
    "all at once": Faults(lost=0.01, twice=0.2, late=0.3, crashes=1),
}


@pytest.mark.parametrize("mix", MIXES)
def test_each_promise_ends_once(mix: str) -> None:
    world = play(SEED, PROMISES, MIXES[mix])
    joined = len(world.of_calls) - len(world.promised) + world.united
    print(
        f"seed {SEED}, {mix}: {len(world.promised)} promises, {joined} joined another,"
        f" {sum(world.invites.values())} dials, {world.life} kills,"
        f" {world.chosen} times chosen,"
        f" {world.united} united, {world.parted} parted,"
        f" {world.consulted} consultations: {world.met} met, {world.taken_back} taken back"
    )
    wrong = broken(world)
    assert not wrong, f"SEED={SEED} PROMISES={PROMISES}, {mix}: {wrong[:20]} of {len(wrong)}"
    assert world.united > PROMISES // 50, "hardly any two became one: the run proves nothing"
    assert world.parted > PROMISES // 100, "hardly a wrong pick: the run proves nothing"
    assert joined > PROMISES // 50, "hardly anybody joined a promise: the run proves nothing"
    assert world.met > PROMISES // 20, "hardly a warm transfer: the run proves nothing"
    assert world.taken_back > PROMISES // 20, "hardly anybody taken back: the run proves nothing"
    assert world.chosen > PROMISES // 100, "hardly a time was chosen: the run proves nothing"
    assert world.life or not MIXES[mix].crashes, "nothing was killed: the run proves nothing"
    assert len(world.invites) > PROMISES // 4, "hardly a callback: the run proves nothing"


def test_the_same_seed_is_the_same_fate() -> None:
    one, two = (play(7, 40, MIXES["all at once"]) for _ in range(2))
    assert (one.invites, one.ends, one.now) == (two.invites, two.ends, two.now)


def test_a_planted_second_end_and_a_planted_loss_are_seen() -> None:
    world = play(7, 40, MIXES["clean"])
    first, second, *_ = sorted(world.promised)
    world.ends[first] += 1
    del world.ends[second]
    assert sorted(broken(world)) == [
        f"promise {first} ended 2 times",
        f"promise {second} ended 0 times",
    ]
