"""A call that looks as if an event of it never came has everything read again, and no other."""

from __future__ import annotations

import pytest

from ivr.asterisk.doubts import PATIENCE, Doubts
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    CallerQueued,
    Event,
    LegBridged,
    LegEnded,
    LegUnbridged,
)

AGENT, CALLER = "PJSIP/101-1", "PJSIP/trunk-1"
ANSWERED = AgentAnswered(0.0, "1", "anna", "client", AGENT, CALLER)
TALKING = LegBridged(0.0, "1", AGENT, "b", "anna")
LEFT = LegUnbridged(0.0, "1", AGENT, "b")
GONE = LegEnded(0.0, "1", AGENT, 16)


class Stand:
    def __init__(self) -> None:
        self.now = 0.0
        self.doubts = Doubts(lambda: self.now)

    def odd(self, *events: Event) -> bool:
        """Whether a reading is due after these, and a while in which nothing came."""
        for event in events:
            self.doubts.heard(event)
        self.now += PATIENCE
        return self.doubts.due()


@pytest.mark.parametrize(
    "events",
    [
        (ANSWERED, TALKING),
        (TALKING, ANSWERED),
        (ANSWERED, TALKING, LEFT, GONE, CallEnded(0.0, "1", 16)),
        (ANSWERED, TALKING, GONE, AgentRang(0.0, "1", "olga", "sales", "PJSIP/301-1")),
        (ANSWERED, TALKING, GONE, CallerQueued(0.0, "1", CALLER, "client", "1", "")),
        (LegBridged(0.0, "1", CALLER, "b"),),
    ],
)
def test_a_call_whose_events_all_came_is_not_doubted(events: tuple[Event, ...]) -> None:
    assert not Stand().odd(*events)


@pytest.mark.parametrize(
    "events",
    [
        (ANSWERED, TALKING, LEFT),  # nobody hung up
        (ANSWERED, TALKING, GONE),  # the caller did not
        (TALKING,),  # nobody answered
    ],
)
def test_a_call_that_misses_one_is_doubted_once(events: tuple[Event, ...]) -> None:
    stand = Stand()
    assert stand.odd(*events)
    assert not stand.odd()


def test_a_reading_ends_all_doubts_and_knows_who_still_talks() -> None:
    stand = Stand()
    stand.doubts.heard(ANSWERED)
    stand.doubts.heard(LEFT)
    stand.doubts.forget({"1"})
    assert not stand.odd(TALKING)
    stand.doubts.forget(set())
    assert stand.odd(TALKING)
