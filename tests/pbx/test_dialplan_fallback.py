"""With the service absent, frozen or dying, callers still reach the department, and no more."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from pbx_company import Company, MuteAgi, comes_true, company

from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller


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


Dial = Callable[[str], Awaitable[str]]
"""Dials a code and gives what the phone heard: yes or no."""


@asynccontextmanager
async def annas_phone(
    asterisk: PrivateAsterisk, sipp: Program, wrap_up: int = 7
) -> AsyncIterator[tuple[Company, Dial]]:
    """A phone that the service has told the dialplan of before it went down."""
    async with company(asterisk, sipp) as made:
        phone = made.phone("anna")
        await made.fallback()
        for family, value in (("queues", made.queue), ("name", "anna"), ("wrap", wrap_up)):
            await asterisk.cli(f"database put ivr-{family} PJSIP/{phone} {value}")

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
            logged = asterisk.log_path.stat().st_size
            async with caller:
                assert (await caller.wait()).ending == "far"
            return tone(asterisk.log_path, logged, phone)

        yield made, dial


def tone(log: Path, since: int, phone: str) -> str:
    """Which of the two tones this phone has heard since then."""
    with log.open("rb") as lines:
        lines.seek(since)
        told = lines.read().decode("utf-8", "replace")
    heard = re.findall(rf'Executing \[(yes|no)@ivr-tones:1\] PlayTones\("PJSIP/{phone}-', told)
    assert len(heard) == 1, heard
    return str(heard[0])


async def test_the_codes_of_a_desk_phone_work_without_the_service(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with annas_phone(asterisk, sipp) as (made, dial):
        member = f"anna (PJSIP/{made.phone('anna')})"
        for code, shown in (("*50", member), ("*52", "paused:phone"), ("*51", "No Members")):
            assert await dial(code) == "yes"
            assert shown in await made.members()
        assert await dial("*50") == "yes"
        await dial("*52")
        for code in ("*53", "*50"):
            assert await dial(code) == "yes"
            assert "paused" not in await made.members()


async def test_a_phone_that_is_not_signed_in_hears_that_nothing_happened(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with annas_phone(asterisk, sipp) as (made, dial):
        for code in ("*52", "*53", "*54", "*55"):
            assert await dial(code) == "no", code
            assert "No Members" in await made.members()
        assert await dial("*51") == "yes", "who is out already is out"


async def test_more_of_a_wrap_up_that_is_over_silences_no_phone(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with annas_phone(asterisk, sipp, wrap_up=1) as (made, dial):
        await dial("*50")
        assert await dial("*55") == "no"
        await made.answers("anna")
        await (await made.calls(talk=0.2)).wait()
        until = await until_of(made)
        now = partial(asyncio.to_thread, time.time)
        await comes_true(now, lambda at: at > until, "the wrap-up is not over")
        assert await dial("*55") == "no"
        assert "with penalty 1000" not in await made.members()


async def test_a_wrap_up_is_prolonged_and_ended_by_codes_without_the_service(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with annas_phone(asterisk, sipp, wrap_up=60) as (made, dial):
        await dial("*50")
        await made.answers("anna")
        await (await made.calls(talk=0.2)).wait()
        until = await until_of(made)
        for more in (30, 60):
            assert await dial("*55") == "yes"
            assert "with penalty 1000" in await made.members()
            assert abs(await until_of(made) - until - more) <= 2
        assert await dial("*54") == "yes"
        assert "with penalty 1000" not in await made.members()
        assert "anna" in await made.members()
        assert await dial("*55") == "no", "it was ended"
        await dial("*52")
        assert await dial("*54") == "yes"
        assert "paused:phone" in await made.members(), "a break outlives the code"


async def test_a_prolonged_wrap_up_ends_by_itself_and_not_later_than_in_ten_minutes(
    asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with annas_phone(asterisk, sipp, wrap_up=5) as (made, dial):
        await dial("*50")
        await made.answers("anna")
        await (await made.calls(talk=0.2)).wait()
        await until_of(made)
        try:
            await asterisk.cli("dialplan set global IVR_WRAP_MORE 600")
            assert await dial("*55") == "no"
            await asterisk.cli("dialplan set global IVR_WRAP_MORE 1")
            assert await dial("*55") == "yes"
        finally:
            await asterisk.cli("dialplan set global IVR_WRAP_MORE 30")
        await comes_true(
            made.members, lambda shown: "with penalty 1000" not in shown, "nothing ends it"
        )


async def until_of(made: Company) -> int:
    """Until when the dialplan knows anna to be in wrap-up."""
    found: list[str] = []

    async def noted() -> list[str]:
        shown = await made.asterisk.cli("dialplan show globals")
        found[:] = re.findall(rf"IVR_UNTIL_PJSIP{made.phone('anna')}=(\d+)", shown)
        return found

    await comes_true(noted, bool, "no wrap-up is noted")
    return int(found[0])


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
