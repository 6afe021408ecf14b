"""Time zones that can be trusted: the system's data must not lag behind the packaged one.

zoneinfo takes the system's files first, however old they are, and then tells an old offset in
silence: the callback at ten would come at nine. So a zone is compared with the tzdata package.
"""

from __future__ import annotations

import importlib.resources
import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzdata

from ivr.domain.errors import LinetreeError, did_you_mean

YEARS_AHEAD = 5
"""How far ahead the offsets are compared: no promise is made for later."""


class ZoneUnknown(LinetreeError):
    """No time zone has this name."""

    def __init__(self, name: str) -> None:
        near = did_you_mean(name, zoneinfo.available_timezones())
        super().__init__(f'"{name}" is no time zone{near}; write one such as Europe/Moscow')


class ZoneStale(LinetreeError):
    """The system's data of a zone disagrees with the newer data of the tzdata package."""

    def __init__(self, name: str, file: Path, at: datetime, system: str, packaged: str) -> None:
        self.name = name
        super().__init__(
            f"time zone {name}: {file} is out of date. For {at:%Y-%m-%d %H:%M} UTC it says"
            f" UTC{system}, tzdata {tzdata.IANA_VERSION} says UTC{packaged}; install the"
            " system's new tzdata, or start with PYTHONTZPATH set to nothing and so use the package"
        )


def zone(name: str, now: float) -> ZoneInfo:
    """The zone of this name, whose offsets of the next years from `now` (epoch) are the right ones.

    Raises ZoneUnknown, and ZoneStale when the system's file is older than the package and differs.
    """
    _packaged(name)
    system = _as_python_finds_it(name)
    file = _system_file(name)
    if file is not None and not _is_newer(file, name):
        _compare(name, file, int(now // 86_400))
    return system


@lru_cache(maxsize=100)
def _compare(name: str, file: Path, day: int) -> None:
    """Hour by hour over some years, since a rule may have changed by an hour only."""
    packaged, system = _packaged(name), _as_python_finds_it(name)
    start = datetime.fromtimestamp(day * 86_400, UTC)
    for hour in range(YEARS_AHEAD * 366 * 24):
        at = start + timedelta(hours=hour)
        here, there = at.astimezone(system), at.astimezone(packaged)
        if here.utcoffset() != there.utcoffset():
            raise ZoneStale(name, file, at, f"{here:%z}", f"{there:%z}")


@lru_cache(maxsize=600)
def newest(name: str) -> ZoneInfo:
    """The zone of this name by whichever data is newer, the system's or the package's.

    Raises ZoneUnknown.
    """
    file = _system_file(name)
    return _as_python_finds_it(name) if file and _is_newer(file, name) else _packaged(name)


def _as_python_finds_it(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ZoneUnknown(name) from None


def _packaged(name: str) -> ZoneInfo:
    try:
        file = importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
        with file.open("rb") as data:
            return ZoneInfo.from_file(data, key=name)
    except (ValueError, OSError):
        raise ZoneUnknown(name) from None


def _system_file(name: str) -> Path | None:
    """The file that zoneinfo reads; None when it falls back to the package."""
    files = (Path(folder, name) for folder in zoneinfo.TZPATH)
    return next((file for file in files if file.is_file()), None)


def _is_newer(file: Path, name: str) -> bool:
    """Whether the system's data says of itself that it is no older than the package."""
    folder = file.parents[name.count("/")]
    for version in (folder / "tzdata.zi", folder / "+VERSION"):
        if version.is_file():
            with version.open(encoding="utf-8", errors="replace") as lines:
                told = re.search(r"\d{4}[a-z]+", lines.readline())
            return told is not None and told[0] >= tzdata.IANA_VERSION
    return False
