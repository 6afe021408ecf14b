"""A salesperson's mobile takes the client by a key; a voicemail, which has no finger, does not."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from caller_keys import presses
from pbx_company import Company, Service, comes_true, company, fact

from ivr.asterisk.private.config import PhoneAccount
from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller, Trunk
from ivr.domain.commands import (
    ConsultSales,
    DialCallback,
    GrantClaim,
    LetTalk,
    PbxCommand,
    PromiseCallback,
    TransferToSales,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    DialResult,
    Event,
    LegBridged,
    LegEnded,
    MemberSeen,
    MobilePickedUp,
    Resynced,
    RingEnd,
    RingStopped,
    SalesLegFailed,
    TransferUnanswered,
)

MOBILE = "+79161234501"
CLIENT = "+74951234567"
CALLER = "+74950000031"
_serial = itertools.count(1)


@asynccontextmanager
async def house(
    asterisk: PrivateAsterisk, sipp: Program, rings: str = "mobile"
) -> AsyncIterator[tuple[Company, Service]]:
    """Anna, and Vera of sales with a mobile; her desk phone has never registered."""
    async with company(asterisk, sipp, ("anna", "vera", "verana")) as made:
        made.outside["vera"] = rings
        phones = [PhoneAccount(made.phone(p), port=made.ports[p]) for p in ("anna", "verana")]
        await asterisk.add_phones(f"c{made.serial}", [*phones, PhoneAccount(made.phone("vera"))])
        await asterisk.add_queues(
            f"c{made.serial}",
            "".join(f"[{q}](ivr-queue)\ntimeout=20\nretry=1\n" for q in (made.queue, made.sales)),
        )
        service = await made.service(lambda event: decides(made, event))
        await made.reaches(service, "vera", MOBILE)
        await made.signs_in(service, "vera")
        yield made, service


def decides(made: Company, event: Event) -> Iterable[PbxCommand]:
    match event:
        case TransferUnanswered(call=call):
            return (PromiseCallback(call, "e-1"),)
        case ClaimAsked(attempt=attempt):
            return (GrantClaim(attempt, CLIENT),)
        case _:
            return made.admits(event)


async def outside(
    made: Company, after: float = 0.2, talk: float | None = None, refuse: int | None = None
) -> Trunk:
    """Whoever is dialled through the trunk picks up, or refuses."""
    trunk = Trunk(
        made.sipp, port=made.asterisk.ports.trunk, answer_s=after, talk_s=talk, refuse=refuse
    )
    return await made.stack.enter_async_context(trunk)


async def transferred(
    made: Company, service: Service, ring: int = 25
) -> tuple[Caller, AgentAnswered]:
    """A caller who has talked with Anna is passed to sales."""
    caller, answered = await talks(made, service)
    order = TransferToSales(answered.call, answered.caller_channel, "e-1", made.sales, ring)
    service.pbx.perform(order)
    return caller, answered


async def talks(made: Company, service: Service) -> tuple[Caller, AgentAnswered]:
    await made.answers("anna")
    await made.signs_in(service, "anna")
    caller = await made.calls(CALLER)
    answered = await service.hears(AgentAnswered, person="anna")
    await service.hears(LegBridged, channel=answered.channel)
    return caller, answered


async def quiet(made: Company) -> None:
    """Wait until no leg of a mobile lives."""
    await comes_true(
        lambda: made.asterisk.cli("core show channels concise"),
        lambda shown: "ivr-reach" not in shown and "ivr-press-one" not in shown,
        "legs stay",
    )


async def last_call(made: Company, person: str) -> str:
    """The call that a result code of this person's desk phone would be about."""
    return await made.asterisk.cli(f"database get ivr-last PJSIP/{made.phone(person)}")


async def test_a_mobile_takes_the_client_by_pressing_one(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp) as (made, service):
        trunk = await outside(made)
        caller, answered = await transferred(made, service)
        await service.hears(AgentRang, person="vera", call=answered.call, queue=made.sales)
        await trunk.rung()
        assert (trunk.numbers, trunk.invites[0].caller) == ([MOBILE], CALLER)
        await comes_true(made.counted, lambda lines: lines == 1, "the line is held")
        assert not service.heard(AgentAnswered, person="vera")
        await presses(asterisk, "press-one", "1")
        taken = await service.hears(AgentAnswered, person="vera", call=answered.call)
        met = await service.hears(LegBridged, channel=taken.channel, person="vera")
        await service.hears(LegBridged, channel=answered.caller_channel, bridge=met.bridge)
        await made.holds(0)
        assert answered.call in await last_call(made, "vera")
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
        await service.hears(LegEnded, channel=taken.channel)
        assert not service.heard(RingStopped)
        await quiet(made)


