"""The service was dead while callers came: back again, it knows all of them and lets in no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from e2e.conftest import until
from soak.evidence import until as comes_true
from soak.works import Works

from ivr.domain.records import CallEnd

if TYPE_CHECKING:
    from e2e.conftest import House

    from ivr.domain.records import CallRecord, MissedCallRecord
    from ivr.domain.screen import Screen

LINES = 5


def on_lines(used: int) -> Callable[[Screen], bool]:
    return lambda s: s.line is not None and (s.line.used, s.line.lines) == (used, LINES)


async def test_callers_of_the_dead_time_hold_their_lines_and_screens_and_nobody_comes_beyond(
    house: House,
) -> None:
    for person in ("anna", "boris"):
        await house.desk(person)
    await house.stage.kill_service()
    talking = [await house.caller(f"+7495000010{n}") for n in (1, 2)]
    for caller in talking:
        await caller.answered()
    gave_up = await house.caller("+74950000109")
    await gave_up.ringing()
    await gave_up.hang_up()
    assert (await gave_up.wait()).ending == "cancelled"
    waiting = [await house.caller(f"+7495000010{n}") for n in (3, 4, 5)]
    for caller in waiting:
        await caller.ringing()
    turned_away = await house.caller("+74950000106")
    assert (await turned_away.wait()).status == 486

    await house.stage.start_service()
    for person in ("anna", "boris"):
        await house.again(person)
        screen = await house.sees(person, lambda s: s.stage == "asking")
        assert on_lines(LINES)(screen), screen.line
    assert {number(house.screen(person)) for person in ("anna", "boris")} == {"101", "102"}
    assert (await (await house.caller("+74950000107")).wait()).status == 486
    missed = {"+74950000106", "+74950000107", "+74950000109"}
    await until(
        lambda: {t.number for t in house.look.missed_since(0.0)} == missed,
        lambda: f"tasks: {house.look.missed_since(0.0)}",
    )
    rows = {c.number: c for c in house.look.calls_since(0.0)}
    assert {rows[f"+7495000010{n}"].did for n in range(1, 6)} == {house.stage.did}
    assert rows["+74950000106"].end is CallEnd.REFUSED
    assert rows["+74950000109"].end is CallEnd.MISSED

    await waiting[0].hang_up()
    await waiting[0].wait()
    await until(lambda: row(house, "+74950000103").ended_at is not None, lambda: "no hang-up")
    late = await house.caller("+74950000108")
    await talking[1].hang_up()
    for caller in (talking[0], waiting[1], waiting[2], late):
        await caller.answered()
        await caller.hang_up()
        assert (await caller.wait()).status == 200
        await take_the_next(house)


def row(house: House, caller: str) -> CallRecord:
    return next(c for c in house.look.calls_since(0.0) if c.number == caller)


async def take_the_next(house: House) -> None:
    """Whose talk is over ends wrap-up; one talk at least has just ended."""

    def over() -> list[str]:
        return [one for one in ("anna", "boris") if house.screen(one).stage == "wrap_up"]

    await until(lambda: bool(over()), lambda: f"{[house.screen(p) for p in house.desks]}")
    for person in over():
        await house.desks[person].send("ready")


def number(screen: Screen) -> str:
    assert screen.caller is not None
    return "".join(c for c in screen.caller.number if c.isdigit())[-3:]


async def test_a_caller_who_waited_for_a_line_meanwhile_is_counted_and_comes_in_turn() -> None:
    def change(settings: Any) -> None:
        settings["departments"]["client"]["waiting"] = 1
        settings["departments"]["client"]["overflow"] = {"no_line": "wait"}

    async with Works(1, change) as works:
        await works.service.kill()
        async with works.caller(number="+74950000101") as first:
            await first.answered()
            async with works.caller(number="+74950000102") as second:
                await second.answered()
                await works.service.start()
                async with works.caller(number="+74950000103") as third:
                    assert (await third.wait()).status == 486
                await first.hang_up()
                await first.wait()
                rung = await works.phone.rung(2)
                assert rung.caller == "+74950000102"
                await second.hang_up()
                await second.wait()
        await works.drained()
        outcomes = [*first.outcomes, *second.outcomes, *third.outcomes]
        assert str(await works.counts(outcomes, over=0)).count(" 0") == 6


async def test_two_numbers_of_one_department_share_its_lines_exactly() -> None:
    other = "+74950000013"

    def change(settings: Any) -> None:
        number = {"did": other, "department": "client", "tree": "internet", "language": "en"}
        greeting = {"ru": "Добрый день!", "en": "Good afternoon!"}
        settings["numbers"].append(number | {"greeting": greeting})

    async with Works(3, change) as works:
        for service in (True, False):
            if not service:
                await works.service.stop()
            for _ in range(3):
                async with (
                    works.caller(4, talk_s=1.5) as first,
                    works.caller(4, talk_s=1.5, did=other) as second,
                ):
                    await asyncio.gather(first.wait(), second.wait())
                    answered = [o.status for o in (*first.outcomes, *second.outcomes)]
                await works.drained()
                assert answered.count(200) == 3, answered


async def test_a_queue_of_the_admins_own_members_takes_as_many_with_the_service_as_without() -> (
    None
):
    night = "agent002"

    def change(settings: Any) -> None:
        settings["departments"]["client"]["lines"] = "signed_in"

    async with Works(2, queues=f"[client](+)\nmember => PJSIP/{night}\n") as works:
        works.edit(change)
        works.set_roster(["agent001"])
        await works.sign_out("agent001")
        await works.service.stop()
        await works.service.start()
        await until_told(works, "signed")
        for service in (True, False):
            if not service:
                await works.service.stop()
            async with works.caller(number="+74950000101") as first:
                await first.answered()
                async with works.caller(number="+74950000102") as second:
                    assert (await second.wait()).status == 486
                await first.hang_up()
                assert (await first.wait()).status == 200
            await works.drained()


async def until_told(works: Works, lines: str) -> None:
    """Wait until the service has read who is there and has told the dialplan of its lines."""
    await comes_true(
        lambda: works.asterisk.cli("database get ivr lines-client"),
        lambda answer: answer.split() == ["Value:", lines],
        "the dialplan was not told",
    )


async def test_who_was_served_while_the_service_was_dead_is_not_called_back() -> None:
    missed_before, admitted, gave_up = "+74950000101", "+74950000102", "+74950000103"
    async with Works(1, gone={"agent002": None}) as works:
        await works.sign_out("agent001")
        async with works.caller(number=missed_before) as caller:
            assert (await caller.wait()).status == 486
        await works.sign_in("agent001")
        async with works.caller(number="+74950000100") as first:
            await first.answered()
            async with works.caller(number=admitted) as second:
                await until(lambda: admitted in waiting_in(works), lambda: str(waiting_in(works)))
                await works.service.kill()
                async with works.caller(number=gave_up) as third:
                    await third.wait()
                for caller in (first, second):
                    await caller.answered()
                    await caller.hang_up()
                    assert (await caller.wait()).status == 200
        async with works.caller(number=missed_before) as again:
            await again.answered()
            await again.hang_up()
            await again.wait()
        await works.drained()
        await works.service.start()
        await until(
            lambda: {t.number for t in open_tasks(works)} == {gave_up},
            lambda: str(open_tasks(works)),
        )
        served = next(c for c in works.look.calls_since(0.0) if c.number == admitted)
        assert (served.end, served.agent) == (CallEnd.SERVED, "agent001")
        assert served.answered_at is not None
        assert served.ended_at is not None
        assert 0.0 <= served.talked <= served.ended_at - served.answered_at
        await comes_true(
            lambda: works.asterisk.cli("database show ivr-note"),
            lambda shown: "/ivr-note/" not in shown,
            "notes are left",
        )


def waiting_in(works: Works) -> list[str]:
    """Whose calls the database knows as not answered yet."""
    return [c.number for c in works.look.calls_since(0.0) if c.end is CallEnd.OPEN and not c.agent]


def open_tasks(works: Works) -> list[MissedCallRecord]:
    return [task for task in works.look.missed_since(0.0) if task.closed_at is None]
