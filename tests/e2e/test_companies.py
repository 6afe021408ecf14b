"""The company field on real calls: found while typing, known by its number from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.conftest import until

if TYPE_CHECKING:
    from e2e.conftest import House

NUMBER = "+74950000077"


async def finish(house: House) -> None:
    """Anna hangs up and is done with it."""
    desk = house.desks["anna"]
    await desk.send("hang_up", call=house.call_id("anna"))
    await house.sees("anna", lambda s: s.stage == "wrap_up")
    await desk.send("ready")
    await house.sees("anna", lambda s: s.stage == "ready")


async def test_a_company_picked_by_its_letters_is_known_by_the_number_from_then_on(
    house: House,
) -> None:
    desk = await house.desk("anna")
    await house.caller(NUMBER)
    await house.sees("anna", lambda s: s.stage == "asking")
    found = await desk.find_company("вект")
    assert [hit.name for hit in found] == ["ООО «Вектор»"]
    assert found[0].key
    await desk.send("company", call=house.call_id("anna"), account=found[0].id, name="")
    screen = await house.sees("anna", lambda s: s.stage == "outcome")
    assert screen.outcome is not None
    assert screen.outcome.why_kind == "account"
    await finish(house)
    await until(lambda: bool(house.look.account_numbers()), lambda: "the number is not kept")
    await house.stage.kill_service()
    await house.stage.start_service()
    desk = await house.again("anna")
    await house.caller(NUMBER)
    screen = await house.sees("anna", lambda s: s.caller is not None)
    assert screen.caller is not None
    assert (screen.caller.company, screen.caller.key_account) == ("ООО «Вектор»", True)


async def test_a_new_name_typed_at_the_desk_is_a_company_the_next_time(house: House) -> None:
    desk = await house.desk("anna")
    await house.caller(NUMBER)
    await house.sees("anna", lambda s: s.stage == "asking")
    assert await desk.find_company("соколов") == ()
    name = "ИП Соколов, <b>опт</b>"
    await desk.send("company", call=house.call_id("anna"), account="", name=name)
    await finish(house)
    assert [hit.name for hit in await desk.find_company("соколов")] == [name]
    await house.caller(NUMBER)
    screen = await house.sees("anna", lambda s: s.caller is not None)
    assert screen.caller is not None
    assert screen.caller.company == name
