"""After any break: what lives in Asterisk and what is known here become one truth again."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from ivr.domain.events import (
    AgentAnswered,
    CallEnded,
    CallerQueued,
    ClientAnswered,
    LegSeen,
    LinkLost,
    MemberGone,
    Resynced,
)
from ivr.domain.intake.call import Phase
from ivr.domain.promise.callback import Attempt
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import (
    admission,
    attempts,
    bookkeeping,
    calling,
    consulting,
    cutting,
    dialling,
    inheriting,
    leaving,
    meetings,
    promising,
    returning,
    signing,
    talking,
    transferred,
    unheard,
    wrapping,
)
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationState


def link_lost(floor: Floor, event: LinkLost) -> None:
    """The pages keep what is known and say since when it is stale."""
    if floor.link_lost_at is None:
        floor.link_lost_at = event.at
        floor.touch(*floor.agents)


SLACK = 1.0
"""Seconds before the question that count as after it: news of two sockets may cross."""


def resynced(floor: Floor, event: Resynced) -> None:
    """Read Asterisk's state as the truth about what lives, then act on what was owed."""
    lost_at, floor.link_lost_at = floor.link_lost_at, None
    under_way = tuple(floor.attempts.values())
    was_lost = lost_at is not None
    before = (event.at if event.asked_at is None else event.asked_at) - SLACK
    if was_lost:
        before = inf
    inheriting.hand_over(floor, event.at)
    _people(floor, event)
    for talk in event.served:
        unheard.served(floor, talk)
        if cutting.went_down_after(event, talk.until):
            cutting.owe(floor, event.at, talk.call)
    cut = cutting.cut_off(floor, event, lost_at)
    _end_the_gone(floor, event, {leg.call for leg in event.legs}, before)
    for waiting in event.waiting:
        admission.queued(floor, waiting)
    for leg in event.legs:
        if leg.caller:
            _caller(floor, event.at, leg)
    for leg in event.legs:
        if leg.person is not None:
            _person(floor, event.at, leg)
    _strangers(floor, event, before)
    _on_hold(floor, event)
    _forget_talks(floor, event, before)
    _end_the_gone(floor, event, _with_caller(floor, event), before)
    for call in cut:
        cutting.owe(floor, event.at, call)
    if was_lost:
        bookkeeping.resume_wrap_ups(floor, event.at)
        floor.touch(*floor.agents)
    _owed(floor, event, before, under_way)
    meetings.look(floor, event.at)


def _with_caller(floor: Floor, event: Resynced) -> set[str]:
    """Calls whose caller's own channel lives, by whatever sign it is known."""
    channels = {leg.channel for leg in event.legs}
    known = {call.id for call in floor.calls.values() if call.channel in channels}
    return known | {leg.call for leg in event.legs if leg.caller}


def _end_the_gone(floor: Floor, event: Resynced, alive: set[str], before: float) -> None:
    for call_id, call in list(floor.calls.items()):
        if call_id not in alive and call.record.offered_at < before:
            if not floor.is_in_hand(call_id):
                wrapping.go_on(floor, event.at, call_id, event.at)
            transferred.end_unseen(floor, call)
            talking.ended(floor, CallEnded(event.at, call_id, 0))


def _people(floor: Floor, event: Resynced) -> None:
    seen = {(m.person, m.queue) for m in event.members}
    for agent in list(floor.agents.values()):
        queue = floor.department_of(agent.person).queue
        if agent.member and (agent.person, queue) not in seen:
            signing.member_gone(floor, MemberGone(event.at, agent.person, queue))
    for queue, others in floor.others.items():
        for person in [one for one in others if (one, queue) not in seen]:
            signing.member_gone(floor, MemberGone(event.at, person, queue))
    for member in event.members:
        signing.member_seen(floor, member)


