"""A real web server on loopback with a tiny core behind it, which the tests play."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest
from passwords import quickly_hashed
from web.screens import idle

from ivr.config.people import Person, Role
from ivr.domain.events import DeskOpened, Event
from ivr.domain.screen import Screen, Stage
from ivr.domain.tree.tree import Text
from ivr.outside.desk_client import DeskClient
from ivr.ports import Credential
from ivr.store.memory import MemoryCredentials
from ivr.web.room import Room, RoomRoute
from ivr.web.server import WebServer
from ivr.web.settings import WebSettings

E = TypeVar("E", bound=Event)

PASSWORDS = {
    "anna": "seven lines and a tree",
    "boris": "another long password",
    "vera": "she leads the department",
    "olga": "sales have words too",
}
DEADLINE = 30.0


def credential_of(person: str) -> Credential | None:
    """The hash of a known person's password."""
    if person not in PASSWORDS:
        return None
    return Credential(person, quickly_hashed(PASSWORDS[person]), 0.0)


class Vault(MemoryCredentials):
    """The stored hashes of all of them."""

    def credential(self, person: str) -> Credential | None:
        return credential_of(person)


def person(name: str, ru: str, phone: str, role: Role = "agent") -> Person:
    text = Text(ru, name.title())
    department = "sales" if role == "sales" else "client"
    return Person(name, text, phone, department, (role,), ("ru",), None, None)


PEOPLE = {
    "anna": person("anna", "Анна", "PJSIP/204"),
    "boris": person("boris", "Борис", "PJSIP/205"),
    "vera": person("vera", "Вера", "PJSIP/206", "supervisor"),
    "olga": person("olga", "Ольга", "PJSIP/301", "sales"),
}


@dataclass
class Stand:
    """The server, the events that its pages posted, and what the core says to each."""

    settings: WebSettings
    server: WebServer = field(init=False)
    posted: list[Event] = field(default_factory=list)
    screens: dict[str, Screen] = field(default_factory=dict)
    answers: dict[type[Event], Callable[[Event], None]] = field(default_factory=dict)
    shift: float = 0.0
    missing: dict[str, str] = field(default_factory=dict)
    rooms: Sequence[Room] = ()
    beside: Sequence[RoomRoute] = ()

    def __post_init__(self) -> None:
        self.server = self._build(self.settings)

    def _build(self, settings: WebSettings) -> WebServer:
        return WebServer(
            settings,
            PEOPLE,
            Vault(),
            self.post,
            self.now,
            lambda: self.missing,
            self.rooms,
            beside=self.beside,
        )

    def now(self) -> float:
        return time.time() + self.shift

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def post(self, event: Event) -> None:
        """The tiny core: remember, and do what the test wants done."""
        self.posted.append(event)
        if isinstance(event, DeskOpened):
            screen = self.screens.get(event.person) or idle(Stage.READY, self.now())
            self.server.show(event.person, screen)
        if act := self.answers.get(type(event)):
            act(event)

    def show(self, screen: Screen, who: str = "anna") -> None:
        self.screens[who] = screen
        self.server.show(who, screen)

    def given(self, kind: type[E]) -> list[E]:
        """All events of one kind so far."""
        return [event for event in self.posted if isinstance(event, kind)]

    async def restart(self) -> None:
        """Stop the server, and start another one on the same port with the same sessions file."""
        port = self.server.port
        await self.server.stop()
        self.server = self._build(WebSettings("127.0.0.1", port, sessions=self.settings.sessions))
        await self.server.start()

    def desk(self, who: str = "anna") -> DeskClient:
        return DeskClient(self.url, who, PASSWORDS[who])


async def until(fact: Callable[[], object]) -> None:
    """Wait until the fact holds; fail after 30 s."""
    async with asyncio.timeout(DEADLINE):
        while not fact():  # noqa: ASYNC110 - the facts have no event of their own
            await asyncio.sleep(0.005)


def settings_in(folder: Path) -> WebSettings:
    """Any free port of loopback, and sessions that a restart keeps."""
    return WebSettings(
        "127.0.0.1",
        0,
        sessions=folder / "sessions.json",
        number="+74950000012",
        company={"ru": "«Северсеть»", "en": "Severset"},
    )


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """A started server for Anna and Boris on a free port."""
    one = Stand(settings_in(tmp_path))
    await one.server.start()
    yield one
    await one.server.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A browser's plain HTTP."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session
