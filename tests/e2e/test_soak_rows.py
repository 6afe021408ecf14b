"""Rows of the fault matrix in small, on a whole company: `make soak` plays them in full."""

from __future__ import annotations

import pytest
from soak import row01, row06, row16
from soak.bursts import bursts
from soak.counting import Row

SEED = 20261125


def good(row: Row) -> None:
    print(row)
    assert row.good, row


@pytest.mark.parametrize("service", [True, False], ids=["service", "dialplan"])
async def test_bursts_fill_five_lines_exactly(service: bool) -> None:
    good(await bursts(SEED, 5, 30, service=service))


async def test_trees_are_back_where_they_stood_after_each_kill_of_the_service() -> None:
    good(await row01.play(SEED, 10, every=4.0, talk=(4.0, 8.0), lines=5, at_a_time=6))


async def test_callers_reach_the_queue_while_fastagi_is_stopped_killed_or_frozen() -> None:
    good(await row06.play(SEED, 12))


async def test_a_shrinking_roster_drops_nobody_and_lets_nobody_in_until_below() -> None:
    good(await row16.play(SEED, 15))
