"""One open promise a company: two that turn out to be the same company's become one.

What is under way for either goes on. Rows are kept in an order in which a death between any two of
them is mended by the next start: first the one that has taken all, last the one that is gone.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.commands import Save
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.uniting import gone_into
from ivr.domain.reception import calling, dealings, owning
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationState


def one_promise(floor: Floor, at: float, escalation: Escalation) -> Escalation:
    """Everything that this department owes the company of this promise, as one promise."""
    for other in floor.escalations.same_company(escalation):
        earlier, later = sorted((escalation, other), key=_made)
        _unite(floor, at, earlier, later)
        escalation = earlier
    return escalation


def everywhere(floor: Floor, at: float) -> None:
    """After a start or with other companies than before: the same for each of them."""
    for escalation in floor.escalations.twice():
        if escalation.id in floor.escalations:
            one_promise(floor, at, escalation)


def _made(escalation: Escalation) -> tuple[float, str]:
    return escalation.record.made_at, escalation.id


def _unite(floor: Floor, at: float, earlier: Escalation, later: Escalation) -> None:
    """The later one joins; the caller of a promise that waits for the disk waits for the other."""
    floor.escalations.pop(later.id)
    floor.escalations.joined[later.id] = later.record.call
    leads, talked = _owner(floor, earlier, later), _who_talked(earlier, later)
    earlier.unite(later)
    owner = talked if earlier.state is EscalationState.TALKED else leads
    earlier.record = replace(earlier.record, owner=owner)
    floor.escalations[earlier.id] = earlier  # by the calls of both
    floor.order(Save(earlier.record), *(Save(earlier.record, confirm=True) for _ in later.to_pass))
    _follow(floor, earlier, later)
    floor.order(Save(gone_into(later.record, earlier.id, at)))
    dealings.look_up(floor, earlier)
    calling.look(floor, at)


def _owner(floor: Floor, earlier: Escalation, later: Escalation) -> str:
    """The company's; the one of the earlier promise where it has none."""
    leads = owning.person_of(floor, earlier.record.account or later.record.account, "")
    return leads or earlier.record.owner or later.record.owner


def _who_talked(earlier: Escalation, later: Escalation) -> str:
    """Who talks with the company, else who did last: the result is that person's to tell."""
    sides = [one for one in (earlier, later) if one.state is EscalationState.TALKED]
    sides.sort(key=lambda one: (bool(one.talks), one.record.bridged_at or 0.0))
    return sides[-1].record.owner if sides else ""


def _follow(floor: Floor, earlier: Escalation, later: Escalation) -> None:
    """Attempts, calls and pages that were about the later promise are about the earlier now."""
    for attempt in floor.attempts.values():
        if attempt.record.promise == later.id:
            attempt.record = replace(attempt.record, promise=earlier.id)
            floor.order(Save(attempt.record))
    for call in later.calls:
        if call in floor.enquiries:
            floor.enquiries[call].escalation = earlier.id
    for person, promise in floor.opened.items():
        if promise == later.id:
            floor.opened[person] = earlier.id
