"""Keys of the sales desk: each checked against what this person may do with this promise."""

from __future__ import annotations

from ivr.domain.commands import RefuseKey
from ivr.domain.events import SalesKey
from ivr.domain.reception.floor import Floor


def list_changed(floor: Floor, at: float) -> None:
    """Time moves the lists, and whatever has changed in them is shown to the people of sales."""
    board = floor.escalations.board
    board.advance(at)
    changed, board.changed = board.changed, set()
    if changed:
        floor.touch(*(a.person for a in floor.agents.values() if a.department in changed))


def pressed(floor: Floor, event: SalesKey) -> None:
    """Act on a key, or refuse it by a code that the page has words for."""
    floor.order(RefuseKey(event.person, event.request, "not_possible_now", ""))