async def test_a_voicemail_that_presses_nothing_leaves_the_client_to_the_next_salesperson(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp) as (made, service):
        trunk = await outside(made)
        caller, answered = await transferred(made, service)
        await trunk.rung()
        await made.answers("verana")
        await made.signs_in(service, "verana")
        picked_up = await service.hears(MobilePickedUp, person="vera")
        assert picked_up.call == answered.call
        stopped = await service.hears(RingStopped, person="vera")
        order = [type(e) for e in service.events if e in (picked_up, stopped)]
        assert order == [MobilePickedUp, RingStopped]
        taken = await service.hears(AgentAnswered, person="verana", call=answered.call)
        await service.hears(LegBridged, channel=taken.channel)
        assert not service.heard(AgentAnswered, person="vera")
        await trunk.ended("far")
        await caller.hang_up()


async def test_a_mobile_that_hangs_up_before_the_key_loses_nobody_and_the_client_is_told(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp) as (made, service):
        trunk = await outside(made, talk=0.7)
        caller, answered = await transferred(made, service, ring=3)
        await trunk.rung()
        await service.hears(TransferUnanswered, call=answered.call)
        outcome = await caller.wait()
        assert (outcome.status, outcome.ending) == (200, "far")
        assert not service.heard(AgentAnswered, person="vera")
        await quiet(made)


async def test_a_client_who_hangs_up_ends_the_prompt_that_the_mobile_hears(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp) as (made, service):
        trunk = await outside(made)
        caller, answered = await transferred(made, service)
        await comes_true(
            lambda: asterisk.cli("core show channels concise"),
            lambda shown: "ivr/press-one" in shown,
            "no prompt",
        )
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
        await made.holds(0)
        await quiet(made)
        await trunk.ended("far")
        assert not service.heard(AgentAnswered, person="vera")


async def test_with_the_service_dead_the_mobile_takes_the_client_all_the_same(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp) as (made, service):
        trunk = await outside(made, after=1.0)
        caller, answered = await transferred(made, service)
        await trunk.rung()
        await service.pbx.stop()
        await presses(asterisk, "press-one", "1")
        await made.holds(0)
        assert answered.call in await last_call(made, "vera")
        read = (await made.service()).heard(Resynced)[0]
        (leg,) = (leg for leg in read.legs if leg.person == "vera")
        assert leg.channel.startswith("Local/to-vera@ivr-reach-")
        bridged = [one for one in read.legs if one.caller and one.bridge == leg.bridge]
        assert [one.channel for one in bridged] == [answered.caller_channel]
        await caller.hang_up()


async def test_an_agent_consults_a_mobile_and_lets_the_client_talk(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp) as (made, service):
        await outside(made)
        caller, answered = await talks(made, service)
        service.pbx.perform(
            ConsultSales(
                answered.call, answered.caller_channel, answered.channel, "e-1", made.sales, 25
            )
        )
        await presses(asterisk, "press-one", "1")
        taken = await service.hears(AgentAnswered, person="vera", call=answered.call)
        await service.hears(LegBridged, channel=taken.channel)
        service.pbx.perform(LetTalk(answered.call, answered.caller_channel, taken.channel))
        await service.hears(LegEnded, channel=answered.channel)
        await fact(
            lambda: len({b.bridge for b in last_bridges(service, taken, answered)}) == 1,
            service.told,
        )
        await made.holds(0)
        await caller.hang_up()
        await quiet(made)


def last_bridges(service: Service, *legs: AgentAnswered) -> list[LegBridged]:
    """Where the salesperson and the client were bridged last."""
    channels = (legs[0].channel, legs[1].caller_channel)
    return [service.heard(LegBridged, channel=channel)[-1] for channel in channels]


