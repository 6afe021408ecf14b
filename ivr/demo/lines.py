"""One line a call: caller, agent, answers, offer, owner, why, and what happened."""

from __future__ import annotations

from ivr.config.company import Company
from ivr.demo.tally import Evidence
from ivr.domain.records import CallEnd, CallRecord, EscalationRecord, InterviewRecord


def call_line(evidence: Evidence, call: CallRecord, company: Company) -> str:
    """What is known of one call, in one line."""
    walk = next((i for i in evidence.interviews if i.call == call.id), None)
    promise = next((e for e in evidence.escalations if e.call == call.id), None)
    parts = [
        f"{call.number or 'withheld':<13}",
        f"agent {call.agent or '-'}",
        f"answers {_answers(walk)}",
    ]
    if walk is not None and walk.outcome:
        offers = ", ".join(company.drafts[walk.tree].tree.outcomes[walk.outcome].offers)
        parts += [f"offer {offers}", f"owner {walk.owner}", f"why {walk.why}"]
    parts.append(_happened(evidence, call, promise))
    return " | ".join(parts)


def _answers(walk: InterviewRecord | None) -> str:
    steps = walk.walk.get("steps") if walk is not None else None
    if not isinstance(steps, list) or not steps:
        return "-"
    said = [s for s in steps if isinstance(s, dict)]
    return ", ".join(f"{s['question']}={s['value'] or s['key']}" for s in said)


def _happened(evidence: Evidence, call: CallRecord, promise: EscalationRecord | None) -> str:
    if call.not_enquiry:
        return f"no enquiry: {call.not_enquiry}, ended"
    if call.end is CallEnd.MISSED:
        task = any(call.id in task.calls for task in evidence.missed)
        return "gave up while it rang, " + ("a task" if task else "no number to call back")
    if call.end is CallEnd.REFUSED:
        return f"refused: {call.refusal}"
    if promise is None:
        return "stays, served"
    talk = f"{promise.talked:.0f} s with {promise.owner or 'sales'}"
    aim = ", a meeting is the aim" if promise.aim == "meeting" else ""
    how = "called back" if promise.attempts else "transferred"
    return f"{how}: {talk}{aim} ({promise.state})"
