"""One person first, by that person's own queue: with the same wrap-up, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from pbx_company import comes_true, company

from ivr.domain.commands import (
    AdmitCall,
    EndWrapUp,
    PauseMember,
    PbxCommand,
    RemoveMember,
    TransferToSales,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallOffered,
    Event,
    LegEnded,
    MemberGone,
    MemberSeen,
    RingStopped,
)

if TYPE_CHECKING:
    from pbx_company import Company, Service

    from ivr.asterisk.private.programs import Program
    from ivr.asterisk.private.runtime import PrivateAsterisk


async def ready(made: Company, first: str, wrap_up: int = 0) -> Service:
    """The company with own queues for its people, and a core that names `first` each time."""
    made.own = tuple(made.ports)
    sections = "".join(f"[person-{person}](ivr-person)\n" for person in made.own)
    await made.asterisk.add_queues(f"own{made.serial}", sections)

    def decide(event: Event) -> Iterable[PbxCommand]:
        for command in made.admits(event):
            if isinstance(command, AdmitCall):
                yield replace(command, first=first, first_seconds=3)
            else:
                yield command

    service = await made.service(decide)
    await made.signs_in(service, *made.own, wrap_up=wrap_up)
    return service


async def test_the_named_person_is_rung_first_each_time_and_the_core_hears_of_the_department(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp, people=("karina", "lev", "mila")) as made:
        phones = {person: await made.answers(person) for person in made.ports}
        service = await ready(made, "lev")
        for n in range(3):
            caller = await made.calls(f"+749500003{n}0", talk=0.2)
            await caller.wait()
            rang = await service.hears(AgentRang, times=n + 1)
            assert (rang.person, rang.queue) == ("lev", made.queue)
            await service.hears(LegEnded, times=n + 1)
        assert len(phones["lev"].invites) == 3
        assert not phones["karina"].invites
        assert not phones["mila"].invites


async def test_a_silent_person_costs_some_seconds_and_then_the_department_rings(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp, people=("nina", "oleg")) as made:
        await made.answers("nina", after=None)
        await made.answers("oleg")
        service = await ready(made, "nina")
        caller = await made.calls()
        await caller.answered()
        stopped = await service.hears(RingStopped)
        assert (stopped.person, stopped.queue) == ("nina", made.queue)
        answered = await service.hears(AgentAnswered)
        assert answered.person == "oleg"
        assert await made.counted() == 1, "the caller kept one line throughout"
        offers = service.heard(CallOffered)
        assert len(offers) == 1


async def test_wrap_up_and_breaks_hold_in_both_queues_over_a_reload_and_end_in_both(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp, people=("pavla", "roman")) as made:
        first = await made.answers("pavla")
        await made.answers("roman")
        service = await ready(made, "pavla", wrap_up=60)
        caller = await made.calls(talk=0.2)
        await caller.wait()
        await service.hears(LegEnded)
        await asterisk.cli("queue reload all")
        await made.calls("+74950000041", talk=0.2)
        assert (await service.hears(AgentAnswered, times=2)).person == "roman"
        assert len(first.invites) == 1, "rung inside wrap-up"
        service.pbx.perform(EndWrapUp("pavla", made.queue, 60))
        own = "person-pavla"
        await comes_true(
            lambda: made.members(own), lambda shown: "Not in use" in shown, "member again"
        )
        service.pbx.perform(PauseMember("pavla", made.queue, True, "Обед"))
        await service.hears(MemberSeen, person="pavla", paused=True)
        await comes_true(lambda: made.members(own), lambda s: "paused" in s, "paused there too")
        service.pbx.perform(PauseMember("pavla", made.queue, False, ""))
        await comes_true(lambda: made.members(own), lambda s: "paused" not in s, "ready again")
        service.pbx.perform(RemoveMember("pavla", made.queue))
        await service.hears(MemberGone, person="pavla")
        await comes_true(lambda: made.members(own), lambda s: "No Members" in s, "gone there too")


async def test_the_owner_is_tried_before_the_team_of_sales(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp, people=("sonya", "vera", "vera2")) as made:
        await made.answers("sonya")
        phones = {person: await made.answers(person) for person in ("vera", "vera2")}
        service = await ready(made, "")
        caller = await made.calls()
        answered = await service.hears(AgentAnswered)
        service.pbx.perform(
            TransferToSales(
                answered.call,
                answered.caller_channel,
                "e-1",
                made.sales,
                20,
                first="vera2",
                first_seconds=5,
            )
        )
        taken = await service.hears(AgentAnswered, times=2)
        assert taken.person == "vera2"
        assert not phones["vera"].invites
        await made.holds(0)
        await caller.hang_up()
