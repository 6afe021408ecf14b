"""A caller who rings again talks with whom they know, on a company that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.conftest import until

from ivr.asterisk.own_queues import sections
from ivr.config.check import load

if TYPE_CHECKING:
    from e2e.conftest import House

ASKED_FOR = """    wrap_up_seconds: 2
    last_agent: {within_days: 30, ring_seconds: 4}
"""


async def prefer(house: House) -> None:
    """Ask for it in the configuration, give Asterisk the queues, and start anew."""
    file = house.stage.config / "ivr.yaml"
    text = file.read_text()
    assert "    wrap_up_seconds: 30\n" in text
    file.write_text(text.replace("    wrap_up_seconds: 30\n", ASKED_FOR, 1))
    await house.stage.asterisk.add_queues(
        "people", sections(load(house.stage.config, need_secrets=False))
    )
    await house.stage.stop_service()
    await house.stage.start_service()


async def talk(house: House, number: str) -> str:
    """Ring, be answered, hang up; who it was."""
    caller = await house.caller(number)
    asked: list[str] = []

    def one_is_asked() -> bool:
        asked[:] = [person for person in house.desks if house.screen(person).stage == "asking"]
        return bool(asked)

    await until(one_is_asked, lambda: "nobody was asked")
    await caller.answered()
    await caller.hang_up()
    await caller.wait()
    await house.sees(asked[0], lambda s: s.stage == "ready")
    return asked[0]


async def test_a_repeat_caller_reaches_the_same_agent_and_another_when_that_one_has_a_break(
    house: House,
) -> None:
    await prefer(house)
    for person in ("anna", "boris", "vera"):
        await house.desk(person)
    known = await talk(house, "+74950000071")
    for n in (2, 3):
        await talk(house, f"+7495000007{n}")
        assert await talk(house, "+74950000071") == known
    await house.desks[known].send("pause", reason="lunch")
    await house.sees(known, lambda s: s.stage == "paused")
    assert await talk(house, "+74950000071") != known
