"""The front of the core: one event in, the orders that follow out."""

from __future__ import annotations

from collections.abc import Collection

from ivr.domain.commands import Command, RefuseKey, Show
from ivr.domain.errors import KeyRefused
from ivr.domain.events import DeskEvent, DeskKey, Event
from ivr.domain.reception import bookkeeping, relearning, returning, routing, screens, selling
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.rules import Rules


class Reception:
    """The core. One event at a time; no I/O, no clock: time arrives in the events."""

    def __init__(self, rules: Rules) -> None:
        self.floor = Floor(rules)

    def receive(self, event: Event) -> list[Command]:
        """Digest one event and give the orders that follow, in the order to perform them."""
        floor = self.floor
        try:
            if isinstance(event, DeskEvent) and event.person not in floor.agents:
                floor.report("key_of_somebody_unknown", "", event.person)
            else:
                self._act(event)
                bookkeeping.note(floor, event)
            return self._orders(event.at)
        finally:
            # What a broken event had half ordered must not go out with the next one.
            floor.orders, floor.touched = [], set()

    def relearn(self, at: float, rules: Rules, displaced: Collection[str] = ()) -> list[Command]:
        """Go on by new rules; calls that are on lose nothing. Between two events only.

        `displaced` people have another phone now, and leave their queue until they sign in again.
        """
        relearning.relearn(self.floor, at, rules, displaced)
        return self._orders(at)

    def _orders(self, at: float) -> list[Command]:
        """What the core has decided since it was asked last, screens of the touched last."""
        floor = self.floor
        returning.offer(floor, at)
        returning.list_left(floor)
        relearning.drop_left(floor)
        selling.list_changed(floor, at)
        for person in sorted(floor.touched):
            self._show(person)
        orders, floor.orders = floor.orders, []
        floor.touched = set()
        return orders

    def _show(self, person: str) -> None:
        """Draw the person's page anew, if anything on it has changed.

        Whoever has left the company, and had a meeting, say, has none.
        """
        floor = self.floor
        agent = floor.agents.get(person)
        if agent is None or not agent.desks:
            return
        screen = screens.screen_of(floor, person)
        if floor.shown.get(person) != screen:
            floor.shown[person] = screen
            floor.order(Show(person, screen))

    def _act(self, event: Event) -> None:
        """Whoever pressed a key that does nothing is told why."""
        try:
            routing.take(self.floor, event)
        except KeyRefused as refused:
            if not isinstance(event, DeskKey):
                raise
            why = str(refused)
            self.floor.order(RefuseKey(event.person, event.request, refused.problem, why))
