"""The promise to sales: committed first, performed once, and never forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from ivr.domain.commands import (
    DialCallback,
    GrantClaim,
    PromiseCallback,
    RefuseClaim,
    RefuseKey,
    Save,
    TransferToSales,
    WakeAt,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    DialResult,
    HangUpPressed,
    LegBridged,
    LegUnbridged,
    LinkLost,
    MemberGone,
    MemberSeen,
    MemberStatus,
    Restored,
    SalesLegFailed,
    Saved,
    SaveRefused,
    TransferUnanswered,
    Woke,
)
from ivr.domain.intake.hours import Hours, openings
from ivr.domain.promise.callback import Attempt
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.toll import TollRules
from ivr.domain.reception import Reception
from ivr.domain.records import AttemptRecord, EscalationRecord, EscalationState, RecordKind
from ivr.domain.screen import Stage

if TYPE_CHECKING:
    from domain.conftest import Play


def the_promise(play: Play) -> Escalation:
    [escalation] = play.reception.floor.escalations.values()
    return escalation


def saved_promises(play: Play) -> list[EscalationRecord]:
    return [s.record for s in play.given(Save) if isinstance(s.record, EscalationRecord)]


def ask_for_volume(play: Play, call: str = "1") -> None:
    play.connect(call, "anna")
    play.say(call, "anna", "who", "organisation")
    play.say(call, "anna", "staff", "20")
    play.say(call, "anna", "seats", "60")


def ask_for_branch(play: Play, call: str = "1") -> None:
    play.connect(call, "anna")
    play.say(call, "anna", "who", "organisation")
    play.say(call, "anna", "staff", "20")
    play.say(call, "anna", "seats", "20")


def sales_take(play: Play, call: str = "1", person: str = "olga") -> None:
    leg, caller = f"PJSIP/{person}-{call}", f"PJSIP/trunk-{call}"
    play.happen(AgentAnswered(play.now, call, person, "sales", leg, caller))
    play.happen(LegBridged(play.now, call, leg, "b2"))
    play.happen(LegBridged(play.now, call, caller, "b2"))


def promised_callback(play: Play) -> None:
    ask_for_branch(play)
    play.confirm("1", "anna")
    play.leave("1")
    play.hang_up("1", "anna")


def test_nothing_is_done_before_the_promise_is_on_the_disk(play: Play) -> None:
    ask_for_volume(play)
    play.disk = False
    play.confirm("1", "anna")
    assert the_promise(play).state is EscalationState.PROMISED
    assert play.screen("anna").unsaved
    assert play.screen("anna").stage is Stage.TRANSFERRING
    assert not play.given(TransferToSales)
    orders = play.happen(Saved(play.now, RecordKind.ESCALATION, the_promise(play).id))
    assert [o for o in orders if isinstance(o, TransferToSales)]
    assert not play.screen("anna").unsaved


def test_a_promise_that_the_database_refuses_is_told_to_its_agent_and_never_performed(
    play: Play,
) -> None:
    ask_for_volume(play)
    play.disk = False
    play.confirm("1", "anna")
    promise = the_promise(play).id
    play.happen(SaveRefused(play.now, RecordKind.ESCALATION, promise, "value too long"))
    assert the_promise(play).state is EscalationState.HUMAN
    assert play.screen("anna").notice == "promise_not_saved"
    assert not play.given(TransferToSales)


def test_a_second_key_in_flight_makes_one_promise_and_one_redirect(play: Play) -> None:
    ask_for_volume(play)
    play.confirm("1", "anna")
    play.confirm("1", "anna")
    assert play.given(RefuseKey)[-1].problem == "already_decided"
    play.happen(Saved(play.now, RecordKind.ESCALATION, the_promise(play).id))
    assert len(play.given(TransferToSales)) == 1
    play.happen(HangUpPressed(play.now, "anna", "r", "1"))
    assert play.given(RefuseKey)[-1].problem == "transfer_in_flight"


def test_a_live_transfer_frees_the_line_at_the_bridge_not_before(play: Play) -> None:
    ask_for_volume(play)
    play.confirm("1", "anna")
    play.hang_up("1", "anna")
    assert play.reception.floor.groups["client"].used == 1
    play.ring("1", "olga")
    assert play.screen("olga").known
    sales_take(play)
    assert play.reception.floor.groups["client"].used == 0
    assert the_promise(play).state is EscalationState.TALKED
    play.wait(12)
    play.leave("1")
    promise = the_promise(play)
    assert (promise.record.talked, promise.record.owner) == (12.0, "olga")
    assert promise.state is EscalationState.TALKED


def test_a_talk_with_sales_too_short_to_count_leaves_a_callback(play: Play) -> None:
    ask_for_volume(play)
    play.confirm("1", "anna")
    sales_take(play)
    play.wait(4)
    play.leave("1")
    assert the_promise(play).state is not EscalationState.TALKED


@pytest.mark.parametrize("leaves", ["hangs up", "leaves the bridge"])
def test_a_talk_with_sales_ends_when_one_leaves_even_if_the_caller_is_found_gone_later(
    play: Play, leaves: str
) -> None:
    ask_for_volume(play)
    play.confirm("1", "anna")
    sales_take(play)
    play.wait(4)
    if leaves == "hangs up":
        play.hang_up("1", "olga")
    else:
        play.happen(LegUnbridged(play.now, "1", "PJSIP/trunk-1", "bridge-olga-1"))
    play.wait(60)
    play.resync()
    assert the_promise(play).record.talked == 4.0
    assert the_promise(play).state is not EscalationState.TALKED


def test_nobody_at_sales_turns_the_same_promise_into_a_callback_and_the_caller_hears_so(
    play: Play,
) -> None:
    ask_for_volume(play)
    play.confirm("1", "anna")
    play.hang_up("1", "anna")
    promise = the_promise(play).id
    play.happen(TransferUnanswered(play.now, "1", "PJSIP/trunk-1"))
    assert play.given(PromiseCallback) == [PromiseCallback("1", promise)]
    assert the_promise(play).id == promise
    assert the_promise(play).state in (EscalationState.CALLBACK, EscalationState.DIALLING)


def test_a_caller_who_leaves_during_the_transfer_is_owed_a_call(play: Play) -> None:
    ask_for_volume(play)
    play.confirm("1", "anna")
    play.hang_up("1", "anna")
    play.leave("1")
    assert the_promise(play).state in (EscalationState.CALLBACK, EscalationState.DIALLING)


def test_with_nobody_free_at_sales_the_caller_is_not_sent_into_silence(play: Play) -> None:
    for person in ("olga", "pavel"):
        play.happen(MemberGone(play.now, person, "sales"))
    ask_for_volume(play)
    outcome = play.screen("anna").outcome
    assert outcome is not None
    assert outcome.transfer_refused == "nobody_free"
    play.confirm("1", "anna")
    assert not play.given(TransferToSales)
    assert the_promise(play).state is EscalationState.CALLBACK


def test_a_large_customer_goes_to_sales_with_a_meeting_as_the_aim(play: Play) -> None:
    play.connect("1", "anna")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "staff", "200")
    play.confirm("1", "anna")
    record = the_promise(play).record
    assert (record.aim, record.why, record.scale) == ("meeting", "scale", "large")


def test_a_key_account_is_passed_by_one_key_before_the_first_question(play: Play) -> None:
    play.connect("1", "anna", "+74950000047")
    screen = play.screen("anna")
    assert screen.stage is Stage.OUTCOME
    assert screen.outcome is not None
    assert (screen.outcome.owner, screen.outcome.salesperson) == ("sales", "Olga")
    assert screen.outcome.opens_tree
    play.confirm("1", "anna")
    record = the_promise(play).record
    assert (record.owner, record.why, record.company) == ("olga", "account", "ООО «Вектор»")


def test_a_callback_is_committed_then_rung_then_claimed_then_dialled(play: Play) -> None:
    promised_callback(play)
    dial = play.dialled()
    assert the_promise(play).state is EscalationState.DIALLING
    orders = play.happen(ClaimAsked(play.now, dial.attempt, "PJSIP/301-1"))
    assert [o for o in orders if isinstance(o, GrantClaim)] == [
        GrantClaim(dial.attempt, "+74950000081")
    ]
    again = play.happen(ClaimAsked(play.now, dial.attempt, "PJSIP/301-2"))
    assert [type(o) for o in again] == [RefuseClaim]
    play.happen(ClientAnswered(play.now, dial.attempt))
    assert the_promise(play).state is EscalationState.TALKED
    play.wait(30)
    play.happen(ClientLegEnded(play.now, dial.attempt, DialResult.ANSWERED, 30.0))
    assert the_promise(play).record.talked == 30.0
    assert len(play.given(DialCallback)) == 1


def test_an_attempt_is_not_dialled_before_it_is_on_the_disk(play: Play) -> None:
    ask_for_branch(play)
    play.disk = False
    play.confirm("1", "anna")
    play.happen(Saved(play.now, RecordKind.ESCALATION, the_promise(play).id))
    assert not play.reception.floor.attempts, "the client is still on the line"
    play.leave("1")
    assert not play.given(DialCallback)
    [attempt] = play.reception.floor.attempts
    refused = play.happen(ClaimAsked(play.now, attempt, "PJSIP/301-1"))
    assert [type(o) for o in refused] == [RefuseClaim]
    play.happen(Saved(play.now, RecordKind.ATTEMPT, attempt))
    play.happen(Saved(play.now, RecordKind.ATTEMPT, attempt))
    assert [d.attempt for d in play.given(DialCallback)] == [attempt]


def test_three_dials_and_then_a_human(play: Play) -> None:
    promised_callback(play)
    for result in (DialResult.BUSY, DialResult.NO_ANSWER, DialResult.BUSY):
        dial = play.dialled()
        play.happen(ClaimAsked(play.now, dial.attempt, "PJSIP/301-1"))
        play.happen(ClientLegEnded(play.now, dial.attempt, result, 0.0))
        play.wait(1000)
        play.happen(Woke(play.now, "callbacks"))
    assert len(play.given(DialCallback)) == 3
    assert the_promise(play).state is EscalationState.HUMAN


def test_a_silent_salesperson_is_no_dial_and_the_promise_stays_due(play: Play) -> None:
    promised_callback(play)
    first = play.dialled()
    play.happen(SalesLegFailed(play.now, first.attempt))
    promise = the_promise(play)
    assert (promise.state, promise.record.attempts) == (EscalationState.CALLBACK, 0)
    play.wait(31)
    play.happen(Woke(play.now, "callbacks"))
    assert play.dialled().attempt != first.attempt


def test_the_end_of_an_attempt_told_twice_counts_once(play: Play) -> None:
    promised_callback(play)
    dial = play.dialled()
    for _ in range(2):
        play.happen(ClientLegEnded(play.now, dial.attempt, DialResult.BUSY, 0.0))
    assert the_promise(play).record.attempts == 1
    assert len(play.given(DialCallback)) == 1


def test_a_withheld_number_that_sales_owes_a_call_is_left_to_a_human(play: Play) -> None:
    play.connect("1", "anna", "anonymous")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "staff", "20")
    play.say("1", "anna", "seats", "20")
    play.confirm("1", "anna")
    assert the_promise(play).state is EscalationState.HUMAN
    assert not play.given(DialCallback)


def test_a_number_that_machines_may_not_dial_is_known_to_whoever_has_to(play: Play) -> None:
    """A client from Minsk: left for a human, who saw no number, and a stranger again later."""
    play.connect("1", "anna", "+375291234567")
    play.say("1", "anna", "who", "organisation")
    play.say("1", "anna", "staff", "20")
    play.say("1", "anna", "seats", "20")
    play.confirm("1", "anna")
    promise = the_promise(play)
    assert (promise.state, promise.record.number) == (EscalationState.HUMAN, "+375291234567")
    play.leave("1")
    play.hang_up("1", "anna")
    play.wait(3600)
    play.happen(Woke(play.now, "wrap:anna"))
    play.happen(Woke(play.now, "callbacks"))
    assert not play.given(DialCallback)
    play.connect("2", "boris", "+375291234567")
    caller = play.screen("boris").caller
    assert caller is not None
    assert caller.promise == promise.id


def test_an_outcome_for_sales_whose_key_was_never_pressed_is_promised_after_wrap_up(
    play: Play,
) -> None:
    ask_for_volume(play)
    play.leave("1")
    play.hang_up("1", "anna")
    assert not play.reception.floor.escalations
    play.wait(31)
    play.happen(Woke(play.now, "wrap:anna"))
    assert the_promise(play).state in (EscalationState.CALLBACK, EscalationState.DIALLING)


def test_while_the_link_is_lost_nothing_is_dialled_and_after_it_everything_owed_is(
    play: Play,
) -> None:
    ask_for_branch(play)
    play.happen(LinkLost(play.now, "eof"))
    assert play.screen("anna").stale_since == play.now
    play.confirm("1", "anna")
    assert not play.given(DialCallback)
    play.resync()
    assert not play.given(DialCallback)  # nobody of sales was a member after the break
    play.seat("olga")
    assert len(play.given(DialCallback)) == 1


def test_a_promise_that_was_committed_before_a_crash_is_kept_after_it(play: Play) -> None:
    ask_for_volume(play)
    play.disk = False
    play.confirm("1", "anna")
    record = saved_promises(play)[-1]
    reborn = type(play)(Reception(play.reception.floor.rules))
    reborn.happen(Restored(reborn.now, (), (), (record,), (), ()))
    assert not reborn.given(DialCallback)
    reborn.resync()
    reborn.seat("olga")
    assert [d.person for d in reborn.given(DialCallback)] == ["olga"]


def test_the_reading_that_finds_somebody_free_does_not_give_up_the_attempt_that_it_began(
    play: Play,
) -> None:
    promised_callback(play)
    record = replace(the_promise(play).record, state=EscalationState.CALLBACK, attempts=0)
    reborn = type(play)(Reception(play.reception.floor.rules))
    reborn.happen(Restored(reborn.now, (), (), (record,), (), ()))
    olga = MemberSeen(reborn.now, "olga", "sales", False, "", MemberStatus.IDLE)
    reborn.resync(members=(olga,))
    [dial] = reborn.given(DialCallback)
    assert reborn.reception.floor.attempts[dial.attempt].open


def test_an_attempt_of_a_former_life_is_never_granted(play: Play) -> None:
    promised_callback(play)
    dial = play.dialled()
    attempt = play.reception.floor.attempts[dial.attempt].record
    record = the_promise(play).record
    reborn = type(play)(Reception(play.reception.floor.rules))
    reborn.happen(Restored(reborn.now, (), (), (record,), (attempt,), ()))
    refused = reborn.happen(ClaimAsked(reborn.now, dial.attempt, "PJSIP/301-1"))
    assert [type(o) for o in refused] == [RefuseClaim]
    reborn.resync()
    reborn.seat("olga")
    reborn.wait(1000)
    reborn.happen(Woke(reborn.now, "callbacks"))
    assert [d.attempt for d in reborn.given(DialCallback)] != [dial.attempt]
    assert the_promise(reborn).record.attempts == 1  # the former one may have dialled


@pytest.mark.parametrize(
    ("result", "dialled"),
    [("answered", True), ("busy", True), ("unknown", True), ("sales_silent", False)],
)
def test_a_dial_whose_claim_a_crash_swallowed_counts_as_a_dial(result: str, dialled: bool) -> None:
    attempt = Attempt(
        AttemptRecord(
            id="cb-1",
            promise="e-1",
            made_for=RecordKind.ESCALATION,
            number="+74950000081",
            person="smirnova",
            made_at=1.0,
            claimed_at=None,
            ended_at=None,
            result="",
            talked=0.0,
        )
    )
    assert attempt.end(9.0, result, 0.0)
    assert (attempt.record.claimed_at is not None) is dialled


def test_the_ring_at_sales_shows_the_whole_card(play: Play) -> None:
    ask_for_volume(play)
    play.confirm("1", "anna")
    play.happen(AgentRang(play.now, "1", "olga", "sales", "PJSIP/301-9"))
    screen = play.screen("olga")
    assert screen.stage is Stage.RINGING
    assert [f.question for f in screen.known] == ["who", "staff", "seats"]
    assert screen.outcome is not None


def guarded(play: Play, **changes: Any) -> Play:
    """The same company under other rules of dialling."""
    other = type(play)(Reception(replace(play.reception.floor.rules, **changes)))
    other.now = 1_795_590_000.0  # 2026-11-25 10:00 in Moscow
    other.resync()
    other.seat("anna", "boris", "olga", "pavel")
    return other


def test_nothing_is_dialled_while_dialling_is_switched_off(play: Play) -> None:
    off = guarded(play, toll=TollRules(enabled=False))
    promised_callback(off)
    assert the_promise(off).state is EscalationState.CALLBACK
    assert not off.given(DialCallback)


def test_a_number_is_dialled_three_times_a_day_at_most(play: Play) -> None:
    capped = guarded(play, toll=TollRules(per_number_per_day=1))
    promised_callback(capped)
    dial = capped.dialled()
    capped.happen(ClaimAsked(capped.now, dial.attempt, "PJSIP/301-1"))
    capped.happen(ClientLegEnded(capped.now, dial.attempt, DialResult.BUSY, 0.0))
    capped.wait(3600)
    capped.happen(Woke(capped.now, "callbacks"))
    assert len(capped.given(DialCallback)) == 1
    capped.wait(86_400)
    capped.happen(Woke(capped.now, "callbacks"))
    assert len(capped.given(DialCallback)) == 2


def test_a_claim_beyond_the_cap_is_refused_although_the_salesperson_is_on_the_phone(
    play: Play,
) -> None:
    capped = guarded(play, toll=TollRules(per_minute=1))
    promised_callback(capped)
    dial = capped.dialled()
    capped.reception.floor.toll.dialled(capped.now, "+74950000099")
    orders = capped.happen(ClaimAsked(capped.now, dial.attempt, "PJSIP/301-1"))
    assert [type(o) for o in orders if isinstance(o, GrantClaim | RefuseClaim)] == [RefuseClaim]


def test_clients_are_called_within_their_hours_only(play: Play) -> None:
    hours = Hours(ZoneInfo("Europe/Moscow"), (openings("11:00-20:00"),) * 7)
    early = guarded(play, call_hours=hours)
    promised_callback(early)
    assert not early.given(DialCallback)
    wake = [w for w in early.given(WakeAt) if w.key == "callbacks"][-1]
    assert wake.at == 1_795_593_600.0  # 11:00
    early.now = wake.at
    early.happen(Woke(early.now, "callbacks"))
    assert len(early.given(DialCallback)) == 1
