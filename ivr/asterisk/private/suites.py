"""From which suite of Debian or Ubuntu a program is unpacked, and what to say where none has it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from ivr.asterisk.private.apt import PackagesUnavailable, PrivateApt, debian_keyring
from ivr.asterisk.private.packages import Tell, Unpacked, cache_folder, fetch

_LATER_SUITES = ("forky", "sid")

Version = tuple[int, int, int]


def from_suites(
    name: str, packages: Sequence[str], oldest: Version, tell: Tell, optional: Sequence[str] = ()
) -> Unpacked:
    """From the machine's own suite if that has it new enough, else from a later one of Debian.

    Raises PackagesUnavailable.
    """
    reasons: list[str] = []

    def apt() -> PrivateApt:
        own = _apt("own suite", tell)
        for candidate in chain((own,), _later(own, tell, reasons)):
            version = candidate.candidate(packages[0])
            if version and version_of(version) >= oldest:
                return candidate
            reasons.append(f"{candidate.suite} has {version or 'no ' + packages[0]}")
        raise PackagesUnavailable("; ".join(reasons))

    try:
        return fetch(name, packages, apt=apt, tell=tell, optional=optional)
    except PackagesUnavailable as missing:
        oldest_words = ".".join(map(str, oldest))
        hint = f"({packages[0]} {oldest_words} or later)"
        raise _by_hand(packages, str(missing), hint) from missing


def own_suite(name: str, packages: Sequence[str], tell: Tell, hint: str = "") -> Unpacked:
    """From the machine's own suite, so that the machine's own loader and C library serve it.

    Raises PackagesUnavailable; `hint` is one more way to mend that.
    """
    try:
        return fetch(
            name,
            packages,
            apt=lambda: _apt("own suite", tell),
            tell=tell,
            without=("libc6", "libc-bin", "libgcc-s1", "libstdc++6"),
        )
    except PackagesUnavailable as missing:
        raise _by_hand(packages, str(missing), hint) from missing


def version_of(text: str) -> Version:
    """The first `a.b` or `a.b.c` in a text or a package's version, without Debian's epoch."""
    found = re.search(r"(?:^|[^\d:.])v?(\d+)(?:\.(\d+))?(?:\.(\d+))?", re.sub(r"^\d+:", "", text))
    if found is None:
        return (0, 0, 0)
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0))


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


def _by_hand(packages: Sequence[str], reason: str, hint: str) -> PackagesUnavailable:
    names = " ".join(packages)
    return PackagesUnavailable(
        f"cannot get {names}: {reason}. "
        f"Install by hand and run again: apt-get install {names} {hint}".rstrip()
    )
