"""Asterisk, sipp, Chromium and PostgreSQL: the machine's own, else unpacked into the cache."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ivr.asterisk.private.packages import Tell, Unpacked, cache_folder, cached
from ivr.asterisk.private.suites import Version, from_suites, own_suite, version_of

OLDEST_ASTERISK = (20, 6, 0)
OLDEST_SIPP = (3, 6, 0)
_ASTERISK = ("asterisk", "asterisk-modules", "sip-tester")
_SOUNDS = ("asterisk-core-sounds-en-wav", "asterisk-core-sounds-ru-wav", "asterisk-moh-opsound-wav")
_NEEDED_MODULES = ("res_agi.so", "chan_pjsip.so", "app_queue.so")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_BROWSER_BY_HAND = (
    "or name a Chromium by IVR_CHROMIUM=/path/to/it (Ubuntu has no such package: "
    "`.venv/bin/playwright install --with-deps chromium` brings one)"
)
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
"""Debian leaves /usr/sbin out of an ordinary user's PATH."""


@dataclass(frozen=True, slots=True)
class Program:
    """How to start a program: `command` before its own arguments, `environment` added to ours."""

    command: tuple[str, ...]
    version: Version
    origin: str
    environment: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.version))} ({self.origin})"


@dataclass(frozen=True, slots=True)
class AsteriskProgram(Program):
    """Asterisk with its folders of modules and data. `sounds` holds one folder a language."""

    modules: Path = Path()
    data: Path = Path()
    sounds: Path = Path()
    music: Path = Path()


@dataclass(frozen=True, slots=True)
class PostgresProgram(Program):
    """PostgreSQL's server programs: `initdb` and `postgres` are in `folder`."""

    folder: Path = Path()


def silent(line: str) -> None:
    """A Tell for those who want no progress."""


def find_asterisk(tell: Tell = silent) -> AsteriskProgram:
    """The machine's Asterisk of 20.6 or later, else one unpacked. Raises PackagesUnavailable."""
    path = f"{os.environ.get('PATH', '')}:{_SYSTEM_PATH}"
    if (own := shutil.which("asterisk", path=path)) and (found := _machine_asterisk(Path(own))):
        return found
    tree = from_suites("asterisk", _ASTERISK, OLDEST_ASTERISK, tell, optional=_SOUNDS)
    share = tree.root / "usr/share/asterisk"
    return AsteriskProgram(
        command=tree.through_loader("usr/sbin/asterisk"),
        version=version_of(tree.versions["asterisk"]),
        origin=f"unpacked from {tree.suite}",
        modules=_modules_below(tree.root / "usr"),
        data=share,
        sounds=share / "sounds",
        music=share / "moh",
    )


def find_sipp(tell: Tell = silent) -> Program:
    """The machine's sipp, else the one unpacked beside Asterisk. Raises PackagesUnavailable."""
    if (own := shutil.which("sipp")) and (version := _asked(own, "-v")) >= OLDEST_SIPP:
        return Program((own,), version, own)
    tree = cached("asterisk") or from_suites("sipp", ("sip-tester",), OLDEST_SIPP, tell)
    version = version_of(tree.versions["sip-tester"])
    origin = f"unpacked from {tree.suite}"
    return Program(tree.through_loader("usr/bin/sipp"), version, origin)


def find_chromium(tell: Tell = silent) -> Program:
    """IVR_CHROMIUM, else a browser on PATH, else unpacked. Raises PackagesUnavailable.

    An unpacked one brings fonts of its own: a bare machine has none that write Russian.
    """
    names = [os.environ.get("IVR_CHROMIUM"), *map(shutil.which, _BROWSERS)]
    for own in filter(None, names):
        if (version := _asked(own, "--version")) > (0, 0, 0):
            return Program((own,), version, own)
    tree = own_suite(
        "chromium", ("chromium", "fonts-dejavu-core", "fontconfig-config"), tell, _BROWSER_BY_HAND
    )
    binary = tree.root / "usr/lib/chromium/chromium"
    environment = _libraries(tree) | {"FONTCONFIG_FILE": str(_fonts(tree))}
    version = version_of(tree.versions["chromium"])
    return Program((str(binary),), version, f"unpacked from {tree.suite}", environment)


