"""A warm transfer in the core: every order of events, and nobody who is lost on the way."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from ivr.domain.commands import (
    ConsultSales,
    HangUpChannel,
    LetTalk,
    RefuseKey,
    Save,
    TakeBack,
    TransferToSales,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallerQueued,
    Event,
    HangUpPressed,
    LegBridged,
    LegEnded,
    LegSeen,
    LegUnbridged,
    LetTalkPressed,
    LinkLost,
    OutcomeConfirmed,
    PassPressed,
    Restored,
    RingEnd,
    RingStopped,
    TakeBackPressed,
    TransferFailed,
)
from ivr.domain.intake.call import Call, Phase
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import Reception, calling
from ivr.domain.records import (
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    StretchKind,
    StretchRecord,
)
from ivr.domain.screen import Stage, TransferCard

if TYPE_CHECKING:
    from domain.conftest import Play

ANNA, OLGA, CLIENT = "PJSIP/anna-1", "PJSIP/olga-1", "PJSIP/trunk-1"


def call(play: Play) -> Call:
    return play.reception.floor.calls["1"]


def promise(play: Play) -> Escalation:
    [escalation] = play.reception.floor.escalations.values()
    return escalation


def card(play: Play, person: str = "anna") -> TransferCard:
    shown = play.screen(person).transfer
    assert shown is not None
    return shown


def used(play: Play) -> int:
    return play.reception.floor.groups["client"].used


def consult(play: Play, kind: str = "warm") -> None:
    """Anna has a client who asks for a volume, and wants a word with sales first."""
    play.connect("1", "anna")
    for question, given in (("who", "organisation"), ("staff", "20"), ("seats", "60")):
        play.say("1", "anna", question, given)
    play.happen(OutcomeConfirmed(play.now, "anna", play.request(), "1", "", kind))


def hold(play: Play) -> None:
    """Asterisk has done it: the two do not hear each other any more."""
    play.happen(LegUnbridged(play.now, "1", CLIENT, "bridge-anna-1"))
    play.happen(LegUnbridged(play.now, "1", ANNA, "bridge-anna-1"))
    play.happen(AgentRang(play.now, "1", "olga", "sales", OLGA))


def picked_up(play: Play) -> list[Event]:
    return [
        AgentAnswered(play.now, "1", "olga", "sales", OLGA, ANNA),
        LegBridged(play.now, "1", OLGA, "b2", "olga"),
        LegBridged(play.now, "1", ANNA, "b2", "anna"),
    ]


def meet(play: Play) -> list[Event]:
    return [
        LegBridged(play.now, "1", OLGA, "b3", "olga"),
        LegBridged(play.now, "1", CLIENT, "b3"),
        LegEnded(play.now, "1", ANNA, 16),
    ]


def back(play: Play) -> list[Event]:
    return [
        LegBridged(play.now, "1", ANNA, "b4", "anna"),
        LegBridged(play.now, "1", CLIENT, "b4"),
    ]


def press(play: Play, key: type[TakeBackPressed] | type[LetTalkPressed]) -> None:
    play.happen(key(play.now, "anna", play.request(), "1"))


def talk(play: Play) -> None:
    consult(play)
    hold(play)
    for event in picked_up(play):
        play.happen(event)


def test_the_usual_way_is_the_configured_one_and_a_key_does_the_other(play: Play) -> None:
    consult(play, "")
    assert play.given(TransferToSales)
    assert not play.given(ConsultSales)


def test_the_client_is_held_on_the_line_while_the_agent_talks_with_sales(play: Play) -> None:
    consult(play)
    order = play.given(ConsultSales)[-1]
    assert (order.channel, order.agent_channel, order.queue) == (CLIENT, ANNA, "sales")
    assert not play.given(TransferToSales)
    hold(play)
    assert play.screen("anna").stage is Stage.TRANSFERRING
    assert (card(play).state, card(play).salesperson) == ("ringing", "Olga")
    assert card(play).take_back
    assert not card(play).let_talk
    assert play.screen("olga").stage is Stage.RINGING
    assert play.screen("olga").known
    for event in picked_up(play):
        play.happen(event)
    assert (card(play).state, card(play).let_talk) == ("consulting", True)
    assert call(play).channel == CLIENT
    assert used(play) == 1
    assert promise(play).state is EscalationState.TRANSFERRING


def test_a_client_about_whom_sales_talks_with_the_agent_looks_for_nobody_else(play: Play) -> None:
    talk(play)
    floor = play.reception.floor
    assert (call(play).phase, calling.callers_waiting(floor, "sales")) == (Phase.CONSULTING, 0)


def test_client_and_sales_meet_the_line_is_free_and_the_agent_wraps_up(play: Play) -> None:
    talk(play)
    play.wait(30)
    press(play, LetTalkPressed)
    press(play, LetTalkPressed)
    assert play.given(LetTalk) == [LetTalk("1", CLIENT, OLGA)]
    assert play.given(RefuseKey)[-1].problem == "transfer_in_flight"
    for event in meet(play):
        play.happen(event)
    assert used(play) == 0
    assert promise(play).state is EscalationState.TALKED
    assert play.screen("anna").stage is Stage.WRAP_UP
    assert play.screen("olga").stage is Stage.TALKING
    play.wait(12)
    play.leave("1")
    play.happen(LegEnded(play.now, "1", OLGA, 16))
    assert promise(play).record.talked == 12.0
    assert call(play).record.talked == 30.0


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_meeting_is_known_whatever_is_told_first_and_however_often(
    play: Play, order: tuple[int, ...]
) -> None:
    talk(play)
    press(play, LetTalkPressed)
    told = meet(play)
    for n in order:
        play.happen(told[n])
        play.happen(told[n])
    assert call(play).phase is Phase.WITH_SALES
    assert promise(play).state is EscalationState.TALKED
    assert used(play) == 0
    assert play.screen("anna").stage is Stage.WRAP_UP


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_who_of_sales_has_picked_up_is_known_whatever_is_told_first(
    play: Play, order: tuple[int, ...]
) -> None:
    consult(play)
    hold(play)
    for n in order:
        play.happen(picked_up(play)[n])
        play.happen(picked_up(play)[n])
    assert (card(play).state, card(play).let_talk) == ("consulting", True)
    assert call(play).channel == CLIENT


def test_an_answer_that_is_never_told_is_seen_by_the_bridge(play: Play) -> None:
    consult(play)
    for event in picked_up(play)[1:]:
        play.happen(event)
    assert card(play).let_talk
    assert play.screen("olga").stage is Stage.TALKING
    press(play, LetTalkPressed)
    assert play.given(LetTalk)[-1].sales_channel == OLGA


def test_old_news_of_the_first_talk_brings_nobody_back(play: Play) -> None:
    consult(play)
    play.happen(LegBridged(play.now, "1", ANNA, "bridge-anna-1", "anna"))
    play.happen(LegBridged(play.now, "1", CLIENT, "bridge-anna-1"))
    assert call(play).phase is Phase.CONSULTING


@pytest.mark.parametrize("met", [False, True])
def test_the_agent_takes_the_client_back_and_sales_owes_a_call(play: Play, met: bool) -> None:
    consult(play)
    hold(play)
    for event in picked_up(play) if met else ():
        play.happen(event)
    press(play, TakeBackPressed)
    press(play, TakeBackPressed)
    assert play.given(TakeBack) == [TakeBack("1", CLIENT, "anna", ANNA)]
    for event in back(play):
        play.happen(event)
    play.happen(LegEnded(play.now, "1", OLGA, 16))
    assert call(play).phase is Phase.TALKING
    assert promise(play).state is EscalationState.CALLBACK
    assert play.screen("anna").stage is Stage.TALKING
    assert used(play) == 1
    assert play.screen("olga").stage is Stage.READY


@pytest.mark.parametrize("kind", ["straight", "warm"])
def test_a_client_who_is_back_may_be_passed_again(play: Play, kind: str) -> None:
    consult(play)
    hold(play)
    play.happen(RingStopped(play.now, "1", "olga", "sales", RingEnd.REJECTED))
    for event in back(play):
        play.happen(event)
    assert card(play).kinds == ("straight", "warm")
    play.happen(PassPressed(play.now, "anna", play.request(), "1", kind))
    play.happen(PassPressed(play.now, "anna", play.request(), "1", kind))
    assert len(play.given(ConsultSales)) == 1 + (kind == "warm")
    assert len(play.given(TransferToSales)) == (kind == "straight")
    assert promise(play).state is EscalationState.TRANSFERRING
    assert len(play.reception.floor.escalations) == 1


def test_an_agent_who_hangs_up_while_sales_rings_leaves_the_client_to_sales(play: Play) -> None:
    consult(play)
    hold(play)
    play.happen(HangUpPressed(play.now, "anna", play.request(), "1"))
    assert play.given(HangUpChannel)[-1].channel == ANNA
    play.happen(LegEnded(play.now, "1", ANNA, 16))
    assert call(play).phase is Phase.AT_SALES
    assert promise(play).state is EscalationState.TRANSFERRING
    assert used(play) == 1
    play.answer("1", "olga")
    assert promise(play).state is EscalationState.TALKED
    assert used(play) == 0


def test_an_agent_who_hangs_up_in_the_consultation_has_let_them_talk(play: Play) -> None:
    talk(play)
    play.hang_up("1", "anna")
    assert play.screen("anna").stage is Stage.WRAP_UP
    for event in meet(play)[:2]:
        play.happen(event)
    assert promise(play).state is EscalationState.TALKED
    assert used(play) == 0


def test_a_client_who_hangs_up_on_hold_is_called_back(play: Play) -> None:
    talk(play)
    play.leave("1")
    assert used(play) == 0
    assert promise(play).state is not EscalationState.TRANSFERRING
    assert promise(play).owed
    assert play.screen("anna").caller_gone
    play.happen(LegEnded(play.now, "1", OLGA, 16))
    play.happen(LegEnded(play.now, "1", ANNA, 16))
    assert play.screen("anna").stage is Stage.WRAP_UP


def test_a_client_whom_asterisk_brings_to_the_department_is_owed_a_call(play: Play) -> None:
    consult(play)
    hold(play)
    play.happen(LegEnded(play.now, "1", ANNA, 16))
    play.happen(CallerQueued(play.now, "1", CLIENT, "client", "", ""))
    assert call(play).phase is Phase.WAITING
    assert promise(play).state is EscalationState.CALLBACK


def test_a_consultation_that_asterisk_refuses_leaves_the_talk_as_it_was(play: Play) -> None:
    consult(play)
    play.happen(TransferFailed(play.now, "1", "no such channel"))
    assert call(play).phase is Phase.TALKING
    assert promise(play).state is EscalationState.CALLBACK
    assert play.screen("anna").stage is Stage.TALKING


@pytest.mark.parametrize(("key", "step"), [(TakeBackPressed, "back"), (LetTalkPressed, "meet")])
def test_a_step_that_asterisk_refuses_may_be_asked_for_again(
    play: Play, key: type[TakeBackPressed] | type[LetTalkPressed], step: str
) -> None:
    talk(play)
    press(play, key)
    play.happen(TransferFailed(play.now, "1", "late", step))
    assert call(play).phase is Phase.CONSULTING
    assert play.screen("anna").notice == "transfer_step_failed"
    press(play, key)
    assert len(play.given(LetTalk)) + len(play.given(TakeBack)) == 2


def test_nobody_else_disposes_of_the_client(play: Play) -> None:
    talk(play)
    for person in ("boris", "olga"):
        play.happen(TakeBackPressed(play.now, person, play.request(), "1"))
        play.happen(LetTalkPressed(play.now, person, play.request(), "1"))
    assert not play.given(TakeBack)
    assert not play.given(LetTalk)


def test_the_agent_takes_a_client_back_who_was_sent_at_once(play: Play) -> None:
    consult(play, "straight")
    play.hang_up("1", "anna")
    play.ring("1", "olga")
    assert card(play).take_back
    press(play, TakeBackPressed)
    assert play.given(TakeBack) == [TakeBack("1", CLIENT, "anna")]
    assert promise(play).state is EscalationState.CALLBACK
    assert play.screen("anna").stage is Stage.RINGING
    play.happen(LegEnded(play.now, "1", OLGA, 16))
    play.happen(LegBridged(play.now, "1", "PJSIP/anna-2", "b5", "anna"))
    play.happen(LegBridged(play.now, "1", CLIENT, "b5"))
    assert play.screen("anna").stage is Stage.TALKING
    assert used(play) == 1
    assert play.screen("olga").stage is Stage.READY


def test_a_client_taken_back_whom_the_agent_does_not_answer_waits_in_the_department(
    play: Play,
) -> None:
    consult(play, "straight")
    play.hang_up("1", "anna")
    press(play, TakeBackPressed)
    play.happen(CallerQueued(play.now, "1", CLIENT, "client", "", ""))
    assert call(play).phase is Phase.WAITING
    assert play.screen("anna").stage is Stage.READY
    play.leave("1")
    assert promise(play).owed


def test_sales_that_was_faster_than_the_take_back_has_the_client(play: Play) -> None:
    consult(play, "straight")
    play.hang_up("1", "anna")
    press(play, TakeBackPressed)
    play.happen(TransferFailed(play.now, "1", "no such channel", "back"))
    play.answer("1", "olga")
    assert promise(play).state is EscalationState.TALKED
    assert used(play) == 0
    assert play.screen("anna").stage is Stage.READY


def test_the_ledger_tells_who_held_and_who_talked(play: Play) -> None:
    consult(play)
    play.wait(3)
    for event in picked_up(play):
        play.happen(event)
    play.wait(5)
    for event in meet(play):
        play.happen(event)
    play.wait(20)
    play.leave("1")
    play.happen(LegEnded(play.now, "1", OLGA, 16))
    kept = [s.record for s in play.given(Save) if isinstance(s.record, StretchRecord)]
    held = [r for r in kept if r.kind is StretchKind.HELD]
    assert [(r.person, r.ended_at - r.began_at) for r in held] == [("anna", 8.0)]
    talked = {r.person: r.ended_at - r.began_at for r in kept if r.kind is StretchKind.TALKED}
    assert talked == {"anna": 8.0, "olga": 25.0}


# --- breaks -----------------------------------------------------------------------------------


def seen(
    channel: str, person: str | None, bridge: str, context: str, *, consults: bool = True
) -> LegSeen:
    caller = person is None
    return LegSeen("1", channel, caller, person, bridge, "", "", context, "", 9, "", True, consults)


HELD = seen(CLIENT, None, "", "ivr-hold")
RINGS = seen(ANNA, "anna", "", "ivr-consult")
CONSULTS = seen(ANNA, "anna", "b2", "ivr-consult")
MET = seen(OLGA, "olga", "b2", "x", consults=False)
TALKS = seen(OLGA, "olga", "b3", "x", consults=False)


def reborn(play: Play) -> Play:
    """A fresh core on what the disk holds."""
    again = type(play)(Reception(play.reception.floor.rules), now=play.now)
    again.seat("anna", "olga")
    newest = {(type(s.record), s.record.id): s.record for s in play.given(Save)}.values()
    again.happen(
        Restored(
            play.now,
            tuple(r for r in newest if isinstance(r, CallRecord)),
            tuple(r for r in newest if isinstance(r, InterviewRecord)),
            tuple(r for r in newest if isinstance(r, EscalationRecord)),
            (),
            (),
        )
    )
    return again


@pytest.mark.parametrize("crash", [False, True])
@pytest.mark.parametrize(
    ("legs", "state", "phase"),
    [
        ((HELD, RINGS), "ringing", Phase.CONSULTING),
        ((HELD, CONSULTS, MET), "consulting", Phase.CONSULTING),
        ((MET, CONSULTS, HELD), "consulting", Phase.CONSULTING),
        ((HELD,), "", Phase.AT_SALES),
        ((seen(CLIENT, None, "b3", "ivr-hold"), TALKS), "", Phase.WITH_SALES),
        (
            (seen(CLIENT, None, "b4", "ivr-hold"), seen(ANNA, "anna", "b4", "ivr-consult")),
            "",
            Phase.TALKING,
        ),
    ],
)
def test_after_a_break_everybody_is_where_asterisk_shows_them(
    play: Play, legs: tuple[LegSeen, ...], state: str, phase: Phase, crash: bool
) -> None:
    consult(play)
    if crash:
        play = reborn(play)
    else:
        play.happen(LinkLost(play.now, "cut"))
    play.wait(3)
    play.resync(legs=legs, asked_at=play.now)
    assert call(play).phase is phase
    assert used(play) == (phase is not Phase.WITH_SALES)
    if state:
        assert (card(play).state, card(play).warm) == (state, True)
        assert card(play).take_back
        assert card(play).let_talk is (state == "consulting")
    if phase is Phase.WITH_SALES:
        assert promise(play).state is EscalationState.TALKED
    assert promise(play).open


def test_after_a_crash_the_consultation_is_led_to_its_end(play: Play) -> None:
    talk(play)
    play = reborn(play)
    play.resync(legs=(HELD, CONSULTS, MET), asked_at=play.now)
    press(play, LetTalkPressed)
    assert play.given(LetTalk) == [LetTalk("1", CLIENT, OLGA)]
    for event in meet(play):
        play.happen(event)
    assert promise(play).state is EscalationState.TALKED
    assert used(play) == 0


def test_a_reading_in_the_middle_of_it_changes_nothing(play: Play) -> None:
    talk(play)
    play.wait(60)
    before = card(play)
    play.resync(legs=(HELD, CONSULTS, MET), asked_at=play.now)
    assert card(play) == before
    assert call(play).phase is Phase.CONSULTING
    assert promise(play).state is EscalationState.TRANSFERRING
