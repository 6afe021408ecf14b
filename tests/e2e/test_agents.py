"""Agents sign in, take breaks and wrap up, by page or by phone, whatever becomes of the service."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from e2e.conftest import DEADLINE, until
from e2e.test_reload import change, signalled

from ivr.asterisk.private.sipp import Caller
from ivr.domain.intake.shifts import seconds

if TYPE_CHECKING:
    from e2e.conftest import House


async def dial(house: House, extension: str, code: str) -> None:
    """A code of a desk phone."""
    caller = Caller(
        house.stage.sipp,
        house.stage.asterisk.sip_port,
        code,
        from_user=extension,
        from_host="127.0.0.1",
        trunk=False,
        media=False,
    )
    async with caller:
        await caller.wait()


async def test_the_codes_of_a_phone_are_seen_on_the_page_and_in_the_books(house: House) -> None:
    await house.again("anna")
    await house.sees("anna", lambda s: s.stage == "signed_out")
    await dial(house, "101", "*50")
    await house.sees("anna", lambda s: s.stage == "ready")
    await dial(house, "101", "*52")
    paused = await house.sees("anna", lambda s: s.stage == "paused")
    assert paused.pause_reason == "phone"
    await dial(house, "101", "*53")
    await house.sees("anna", lambda s: s.stage == "ready")
    await dial(house, "101", "*51")
    await house.sees("anna", lambda s: s.stage == "signed_out")
    now = time.time()
    await until(
        lambda: (
            [s.state for s in house.look.agent_states(0.0, now)] == ["ready", "paused", "ready"]
            and all(s.until is not None for s in house.look.agent_states(0.0, now))
        ),
        lambda: str(house.look.agent_states(0.0, now)),
    )
    breaks = seconds(house.look.agent_states(0.0, now), "paused", 0.0, now)
    assert list(breaks) == ["phone"]
    assert 0.0 < breaks["phone"] < DEADLINE


async def test_a_wrap_up_goes_on_over_a_start_of_the_service_and_no_caller_rings_into_it(
    house: House,
) -> None:
    # Longer than any start of the service takes.
    change(house, "ivr.yaml", "wrap_up_seconds: 30", "wrap_up_seconds: 300")
    await signalled(house, "config_reloaded")
    await house.desk("anna")
    caller = await house.caller()
    await house.answer("anna", who="person")
    await house.sees("anna", lambda s: s.stage == "outcome")
    await house.desks["anna"].send("confirm", call=house.call_id("anna"), offer="")
    await caller.hang_up()
    await house.sees("anna", lambda s: s.stage == "wrap_up")
    await until(
        lambda: any(s.state == "wrap_up" for s in house.look.agent_states(0.0, time.time())),
        lambda: "the wrap-up is not in the books",
    )
    await house.stage.kill_service()
    await house.stage.start_service()
    desk = await house.again("anna")
    await house.sees("anna", lambda s: s.stage == "wrap_up")
    await house.caller("+74950000082")
    deadline = time.monotonic() + DEADLINE
    while not re.search(
        r"wait: (?!0:0[01])", shown := await house.stage.asterisk.cli("queue show")
    ):
        assert time.monotonic() < deadline, shown
    assert len(house.stage.phones["anna"].invites) == 1, "rung inside wrap-up"
    await desk.send("ready")
    await house.sees("anna", lambda s: s.stage == "asking")


async def test_wrap_up_is_ended_and_prolonged_by_codes_of_the_phone(house: House) -> None:
    await house.desk("anna")
    caller = await house.caller()
    await house.answer("anna", who="person")
    await house.sees("anna", lambda s: s.stage == "outcome")
    await house.desks["anna"].send("confirm", call=house.call_id("anna"), offer="")
    await caller.hang_up()
    first = await house.sees("anna", lambda s: s.stage == "wrap_up")
    assert first.wrap_up is not None
    ends = first.wrap_up.ends_at
    await dial(house, "101", "*55")
    later = await house.sees("anna", lambda s: bool(s.wrap_up and s.wrap_up.ends_at > ends + 20))
    assert later.stage == "wrap_up"
    await house.caller("+74950000082")
    await dial(house, "101", "*54")
    await house.sees("anna", lambda s: s.stage == "asking")


async def test_a_code_prolongs_no_wrap_up_that_the_page_has_ended(house: House) -> None:
    desk = await house.desk("anna")
    caller = await house.caller()
    await house.answer("anna", who="person")
    await house.sees("anna", lambda s: s.stage == "outcome")
    await desk.send("confirm", call=house.call_id("anna"), offer="")
    await caller.hang_up()
    await house.sees("anna", lambda s: s.stage == "wrap_up")
    await desk.send("ready")
    await house.sees("anna", lambda s: s.stage == "ready")
    await dial(house, "101", "*55")
    shown = await house.stage.asterisk.cli("queue show client")
    assert "with penalty 1000" not in shown
    await house.caller("+74950000082")
    await house.sees("anna", lambda s: s.stage == "asking")
