"""The tasks of a department as a page shows them: offered, being dialled, or left to people."""

from __future__ import annotations

from ivr.domain.client.company import OneMatch
from ivr.domain.client.phone import E164, normalise
from ivr.domain.intake.agent import Agent, AgentState
from ivr.domain.reception import attempts
from ivr.domain.reception.floor import Floor
from ivr.domain.reception.questions import told_facts
from ivr.domain.records import MissedCallRecord, RecordKind, TaskKind
from ivr.domain.screen import TaskCard

MOST_LEFT = 9
"""Tasks left to people that one page lists."""

_IDLE = (AgentState.SIGNED_OUT, AgentState.READY, AgentState.PAUSED)


def readers(floor: Floor, department: str) -> list[str]:
    """Whose pages may show tasks of this department now: nobody's who has a call."""
    agents = (a for a in floor.agents.values() if a.department == department)
    return [a.person for a in agents if a.state in _IDLE]


def card(floor: Floor, agent: Agent) -> TaskCard | None:
    """What this person may call back, or calls back just now; None while a call is there."""
    attempt = floor.attempts.get(agent.attempt)
    if agent.state is not AgentState.READY:
        return None
    if attempt is not None and attempt.record.made_for is RecordKind.MISSED_CALL:
        task = floor.missed.of(attempt.record.promise)
        state = "phone" if attempt.record.claimed_at is None else "client"
        return _card(floor, task, state) if task else None
    task = floor.missed.of(floor.offers.get(agent.department, ""))
    return _card(floor, task, "offered") if task and agent.free else None


def left(floor: Floor, agent: Agent) -> tuple[TaskCard, ...]:
    """What is left to the people of this person's department; nothing while a call is there."""
    if agent.state not in _IDLE or agent.attempt:
        return ()
    tasks = floor.missed.left(agent.department, MOST_LEFT)
    return tuple(_card(floor, task, "left", why(floor, task)) for task in tasks)


def why(floor: Floor, task: MissedCallRecord) -> str:
    """Why machines have left the task: tries, number (not to be dialled), withheld, unfinished."""
    if task.kind is TaskKind.UNFINISHED:
        return "unfinished" if task.number else "withheld"
    if not task.number:
        return "withheld"
    return "tries" if attempts.dialable(floor, task.number) else "number"


def _card(floor: Floor, task: MissedCallRecord, state: str, why: str = "") -> TaskCard:
    caller = normalise(task.number, floor.rules.region)
    match = floor.directory.match(caller)
    account = match.account if isinstance(match, OneMatch) else None
    waiting = floor.missed.count_waiting(task.department)
    return TaskCard(
        id=task.id,
        state=state,
        number=caller.pretty if isinstance(caller, E164) else task.number,
        name=task.name,
        company=account.name if account else "",
        key_account=account is not None and account.large,
        missed_at=task.first_missed_at,
        last_at=task.last_missed_at,
        count=task.count,
        attempts=task.attempts,
        more=max(0, waiting - 1) if state == "offered" else waiting,
        why=why,
        messages=len(task.recordings),
        known=told_facts(task.answers),
        note=task.note,
    )
