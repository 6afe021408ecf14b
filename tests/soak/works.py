"""A whole company to be broken: Asterisk, the service as a process, any number of agents."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

from ruamel.yaml import YAML
from soak import oracles
from soak.counting import Counts

from ivr.asterisk.private_config import PhoneAccount
from ivr.asterisk.processes import free_port, run_folder
from ivr.asterisk.programs import find_asterisk, find_sipp
from ivr.asterisk.runtime import PrivateAsterisk
from ivr.asterisk.sip_log import CallOutcome
from ivr.asterisk.sipp import Caller, Phone, Trunk
from ivr.demo.configuration import Joints, write_configuration
from ivr.demo.serving import ServiceProcess
from ivr.store.looking import StoreLook

DID = "+74950000012"
ANSWER = 0.1
"""Seconds that an agent's phone rings."""

DEADLINE = 60.0
QUEUE = "client"


class Works:
    """`async with Works(agents=5) as works`: everybody signed in, the service up."""

    def __init__(self, agents: int, change: Callable[[Any], None] | None = None) -> None:
        """`change` edits ivr.yaml's settings before the first start."""
        self.agents = [f"agent{n:03}" for n in range(1, agents + 1)]
        self._change = change
        self._stack = AsyncExitStack()
        self.began = time.time()

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open(self) -> None:
        self.folder = run_folder()
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.sipp = await asyncio.to_thread(find_sipp)
        program = await asyncio.to_thread(find_asterisk)
        self.phone = await self._stack.enter_async_context(
            Phone(self.sipp, answer_s=ANSWER, media=False)
        )
        self.trunk = await self._stack.enter_async_context(Trunk(self.sipp, answer_s=ANSWER))
        phones = [PhoneAccount(name, port=self.phone.port) for name in self.agents]
        agi = free_port()
        self.asterisk = await self._stack.enter_async_context(
            PrivateAsterisk(program, agi_port=agi, phones=phones, trunk_port=self.trunk.port)
        )
        web = free_port()
        database = self.folder / "linetree.db"
        joints = Joints(self.asterisk.ami_port, agi, web, database)
        self.config = write_configuration(self.folder / "config", joints)
        self.edit(self._settle)
        self.set_roster(self.agents)
        for name in self.agents:
            await self.sign_in(name)
        secret, log = self.asterisk.ami_secret, self.folder / "service.log"
        self.service = ServiceProcess(self.config, web, secret, log)
        self._stack.push_async_callback(self.service.stop)
        await self.service.start()
        self.look = StoreLook(f"sqlite:///{database}")
        self._stack.callback(self.look.close)
        await self.told(len(self.agents))

    def _settle(self, settings: Any) -> None:
        settings["departments"]["client"]["wrap_up_seconds"] = 0
        if self._change is not None:
            self._change(settings)

    def edit(self, change: Callable[[Any], None]) -> None:
        """Change ivr.yaml; a running service learns of it by `ask_to_reload`."""
        _edited(self.config / "ivr.yaml", change)

    def set_roster(self, agents: Sequence[str]) -> None:
        """Write these people as the client department into people.yaml."""

        def change(file: Any) -> None:
            kept = {k: v for k, v in file["people"].items() if v["department"] != "client"}
            for name in agents:
                phone = f"PJSIP/{name}"
                about = {"name": name, "phone": phone, "department": "client", "roles": ["agent"]}
                kept[name] = about
            file["people"] = kept

        _edited(self.config / "people.yaml", change)

    async def sign_in(self, name: str) -> None:
        """Make somebody a member of the queue, as a code of the phone does."""
        await self.asterisk.cli(f"queue add member PJSIP/{name} to {QUEUE} penalty 0 as {name}")

    async def told(self, lines: int) -> None:
        """Wait until the dialplan knows of so many lines."""
        await until(
            lambda: self.asterisk.cli(f"database get ivr lines-{QUEUE}"),
            lambda answer: answer.split() == ["Value:", str(lines)],
            f"the dialplan was not told of {lines} lines",
        )

    def caller(
        self,
        calls: int = 1,
        *,
        talk_s: float | None = None,
        number: str = "+74950000031",
        did: str = DID,
        media: bool = False,
    ) -> Caller:
        """Somebody who calls, `calls` times at once; keys and messages need `media`."""
        return Caller(
            self.sipp,
            self.asterisk.sip_port,
            did,
            from_user=number,
            calls=calls,
            rate=max(100.0, 2.0 * calls),
            talk_s=talk_s,
            media=media,
        )

    def over(self, lines: int, outcomes: Sequence[CallOutcome]) -> int:
        """Callers who were let in beyond the lines, by Asterisk's log of all these calls.

        Raises RuntimeError when the log does not show them: its zero would prove nothing.
        """
        log = self.asterisk.log_path.read_text(errors="replace")
        spans = oracles.department_spans(log)
        served = sum(outcome.status == 200 for outcome in outcomes)
        if len(spans) < served:
            raise RuntimeError(f"{self.asterisk.log_path} shows {len(spans)} of {served} callers")
        return oracles.over(spans, lines)

    async def drained(self) -> None:
        """Wait until nobody holds a line and Asterisk has no channel left."""
        await until(self.lines_held, lambda held: held == 0, "lines are still held")
        await until(self.channels, lambda channels: not channels, "channels are left")

    async def lines_held(self) -> int:
        """How many calls hold a line, as Asterisk counts."""
        groups = (await self.asterisk.cli("group show channels")).splitlines()
        return sum(line.split()[-1:] == ["lines"] for line in groups)

    async def channels(self) -> list[str]:
        """Every channel that lives."""
        shown = await self.asterisk.cli("core show channels concise")
        return [line.split("!")[0] for line in shown.splitlines() if "!" in line]

    async def open_rows(self) -> list[str]:
        """Calls that the database holds open."""
        return [c.id for c in self.look.calls_since(self.began) if c.ended_at is None]

    async def counts(self, outcomes: Sequence[CallOutcome], over: int, stuck: int = 0) -> Counts:
        """The six counts after a drain, once the database has caught up, or at the deadline."""
        deadline = time.monotonic() + DEADLINE
        while True:
            counts = Counts(
                dropped=oracles.dropped(outcomes),
                lost=oracles.lost(outcomes, self.look.missed_since(self.began)),
                dup=oracles.dup(self.trunk.numbers, self.look.attempts_since(self.began)),
                stuck=stuck,
                over=over,
                diff=oracles.diff(
                    await self.open_rows(), await self.channels(), await self.lines_held()
                ),
            )
            if not (counts.lost or counts.diff) or time.monotonic() > deadline:
                return counts
            await asyncio.sleep(0.2)


async def until(asks: Callable[[], Any], wanted: Callable[[Any], bool], otherwise: str) -> None:
    """Ask again and again until the answer is as wanted, or the deadline has passed."""
    deadline = time.monotonic() + DEADLINE
    while not wanted(answer := await asks()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{otherwise}: {answer}")
        await asyncio.sleep(0.05)


def _edited(path: Path, change: Callable[[Any], None]) -> None:
    """Write beside and rename, so that nobody reads half a file."""
    yaml = YAML()
    content: Any = yaml.load(path.read_text())
    change(content)
    part = path.with_suffix(".part")
    with part.open("w") as out:
        yaml.dump(content, out)
    part.rename(path)
