"""A result told by a code of the phone: once, for the call that it is about, and forgotten late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.commands import ForgetNote, Save
from ivr.domain.events import (
    AgentAnswered,
    ClaimAsked,
    ClientLegEnded,
    DialResult,
    LegBridged,
    OutcomeConfirmed,
    ResultCoded,
)
from ivr.domain.records import EscalationRecord

if TYPE_CHECKING:
    from domain.conftest import Play


def talked(play: Play, seconds: float = 20.0) -> None:
    """Olga has talked with a client who was passed live."""
    play.connect("1", "anna")
    for question, given in (("who", "organisation"), ("staff", "20"), ("seats", "60")):
        play.say("1", "anna", question, given)
    play.happen(OutcomeConfirmed(play.now, "anna", play.request(), "1", ""))
    play.hang_up("1", "anna")
    leg, caller = "PJSIP/olga-1", "PJSIP/trunk-1"
    play.happen(AgentAnswered(play.now, "1", "olga", "sales", leg, caller))
    play.happen(LegBridged(play.now, "1", leg, "b2"))
    play.happen(LegBridged(play.now, "1", caller, "b2"))
    play.wait(seconds)
    play.leave("1")
    play.hang_up("1", "olga")


def code(play: Play, about: str = "1", note: str = "7.1-1", result: str = "won") -> None:
    play.happen(ResultCoded(play.now, "olga", note, about, result))


def results(play: Play) -> list[str]:
    kept = [s.record for s in play.given(Save) if isinstance(s.record, EscalationRecord)]
    return [record.result for record in kept if record.result]


def test_a_code_closes_the_promise_and_the_note_is_forgotten_after_the_commit(play: Play) -> None:
    talked(play)
    play.disk = False
    code(play)
    assert set(results(play)) == {"won"}
    assert not play.given(ForgetNote)


def test_the_note_is_forgotten_once_the_result_is_on_the_disk(play: Play) -> None:
    talked(play)
    code(play)
    assert play.given(ForgetNote) == [ForgetNote("7.1-1")]


def test_a_code_told_again_closes_nothing_else(play: Play) -> None:
    talked(play)
    code(play)
    play.reception.floor.noted.clear()  # as after a crash
    before = len(play.given(Save))
    code(play)
    assert len(play.given(Save)) == before
    assert play.given(ForgetNote)[-1] == ForgetNote("7.1-1")


@pytest.mark.parametrize("about", ["1", "99", "cb-nothing-1-2.1"])
def test_a_code_that_fits_nothing_is_counted_and_forgotten(play: Play, about: str) -> None:
    talked(play, seconds=3.0)  # too short to be a result, or another call altogether
    code(play, about)
    assert results(play) == []
    assert play.given(ForgetNote) == [ForgetNote("7.1-1")]


def test_a_code_after_a_callback_is_about_its_promise(play: Play) -> None:
    talked(play, seconds=3.0)
    attempt = play.dialled().attempt
    play.happen(ClaimAsked(play.now, attempt, "Local/x"))
    play.happen(ClientLegEnded(play.now, attempt, DialResult.ANSWERED, 30.0))
    code(play, f"{attempt}.1", result="lost")
    assert set(results(play)) == {"lost"}
