"""The machine's apt with folders of its own: it downloads, and changes nothing on the machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from ivr.domain.errors import LinetreeError

_KEYRINGS = ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp")
_PROGRESS_EVERY = 3.0
"""Seconds between two words about a download."""


class PackagesUnavailable(LinetreeError):
    """A program is neither on the machine nor to be had from its package mirror."""


class PrivateApt:
    """apt for one suite: the machine's own sources, or another suite of the same mirror."""

    def __init__(self, folder: Path, suite: str, source: str | None = None) -> None:
        """`source` is a line of sources.list; None keeps the machine's own sources."""
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            raise PackagesUnavailable("this machine has no apt-get")
        self.suite = suite
        self.archives = folder / "archives"
        self._config = folder / "apt.conf"
        for part in ("state/lists/partial", "cache", "archives/partial", "none/partial", "log"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        if source is not None:
            (folder / "sources.list").write_text(source + "\n")
        self._config.write_text(_config(folder, own_sources=source is None))

    def update(self) -> None:
        """Read the mirror's index. A source that fails is tolerated as long as others answer."""
        done = self._run("apt-get", "update")
        if not any((self._config.parent / "state/lists").glob("*Packages*")):
            raise PackagesUnavailable(
                f"apt-get update brought no index for {self.suite}: {_last_lines(done)}"
            )

    def candidate(self, package: str) -> str | None:
        """The version that would be installed, such as `1:22.10.1+dfsg-1`, or None."""
        text = self._run("apt-cache", "policy", package).stdout
        found = re.search(r"^ *Candidate: (\S+)", text, re.MULTILINE)
        return found[1] if found and found[1] != "(none)" else None

    def mirror(self) -> str | None:
        """The address from which this machine takes Debian itself, or None on another system."""
        text = self._run(
            "apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)"
        ).stdout
        for line in text.splitlines():
            origin, label, uri = line.split("|", 2)
            if origin == label == "Debian":
                return uri
        return None

    def plan(self, packages: Sequence[str]) -> dict[str, int]:
        """The files that `packages` and what they depend on consist of, with sizes in bytes."""
        # apt leaves out what is in its archives already: here it is shown none.
        nothing = f"Dir::Cache::archives={self.archives.parent}/none"
        words = ["-o", nothing, "install", "--print-uris", "-qq", "-y", *packages]
        done = self._run("apt-get", *words)
        found = re.findall(r"^'[^']*' (\S+) (\d+) ", done.stdout, re.MULTILINE)
        if done.returncode or not found:
            raise PackagesUnavailable(
                f"{self.suite} cannot give {', '.join(packages)}: {_last_lines(done)}"
            )
        return {name: int(size) for name, size in found}

    def download(self, packages: Sequence[str]) -> Iterator[int]:
        """Fetch into `archives`, yielding from time to time the bytes that have arrived."""
        command = ["apt-get", "-c", str(self._config), "install", "--download-only", "-qq", "-y"]
        log = self._config.parent / "log/download"
        with log.open("w") as out:
            work = subprocess.Popen(
                [*command, *packages], stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=_env()
            )
            try:
                yield from self._progress(work)
            finally:
                work.terminate()
                work.wait()
        if work.returncode:
            raise PackagesUnavailable(
                f"downloading from {self.suite} failed: {log.read_text().strip()[-600:]}"
            )

    def _progress(self, work: subprocess.Popen[bytes]) -> Iterator[int]:
        due = time.monotonic() + _PROGRESS_EVERY
        while work.poll() is None:
            try:
                work.wait(max(0.0, due - time.monotonic()))
            except subprocess.TimeoutExpired:
                due += _PROGRESS_EVERY
                yield sum(file.stat().st_size for file in self.archives.rglob("*.deb"))

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, "-c", str(self._config), *words],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=_env(),
        )


def debian_keyring() -> Path | None:
    """The keys by which Debian signs its archive, where this machine has them."""
    places = (Path("/usr/share/keyrings") / name for name in _KEYRINGS)
    return next((place for place in places if place.exists()), None)


def _env() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}


def _idle_targets() -> list[str]:
    """The kinds of index beside the packages themselves that this machine's apt would fetch."""
    dump = subprocess.run(
        ["apt-config", "dump"], check=False, capture_output=True, text=True, env=_env()
    ).stdout
    kinds = re.findall(r"^Acquire::IndexTargets::deb::([^:]+)::MetaKey", dump, re.MULTILINE)
    return [kind for kind in kinds if kind not in ("Packages", "Translations")]


def _last_lines(done: subprocess.CompletedProcess[str]) -> str:
    text = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return " / ".join(text[-3:]).rstrip(".") or f"exit code {done.returncode}"


def _config(folder: Path, *, own_sources: bool) -> str:
    """Settings read after the machine's own, so its proxies, keys and credentials still hold."""
    lines = [
        f'Dir::State "{folder}/state";',
        f'Dir::State::status "{folder}/status";',
        f'Dir::Cache "{folder}/cache";',
        f'Dir::Cache::archives "{folder}/archives";',
        f'Dir::Log "{folder}/log";',
        # The machine's hooks belong to the machine's own updates.
        "#clear APT::Update::Pre-Invoke;",
        "#clear APT::Update::Post-Invoke;",
        "#clear APT::Update::Post-Invoke-Success;",
        "#clear DPkg::Post-Invoke;",
        "#clear DPkg::Pre-Install-Pkgs;",
        # An index past its date keeps its signature: an old mirror is still the mirror.
        'Acquire::Check-Valid-Until "false";',
        'Acquire::Languages "none";',
        'Acquire::PDiffs "false";',
        'Acquire::Retries "3";',
        'APT::Sandbox::User "root";',
        'APT::Install-Recommends "false";',
        'APT::Install-Suggests "false";',
        'Debug::NoLocking "true";',
    ]
    # Descriptions for software centres and lists of files are large, and nobody here reads them.
    lines += [f'Acquire::IndexTargets::deb::{t}::DefaultEnabled "false";' for t in _idle_targets()]
    if not own_sources:
        lines += [
            f'Dir::Etc::sourcelist "{folder}/sources.list";',
            'Dir::Etc::sourceparts "/dev/null";',
            'Dir::Etc::preferences "/dev/null";',
            'Dir::Etc::preferencesparts "/dev/null";',
            'APT::Default-Release "";',
        ]
    return "\n".join(lines) + "\n"
