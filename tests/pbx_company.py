"""A company of one test on a real Asterisk: its own number, queues, phones and service."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from ivr.asterisk.ami_state import AmiSettings
from ivr.asterisk.pbx import AsteriskPbx
from ivr.asterisk.private.config import PhoneAccount
from ivr.asterisk.private.processes import LOOPBACK, free_port
from ivr.asterisk.private.programs import Program
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller, Phone
from ivr.asterisk.translate import KeptPerson, Phones
from ivr.asterisk.translate.phones import REACH, reach
from ivr.domain.commands import AddMember, AdmitCall, LeaveToDialplan, PbxCommand, RefuseClaim
from ivr.domain.events import (
    CallOffered,
    ClaimAsked,
    Event,
    MemberSeen,
    Resynced,
    TransferUnanswered,
)

DEADLINE = 30.0
WRONG = re.compile(
    r".*(?:ast_yyerror|Couldn't find|Cannot find extension|No such (?:label|function|application)"
    r"|No application '|Function \S+ not registered|does not exist, line).*"
)
"""What Asterisk logs when a line of the dialplan is broken."""
_serial = itertools.count(1)
E = TypeVar("E")
T = TypeVar("T")

QUEUE = """\
[{name}](ivr-queue)
timeout={ring}
retry=1
musicclass={music}
"""


@dataclass
class Service:
    """The real adapter, with a core that a test writes: `decide` gives the orders of an event."""

    pbx: AsteriskPbx
    events: list[Event] = field(default_factory=list)
    decide: Callable[[Event], Iterable[PbxCommand]] = lambda _: ()

    def post(self, event: Event) -> None:
        self.events.append(event)
        for command in self.decide(event):
            self.pbx.perform(command)

    def heard(self, kind: type[E], **fields: object) -> list[E]:
        """The events of this kind so far whose fields are as given."""
        return [
            e
            for e in self.events
            if isinstance(e, kind) and all(getattr(e, k) == v for k, v in fields.items())
        ]

    async def hears(self, kind: type[E], times: int = 1, **fields: object) -> E:
        """Wait until such an event came so many times, and give that one."""
        found = self.heard(kind, **fields)

        def come() -> bool:
            found[:] = self.heard(kind, **fields)
            return len(found) >= times

        what = f"{kind.__name__} {fields} x{times}"
        await fact(come, lambda: f"{what} did not come; {self.told()}")
        return found[times - 1]

    def told(self) -> str:
        return "; ".join(repr(e) for e in self.events) or "nothing came"


async def fact(is_so: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Wait for a fact until the deadline."""
    deadline = time.monotonic() + DEADLINE
    while not is_so():
        assert time.monotonic() < deadline, otherwise()
        await asyncio.sleep(0.01)


async def comes_true(asks: Callable[[], Awaitable[T]], wanted: Callable[[T], bool], what: str) -> T:
    """Ask again and again until the answer is as wanted, and give it; fail at the deadline."""
    deadline = time.monotonic() + DEADLINE
    while not wanted(answer := await asks()):
        assert time.monotonic() < deadline, f"{what}: {answer}"
        await asyncio.sleep(0.05)
    return answer


