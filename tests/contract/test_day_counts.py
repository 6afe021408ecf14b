"""A department's day in figures, the same from memory and from both databases."""

from __future__ import annotations

import asyncio

from company import rules
from contract.store_backends import AnyStore, Inbox, SqlBackend, call, escalation, flushed, missed
from domain.conftest import Play

from ivr.domain.commands import Save
from ivr.domain.intake.ledger import duration
from ivr.domain.reception import Reception
from ivr.domain.records import CallEnd, EscalationState, Record
from ivr.domain.wall import DayCounts, empty_day

MORNING = 1000.0


async def kept(store: AnyStore, inbox: Inbox, *records: Record) -> None:
    for record in records:
        store.save(record, confirm=False)
    await flushed(store, inbox)


async def test_a_day_on_which_nobody_rang_has_no_figures(store: AnyStore, inbox: Inbox) -> None:
    yesterday = call("c0", offered_at=990.0, answered_at=995.0, ended_at=1100.0)
    await kept(store, inbox, yesterday)
    assert store.day_counts("client", "sales", MORNING) == empty_day()


async def test_waits_are_counted_of_those_who_gave_up_too(store: AnyStore, inbox: Inbox) -> None:
    await kept(
        store,
        inbox,
        call("c1", offered_at=1000.0, answered_at=1010.0, ended_at=1119.0, talked=109.0),
        call("c2", offered_at=2000.0, answered_at=None, ended_at=2030.0, end=CallEnd.MISSED),
        call("c3", offered_at=3000.0, answered_at=None, ended_at=3000.0, end=CallEnd.REFUSED),
        call(
            "sent-on", offered_at=3500.0, answered_at=None, ended_at=3600.0, end=CallEnd.ELSEWHERE
        ),
        call("still-rings", offered_at=4000.0, answered_at=None, ended_at=None),
        call("by-us", offered_at=5000.0, answered_at=5002.0, task="m1"),
        call("of-others", offered_at=5000.0, answered_at=5002.0, department="other"),
    )
    day = store.day_counts("client", "sales", MORNING)
    assert (day.answered, day.answered_waited) == (1, 10.0)
    assert (day.missed, day.missed_waited) == (2, 30.0)


async def test_a_missed_number_is_recovered_once_by_whoever_talks(
    store: AnyStore, inbox: Inbox
) -> None:
    await kept(
        store,
        inbox,
        missed("m1", last_missed_at=1500.0, count=2, closed_at=1900.0, closed_how="served"),
        missed("m2", last_missed_at=1500.0, closed_at=1900.0, closed_how="called"),
        missed("m3", last_missed_at=1500.0, closed_at=1900.0, closed_how="merged"),
        missed("m4", last_missed_at=1500.0),
        missed("m0", last_missed_at=900.0, closed_at=1900.0, closed_how="served"),
    )
    assert store.day_counts("client", "sales", MORNING).recovered == 2


async def test_a_promise_is_kept_by_a_talk_with_a_result(store: AnyStore, inbox: Inbox) -> None:
    over = {"state": EscalationState.CLOSED, "closed_at": 1500.0}
    await kept(
        store,
        inbox,
        escalation("won", **over, talked=180.0, result="won"),
        escalation("short", **over, talked=4.0, result="won"),
        escalation("refused", **over, talked=40.0, result="refused"),
        escalation("open", talked=40.0),
        escalation("joined", **over, talked=40.0, result="joined", joined_to="won"),
        escalation("of-others", **over, department="other", talked=40.0, result="won"),
        escalation("old", state=EscalationState.CLOSED, closed_at=900.0, talked=9.0, result="won"),
    )
    day = store.day_counts("client", "sales", MORNING)
    assert day == DayCounts(0, 0.0, 0, 0.0, 0, kept=1, closed=3)


async def test_the_mornings_totals_outlive_a_restart_of_asterisk_and_of_the_service(
    sqlite: SqlBackend, inbox: Inbox
) -> None:
    """Counters come from the store: a new life of Asterisk counts calls anew, and we do not."""
    play = Play(Reception(rules()), now=MORNING)
    play.resync(started_at=MORNING - 500)
    play.seat("anna", "boris")
    play.offer("c1")
    play.queue("c1")
    play.wait(10.0)
    play.ring("c1", "anna")
    play.answer("c1", "anna")
    play.wait(109.0)
    play.hang_up("c1", "anna")
    play.leave("c1")
    play.offer("c2", "+74950000082")
    play.queue("c2", "+74950000082")
    play.wait(30.0)
    play.leave("c2")
    for noon in (None, play.now + 60.0):
        if noon is not None:
            play.wait(61.0)
            play.resync(started_at=noon)
        store = sqlite.open()
        store.start(asyncio.get_running_loop(), inbox.post)
        await kept(store, inbox, *(order.record for order in play.given(Save)))
        day = store.day_counts("client", "sales", MORNING)
        stored = store.call("c1")
        assert store.close(30.0) == 0
        assert (day.answered, day.answered_waited) == (1, 10.0)
        assert (day.missed, day.missed_waited) == (1, 30.0)
        assert stored is not None
        assert duration(stored.talked) == "1:49"
