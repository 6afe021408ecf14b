"""A whole company to be broken: Asterisk, the service as a process, any number of agents."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from passwords import quickly_hashed
from ruamel.yaml import YAML
from soak.ami_proxy import AmiProxy
from soak.evidence import QUEUE, Evidence, until

from ivr.asterisk.private.config import PhoneAccount
from ivr.asterisk.private.processes import LOOPBACK, free_port, keep_files, run_folder
from ivr.asterisk.private.programs import find_asterisk, find_sipp
from ivr.asterisk.private.runtime import PrivateAsterisk
from ivr.asterisk.private.sipp import Caller, Phone, Trunk
from ivr.demo.configuration import Joints, write_configuration
from ivr.demo.serving import ServiceProcess
from ivr.ports import Credential
from ivr.store.looking import StoreLook
from ivr.store.store import SqlStore

KEPT: ContextVar[Path | None] = ContextVar("kept", default=None)
"""Where a company leaves all that tells what became of it; None: nowhere."""

DID = "+74950000012"
ANSWER = 0.1
"""Seconds that an agent's phone rings."""

CLIENT_TALK = 2.0
"""Seconds that a client who is called back talks."""

ANSWERS: Mapping[str, Any] = MappingProxyType({"answer_s": ANSWER})
REACHED: Mapping[str, Any] = MappingProxyType({"answer_s": ANSWER, "talk_s": CLIENT_TALK})

PASSWORD = "for a company that lives on loopback for a while"


