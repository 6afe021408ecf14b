"""One call of the number through the real adapter: what the core hears, and what its word does."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from pbx_company import Company, comes_true, company, fact

from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.translate import Kept, KeptDepartment, KeptDid, KeptPerson
from ivr.asterisk.translate.keeping import FAMILIES, entries
from ivr.domain.commands import (
    AdmitCall,
    HangUpChannel,
    LeaveToDialplan,
    PbxCommand,
    Refusal,
    RefuseCall,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    CallEnded,
    CallerQueued,
    CallOffered,
    Event,
    LegBridged,
    LegEnded,
    LegUnbridged,
    Resynced,
    RingStopped,
)

VECTOR = '"ООО «Вектор»"'.encode()


async def test_the_core_hears_a_call_from_offer_to_end_in_order(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.answers("anna")
        await made.signs_in(service, "anna")
        caller = await made.calls(name=VECTOR, talk=0.5)
        ended = await service.hears(CallEnded)
        await caller.wait()
        offered = service.heard(CallOffered)[0]
        assert (offered.did, offered.number, offered.name) == (
            made.did,
            "+74950000031",
            "ООО «Вектор»",
        )
        assert offered.call == ended.call
        kinds = [CallOffered, CallerQueued, AgentRang, AgentAnswered, LegBridged, CallEnded]
        firsts = [service.events.index(service.heard(kind)[0]) for kind in kinds]
        assert firsts == sorted(firsts)
        answered = service.heard(AgentAnswered)[0]
        assert (answered.person, answered.queue) == ("anna", made.queue)
        assert answered.caller_channel == offered.channel
        assert {e.channel for e in service.heard(LegBridged)} == {
            answered.channel,
            answered.caller_channel,
        }
        await service.hears(LegEnded, channel=answered.channel)
        await service.hears(LegUnbridged, channel=answered.channel)
        await fact(
            lambda: all(e.call == ended.call for e in service.heard(LegBridged)), service.told
        )


@pytest.mark.parametrize("cause", list(Refusal))
async def test_a_refused_caller_is_busy_unanswered_and_takes_no_line(
    asterisk: PrivateAsterisk, sipp: Program, cause: Refusal
) -> None:
    def refuses(event: Event) -> Iterable[PbxCommand]:
        return (RefuseCall(event.call, cause),) if isinstance(event, CallOffered) else ()

    async with company(asterisk, sipp) as made:
        service = await made.service(refuses)
        outcome = await (await made.calls()).wait()
        assert (outcome.status, outcome.ending) == (486, "refused")
        await service.hears(CallEnded, cause=17)
        assert not service.heard(CallerQueued)
        assert await made.counted() == 0


async def test_the_service_admits_beyond_what_the_dialplan_would(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback(most=0)
        service = await made.service()
        await made.answers("anna")
        await made.signs_in(service, "anna")
        assert (await (await made.calls(talk=0.2)).wait()).status == 200


async def test_told_to_decide_alone_the_dialplan_counts(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    def leaves(event: Event) -> Iterable[PbxCommand]:
        return (LeaveToDialplan(event.call),) if isinstance(event, CallOffered) else ()

    async with company(asterisk, sipp) as made:
        await made.fallback(most=0)
        await made.service(leaves)
        assert (await (await made.calls()).wait()).status == 486


async def test_a_word_that_never_comes_is_not_waited_for(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback()
        service = await made.service(lambda _: ())
        await made.answers("anna")
        await made.signs_in(service, "anna")
        assert (await (await made.calls(talk=0.2)).wait()).status == 200
        call = service.heard(CallOffered)[0].call
        service.pbx.perform(AdmitCall(call, made.queue, made.lines, most=30))
        await service.hears(CallEnded, call=call)


async def test_a_phone_that_rejects_is_told_apart_and_the_other_rings(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.answers("anna", refuse=486)
        await made.answers("boris")
        await made.signs_in(service, "anna", "boris")
        assert (await (await made.calls(talk=0.2)).wait()).status == 200
        assert service.heard(AgentAnswered)[0].person == "boris"
        rings = [e.person for e in service.heard(AgentRang)]
        assert len(service.heard(RingStopped, person="anna")) == rings.count("anna")


async def test_the_core_hangs_up_a_leg(asterisk: PrivateAsterisk, sipp: Program) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        await made.answers("anna")
        await made.signs_in(service, "anna")
        caller = await made.calls()
        answered = await service.hears(AgentAnswered)
        service.pbx.perform(HangUpChannel(answered.channel))
        assert (await caller.wait()).ending == "far"
        await service.hears(CallEnded, call=answered.call)


async def test_a_service_that_starts_late_reads_who_talks_and_who_waits(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback()
        await made.answers("anna")
        await made.adds("anna", made.queue)
        talking = await made.calls()
        await talking.answered()
        waiting = await made.calls("+74950000032")
        await waiting.ringing()
        await comes_true(made.members, lambda shown: "Callers:" in shown, "nobody waits yet")
        service = await made.service()
        seen = service.heard(Resynced)[0]
        ours = {leg.call for leg in seen.legs if leg.number in ("+74950000031", "+74950000032")}
        anna = next(leg for leg in seen.legs if leg.person == "anna")
        theirs = next(leg for leg in seen.legs if leg.caller and leg.call == anna.call)
        assert theirs.queue == made.queue
        assert len(ours) == 2
        assert anna.bridge
        assert anna.bridge == theirs.bridge
        assert not anna.caller
        assert [w.number for w in seen.waiting] == ["+74950000032"]
        assert [(m.person, m.queue, m.paused) for m in seen.members] == [
            ("anna", made.queue, False)
        ]
        await talking.hang_up()
        await service.hears(CallEnded, call=anna.call)
        await service.hears(LegEnded, channel=anna.channel)


async def kept_entries(made: Company) -> dict[str, str]:
    """What AstDB has in the families that the service fills, as family/key."""
    rows = (await made.asterisk.cli("database show")).splitlines()
    pairs = (row.removeprefix("/").partition(":") for row in rows)
    kept = {key.strip(): value.strip() for key, _, value in pairs}
    return {key: value for key, value in kept.items() if key.partition("/")[0] in FAMILIES}


async def test_who_and_what_is_gone_is_kept_in_asterisk_no_more(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        anna = KeptPerson("anna", (made.queue,), 25)
        vera = KeptPerson(
            "vera",
            (made.sales,),
            0,
            f"PJSIP/{made.phone('vera')}",
            "+79160000001",
            "both",
            20,
            "ru",
            "Local/to-vera@ivr-reach/n",
            "hint:is-vera-1@ivr-reach",
            "PJSIP/x",
        )
        days = tuple((f"hours-{day}", "closed") for day in range(20000, 20040))
        first = KeptDid(made.did, made.lines, True, (made.did, made.did[1:]), days)
        other = KeptDid("+74950009999", "evening", False, ("+74950009999",), days)
        evening = KeptDepartment("evening", "evening-desk", None)
        living = (KeptDepartment(made.lines, made.queue, 3), first, anna)
        await asterisk.cli("database put ivr mobiles off")
        for left in ("mobiles", "first"):
            made.stack.push_async_callback(asterisk.cli, f"database del ivr {left}")
        service = await made.service()

        async def keeps(*notes: Kept) -> None:
            service.pbx.remember(*notes)
            belongs = {key for note in notes for key in entries(note, made.phones)}
            unwritten = {f"ivr/pace-{n.lines}" for n in notes if isinstance(n, KeptDepartment)}
            wanted = {k for k in belongs - unwritten if not k.endswith("/")}
            wanted |= {"ivr/first", "ivr/mobiles"}
            await comes_true(
                lambda: kept_entries(made), lambda kept: kept.keys() == wanted, str(wanted)
            )

        await keeps(*living, other, evening, vera)
        await keeps(*living)
        await service.pbx.stop()
        await asterisk.cli("database put ivr-did +74950008888 client")
        await asterisk.cli("database put ivr-note 17.1-1 a&b")
        service = await made.service()
        await keeps(*living)
        assert "/ivr-note/17.1-1" in await asterisk.cli("database show ivr-note")
        await asterisk.cli("database del ivr-note 17.1-1")


async def test_what_the_fallback_needs_is_kept_in_asterisk(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service()
        service.pbx.remember(
            KeptDepartment(made.lines, made.queue, 3),
            KeptDid(made.did, made.lines),
            KeptPerson("anna", (made.queue, made.sales), 25),
        )
        wanted = {
            f"/ivr-did/{made.did}": made.lines,
            f"/ivr/queue-{made.lines}": made.queue,
            f"/ivr/lines-{made.lines}": "3",
            f"/ivr-queues/PJSIP/{made.phone('anna')}": f"{made.queue}&{made.sales}",
            f"/ivr-name/PJSIP/{made.phone('anna')}": "anna",
            f"/ivr-wrap/PJSIP/{made.phone('anna')}": "25",
        }
        kept: dict[str, str] = {}
        while not wanted.items() <= kept.items():
            rows = (await asterisk.cli("database show")).splitlines()
            pairs = (row.partition(":") for row in rows)
            kept = {key.strip(): value.strip() for key, _, value in pairs}
