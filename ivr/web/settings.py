"""Where the pages are served and whom they trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

SHIFT = 12 * 3600.0
"""Seconds that a sign-in lasts; a page that is opened in its second half renews it."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`port` 0 takes any free one. `origins` are the addresses in a browser's address bar.

    A page on loopback needs no origin. Any other has to be listed; over plain http it is served
    only because the list says so. `sessions` is the file (mode 0600, made when missing) that
    keeps people signed in over a restart; without it a restart signs everybody out. The address
    of a client is taken from X-Forwarded-For only when one of `proxies` sent it. `number` and
    `company` stand in the header of the pages, in every language; `language` is that of the door.
    """

    host: str
    port: int
    origins: tuple[str, ...] = ()
    sessions: Path | None = None
    proxies: tuple[str, ...] = ()
    number: str = ""
    company: Mapping[str, str] = field(default_factory=dict)
    lasts: float = SHIFT
    language: str = "ru"


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address, without port) is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_known_origin(origin: str, settings: WebSettings) -> bool:
    """Whether a page of this origin may sign in and open a socket."""
    if origin in settings.origins:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    bare = not (parts.path or parts.query or parts.fragment or parts.username)
    return bare and parts.scheme in ("http", "https") and is_loopback(parts.hostname or "")
