"""The service as a process of its own: started, stopped, killed and frozen as an admin would."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ivr.domain.errors import LinetreeError

START_SECONDS = 30.0
SERVE = ("-m", "ivr", "serve")
"""What Python runs on a configuration folder."""


class ServiceNotServing(LinetreeError):
    """The service ended, or did not become ready."""


class ServiceProcess:
    """`ivr serve` on one configuration folder; it may be started again and again."""

    def __init__(self, config: Path, web_port: int, ami_secret: str, log: Path) -> None:
        """`log` takes what the service says, of each of its lives."""
        self.config = config
        self.log = log
        self._web_port = web_port
        self._environment = {**os.environ, "IVR_AMI_SECRET": ami_secret}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_running(self) -> bool:
        """Whether the process lives (a frozen one does)."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The process id of the running service."""
        if self._process is None or self._process.returncode is not None:
            raise ServiceNotServing("the service does not run: start it first")
        return self._process.pid

    async def start(self, program: Sequence[str] = SERVE) -> None:
        """Start it and wait until it is ready. Raises ServiceNotServing."""
        process = await self.launch(program)
        deadline = time.monotonic() + START_SECONDS
        while not await self._ready():
            if process.returncode is not None or time.monotonic() > deadline:
                raise ServiceNotServing(
                    f"the service is not ready: {self._log_tail()} (log: {self.log})"
                )
            await asyncio.sleep(0.05)

    async def launch(self, program: Sequence[str] = SERVE) -> asyncio.subprocess.Process:
        """Start it and wait for nothing; `program` is what Python runs on the configuration."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                # A demo that is killed outright takes its service with it.
                "setpriv",
                "--pdeathsig",
                "TERM",
                sys.executable,
                *program,
                str(self.config),
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self._process

    async def stop(self) -> None:
        """Stop it as an admin would; calls go on in Asterisk."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End it as a crash would."""
        await self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the process where it stands; its sockets stay open and nobody answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen service go on."""
        os.kill(self.pid, signal.SIGCONT)

    def ask_to_reload(self) -> None:
        """Send the signal by which a changed configuration is read."""
        os.kill(self.pid, signal.SIGHUP)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(how)
            await self._process.wait()

    async def _ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._web_port)
        except OSError:
            return False
        try:
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return b" 200 " in await reader.readline()
        except ConnectionError:
            return False
        finally:
            writer.close()

    def _log_tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return " / ".join(lines[-5:]) or "it said nothing"
