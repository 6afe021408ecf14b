"""The callbacks of sales, which dial themselves: who calls whom, when, and what comes of it.

The owner, then the owner's deputy, then the team's longest idle; an owner keeps a callback for
some working hours. Live clients come before callbacks: never is more dialled than there are free
people beyond those whom a waiting client needs.
"""

from __future__ import annotations

from math import inf

from ivr.domain.commands import ForgetWake, Save, WakeAt
from ivr.domain.events import DialResult
from ivr.domain.intake.agent import Agent
from ivr.domain.intake.call import Phase
from ivr.domain.promise.board import Rank
from ivr.domain.promise.callback import PHONE_SILENT, VOICEMAIL, Attempt, wait_after
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import attempts, dealings, owning, timing
from ivr.domain.reception.floor import Floor
from ivr.domain.records import AttemptRecord, EscalationState

WAKE = "callbacks"
"""The key of the clock under which the next callback becomes due."""


def look(floor: Floor, at: float) -> None:
    """Start an attempt for each due promise that has a free salesperson; wake for the next.

    A client who is still on the line is not called: the end of that call looks again.
    """
    board = floor.escalations.board
    board.advance(at)
    full = floor.toll.full_until(floor.rules.toll, at)
    if floor.link_lost_at is None and full is None:
        for department in board.departments():
            _serve(floor, at, department)
    later = min((t for t in (board.next_change(), full) if t is not None), default=None)
    if later != floor.callbacks_at:
        floor.callbacks_at = later
        floor.order(ForgetWake(WAKE) if later is None else WakeAt(later, WAKE))


def woke(floor: Floor, at: float) -> None:
    """The time that was asked for has come."""
    floor.callbacks_at = None
    look(floor, at)


def _serve(floor: Floor, at: float, department: str) -> None:
    free = floor.free_of(department)
    spare = len(free) - callers_waiting(floor, department)
    while spare > 0:
        choice = _next(floor, at, department, free)
        if choice is None:
            return
        escalation, agent = choice
        begin(floor, at, escalation, agent)
        free.remove(agent)
        spare -= 1


def begin(
    floor: Floor, at: float, escalation: Escalation, agent: Agent, by_hand: bool = False
) -> None:
    """One more attempt: what is owed and the attempt are committed, then the phone rings."""
    dealings.look_up(floor, escalation)
    escalation.dial()
    serial = len(escalation.tried) + 1
    number = attempts.to_dial(floor, escalation)
    attempts.begin(floor, at, escalation.record, number, serial, agent, by_hand)


def callers_waiting(floor: Floor, department: str) -> int:
    """Live clients whom nobody of this sales department rings for or talks about yet.

    Whoever does is not free, and would be kept for them a second time.
    """
    theirs = (one for one in floor.agents.values() if one.department == department)
    taken = {call for one in theirs for call in (one.ring, one.talk)}
    return sum(
        1
        for call in floor.calls.values()
        if call.phase in (Phase.AT_SALES, Phase.CONSULTING)
        and floor.rules.departments[call.record.department].sales == department
        and call.id not in taken
    )


def _next(
    floor: Floor, at: float, department: str, free: list[Agent]
) -> tuple[Escalation, Agent] | None:
    """The promise whose turn it is among those that somebody free may call, and who that is."""
    best: tuple[Rank, Escalation, Agent] | None = None
    for person in floor.escalations.board.pools(department):
        if person and _keeper_of(floor, person, free) is None:
            continue
        found = _first_of(floor, at, department, person)
        if found is not None and (best is None or found[0] < best[0]):
            rank, escalation = found
            keeper = _keeper_of(floor, escalation.record.owner, free)
            best = (rank, escalation, keeper or free[0])
    return best[1:] if best else None


