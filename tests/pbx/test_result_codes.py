"""A code on a salesperson's phone: told at once, kept while nobody listens, about the last call."""

from __future__ import annotations

from pbx_company import Company, comes_true, company

from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller
from ivr.domain.commands import ForgetNote
from ivr.domain.events import AgentAnswered, LegBridged, ResultCoded


async def dials(made: Company, person: str, code: str) -> None:
    """The person's own phone dials a code."""
    caller = Caller(
        made.sipp, made.asterisk.sip_port, code, from_user=made.phone(person), trunk=False
    )
    async with caller:
        await caller.wait()


async def talked(made: Company) -> AgentAnswered:
    """Vera has talked with a client who was passed to her."""
    service = await made.service()
    await made.answers("vera")
    await made.signs_in(service, "vera")
    await made.fallback()
    await made.asterisk.cli(f"database put ivr-did {made.did} {made.lines}")
    await made.answers("anna")
    await made.signs_in(service, "anna")
    caller = await made.calls()
    answered = await service.hears(AgentAnswered, person="anna")
    await made.asterisk.cli(
        f"dialplan set chanvar {answered.caller_channel} IVR_SALES_QUEUE {made.sales}"
    )
    await made.asterisk.cli(f"channel redirect {answered.caller_channel} ivr-sales,s,1")
    taken = await service.hears(AgentAnswered, person="vera")
    await service.hears(LegBridged, channel=taken.channel)
    await caller.hang_up()
    await service.pbx.stop()
    return taken


async def test_a_code_is_about_the_call_that_reached_the_phone_last(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        taken = await talked(made)
        await dials(made, "vera", "*71")  # nobody listens
        service = await made.service()
        coded = await service.hears(ResultCoded, person="vera")
        assert (coded.result, coded.about) == ("won", taken.call)
        service.pbx.perform(ForgetNote(coded.note))
        await comes_true(
            lambda: asterisk.cli("database show ivr-note"),
            lambda shown: coded.note not in shown,
            "the note stays",
        )
        await dials(made, "vera", "*74")
        await service.hears(ResultCoded, person="vera", result="refused")


async def test_a_phone_that_has_talked_with_nobody_tells_nothing(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await dials(made, "boris", "*71")
        assert not service.heard(ResultCoded)
