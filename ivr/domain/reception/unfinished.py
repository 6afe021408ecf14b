"""A talk that broke off before the tree had decided: once nobody works on it, a person's task."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.choices import Disposition
from ivr.domain.commands import Save
from ivr.domain.intake.call import Call
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.promise.missed_call import key_of
from ivr.domain.reception import asking
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.missing import first, safe
from ivr.domain.records import MissedCallRecord, MissedState, TaskKind

_JUDGED = frozenset(
    {
        Disposition.KEPT,
        Disposition.REFUSED,
        Disposition.WRONG_NUMBER,
        Disposition.ADVERTISING,
        Disposition.OTHER,
    }
)
"""What an agent may say of a call so that nothing is owed to its client any more."""


def decide_large(floor: Floor, call: Call, enquiry: Enquiry) -> None:
    """Who is known to be large is sales' before the last question, and no agent may keep them."""
    nothing_wanted = _JUDGED - {Disposition.KEPT}
    if enquiry.settled or enquiry.decision is not None or call.record.disposition in nothing_wanted:
        return
    known = asking.known_large(asking.client_of(floor, enquiry))
    enquiry.decision = known or asking.known_by_answers(enquiry.interview)


def leave(floor: Floor, at: float, call: Call, enquiry: Enquiry) -> None:
    """Leave the client to a person of the department, with everything that was learned.

    Not where the agent has said how the call ended, and not where nobody could answer a question:
    an agent with nothing but a desk phone leaves every walk at its first question.
    """
    if enquiry.settled or enquiry.decision is not None or call.record.disposition in _JUDGED:
        return
    agent = floor.agents.get(enquiry.agent)
    if not enquiry.interview.steps and not (agent and agent.desks):
        return
    fresh = _task(at, call, enquiry)
    before = floor.missed.get(key_of(fresh))
    if before is not None:
        fresh = replace(
            before, answers=fresh.answers, note=fresh.note, calls=(*before.calls, call.id)
        )
    floor.missed[key_of(fresh)] = fresh
    floor.order(Save(fresh))


def _task(at: float, call: Call, enquiry: Enquiry) -> MissedCallRecord:
    return replace(
        first(call.record),
        id=f"u-{safe(call.id)}",
        state=MissedState.HUMAN,
        kind=TaskKind.UNFINISHED,
        answers=tuple(enquiry.interview.facts()),
        note=enquiry.note,
        due_at=at,
    )
