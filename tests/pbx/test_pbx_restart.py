"""Asterisk goes down and comes back: the loss is told, and what lives is read before anything."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from pbx_company import comes_true, company

from ivr.asterisk.private.processes import free_port
from ivr.asterisk.private.programs import AsteriskProgram, Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.domain.commands import AddMember, ProlongWrapUp
from ivr.domain.events import (
    AgentAnswered,
    LinkLost,
    MemberSeen,
    Resynced,
)

DEADLINE = 30.0


@pytest_asyncio.fixture
async def own_asterisk(asterisk_program: AsteriskProgram) -> AsyncIterator[PrivateAsterisk]:
    """An Asterisk that this test may stop."""
    async with PrivateAsterisk(
        asterisk_program, agi_port=free_port(keep=True), trunk_port=free_port(keep=True)
    ) as made:
        yield made


async def test_members_with_pause_and_wrap_up_come_back_and_calls_are_gone(
    own_asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(own_asterisk, sipp) as made:
        service = await made.service()
        await made.answers("anna")
        await made.signs_in(service, "anna", wrap_up=45)
        service.pbx.perform(AddMember("boris", made.queue, True, "Обед", 45))
        await service.hears(MemberSeen, person="boris", paused=True)
        await made.calls()
        await service.hears(AgentAnswered)
        await own_asterisk.restart()
        await service.hears(LinkLost)
        seen = await service.hears(Resynced, times=2)
        assert seen.legs == ()
        assert seen.started_at is not None
        assert abs(seen.started_at - seen.at) < DEADLINE
        assert {(m.person, m.paused, m.reason) for m in seen.members} == {
            ("anna", False, ""),
            ("boris", True, "Обед"),
        }
        lost = service.events.index(service.heard(LinkLost)[0])
        after = service.events[lost + 1 : service.events.index(seen)]
        assert after == []
        record = await own_asterisk.cli(f"database get Queue/PersistentMembers {made.queue}")
        assert record.count("45") == 2
        caller = await made.calls("+74950000032", talk=0.2)
        assert (await caller.wait()).status == 200


async def test_a_prolonged_wrap_up_whose_timer_died_with_asterisk_is_ended(
    own_asterisk: PrivateAsterisk, sipp: Program
) -> None:
    async with company(own_asterisk, sipp) as made:
        service = await made.service()
        await made.signs_in(service, "anna")
        service.pbx.perform(ProlongWrapUp("anna", made.queue, 600))
        await comes_true(made.members, lambda shown: "penalty 1000" in shown, "not prolonged")
        await own_asterisk.restart()
        await service.hears(Resynced, times=2)
        await comes_true(made.members, lambda shown: "penalty" not in shown, "still prolonged")