async def test_a_callback_rings_the_mobile_first_and_the_client_only_after_the_key(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp) as (made, service):
        trunk = await outside(made)
        attempt = f"cb-e-press-{next(_serial)}"
        service.pbx.perform(DialCallback(attempt, "vera", 25))
        await trunk.rung()
        await presses(asterisk, "press-one", "1")
        await service.hears(ClaimAsked, attempt=attempt)
        await service.hears(ClientAnswered, attempt=attempt)
        assert trunk.numbers == [MOBILE, CLIENT]
        await asterisk.cli("channel request hangup all")
        ended = await service.hears(ClientLegEnded, attempt=attempt)
        assert ended.result is DialResult.ANSWERED

        wrong = f"cb-e-press-{next(_serial)}"
        service.pbx.perform(DialCallback(wrong, "vera", 25))
        await presses(asterisk, "press-one", "5")
        await service.hears(SalesLegFailed, attempt=wrong)
        assert trunk.numbers == [MOBILE, CLIENT, MOBILE]
        assert not service.heard(ClaimAsked, attempt=wrong)


async def test_a_registered_desk_phone_rings_without_a_key_and_what_it_does_the_member_does(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp, "desk_else_mobile") as (made, service):
        trunk = await outside(made)
        accounts = [PhoneAccount(made.phone(p), port=made.ports[p]) for p in made.ports]
        await asterisk.add_phones(f"c{made.serial}", accounts)
        vera = await made.answers("vera")
        caller, answered = await transferred(made, service)
        taken = await service.hears(AgentAnswered, person="vera", call=answered.call)
        await service.hears(LegBridged, channel=taken.channel)
        assert len(vera.invites) == 1
        assert answered.call == taken.call
        await caller.hang_up()
        await service.hears(LegEnded, channel=taken.channel)
        # A talk of her own, by no queue of ours, makes the member busy.
        await asterisk.cli(f"channel originate PJSIP/{made.phone('vera')} application Echo")
        await comes_true(
            lambda: made.members(made.sales), lambda shown: "(Busy)" in shown, "the member is free"
        )
        # A dialplan read anew in the middle of it leaves no member busy for ever.
        await asterisk.cli("dialplan reload")
        await asterisk.cli("channel request hangup all")
        await comes_true(
            lambda: made.members(made.sales), lambda shown: "(Not in use)" in shown, "still busy"
        )
        assert trunk.numbers == []


@pytest.mark.parametrize("number", ["+78091234567", "+77011234567", MOBILE])
async def test_a_number_that_is_forbidden_or_somebody_elses_is_no_mobile(
    asterisk: PrivateAsterisk, sipp: Program, number: str
) -> None:
    async with house(asterisk, sipp) as (made, service):
        trunk = await outside(made)
        owner = "verana" if number == MOBILE else "vera"
        await asterisk.cli(f"database put ivr-mobile vera {number}")
        await asterisk.cli(f"database put ivr-mobile-of {number} {owner}")
        await transferred(made, service, ring=2)
        stopped = await service.hears(RingStopped, person="vera")
        assert stopped.how is RingEnd.REJECTED
        assert trunk.numbers == []


async def test_a_mobile_that_is_busy_is_a_rejected_ring(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp) as (made, service):
        trunk = await outside(made, refuse=486)
        await transferred(made, service, ring=2)
        stopped = await service.hears(RingStopped, person="vera")
        assert stopped.how is RingEnd.REJECTED
        assert trunk.numbers[0] == MOBILE


async def test_where_both_ring_a_voicemail_does_not_silence_the_desk_phone(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp, "both") as (made, service):
        trunk = await outside(made)
        accounts = [PhoneAccount(made.phone(p), port=made.ports[p]) for p in made.ports]
        await asterisk.add_phones(f"c{made.serial}", accounts)
        vera = await made.answers("vera", after=None)
        caller, answered = await transferred(made, service)
        await comes_true(
            lambda: asterisk.cli("core show channels concise"),
            lambda shown: "ivr/press-one" in shown,
            "no prompt",
        )
        await vera.pick_up()
        taken = await service.hears(AgentAnswered, person="vera", call=answered.call)
        await service.hears(LegBridged, channel=taken.channel)
        assert trunk.numbers == [MOBILE]
        await caller.hang_up()
        await quiet(made)


async def test_the_codes_of_the_desk_phone_speak_for_the_member(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with house(asterisk, sipp) as (made, service):
        for code, paused in (("*52", True), ("*53", False)):
            desk = made.phone("vera")
            phone = Caller(sipp, asterisk.sip_port, code, from_user=desk, trunk=False)
            async with phone:
                await phone.wait()
            await service.hears(MemberSeen, person="vera", paused=paused, queue=made.sales)
