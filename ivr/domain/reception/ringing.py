"""A phone rings for a caller: shown before the answer, and counted where it rang in vain."""

from __future__ import annotations

from ivr.domain.choices import Notice
from ivr.domain.commands import PauseMember
from ivr.domain.events import AgentRang, MobilePickedUp, RingEnd, RingStopped
from ivr.domain.intake.call import Phase
from ivr.domain.reception import wrapping
from ivr.domain.reception.floor import Floor

MISSED_RING = "missed_ring"
"""The reason of a pause that a silent or rejecting phone brings upon its person."""


def rang(floor: Floor, event: AgentRang) -> None:
    """A phone rings: show who it is before the answer."""
    agent = floor.agents.get(event.person)
    call = floor.calls.get(event.call)
    if agent is None:
        return
    if call is None:
        floor.report("ring_of_unknown_call", event.call, event.person)
        return
    over = call.phase in (Phase.TALKING, Phase.WITH_SALES, Phase.ENDED)
    wrap = agent.wrap
    if over or not agent.rang(event.at, event.call, event.channel):
        floor.report("late_ring", event.call, event.person)
        return
    wrapping.left(floor, event.at, agent, wrap)
    call.rang.add(event.person)
    # Also who passes the caller on: that page says whose phone rings.
    floor.touch(*(a.person for a in floor.agents.values() if a.call == call.id))


def mobile_picked_up(floor: Floor, event: MobilePickedUp) -> None:
    """Somebody or something has this mobile in hand: if no key follows, the ring was not silent."""
    agent = floor.agents.get(event.person)
    if agent is not None and agent.ring == event.call:
        agent.picked_up = True


def ring_stopped(floor: Floor, event: RingStopped) -> None:
    """A phone rang in vain: others first; the same one again only when alone, once; then a pause.

    A silent phone is paused at once while others are free: it would cost each caller a ring. A
    rejected ring is a person's choice and costs the caller nothing, so it is paused at the second;
    so is a mobile that was picked up without the key, since whoever rejects it sends the caller to
    its voicemail.
    """
    agent = floor.agents.get(event.person)
    if agent is None or not wrapping.ring_ended(floor, event.at, agent, event.call):
        return
    times = agent.missed(event.call)
    others = [a for a in floor.free_of(agent.department) if a is not agent]
    silent = event.how is RingEnd.SILENT and not agent.picked_up
    if times > 1 or (others and silent):
        agent.notice = Notice.PAUSED_AFTER_MISSED_RING
        floor.order(PauseMember(agent.person, event.queue, True, MISSED_RING))
