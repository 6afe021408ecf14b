"""Poisson callers with exponential talks, let in by the real admission code, lose Erlang's share.

Independent runs of one seed give a mean loss with a confidence interval of 99.9 %; Erlang B has to
lie inside, and what one line more or less would lose has to lie outside.
SEED=n plays another fate.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable
from math import sqrt
from random import Random
from statistics import fmean, stdev

import pytest

from ivr.domain.client.company import Directory
from ivr.domain.client.phone import DialPolicy
from ivr.domain.commands import AdmitCall, RefuseCall
from ivr.domain.events import CallEnded, CallOffered, MemberSeen, MemberStatus, Resynced, Saved
from ivr.domain.intake.hunt_group import HuntGroup
from ivr.domain.intake.staffing import erlang_b
from ivr.domain.promise.callback import CallbackRules
from ivr.domain.reception import Reception, Rules
from ivr.domain.reception.rules import Department, Number, Person, Transfer
from ivr.domain.records import RecordKind

SEED = int(os.environ.get("SEED", "20261125"))
RUNS = 20
WARM_UP = 10.0
"""Mean talks after which the empty start is forgotten."""

STUDENT = 3.883
"""Two-sided 99.9 % quantile of Student's t for RUNS - 1 = 19 degrees of freedom."""

DID = "+74950000012"

Admit = Callable[[float, str], bool]
Release = Callable[[float, str], None]


def lost_share(fate: Random, load: float, talks: float, admit: Admit, release: Release) -> float:
    """Plays `talks` mean talk times at `load` erlangs; the share of arrivals refused."""
    now, number, offered, lost = 0.0, 0, 0, 0
    ends: list[tuple[float, str]] = []
    while now < talks:
        now += fate.expovariate(load)
        while ends and ends[0][0] <= now:
            release(*heapq.heappop(ends))
        number += 1
        call = f"call-{number}"
        admitted = admit(now, call)
        if admitted:
            heapq.heappush(ends, (now + fate.expovariate(1.0), call))
        if now >= WARM_UP:
            offered += 1
            lost += not admitted
    for end in sorted(ends):
        release(*end)
    return lost / offered


def assert_erlang(shares: list[float], load: float, lines: int) -> None:
    mean, half = fmean(shares), STUDENT * stdev(shares) / sqrt(len(shares))
    expected = erlang_b(load, lines)
    print(
        f"seed {SEED}: {load} erlangs on {lines} lines: lost {mean:.4f} +- {half:.4f},"
        f" Erlang B {expected:.4f}"
    )
    assert abs(mean - expected) <= half
    for wrong in (lines - 1, lines + 1):
        assert abs(mean - erlang_b(load, wrong)) > half, f"{wrong} lines would not be noticed"


def of_group(group: HuntGroup) -> tuple[Admit, Release]:
    def admit(_: float, call: str) -> bool:
        return group.admit(call)

    def release(_: float, call: str) -> None:
        assert group.release(call)

    return admit, release


@pytest.mark.parametrize(("load", "lines"), [(0.8, 1), (3.0, 5), (18.0, 20), (45.0, 50)])
def test_the_hunt_group_loses_the_share_that_erlang_b_foretells(load: float, lines: int) -> None:
    shares = []
    for run in range(RUNS):
        group = HuntGroup("client", lines)
        fate = Random(f"{SEED} {lines} {run}")
        shares.append(lost_share(fate, load, WARM_UP + 16_000 / load, *of_group(group)))
        assert group.used == 0
    assert_erlang(shares, load, lines)


def company(lines: int) -> Rules:
    return Rules(
        numbers={DID: Number(DID, "client", "internet", {"ru": "Здравствуйте", "en": "Hello"})},
        departments={"client": Department("client", "client", lines, 15, 0, "")},
        people={"anna": Person("anna", "Анна", "101", "client")},
        offers={},
        directory=Directory.of(()),
        trees={},
        history={},
        transfer=Transfer(20, True),
        callbacks=CallbackRules(3, 20, 0.0, 300.0, 900.0, 60.0, 30.0, 7200.0),
        dial=DialPolicy(),
    )


def opened(lines: int) -> Reception:
    """A reception that is in touch with Asterisk, with somebody signed in."""
    reception = Reception(company(lines))
    reception.receive(Resynced(0.0, (), (), ()))
    reception.receive(MemberSeen(0.0, "anna", "client", False, "", MemberStatus.IDLE))
    return reception


def of_reception(reception: Reception) -> tuple[Admit, Release]:
    def admit(now: float, call: str) -> bool:
        offer = CallOffered(now, call, f"PJSIP/trunk-{call}", DID, "anonymous", "")
        orders = reception.receive(offer) + reception.receive(Saved(now, RecordKind.CALL, call))
        (verdict,) = (order for order in orders if isinstance(order, AdmitCall | RefuseCall))
        return isinstance(verdict, AdmitCall)

    def release(now: float, call: str) -> None:
        reception.receive(CallEnded(now, call, 16))

    return admit, release


@pytest.mark.parametrize(("load", "lines"), [(3.0, 5), (8.0, 10)])
def test_the_whole_reception_loses_the_share_that_erlang_b_foretells(
    load: float, lines: int
) -> None:
    shares = []
    for run in range(RUNS):
        reception = opened(lines)
        fate = Random(f"{SEED} reception {lines} {run}")
        shares.append(lost_share(fate, load, WARM_UP + 1000 / load, *of_reception(reception)))
        assert not reception.floor.calls, "a call that ended is still held"
    assert_erlang(shares, load, lines)
