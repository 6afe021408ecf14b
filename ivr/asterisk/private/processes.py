"""Private processes on loopback: run folders, free ports, and an end together with ours."""

from __future__ import annotations

import asyncio
import atexit
import os
import pwd
import random
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ivr.domain.errors import LinetreeError

LOOPBACK = "127.0.0.1"
_PORTS = range(15_000, 32_000)
"""Below the ports that the kernel hands out by itself for outgoing connections."""
_SHARE = len(_PORTS) // 8
"""Ports that one process has to itself: an Asterisk takes four hundred, a caller forty."""
_STOP_SECONDS = 10.0


class ProcessFailed(LinetreeError):
    """A private Asterisk or sipp did not start, or ended by itself."""


class PortCounter:
    """Hands out ports of 127.0.0.1 that nobody holds, none twice in a row.

    Between a look at a port and its use by the program that it is for, another process of ours
    must not hand it out too: each has a share of the ports to itself while it lives.
    """

    def __init__(self) -> None:
        self._claims: list[socket.socket] = []
        self._share = range(0)
        self._next = 0
        self._kept: set[int] = set()

    def take(self, count: int = 1, *, keep: bool = False) -> int:
        """The first of `count` neighbouring ports that are free for UDP and TCP now.

        `keep` gives them to nobody else in this process, whether anything listens there or not.
        """
        while (first := self._found(count)) is None:
            self._claim(count)
        self._kept.update(range(first, first + count) if keep else ())
        return first

    def close(self) -> None:
        """Leave all ports to others."""
        for claim in self._claims:
            claim.close()

    def _found(self, count: int) -> int | None:
        """Once around the share; from a port that is taken it goes on at the next one."""
        left = len(self._share)
        while left > 0:
            first = self._next if self._next + count <= self._share.stop else self._share.start
            taken = next((p for p in range(first, first + count) if not self._is_ours(p)), None)
            after = first + count if taken is None else taken + 1
            left -= after - self._next if after > self._next else self._share.stop - self._next
            self._next = after
            if taken is None:
                return first
        return None

    def _is_ours(self, port: int) -> bool:
        return port not in self._kept and _free(port)

    def _claim(self, count: int) -> None:
        """Go on in a share that no other process has, held by an abstract socket until we end.

        Where all are taken the whole is looked through, and that is all that keeps two apart.
        """
        if self._share == _PORTS:
            raise ProcessFailed(f"no {count} free ports on {LOOPBACK} in {_PORTS}: stop something")
        starts = list(range(_PORTS.start, _PORTS.stop, _SHARE))
        random.shuffle(starts)
        self._share = _PORTS
        self._next = starts[0]
        for start in starts:
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                claim.bind(f"\0linetree-ports-{start}")
            except OSError:
                claim.close()
            else:
                self._claims.append(claim)
                self._share = range(start, start + _SHARE)
                self._next = start
                break


def _free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                return False
    return True


@cache
def _ports() -> PortCounter:
    counter = PortCounter()
    atexit.register(counter.close)
    return counter


def free_port(count: int = 1, *, keep: bool = False) -> int:
    """A port of 127.0.0.1 that is free now, the first of `count` neighbours.

    `keep` is for one on which something listens from time to time only: once all ports of the
    share had been given out, it would be taken for free.
    """
    return _ports().take(count, keep=keep)


def run_folder() -> Path:
    """A new folder for one private process, short since a socket's path ends at 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="ivr.", dir="/tmp"))
    hand_over(folder)
    return folder


def hand_over(path: Path) -> None:
    """Give `path` to the user that private processes run as."""
    if owner := _dropped_to():
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _dropped_to() -> pwd.struct_passwd | None:
    """Root never runs a PBX: its private processes are nobody's."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as_nobody() -> list[str]:
    """setpriv's words; the kernel kills what is started so when the thread that started it ends."""
    words = ["setpriv", "--pdeathsig", "KILL"]
    if owner := _dropped_to():
        words += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    return words


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but PATH: a private process must behave alike for everybody."""
    return {"HOME": str(folder), "LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")}


async def spawn(
    command: Sequence[str | bytes],
    *,
    folder: Path,
    output: Path,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> asyncio.subprocess.Process:
    """Start `command` in `folder`, away from the terminal's Ctrl-C, its output in a file."""
    with output.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            *_as_nobody(),
            *command,
            cwd=folder,
            env={**_environment(folder), **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


async def ask(command: Sequence[str], *, folder: Path) -> tuple[int, str]:
    """Run a short command the same way: its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *_as_nobody(),
        *command,
        cwd=folder,
        env=_environment(folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    text, _ = await process.communicate()
    return process.returncode or 0, text.decode(errors="replace")


def send(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Send a signal to a process of ours, if it still lives.

    Process.send_signal() is not used: it reaps a child that has just ended, behind asyncio's back.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


async def end(process: asyncio.subprocess.Process, first: signal.Signals) -> None:
    """Ask a process to end, also a frozen one, and kill it if it does not within 10 seconds."""
    send(process, first)
    send(process, signal.SIGCONT)
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        send(process, signal.SIGKILL)
        await process.wait()


async def until(fact: Callable[[], bool], *, seconds: float, otherwise: str) -> None:
    """Wait for a fact; ProcessFailed says `otherwise` when it has not come in time."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            raise ProcessFailed(f"{otherwise} (waited {seconds:g} s)")
        await asyncio.sleep(0.02)


def udp_bound(port: int) -> bool:
    """Whether somebody on this machine listens on that UDP port of loopback."""
    wanted = f"0100007F:{port:04X}"
    table = Path("/proc/net/udp").read_text().splitlines()[1:]
    return any(line.split()[1] == wanted for line in table)


def keep_files(folder: Path, into: Path) -> None:
    """Copy what a private process wrote, for whoever looks into a failure."""
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            target = into / file.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
