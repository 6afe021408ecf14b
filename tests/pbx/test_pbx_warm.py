"""A warm transfer on a real Asterisk: hold, consultation, meeting, and whatever breaks it."""

from __future__ import annotations

import asyncio

import pytest
from pbx_company import Company, Service, comes_true, company

from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller
from ivr.domain.commands import ConsultSales, HangUpChannel, LetTalk, TakeBack, TransferToSales
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    CallerQueued,
    LegBridged,
    LegEnded,
    LegUnbridged,
)

VECTOR = '"ООО «Вектор»"'.encode()


async def talks(made: Company, service: Service) -> tuple[Caller, AgentAnswered]:
    """A caller who talks with Anna and holds a line."""
    await made.answers("anna")
    await made.signs_in(service, "anna", "vera")
    caller = await made.calls(name=VECTOR)
    answered = await service.hears(AgentAnswered, person="anna")
    await service.hears(LegBridged, channel=answered.caller_channel)
    await service.hears(LegBridged, channel=answered.channel)
    return caller, answered


def consult(made: Company, service: Service, answered: AgentAnswered, ring: int = 20) -> None:
    service.pbx.perform(
        ConsultSales(
            answered.call, answered.caller_channel, answered.channel, "e-1", made.sales, ring
        )
    )


async def consulted(made: Company, service: Service, answered: AgentAnswered) -> AgentAnswered:
    """Anna talks with Vera, the caller hears music."""
    consult(made, service, answered)
    met = await service.hears(AgentAnswered, person="vera")
    await service.hears(LegBridged, channel=met.channel)
    assert met.call == answered.call
    assert met.caller_channel == answered.channel
    assert not bridged_with(service, answered.caller_channel)
    return met


def bridged_with(service: Service, channel: str) -> str:
    """The bridge in which this channel is now, "" for none."""
    bridge = ""
    for event in service.events:
        if isinstance(event, LegBridged) and event.channel == channel:
            bridge = event.bridge
        if isinstance(event, LegUnbridged) and (event.channel, event.bridge) == (channel, bridge):
            bridge = ""
    return bridge


async def meet(service: Service, one: str, other: str) -> None:
    """Wait until these two channels are in one bridge."""

    async def together() -> bool:
        return bridged_with(service, one) == bridged_with(service, other) != ""

    await comes_true(together, bool, f"{one} and {other} do not talk: {service.told()}")


async def test_the_agent_talks_first_then_client_and_sales_meet_and_the_line_is_free(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=0.5)
        caller, answered = await talks(made, service)
        met = await consulted(made, service, answered)
        assert await made.counted() == 1
        order = LetTalk(answered.call, answered.caller_channel, met.channel)
        service.pbx.perform(order)
        await meet(service, answered.caller_channel, met.channel)
        await service.hears(LegEnded, channel=answered.channel)
        await made.holds(0)
        shown = vera.invites[0].header("From").decode()
        assert vera.invites[0].caller == "+74950000031"
        assert "ООО «Вектор»" in shown
        names = shown + vera.invites[0].header("P-Asserted-Identity").decode()
        assert made.phone("anna") not in names
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
        await service.hears(LegEnded, channel=met.channel)
        assert len(service.heard(CallerQueued, queue=made.queue)) == 1


