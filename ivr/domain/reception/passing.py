"""What people do with the caller on the phone itself: hold, and transfers by the phone's own keys.

Asterisk tells only who meets the caller in a bridge, and that is what counts: whoever hears the
caller has the call, however it came there.
"""

from __future__ import annotations

from ivr.domain.commands import FreeLine
from ivr.domain.events import AgentAnswered, CallerHeld, CallerUnheld, CallTransferred, LegBridged
from ivr.domain.intake.call import Call, Leg, Phase
from ivr.domain.reception import consulting, talking
from ivr.domain.reception.floor import Floor


def bridged(floor: Floor, event: LegBridged) -> None:
    """Two legs may hear each other now; one of them may be of somebody whom no queue rang."""
    talking.bridged(floor, event)
    call = floor.calls.get(event.call)
    if call is None or call.phase is Phase.ENDED:
        return
    call.met(event.at, event.channel, event.bridge, event.phone)
    leg = call.joined(event.channel, event.bridge, event.person)
    if leg is not None and leg.person in floor.agents:
        _joined(floor, event.at, call, leg)
    consulting.bridged(floor, event.at, call)


def _joined(floor: Floor, at: float, call: Call, leg: Leg) -> None:
    agent = floor.agents[leg.person]
    if agent.talk == call.id:
        # The same person's phone in place of the channel by which the queue had rung it.
        call.legs.pop(agent.talk_channel, None)
        agent.talk_channel = leg.channel
    else:
        queue = floor.department_of(leg.person).queue
        answer = AgentAnswered(at, call.id, leg.person, queue, leg.channel, call.channel)
        talking.answered(floor, answer)
    call.legs[leg.channel] = leg
    talking.bridged_leg(floor, at, call, leg.channel, leg.bridge)
    if call.phase is Phase.WITH_SALES:
        floor.order(FreeLine(call.id, call.channel))


def held(floor: Floor, event: CallerHeld) -> None:
    """The caller hears music; the line stays held."""
    call = floor.calls.get(event.call)
    if call is not None and event.channel in call.legs:
        call.held_by = event.person


def unheld(floor: Floor, event: CallerUnheld) -> None:
    """The talk goes on."""
    call = floor.calls.get(event.call)
    if call is not None and call.held_by == event.person:
        call.held_by = ""


def transferred(floor: Floor, event: CallTransferred) -> None:
    """The ledger tells it; who has the call now is told by the bridge."""
    if event.call not in floor.calls:
        floor.report("transfer_of_unknown_call", event.call, event.to)
