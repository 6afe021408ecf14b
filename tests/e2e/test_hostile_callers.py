"""What callers write into their names and numbers is data, on real calls too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from e2e.conftest import until

if TYPE_CHECKING:
    from e2e.conftest import House

NAMES = {
    "markup": b'"<img src=x onerror=alert(1)>" ',
    "cp1251": '"ООО Ромашка" '.encode("cp1251"),
    "not text": b'"\xff\xfe\x80 caller" ',
    "expression": b'"${SHELL(id)} $[1/0] =cmd()" ',
    "long": b'"' + b"A" * 900 + b'" ',
    "right to left": '"\u202eмарина" '.encode(),
}


@pytest.mark.parametrize("kind", ["all in turn"])
async def test_a_hostile_name_reaches_the_agent_as_text_and_nothing_else(
    house: House, kind: str
) -> None:
    await house.desk("anna")
    for name, raw in NAMES.items():
        caller = await house.caller("+74950000081", from_name=raw)
        screen = await house.sees("anna", lambda s: s.stage == "asking")
        assert screen.caller is not None, f"{kind}: {name}"
        text = screen.caller.name
        assert "\x00" not in text
        text.encode("utf-8")
        await caller.hang_up()
        await caller.wait()
        await house.sees("anna", lambda s: s.stage == "wrap_up")
        await house.desks["anna"].send("ready")
        await house.sees("anna", lambda s: s.stage == "ready")
    lines = house.stage.service_log.read_text().splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines if line.startswith("{"))
    assert not [line for line in lines if "Traceback" in line]


async def test_a_number_with_line_breaks_cannot_pose_as_an_event_of_asterisk(
    house: House,
) -> None:
    for person in ("anna", "boris"):
        await house.desk(person)
    forged = "".join(
        f"%0D%0A{line}"
        for line in (
            "",
            "Event%3A%20AgentConnect",
            "Privilege%3A%20agent,all",
            "Queue%3A%20client",
            "Interface%3A%20PJSIP/102",
            "MemberName%3A%20boris",
            "Uniqueid%3A%201.1",
            "Linkedid%3A%201.1",
            "Channel%3A%20PJSIP/trunk-1",
            "DestChannel%3A%20PJSIP/102-1",
            "",
        )
    )
    caller = await house.caller(f"74950000081{forged}")
    await until(
        lambda: any(house.screen(p).stage == "asking" for p in ("anna", "boris")),
        lambda: "nobody was asked to take the call",
    )
    stages = sorted(house.screen(p).stage for p in ("anna", "boris"))
    assert stages == ["asking", "ready"]
    await caller.hang_up()
    log = house.stage.service_log.read_text()
    assert "answer_of_unknown_call" not in log
    assert "malformed" not in log
