"""Keys of the sales desk: each checked against what this person may do with this promise."""

from __future__ import annotations

from ivr.domain.commands import RefuseKey
from ivr.domain.events import SalesKey
from ivr.domain.reception.floor import Floor


def pressed(floor: Floor, event: SalesKey) -> None:
    """Act on a key, or refuse it by a code that the page has words for."""
    floor.order(RefuseKey(event.person, event.request, "not_possible_now", ""))