@dataclass
class Company:
    """Names that no other test uses, and everybody's phone."""

    asterisk: PrivateAsterisk
    sipp: Program
    stack: AsyncExitStack
    serial: int
    ring: int = 2
    ports: dict[str, int] = field(default_factory=dict)
    own: tuple[str, ...] = ()  # who has a queue of one member besides
    outside: dict[str, str] = field(default_factory=dict)  # who is reached outside: which rings

    @property
    def did(self) -> str:
        return f"+7495{self.serial:07d}"

    @property
    def queue(self) -> str:
        return f"client-{self.serial}"

    @property
    def sales(self) -> str:
        return f"sales-{self.serial}"

    @property
    def lines(self) -> str:
        return f"dept-{self.serial}"

    def phone(self, person: str) -> str:
        return f"{person}{self.serial}"

    @property
    def phones(self) -> Phones:
        interfaces = {person: f"PJSIP/{self.phone(person)}" for person in self.ports}
        own = {person: self.queue_of(person) for person in self.own}
        members = {person: f"{reach(person)}/n" for person in self.outside}
        desks = {interfaces[person]: person for person in self.outside}
        return Phones(
            interfaces | members,
            state={person: self.hint(person) for person in self.outside},
            more=desks | {reach(person): person for person in self.outside},
            own=own,
        )

    def hint(self, person: str) -> str:
        return f"hint:is-{self.phone(person)}@{REACH}"

    async def reaches(self, service: Service, person: str, mobile: str, ring: int = 20) -> None:
        """Tell the dialplan of a salesperson's mobile, as the service does."""
        desk, rings = f"PJSIP/{self.phone(person)}", self.outside[person]
        state = reach(person) if rings == "mobile" else f"{desk}&{reach(person)}"
        note = KeptPerson(
            person,
            (self.sales,),
            0,
            desk,
            mobile,
            rings,
            ring,
            "ru",
            f"{reach(person)}/n",
            self.hint(person),
            state,
        )
        service.pbx.remember(note)
        await comes_true(
            lambda: self.asterisk.cli(f"database get ivr-mobile-of {mobile}"),
            lambda answer: person in answer,
            "the mobile is not told",
        )

    def queue_of(self, person: str) -> str:
        return self.sales if person.startswith("vera") else self.queue

    async def answers(
        self,
        person: str,
        after: float | None = 0.2,
        refuse: int | None = None,
        talk: float | None = None,
        media: bool = True,
        hold: float | None = None,
    ) -> Phone:
        """The person's phone, on: it answers, rings for ever, refuses, or holds by its own key."""
        phone = Phone(
            self.sipp,
            port=self.ports[person],
            answer_s=after,
            refuse=refuse,
            talk_s=talk,
            hold_s=hold,
            media=media,
        )
        return await self.stack.enter_async_context(phone)

    async def calls(
        self,
        number: str = "+74950000031",
        name: bytes = b"",
        patience: float | None = None,
        talk: float | None = None,
        did: str = "",
    ) -> Caller:
        """Somebody dials the number of this company."""
        caller = Caller(
            self.sipp,
            self.asterisk.sip_port,
            did or self.did,
            from_user=number,
            from_name=name,
            patience_s=patience,
            talk_s=talk,
        )
        return await self.stack.enter_async_context(caller)

    async def service(
        self, decide: Callable[[Event], Iterable[PbxCommand]] | None = None, *, agi_port: int = 0
    ) -> Service:
        """The adapter, linked to Asterisk and listening; by default it admits everybody."""
        settings = AmiSettings(
            LOOPBACK, self.asterisk.ami_port, self.asterisk.ami_user, self.asterisk.ami_secret
        )
        service: Service

        def post(event: Event) -> None:
            service.post(event)

        pbx = AsteriskPbx(
            settings,
            (LOOPBACK, agi_port or self.asterisk.agi_port),
            self.phones,
            (self.queue, self.sales),
            post,
            time.time,
        )
        service = Service(pbx, decide=decide or self.admits)
        await pbx.start()
        self.stack.push_async_callback(pbx.stop)
        await service.hears(Resynced)
        return service

    def admits(self, event: Event) -> Iterable[PbxCommand]:
        """A core that lets everybody in and promises nothing."""
        match event:
            case CallOffered(call=call):
                return (AdmitCall(call, self.queue, self.lines, most=30),)
            case TransferUnanswered(call=call):
                return (LeaveToDialplan(call),)
            case ClaimAsked(attempt=attempt):
                return (RefuseClaim(attempt, "nothing is promised"),)
            case _:
                return ()

    async def signs_in(self, service: Service, *people: str, wrap_up: int = 0) -> None:
        """Make these people ready members of their queue."""
        for person in people:
            service.pbx.perform(AddMember(person, self.queue_of(person), False, "", wrap_up))
            await service.hears(MemberSeen, person=person, paused=False)

    async def adds(self, person: str, queue: str) -> None:
        """Make somebody a member without the service."""
        member = f"PJSIP/{self.phone(person)}"
        await self.asterisk.cli(f"queue add member {member} to {queue} penalty 0 as {person}")

    async def fallback(self, most: int | None = None) -> None:
        """What the service would have left in AstDB."""
        await self.asterisk.cli(f"database put ivr-did {self.did} {self.lines}")
        await self.asterisk.cli(f"database put ivr queue-{self.lines} {self.queue}")
        if most is not None:
            await self.asterisk.cli(f"database put ivr lines-{self.lines} {most}")

    async def holds(self, lines: int) -> None:
        """Wait until so many channels hold a line of this company."""
        await comes_true(self.counted, lambda n: n == lines, f"lines held, not {lines}")

    async def members(self, queue: str = "") -> str:
        """What Asterisk shows of the department's queue."""
        return await self.asterisk.cli(f"queue show {queue or self.queue}")

    async def counted(self) -> int:
        """How many channels hold a line of this company now."""
        groups = (await self.asterisk.cli("group show channels")).splitlines()
        return sum([self.lines, "lines"] == line.split()[-2:] for line in groups)


@asynccontextmanager
async def company(
    asterisk: PrivateAsterisk,
    sipp: Program,
    people: Iterable[str] = ("anna", "boris", "vera"),
    music: str = "default",
) -> AsyncIterator[Company]:
    """Lay out the queues and phones of one test, and clear everything away after it."""
    serial = next(_serial)
    async with AsyncExitStack() as stack:
        # Asterisk takes the longer for each reload, the more it has: what a test added goes again.
        stack.callback(asterisk.forget, f"c{serial}")
        stack.push_async_callback(asterisk.cli, "channel request hangup all")
        made = Company(asterisk, sipp, stack, serial)
        logged = asterisk.log_path.stat().st_size
        made.ports = {person: free_port() for person in people}
        accounts = [PhoneAccount(made.phone(p), port=port) for p, port in made.ports.items()]
        await asterisk.add_phones(f"c{serial}", accounts)
        await asterisk.add_queues(
            f"c{serial}",
            QUEUE.format(name=made.queue, ring=made.ring, music="default")
            + QUEUE.format(name=made.sales, ring=made.ring, music=music),
        )
        yield made
        wrong = WRONG.findall(await asyncio.to_thread(_since, asterisk.log_path, logged))
        assert not wrong, f"Asterisk complains of the dialplan: {wrong[:3]}"


def _since(log: Path, size: int) -> str:
    with log.open("rb") as lines:
        lines.seek(size)
        return lines.read().decode("utf-8", "replace")


class MuteAgi:
    """A service that accepts and reads, and says `words` and then nothing more, or hangs up."""

    def __init__(self, port: int, words: Iterable[str] = (), *, dies: bool = False) -> None:
        self._port = port
        self._words = tuple(words)
        self._dies = dies
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.sessions = 0

    async def __aenter__(self) -> MuteAgi:
        self._server = await asyncio.start_server(self._serve, LOOPBACK, self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        for writer in self._open:
            writer.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sessions += 1
        self._open.add(writer)
        while (await reader.readline()).strip():
            pass
        for word in self._words:
            writer.write(f"{word}\n".encode())
            await reader.readline()
        if self._dies:
            writer.transport.abort()
        else:
            await reader.read()
            writer.close()
