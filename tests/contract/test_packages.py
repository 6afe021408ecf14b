"""Packages unpacked beside the machine's own, from a small archive made by the test."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.asterisk.private.apt import PackagesUnavailable, PrivateApt
from ivr.asterisk.private.packages import CacheClosed, Unpacked, cache_folder, cached, fetch
from ivr.asterisk.private.programs import silent

PACKAGES = {
    "exchange": "Depends: exchange-data (>= 2)\nRecommends: exchange-extras\n",
    "exchange-data": "",
    "exchange-extras": "",
    "orphan": "Depends: nowhere\n",
}


def _control(name: str, fields: str) -> str:
    return (
        f"Package: {name}\nVersion: 1:2.5-1\nArchitecture: all\n"
        f"Maintainer: nobody <nobody@example.org>\nDescription: for a test\n{fields}"
    )


def _deb(archive: Path, name: str, fields: str) -> str:
    """Build a package with one file, and give its paragraph of the archive's index."""
    tree = archive / f"tree-{name}"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(_control(name, fields))
    (tree / "lib/exchange").mkdir(parents=True)
    (tree / "lib/exchange" / name).write_text(f"this is {name}")
    (tree / "usr/share/doc").mkdir(parents=True)
    (tree / "usr/share/doc" / name).write_text("nobody reads it")
    deb = archive / f"{name}_2.5-1_all.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-b", str(tree), str(deb)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    return (
        f"{_control(name, fields)}Filename: ./{deb.name}\n"
        f"Size: {deb.stat().st_size}\nSHA256: {digest}\n"
    )


class Archive:
    """A mirror on this disk, and a private apt that reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked = 0
        folder.mkdir(mode=0o755)
        index = [_deb(folder, name, fields) for name, fields in PACKAGES.items()]
        (folder / "Packages").write_text("\n".join(index))

    def apt(self) -> PrivateApt:
        self.asked += 1
        source = f"deb [trusted=yes] copy:{self.folder} ./"
        apt = PrivateApt(cache_folder() / "apt/test", "test suite", source)
        apt.update()
        return apt

    def fetch(self, name: str = "exchange", *packages: str, optional: str = "") -> Unpacked:
        return fetch(
            name,
            packages or ("exchange",),
            apt=self.apt,
            tell=silent,
            optional=optional.split(),
        )


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that everybody may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="ivr.", dir="/tmp") as name:
        Path(name).chmod(0o755)
        monkeypatch.setenv("IVR_CACHE", f"{name}/cache")
        yield Path(name)


@pytest.fixture
def archive(place: Path) -> Archive:
    return Archive(place / "archive")


def _words(tree: Unpacked, name: str) -> str:
    return (tree.root / "usr/lib/exchange" / name).read_text()


def test_a_package_comes_with_what_it_depends_on_and_no_more(archive: Archive) -> None:
    tree = archive.fetch()
    assert tree.suite == "test suite"
    assert tree.versions == {"exchange": "1:2.5-1", "exchange-data": "1:2.5-1"}
    assert _words(tree, "exchange-data") == "this is exchange-data"


def test_old_places_lead_into_usr_and_documents_stay_out(archive: Archive) -> None:
    tree = archive.fetch()
    assert (tree.root / "lib/exchange/exchange").samefile(tree.root / "usr/lib/exchange/exchange")
    assert not (tree.root / "usr/share/doc/exchange").exists()


def test_optional_packages_are_taken_where_there_are_some(archive: Archive) -> None:
    tree = archive.fetch(optional="exchange-extras unheard-of")
    assert set(tree.versions) == {"exchange", "exchange-data", "exchange-extras"}


def test_a_second_time_asks_no_mirror(archive: Archive) -> None:
    first = archive.fetch()
    assert archive.fetch() == first == cached("exchange")
    assert archive.asked == 1


def test_two_at_once_fetch_once(archive: Archive) -> None:
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(lambda _: archive.fetch(), range(2))
    assert first == second
    assert archive.asked == 1


def test_what_arrived_before_an_interruption_is_used(archive: Archive, place: Path) -> None:
    apt = archive.apt()
    for _ in apt.download(["exchange"]):
        pass
    (place / "cache/.part-exchange/root/usr").mkdir(parents=True)
    (place / "cache/.part-exchange/root/usr/half").touch()
    for deb in archive.folder.glob("*.deb"):
        deb.unlink()
    tree = archive.fetch()
    assert _words(tree, "exchange") == "this is exchange"
    assert not (tree.root / "usr/half").exists()


def test_nothing_is_there_until_all_of_it_is(archive: Archive) -> None:
    (archive.folder / "exchange-data_2.5-1_all.deb").unlink()
    with pytest.raises(PackagesUnavailable, match="exchange-data"):
        archive.fetch()
    assert cached("exchange") is None


@pytest.mark.parametrize("wanted", ["unheard-of", "orphan"])
def test_what_the_suite_cannot_give_is_named(archive: Archive, wanted: str) -> None:
    with pytest.raises(PackagesUnavailable, match=f"test suite cannot give {wanted}"):
        archive.fetch("missing", wanted)


def test_the_machines_own_packages_stay_as_they_are(archive: Archive) -> None:
    before = Path("/var/lib/dpkg/status").stat().st_mtime_ns
    archive.fetch()
    assert Path("/var/lib/dpkg/status").stat().st_mtime_ns == before
    known = subprocess.run(["dpkg", "-s", "exchange"], check=False, capture_output=True)
    assert known.returncode != 0


def test_root_is_told_when_nobody_could_not_look_into_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setenv("IVR_CACHE", str(closed / "cache"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(CacheClosed, match="IVR_CACHE"):
        cache_folder()
