"""Callers whom the department does not take: what is decided, kept and forgotten, in the core."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from company import CALLER, DID, rules

from ivr.domain.commands import (
    AdmitCall,
    ForgetNote,
    Overflow,
    Refusal,
    RefuseCall,
    Save,
    Treatment,
)
from ivr.domain.events import (
    CallerTurnedAway,
    CallOffered,
    LegSeen,
    MemberSeen,
    MemberStatus,
    Saved,
    SaveRefused,
)
from ivr.domain.intake.hours import Hours, openings
from ivr.domain.intake.wish import wished_time
from ivr.domain.reception import Reception, Rules
from ivr.domain.reception.rules import Department
from ivr.domain.records import CallEnd, CallRecord, MissedCallRecord, RecordKind

if TYPE_CHECKING:
    from domain.conftest import Play

OTHER = "+74950000013"
MOSCOW = ZoneInfo("Europe/Moscow")


def with_number(base: Rules, **changes: object) -> Rules:
    number = replace(base.numbers[DID], **changes)  # type: ignore[arg-type]
    return replace(base, numbers={DID: number})


def opened(company: type[Play], given: Rules, *people: str) -> Play:
    play = company(Reception(given))
    play.resync()
    play.seat(*(people or ("anna", "boris")))
    return play


def left(play: Play, call: str, **changes: object) -> CallerTurnedAway:
    note = CallerTurnedAway(
        at=play.now,
        call=call,
        note=f"{call}-1",
        came_at=play.now,
        did=DID,
        number=CALLER,
        cause="no_line",
        refused=True,
        wish="",
        call_to="",
        recording="",
    )
    return replace(note, **changes)  # type: ignore[arg-type]


def tasks(play: Play) -> list[MissedCallRecord]:
    """The open tasks as they are on the disk."""
    last = {s.record.id: s.record for s in play.given(Save)}
    kept = (r for r in last.values() if isinstance(r, MissedCallRecord))
    return [task for task in kept if task.closed_at is None]


def call_row(play: Play, call: str) -> CallRecord:
    rows = [s.record for s in play.given(Save) if isinstance(s.record, CallRecord)]
    return next(r for r in reversed(rows) if r.id == call)


# --- hours ------------------------------------------------------------------------------------


def at_moscow(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).timestamp()


WEEK = (openings("09:00-18:00"),) * 5 + ((), ())
OFFICE = Hours(MOSCOW, WEEK, {date(2026, 11, 25): ()})


@pytest.mark.parametrize(
    ("moment", "open_now"),
    [
        ("2026-11-24 08:59:59", False),
        ("2026-11-24 09:00", True),
        ("2026-11-24 17:59:59", True),
        ("2026-11-24 18:00", False),
        ("2026-11-25 12:00", False),
        ("2026-11-28 12:00", False),
    ],
)
def test_a_call_is_refused_as_closed_exactly_out_of_hours(
    company: type[Play], moment: str, open_now: bool
) -> None:
    play = opened(company, with_number(rules(), hours=OFFICE))
    play.now = at_moscow(moment)
    play.offer("1")
    assert [r.cause for r in play.given(RefuseCall)] == ([] if open_now else [Refusal.CLOSED])
    assert len(play.given(AdmitCall)) == open_now


def test_closed_comes_before_nobody_and_nobody_before_no_line(company: type[Play]) -> None:
    overflow = {Refusal.CLOSED: Overflow(Treatment.VOICEMAIL)}
    play = opened(company, with_number(rules(0), hours=OFFICE, overflow=overflow), "olga")
    play.now = at_moscow("2026-11-28 12:00")
    play.offer("1")
    play.now = at_moscow("2026-11-24 12:00")
    play.offer("2")
    assert play.given(RefuseCall) == [
        RefuseCall("1", Refusal.CLOSED, Overflow(Treatment.VOICEMAIL)),
        RefuseCall("2", Refusal.NOBODY),
    ]


# --- first the disk, then the word ------------------------------------------------------------


def test_nobody_is_turned_away_before_the_row_and_the_task_are_on_the_disk(
    company: type[Play],
) -> None:
    play = opened(company, rules(0))
    play.disk = False
    orders = play.offer("1")
    assert not play.given(RefuseCall)
    saves = [o for o in orders if isinstance(o, Save)]
    assert [type(s.record) for s in saves] == [MissedCallRecord, CallRecord]
    assert [s.confirm for s in saves] == [False, True]
    play.happen(Saved(play.now, RecordKind.CALL, "1"))
    play.happen(Saved(play.now, RecordKind.CALL, "1"))
    assert play.given(RefuseCall) == [RefuseCall("1", Refusal.NO_LINE)]


def test_a_row_that_the_disk_will_never_take_holds_up_no_caller(company: type[Play]) -> None:
    play = opened(company, rules(0))
    play.disk = False
    play.offer("1")
    play.happen(SaveRefused(play.now, RecordKind.CALL, "1", "too long"))
    assert play.given(RefuseCall) == [RefuseCall("1", Refusal.NO_LINE)]


def test_who_asks_again_and_finds_a_line_is_not_turned_away_later(company: type[Play]) -> None:
    play = opened(company, rules(1))
    play.offer("0")
    play.disk = False
    play.offer("1")
    play.leave("0")
    play.offer("1")
    play.happen(Saved(play.now, RecordKind.CALL, "1"))
    assert not play.given(RefuseCall)
    assert [o.call for o in play.given(AdmitCall)] == ["0", "1"]


# --- waiting beyond the lines -----------------------------------------------------------------


def test_so_many_may_wait_beyond_the_lines_and_no_more(company: type[Play]) -> None:
    play = opened(company, with_number(rules(2), waiting=3))
    for n in range(7):
        play.offer(str(n), f"+7495000010{n}")
    admitted = play.given(AdmitCall)
    assert [order.call for order in admitted] == ["0", "1", "2", "3", "4"]
    assert {(order.most, order.waiting) for order in admitted} == {(2, 3)}
    assert [order.call for order in play.given(RefuseCall)] == ["5", "6"]


def test_a_number_that_lets_nobody_wait_shares_the_lines_with_one_that_does(
    company: type[Play],
) -> None:
    base = with_number(rules(1), waiting=1)
    other = replace(base.numbers[DID], did=OTHER, waiting=0)
    play = opened(company, replace(base, numbers={DID: base.numbers[DID], OTHER: other}))
    play.offer("1", CALLER)
    play.happen(replace(offer_of(play, "2"), did=OTHER))
    play.offer("3", "+74950000083")
    play.happen(replace(offer_of(play, "4"), did=OTHER))
    assert [order.call for order in play.given(AdmitCall)] == ["1", "3"]
    assert [order.call for order in play.given(RefuseCall)] == ["2", "4"]


def offer_of(play: Play, call: str) -> CallOffered:
    return CallOffered(play.now, call, f"PJSIP/trunk-{call}", DID, "+74950000099", "")


def test_the_estimate_follows_how_long_calls_hold_their_lines(company: type[Play]) -> None:
    play = opened(company, with_number(rules(2), waiting=1))
    for n in range(40):
        play.offer(str(n))
        play.wait(60.0)
        play.leave(str(n))
    play.offer("last")
    assert 30 <= play.given(AdmitCall)[-1].pace <= 33


# --- another department -----------------------------------------------------------------------


def two_departments() -> Rules:
    base = rules(1)
    night = Department("night", "night", 1, 15, 30, "sales")
    people = dict(base.people)
    people["nina"] = replace(people["anna"], id="nina", department="night")
    overflow = {Refusal.NO_LINE: Overflow(Treatment.QUEUE, "night")}
    return replace(
        with_number(base, overflow=overflow),
        departments={**base.departments, "night": night},
        people=people,
    )


def test_another_department_takes_the_caller_on_a_line_of_its_own(company: type[Play]) -> None:
    play = opened(company, two_departments(), "anna", "nina")
    play.offer("1")
    play.offer("2", "+74950000082")
    play.offer("3", "+74950000083")
    admitted = play.given(AdmitCall)
    assert [(o.call, o.queue, o.lines) for o in admitted] == [
        ("1", "client", "client"),
        ("2", "night", "night"),
    ]
    assert play.given(RefuseCall) == [RefuseCall("3", Refusal.NO_LINE)]
    assert call_row(play, "2").department == "night"
    play.leave("2")
    play.offer("4", "+74950000084")
    assert play.given(AdmitCall)[-1].queue == "night"


def test_who_dials_again_and_is_served_by_another_department_is_owed_nothing(
    company: type[Play],
) -> None:
    """Whichever of the two missed the caller, and whichever serves the next call."""
    play = opened(company, two_departments(), "anna", "nina")
    play.offer("1", "+74950000081")
    play.leave("1")
    play.offer("2", "+74950000082")
    play.answer("2", "anna")
    play.offer("3", "+74950000083")
    play.leave("3")
    assert [(task.department, task.number[-2:]) for task in tasks(play)] == [
        ("client", "81"),
        ("night", "83"),
    ]
    play.offer("4", "+74950000081")
    play.answer("4", "nina")
    assert [task.number[-2:] for task in tasks(play)] == ["83"]
    play.leave("2")
    play.hang_up("2", "anna")
    play.offer("5", "+74950000083")
    play.answer("5", "anna")
    assert [task.number[-2:] for task in tasks(play)] == ["82"], "that talk broke off"


def test_a_foreign_queue_is_not_missed_until_the_caller_leaves_it(company: type[Play]) -> None:
    overflow = {Refusal.NO_LINE: Overflow(Treatment.QUEUE, "reception-desk")}
    play = opened(company, with_number(rules(0), overflow=overflow))
    play.offer("1")
    assert play.given(RefuseCall)[0].overflow.target == "reception-desk"
    assert tasks(play) == []
    play.happen(left(play, "1"))
    assert [task.number for task in tasks(play)] == [CALLER]


# --- what was left behind ---------------------------------------------------------------------


def refused(company: type[Play], treatment: Treatment, **changes: object) -> Play:
    overflow = {Refusal.NO_LINE: Overflow(treatment)}
    play = opened(company, with_number(rules(0), overflow=overflow, zone=MOSCOW, **changes))
    play.now = at_moscow("2026-11-24 12:00")
    play.offer("1")
    return play


def test_a_wish_makes_the_one_task_due_at_that_time_and_then_the_note_is_forgotten(
    company: type[Play],
) -> None:
    play = refused(company, Treatment.CALLBACK)
    play.happen(left(play, "1", wish="asap"))
    play.happen(left(play, "1", note="1-2", wish="1430"))
    (task,) = tasks(play)
    assert (task.count, task.due_at) == (1, at_moscow("2026-11-24 14:30"))
    assert play.given(ForgetNote) == [ForgetNote("1-1"), ForgetNote("1-2")]


def test_a_note_is_not_forgotten_before_its_task_is_on_the_disk(company: type[Play]) -> None:
    play = refused(company, Treatment.CALLBACK)
    play.disk = False
    play.happen(left(play, "1", wish="asap"))
    assert play.given(ForgetNote) == []


def test_another_number_gets_the_task_instead(company: type[Play]) -> None:
    play = refused(company, Treatment.CALLBACK)
    play.happen(left(play, "1", wish="asap"))
    play.happen(left(play, "1", note="1-2", wish="asap", call_to="8 495 000-00-32"))
    assert [(t.number, t.count) for t in tasks(play)] == [("+74950000032", 1)]


def test_another_number_that_is_owed_a_call_already_gets_one_task(company: type[Play]) -> None:
    play = refused(company, Treatment.CALLBACK)
    play.offer("0", "+74950000032")
    play.happen(left(play, "1", wish="asap", call_to="+74950000032"))
    assert [(t.number, t.count, t.calls) for t in tasks(play)] == [("+74950000032", 2, ("0", "1"))]


def test_each_message_of_a_withheld_number_is_a_task_of_its_own(company: type[Play]) -> None:
    play = refused(company, Treatment.VOICEMAIL)
    for call in ("5", "6"):
        play.happen(left(play, call, note=f"{call}-1", number="", recording=f"vm-{call}.wav"))
    assert [(t.number, t.recordings) for t in tasks(play) if t.number != CALLER] == [
        ("", ("vm-5.wav",)),
        ("", ("vm-6.wav",)),
    ]


def test_a_withheld_caller_who_left_nothing_is_no_task_and_the_note_is_forgotten(
    company: type[Play],
) -> None:
    play = refused(company, Treatment.CALLBACK)
    play.happen(left(play, "5", number="", refused=False))
    assert [t.number for t in tasks(play)] == [CALLER]
    assert call_row(play, "5").end is CallEnd.REFUSED
    assert play.given(ForgetNote) == [ForgetNote("5-1")]


def test_a_caller_of_the_time_when_the_service_was_down_becomes_a_row_and_a_task(
    company: type[Play],
) -> None:
    play = opened(company, rules())
    came = play.now - 500
    play.happen(left(play, "9", refused=False, cause="closed", came_at=came))
    row = call_row(play, "9")
    assert (row.end, row.refusal, row.offered_at) == (CallEnd.REFUSED, "closed", came)
    (task,) = tasks(play)
    assert (task.number, task.first_missed_at) == (CALLER, came)


def test_a_note_that_is_told_again_changes_nothing_and_is_forgotten_again(
    company: type[Play],
) -> None:
    play = opened(company, rules())
    note = left(play, "9", refused=False)
    play.happen(note)
    play.wait(60.0)
    play.happen(note)
    (task,) = tasks(play)
    assert (task.count, len(play.given(ForgetNote))) == (1, 2)


def test_a_queue_that_everybody_left_gives_the_line_back_and_makes_a_task(
    company: type[Play],
) -> None:
    play = opened(company, rules(1))
    play.offer("1")
    play.queue("1")
    play.happen(left(play, "1", refused=False, cause="nobody"))
    assert call_row(play, "1").refusal == "nobody"
    assert len(tasks(play)) == 1
    play.offer("2", "+74950000082")
    assert play.given(AdmitCall)[-1].call == "2"
    play.leave("1")
    assert play.reception.floor.groups["client"].used == 1


def test_a_wait_that_ended_in_vain_is_missed_and_not_refused(company: type[Play]) -> None:
    play = opened(company, rules(1))
    play.offer("1")
    play.queue("1")
    play.happen(left(play, "1", refused=False, cause="unanswered"))
    assert (call_row(play, "1").end, call_row(play, "1").refusal) == (CallEnd.MISSED, "")


def test_a_served_caller_whom_nobody_took_a_second_time_is_not_missed(
    company: type[Play],
) -> None:
    play = opened(company, rules())
    play.connect("1", "anna")
    play.happen(left(play, "1", refused=False, cause="unanswered"))
    assert tasks(play) == []
    assert play.reception.floor.groups["client"].used == 1


# --- the service is back ----------------------------------------------------------------------


def waiting_leg(call: str, did: str, on_line: bool) -> LegSeen:
    context = "ivr-wait" if on_line else "from-internal"
    return LegSeen(
        call, f"PJSIP/t-{call}", True, None, "", CALLER, "", context, "", 5.0, did, on_line
    )


def test_callers_whom_the_dialplan_let_in_are_seated_in_their_own_department_and_no_others(
    company: type[Play],
) -> None:
    base = two_departments()
    other = replace(base.numbers[DID], did=OTHER, department="night")
    play = opened(company, replace(base, numbers={DID: base.numbers[DID], OTHER: other}))
    play.resync(
        legs=(
            waiting_leg("1", DID, on_line=True),
            waiting_leg("2", OTHER, on_line=True),
            waiting_leg("3", "", on_line=False),
        )
    )
    groups = play.reception.floor.groups
    assert {name: list(group.held) for name, group in groups.items() if group.held} == {
        "client": ["1"],
        "night": ["2"],
    }
    assert call_row(play, "2").did == OTHER


def test_who_talks_with_another_department_holds_its_line_and_not_that_of_the_number(
    company: type[Play],
) -> None:
    """The dialplan alone sent the caller of the one department to the queue of the other."""
    play = opened(company, two_departments(), "anna", "nina")
    caller = replace(waiting_leg("1", DID, on_line=True), queue="night", bridge="b")
    nina = replace(
        caller, channel="PJSIP/nina-1", caller=False, person="nina", queue="", on_line=False
    )
    there = {"anna": "client", "nina": "night"}
    members = (
        MemberSeen(play.now, person, queue, False, "", MemberStatus.IDLE)
        for person, queue in there.items()
    )
    play.resync(legs=(caller, nina), members=tuple(members))
    groups = play.reception.floor.groups
    assert (groups["client"].used, groups["night"].used) == (0, 1)
    play.offer("2", "+74950000082")
    assert play.given(AdmitCall)[-1].queue == "client"
    play.leave("1")
    assert groups["night"].used == 0


# --- times that callers wish for --------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "now", "due"),
    [
        ("1430", "2026-11-24 12:00", "2026-11-24 14:30"),
        ("1130", "2026-11-24 12:00", "2026-11-25 11:30"),
        ("asap", "2026-11-24 12:00", "2026-11-24 12:00"),
        ("2460", "2026-11-24 12:00", "2026-11-24 12:00"),
    ],
)
def test_a_wish_is_the_next_time_that_the_wall_shows_it(wish: str, now: str, due: str) -> None:
    assert wished_time(wish, at_moscow(now), MOSCOW, None) == at_moscow(due)


def test_a_wish_out_of_hours_moves_to_the_next_opening() -> None:
    asked = at_moscow("2026-11-24 12:00")
    assert wished_time("2000", asked, MOSCOW, OFFICE) == at_moscow("2026-11-26 09:00")


def test_a_wish_in_the_hour_that_the_clock_skips_is_the_next_minute_that_exists() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    asked = datetime(2027, 3, 27, 22, 0, tzinfo=UTC).timestamp()
    due = datetime(2027, 3, 28, 1, 0, tzinfo=UTC).timestamp()
    assert wished_time("0230", asked, berlin, None) == due
