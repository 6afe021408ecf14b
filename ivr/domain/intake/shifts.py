"""How people's time was spent: spans that follow one another, and what they add up to.

Every span has its own beginning, so that a second break is never counted from the first, and a
break's reason is that of its beginning: the event that ends it carries none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ivr.domain.intake.agent import Agent, AgentState
from ivr.domain.records import AgentStateRecord

CALLING = "calling"
"""The state of who calls a client back: no call of the queue, and not free for one."""

Doing = tuple[str, str, str]
"""State, reason of a break, call."""


def doing(agent: Agent) -> Doing | None:
    """What this person does now; None for who is signed out."""
    match agent.state:
        case AgentState.SIGNED_OUT:
            return None
        case AgentState.READY if agent.attempt:
            return CALLING, "", agent.call or agent.attempt
        case AgentState.PAUSED:
            return AgentState.PAUSED.value, agent.pause_reason, agent.call
        case state:
            return state.value, "", agent.call


def span_of(agent: Agent, at: float) -> AgentStateRecord | None:
    """What this person does from now on; None for who is signed out."""
    now = doing(agent)
    if now is None:
        return None
    state, reason, call = now
    return AgentStateRecord(
        id=f"{agent.person}-{int(at * 1000)}-{state}",
        person=agent.person,
        department=agent.department,
        state=state,
        reason=reason,
        call=call,
        since=at,
        until=None,
    )


def goes_on(span: AgentStateRecord | None, now: Doing | None) -> bool:
    """Whether what is done now is what this span tells of."""
    return (span and (span.state, span.reason, span.call)) == now


def ended(span: AgentStateRecord, at: float) -> AgentStateRecord:
    """The span is over; one told late never ends before it began."""
    return replace(span, until=max(span.since, at))


def seconds(
    spans: Iterable[AgentStateRecord], state: AgentState | str, since: float, until: float
) -> dict[str, float]:
    """Seconds in this state between two times, by reason; one that goes on counts until the end."""
    totals: Counter[str] = Counter()
    for span in spans:
        if span.state != state:
            continue
        end = until if span.until is None else min(span.until, until)
        totals[span.reason] += max(0.0, end - max(span.since, since))  # type: ignore[assignment]
    return dict(totals)
