"""A straight transfer: sales takes the caller, or the caller is told or comes back; never lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import pytest
from caller_keys import presses
from pbx_company import Company, MuteAgi, Service, comes_true, company

from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller
from ivr.domain.commands import (
    ForgetNote,
    PbxCommand,
    PromiseCallback,
    ReturnToQueue,
    TransferToSales,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    CallerQueued,
    DueChosen,
    Event,
    LegBridged,
    LegEnded,
    TransferFailed,
    TransferUnanswered,
)

VECTOR = '"ООО «Вектор»"'.encode()


async def talks(
    made: Company, service: Service, *, media: bool = True
) -> tuple[Caller, AgentAnswered]:
    """A caller who talks with Anna and holds a line."""
    await made.answers("anna", media=media)
    await made.signs_in(service, "anna", "vera")
    caller = await made.calls(name=VECTOR)
    answered = await service.hears(AgentAnswered, person="anna")
    await service.hears(LegBridged, times=2)
    assert await made.counted() == 1
    return caller, answered


def transfer(made: Company, service: Service, answered: AgentAnswered, ring: int = 2) -> None:
    order = TransferToSales(answered.call, answered.caller_channel, "e-1", made.sales, ring)
    service.pbx.perform(order)


async def test_sales_takes_the_caller_who_stays_the_caller_and_gives_the_line_back(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=1.0)
        caller, answered = await talks(made, service)
        transfer(made, service, answered, ring=20)
        await service.hears(LegEnded, channel=answered.channel)
        await service.hears(AgentRang, person="vera", queue=made.sales)
        assert await made.counted() == 1
        taken = await service.hears(AgentAnswered, person="vera")
        assert taken.call == answered.call
        await service.hears(LegBridged, channel=taken.channel)
        await made.holds(0)
        shown = vera.invites[0].header("From").decode()
        assert vera.invites[0].caller == "+74950000031"
        assert "ООО «Вектор»" in shown
        names = shown + vera.invites[0].header("P-Asserted-Identity").decode()
        assert made.phone("anna") not in names
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
        assert not service.heard(TransferUnanswered)


@pytest.mark.parametrize("music", ["default", "no-such-class"])
async def test_music_goes_to_the_caller_while_sales_rings_whatever_the_class(
    asterisk: PrivateAsterisk, sipp: Program, music: str
) -> None:
    async with company(asterisk, sipp, music=music) as made:
        service = await made.service()
        # Anna's phone is mute, so that every packet to the caller is music.
        vera = await made.answers("vera", after=None)
        caller, answered = await talks(made, service, media=False)
        transfer(made, service, answered, ring=25)
        await vera.rung()
        before = await sent_to(asterisk, answered.caller_channel)
        await comes_true(
            lambda: sent_to(asterisk, answered.caller_channel),
            lambda packets: packets >= before + 100,
            f"packets of music after {before}",
        )
        assert not service.heard(AgentAnswered, person="vera")
        assert not service.heard(TransferUnanswered)
        await caller.hang_up()


async def sent_to(asterisk: PrivateAsterisk, channel: str) -> int:
    """RTP packets that Asterisk has sent on this channel."""
    shown = await asterisk.cli("pjsip show channelstats")
    mine = next(row for row in shown.splitlines() if channel.removeprefix("PJSIP/")[:18] in row)
    # Channel, time, codec, four columns received, and then the packets sent.
    return int(mine.split()[7])


def promising(made: Company) -> Callable[[Event], Iterable[PbxCommand]]:
    """Whoever is taken by nobody is promised a call back."""

    def core(event: Event) -> Iterable[PbxCommand]:
        if isinstance(event, TransferUnanswered):
            return (PromiseCallback(event.call, "e-1"),)
        return made.admits(event)

    return core


async def test_nobody_takes_the_caller_who_hears_of_the_call_back_and_is_let_go(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(promising(made))
        await made.answers("vera", after=None)
        caller, answered = await talks(made, service)
        transfer(made, service, answered)
        await service.hears(TransferUnanswered, call=answered.call)
        assert (await caller.wait()).ending == "far"
        await service.hears(CallEnded, call=answered.call)
        await made.holds(0)
        assert len(service.heard(TransferUnanswered)) == 1
        assert len(service.heard(CallerQueued, queue=made.queue)) == 1


async def test_a_caller_whom_nobody_takes_chooses_the_time_and_a_dead_service_reads_it_later(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(promising(made))
        caller, answered = await talks(made, service)
        await made.answers("vera", refuse=486)
        transfer(made, service, answered)
        await service.hears(TransferUnanswered, call=answered.call)
        await presses(asterisk, "other-time", "1")
        await service.pbx.stop()
        await presses(asterisk, "enter-time", "2561")  # no time of day: asked once more
        await presses(asterisk, "enter-time", "1430")
        assert (await caller.wait()).ending == "far"
        again = await made.service()
        chosen = await again.hears(DueChosen, call=answered.call)
        assert chosen.wish == "1430"
        assert abs(chosen.chosen_at - time.time()) < 60
        again.pbx.perform(ForgetNote(chosen.note))
        await comes_true(
            lambda: asterisk.cli("database show ivr-note"),
            lambda shown: chosen.note not in shown,
            "the note stays",
        )


async def test_nobody_takes_the_caller_who_comes_back_on_the_line_never_given_up(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:

        def returns(event: Event) -> Iterable[PbxCommand]:
            if isinstance(event, TransferUnanswered):
                return (ReturnToQueue(event.call, made.queue),)
            return made.admits(event)

        service = await made.service(returns)
        await made.answers("vera", refuse=486)
        caller, answered = await talks(made, service)
        transfer(made, service, answered)
        await service.hears(AgentAnswered, times=2, person="anna")
        assert await made.counted() == 1
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)


@pytest.mark.parametrize("frozen", [True, False])
async def test_a_service_that_is_gone_when_nobody_takes_the_caller_strands_nobody(
    asterisk: PrivateAsterisk, sipp: Program, frozen: bool
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=None)
        caller, answered = await talks(made, service)
        transfer(made, service, answered)
        await vera.rung()
        await service.pbx.stop()
        if frozen:
            async with MuteAgi(asterisk.agi_port):
                await anna_rings_again(made)
        else:
            await anna_rings_again(made)
        await caller.hang_up()
        await made.holds(0)


async def anna_rings_again(made: Company) -> None:
    await comes_true(made.members, lambda shown: "(in call)" in shown, "Anna is not rung")
    assert await made.counted() == 1


async def test_a_caller_who_hangs_up_while_sales_rings_ends_the_ring(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        vera = await made.answers("vera", after=None)
        caller, answered = await talks(made, service)
        transfer(made, service, answered, ring=20)
        await vera.rung()
        await caller.hang_up()
        await service.hears(CallEnded, call=answered.call)
        await made.holds(0)
        await vera.ended("cancelled")


async def test_nobody_of_sales_signed_in_is_untaken_at_once(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.answers("anna")
        await made.signs_in(service, "anna")
        caller = await made.calls()
        answered = await service.hears(AgentAnswered, person="anna")
        transfer(made, service, answered, ring=20)
        await service.hears(TransferUnanswered, call=answered.call)
        await service.hears(AgentAnswered, times=2, person="anna")
        await caller.hang_up()


async def test_a_transfer_of_a_channel_that_is_gone_is_told(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        service.pbx.perform(TransferToSales("1.1", "PJSIP/trunk-99999999", "e", made.sales, 5))
        failed = await service.hears(TransferFailed, call="1.1")
        assert "No such channel" in failed.why
