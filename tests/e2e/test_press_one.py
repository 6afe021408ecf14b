"""A salesperson who is out takes a real client on a mobile, with the whole service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caller_keys import presses
from e2e.conftest import until
from e2e.test_reload import change, signalled

from ivr.domain.records import EscalationRecord, EscalationState

if TYPE_CHECKING:
    from e2e.conftest import House

MOBILE = "+79160000032"
DESK = "phone: PJSIP/301"


def promised(house: House, call: str) -> EscalationRecord | None:
    return next(iter(house.look.escalations_of(call)), None)


async def test_a_client_talks_with_a_salesperson_on_a_mobile_who_owns_the_client_then(
    house: House,
) -> None:
    change(house, "people.yaml", DESK, f'{DESK}\n    mobile: "{MOBILE}"\n    rings: mobile')
    change(house, "ivr.yaml", "ring_seconds: 20\n  on_failure", "ring_seconds: 50\n  on_failure")
    await signalled(house, "config_reloaded")
    await house.desk("smirnova")
    desk = await house.desk("anna")
    caller = await house.caller()
    await house.answer("anna", who="organisation", staff="20", seats="60")
    await house.sees("anna", lambda s: s.stage == "outcome")
    call = house.call_id("anna")
    await desk.send("confirm", call=call, offer="")
    screen = await house.sees("smirnova", lambda s: s.stage == "ringing")
    assert [fact.question for fact in screen.known] == ["who", "staff", "seats"]
    await presses(house.stage.asterisk, "press-one", "1")
    await house.sees("smirnova", lambda s: s.stage == "talking")
    assert house.stage.trunk.numbers == [MOBILE]
    await until(
        lambda: (p := promised(house, call)) is not None and p.state is EscalationState.TALKED,
        lambda: f"not talked: {promised(house, call)}",
    )
    begun = house.screen("smirnova").sales
    assert begun is not None
    assert begun.live is not None
    assert begun.live.owner_id == "smirnova"
    assert house.stage.phones["smirnova"].invites == []
    await caller.hang_up()
    await house.sees("smirnova", lambda s: s.stage != "talking")
    await until(
        lambda: talkers(house, call) == ["anna", "smirnova"],
        lambda: str(house.look.stretches_of(call)),
    )


def talkers(house: House, call: str) -> list[str]:
    """Who talked with the caller, in order, as far as it is in the database."""
    return [row.person for row in house.look.stretches_of(call) if row.kind == "talked"]
