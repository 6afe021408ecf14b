"""The task of a missed call as a page shows it: offered, or being dialled."""

from __future__ import annotations

from ivr.domain.client.company import OneMatch
from ivr.domain.client.phone import E164, normalise
from ivr.domain.intake.agent import Agent, AgentState
from ivr.domain.reception.floor import Floor
from ivr.domain.records import MissedCallRecord, RecordKind
from ivr.domain.screen import TaskCard


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


def _card(floor: Floor, task: MissedCallRecord, state: str) -> TaskCard:
    caller = normalise(task.number, floor.rules.region)
    match = floor.directory.match(caller)
    account = match.account if isinstance(match, OneMatch) else None
    others = [
        one
        for one in floor.missed.values()
        if one.department == task.department and one.id != task.id
    ]
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
        more=len(others),
    )