def _caller(floor: Floor, at: float, leg: LegSeen) -> None:
    """A caller who lives in Asterisk; one whom the dialplan let in alone is taken up here."""
    attempt = attempts.of_call(floor, leg.call)
    if attempt is not None and leg.call not in floor.calls:
        if leg.bridge:
            dialling.client_answered(floor, ClientAnswered(at, attempt.id, leg.channel))
        return
    if leg.call not in floor.calls:
        if not leg.on_line:
            return
        # Not always the number's own: another one may have taken the caller while we were away.
        department = floor.department_of_queue(leg.queue)
        if department is None or not department.sales:
            department = floor.rules.departments[floor.number_of(leg.did).department]
        came = CallerQueued(
            at - leg.age, leg.call, leg.channel, department.queue, leg.number, leg.name, leg.did
        )
        admission.queued(floor, came)
    call = floor.calls[leg.call]
    call.channel, call.bridge = leg.channel, leg.bridge
    if leg.elsewhere and call.phase in (Phase.OFFERED, Phase.WAITING):
        leaving.sent_elsewhere(floor, at, call, "")


def _person(floor: Floor, at: float, leg: LegSeen) -> None:
    """Somebody's live leg on a call: a talk that began or went on while we were away."""
    person = leg.person or ""
    call = floor.calls.get(leg.call)
    if call is None or not (leg.bridge or leg.consults) or person not in floor.agents:
        return
    if leg.channel == call.channel:
        return  # a colleague who rings the number is this call's caller, not its agent
    queue = floor.department_of(person).queue
    known = floor.agents[person].talk == call.id
    if known and not floor.agents[person].talk_channel:
        floor.agents[person].talk_channel = leg.channel
    if not known:
        answer = AgentAnswered(
            max(call.record.answered_at or 0.0, at - leg.age),
            call.id,
            person,
            queue,
            leg.channel,
            call.channel,
        )
        talking.answered(floor, answer)
    talking.bridged_leg(floor, at, call, leg.channel, leg.bridge)


def _strangers(floor: Floor, event: Resynced, before: float) -> None:
    """Phones of nobody we know that talk with a caller, and those that do no more."""
    channels = {leg.channel for leg in event.legs}
    for call in floor.calls.values():
        for channel, one in list(call.strangers.items()):
            if channel not in channels and one.since < before:
                call.leg_ended(event.at, channel)
    for leg in event.legs:
        on = floor.calls.get(leg.call)
        if on is not None and leg.bridge and not leg.caller:
            since = max(on.record.answered_at or 0.0, event.at - leg.age)
            on.met(since, leg.channel, leg.bridge, leg.phone)


def _on_hold(floor: Floor, event: Resynced) -> None:
    """Callers whom an agent has put on hold in order to talk with sales."""
    for leg in event.legs:
        call = floor.calls.get(leg.call)
        if call is not None and leg.caller and leg.consults and not leg.bridge:
            consulting.found(floor, event.at, call)


def _forget_talks(floor: Floor, event: Resynced, before: float) -> None:
    """Talks and rings whose channel is gone ended while nobody told us."""
    channels = {leg.channel for leg in event.legs}
    for agent in floor.agents.values():
        if agent.talk and agent.talk_channel not in channels and agent.talk_since < before:
            talking.leg_gone(floor, event.at, agent.talk, agent.talk_channel)
        if agent.ring and agent.ring_channel not in channels and agent.ring_since < before:
            wrapping.ring_ended(floor, event.at, agent, agent.ring)


def _owed(floor: Floor, event: Resynced, before: float, under_way: Sequence[Attempt]) -> None:
    """Promises and attempts that a break left in the middle of something.

    Only what was under way before: an attempt that this very reading made possible, since it
    found somebody free, lives nowhere yet.
    """
    alive = {leg.call for leg in event.legs}
    for attempt in under_way:
        lives = any(call.partition(".")[0] == attempt.id for call in alive)
        if not lives and attempt.record.made_at < before:
            dialling.abandon(floor, event.at, attempt)
    returning.resume(floor)
    for promise in floor.escalations.board.live():
        escalation = floor.escalations[promise]
        if escalation.record.made_at < before:
            _take_up(floor, event.at, escalation)
    calling.look(floor, event.at)


def _take_up(floor: Floor, at: float, escalation: Escalation) -> None:
    match escalation.state:
        case EscalationState.PROMISED if escalation.committed:
            promising.saved(floor, at, escalation.id)
        case EscalationState.TRANSFERRING:
            transferred.resume(floor, at, escalation)
        case EscalationState.DIALLING:
            calling.resume(floor, at, escalation)
        case (
            EscalationState.PROMISED
            | EscalationState.CALLBACK
            | EscalationState.TALKED
            | EscalationState.HUMAN
            | EscalationState.CLOSED
        ):
            pass
