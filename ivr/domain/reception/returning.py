"""Missed calls are returned: offered to a ready agent when nobody waits, and dialled by one key.

The client's answer makes a call of the department out of it: the tree opens, but no line is held.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.commands import ForgetWake, Save, WakeAt
from ivr.domain.errors import KeyRefused
from ivr.domain.events import CallBackPressed, CallEnded, TaskClosed
from ivr.domain.intake.agent import AgentState
from ivr.domain.intake.call import Call, Phase
from ivr.domain.promise import missed_call
from ivr.domain.promise.callback import PHONE_SILENT, Attempt, wait_after
from ivr.domain.reception import asking, attempts, recognising, talking, tasks
from ivr.domain.reception.floor import Floor
from ivr.domain.records import MissedCallRecord, MissedState

WAKE = "tasks"
"""The key of the clock under which the next task may be offered."""


def offer(floor: Floor, at: float) -> None:
    """Show the oldest task to whoever of its department is free, while no caller waits there."""
    if not floor.missed and not floor.offers:
        return
    for department in {*floor.missed.departments(), *floor.offers}:
        task = _next(floor, department, at)
        if floor.offers.get(department) != task:
            _show(floor, department, task)
    due = floor.missed.next_due(at)
    if due != floor.offers_at:
        floor.offers_at = due
        floor.order(ForgetWake(WAKE) if due is None else WakeAt(due, WAKE))


def list_left(floor: Floor) -> None:
    """Show the people of a department what else is left to them, or not any more."""
    for department in floor.missed.stirred():
        floor.touch(*tasks.readers(floor, department))


def _next(floor: Floor, department: str, at: float) -> str | None:
    if floor.link_lost_at is not None or floor.anybody_waits(department):
        return None
    while (task := floor.missed.first_waiting(department, at)) is not None:
        if attempts.dialable(floor, task.number):
            return task.id
        _keep(floor, missed_call.for_human(task))
    return None


def _show(floor: Floor, department: str, task: str | None) -> None:
    floor.offers.pop(department, None)
    if task is not None:
        floor.offers[department] = task
    members = floor.members_of(department)
    floor.touch(*(agent.person for agent in members if agent.state is AgentState.READY))


def call_back(floor: Floor, event: CallBackPressed) -> None:
    """The agent takes the task: it is committed, then that phone rings. Raises KeyRefused."""
    agent = floor.agents[event.person]
    task = floor.missed.of(event.task)
    floor.touch(event.person)
    if task is None or task.department != agent.department:
        raise KeyRefused("no_such_task")
    if task.state is MissedState.DIALLING or not agent.free or floor.link_lost_at is not None:
        raise KeyRefused("not_possible_now")
    if not attempts.dialable(floor, task.number):
        _keep(floor, missed_call.for_human(task))
        raise KeyRefused("number_not_dialled")
    _put(floor, missed_call.taken(task))
    attempts.begin(floor, event.at, missed_call.taken(task), task.number, task.attempts + 1, agent)


def close(floor: Floor, event: TaskClosed) -> None:
    """A person closes a task with a reason; one that is being dialled is closed by its talk.

    Raises KeyRefused.
    """
    agent = floor.agents[event.person]
    task = floor.missed.of(event.task)
    floor.touch(event.person)
    if task is None or task.department != agent.department:
        raise KeyRefused("no_such_task")
    if task.state is MissedState.DIALLING:
        raise KeyRefused("task_being_dialled")
    floor.missed.pop(missed_call.key_of(task))
    floor.order(Save(missed_call.closed(task, event.at, event.how, event.person)))


def why_not_dial(floor: Floor, attempt: Attempt) -> str:
    """Why the client must not be dialled after all, "" if nothing speaks against it."""
    if floor.missed.of(attempt.record.promise) is None:
        return "the caller was served meanwhile"
    return ""


def claimed(floor: Floor, attempt: Attempt) -> None:
    """The client is being dialled."""
    task = floor.missed.of(attempt.record.promise)
    if task is not None:
        _keep(floor, missed_call.dialled(task))


def client_answered(floor: Floor, at: float, attempt: Attempt, channel: str) -> None:
    """The missed caller talks with us: from now on this is a call of the department."""
    call = floor.calls.get(attempt.call)
    if call is not None:
        call.channel = channel or call.channel
        return
    task = floor.missed.of(attempt.record.promise)
    call = _call(floor, at, attempt, task, channel)
    floor.calls[call.id] = call
    if task is not None:
        floor.missed.pop(missed_call.key_of(task))
        floor.order(Save(missed_call.closed(task, at, "called")))
    floor.agents[attempt.record.person].answered(at, call.id, attempt.channel)
    floor.touch(attempt.record.person)
    floor.save(call)
    recognising.look_up(floor, call)
    asking.begin(floor, at, call, attempt.record.person)


def ended(floor: Floor, at: float, attempt: Attempt) -> None:
    """The attempt is over: the talk with it, or the task is offered again, or left for a human."""
    call = floor.calls.get(attempt.call)
    if call is not None:
        if call.phase is Phase.TALKING:
            talking.ended(floor, CallEnded(at, call.id, 16))
        agent = floor.agents[attempt.record.person]
        if agent.talk == call.id:
            talking.leg_gone(floor, at, call.id, agent.talk_channel)
    task = floor.missed.of(attempt.record.promise)
    if task is not None and task.state is MissedState.DIALLING:
        _again(floor, at, task, attempt)


def resume(floor: Floor) -> None:
    """After a break: a task that was taken and whose attempt was never committed."""
    for task in list(floor.missed.values()):
        if task.state is MissedState.DIALLING and not attempts.is_on(floor, task.id):
            _keep(floor, missed_call.again(task, task.due_at))


def _again(floor: Floor, at: float, task: MissedCallRecord, attempt: Attempt) -> None:
    result, rules = attempt.record.result, floor.rules.callbacks
    if task.attempts >= rules.attempts:
        _keep(floor, missed_call.for_human(task))
    elif result == PHONE_SILENT:
        _keep(floor, missed_call.again(task, at))
    elif attempt.record.claimed_at is None:
        full = floor.toll.number_full_until(floor.rules.toll, at, task.number)
        _keep(floor, missed_call.again(task, max(at + rules.after_sales_silent, full or 0.0)))
    else:
        _keep(floor, missed_call.again(task, at + wait_after(result, rules)))


def _put(floor: Floor, task: MissedCallRecord) -> None:
    floor.missed[missed_call.key_of(task)] = task


def _keep(floor: Floor, task: MissedCallRecord) -> None:
    _put(floor, task)
    floor.order(Save(task))


def _call(
    floor: Floor, at: float, attempt: Attempt, task: MissedCallRecord | None, channel: str
) -> Call:
    number, person = attempt.record.number, attempt.record.person
    call = recognising.new_call(
        floor,
        at,
        attempt.call,
        number,
        floor.agents[person].department,
        did=task.did if task else "",
        name=task.name if task else "",
        channel=channel,
    )
    record = replace(call.record, answered_at=at, agent=person, task=attempt.record.promise)
    return replace(call, record=record, phase=Phase.TALKING, talk_since=at)
