"""With the service absent, frozen or dying, callers still reach the department, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from pbx_company import Company, MuteAgi, company

from ivr.asterisk.programs import Program
from ivr.asterisk.runtime import PrivateAsterisk
from ivr.asterisk.sipp import Caller


async def reaches_anna(made: Company, did: str = "") -> None:
    await made.fallback()
    phone = await made.answers("anna")
    await made.adds("anna", made.queue)
    caller = await made.calls(talk=0.5, did=did)
    outcome = await caller.wait()
    assert (outcome.status, outcome.ending) == (200, "near")
    assert phone.invites[0].caller == "+74950000031"


async def test_without_a_service_the_department_rings(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await reaches_anna(made)


async def test_a_service_that_accepts_and_says_nothing_is_left(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made, MuteAgi(asterisk.agi_port) as frozen:
        await reaches_anna(made)
        assert frozen.sessions == 1


@pytest.mark.parametrize("dies", [True, False])
async def test_half_a_verdict_is_no_verdict(
    asterisk: PrivateAsterisk, sipp: Program, dies: bool
) -> None:
    words = ('SET VARIABLE IVR_QUEUE "nowhere"', 'SET VARIABLE IVR_LINES "nobody"')
    async with company(asterisk, sipp) as made, MuteAgi(asterisk.agi_port, words, dies=dies):
        await reaches_anna(made)


@pytest.mark.parametrize("form", ["8495", "7495", "495"])
async def test_the_number_is_known_in_each_form_that_a_trunk_brings(
    asterisk: PrivateAsterisk, sipp: Program, form: str
) -> None:
    async with company(asterisk, sipp) as made:
        await reaches_anna(made, made.did.replace("+7495", form))


async def test_an_unknown_did_reaches_the_default_queue(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.answers("anna")
        await made.adds("anna", "client")
        try:
            outcome = await (await made.calls(talk=0.5)).wait()
            assert outcome.status == 200
        finally:
            await asterisk.cli(f"queue remove member PJSIP/{made.phone('anna')} from client")


async def test_a_caller_hears_ringing_and_is_not_answered_until_an_agent_is(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback()
        await made.answers("anna", after=None)
        await made.adds("anna", made.queue)
        caller = await made.calls(patience=1.5)
        outcome = await caller.wait()
        assert outcome.ending == "cancelled"
        assert [m.status for m in caller.messages if m.status and not m.sent][:2] == [100, 180]
        assert not any(m.status in (183, 200) and m.method == "INVITE" for m in caller.messages)


async def test_nobody_signed_in_is_busy_and_unbilled(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback()
        outcome = await (await made.calls()).wait()
        assert (outcome.status, outcome.ending) == (486, "refused")
        assert await made.counted() == 0


async def test_everybody_paused_is_nobody(asterisk: PrivateAsterisk, sipp: Program) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback()
        await made.adds("anna", made.queue)
        await asterisk.cli(f"queue pause member PJSIP/{made.phone('anna')} queue {made.queue}")
        assert (await (await made.calls()).wait()).status == 486


async def test_a_caller_leaves_a_queue_that_everybody_has_left(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback()
        phone = await made.answers("anna", after=None)
        await made.adds("anna", made.queue)
        caller = await made.calls()
        await phone.rung()
        await asterisk.cli(f"queue remove member PJSIP/{made.phone('anna')} from {made.queue}")
        outcome = await caller.wait()
        assert (outcome.status, outcome.ending) == (480, "refused")


async def test_a_caller_leaves_a_queue_whose_last_agent_takes_a_break(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback()
        phone = await made.answers("anna", after=None)
        await made.adds("anna", made.queue)
        caller = await made.calls()
        await phone.rung()
        await asterisk.cli(f"queue pause member PJSIP/{made.phone('anna')} queue {made.queue}")
        assert (await caller.wait()).status == 480


async def test_a_line_is_held_until_the_caller_hangs_up_and_then_free(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback(most=1)
        await made.answers("anna")
        await made.adds("anna", made.queue)
        first = await made.calls()
        await first.answered()
        assert await made.counted() == 1
        assert (await (await made.calls("+74950000032")).wait()).status == 486
        await first.hang_up()
        await first.wait()
        third = await made.calls("+74950000033", talk=0.2)
        assert (await third.wait()).status == 200


async def test_of_three_callers_at_once_exactly_two_get_the_two_lines(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback(most=2)
        await made.answers("anna", after=None)
        await made.adds("anna", made.queue)
        for _ in range(10):
            caller = Caller(
                sipp, asterisk.sip_port, made.did, calls=3, rate=300, media=False, patience_s=1.0
            )
            async with caller:
                await caller.wait()
                endings = sorted(o.ending for o in caller.outcomes)
                assert endings == ["cancelled", "cancelled", "refused"]
                refused = next(o for o in caller.outcomes if o.ending == "refused")
                assert refused.status == 486


PROOF = Path("/tmp/linetree-was-here")
HOSTILE = [
    b'"\xd0\x9e\xd0\x9e\xd0\x9e \xc2\xab\xd0\x92\xd0\xb5\xd0\xba\xd1\x82\xd0\xbe\xd1\x80\xc2\xbb"',
    b'"${SHELL(touch /tmp/linetree-was-here)}"',
    b'"$[1/0]"',
    b'"a&PJSIP/x,b|c;d"',
    b'"' + b"x" * 900 + b'"',
    b'"\xff\xfe not utf-8"',
    b'"\\"quoted\\" <b>"',
]


def nothing_was_run() -> bool:
    return not PROOF.exists()


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_name_reaches_the_phone_and_nothing_else(
    asterisk: PrivateAsterisk, sipp: Program, name: bytes
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback()
        await made.answers("anna")
        await made.adds("anna", made.queue)
        outcome = await (await made.calls(name=name, talk=0.2)).wait()
        assert outcome.status == 200
        assert nothing_was_run()


async def test_a_hostile_number_does_not_reach_the_counting(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback()
        await made.answers("anna")
        await made.adds("anna", made.queue)
        outcome = await (await made.calls(number="%24%7BSHELL(id)%7D", talk=0.2)).wait()
        assert outcome.status == 200


async def test_the_codes_of_a_desk_phone_work_without_the_service(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        phone = made.phone("anna")
        await asterisk.cli(f"database put ivr-queues PJSIP/{phone} {made.queue}")
        await asterisk.cli(f"database put ivr-name PJSIP/{phone} anna")
        await asterisk.cli(f"database put ivr-wrap PJSIP/{phone} 7")

        async def dial(code: str) -> str:
            caller = Caller(
                sipp,
                asterisk.sip_port,
                code,
                from_user=phone,
                from_host="127.0.0.1",
                trunk=False,
                media=False,
            )
            async with caller:
                assert (await caller.wait()).ending == "far"
            return await asterisk.cli(f"queue show {made.queue}")

        assert f"anna (PJSIP/{phone})" in await dial("*50")
        assert "paused:phone" in await dial("*52")
        assert "paused" not in await dial("*53")
        assert "paused" not in await dial("*50")
        await asyncio.wait_for(_wraps_up_by_codes(asterisk, made.queue, dial), 60)
        assert "No Members" in await dial("*51")


async def _wraps_up_by_codes(
    asterisk: PrivateAsterisk, queue: str, dial: Callable[[str], Awaitable[str]]
) -> None:
    """Half a minute more is a penalty that a timer or the other code takes back."""
    assert "with penalty 1000" in await dial("*55")
    done = await dial("*54")
    assert "with penalty 1000" not in done
    assert "anna" in done
    await asterisk.cli("dialplan set global IVR_WRAP_MORE 1")
    await dial("*55")
    while "with penalty 1000" in await asterisk.cli(f"queue show {queue}"):
        pass  # each look is a command of its own, so this waits
    await asterisk.cli("dialplan set global IVR_WRAP_MORE 30")
    await dial("*52")
    assert "paused:phone" in await dial("*54"), "a break outlives the code"
    await dial("*53")


async def test_a_gone_callers_line_is_free_even_if_the_service_died_meanwhile(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(asterisk, sipp) as made:
        await made.fallback(most=1)
        await made.answers("anna", after=None)
        await made.adds("anna", made.queue)
        async with MuteAgi(asterisk.agi_port):
            caller = await made.calls(patience=0.3)
            assert (await caller.wait()).ending == "cancelled"
        await made.holds(0)
