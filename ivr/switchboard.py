"""The one inbox: an event goes to the core, and the core's orders go to the ports.

Everything here runs on the event loop's thread and nothing waits: an order that takes time is
begun here and comes back as an event.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection

import structlog
from structlog.contextvars import bind_contextvars, reset_contextvars

from ivr.domain.commands import (
    Command,
    ForgetWake,
    LookUp,
    LookUpDealings,
    OfferCompanies,
    RefuseKey,
    Report,
    Save,
    Show,
    WakeAt,
)
from ivr.domain.events import Event, Restored
from ivr.domain.reception import Reception, Rules
from ivr.milestones import Milestones
from ivr.ports import Clock, Desk, Pbx, Store

log = structlog.get_logger()


class Switchboard:
    """Feeds the core one event at a time, in the order in which they were posted."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._inbox: deque[Event] = deque()
        self._busy = False
        self._ports: tuple[Pbx, Desk, Store, Clock] | None = None
        self.reports: Counter[str] = Counter()
        self.events = 0
        self.defects = 0
        self._milestones = Milestones()

    def connect(self, pbx: Pbx, desk: Desk, store: Store, clock: Clock) -> None:
        """Join the ports; events that were posted before wait until now."""
        self._ports = (pbx, desk, store, clock)
        self._drain()

    def relearn(self, at: float, rules: Rules, displaced: Collection[str] = ()) -> None:
        """Let the core go on by new rules, between two events."""
        if self._busy or self._ports is None:
            raise RuntimeError("new rules come between two events, once the ports are joined")
        self._busy = True
        try:
            for command in self._reception.relearn(at, rules, displaced):
                self._carry_out(command)
        finally:
            self._busy = False
        self._drain()

    def post(self, event: Event) -> None:
        """Take an event; it is digested before this returns, unless one is being digested now."""
        self._inbox.append(event)
        self._drain()

    def _drain(self) -> None:
        if self._busy or self._ports is None:
            return
        self._busy = True
        try:
            while self._inbox:
                self._digest(self._inbox.popleft())
        finally:
            self._busy = False

    def _digest(self, event: Event) -> None:
        self.events += 1
        if isinstance(event, Restored):
            self._milestones.know((*event.calls, *event.interviews, *event.escalations))
        bound = bind_contextvars(linkedid=str(getattr(event, "call", "")))
        try:
            for command in self._decided(event):
                self._carry_out(command)
        finally:
            reset_contextvars(**bound)

    def _decided(self, event: Event) -> list[Command]:
        """The broad except is meant: any defect in the core costs the one event that met it.

        All calls go through here, so one that cannot be digested must not silence the others.
        """
        try:
            return self._reception.receive(event)
        except Exception:
            self.defects += 1
            log.exception("core_broke", met_by=type(event).__name__)
            return []

    def _carry_out(self, command: Command) -> None:
        """As broad, for the same reason: the orders that follow are other people's."""
        assert self._ports is not None
        try:
            self._perform(command, *self._ports)
        except Exception:
            self.defects += 1
            log.exception("order_not_carried_out", order=type(command).__name__)

    def _perform(self, command: Command, pbx: Pbx, desk: Desk, store: Store, clock: Clock) -> None:
        match command:
            case Save(record, confirm):  # these two first: most orders are
                store.save(record, confirm)
                self._milestones.note(record)
            case Show(person, screen):
                desk.show(person, screen)
            case OfferCompanies(person, request, found):
                desk.offer_companies(person, request, found)
            case RefuseKey(person, request, problem, detail):
                desk.refuse(person, request, problem, detail)
            case LookUp(call, number):
                store.look_up(call, number)
            case LookUpDealings(promise, account, numbers):
                store.look_up_dealings(promise, account, numbers)
            case WakeAt(at, key):
                clock.wake_at(at, key)
            case ForgetWake(key):
                clock.forget(key)
            case Report(what, call, detail):
                self.reports[what] += 1
                log.info(what, linkedid=call, detail=detail)
            case _:
                pbx.perform(command)