def _first_of(
    floor: Floor, at: float, department: str, person: str
) -> tuple[Rank, Escalation] | None:
    """The first of a pool that may be dialled just now; who may not until later is put off."""
    pool = floor.escalations.board.pool(department, person)
    place = 0
    while place < len(pool):
        rank = pool[place]
        escalation = floor.escalations[rank[3]]
        if not attempts.to_dial(floor, escalation):
            escalation.hand_to_human()
            floor.order(Save(escalation.record))
            continue
        until = _not_before(floor, at, escalation)
        if until > at:
            floor.escalations.board.defer(escalation.id, until)
            continue
        if not on_the_line(floor, escalation):
            return rank, escalation
        place += 1
    return None


def _not_before(floor: Floor, at: float, escalation: Escalation) -> float:
    """When this client may be dialled: within the client's hours, below the number's cap."""
    number = attempts.to_dial(floor, escalation)
    full = floor.toll.number_full_until(floor.rules.toll, at, number)
    return timing.within_hours(floor, max(at, full or -inf), escalation.record.zone)


def on_the_line(floor: Floor, escalation: Escalation) -> bool:
    """Whether somebody of this client talks with us, or is being dialled, at this moment."""
    if attempts.is_on(floor, escalation.id) or any(floor.is_on(one) for one in escalation.calls):
        return True
    return attempts.is_live(floor, attempts.to_dial(floor, escalation))


def _keeper_of(floor: Floor, owner: str, free: list[Agent]) -> Agent | None:
    """The owner if free, or the deputy if the owner is not there at all."""
    names = [owner]
    agent, person = floor.agents.get(owner), floor.rules.people.get(owner)
    if person is not None and (agent is None or not agent.member):
        names.append(person.deputy)
    return next((one for name in names for one in free if one.person == name), None)


def client_answered(floor: Floor, at: float, attempt: Attempt) -> None:
    """Client and salesperson talk."""
    escalation = floor.escalations.get(attempt.record.promise)
    if escalation is not None and escalation.state in _DIALLED:
        escalation.bridged(at, attempt.record.person, attempt.id)
        floor.order(Save(escalation.record))
        floor.touch(attempt.record.person)


_DIALLED = (EscalationState.DIALLING, EscalationState.CALLBACK, EscalationState.TALKED)
"""Where a dialled client is owed the talk; not the first, if another attempt at the same ended."""


def ended(floor: Floor, at: float, attempt: Attempt) -> None:
    """The attempt is over: talked with a result to come, once more later, or for a human."""
    escalation = floor.escalations.get(attempt.record.promise)
    if escalation is None:
        return
    escalation.tried.append(attempt.record)
    enough = escalation.talk_ended(attempt.record.talked, attempt.id)
    if attempt.record.result == VOICEMAIL:
        escalation.was_no_talk(0.0)
    if escalation.state is EscalationState.TALKED and enough:
        owning.talked(floor, at, escalation.record, attempt.record.person)
    elif attempts.is_on(floor, escalation.id):
        pass  # somebody else of the company is being dialled still
    elif escalation.state in (EscalationState.DIALLING, EscalationState.TALKED):
        try_again(floor, at, escalation, attempt.record)
    floor.order(Save(escalation.record))
    floor.forget_if_closed(escalation)


def try_again(floor: Floor, at: float, escalation: Escalation, last: AttemptRecord) -> None:
    """Nobody was reached: again after a while, unless machines have done what they may.

    A talk whose end nobody saw, since the service was away, is for whoever talked to tell of.
    """
    rules = floor.rules.callbacks
    unseen = escalation.state is EscalationState.TALKED and last.result == DialResult.UNKNOWN
    if unseen or escalation.record.attempts >= rules.attempts:
        escalation.hand_to_human()
        return
    wait = wait_after(PHONE_SILENT if last.claimed_at is None else last.result, rules)
    due_at = max(escalation.record.due_at or 0.0, at + wait)
    escalation.call_back(timing.within_hours(floor, due_at, escalation.record.zone))


def resume(floor: Floor, at: float, escalation: Escalation) -> None:
    """After a break: a promise that was being dialled by an attempt that nobody knows."""
    if not attempts.is_on(floor, escalation.id):
        wait = wait_after(DialResult.UNKNOWN, floor.rules.callbacks)
        escalation.call_back(timing.within_hours(floor, at + wait, escalation.record.zone))
        floor.order(Save(escalation.record))
