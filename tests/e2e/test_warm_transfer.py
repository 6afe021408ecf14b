"""A warm transfer with the whole service: by keys, and with the service killed in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.conftest import until

from ivr.domain.records import EscalationState

if TYPE_CHECKING:
    from e2e.conftest import House

    from ivr.asterisk.private.sipp import Caller


async def consults(house: House) -> Caller:
    """Anna has asked a client who wants a volume, and talks with Smirnova first."""
    await house.desk("smirnova")
    desk = await house.desk("anna")
    caller = await house.caller()
    await house.answer("anna", who="organisation", staff="20", seats="60")
    await house.sees("anna", lambda s: s.stage == "outcome")
    await desk.send("confirm", call=house.call_id("anna"), offer="", kind="warm")
    await house.sees("anna", lambda s: s.transfer is not None and s.transfer.let_talk)
    screen = await house.sees("smirnova", lambda s: s.stage == "talking")
    assert [f.question for f in screen.known] == ["who", "staff", "seats"]
    return caller


async def test_the_agent_lets_client_and_sales_talk_and_wraps_up(house: House) -> None:
    caller = await consults(house)
    call = house.call_id("anna")
    await house.desks["anna"].send("let_talk", call=call)
    await house.sees("anna", lambda s: s.stage == "wrap_up")
    await until(
        lambda: any(e.state is EscalationState.TALKED for e in house.look.escalations_of(call)),
        lambda: f"not talked: {house.look.escalations_of(call)}",
    )
    assert caller.is_running
    await caller.hang_up()


async def test_the_agent_takes_the_client_back_and_passes_again(house: House) -> None:
    caller = await consults(house)
    call = house.call_id("anna")
    await house.desks["anna"].send("take_back", call=call)
    await house.sees("anna", lambda s: s.stage == "talking")
    await house.sees("smirnova", lambda s: s.stage in ("ready", "wrap_up"))
    assert caller.is_running
    await caller.hang_up()
    await house.sees("anna", lambda s: s.stage == "wrap_up")


async def test_a_service_killed_in_the_consultation_finds_everybody_and_leads_it_to_its_end(
    house: House,
) -> None:
    caller = await consults(house)
    call = house.call_id("anna")
    await house.stage.kill_service()
    assert caller.is_running
    await house.stage.start_service()
    desk = await house.again("anna")
    await house.sees("anna", lambda s: s.transfer is not None and s.transfer.let_talk)
    await desk.send("let_talk", call=call)
    await house.sees("anna", lambda s: s.stage in ("wrap_up", "ready"))
    await until(
        lambda: any(e.state is EscalationState.TALKED for e in house.look.escalations_of(call)),
        lambda: f"not talked: {house.look.escalations_of(call)}",
    )
    assert caller.is_running
    await caller.hang_up()
