"""Lines: as many calls at once as the headcount, and no more."""

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.intake.hunt_group import HuntGroup


def test_a_call_beyond_the_lines_is_refused_and_admitted_once_a_line_is_free() -> None:
    group = HuntGroup("client", 1)
    assert group.admit("a")
    assert not group.admit("b")
    assert group.release("a")
    assert group.admit("b")


def test_the_same_call_asked_twice_holds_one_line() -> None:
    group = HuntGroup("client", 2)
    assert group.admit("a")
    assert group.admit("a")
    assert group.used == 1


def test_a_hang_up_told_twice_frees_one_line() -> None:
    group = HuntGroup("client", 2)
    group.admit("a")
    group.admit("b")
    assert group.release("a")
    assert not group.release("a")
    assert group.used == 1


def test_shrinking_drops_nobody_and_admits_nobody_until_below() -> None:
    group = HuntGroup("client", 3)
    for call in "abc":
        group.admit(call)
    group.resize(1)
    assert group.used == 3
    group.release("a")
    group.release("b")
    assert not group.admit("d")
    group.release("c")
    assert group.admit("d")


def test_a_call_that_the_dialplan_let_in_is_counted_even_beyond_the_lines() -> None:
    group = HuntGroup("client", 1)
    group.seat("a")
    group.seat("b")
    assert group.used == 2
    assert not group.admit("c")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=200), st.integers(0, 6))
def test_any_order_of_arrivals_keeps_the_cap_and_distinct_lines(
    moves: list[tuple[bool, int]], lines: int
) -> None:
    group = HuntGroup("client", lines)
    inside: set[str] = set()
    for arrives, n in moves:
        call = str(n)
        if arrives:
            free = len(inside) < lines
            assert group.admit(call) == (call in inside or free)
            if free:
                inside.add(call)
        else:
            assert group.release(call) == (call in inside)
            inside.discard(call)
        assert set(group.held) == inside
        assert len(set(group.held.values())) == len(inside)
        assert all(1 <= line <= lines for line in group.held.values())
