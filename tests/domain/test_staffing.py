"""Staffing figures agree with published tables, with the exact sums, and with common sense."""

from fractions import Fraction
from math import factorial, inf, nan, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.intake.staffing import (
    LoadUnplannable,
    agents_for,
    answered_within,
    average_wait,
    enough_for,
    erlang_b,
    erlang_c,
    erlangs,
    lines_for,
    plan_for,
    roster_for,
)

LOADS = st.fractions(min_value=Fraction(1, 100), max_value=60, max_denominator=100)

# D. Collins, Carrier Grade Voice over IP, 2nd ed. (McGraw-Hill 2003), Appendix A "Table of
# Erlang B": the load in erlangs, to one decimal, that a number of channels carries.
COLLINS = {
    0.001: {4: 0.4, 5: 0.8, 6: 1.1, 7: 1.6, 8: 2.1, 9: 2.6, 10: 3.1},
    0.01: {3: 0.5, 4: 0.9, 5: 1.4, 6: 1.9, 7: 2.5, 8: 3.1, 9: 3.8},
    0.02: {3: 0.6, 4: 1.1, 5: 1.7, 6: 2.3, 7: 2.9, 8: 3.6, 9: 4.3},
    0.05: {3: 0.9, 4: 1.5, 5: 2.2, 6: 3.0, 7: 3.7, 8: 4.5, 9: 5.4},
}

# Call Centre Helper, "Erlang C Formula - Made Simple With an Easy Worked Example": 200 calls an
# hour of 180 s, so 10 erlangs; agents -> per cent who wait, per cent answered within 20 s.
CALL_CENTRE_HELPER = {11: (68.2, 39.0), 12: (44.94, 64.0), 13: (28.53, 79.6), 14: (17.41, 88.8)}


def direct_b(load: Fraction, lines: int) -> Fraction:
    """Erlang's first formula as it is printed, in exact fractions."""
    terms = [load**k / factorial(k) for k in range(lines + 1)]
    return terms[-1] / sum(terms)


def direct_c(load: Fraction, agents: int) -> Fraction:
    """Erlang's second formula as it is printed, in exact fractions."""
    last = load**agents / factorial(agents) * agents / (agents - load)
    return last / (sum(load**k / factorial(k) for k in range(agents)) + last)


@pytest.mark.parametrize("blocking", sorted(COLLINS))
def test_blocking_agrees_with_the_published_table_of_erlang_b(blocking: float) -> None:
    for lines, load in COLLINS[blocking].items():
        assert erlang_b(load - 0.05, lines) <= blocking <= erlang_b(load + 0.05, lines)


def test_fifteen_lines_carry_the_published_load_at_one_per_cent() -> None:
    """erlang.com, Calculator manual, "How much traffic can a trunk group handle?": 8.108 E."""
    assert erlang_b(8.1075, 15) < 0.01 < erlang_b(8.1085, 15)


@pytest.mark.parametrize(("lines", "load"), [(10, 4.461), (20, 12.03), (50, 37.90), (100, 84.06)])
def test_the_most_that_larger_groups_carry_at_one_per_cent_agrees_with_the_exact_sum(
    lines: int, load: float
) -> None:
    exact = Fraction(str(load))
    assert direct_b(exact, lines) <= Fraction(1, 100) < direct_b(exact * Fraction("1.002"), lines)
    assert lines_for(load) == lines
    assert lines_for(load * 1.002) == lines + 1


@pytest.mark.parametrize("agents", sorted(CALL_CENTRE_HELPER))
def test_waiting_agrees_with_the_published_example_of_erlang_c(agents: int) -> None:
    waiting, in_time = CALL_CENTRE_HELPER[agents]
    load = erlangs(200, 180)
    assert erlang_c(load, agents) == pytest.approx(waiting / 100, abs=0.0005)
    assert answered_within(load, agents, 180) == pytest.approx(in_time / 100, abs=0.0005)


def test_the_published_example_needs_fourteen_present_of_a_roster_of_twenty() -> None:
    load = erlangs(200, 180)
    assert agents_for(load, 180, 0.8, 20) == 14
    assert average_wait(load, 14, 180) == pytest.approx(7.8, abs=0.05)
    assert roster_for(14, Fraction(30, 100)) == 20


@given(LOADS, st.integers(0, 80))
def test_the_recursion_equals_the_exact_sum(load: Fraction, lines: int) -> None:
    assert erlang_b(float(load), lines) == pytest.approx(float(direct_b(load, lines)), rel=1e-12)