def browser_driver_environment(tell: Tell = silent) -> dict[str, str]:
    """What Playwright's own driver needs in its environment: a bare machine lacks one library.

    To be put into os.environ before the driver starts. Raises PackagesUnavailable.
    """
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return _libraries(own_suite("libatomic", ("libatomic1",), tell))
    return {}


def find_espeak(tell: Tell = silent) -> Program:
    """The machine's espeak-ng, else unpacked. Raises PackagesUnavailable."""
    if own := shutil.which("espeak-ng"):
        return Program((own,), _asked(own, "--version"), own)
    tree = own_suite("espeak-ng", ("espeak-ng",), tell)
    version = version_of(tree.versions["espeak-ng"])
    voices = next(
        tree.root.glob("usr/lib/*/espeak-ng-data"), tree.root / "usr/share/espeak-ng-data"
    )
    command = (str(tree.root / "usr/bin/espeak-ng"), f"--path={voices.parent}")
    return Program(command, version, f"unpacked from {tree.suite}", _libraries(tree))


def find_postgresql(tell: Tell = silent) -> PostgresProgram:
    """The machine's newest PostgreSQL server, else unpacked. Raises PackagesUnavailable."""
    for folder in _postgres_folders(Path("/usr/lib/postgresql")):
        version = _asked(str(folder / "postgres"), "--version")
        return PostgresProgram((), version, str(folder), folder=folder)
    if (own := shutil.which("initdb")) and shutil.which("postgres"):
        folder = Path(own).resolve().parent
        return PostgresProgram((), _asked(own, "--version"), str(folder), folder=folder)
    tree = own_suite("postgresql", ("postgresql",), tell)
    folder = next(_postgres_folders(tree.root / "usr/lib/postgresql"))
    version = version_of(tree.versions[f"postgresql-{folder.parent.name}"])
    origin = f"unpacked from {tree.suite}"
    return PostgresProgram((), version, origin, _libraries(tree), folder=folder)


def _postgres_folders(base: Path) -> Iterator[Path]:
    found = (p.parent for p in base.glob("*/bin/initdb") if (p.parent / "postgres").exists())
    yield from sorted(found, key=lambda p: version_of(p.parent.name), reverse=True)


def _machine_asterisk(program: Path) -> AsteriskProgram | None:
    """None for one that is too old or was built without what a call centre needs."""
    version = _asked(str(program), "-V")
    prefix = program.resolve().parent.parent
    modules = _modules_below(prefix)
    places = (prefix / "share/asterisk", Path("/usr/share/asterisk"), Path("/var/lib/asterisk"))
    data = next((p for p in places if (p / "documentation").is_dir()), None)
    if version < OLDEST_ASTERISK or data is None:
        return None
    if not all((modules / name).exists() for name in _NEEDED_MODULES):
        return None
    return AsteriskProgram(
        command=(str(program),),
        version=version,
        origin=str(program),
        modules=modules,
        data=data,
        sounds=data / "sounds",
        music=data / "moh",
    )


def _modules_below(prefix: Path) -> Path:
    found = [*prefix.glob("lib/*/asterisk/modules"), *prefix.glob("lib*/asterisk/modules")]
    return found[0] if found else prefix / "lib/asterisk/modules"


def _libraries(tree: Unpacked) -> dict[str, str]:
    folders = [*tree.libraries, tree.root / "usr/lib/chromium"]
    return {"LD_LIBRARY_PATH": ":".join(str(p) for p in folders if p.is_dir())}


def _fonts(tree: Unpacked) -> Path:
    """A font configuration that knows the unpacked fonts beside the machine's."""
    file = cache_folder() / "fonts.conf"
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{tree.root}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{cache_folder()}/fontconfig</cachedir></fontconfig>\n"
    )
    if not file.exists() or file.read_text() != text:
        part = file.with_suffix(f".{os.getpid()}")
        part.write_text(text)
        part.rename(file)
    return file


def _asked(program: str, question: str) -> Version:
    """The version that a program tells of itself; (0, 0, 0) if it does not run."""
    try:
        done = subprocess.run(
            [program, question], check=False, capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0, 0)
    return version_of(done.stdout + done.stderr)
