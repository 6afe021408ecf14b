"""What each page's room is given: the parts of the service as it is asked for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ivr.config.company import Company
from ivr.control.acts import Acts
from ivr.reload import Reloading
from ivr.store.store import SqlStore
from ivr.web.room import Room
from ivr.web.rooms.sales import SalesRoom


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a running service. What is built after the pages comes as a callable."""

    config_dir: Path
    store: SqlStore
    company: Callable[[], Company]
    reloading: Callable[[], Reloading]
    acts: Callable[[], Acts]
    now: Callable[[], float]


def rooms(parts: Parts) -> tuple[Room, ...]:  # noqa: ARG001 - until the first room
    """All rooms, in the order of the navigation."""
    return (SalesRoom(),)
