"""What holds for every tree that can be written, tried on generated ones."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_makers import KEY, SLOW, sound_trees, trees, walk

from ivr.domain.client.company import UNKNOWN_CLIENT, Client
from ivr.domain.tree.check import tree_faults
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.outcome import OverrideRefused, choices, decide, override
from ivr.domain.tree.tree import Aim, Owner, Scale, Tree


@SLOW
@given(sound_trees(), st.data())
def test_every_legal_walk_ends_in_one_outcome_within_four_questions(
    tree: Tree, data: st.DataObject
) -> None:
    stands = walk(data, tree)
    end = stands[-1]
    assert len(end.steps) <= 4
    assert end.outcome is not None or (end.question is not None and end.question.unknown is None)
    for before, after in pairwise(stands):
        least, most = before.steps_left()
        assert least >= 1
        assert after.steps_left()[0] >= least - 1
        assert after.steps_left()[1] <= most - 1
        assert after.at in before.reachable() or after.question is not None
    if end.outcome is not None:
        assert end.steps_left() == (0, 0)
        assert all(end.outcome.id in one.reachable() for one in stands)


@SLOW
@given(sound_trees(), st.data(), st.sampled_from([UNKNOWN_CLIENT, KEY]))
def test_decide_gives_one_decision_for_every_finished_walk(
    tree: Tree, data: st.DataObject, client: Client
) -> None:
    end = walk(data, tree)[-1]
    if end.outcome is None:
        return
    decision = decide(end, client)
    assert decision == decide(end, client)
    assert decision.outcome == end.outcome.id
    assert (decision.how is None) == (decision.aim is None) == (decision.owner is Owner.CLIENT)


@SLOW
@given(sound_trees(), st.data())
def test_a_large_customer_ends_at_sales_on_every_walk_that_check_accepts(
    tree: Tree, data: st.DataObject
) -> None:
    end = walk(data, tree, large=True)[-1]
    if end.outcome is None:
        assert all(tree.outcomes[one].owner is Owner.SALES for one in choices(end))
        with pytest.raises(OverrideRefused):
            override(end, reason="так просит", owner=Owner.CLIENT)
        return
    decision = decide(end)
    assert decision.owner is Owner.SALES
    if end.scale is Scale.LARGE:
        assert decision.aim is Aim.MEETING
    with pytest.raises(OverrideRefused):
        override(end, reason="так просит", owner=Owner.CLIENT)


@SLOW
@given(trees(), st.data())
def test_a_tree_on_which_a_large_customer_stays_is_never_accepted(
    tree: Tree, data: st.DataObject
) -> None:
    """The proof beside a search: whoever finds a way to stay must find a fault, too."""
    end = walk(data, tree, large=True)[-1]
    if end.outcome is not None and decide(end).owner is Owner.CLIENT:
        assert tree_faults(tree)


@SLOW
@given(sound_trees(), st.data())
def test_a_key_account_ends_at_sales_with_a_meeting_on_every_walk(
    tree: Tree, data: st.DataObject
) -> None:
    end = walk(data, tree)[-1]
    if end.outcome is not None:
        decision = decide(end, KEY)
        assert (decision.owner, decision.aim) == (Owner.SALES, Aim.MEETING)
    with pytest.raises(OverrideRefused):
        override(end, KEY, reason="так просит", owner=Owner.CLIENT)


@SLOW
@given(sound_trees(), st.data())
def test_a_walk_survives_its_record_at_every_step(tree: Tree, data: st.DataObject) -> None:
    stands = walk(data, tree)
    if len(stands) > 1:
        stands.append(stands[-1].back())
    for stand in stands:
        again = Interview.from_record(tree, stand.to_record())
        assert again == stand
        assert again.at == stand.at


def test_the_generated_trees_have_stays_skips_rules_and_depth() -> None:
    """The properties above must not hold for want of anything that could break them."""
    seen = {"stays": 0, "rules": 0, "skips": 0, "deep": 0}

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(sound_trees())
    def look(tree: Tree) -> None:
        seen["stays"] += any(one.owner is Owner.CLIENT for one in tree.outcomes.values())
        seen["rules"] += bool(tree.rules)
        seen["skips"] += any(one.unknown for one in tree.questions.values())
        seen["deep"] += len(tree.questions) > 2

    look()
    assert all(count >= 20 for count in seen.values()), seen
