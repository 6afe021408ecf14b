"""The configuration is reloaded and trees are published while real calls are on."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from typing import TYPE_CHECKING

from e2e.conftest import DEADLINE, until
from soak.works import Works

from ivr.domain.screen import Screen

if TYPE_CHECKING:
    from e2e.conftest import House

SPLIT = ("{to: 49, then: branch}", "{to: 29, then: branch}")
BROKEN = ("first: who", "first: whu")


async def ivr(house: House, *words: str) -> tuple[int, str]:
    """A command of `ivr` in a process of its own: its exit status and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ivr",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def change(house: House, file: str, old: str, new: str) -> None:
    path = house.stage.config / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


async def signalled(house: House, event: str) -> None:
    """Send SIGHUP and wait until the service has logged this."""

    def count() -> int:
        return house.stage.service_log.read_text("utf-8").count(event)

    before = count()
    os.kill(house.stage.service_pid, signal.SIGHUP)
    await until(lambda: count() > before, lambda: f"{event} was never logged")


def version(screen: Screen) -> int:
    assert screen.question is not None
    return screen.question.version


async def test_a_call_keeps_its_tree_while_the_configuration_changes_again_and_again(
    house: House,
) -> None:
    await house.desk("anna")
    await house.desk("boris")
    await house.desks["boris"].send("pause", reason="lunch")
    await house.sees("boris", lambda s: s.stage == "paused")
    first = await house.caller()
    await house.answer("anna", who="organisation")
    for turn in range(5):
        change(house, "trees/internet.yaml", *BROKEN)
        await signalled(house, "config_refused")
        code, said = await ivr(house, "reload", str(house.stage.config))
        assert (code, "trees/internet.yaml:6:8" in said) == (2, True), said
        change(house, "trees/internet.yaml", *reversed(BROKEN))
        change(house, "ivr.yaml", f"wrap_up_seconds: {30 + turn}", f"wrap_up_seconds: {31 + turn}")
        await signalled(house, "config_reloaded")
        assert first.is_running
    change(house, "trees/internet.yaml", *SPLIT)
    code, said = await ivr(house, "tree", "publish", "internet", str(house.stage.config))
    assert (code, said) == (0, "internet: version 2 is published, in force for new calls\n")
    await house.desks["boris"].send("ready")
    await house.sees("boris", lambda s: s.stage == "ready")
    second = await house.caller("+74950000082")
    assert version(await house.sees("boris", lambda s: s.question is not None)) == 2
    assert version(await house.sees("anna", lambda s: s.question is not None)) == 1
    for person in ("anna", "boris"):
        if person == "boris":
            await house.answer(person, who="organisation")
        await house.answer(person, staff="20", seats="35")
    ends = {
        person: (await house.sees(person, lambda s: s.outcome is not None)).outcome
        for person in ("anna", "boris")
    }
    assert {person: end.id for person, end in ends.items() if end} == {
        "anna": "branch",
        "boris": "volume",
    }
    for caller in (first, second):
        await caller.hang_up()
        await caller.wait()


async def test_somebody_who_leaves_is_taken_out_of_the_queue_of_asterisk(house: House) -> None:
    await house.desk("anna")
    await house.desk("gleb")
    queue = await house.stage.asterisk.cli("queue show client")
    assert "PJSIP/104" in queue
    path = house.stage.config / "people.yaml"
    text = path.read_text("utf-8")
    gleb = text[text.index("  gleb:") : text.index("  daria:")]
    change(house, "people.yaml", gleb, "")
    change(house, "people.yaml", "deputy: gleb", "deputy: anna")
    code, said = await ivr(house, "reload", str(house.stage.config))
    assert (code, "people" in said) == (0, True), said
    async with asyncio.timeout(DEADLINE):
        while "PJSIP/104" in await house.stage.asterisk.cli("queue show client"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    change(house, "people.yaml", "  daria:\n", gleb + "  daria:\n")
    code, said = await ivr(house, "reload", str(house.stage.config))
    assert code == 0, said
    await house.desk("gleb")
    caller = await house.caller()
    await caller.answered()
    await caller.hang_up()


async def test_who_is_taken_out_of_people_yaml_while_the_service_is_down_rings_no_more() -> None:
    async with Works(3) as works:
        await works.service.kill()
        await works.sign_out("agent003")
        await works.asterisk.cli("queue add member PJSIP/agent003 to client")  # by the admin
        works.set_roster(["agent001"])
        await works.service.start()
        await works.told(1)
        members = re.findall(r"PJSIP/(agent\d+)", await works.asterisk.cli("queue show client"))
        assert sorted(set(members)) == ["agent001", "agent003"]
