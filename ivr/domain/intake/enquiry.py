"""What one call is about: its interview, the company that calls, what was decided and promised."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.domain.records import InterviewRecord
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.outcome import Decision
from ivr.domain.tree.tree import WhyKind


@dataclass(slots=True)
class Enquiry:
    """One call's enquiry; it outlives the talk until the agent's wrap-up is over."""

    call: str
    agent: str
    began_at: float
    interview: Interview
    account: str = ""
    company: str = ""
    decision: Decision | None = None
    tree_opened: bool = False  # a client of sales has a new subject: the tree is walked after all
    decided_at: float | None = None
    confirmed: bool = False
    not_enquiry: str = ""
    note: str = ""
    offer: str = ""
    reason: str = ""
    escalation: str = ""
    settled_at: float | None = None
    decided_by: str = ""
    key_account: bool = False
    due_at: float | None = None  # when the client asked to be called by sales
    due_moved: bool = False  # into the hours, or out of a gap of the clock

    @property
    def settled(self) -> bool:
        """Whether nothing more is to be asked or decided."""
        return self.confirmed or bool(self.not_enquiry)

    @property
    def overridden(self) -> bool:
        """Whether a person decided otherwise than the tree."""
        return (
            self.confirmed and self.decision is not None and self.decision.why is WhyKind.OVERRIDE
        )

    def record(self) -> InterviewRecord:
        """The row that the database keeps."""
        decision = self.decision
        return InterviewRecord(
            id=self.call,
            call=self.call,
            tree=self.interview.tree.id,
            version=self.interview.version,
            agent=self.agent,
            began_at=self.began_at,
            decided_at=self.decided_at,
            outcome=decision.outcome if decision else "",
            owner=decision.owner.value if decision else "",
            how=decision.how.value if decision and decision.how else "",
            aim=decision.aim.value if decision and decision.aim else "",
            why=decision.why.value if decision else "",
            reason=self.reason,
            offer=self.offer,
            walk=self.interview.to_record(),
            settled_at=self.settled_at,
            decided_by=self.decided_by,
            rule=decision.rule if decision else None,
            key_account=self.key_account,
            tree_opened=self.tree_opened,
            due_at=self.due_at,
        )
