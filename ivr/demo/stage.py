"""The stage of a demo: a private Asterisk, the service, everybody's phones, the outside world."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ivr.asterisk.private.config import PhoneAccount
from ivr.asterisk.private.processes import free_port
from ivr.asterisk.private.programs import find_asterisk, find_sipp
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Phone, Trunk
from ivr.config.check import load
from ivr.config.company import Company
from ivr.config.people import Person
from ivr.demo.configuration import EXAMPLE, Joints, write_configuration
from ivr.demo.serving import ServiceNotServing, ServiceProcess
from ivr.ports import Credential
from ivr.store.store import SqlStore
from ivr.web.passwords import hashed

USUAL_WEB_PORT = 8080

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: how long scripted phones ring before they answer, and how long sales talks."""

    agents_answer: float
    sales_answer: float
    sales_talk: float | None


class Stage:
    """Everything that a demo starts, and stops again: `async with Stage(...) as stage`.

    The desk is served on `web_port`, or on any that is free.
    """

    def __init__(self, timing: Timing, tell: Tell, web_port: int | None = None) -> None:
        self._timing = timing
        self._web_port = web_port
        self._tell = tell
        self._stack = AsyncExitStack()
        self._service: ServiceProcess | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="linetree-demo."))
        self.password = secrets.token_urlsafe(6)
        self.phones: dict[str, Phone] = {}

    @property
    def url(self) -> str:
        """The address of the desk."""
        return f"http://127.0.0.1:{self._joints.web}"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the demo's database."""
        return f"sqlite:///{self._joints.database}"

    @property
    def service_log(self) -> Path:
        """Where the service writes its lines."""
        return self.folder / "service.log"

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def people(self, department: str) -> Sequence[Person]:
        """Who works in a department."""
        return self.company.roster(department)

    @property
    def did(self) -> str:
        """The serial number."""
        return self.company.settings.numbers[0].did

    async def _open(self) -> None:
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        program = await asyncio.to_thread(find_asterisk, self._tell)
        self.sipp = await asyncio.to_thread(find_sipp, self._tell)
        self._tell(f"Asterisk {program}")
        people = load(EXAMPLE, need_secrets=False).people.values()
        for person in people:
            await self._start_phone(person)
        self.trunk = await self._stack.enter_async_context(
            Trunk(self.sipp, answer_s=self._timing.sales_answer)
        )
        agi = free_port()
        phones = [PhoneAccount(p.extension, port=self.phones[p.id].port) for p in people]
        self.asterisk = await self._stack.enter_async_context(
            PrivateAsterisk(program, agi_port=agi, phones=phones, trunk_port=self.trunk.port)
        )
        self._joints = Joints(
            self.asterisk.ami_port,
            agi,
            self._web_port or free_port(),
            self.folder / "linetree.db",
            self.asterisk.folder / "spool/ivr-voicemail",
        )
        self.config = write_configuration(self.folder / "config", self._joints)
        self.company = load(self.config, environ={"IVR_AMI_SECRET": self.asterisk.ami_secret})
        await asyncio.to_thread(self._give_passwords, self.company)
        await self.start_service()

    async def _start_phone(self, person: Person) -> None:
        sells = "sales" in person.roles
        phone = Phone(
            self.sipp,
            answer_s=self._timing.sales_answer if sells else self._timing.agents_answer,
            talk_s=self._timing.sales_talk if sells else None,
        )
        self.phones[person.id] = await self._stack.enter_async_context(phone)

    def _give_passwords(self, company: Company) -> None:
        store = SqlStore.open(self.database, time.time)
        try:
            hash_ = hashed(self.password)
            for person in company.people:
                store.credentials.keep_credential(Credential(person, hash_, time.time()))
        finally:
            store.close()

    async def start_service(self) -> None:
        """Start `ivr serve` as a process of its own and wait until it is ready."""
        if self._service is None:
            self._service = ServiceProcess(
                self.config, self._joints.web, self.asterisk.ami_secret, self.service_log
            )
            self._stack.push_async_callback(self._service.stop)
        await self._service.start()

    @property
    def service_pid(self) -> int:
        """The process id of the running service."""
        return self._running().pid

    async def stop_service(self) -> None:
        """Stop the service as an admin would; calls go on in Asterisk."""
        await self._running().stop()

    async def kill_service(self) -> None:
        """End the service as a crash would."""
        await self._running().kill()

    def _running(self) -> ServiceProcess:
        if self._service is None:
            raise ServiceNotServing("the service was never started: open the stage first")
        return self._service


def web_port_for_people() -> int:
    """The port that people know, or another where that is taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", USUAL_WEB_PORT))
        except OSError:
            return free_port()
    return USUAL_WEB_PORT
