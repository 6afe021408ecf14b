"""What came of a promise: its result, one more time to call, or the end by a supervisor.

A promise is kept by a talk of ten seconds and a result. It ends otherwise only by the client's
refusal to a human, or by a supervisor's reason.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.choices import SalesRefusal
from ivr.domain.commands import HangUpChannel, Save
from ivr.domain.errors import KeyRefused
from ivr.domain.events import PromiseClosed, ResultGiven
from ivr.domain.intake.agent import Agent
from ivr.domain.promise.callback import VOICEMAIL
from ivr.domain.promise.escalation import Escalation
from ivr.domain.reception import attempts, calling, meetings, owning, timing
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.in_hand import kept_of_key, of_key, supervisors_reason
from ivr.domain.records import Agreed, EscalationState, Result

AGAIN = "again"
"""No result: the client agreed to another time."""


def given(floor: Floor, event: ResultGiven) -> None:
    """A salesperson tells what came of it, by the page or the phone.

    Raises KeyRefused, and has changed nothing then.
    """
    agent = floor.agents[event.person]
    escalation = kept_of_key(floor, agent, event.promise)
    if event.result == VOICEMAIL:
        _voicemail(floor, event.at, agent, escalation)
    elif event.result == AGAIN:
        _again(floor, event, escalation)
    else:
        _ended(floor, event, agent, escalation)
    floor.opened.pop(event.person, None)


def closed(floor: Floor, event: PromiseClosed) -> None:
    """A supervisor ends what nobody kept. Raises KeyRefused."""
    agent = floor.agents[event.person]
    escalation = of_key(floor, agent, event.promise)
    reason = supervisors_reason(floor, agent, event.reason)
    end(floor, event.at, escalation, Result.CLOSED, event.person, close_reason=reason)


def end(
    floor: Floor, at: float, escalation: Escalation, result: Result, by: str, **more: str
) -> None:
    """The promise is over; what is being dialled for it is not dialled any more."""
    escalation.close(at, result, by, **more)
    floor.order(Save(escalation.record))
    floor.forget_if_closed(escalation)
    calling.look(floor, at)


def _ended(floor: Floor, event: ResultGiven, agent: Agent, escalation: Escalation) -> None:
    result = Result(event.result)
    if result in (Result.CLOSED, Result.JOINED):
        raise KeyRefused(SalesRefusal.SUPERVISOR_ONLY)
    if not escalation.may_end(event.at, result):
        raise KeyRefused(SalesRefusal.NOT_TALKED_YET)
    more = {"result_note": event.note.strip(), "next_step": event.next_step.strip()}
    if result is Result.MEETING:
        meeting = meetings.made(floor, event, agent, escalation)
        more["meeting"] = meeting.id
        meetings.keep(floor, event.at, meeting)
    owning.talked(floor, event.at, escalation.record, event.person)
    end(floor, event.at, escalation, result, event.person, **more)


def _again(floor: Floor, event: ResultGiven, escalation: Escalation) -> None:
    """The client agreed to another time: the tries and the talk count anew."""
    if not escalation.heard:
        raise KeyRefused(SalesRefusal.NOT_TALKED_YET)
    if not attempts.to_dial(floor, escalation):
        raise KeyRefused(SalesRefusal.NUMBER_NOT_DIALLED)
    due = timing.asked_due(floor, event.at, event.due, escalation.record.zone)
    escalation.record = replace(
        escalation.record,
        owner=event.person,
        next_step=event.next_step.strip() or escalation.record.next_step,
        result_note=event.note.strip() or escalation.record.result_note,
    )
    escalation.agree(event.at, due.at, Agreed.SALES)
    floor.order(Save(escalation.record))
    calling.look(floor, event.at)


def _voicemail(floor: Floor, at: float, agent: Agent, escalation: Escalation) -> None:
    """A machine answered: the attempt ends as such, and the client is called again later."""
    attempt = floor.attempts.get(agent.attempt)
    if attempt is not None and attempt.record.promise == escalation.id:
        if attempt.record.claimed_at is None:
            raise KeyRefused(SalesRefusal.NOT_POSSIBLE_NOW)
        attempt.told = VOICEMAIL
        escalation.talks.pop(attempt.id, None)
        if attempt.channel:
            floor.order(HangUpChannel(attempt.channel))
        return
    last = escalation.tried[-1] if escalation.tried else None
    if last is None or escalation.state is not EscalationState.TALKED:
        raise KeyRefused(SalesRefusal.NOT_POSSIBLE_NOW)
    escalation.was_no_talk(last.talked)
    escalation.tried[-1] = last = replace(last, result=VOICEMAIL, talked=0.0)
    calling.try_again(floor, at, escalation, last)
    floor.order(Save(last), Save(escalation.record))
    calling.look(floor, at)
