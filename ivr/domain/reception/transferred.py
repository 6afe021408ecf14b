"""What became of a transfer to sales: client and sales have talked, or sales owes a call."""

from __future__ import annotations

from ivr.domain.commands import PromiseCallback, ReturnToQueue, Save
from ivr.domain.events import TransferUnanswered
from ivr.domain.intake.call import Call, Phase
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import attempts, calling, owning, timing
from ivr.domain.reception.floor import Floor
from ivr.domain.records import EscalationState

AT_SALES = (Phase.AT_SALES, Phase.WITH_SALES, Phase.CONSULTING)
"""The caller is on the way to sales, or there."""


def unanswered(floor: Floor, event: TransferUnanswered) -> None:
    """Nobody took the caller in time: sales owes a call, and the caller is told or comes back."""
    call = floor.calls.get(event.call)
    escalation = floor.escalation_of(event.call)
    if call is None or escalation is None:
        floor.report("transfer_of_unknown_call", event.call)
        return
    if escalation.state is EscalationState.TRANSFERRING or _others_talk(escalation, call):
        call_back(floor, event.at, escalation)
    touch_agents(floor, escalation)
    department = floor.rules.departments[call.record.department]
    if floor.rules.transfer.returns or escalation.state is EscalationState.HUMAN:
        call.queued(event.channel)
        floor.order(ReturnToQueue(call.id, department.queue))
    else:
        floor.order(PromiseCallback(call.id, escalation.id))


def redirect_failed(floor: Floor, at: float, call_id: str) -> None:
    """Asterisk would not redirect the caller: the talk goes on and sales owes a call."""
    call = floor.calls.get(call_id)
    escalation = floor.escalation_of(call_id)
    if call is None or escalation is None:
        return
    if call.phase in (Phase.AT_SALES, Phase.CONSULTING):
        call.kept_by_agent(at)
    if escalation.state is EscalationState.TRANSFERRING:
        call_back(floor, at, escalation)
    touch_agents(floor, escalation)


def owe_again(floor: Floor, at: float, call: Call) -> None:
    """The transfer reached nobody, or the caller has left it: the promise becomes a callback."""
    escalation = floor.escalation_of(call.id)
    if escalation is not None and escalation.state is EscalationState.TRANSFERRING:
        call_back(floor, at, escalation)
        touch_agents(floor, escalation)


def bridged(floor: Floor, at: float, call: Call, person: str) -> None:
    """Client and salesperson talk."""
    escalation = floor.escalation_of(call.id)
    # A redirect that was given up as unanswered may have come through after all.
    passing = (
        EscalationState.TRANSFERRING,
        EscalationState.CALLBACK,
        EscalationState.DIALLING,
        EscalationState.TALKED,  # with somebody else of the same company
        EscalationState.HUMAN,
    )
    if escalation is not None and escalation.state is EscalationState.PROMISED:
        escalation.talks.setdefault(call.id, at)  # somebody else has asked anew meanwhile
    if escalation is None or escalation.state not in passing:
        return
    if escalation.bridged(at, person, call.id):
        call.talk_since = None
        floor.order(Save(escalation.record))
        touch_agents(floor, escalation)
        floor.touch(person)


def talk_ended(floor: Floor, at: float, call: Call) -> None:
    """The talk with sales is over: long enough to count, or sales still owes a call.

    The caller's end may be learned late; the talk ended when one of the two left the other.
    """
    escalation = floor.escalation_of(call.id)
    since = escalation.talks.get(call.id) if escalation is not None else None
    if escalation is None or since is None:
        return
    parted = at if call.parted_at is None else call.parted_at
    enough = escalation.talk_ended(max(0.0, parted - since), call.id)
    if escalation.state is EscalationState.TALKED and not enough:
        call_back(floor, at, escalation)
        return
    if escalation.state is EscalationState.TALKED:
        owning.talked(floor, at, escalation.record, escalation.record.owner)
    floor.order(Save(escalation.record))
    floor.forget_if_closed(escalation)


def end_unseen(floor: Floor, call: Call) -> None:
    """A talk with sales ended while we looked away: nobody can say that it was long enough."""
    escalation = floor.escalation_of(call.id)
    if call.phase is not Phase.WITH_SALES or escalation is None:
        return
    if escalation.state is EscalationState.TALKED and escalation.restored:
        escalation.talks.pop(call.id, None)
        escalation.hand_to_human()
        floor.order(Save(escalation.record))


def cut_off(floor: Floor, at: float, escalation: Escalation) -> None:
    """The talk with sales broke off by no will of either: sales calls again."""
    if escalation.state is EscalationState.TALKED:
        call_back(floor, at, escalation)


def resume(floor: Floor, at: float, escalation: Escalation) -> None:
    """After a break: a transfer whose caller is gone or talks already is not ringing any more."""
    passed = False
    for call in [floor.calls[one] for one in escalation.calls if floor.is_on(one)]:
        if call.hearing is not None and floor.department_of(call.hearing.person).sales:
            redirect_failed(floor, at, call.id)
        elif call.phase is Phase.TALKING:
            call.phase = Phase.AT_SALES
        passed |= call.phase in AT_SALES
    if not passed and escalation.state is EscalationState.TRANSFERRING:
        call_back(floor, at, escalation)


def call_back(floor: Floor, at: float, escalation: Escalation) -> None:
    """Sales owes a call: at the time that was asked for, else after a while within the hours."""
    record = escalation.record
    due_at = at + floor.rules.callbacks.first_after
    if record.due_at is not None and record.due_at > at:
        due_at = record.due_at  # asked for, or agreed before
    if attempts.to_dial(floor, escalation):
        escalation.call_back(timing.within_hours(floor, due_at, record.zone))
    else:
        escalation.hand_to_human()
    floor.order(Save(escalation.record))
    calling.look(floor, at)


def touch_agents(floor: Floor, escalation: Escalation) -> None:
    """Whoever has one of its calls sees what has changed."""
    calls = {*escalation.calls}
    on = (a for a in floor.agents.values() if not calls.isdisjoint((a.talk, a.wrap, a.ring)))
    floor.touch(*(agent.person for agent in on))


def _others_talk(escalation: Escalation, call: Call) -> bool:
    """Whether sales talks with somebody else of the company: this caller is owed a call, too."""
    talked = escalation.state is EscalationState.TALKED and call.id not in escalation.talks
    return talked and call.phase in AT_SALES
