"""Asterisk, sipp, Chromium and PostgreSQL: the machine's own, else unpacked into the cache."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from ivr.asterisk.private.apt import PackagesUnavailable, PrivateApt, debian_keyring
from ivr.asterisk.private.packages import Tell, Unpacked, cache_folder, cached, fetch

OLDEST_ASTERISK = (20, 6, 0)
OLDEST_SIPP = (3, 6, 0)
_LATER_SUITES = ("forky", "sid")
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

Version = tuple[int, int, int]


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
    tree = _from_suites("asterisk", _ASTERISK, OLDEST_ASTERISK, tell, optional=_SOUNDS)
    share = tree.root / "usr/share/asterisk"
    return AsteriskProgram(
        command=tree.through_loader("usr/sbin/asterisk"),
        version=_version(tree.versions["asterisk"]),
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
    tree = cached("asterisk") or _from_suites("sipp", ("sip-tester",), OLDEST_SIPP, tell)
    version = _version(tree.versions["sip-tester"])
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
    tree = _own_suite("chromium", ("chromium", "fonts-dejavu-core", "fontconfig-config"), tell)
    binary = tree.root / "usr/lib/chromium/chromium"
    environment = _libraries(tree) | {"FONTCONFIG_FILE": str(_fonts(tree))}
    version = _version(tree.versions["chromium"])
    return Program((str(binary),), version, f"unpacked from {tree.suite}", environment)


def browser_driver_environment(tell: Tell = silent) -> dict[str, str]:
    """What Playwright's own driver needs in its environment: a bare machine lacks one library.

    To be put into os.environ before the driver starts. Raises PackagesUnavailable.
    """
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return _libraries(_own_suite("libatomic", ("libatomic1",), tell))
    return {}


def find_espeak(tell: Tell = silent) -> Program:
    """The machine's espeak-ng, else unpacked. Raises PackagesUnavailable."""
    if own := shutil.which("espeak-ng"):
        return Program((own,), _asked(own, "--version"), own)
    tree = _own_suite("espeak-ng", ("espeak-ng",), tell)
    version = _version(tree.versions["espeak-ng"])
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
    tree = _own_suite("postgresql", ("postgresql",), tell)
    folder = next(_postgres_folders(tree.root / "usr/lib/postgresql"))
    version = _version(tree.versions[f"postgresql-{folder.parent.name}"])
    origin = f"unpacked from {tree.suite}"
    return PostgresProgram((), version, origin, _libraries(tree), folder=folder)


def _postgres_folders(base: Path) -> Iterator[Path]:
    found = (p.parent for p in base.glob("*/bin/initdb") if (p.parent / "postgres").exists())
    yield from sorted(found, key=lambda p: _version(p.parent.name), reverse=True)


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


def _from_suites(
    name: str, packages: Sequence[str], oldest: Version, tell: Tell, optional: Sequence[str] = ()
) -> Unpacked:
    """From the machine's own suite if that has it new enough, else from a later one of Debian."""
    reasons: list[str] = []

    def apt() -> PrivateApt:
        own = _apt("own suite", tell)
        for candidate in chain((own,), _later(own, tell, reasons)):
            version = candidate.candidate(packages[0])
            if version and _version(version) >= oldest:
                return candidate
            reasons.append(f"{candidate.suite} has {version or 'no ' + packages[0]}")
        raise PackagesUnavailable("; ".join(reasons))

    try:
        return fetch(name, packages, apt=apt, tell=tell, optional=optional)
    except PackagesUnavailable as missing:
        oldest_words = ".".join(map(str, oldest))
        hint = f"({packages[0]} {oldest_words} or later)"
        raise _by_hand(packages, [str(missing)], hint) from missing


def _own_suite(name: str, packages: Sequence[str], tell: Tell) -> Unpacked:
    """From the machine's own suite, so that the machine's own loader and C library serve it."""
    try:
        return fetch(
            name,
            packages,
            apt=lambda: _apt("own suite", tell),
            tell=tell,
            without=("libc6", "libc-bin", "libgcc-s1", "libstdc++6"),
        )
    except PackagesUnavailable as missing:
        hint = _BROWSER_BY_HAND if name == "chromium" else ""
        raise _by_hand(packages, [str(missing)], hint) from missing


def _apt(suite: str, tell: Tell, source: str | None = None) -> PrivateApt:
    tell(f"reading the package index of {suite}")
    apt = PrivateApt(cache_folder() / "apt" / suite.replace(" ", "-"), suite, source)
    apt.update()
    return apt


def _later(own: PrivateApt, tell: Tell, reasons: list[str]) -> Iterator[PrivateApt]:
    """Debian's later suites, from the mirror that this machine uses or IVR_DEBIAN_MIRROR."""
    mirror = os.environ.get("IVR_DEBIAN_MIRROR") or own.mirror()
    if mirror is None:
        reasons.append("this is not Debian: IVR_DEBIAN_MIRROR may name a mirror of it")
        return
    keyring = debian_keyring() or _fetched_keyring(own, tell)
    for suite in _LATER_SUITES:
        try:
            yield _apt(suite, tell, f"deb [signed-by={keyring}] {mirror} {suite} main")
        except PackagesUnavailable as missing:
            reasons.append(str(missing))


def _fetched_keyring(own: PrivateApt, tell: Tell) -> Path:
    """Another system than Debian may carry Debian's keys as a package of its own."""
    debs = own.plan(["debian-archive-keyring"])
    tell(f"fetching {', '.join(debs)}")
    for _ in own.download(["debian-archive-keyring"]):
        pass
    into = own.archives.parent / "keyring"
    for deb in own.archives.glob("debian-archive-keyring_*.deb"):
        subprocess.run(["dpkg-deb", "-x", str(deb), str(into)], check=True)
    found = sorted(into.glob("usr/share/keyrings/debian-archive-keyring.*"))
    if not found:
        raise PackagesUnavailable("the package debian-archive-keyring holds no keys")
    return found[0]


def _by_hand(packages: Sequence[str], reasons: Sequence[str], hint: str) -> PackagesUnavailable:
    names = " ".join(packages)
    return PackagesUnavailable(
        f"cannot get {names}: {'; '.join(reasons)}. "
        f"Install by hand and run again: apt-get install {names} {hint}".rstrip()
    )


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
    return _version(done.stdout + done.stderr)


def _version(text: str) -> Version:
    """The first `a.b` or `a.b.c` in a text or a package's version, without Debian's epoch."""
    found = re.search(r"(?:^|[^\d:.])v?(\d+)(?:\.(\d+))?(?:\.(\d+))?", re.sub(r"^\d+:", "", text))
    if found is None:
        return (0, 0, 0)
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0))
