"""A private Asterisk on loopback: own configuration, ports and folders, gone when it is stopped."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import ivr
from ivr.asterisk.private import processes
from ivr.asterisk.private.config import (
    RTP_PORTS,
    PhoneAccount,
    Ports,
    Wishes,
    phone_section,
)
from ivr.asterisk.private.folder import lay_out
from ivr.asterisk.private.process import PrivateProcess
from ivr.asterisk.private.processes import LOOPBACK, ProcessFailed, free_port
from ivr.asterisk.private.programs import AsteriskProgram
from ivr.asterisk.private.prompts import prompts_folder

DIALPLAN = Path(ivr.__file__).resolve().parent.parent / "dialplan"
_BOOT_SECONDS = 60.0
_TRIES = 5


class PortTaken(ProcessFailed):
    """Somebody else took a port between our look and Asterisk's bind."""


class PrivateAsterisk(PrivateProcess):
    """One Asterisk of ours. `start` it, talk to its ports on `host`, `stop` it.

    The AMI user `linetree` has the rights of `dialplan/manager_ivr.conf`; `witness` may see and do
    everything and is for tests. The folder, with AstDB and logs, stays through stops and starts.
    """

    def __init__(
        self,
        program: AsteriskProgram,
        *,
        agi_port: int,
        phones: Sequence[PhoneAccount] = (),
        trunk_port: int = 9,
        dialplan: Path = DIALPLAN,
        extra_dialplan: str = "",
        extra_queues: str = "",
    ) -> None:
        """`agi_port`: where the service's FastAGI listens. `trunk_port`: whom calls go out to.

        `dialplan` holds the project's own files, copied at each start. `extra_dialplan` and
        `extra_queues` are lines added to extensions.conf and queues.conf.
        """
        super().__init__()
        self.program = program
        self.host = LOOPBACK
        self.ami_user, self.ami_secret = "linetree", secrets.token_hex(16)
        self.witness_user, self.witness_secret = "witness", secrets.token_hex(16)
        self._agi_port, self._trunk_port = agi_port, trunk_port
        self._phones = list(phones)
        self._dialplan = dialplan
        self._extra = (extra_dialplan, extra_queues)
        self._ports: Ports | None = None
        self._spent = 0.0

    @property
    def ports(self) -> Ports:
        """The ports in use; they stay the same through a restart."""
        if self._ports is None:
            raise ProcessFailed("this private Asterisk has no ports yet: start() it first")
        return self._ports

    @property
    def sip_port(self) -> int:
        """Where callers and phones send their SIP (UDP)."""
        return self.ports.sip

    @property
    def ami_port(self) -> int:
        """Where the manager interface listens (TCP)."""
        return self.ports.ami

    @property
    def agi_port(self) -> int:
        """Where this Asterisk looks for the service's FastAGI."""
        return self._agi_port

    @property
    def trunk_port(self) -> int:
        """Where calls to the outside go (UDP): a Trunk may listen there."""
        return self._trunk_port

    @property
    def log_path(self) -> Path:
        """Asterisk's own log: notices, warnings, errors and the way through the dialplan."""
        return self.folder / "log/messages"

    @property
    def queue_log_path(self) -> Path:
        """queue_log, one line an event, fields parted by `|`."""
        return self.folder / "log/queue_log"

    @property
    def cdr_path(self) -> Path:
        """The call records, as CSV without a heading."""
        return self.folder / "log/cdr-csv/Master.csv"

    @property
    def pid(self) -> int:
        """The process id; ProcessFailed when it does not run."""
        return self._running().pid

    async def start(self) -> None:
        """Start and wait until Asterisk is fully booted. Raises ProcessFailed.

        The first start picks ports, and others if somebody was faster; a later one keeps them.
        """
        if self._ports is not None:
            return await self._boot()
        for _ in range(_TRIES):
            self._ports = self._picked()
            try:
                return await self._boot()
            except PortTaken:
                await self.stop()
        self._ports = None
        raise PortTaken(f"no free ports for Asterisk in {_TRIES} tries: see {self.log_path}")

    async def stop(self) -> None:
        """End the process and wait until it is gone; the folder stays."""
        if self._process is not None:
            self._note_cpu()
            await processes.end(self._process, signal.SIGTERM)
            self._process = None

    async def restart(self) -> None:
        """Stop and start again on the same ports; AstDB and the persistent members come back."""
        await self.stop()
        await self.start()

    async def kill(self) -> None:
        """End it as a crash would."""
        self._note_cpu()
        processes.send(self._running(), signal.SIGKILL)
        await self._running().wait()
        self._process = None

    def freeze(self) -> None:
        """Stop the process where it stands; its sockets stay open and nobody answers."""
        processes.send(self._running(), signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        processes.send(self._running(), signal.SIGCONT)

    def keep_files(self, into: Path) -> None:
        """Copy logs and configuration, for whoever looks into a failure."""
        for part in ("log", "etc"):
            processes.keep_files(self.folder / part, into / part)

    async def cli(self, command: str) -> str:
        """What Asterisk's console answers to a command; for tests and the demo only."""
        words = [*self.program.command, "-C", str(self.folder / "etc/asterisk.conf")]
        code, text = await processes.ask([*words, "-rx", command], folder=self.folder)
        if code:
            raise ProcessFailed(f'Asterisk\'s console refused "{command}": {text.strip()}')
        return text

    async def add_dialplan(self, name: str, lines: str) -> None:
        """Add or replace a piece of dialplan while it runs."""
        await self._add(f"extensions-{name}.conf", lines, "dialplan reload")

    async def add_queues(self, name: str, lines: str) -> None:
        """Add or replace sections of queues.conf while it runs."""
        await self._add(f"queues-{name}.conf", lines, "queue reload all")

    async def add_phones(self, name: str, phones: Sequence[PhoneAccount]) -> None:
        """Add or replace phones while it runs."""
        lines = "".join(phone_section(phone) for phone in phones)
        await self._add(f"pjsip-{name}.conf", lines, "module reload res_pjsip.so")

    def forget(self, name: str) -> None:
        """Take out what was added under this name; the next addition makes Asterisk see it."""
        for kind in ("extensions", "queues", "pjsip"):
            (self.folder / "etc/tests" / f"{kind}-{name}.conf").unlink(missing_ok=True)

    def cpu_seconds(self) -> float:
        """CPU that this Asterisk has spent since it was first started, in seconds."""
        if not self.is_running:
            return self._spent
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        return self._spent + ticks / os.sysconf("SC_CLK_TCK")

    def _note_cpu(self) -> None:
        self._spent = self.cpu_seconds()

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise ProcessFailed("this private Asterisk does not run: start() it first")
        return self._process

    def _wishes(self) -> Wishes:
        dialplan, queues = self._extra
        return Wishes(
            ports=self.ports,
            phones=self._phones,
            ami_secret=self.ami_secret,
            witness_secret=self.witness_secret,
            own_files=self._dialplan,
            prompts=folder if (folder := prompts_folder()).is_dir() else None,
            dialplan=dialplan,
            queues=queues,
        )

    def _picked(self) -> Ports:
        return Ports(
            sip=free_port(),
            ami=free_port(),
            http=free_port(),
            rtp=-(-free_port(RTP_PORTS + 1) // 2) * 2,
            agi=self._agi_port,
            trunk=self._trunk_port,
        )

    async def _add(self, file: str, lines: str, reload: str) -> None:
        path = self.folder / "etc/tests" / file
        path.write_text(lines)
        await self.cli(reload)

    async def _boot(self) -> None:
        lay_out(self.folder, self.program, self._wishes())
        words = [*self.program.command, "-C", str(self.folder / "etc/asterisk.conf"), "-f", "-n"]
        console = self.folder / "log/console"
        self._process = await processes.spawn(words, folder=self.folder, output=console)
        deadline = time.monotonic() + _BOOT_SECONDS
        while not await self._is_booted():
            if self._process.returncode is not None or time.monotonic() > deadline:
                raise self._not_started()
            await asyncio.sleep(0.05)
        if "transport-udp" not in await self.cli("pjsip show transports"):
            raise PortTaken(f"UDP port {self.sip_port} is taken: see {self.log_path}")

    def _not_started(self) -> ProcessFailed:
        tail = self._log_tail()
        if "bind" in tail.lower() or "address already in use" in tail.lower():
            return PortTaken(f"a port of Asterisk was taken: {tail}")
        return ProcessFailed(
            f"Asterisk {self.program} did not come up, its folder is {self.folder}: {tail}"
        )

    def _log_tail(self) -> str:
        logs = [self.log_path, self.folder / "log/console"]
        text = "\n".join(log.read_text(errors="replace") for log in logs if log.exists())
        wrong = [line for line in text.splitlines() if "ERROR" in line or "annot" in line]
        return " / ".join((wrong or text.splitlines())[-5:]) or "it said nothing"

    async def _is_booted(self) -> bool:
        """Log in as the witness, whose secret no other Asterisk knows, and look for FullyBooted."""
        try:
            reader, writer = await asyncio.open_connection(LOOPBACK, self.ami_port)
        except OSError:
            return False
        login = f"Action: Login\r\nUsername: witness\r\nSecret: {self.witness_secret}\r\n\r\n"
        try:
            writer.write(login.encode())
            seen = await asyncio.wait_for(reader.readuntil(b"Event: FullyBooted"), 5.0)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            return False
        finally:
            writer.close()
        return b"Response: Success" in seen
