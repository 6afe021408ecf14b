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


def span_of(agent: Agent, at: float) -> AgentStateRecord | None:
    """What this person does from now on; None for who is signed out."""
    state = agent.state.value
    if agent.state is AgentState.SIGNED_OUT:
        return None
    if agent.state is AgentState.READY and agent.attempt:
        state = CALLING
    reason = agent.pause_reason if agent.state is AgentState.PAUSED else ""
    return AgentStateRecord(
        id=f"{agent.person}-{int(at * 1000)}-{state}",
        person=agent.person,
        department=agent.department,
        state=state,
        reason=reason,
        call=agent.call or (agent.attempt if state == CALLING else ""),
        since=at,
        until=None,
    )


def same(one: AgentStateRecord | None, other: AgentStateRecord | None) -> bool:
    """Whether two spans tell of the same, so that the first one simply goes on."""
    if one is None or other is None:
        return one is other
    return (one.state, one.reason, one.call) == (other.state, other.reason, other.call)


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
