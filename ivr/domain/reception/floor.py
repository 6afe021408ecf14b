"""The floor: everybody and everything that is live, and the orders that the current event gives."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from ivr.domain.client.company import Directory
from ivr.domain.client.learned import Learned
from ivr.domain.client.owners import Owners
from ivr.domain.commands import Command, RefuseCall, Report, Save
from ivr.domain.intake.agent import Agent
from ivr.domain.intake.call import Call, Phase
from ivr.domain.intake.enquiry import Enquiry
from ivr.domain.intake.hunt_group import HuntGroup
from ivr.domain.intake.ledger import Ledger
from ivr.domain.promise.callback import Attempt
from ivr.domain.promise.escalation import Escalation
from ivr.domain.promise.missed_call import Tasks
from ivr.domain.promise.promises import Promises
from ivr.domain.promise.toll import TollGuard
from ivr.domain.reception.rules import Department, Number, Person, Rules
from ivr.domain.records import (
    AgentStateRecord,
    CallRecord,
    EscalationRecord,
    LastAgent,
    MeetingRecord,
)
from ivr.domain.screen import Screen


@dataclass(slots=True)
class Floor:
    """The live state. Only the handlers of this package change it, one event at a time."""

    rules: Rules
    agents: dict[str, Agent] = field(default_factory=dict)
    others: dict[str, dict[str, bool]] = field(default_factory=dict)  # queue -> who -> on a break
    groups: dict[str, HuntGroup] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    enquiries: dict[str, Enquiry] = field(default_factory=dict)
    escalations: Promises = field(init=False)
    owners: Owners = field(default_factory=Owners)
    meetings: dict[str, MeetingRecord] = field(default_factory=dict)  # that are still to be
    opened: dict[str, str] = field(default_factory=dict)  # person -> the promise that is read
    attempts: dict[str, Attempt] = field(default_factory=dict)
    toll: TollGuard = field(default_factory=TollGuard)
    missed: Tasks = field(default_factory=Tasks)
    offers: dict[str, str] = field(default_factory=dict)  # department -> the task on its screens
    callbacks_at: float | None = None  # when callbacks are to be looked at again
    offers_at: float | None = None  # when the next task may be offered
    notes: dict[str, deque[str]] = field(default_factory=dict)  # of each task, in the disk's order
    noted: dict[str, None] = field(default_factory=dict)  # notes taken in, the oldest first
    refusals: dict[str, RefuseCall] = field(default_factory=dict)  # told once the row is kept
    leaving: set[str] = field(default_factory=set)
    link_lost_at: float | None = None
    asterisk_since: float | None = None  # which life of Asterisk was read last
    lately: dict[str, CallRecord] = field(default_factory=dict)  # calls of the last few seconds
    spans: dict[str, AgentStateRecord] = field(default_factory=dict)  # what each person does now
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    learned: Learned = field(default_factory=Learned)
    last_agents: dict[str, LastAgent] = field(default_factory=dict)  # by the caller's number
    orders: list[Command] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    shown: dict[str, Screen] = field(default_factory=dict)  # what each person's page has now

    def __post_init__(self) -> None:
        """Seat everybody of the roster and open every department's lines."""
        self.escalations = Promises(self._keeper, self._released)
        for person in self.rules.people.values():
            self.agents.setdefault(person.id, Agent(person.id, person.department))
        for department in self.rules.departments.values():
            self.groups.setdefault(department.id, HuntGroup(department.id, 0))
            self.fit_lines(department.id)

    def _keeper(self, record: EscalationRecord) -> str:
        """Who keeps a promise, "" for the team; whoever has left keeps nothing."""
        owner = self.rules.people.get(record.owner)
        return record.owner if owner and owner.department == record.department else ""

    def _released(self, record: EscalationRecord) -> float:
        """When the team may take an owner's callback: hours of work count, not of the night."""
        due_at, keeps = record.due_at or record.made_at, self.rules.callbacks.owner_keeps
        department = self.rules.departments.get(record.department)
        hours = department.hours if department else None
        return due_at + keeps if hours is None else hours.later(due_at, keeps)

    def order(self, *commands: Command) -> None:
        """Give orders, performed in this sequence once the event is digested."""
        self.orders.extend(commands)

    def touch(self, *people: str) -> None:
        """These people's screens have to be drawn anew."""
        self.touched.update(p for p in people if p)

    def report(self, what: str, call: str, detail: str = "") -> None:
        """Count something odd that is no error: an event of a call that nobody knows, say."""
        self.order(Report(what, call, detail))

    def save(self, call: Call) -> None:
        """Keep the call's row."""
        self.order(Save(call.record))

    def fit_lines(self, department: str) -> None:
        """Lines = headcount: the configured number, or those signed in and not on a break."""
        lines = self.rules.departments[department].lines
        self.groups[department].resize(self.signed_in(department) if lines is None else lines)

    def signed_in(self, department: str) -> int:
        """How many of the department are there: for calls, or on one; its queue's others, too."""
        others = self.others.get(self.rules.departments[department].queue, {})
        people = sum(a.signed_in for a in self.agents.values() if a.department == department)
        return people + sum(not paused for paused in others.values())

    def free_line(self, at: float, call: Call) -> None:
        """Give the call's line back, if it held one."""
        group = self.groups[call.record.department]
        if group.release(call.id):
            group.note_hold(max(0.0, at - call.record.offered_at))

    @property
    def directory(self) -> Directory:
        """All companies: those of the admin's file and those that are kept here."""
        return self.learned.over(self.rules.directory)

    def members_of(self, department: str) -> list[Agent]:
        """Who of the department is signed in, on a break or not."""
        return [a for a in self.agents.values() if a.department == department and a.member]

    def manned(self, department: str) -> bool:
        """Whether anybody is in the department's queue, also one whom people.yaml does not name."""
        others = self.others.get(self.rules.departments[department].queue)
        return bool(others or self.members_of(department))

    def free_of(self, department: str) -> list[Agent]:
        """Who of the department may be rung now, the longest idle first."""
        free = (a for a in self.members_of(department) if a.free)
        return sorted(free, key=lambda a: (a.idle_since, a.person))

    def department_of_queue(self, queue: str) -> Department | None:
        """The department whose queue this is."""
        return next((d for d in self.rules.departments.values() if d.queue == queue), None)

    def department_of(self, person: str) -> Department:
        """The department a person works in."""
        return self.rules.departments[self.agents[person].department]

    def number_of(self, did: str) -> Number:
        """The number that was dialled; an unknown one falls back to the company's first."""
        return self.rules.numbers.get(did) or next(iter(self.rules.numbers.values()))

    def person(self, person: str) -> Person | None:
        """Somebody of the roster."""
        return self.rules.people.get(person)

    def anybody_waits(self, department: str) -> bool:
        """Whether a caller of the department waits for an answer."""
        waiting = (Phase.OFFERED, Phase.WAITING)
        return any(
            c.phase in waiting and c.record.department == department for c in self.calls.values()
        )

    def ringing_for(self, call: str) -> Iterable[Agent]:
        """Everybody whose phone rings for this call."""
        return [a for a in self.agents.values() if a.ring == call]

    def talking_on(self, call: str) -> Iterable[Agent]:
        """Everybody who talks on this call."""
        return [a for a in self.agents.values() if a.talk == call]

    def escalation_of(self, call: str) -> Escalation | None:
        """The promise made on this call, the newest if there are several."""
        enquiry = self.enquiries.get(call)
        return self.escalations.get(enquiry.escalation) if enquiry else None

    def promise_of(self, call: str) -> Escalation | None:
        """The promise made on this call, also once the call itself is forgotten."""
        return self.escalations.of_call(call)

    def open_promise(self, call: Call) -> Escalation | None:
        """What sales owes this client from an earlier call, by company or by number."""
        return self.escalations.of_caller(call.record.account, call.record.number, call.id)

    def is_on(self, call_id: str) -> bool:
        """Whether the caller of this call is still on the line."""
        call = self.calls.get(call_id)
        return call is not None and call.phase is not Phase.ENDED

    def is_in_hand(self, call_id: str) -> bool:
        """Whether somebody's phone or page is still about this call."""
        return any(call_id in (a.talk, a.ring, a.wrap) for a in self.agents.values())

    def forget_if_done(self, call_id: str) -> None:
        """Drop what memory holds of a call that has ended and that nobody works on."""
        call = self.calls.get(call_id)
        if call is None or call.phase is not Phase.ENDED or self.is_in_hand(call_id):
            return
        promise = self.escalation_of(call_id)
        del self.calls[call_id]
        self.enquiries.pop(call_id, None)
        if promise is not None:
            self.forget_if_closed(promise)

    def forget_if_closed(self, promise: Escalation) -> None:
        """A closed promise lives in the database; its call or its talk may still be on."""
        dialled = any(one.record.promise == promise.id for one in self.attempts.values())
        on = dialled or any(call in self.calls for call in promise.calls)
        if not promise.open and not on:
            self.escalations.pop(promise.id, None)