async def test_the_agent_takes_the_caller_back_from_the_talk_with_sales(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.answers("vera", after=0.3)
        caller, answered = await talks(made, service)
        met = await consulted(made, service, answered)
        take_back(service, answered)
        await meet(service, answered.caller_channel, answered.channel)
        await service.hears(LegEnded, channel=met.channel)
        assert await made.counted() == 1
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
        await service.hears(LegEnded, channel=answered.channel)
        assert len(service.heard(CallerQueued, queue=made.queue)) == 1


def take_back(service: Service, answered: AgentAnswered) -> None:
    order = TakeBack(answered.call, answered.caller_channel, "anna", answered.channel)
    service.pbx.perform(order)


async def test_the_agent_takes_the_caller_back_while_sales_rings(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=None)
        caller, answered = await talks(made, service)
        consult(made, service, answered)
        await service.hears(AgentRang, person="vera")
        take_back(service, answered)
        await meet(service, answered.caller_channel, answered.channel)
        await vera.ended("cancelled")
        await made.asterisk.cli(f"channel request hangup {answered.channel}")
        await service.hears(CallEnded, call=answered.call)
        assert (await caller.wait()).ending == "far"


@pytest.mark.parametrize("refuse", [486, 603, None])
async def test_sales_that_rejects_or_stays_silent_gives_the_caller_back_to_the_agent_by_itself(
    asterisk: PrivateAsterisk, sipp: Program, refuse: int | None
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=None, refuse=refuse)
        caller, answered = await talks(made, service)
        consult(made, service, answered, ring=2)
        await service.hears(LegUnbridged, channel=answered.caller_channel)
        await vera.rung()  # all that the service had to say is said
        await service.pbx.stop()
        await talk_again(made, answered)
        await made.holds(1)
        await caller.hang_up()
        await made.holds(0)


async def talk_again(made: Company, answered: AgentAnswered) -> None:
    """Without the service: Asterisk itself shows the two in one bridge."""

    async def bridges() -> list[str]:
        shown = (await made.asterisk.cli("core show channels concise")).splitlines()
        pair = (answered.caller_channel, answered.channel)
        return [line.split("!")[12] for line in shown if line.split("!")[0] in pair]

    await comes_true(
        bridges, lambda b: len(b) == 2 and b[0] == b[1] != "", "they do not talk again"
    )


async def test_sales_that_hangs_up_in_the_consultation_gives_the_caller_back(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=0.3)
        caller, answered = await talks(made, service)
        await consulted(made, service, answered)
        await service.pbx.stop()
        await vera.hang_up()
        await talk_again(made, answered)
        assert await made.counted() == 1
        await caller.hang_up()
        await made.holds(0)


async def test_an_agent_who_hangs_up_in_the_consultation_leaves_client_and_sales_talking(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.answers("vera", after=0.3)
        caller, answered = await talks(made, service)
        met = await consulted(made, service, answered)
        service.pbx.perform(HangUpChannel(answered.channel))
        await meet(service, answered.caller_channel, met.channel)
        await made.holds(0)
        await caller.hang_up()
        await service.hears(LegEnded, channel=met.channel)
        await service.hears(CallEnded, call=answered.call)


async def test_an_agent_who_hangs_up_while_sales_rings_leaves_the_caller_to_sales(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=None)
        caller, answered = await talks(made, service)
        consult(made, service, answered)
        await service.hears(AgentRang, person="vera")
        service.pbx.perform(HangUpChannel(answered.channel))
        await vera.rung(times=2)
        assert await made.counted() == 1
        assert vera.invites[1].caller == "+74950000031"
        await vera.pick_up()
        met = await service.hears(AgentAnswered, person="vera")
        assert met.caller_channel == answered.caller_channel
        await made.holds(0)
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)


async def test_a_caller_who_hangs_up_on_hold_ends_the_ring_and_the_agent_is_let_go(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=None)
        caller, answered = await talks(made, service)
        consult(made, service, answered)
        await service.hears(AgentRang, person="vera")
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
        await vera.ended("cancelled")
        await service.hears(LegEnded, channel=answered.channel)
        await made.holds(0)


async def test_colleagues_talk_on_when_the_caller_on_hold_has_gone(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.answers("vera", after=0.3)
        caller, answered = await talks(made, service)
        met = await consulted(made, service, answered)
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
        await meet(service, answered.channel, met.channel)
        service.pbx.perform(HangUpChannel(answered.channel))
        await service.hears(LegEnded, channel=met.channel)


async def test_a_hold_that_lasts_too_long_ends_at_the_agent(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.answers("vera", after=0.3)
        caller, answered = await talks(made, service)
        await asterisk.cli(f"dialplan set chanvar {answered.caller_channel} IVR_HOLD_LONGEST 2")
        met = await consulted(made, service, answered)
        await service.pbx.stop()
        await talk_again(made, answered)
        await comes_true(
            lambda: asterisk.cli("core show channels concise"),
            lambda shown: met.channel not in shown,
            "the phone of sales stays",
        )
        await caller.hang_up()
        await made.holds(0)


async def test_a_caller_taken_back_and_then_passed_straight_never_jumps_to_an_old_place(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp, people=("anna", "vera", "vera2")) as made:
        service = await made.service()
        await made.answers("vera", after=0.3)
        second = await made.answers("vera2", after=0.3)
        caller, answered = await talks(made, service)
        for _ in range(2):
            service.events[:] = [e for e in service.events if not isinstance(e, AgentAnswered)]
            met = await consulted(made, service, answered)
            take_back(service, answered)
            await meet(service, answered.caller_channel, answered.channel)
            await service.hears(LegEnded, channel=met.channel)
        await made.signs_in(service, "vera2")
        await asterisk.cli(f"queue remove member PJSIP/{made.phone('vera')} from {made.sales}")
        straight = TransferToSales(answered.call, answered.caller_channel, "e-1", made.sales, 20)
        service.pbx.perform(straight)
        taken = await service.hears(AgentAnswered, person="vera2")
        await meet(service, answered.caller_channel, taken.channel)
        await made.holds(0)
        await second.hang_up()
        await service.hears(CallEnded, call=answered.call)
        assert (await caller.wait()).ending == "far"
        steps = await steps_of(asterisk, answered.caller_channel)
        last = max(n for n, step in enumerate(steps) if "Queue(" in step)
        # What the hang-up itself runs is no place to which the caller has jumped.
        walked = [step for step in steps[last + 1 :] if "left@" not in step]
        assert not [step for step in walked if "@ivr-hold:" in step or "@ivr-dep" in step]
        assert len(service.heard(CallerQueued, queue=made.queue)) == 1


async def steps_of(asterisk: PrivateAsterisk, channel: str) -> list[str]:
    """The lines of the dialplan that this channel has run, by Asterisk's own log."""
    log = await asyncio.to_thread(asterisk.log_path.read_text, "utf-8", "replace")
    run = (line for line in log.splitlines() if "Executing [" in line)
    return [line for line in run if f'("{channel}"' in line]


async def test_the_agent_takes_a_caller_back_who_was_passed_straight(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=None)
        caller, answered = await talks(made, service)
        service.pbx.perform(
            TransferToSales(answered.call, answered.caller_channel, "e-1", made.sales, 20)
        )
        await vera.rung()
        order = TakeBack(answered.call, answered.caller_channel, "anna")
        service.pbx.perform(order)
        joined = await service.hears(LegBridged, times=2, person="anna")
        await meet(service, answered.caller_channel, joined.channel)
        await vera.ended("cancelled")
        assert await made.counted() == 1
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
        await made.holds(0)


async def test_a_caller_taken_back_whom_the_agent_does_not_answer_comes_to_the_department(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=None)
        caller, answered = await talks(made, service)
        await made.answers("boris")
        await made.signs_in(service, "boris")
        service.pbx.perform(
            TransferToSales(answered.call, answered.caller_channel, "e-1", made.sales, 20)
        )
        await vera.rung()
        await asterisk.cli(f"queue remove member PJSIP/{made.phone('anna')} from {made.queue}")
        await asterisk.cli(f"dialplan set chanvar {answered.caller_channel} IVR_BACK_RING 1")
        order = TakeBack(answered.call, answered.caller_channel, "vera")
        service.pbx.perform(order)
        taken = await service.hears(AgentAnswered, person="boris")
        await meet(service, answered.caller_channel, taken.channel)
        assert await made.counted() == 1
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
