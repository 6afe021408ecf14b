"""The virtual environment .venv: locked libraries by hash, and the project itself."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivr.asterisk.private.apt import PackagesUnavailable, PrivateApt
from ivr.asterisk.private.packages import Tell, Unpacked, cache_folder, fetch
from ivr.domain.errors import LinetreeError

_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_WHEELS = Path("/usr/share/python-wheels")


class EnvironmentNotMade(LinetreeError):
    """The virtual environment could not be filled."""


def prepare(home: Path, tell: Tell) -> None:
    """Make `home`/.venv hold what requirements.txt says; at once when it does already."""
    place = home / ".venv"
    stamp = place / "prepared"
    key = _key(home)
    with _alone(home / "requirements.txt", tell):
        if stamp.exists() and stamp.read_text() == key:
            return
        python = place / "bin/python"
        if not _usable(python):
            tell(f"making {place} with Python {sys.version.split()[0]}")
            venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(place)
        pip, environment = _pip(tell)
        tell("installing the locked libraries")
        common = ["--disable-pip-version-check", "--no-input", "--quiet"]
        install = [str(python), str(pip), "install", *common]
        _run([*install, "--require-hashes", "-r", "requirements.txt"], home, environment)
        build = ["--no-deps", "--no-build-isolation", "--no-index", "--editable", "."]
        _run([*install, *build], home, environment)
        stamp.write_text(key)


def _key(home: Path) -> str:
    """Changes whenever the environment has to be looked at again."""
    project = tomllib.loads((home / "pyproject.toml").read_text())
    said = json.dumps([project["build-system"], project["project"]], sort_keys=True)
    locked = (home / "requirements.txt").read_bytes()
    digest = hashlib.sha256(locked + said.encode()).hexdigest()
    return f"{digest} {home} {sys.version.split()[0]}\n"


@contextmanager
def _alone(file: Path, tell: Tell) -> Iterator[None]:
    with file.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("another process is making .venv: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _usable(python: Path) -> bool:
    """Whether an environment of this very place and this Python version is there."""
    question = "import sys; print(sys.prefix, *sys.version_info[:2])"
    try:
        done = subprocess.run(
            [str(python), "-c", question], check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    wanted = f"{python.parent.parent} {sys.version_info[0]} {sys.version_info[1]}"
    return done.stdout.strip() == wanted


def _pip(tell: Tell) -> tuple[Path, dict[str, str]]:
    """A pip that runs from its wheel, and what to add to its environment.

    Debian keeps pip and ensurepip in packages of their own, which a bare machine lacks.
    """
    if wheel := _bundled_wheel() or _newest(_WHEELS):
        return wheel / "pip", {}
    try:
        tree = fetch("pip", ["python3-pip-whl"], apt=lambda: _own_suite(tell), tell=tell)
    except PackagesUnavailable as missing:
        raise EnvironmentNotMade(
            f"no pip: {missing}. Install python3-venv or python3-pip-whl by hand and run again"
        ) from missing
    wheel = _newest(tree.root / "usr/share/python-wheels")
    if wheel is None:
        raise EnvironmentNotMade("the package python3-pip-whl holds no pip: install python3-venv")
    return wheel / "pip", _certificates(tree)


def _bundled_wheel() -> Path | None:
    try:
        import ensurepip
    except ImportError:
        return None
    return _newest(Path(ensurepip.__file__).parent / "_bundled")


def _newest(folder: Path) -> Path | None:
    return max(folder.glob("pip-*.whl"), default=None)


def _own_suite(tell: Tell) -> PrivateApt:
    tell("reading the package index of this machine's suite")
    apt = PrivateApt(cache_folder() / "apt/own-suite", "own suite")
    apt.update()
    return apt


def _certificates(tree: Unpacked) -> dict[str, str]:
    """A bare machine has no certificate authorities either; they came with pip's package."""
    if _CERTIFICATES.exists() or "PIP_CERT" in os.environ:
        return {}
    known = sorted((tree.root / "usr/share/ca-certificates").rglob("*.crt"))
    bundle = tree.root.parent / "certificates.pem"
    bundle.write_text("".join(file.read_text() for file in known))
    return {"PIP_CERT": str(bundle)}


def _run(command: list[str], home: Path, environment: dict[str, str]) -> None:
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=home, env={**clean, **environment}, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise EnvironmentNotMade(
            f"pip failed (exit code {done.returncode}), its words are above: "
            "see that the package index can be reached, then run again"
        )
