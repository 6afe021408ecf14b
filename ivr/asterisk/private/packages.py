"""Debian packages unpacked into a cache folder, without root and beside the machine's own."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.asterisk.private.apt import PackagesUnavailable, PrivateApt
from ivr.domain.errors import LinetreeError

Tell = Callable[[str], None]
"""Takes one line about what is going on, for the person who waits."""

_LEFT_OUT = ("./usr/share/doc/*", "./usr/share/man/*", "./usr/share/locale/*")


class CacheClosed(LinetreeError):
    """The cache folder is where those who need it may not look."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A tree of unpacked packages: `root` stands where `/` would. `versions` by package name."""

    root: Path
    suite: str
    versions: Mapping[str, str]

    @property
    def loader(self) -> Path:
        """The dynamic loader that belongs to these libraries (its folder differs by machine)."""
        found = sorted((self.root / "usr").glob("lib*/ld-linux*.so.*"))
        found += sorted((self.root / "usr/lib").glob("*-linux-gnu*/ld-linux*.so.*"))
        if not found:
            raise PackagesUnavailable(
                f"{self.root} holds no dynamic loader: delete that folder and run again"
            )
        return found[0]

    @property
    def libraries(self) -> tuple[Path, ...]:
        """Folders of shared libraries, in the order in which a loader should search them.

        A few packages keep theirs one folder deeper, and find them by an absolute path.
        """
        base = self.root / "usr/lib"
        deeper = {file.parent for file in base.glob("*-linux-gnu*/*/lib*.so*")}
        return (*sorted(base.glob("*-linux-gnu*")), base, *sorted(deeper))

    def through_loader(self, program: str) -> tuple[str, ...]:
        """The words that start `program` (a path below `root`) with its own libraries."""
        path = ":".join(map(str, self.libraries))
        return (str(self.loader), "--library-path", path, str(self.root / program))


def cache_folder() -> Path:
    """Where unpacked programs are kept: IVR_CACHE, else the user's cache folder.

    Root keeps them in /var/cache, since Asterisk runs as `nobody` there, who may not look into
    root's home.
    """
    if given := os.environ.get("IVR_CACHE"):
        return _open_to_nobody(Path(given).expanduser().absolute())
    base = os.environ.get("XDG_CACHE_HOME")
    if os.geteuid() == 0:
        return _open_to_nobody(Path(base or "/var/cache") / "linetree")
    return Path(base or Path.home() / ".cache") / "linetree"


def _open_to_nobody(folder: Path) -> Path:
    """Refuse a folder into which root's private processes, being nobody's, could not look."""
    closed = [p for p in folder.parents if p.exists() and not p.stat().st_mode & stat.S_IXOTH]
    if os.geteuid() == 0 and closed:
        raise CacheClosed(
            f"the cache cannot be {folder}: the user nobody, as whom Asterisk runs for root, may "
            f"not enter {closed[-1]}. Set IVR_CACHE to another folder, such as /var/cache/linetree"
        )
    return folder


def cached(name: str) -> Unpacked | None:
    """What an earlier run unpacked under this name, or None."""
    folder = cache_folder() / name
    try:
        note = json.loads((folder / "bundle.json").read_text())
    except FileNotFoundError:
        return None
    return Unpacked(folder / "root", note["suite"], note["versions"])


def fetch(
    name: str,
    packages: Sequence[str],
    *,
    apt: Callable[[], PrivateApt],
    tell: Tell,
    optional: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Unpacked:
    """Download `packages` with what they depend on and unpack them as the bundle `name`.

    A bundle that is there already is taken as it is. `optional` packages are added where the
    suite has them; those of `without` are not unpacked. `apt` is called only when something has
    to be fetched, with the cache locked. Raises PackagesUnavailable.
    """
    if ready := cached(name):
        return ready
    with _locked(tell):
        if ready := cached(name):
            return ready
        source = apt()
        wanted = [*packages, *(p for p in optional if source.candidate(p))]
        debs = _download(name, wanted, source, tell)
        tell(f"{name}: unpacking {len(debs)} packages")
        _install(name, debs, source, without)
        shutil.rmtree(source.archives, ignore_errors=True)
    ready = cached(name)
    assert ready is not None
    return ready


@contextmanager
def _locked(tell: Tell) -> Iterator[None]:
    """One process at a time fills the cache; the others wait and then find it filled."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"another process is filling {folder}: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _download(name: str, wanted: Sequence[str], apt: PrivateApt, tell: Tell) -> list[Path]:
    plan = apt.plan(wanted)
    total = sum(plan.values())
    tell(f"{name}: downloading {len(plan)} packages from {apt.suite}, {_megabytes(total)}")
    for done in apt.download(wanted):
        tell(f"{name}: {_megabytes(done)} of {_megabytes(total)}")
    debs = sorted(apt.archives.glob("*.deb"))
    if missing := len(plan) - len(debs):
        raise PackagesUnavailable(
            f"{missing} of {len(plan)} packages for {name} did not arrive in {apt.archives}: "
            "run again, what has arrived is kept"
        )
    return [deb for deb in debs if deb.name in plan]


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB"


def _install(name: str, debs: Sequence[Path], apt: PrivateApt, without: Sequence[str]) -> None:
    """Unpack beside the final place and rename: a half-unpacked bundle is never seen."""
    part = cache_folder() / f".part-{name}"
    shutil.rmtree(part, ignore_errors=True)
    root = part / "root"
    _merged_usr(root)
    versions: dict[str, str] = {}
    for deb in debs:
        package, version = deb.name.split("_")[:2]
        if package not in without:
            versions[package] = version.replace("%3a", ":")
            _unpack(deb, root)
    (part / "bundle.json").write_text(json.dumps({"suite": apt.suite, "versions": versions}))
    final = cache_folder() / name
    shutil.rmtree(final, ignore_errors=True)
    part.rename(final)


def _merged_usr(root: Path) -> None:
    """Older packages still write to /lib and /bin, which are links into /usr on any system."""
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(f"usr/{name}")


def _unpack(deb: Path, root: Path) -> None:
    tar = ["tar", "-x", "--no-same-owner", "--keep-directory-symlink", "-C", str(root)]
    tar += [f"--exclude={pattern}" for pattern in _LEFT_OUT]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE) as data:
        done = subprocess.run(tar, stdin=data.stdout, check=False, capture_output=True, text=True)
    if done.returncode or data.returncode:
        raise PackagesUnavailable(
            f"{deb} cannot be unpacked ({done.stderr.strip() or 'dpkg-deb failed'}): "
            "delete it, see that the disk has room, and run again"
        )
