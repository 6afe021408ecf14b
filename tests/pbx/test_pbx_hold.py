"""A phone's own hold key, spoken in SIP: heard, written down, and no reason to free a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbx_company import comes_true, company

from ivr.domain.commands import TransferToSales
from ivr.domain.events import AgentAnswered, CallerHeld, CallOffered

if TYPE_CHECKING:
    from ivr.asterisk.private.programs import Program
    from ivr.asterisk.private.runtime import PrivateAsterisk


async def test_a_caller_on_hold_keeps_the_line_until_handed_to_sales(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.answers("anna", hold=0.3)
        await made.answers("vera")
        await made.signs_in(service, "anna", "vera")
        caller = await made.calls()
        answered = await service.hears(AgentAnswered)
        held = await service.hears(CallerHeld)
        assert (held.person, held.call) == ("anna", service.heard(CallOffered)[0].call)
        await comes_true(
            lambda: asterisk.cli(f"core show channel {answered.caller_channel}"),
            lambda shown: "Bridge" in shown,
            "the held caller is still in the talk's bridge",
        )
        assert await made.counted() == 1, "a held caller holds a line"
        service.pbx.perform(
            TransferToSales(answered.call, answered.caller_channel, "e-1", made.sales, 20)
        )
        taken = await service.hears(AgentAnswered, times=2)
        assert taken.person == "vera"
        await made.holds(0)
        await caller.hang_up()
