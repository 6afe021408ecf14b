"""The service as a process of its own, with the example company's files and other agents."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
from ruamel.yaml import YAML

from bench.report import BenchFault
from ivr.asterisk.private.processes import LOOPBACK, free_port, run_folder, until
from ivr.demo.configuration import Joints, write_configuration
from ivr.ports import Credential
from ivr.store.store import SqlStore
from ivr.web.passwords import hashed
from ivr.web.sessions import Sessions

PASSWORD = secrets.token_urlsafe(8)
"""Of everybody in a company that lives for one bench."""

START = 60.0
"""Seconds in which the service has to serve."""

A_SHIFT = 43_200.0


@dataclass
class Served:
    """`ivr serve` with these agents, joined to an Asterisk at `ami`; `pid` is its process."""

    people: Sequence[str]
    ami: int
    agi: int = field(default_factory=free_port)
    ami_secret: str = field(default_factory=secrets.token_urlsafe)
    web: int = field(default_factory=free_port)
    folder: Path = field(default_factory=run_folder)
    pid: int = 0
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def database(self) -> Path:
        """The service's SQLite file."""
        return self.folder / "linetree.db"

    async def __aenter__(self) -> Self:
        self.stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        try:
            config = self._configured()
            self._let_in()
            await self._serve(config)
        except BaseException:
            await self.stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stack.aclose()

    async def open_desks(self) -> None:
        """A desk of each agent, which reads and presses nothing, until the service is left."""
        sessions = Sessions(self.folder / "sessions.key", time.time, A_SHIFT)
        url = f"http://{LOOPBACK}:{self.web}"
        http = await self.stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        )
        for person in self.people:
            token, _ = sessions.open(person)
            headers = {"Cookie": f"linetree-session={token}"}
            desk = await http.ws_connect(f"{url}/socket", origin=url, headers=headers)
            if (await desk.receive()).type is not aiohttp.WSMsgType.TEXT:
                raise BenchFault(f"the desk of {person} was not let in")
            reading = asyncio.create_task(_read(desk))
            self.stack.callback(reading.cancel)

    def cpu(self) -> float:
        """CPU seconds that the service has spent in all its threads."""
        stat = Path(f"/proc/{self.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _configured(self) -> Path:
        """The example company with these agents in place of its own, and a second of wrap-up."""
        config = write_configuration(self.folder / "config", self._joints())
        people = config / "people.yaml"
        yaml = YAML()
        roster: Any = yaml.load(people.read_text())
        kept = {k: v for k, v in roster["people"].items() if v["department"] != "client"}
        for name in self.people:
            kept[name] = {
                "name": name,
                "phone": f"PJSIP/{name}",
                "department": "client",
                "roles": ["agent"],
            }
        with people.open("w") as out:
            yaml.dump({"people": kept}, out)
        settings: Any = yaml.load((config / "ivr.yaml").read_text())
        settings["departments"]["client"]["wrap_up_seconds"] = 1
        with (config / "ivr.yaml").open("w") as out:
            yaml.dump(settings, out)
        return config

    def _joints(self) -> Joints:
        return Joints(self.ami, self.agi, self.web, self.database, self.folder / "voicemail")

    def _let_in(self) -> None:
        """One password for all: argon2 is not what is measured."""
        store = SqlStore.open(f"sqlite:///{self.database}", time.time)
        secret = hashed(PASSWORD)
        for name in self.people:
            store.credentials.keep_credential(Credential(name, secret, time.time()))
        store.close()

    async def _serve(self, config: Path) -> None:
        log = self.folder / "service.log"
        with log.open("wb") as out:
            service = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "ivr",
                "serve",
                str(config),
                env={**os.environ, "IVR_AMI_SECRET": self.ami_secret},
                stdout=out,
                stderr=out,
            )
        self.pid = service.pid

        async def stop() -> None:
            if service.returncode is None:
                service.terminate()
            if status := await service.wait():
                raise BenchFault(f"the service ended with {status}: {_tail(log)}")

        self.stack.push_async_callback(stop)

        def serves() -> bool:
            if service.returncode is not None:
                raise BenchFault(f"the service did not start: {_tail(log)}")
            return b"serving" in log.read_bytes()

        await until(serves, seconds=START, otherwise=f"the service does not serve: {log}")


async def _read(desk: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in desk:
        pass


def _tail(log: Path) -> str:
    return " ".join(log.read_text(errors="replace")[-1500:].split())
