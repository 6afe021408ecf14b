"""What is written down of people's time and of calls, from how the floor stands after an event."""

from __future__ import annotations

from collections.abc import Iterable

from ivr.domain import events
from ivr.domain.commands import NoteOnCall, Save, WakeAt
from ivr.domain.intake import shifts
from ivr.domain.intake.agent import AgentState
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.ledger import Doing, Ledger
from ivr.domain.promise.callback import call_of
from ivr.domain.reception import wrapping
from ivr.domain.reception.floor import Floor
from ivr.domain.records import RecordKind, StretchKind


def note(floor: Floor, event: events.Event) -> None:
    """Write down what this event has changed; nothing while Asterisk is not known."""
    if floor.link_lost_at is not None:
        return
    for person in floor.touched | (floor.spans.keys() - floor.agents.keys()):
        _time(floor, event.at, person)
    for call_id in _moved(floor, event):
        _call(floor, event, call_id)


def _moved(floor: Floor, event: events.Event) -> Iterable[str]:
    """The calls in which this event may have begun or ended something."""
    match event:
        case events.Resynced():
            return {*floor.calls, *floor.ledgers}
        case events.ClientAnswered(attempt=attempt) | events.ClientLegEnded(attempt=attempt):
            return (call_of(attempt),)
        case events.Saved(kind=RecordKind.ESCALATION, id=promise) if promise in floor.escalations:
            return (floor.escalations[promise].record.call,)
        case (
            events.CallOffered()
            | events.CallerQueued()
            | events.CallerElsewhere()
            | events.CallerTurnedAway()
            | events.CallerServed()
            | events.AgentRang()
            | events.RingStopped()
            | events.AgentAnswered()
            | events.LegBridged()
            | events.LegUnbridged()
            | events.LegEnded()
            | events.CallerHeld()
            | events.CallerUnheld()
            | events.CallTransferred()
            | events.TransferUnanswered()
            | events.TransferFailed()
            | events.TakeBackPressed()
            | events.LetTalkPressed()
            | events.PassPressed()
            | events.CallEnded()
        ):
            return (event.call,)
        case _:
            return ()


def tell_asterisk(floor: Floor, person: str, call: Call, *words: str) -> None:
    """Put what was decided into queue_log and the CDR; that of a returned call is the agent's."""
    channel = floor.agents[person].talk_channel if call.record.task else call.channel
    if call.phase is Phase.ENDED:
        channel = ""
    queue = floor.rules.departments[call.record.department].queue
    said = (f"agent={person}", *words)
    floor.order(NoteOnCall(call.id, channel, queue, person, said))


def resume_wrap_ups(floor: Floor, at: float) -> None:
    """A wrap-up that Asterisk still holds goes on here too, after a start of ours."""
    for person, span in floor.spans.items():
        agent = floor.agents.get(person)
        if agent is None:
            continue
        until = span.since + floor.department_of(person).wrap_up
        wrapped = span.state == AgentState.WRAP_UP and agent.state is AgentState.READY
        if wrapped and not agent.attempt and until > at:
            agent.wrap, agent.wrap_ends_at = span.call, until
            floor.order(WakeAt(until, wrapping.KEY + person))


def _time(floor: Floor, at: float, person: str) -> None:
    before = floor.spans.get(person)
    if before is not None:
        at = max(at, before.since)  # news that comes late changes nothing of what was before
    agent = floor.agents.get(person)
    if shifts.goes_on(before, shifts.doing(agent) if agent else None):
        return
    now = shifts.span_of(agent, at) if agent else None
    if before is not None:
        floor.order(Save(shifts.ended(before, at)))
        del floor.spans[person]
    if now is not None:
        floor.spans[person] = now
        floor.order(Save(now))


def _call(floor: Floor, event: events.Event, call_id: str) -> None:
    call = floor.calls.get(call_id)
    ledger = floor.ledgers.get(call_id)
    if call is None and ledger is None:
        return
    if ledger is None:
        ledger = floor.ledgers[call_id] = Ledger(call_id)
    now = _going_on(floor, event.at, call) if call else {}
    how = {doing: _how(event, doing, now, call) for doing in ledger.going_on if doing not in now}
    for row in ledger.follow(event.at, now, how):
        floor.order(Save(row))
    if isinstance(event, events.CallTransferred):
        _transferred(floor, event, ledger)
    if call is None or (call.phase is Phase.ENDED and not ledger.going_on):
        del floor.ledgers[call_id]


def _going_on(floor: Floor, at: float, call: Call) -> dict[Doing, float]:
    found: dict[Doing, float] = {}
    if call.phase is Phase.ENDED:
        return found
    department = call.record.department
    if call.phase in (Phase.OFFERED, Phase.WAITING):
        came = call.record.offered_at if call.record.answered_at is None else at
        found[Doing(StretchKind.QUEUED, department)] = came
    if call.phase is Phase.AT_SALES:
        found[Doing(StretchKind.QUEUED, floor.rules.departments[department].sales)] = at
    others = floor.others.get(floor.rules.departments[department].queue, {})
    for one in call.heard_by:
        theirs = department if one.phone in others else ""
        found[Doing(StretchKind.TALKED, theirs, one.phone)] = one.since
    call_id = call.id
    for agent in floor.agents.values():
        if agent.ring == call_id:
            rang = Doing(StretchKind.RANG, agent.department, agent.person)
            found[rang] = agent.ring_since
        if agent.talk == call_id:
            talked = Doing(StretchKind.TALKED, agent.department, agent.person)
            found[talked] = agent.talk_since
            if call.held_by == agent.person:
                found[Doing(StretchKind.HELD, agent.department, agent.person)] = at
    return found


def _how(event: events.Event, doing: Doing, now: dict[Doing, float], call: Call | None) -> str:
    """How something ended: a ring may be answered, silent, rejected, or given to another."""
    if doing.kind not in (StretchKind.RANG, StretchKind.QUEUED):
        return ""
    talks = [d for d in now if d.kind is StretchKind.TALKED and d.department == doing.department]
    if any(d.person == doing.person or doing.kind is StretchKind.QUEUED for d in talks):
        return "answered"
    if isinstance(event, events.RingStopped) and event.person == doing.person:
        return event.how.value
    if call is None or call.phase is Phase.ENDED:
        return "caller_gone"
    return "elsewhere"


def _transferred(floor: Floor, event: events.CallTransferred, ledger: Ledger) -> None:
    agent = floor.agents.get(event.person)
    doing = Doing(StretchKind.TRANSFERRED, agent.department if agent else "", event.person)
    floor.order(Save(ledger.moment(event.at, doing, f"{event.how}:{event.to}")))
