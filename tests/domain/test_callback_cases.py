"""Callbacks as they went wrong elsewhere: dialled by two rounds, knowing less each time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sales_steps import asks, comes, dialled, dials, live, opened, promised, sales_rules

from ivr.domain.commands import GrantClaim, LookUpDealings
from ivr.domain.events import (
    ClaimAsked,
    DealingsKnown,
    DialResult,
    LinkLost,
    PromiseOpened,
    Saved,
    Woke,
)
from ivr.domain.promise.toll import TollRules
from ivr.domain.reception.rules import Person
from ivr.domain.records import EscalationState, RecordKind
from ivr.domain.sales_card import PromiseCard, PromiseStage

if TYPE_CHECKING:
    from domain.conftest import Play


MANY = 30
"""Clients due at once; with each of them the pages of as many salespeople are drawn anew."""


def test_overlapping_rounds_dial_each_client_once(company: type[Play]) -> None:
    """A round each 30 s, while the slow disk takes 100 s for each attempt."""
    sellers = {f"s{n}": Person(f"s{n}", f"S{n}", f"9{n:03d}", "sales") for n in range(MANY)}
    base = sales_rules()
    wide = TollRules(per_minute=600, per_day=1000)
    house = opened(company, "anna", people={**base.people, **sellers}, toll=wide)
    for n in range(MANY):
        promise = promised(house, f"c{n}", f"+7495{n + 1_000_000:07d}")
        assert promise.state is EscalationState.CALLBACK
    house.now += 3600
    house.disk = False
    house.seat(*sellers)
    for tick in range(4):
        comes(house, 30)
        assert not dials(house), f"round {tick}: nothing of it is on the disk"
    begun = list(house.reception.floor.attempts)
    assert len(begun) == MANY
    for attempt in begun:
        house.happen(Saved(house.now, RecordKind.ATTEMPT, attempt))
        house.happen(Saved(house.now, RecordKind.ATTEMPT, attempt))
    for _ in range(4):
        comes(house, 30)
    for one in dials(house):
        for leg in ("a", "b"):
            house.happen(ClaimAsked(house.now, one.attempt, f"PJSIP/{one.person}-{leg}"))
    granted = [one.attempt for one in house.given(GrantClaim)]
    assert len(granted) == len(set(granted)) == MANY
    assert len({one.number for one in house.given(GrantClaim)}) == MANY


def test_exactly_three_dials_each_knowing_what_the_first_knew(company: type[Play]) -> None:
    house = opened(company, "anna", "olga")
    promise = promised(house, company="ООО «Ромашка»")
    told, cards = promise.record.promised_at, []
    for outcome in (DialResult.BUSY, DialResult.NO_ANSWER, DialResult.BUSY):
        cards.append(live(house, "olga"))
        dialled(house, outcome)
        comes(house, 1000)
    comes(house, 90_000)
    assert len(house.given(GrantClaim)) == 3
    assert promise.state is EscalationState.HUMAN
    assert len(set(map(comparable, cards))) == 1
    house.happen(PromiseOpened(house.now, "olga", "r", promise.id))
    card = live(house, "olga")
    assert [one.result for one in card.attempts] == ["busy", "no_answer", "busy"]
    assert (card.stage, card.promised_at) == (PromiseStage.HUMAN, told)
    assert card.attempts_left == 0


def comparable(card: PromiseCard) -> tuple[object, ...]:
    """What a card knows, its lists as text, so that cards can be told apart in a set."""
    known, offers = str(card.known), str(card.offers)
    return card.company, known, offers, card.promised_at, card.made_at


@pytest.mark.parametrize(
    ("result", "wait"),
    [(DialResult.BUSY, 300), (DialResult.NO_ANSWER, 900), (DialResult.TRUNK_DOWN, 60)],
)
def test_the_backoff_is_by_what_happened(
    company: type[Play], result: DialResult, wait: int
) -> None:
    house = opened(company, "anna", "olga")
    promised(house)
    dialled(house, result)
    comes(house, wait - 1)
    assert len(dials(house)) == 1
    comes(house, 1)
    assert len(dials(house)) == 2


def test_a_card_never_opens_empty_of_what_was_before(company: type[Play]) -> None:
    house = opened(company, "anna", "olga")
    promise = promised(house)
    [asked] = house.given(LookUpDealings)
    assert (asked.promise, asked.numbers) == (promise.id, ("+74950000081",))
    before = replace(promise.record, id="e-old", call="old", result="won", made_at=5.0)
    house.happen(DealingsKnown(house.now, promise.id, (before,), (), ()))
    [earlier] = live(house, "olga").earlier
    assert (earlier.kind, earlier.result, earlier.agent) == ("promise", "won", "Anna")
    assert [fact.question for fact in earlier.known] == ["who", "staff", "seats"]


def test_while_the_link_is_lost_nobody_is_dialled_by_hand_either(company: type[Play]) -> None:
    from sales_steps import call_now, problem

    house = opened(company, "anna", "zoya")
    promise = promised(house)
    dialled(house, DialResult.BUSY)
    house.happen(LinkLost(house.now, "eof"))
    call_now(house, "zoya", promise.id)
    assert problem(house) == "not_possible_now"
    house.happen(Woke(house.now, "callbacks"))
    asks(house, "2", "+74950000099")
