"""What happens between a client and sales, step by step, for tests of the core."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from company import CALLER, rules

from ivr.domain.commands import Command, DialCallback, RefuseKey, Save
from ivr.domain.events import (
    CallNowPressed,
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    CompanyPicked,
    DialResult,
    MemberGone,
    Restored,
    ResultGiven,
    Woke,
)
from ivr.domain.intake.hours import Hours, openings
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import Reception, Rules
from ivr.domain.reception.rules import Person
from ivr.domain.records import EscalationRecord, Record
from ivr.domain.sales_card import PromiseCard, SalesCard

if TYPE_CHECKING:
    from domain.conftest import Play

MORNING = 1_795_590_000.0
"""2026-11-25 10:00 in Moscow, a Wednesday."""

MOSCOW = ZoneInfo("Europe/Moscow")
NINE_TO_EIGHT = Hours(MOSCOW, (openings("09:00-20:00"),) * 7)
OFFICE = Hours(MOSCOW, (openings("09:00-18:00"),) * 5 + ((), ()))


def sales_rules(**changes: Any) -> Rules:
    """Olga with Pavel as her deputy, and Zoya, who supervises; Moscow's hours."""
    base = rules(lines=9)
    people = {
        **base.people,
        "olga": replace(base.people["olga"], deputy="pavel"),
        "zoya": Person("zoya", "Zoya", "303", "sales", supervisor=True),
    }
    sales = replace(base.departments["sales"], hours=OFFICE)
    whole = replace(
        base,
        people=people,
        departments={**base.departments, "sales": sales},
        call_hours=NINE_TO_EIGHT,
        zone="Europe/Moscow",
    )
    return replace(whole, **changes)


def opened(kind: type[Play], *people: str, **changes: Any) -> Play:
    """A company that is open at ten in the morning, with these people at their desks."""
    play = kind(Reception(sales_rules(**changes)))
    play.now = MORNING
    play.resync()
    play.seat(*(people or ("anna", "boris", "olga", "pavel", "zoya")))
    return play


def asks(
    play: Play, call: str = "1", number: str = CALLER, company: str = "", seats: str = "20"
) -> None:
    """A client talks with Anna until the tree gives the client to sales."""
    play.connect(call, "anna", number)
    if company:
        account = company if play.reception.floor.directory.get(company) else ""
        name = "" if account else company
        play.happen(CompanyPicked(play.now, "anna", play.request(), call, account, name))
    if play.screen("anna").question is None:
        return
    play.say(call, "anna", "who", "organisation")
    play.say(call, "anna", "staff", "20")
    play.say(call, "anna", "seats", seats)


def promised(play: Play, call: str = "1", number: str = CALLER, company: str = "") -> Escalation:
    """Sales owes this client a call; the client and Anna have hung up."""
    asks(play, call, number, company)
    play.confirm(call, "anna")
    play.leave(call)
    play.hang_up(call, "anna")
    play.wait(31)
    play.happen(Woke(play.now, "wrap:anna"))
    promise = play.reception.floor.promise_of(call)
    assert promise is not None
    return promise


def claim(play: Play) -> DialCallback:
    """The salesperson picks up, so that the client is dialled."""
    dial = play.dialled()
    play.happen(ClaimAsked(play.now, dial.attempt, f"PJSIP/{dial.person}-cb"))
    return dial


def dialled(play: Play, result: DialResult, talked: float = 0.0) -> DialCallback:
    """One attempt from the salesperson's pick-up to its end."""
    dial = claim(play)
    if result is DialResult.ANSWERED:
        play.happen(ClientAnswered(play.now, dial.attempt))
        play.wait(talked)
    play.happen(ClientLegEnded(play.now, dial.attempt, result, talked))
    return dial


def comes(play: Play, seconds: float) -> None:
    """Time passes, and the clock wakes whoever asked for it."""
    play.wait(seconds)
    play.happen(Woke(play.now, "callbacks"))
    play.happen(Woke(play.now, "meetings"))


def result(play: Play, person: str, what: str, promise: str = "", **more: str) -> list[Command]:
    """A salesperson tells what came of it."""
    return play.happen(ResultGiven(play.now, person, play.request(), promise, what, **more))


def call_now(play: Play, person: str, promise: str) -> list[Command]:
    """A salesperson calls by hand."""
    return play.happen(CallNowPressed(play.now, person, play.request(), promise))


def problem(play: Play) -> str:
    """Why the last key did nothing."""
    return play.given(RefuseKey)[-1].problem


def goes(play: Play, *people: str) -> None:
    """People leave their queue."""
    for person in people:
        queue = play.reception.floor.department_of(person).queue
        play.happen(MemberGone(play.now, person, queue))


def desk(play: Play, person: str) -> SalesCard:
    """The sales desk that this person saw last."""
    card = play.screen(person).sales
    assert card is not None
    return card


def live(play: Play, person: str) -> PromiseCard:
    """The promise in this person's hand."""
    card = desk(play, person).live
    assert card is not None
    return card


def dials(play: Play) -> list[DialCallback]:
    """All phones of salespeople that were rung for a callback."""
    return play.given(DialCallback)


def disk(play: Play) -> list[Record]:
    """What the database holds: the last state of each record."""
    rows = {(type(s.record), s.record.id): s.record for s in play.given(Save)}
    return list(rows.values())


def on_disk(play: Play, promise: str) -> EscalationRecord:
    """A promise as the database holds it."""
    found = [r for r in disk(play) if isinstance(r, EscalationRecord) and r.id == promise]
    return found[0]


def reborn(play: Play, *people: str, **seen: object) -> Play:
    """The service dies and starts again on what was on the disk, and on what Asterisk shows."""
    return reborn_on(disk(play), play, *people, **seen)


def reborn_on(rows: Iterable[Record], play: Play, *people: str, **seen: object) -> Play:
    """The same, on these rows: the service may die between any two commits."""
    from ivr.store.memory import MemoryStore

    store = MemoryStore(lambda: play.now)
    for record in rows:
        store.save(record, confirm=False)
    store.commit()
    again = type(play)(Reception(play.reception.floor.rules))
    again.now = play.now
    restored = store.restore(play.now)
    assert isinstance(restored, Restored)
    again.happen(restored)
    again.resync(**seen)
    again.seat(*people)
    return again
