"""What there was with a promise's client before: asked of the database once, shown on the card."""

from __future__ import annotations

from ivr.domain.commands import LookUpDealings
from ivr.domain.events import DealingsKnown
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception.floor import Floor


def look_up(floor: Floor, escalation: Escalation) -> None:
    """Ask once, as soon as somebody may want to see it: a card never opens empty."""
    if not escalation.asked:
        escalation.asked = True
        record = escalation.record
        floor.order(LookUpDealings(escalation.id, record.account, escalation.numbers))


def known(floor: Floor, event: DealingsKnown) -> None:
    """The database has answered: whoever has the card sees the client's history."""
    escalation = floor.escalations.get(event.promise)
    if escalation is not None:
        escalation.dealings = event
        department = escalation.record.department
        floor.touch(*(a.person for a in floor.agents.values() if a.department == department))