class Works(Evidence):
    """`async with Works(agents=5) as works`: everybody signed in, the service up."""

    def __init__(
        self,
        agents: int,
        change: Callable[[Any], None] | None = None,
        *,
        sales: int = 0,
        proxied: bool = False,
        gone: Mapping[str, int | None] = MappingProxyType({}),
        queues: str = "",
        sales_phone: Mapping[str, Any] = ANSWERS,
        trunk: Mapping[str, Any] = REACHED,
        store_url: str = "",
    ) -> None:
        """`change` edits ivr.yaml's settings before the first start.

        `sales` people may take clients; their phones never hang up. `proxied`: the service reaches
        AMI through `proxy`, which can spoil the link. `gone` are more of the department, whose
        phones should be at these ports, or nowhere; they are not signed in. `queues` are lines
        for queues.conf. `sales_phone` and `trunk` say how sales and the clients who are called
        answer, as Phone takes it; `store_url` is another database than an SQLite file.
        """
        self.agents = [f"agent{n:03}" for n in range(1, agents + 1)]
        self.sales = [f"sales{n:03}" for n in range(1, sales + 1)]
        self.proxy = AmiProxy() if proxied else None
        self._change = change
        self._gone = dict(gone)
        self._queues = queues
        self._sales_phone, self._trunk, self._store_url = sales_phone, trunk, store_url
        self._stack = AsyncExitStack()
        self.began = time.time()

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *fault: Any) -> None:
        """What a failure left behind stays for whoever looks into it."""
        await self._stack.__aexit__(*fault)

    async def _open(self) -> None:
        self.folder = run_folder()
        self._stack.push(self._removed)
        self.sipp = await asyncio.to_thread(find_sipp)
        program = await asyncio.to_thread(find_asterisk)
        self.phone = await self._stack.enter_async_context(
            Phone(self.sipp, answer_s=ANSWER, media=False)
        )
        self.sales_phone = await self._stack.enter_async_context(
            Phone(self.sipp, media=False, **self._sales_phone)
        )
        self.trunk = await self._stack.enter_async_context(
            Trunk(self.sipp, media=False, **self._trunk)
        )
        phones = [PhoneAccount(name, port=self.phone.port) for name in self.agents]
        phones += [PhoneAccount(name, port=self.sales_phone.port) for name in self.sales]
        phones += [PhoneAccount(name, port=port) for name, port in self._gone.items()]
        agi = free_port()
        self.asterisk = await self._stack.enter_async_context(
            PrivateAsterisk(
                program,
                agi_port=agi,
                phones=phones,
                trunk_port=self.trunk.port,
                extra_queues=self._queues,
            )
        )
        ami, web = self.asterisk.ami_port, free_port()
        if self.proxy is not None:
            ami = await self._stack.enter_async_context(self.proxy.before(ami))
        self.url = f"http://{LOOPBACK}:{web}"
        self.database = self._store_url or f"sqlite:///{self.folder / 'linetree.db'}"
        spool = self.asterisk.folder / "spool/ivr-voicemail"
        joints = Joints(ami, agi, web, self.folder / "linetree.db", spool)
        self.config = write_configuration(self.folder / "config", joints)
        self.edit(self._settle)
        self.set_roster([*self.agents, *self._gone])
        await asyncio.to_thread(self._give_passwords)
        for name in self.agents:
            await self.sign_in(name)
        for name in self.sales:
            await self.sign_in(name, "sales")
        secret, log = self.asterisk.ami_secret, self.folder / "service.log"
        self.service = ServiceProcess(self.config, web, secret, log)
        self._stack.push_async_callback(self.service.stop)
        await self.service.start()
        self.look = StoreLook(self.database)
        self._stack.callback(self.look.close)
        await self.told(len(self.agents) + len(self._gone))
        self._stack.callback(self._keep)

    def _keep(self) -> None:
        """Logs, database and what went over the link, while all of it is still there."""
        if (kept := KEPT.get()) is None:
            return
        into = kept / f"{self.began:.0f}"
        keep_files(self.folder, into / "service")
        self.asterisk.keep_files(into / "asterisk")
        self.phone.keep_files(into / "phones")
        self.sales_phone.keep_files(into / "sales-phones")
        self.trunk.keep_files(into / "trunk")
        links = self.proxy.links if self.proxy is not None else []
        for number, link in enumerate(links):
            (into / f"link{number:04}").write_text("\n".join(link.actions))

    def _removed(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None or not issubclass(kind, Exception):
            shutil.rmtree(self.folder, ignore_errors=True)

    def _give_passwords(self) -> None:
        """One password for all."""
        store, hash_ = SqlStore.open(self.database, time.time), quickly_hashed(PASSWORD)
        try:
            for name in (*self.agents, *self.sales):
                store.credentials.keep_credential(Credential(name, hash_, time.time()))
        finally:
            store.close()

    def _settle(self, settings: Any) -> None:
        for department in ("client", "sales"):
            settings["departments"][department]["wrap_up_seconds"] = 0
        # Scores of different clients are called back within a minute here.
        settings["store"]["url"] = self.database
        settings["toll"] |= {"per_minute": 600, "per_day": 10_000}
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
            for name in self.sales:
                about = {"name": name, "phone": f"PJSIP/{name}", "department": "sales"}
                kept[name] = about | {"roles": ["sales"]}
            file["people"] = kept

        _edited(self.config / "people.yaml", change)

    async def sign_in(self, name: str, queue: str = QUEUE) -> None:
        """Make somebody a member of the queue, as a code of the phone does."""
        await self.asterisk.cli(f"queue add member PJSIP/{name} to {queue} penalty 0 as {name}")

    async def sign_out(self, name: str, queue: str = QUEUE) -> None:
        """Take somebody out of the queue."""
        await self.asterisk.cli(f"queue remove member PJSIP/{name} from {queue}")

    async def dial_code(self, name: str, code: str) -> None:
        """A code of somebody's own phone, which works without the service."""
        phone = Caller(
            self.sipp,
            self.asterisk.sip_port,
            code,
            from_user=name,
            from_host=LOOPBACK,
            trunk=False,
            media=False,
        )
        async with phone:
            await phone.wait()

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

    async def drained(self) -> None:
        """Wait until nobody holds a line and Asterisk has no channel left."""
        await until(self.lines_held, lambda held: held == 0, "lines are still held")
        await until(self.channels, lambda channels: not channels, "channels are left")


def _edited(path: Path, change: Callable[[Any], None]) -> None:
    """Write beside and rename, so that nobody reads half a file."""
    yaml = YAML()
    content: Any = yaml.load(path.read_text())
    change(content)
    part = path.with_suffix(".part")
    with part.open("w") as out:
        yaml.dump(content, out)
    part.rename(path)
