"""How many lines and people a load needs: Erlang B for busy tones, Erlang C for waiting.

Load is in erlangs: calls an hour times seconds of talk, over 3600. Both models take Poisson
arrivals; Erlang C also takes callers who never give up, so real waits are a little shorter.
Source: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in
automatic telephone exchanges", Post Office Electrical Engineers' Journal 10 (1917), p. 189-197.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, exp, isfinite

from ivr.domain.errors import LinetreeError

ANSWER_WITHIN = 20.0
"""Seconds within which the customary service level counts a call as answered in time."""

BLOCKING_GOAL = 0.01
"""The busy tone for one caller in a hundred: the customary grade of service of a trunk group."""

SERVICE_GOAL = 0.80
"""The customary share of callers answered within ANSWER_WITHIN."""

MOST = 100_000
"""The largest load in erlangs, and number of lines, that is taken for a company's own."""


class LoadUnplannable(LinetreeError):
    """A number of the plan makes no sense; `field` names it and `limit` says what would."""

    def __init__(self, field: str, value: object, limit: str) -> None:
        self.field = field
        self.value = value
        self.limit = limit
        super().__init__(f"{field} is {value}; it must be {limit}")


@dataclass(frozen=True, slots=True)
class Plan:
    """What `lines` lines, one person at each, do to a load.

    `blocking` is the share of callers who find all lines busy where nobody may wait (Erlang B).
    Where callers wait instead (Erlang C): `waiting` is the share who wait at all, `within_20_s` the
    share answered within 20 s, `average_wait_s` the mean wait of all callers in seconds. These
    three are None where the queue has no steady state, since it would grow without end.
    `roster` is how many to employ so that `lines` are present.
    """

    erlangs: float
    lines: int
    blocking: float
    waiting: float | None
    within_20_s: float | None
    average_wait_s: float | None
    roster: int


def erlangs(calls_per_hour: float, talk: float) -> float:
    """The load of so many calls an hour of `talk` seconds each."""
    return calls_per_hour * talk / 3600


def erlang_b(load: float, lines: int) -> float:
    """The share of calls that find all lines busy and are lost, 0 to 1.

    By the recursion B(n) = A B(n-1) / (n + A B(n-1)), which has neither factorials nor powers and
    so neither overflows nor cancels, however many lines there are.
    """
    blocking = 1.0
    for line in range(1, lines + 1):
        blocking = _one_line_more(load, line, blocking)
    return blocking


def erlang_c(load: float, agents: int) -> float | None:
    """The share of calls that wait for an agent, 0 to 1; None when the queue never settles."""
    return _waiting(load, agents, erlang_b(load, agents))


def answered_within(
    load: float, agents: int, talk: float, seconds: float = ANSWER_WITHIN
) -> float | None:
    """The share of callers answered within `seconds`, when each talks `talk` seconds on average."""
    waiting = erlang_c(load, agents)
    return None if waiting is None else _in_time(load, agents, talk, seconds, waiting)


def average_wait(load: float, agents: int, talk: float) -> float | None:
    """Mean wait in seconds over all callers, those who do not wait at all included."""
    waiting = erlang_c(load, agents)
    return None if waiting is None else waiting * talk / (agents - load)


def lines_for(load: float, blocking: float = BLOCKING_GOAL) -> int:
    """The fewest lines, one at least, at which no more than `blocking` of the calls are lost."""
    return next(n for n, lost in _growing(load) if lost <= blocking)


def agents_for(
    load: float, talk: float, share: float = SERVICE_GOAL, seconds: float = ANSWER_WITHIN
) -> int:
    """The fewest agents, one at least, who answer `share` of the calls within `seconds`."""

    def suffices(agents: int, lost: float) -> bool:
        waiting = _waiting(load, agents, lost)
        return waiting is not None and _in_time(load, agents, talk, seconds, waiting) >= share

    return next(n for n, lost in _growing(load) if suffices(n, lost))


def enough_for(load: float, talk: float) -> int:
    """Lines, and people at them, that meet both goals: few busy tones, and short waits."""
    return max(lines_for(load), agents_for(load, talk))


def roster_for(present: int, shrinkage: Fraction) -> int:
    """How many to employ so that `present` are there when the share `shrinkage` is away.

    Exact: in binary floats 7 / (1 - 0.3) is a little more than 10, and would cost an 11th person.
    """
    return ceil(present / (1 - shrinkage))


def plan_for(
    calls_per_hour: float,
    talk: float,
    lines: int | None = None,
    shrinkage: Fraction = Fraction(0),
) -> Plan:
    """The figures for a load on `lines` lines, or on as many as are enough when None.

    Raises LoadUnplannable for a number that makes no sense.
    """
    _within("calls_per_hour", calls_per_hour, calls_per_hour >= 0, "0 or more")
    _within("talk", talk, talk > 0, "more than 0 seconds")
    load = erlangs(calls_per_hour, talk)
    _within("erlangs", load, load <= MOST, f"at most {MOST}: fewer calls or shorter talks")
    _within("shrinkage", shrinkage, 0 <= shrinkage < 1, "from 0 % to less than 100 %")
    count = enough_for(load, talk) if lines is None else lines
    _within("lines", count, 1 <= count <= MOST, f"from 1 to {MOST}")
    return Plan(
        erlangs=load,
        lines=count,
        blocking=erlang_b(load, count),
        waiting=erlang_c(load, count),
        within_20_s=answered_within(load, count, talk),
        average_wait_s=average_wait(load, count, talk),
        roster=roster_for(count, shrinkage),
    )


def _one_line_more(load: float, line: int, blocking: float) -> float:
    return load * blocking / (line + load * blocking)


def _growing(load: float) -> Iterator[tuple[int, float]]:
    """(1, B(1)), (2, B(2)), and so on without end."""
    line, blocking = 0, 1.0
    while True:
        line += 1
        blocking = _one_line_more(load, line, blocking)
        yield line, blocking


def _waiting(load: float, agents: int, blocking: float) -> float | None:
    if load >= agents:
        return None
    return agents * blocking / (agents - load * (1 - blocking))


def _in_time(load: float, agents: int, talk: float, seconds: float, waiting: float) -> float:
    return 1 - waiting * exp(-(agents - load) * seconds / talk)


def _within(field: str, value: float | Fraction, sensible: bool, limit: str) -> None:
    if not isfinite(value) or not sensible:
        raise LoadUnplannable(field, value, limit)
