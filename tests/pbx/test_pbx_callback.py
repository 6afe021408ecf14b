"""A callback: the salesperson first, then the claim, then the client; never a client twice."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable

import pytest
from pbx_company import Company, MuteAgi, Service, comes_true, company

from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Trunk
from ivr.domain.commands import DialCallback, GrantClaim, HangUpChannel, PbxCommand, RefuseClaim
from ivr.domain.events import (
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    DialResult,
    Event,
    SalesLegAnswered,
    SalesLegFailed,
)

CLIENT = "+74951234567"
_serial = itertools.count(int(time.time()))


def grants(*numbers: str) -> Callable[[Event], Iterable[PbxCommand]]:
    """A core that grants each claim the next number, the last one again and again."""
    left = list(numbers or (CLIENT,))

    def decide(event: Event) -> Iterable[PbxCommand]:
        if not isinstance(event, ClaimAsked):
            return ()
        number = left.pop(0) if len(left) > 1 else left[0]
        return (GrantClaim(event.attempt, number),)

    return decide


def refuses(event: Event) -> Iterable[PbxCommand]:
    return (RefuseClaim(event.attempt, "over"),) if isinstance(event, ClaimAsked) else ()


def dial(service: Service, ring: int = 10, attempt: str = "", person: str = "vera") -> str:
    attempt = attempt or f"cb-e-{next(_serial)}"
    service.pbx.perform(DialCallback(attempt, person, ring))
    return attempt


async def outside(made: Company, after: float | None = 0.2, refuse: int | None = None) -> Trunk:
    trunk = Trunk(made.sipp, port=made.asterisk.ports.trunk, answer_s=after, refuse=refuse)
    return await made.stack.enter_async_context(trunk)


async def all_quiet(made: Company) -> None:
    """Wait until no channel of a callback lives."""
    await comes_true(
        lambda: made.asterisk.cli("core show channels concise"),
        lambda shown: "ivr-callback" not in shown,
        "channels stay",
    )


async def test_the_salesperson_then_the_client_and_the_talk_is_counted_from_the_clients_answer(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(grants())
        trunk = await outside(made, after=2.0)
        vera = await made.answers("vera")
        attempt = dial(service)
        await service.hears(SalesLegAnswered, attempt=attempt)
        await service.hears(ClaimAsked, attempt=attempt)
        await service.hears(ClientAnswered, attempt=attempt)
        assert trunk.numbers == [CLIENT]
        channel = service.heard(ClaimAsked)[0].person_channel
        service.pbx.perform(HangUpChannel(channel))
        ended = await service.hears(ClientLegEnded, attempt=attempt)
        assert ended.result is DialResult.ANSWERED
        assert 0 < ended.talked < 1.9
        await vera.ended("far")
        assert len(vera.invites) == 1
        assert not service.heard(SalesLegFailed)


async def test_a_salesperson_who_hangs_up_first_ends_the_talk_with_its_length(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(grants())
        await outside(made)
        vera = await made.answers("vera", talk=1.0)
        attempt = dial(service)
        ended = await service.hears(ClientLegEnded, attempt=attempt)
        assert ended.result is DialResult.ANSWERED
        assert ended.talked > 0
        await vera.ended("near")


async def test_a_refused_claim_dials_nobody(asterisk: PrivateAsterisk, sipp: Program) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(refuses)
        trunk = await outside(made)
        await made.answers("vera")
        attempt = dial(service)
        ended = await service.hears(ClientLegEnded, attempt=attempt)
        assert (ended.result, ended.talked) == (DialResult.REFUSED, 0.0)
        await all_quiet(made)
        assert trunk.numbers == []


@pytest.mark.parametrize("frozen", [True, False])
async def test_without_a_service_to_claim_from_nobody_is_dialled(
    asterisk: PrivateAsterisk, sipp: Program, frozen: bool
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(grants())
        trunk = await outside(made)
        vera = await made.answers("vera", after=1.0)
        dial(service)
        await vera.rung()
        await service.pbx.stop()
        if frozen:
            async with MuteAgi(asterisk.agi_port) as mute:
                await all_quiet(made)
                assert mute.sessions == 1
        else:
            await all_quiet(made)
        assert vera.outcomes[0].status == 200
        assert trunk.numbers == []


@pytest.mark.parametrize(("after", "refuse"), [(None, None), (0.1, 486), (0.1, 480), (0.1, 603)])
async def test_a_salesperson_who_does_not_pick_up_is_told_once_and_nobody_is_dialled(
    asterisk: PrivateAsterisk, sipp: Program, after: float | None, refuse: int | None
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(grants())
        trunk = await outside(made)
        await made.answers("vera", after=after, refuse=refuse)
        attempt = dial(service, ring=1)
        await service.hears(SalesLegFailed, attempt=attempt)
        await all_quiet(made)
        assert len(service.heard(SalesLegFailed)) == 1
        assert not service.heard(ClaimAsked)
        assert trunk.numbers == []


async def test_a_salesperson_without_a_phone_or_with_an_unknown_one_is_told(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp, people=("vera",)) as made:
        made.ports["ghost"] = 1
        service = await made.service(grants())
        nobody = dial(service, person="nobody")
        await service.hears(SalesLegFailed, attempt=nobody)
        await asterisk.add_phones(f"c{made.serial}", [])
        unknown = dial(service, person="ghost")
        await service.hears(SalesLegFailed, attempt=unknown)


@pytest.mark.parametrize(
    ("refuse", "result"),
    [
        (486, DialResult.BUSY),
        (603, DialResult.BUSY),
        (480, DialResult.NO_ANSWER),
        (503, DialResult.TRUNK_DOWN),
        (404, DialResult.UNKNOWN),
    ],
)
async def test_what_the_clients_side_answered_decides_when_to_try_again(
    asterisk: PrivateAsterisk, sipp: Program, refuse: int, result: DialResult
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(grants())
        await outside(made, refuse=refuse)
        await made.answers("vera")
        attempt = dial(service)
        ended = await service.hears(ClientLegEnded, attempt=attempt)
        assert (ended.result, ended.talked) == (result, 0.0)


async def test_a_trunk_that_says_nothing_leaves_a_call_without_answer(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(grants())
        await made.answers("vera", talk=1.0)
        attempt = dial(service)
        ended = await service.hears(ClientLegEnded, attempt=attempt)
        assert ended.result is DialResult.NO_ANSWER
        # Asterisk goes on repeating the INVITE: whoever listens there next would get it.
        late = await outside(made, refuse=486)
        await late.rung()


async def test_the_same_attempt_sent_twice_rings_once_and_dials_once(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(grants())
        trunk = await outside(made)
        vera = await made.answers("vera", after=1.0, talk=2.0)
        attempt = dial(service)
        await vera.rung()
        dial(service, attempt=attempt)
        ended = await service.hears(ClientLegEnded, attempt=attempt)
        assert ended.result is DialResult.ANSWERED
        await all_quiet(made)
        assert len(vera.invites) == 1
        assert trunk.numbers == [CLIENT]
        assert not service.heard(SalesLegFailed)
        assert len(service.heard(ClaimAsked)) == 1


async def test_two_attempts_on_one_number_at_once_dial_it_once(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp, people=("vera", "zoya")) as made:
        service = await made.service(grants())
        trunk = await outside(made, after=None)
        await made.answers("vera")
        await made.answers("zoya")
        first = dial(service)
        await trunk.rung()
        second = dial(service, person="zoya")
        ended = await service.hears(ClientLegEnded, attempt=second)
        assert ended.result is DialResult.REFUSED
        assert trunk.numbers == [CLIENT]
        service.pbx.perform(HangUpChannel(service.heard(ClaimAsked)[0].person_channel))
        ended = await service.hears(ClientLegEnded, attempt=first)
        assert ended.result is DialResult.NO_ANSWER


FORBIDDEN = [
    "+78091234567",
    "+18765551234",
    "+77271234567",
    "112",
    "",
    "*21*+74951234567#",
    "+7495123456;ext=9",
    "${SHELL(touch /tmp/linetree-was-here)}",
    "+74951234567&PJSIP/anna",
    "+74951234567@evil",
]
FORBIDDEN_IDS = [f"number-{n}" for n in range(len(FORBIDDEN))]


@pytest.mark.parametrize("number", FORBIDDEN, ids=FORBIDDEN_IDS)
async def test_the_dialplan_itself_dials_nothing_that_is_not_allowed(
    asterisk: PrivateAsterisk, sipp: Program, number: str
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(grants(number))
        trunk = await outside(made, refuse=486)
        await made.answers("vera")
        attempt = dial(service)
        ended = await service.hears(ClientLegEnded, attempt=attempt)
        assert ended.result is DialResult.REFUSED
        assert trunk.numbers == []


async def test_another_channel_cannot_claim_an_attempt(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        service = await made.service(grants())
        trunk = await outside(made)
        await asterisk.add_dialplan(
            f"pose{made.serial}",
            f"[pose{made.serial}]\n"
            "exten => s,1,Answer()\n"
            " same => n,AGI(${IVR_AGI}/claim,cb-somebody-elses)\n"
            " same => n,UserEvent(IvrCallback,Attempt: cb-somebody-elses,Result: ANSWER)\n"
            ' same => n,Set(DB(pose/dial)=${IF($["${IVR_DIAL}" = ""]?nothing:${IVR_DIAL})})\n'
            " same => n,Hangup()\n",
        )
        await asterisk.cli(f"channel originate Local/s@pose{made.serial} application Wait 1")
        await comes_true(
            lambda: asterisk.cli("database show pose"),
            lambda shown: "nothing" in shown,
            "the pose did not end",
        )
        assert not service.heard(ClaimAsked)
        assert not service.heard(ClientLegEnded)
        assert trunk.numbers == []
