"""Rows of the fault matrix in small, on a whole company: `make soak` plays them in full."""

from __future__ import annotations

import pytest
from soak import (
    row01,
    row02,
    row03,
    row04,
    row05,
    row06,
    row07,
    row10,
    row11,
    row12,
    row13,
    row15,
    row16,
    row17,
    row18,
)
from soak.ami_proxy import Fault
from soak.bursts import bursts
from soak.counting import Row

SEED = 20261125
DEADLINE = 30.0
"""Seconds for what `make soak` wants in three or five: a busy machine is no fault."""


def good(row: Row) -> None:
    print(row)
    assert row.good, row


@pytest.mark.parametrize("service", [True, False], ids=["service", "dialplan"])
async def test_bursts_fill_five_lines_exactly(service: bool) -> None:
    good(await bursts(SEED, 5, 30, service=service))


async def test_trees_are_back_where_they_stood_after_each_kill_of_the_service() -> None:
    good(
        await row01.play(
            SEED, 10, every=4.0, talk=(4.0, 8.0), lines=5, at_a_time=6, within=DEADLINE
        )
    )


async def test_callers_reach_the_queue_while_fastagi_is_stopped_killed_or_frozen() -> None:
    good(await row06.play(SEED, 12))


async def test_a_shrinking_roster_drops_nobody_and_lets_nobody_in_until_below() -> None:
    good(await row16.play(SEED, 15))


async def test_nobody_is_silenced_by_a_kill_around_an_answer_a_wrap_up_and_a_break() -> None:
    good(await row02.play(SEED, 8, within=DEADLINE))


async def test_everybody_whom_asterisk_cut_off_has_a_task() -> None:
    good(await row04.play(SEED, 10, live=10))


async def test_a_cut_and_a_silent_link_are_noticed_and_everything_is_read_before_acting() -> None:
    good(
        await row05.play(
            SEED,
            5,
            faults=("reset", "silence"),
            rest=1.5,
            talk=(8.0, 12.0),
            noticed_within=DEADLINE,
        )
    )


async def test_repeated_and_shuffled_events_come_to_the_same_end() -> None:
    good(await row12.play(SEED, 5, fault=Fault(twice=True, shuffled=0.5), talk=(3.0, 4.0)))


async def test_a_call_keeps_its_tree_while_the_configuration_is_read_each_second() -> None:
    good(await row15.play(SEED, 5, talk=(5.0, 8.0)))


async def test_the_next_agent_rings_soon_after_a_phone_that_is_gone() -> None:
    good(await row17.play(SEED, 3))


async def test_a_death_around_originate_never_dials_a_client_twice() -> None:
    good(await row03.play(SEED, 6))


async def test_calls_flow_while_the_database_is_locked_or_down() -> None:
    good(await row07.play(SEED, 6, seconds=4.0, kinds=("locked", "stopped")))


async def test_a_caller_who_hangs_up_while_sales_rings_is_called_back() -> None:
    good(await row10.play(SEED, 3))


async def test_sales_that_takes_nobody_leaves_a_task() -> None:
    good(await row11.play(SEED, 1, kinds=("silent",)))


async def test_the_hour_that_comes_twice_dials_nobody_twice() -> None:
    good(await row13.play(SEED, 2, nights=("the hour twice",)))


async def test_a_trunk_that_is_down_leaves_each_client_to_a_human() -> None:
    good(await row18.play(SEED, 1, kinds=("503",)))
