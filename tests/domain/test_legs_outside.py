"""A salesperson's leg that reaches outside: the phones behind it are nobody's, the talk counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sales_steps import asks, opened

from ivr.domain.commands import PauseMember, TransferToSales
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    LegBridged,
    LegEnded,
    MobilePickedUp,
    RingEnd,
    RingStopped,
    TransferUnanswered,
)
from ivr.domain.records import EscalationState

if TYPE_CHECKING:
    from domain.conftest import Play

    from ivr.domain.promise.escalation import Escalation

NEAR, FAR, MOBILE = "Local/to-olga@ivr-reach-01;1", "Local/to-olga@ivr-reach-01;2", "PJSIP/trunk-9"


@pytest.fixture
def house(company: type[Play]) -> Play:
    house = opened(company)
    asks(house, seats="60")
    house.confirm("1", "anna")
    assert house.given(TransferToSales)
    house.hang_up("1", "anna")
    house.happen(AgentRang(house.now, "1", "olga", "sales", NEAR))
    return house


def promise(house: Play) -> Escalation:
    found = house.reception.floor.promise_of("1")
    assert found is not None
    return found


def takes(house: Play) -> None:
    """Olga presses 1: as Asterisk tells it, the far bridge first."""
    for channel, bridge in ((MOBILE, "b-far"), (FAR, "b-far")):
        house.happen(LegBridged(house.now, "1", channel, bridge))
    house.happen(AgentAnswered(house.now, "1", "olga", "sales", NEAR, "PJSIP/trunk-1"))
    house.happen(LegBridged(house.now, "1", NEAR, "b-client", "olga"))
    house.happen(LegBridged(house.now, "1", "PJSIP/trunk-1", "b-client"))


def parts(house: Play) -> None:
    """Olga's mobile hangs up."""
    for channel in (MOBILE, FAR, NEAR):
        house.happen(LegEnded(house.now, "1", channel, 16))
    house.leave("1")


@pytest.mark.parametrize(("seconds", "kept"), [(9.0, False), (10.0, True)])
def test_a_talk_on_the_mobile_keeps_the_promise_from_ten_seconds_after_the_key(
    house: Play, seconds: float, kept: bool
) -> None:
    house.wait(20)  # of ringing and of the prompt
    assert house.screen("olga").stage == "ringing"
    assert promise(house).state is EscalationState.TRANSFERRING
    takes(house)
    assert (promise(house).state, promise(house).record.owner) == (EscalationState.TALKED, "olga")
    house.wait(seconds)
    parts(house)
    assert (promise(house).kept, promise(house).record.talked) == (kept, seconds)
    assert promise(house).owed is not kept


def test_a_voicemail_is_treated_like_a_rejected_ring_and_not_like_a_phone_where_nobody_is(
    house: Play,
) -> None:
    """Others first; the same one again only when nobody else is left, once; then paused."""
    for times in (0, 1):
        assert len(house.given(PauseMember)) == 0, f"paused after {times} voicemails"
        house.happen(MobilePickedUp(house.now, "1", "olga"))
        house.happen(MobilePickedUp(house.now, "1", "olga"))
        house.happen(RingStopped(house.now, "1", "olga", "sales", RingEnd.SILENT))
        house.happen(MobilePickedUp(house.now, "1", "olga"))
        if times == 0:
            house.happen(AgentRang(house.now, "1", "olga", "sales", NEAR))
    assert house.given(PauseMember) == [PauseMember("olga", "sales", True, "missed_ring")]
    assert house.screen("olga").notice == "paused_after_missed_ring"


def test_a_mobile_that_nobody_picks_up_is_as_silent_as_a_desk_phone(house: Play) -> None:
    house.happen(RingStopped(house.now, "1", "olga", "sales", RingEnd.SILENT))
    assert house.given(PauseMember) == [PauseMember("olga", "sales", True, "missed_ring")]


def test_a_mobile_that_was_picked_up_for_another_call_excuses_nobody(house: Play) -> None:
    house.happen(MobilePickedUp(house.now, "9", "olga"))
    house.happen(MobilePickedUp(house.now, "1", "nobody"))
    house.happen(RingStopped(house.now, "1", "olga", "sales", RingEnd.SILENT))
    assert len(house.given(PauseMember)) == 1


def test_a_voicemail_leaves_the_promise_to_the_next_and_then_to_a_callback(house: Play) -> None:
    for channel in (MOBILE, FAR, NEAR):
        house.happen(LegEnded(house.now, "1", channel, 17))
    house.happen(RingStopped(house.now, "1", "olga", "sales", RingEnd.SILENT))
    house.happen(AgentRang(house.now, "1", "pavel", "sales", "PJSIP/302-1"))
    assert house.screen("pavel").stage == "ringing"
    house.happen(RingStopped(house.now, "1", "pavel", "sales", RingEnd.SILENT))
    house.happen(TransferUnanswered(house.now, "1", "PJSIP/trunk-1"))
    assert promise(house).state is EscalationState.CALLBACK
    assert promise(house).record.talked == 0.0