@given(LOADS, st.integers(1, 80))
def test_waiting_equals_the_exact_sum_and_is_unknown_without_a_steady_state(
    load: Fraction, agents: int
) -> None:
    waiting = erlang_c(float(load), agents)
    if load >= agents:
        assert waiting is None
        assert average_wait(float(load), agents, 180) is None
        assert answered_within(float(load), agents, 180) is None
    else:
        assert waiting == pytest.approx(float(direct_c(load, agents)), rel=1e-9)


def test_thousands_of_lines_neither_overflow_nor_lose_precision() -> None:
    as_many_lines_as_erlangs = 1 / (sqrt(pi * 5000 / 2) + 2 / 3)  # the known asymptote
    assert erlang_b(5000, 5000) == pytest.approx(as_many_lines_as_erlangs, rel=1e-4)
    assert erlang_b(100, 10_000) == 0.0
    assert erlang_b(1e5, 1) == pytest.approx(1 - 1e-5, rel=1e-6)
    assert 0 < (erlang_c(4999.5, 5000) or 0) < 1


@given(st.floats(0.01, 500), st.sampled_from([0.001, 0.01, 0.05, 0.2]), st.sampled_from([0.5, 0.8]))
def test_the_inverses_give_the_fewest_that_suffice(
    load: float, blocking: float, share: float
) -> None:
    lines = lines_for(load, blocking)
    assert erlang_b(load, lines) <= blocking
    assert lines == 1 or erlang_b(load, lines - 1) > blocking
    agents = agents_for(load, 180, share)
    assert (answered_within(load, agents, 180) or 0) >= share
    fewer = answered_within(load, agents - 1, 180) if agents > 1 else None
    assert fewer is None or fewer < share


@given(st.floats(0.01, 300), st.floats(10, 1200))
def test_what_is_called_enough_keeps_both_goals(load: float, talk: float) -> None:
    people = enough_for(load, talk)
    assert erlang_b(load, people) <= 0.01
    assert (answered_within(load, people, talk) or 0) >= 0.80


@given(st.integers(1, 500), st.integers(0, 99))
def test_the_roster_is_the_fewest_of_whom_enough_are_present(present: int, away: int) -> None:
    roster = roster_for(present, Fraction(away, 100))
    assert roster * (100 - away) >= present * 100 > (roster - 1) * (100 - away)


def test_a_roster_is_not_rounded_up_by_a_binary_fraction() -> None:
    assert roster_for(7, Fraction(30, 100)) == 10
    assert roster_for(14, Fraction("0.3")) == 20


def test_a_plan_for_given_lines_holds_all_figures() -> None:
    figures = plan_for(60, 180, 4, Fraction(1, 4))
    assert figures.erlangs == 3.0
    assert figures.lines == 4
    assert figures.blocking == pytest.approx(27 / 131)
    assert figures.waiting == pytest.approx(27 / 53)
    assert figures.average_wait_s == pytest.approx(27 / 53 * 180)
    assert figures.roster == 6


def test_a_plan_without_lines_takes_as_many_as_are_enough() -> None:
    figures = plan_for(60, 180)
    assert figures.lines == enough_for(3.0, 180) == 8
    assert figures.roster == 8


def test_an_hour_without_calls_loses_nothing_and_still_has_one_line() -> None:
    figures = plan_for(0, 180)
    assert (figures.lines, figures.blocking, figures.waiting) == (1, 0.0, 0.0)
    assert (figures.within_20_s, figures.average_wait_s) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("field", "calls", "talk", "lines", "away"),
    [
        ("calls_per_hour", -1, 180, 4, 0),
        ("calls_per_hour", nan, 180, 4, 0),
        ("calls_per_hour", inf, 180, 4, 0),
        ("talk", 60, 0, 4, 0),
        ("talk", 60, -5, 4, 0),
        ("erlangs", 1e9, 3600, 4, 0),
        ("lines", 60, 180, 0, 0),
        ("lines", 60, 180, 10**6, 0),
        ("shrinkage", 60, 180, 4, 1),
        ("shrinkage", 60, 180, 4, Fraction(-1, 10)),
    ],
)
def test_a_number_that_makes_no_sense_is_refused_by_its_name(
    field: str, calls: float, talk: float, lines: int, away: Fraction
) -> None:
    with pytest.raises(LoadUnplannable, match=field) as refusal:
        plan_for(calls, talk, lines, Fraction(away))
    assert refusal.value.field == field
