"""A whole company in virtual time: callers, phones, people, a disk and a link that break by a seed.

The world is the truth. It performs the core's orders as Asterisk would, posts the events that
follow (late, twice, out of order or never, if the seed says so) and counts from its own side what
became of every caller: dialled numbers, promises, lines in use.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ivr.domain.commands import (
    AdmitCall,
    AnswerKnown,
    Command,
    DialCallback,
    EndWrapUp,
    ForgetNote,
    GrantClaim,
    LeaveToDialplan,
    PromiseCallback,
    RefuseCall,
    RefuseClaim,
    ReturnToQueue,
    Save,
    Show,
    TransferToSales,
    WakeAt,
)
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    AnswerPressed,
    CallBackPressed,
    CallEnded,
    CallerQueued,
    CallerServed,
    CallerTurnedAway,
    CallOffered,
    ClaimAsked,
    ClientAnswered,
    ClientLegEnded,
    DeskOpened,
    DialResult,
    DueChosen,
    Event,
    LegBridged,
    LegEnded,
    LegSeen,
    LinkLost,
    MemberSeen,
    MemberStatus,
    OutcomeConfirmed,
    Restored,
    Resynced,
    RingEnd,
    RingStopped,
    SalesLegFailed,
    Saved,
    TransferUnanswered,
    Woke,
)
from ivr.domain.reception import Reception, Rules
from ivr.domain.reception.rules import Published
from ivr.domain.records import (
    KIND_OF,
    AgentStateRecord,
    AttemptRecord,
    CallRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MissedCallRecord,
    Record,
)
from ivr.domain.screen import Screen, Stage
from ivr.domain.tree.tree import Tree

DID = "+74950000012"
AUDIT = 60.0


@dataclass(frozen=True)
class Faults:
    """How often things go wrong, as shares of one."""

    lost: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    crashes: int = 0
    cuts: int = 0
    reloads: int = 0


@dataclass
class Caller:
    """One caller's truth."""

    id: str
    number: str
    patience: float
    wants: tuple[tuple[str, str], ...]
    alive: bool = True
    admitted: bool = False
    line: bool = False
    with_person: str = ""
    with_sales: bool = False
    at_sales: bool = False
    answered: bool = False
    talked_since: float | None = None  # with the department
    returned: bool = False  # called back by the department, then passed on


@dataclass
class World:
    """Virtual time, a seed, and everything outside the core."""

    seed: int
    rules: Rules
    faults: Faults = field(default_factory=Faults)
    now: float = 1_000_000.0

    def __post_init__(self) -> None:
        """Open the company: everybody signs in."""
        self.random = random.Random(self.seed)
        self.queue: list[tuple[float, int, Callable[[], None]]] = []
        self.serial = 0
        self.callers: dict[str, Caller] = {}
        self.busy: dict[str, str] = {}
        self.disk: dict[tuple[type[Record], str], Record] = {}
        self.invites: Counter[str] = Counter()
        self.attempts: dict[str, str] = {}
        self.reached: set[str] = set()
        self.promised: set[str] = set()
        self.versions: dict[str, set[int]] = {}
        self.over = 0
        self.unheard = 0
        self.notes: dict[str, CallerTurnedAway | CallerServed | DueChosen] = {}
        self.known: set[str] = set()  # calls of which the dialplan knows that we heard an answer
        self.turned_away: dict[str, str] = {}
        self.screens: dict[str, Screen] = {}
        self.life = 0
        self.linked, self.dead = True, False
        self.core = Reception(self.rules)
        self.born()
        self.audit()

    # --- time --------------------------------------------------------------------------------

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.serial += 1
        heapq.heappush(self.queue, (self.now + seconds, self.serial, act))

    def run(self, until: float) -> None:
        while self.queue and self.queue[0][0] <= until:
            self.now, _, act = heapq.heappop(self.queue)
            act()
        self.now = max(self.now, until)

    def mine(self, act: Callable[[], None]) -> Callable[[], None]:
        """Something of this life of the service: a crash forgets it."""
        life = self.life
        return lambda: act() if life == self.life else None

    # --- the service -------------------------------------------------------------------------

    def born(self) -> None:
        """A fresh core reads the disk and then Asterisk."""
        self.core = Reception(self.rules)
        rows = list(self.disk.values())
        unsettled = {r.id for r in rows if isinstance(r, InterviewRecord) and not r.settled_at}
        self.give(
            Restored(
                self.now,
                tuple(
                    r
                    for r in rows
                    if isinstance(r, CallRecord) and (r.ended_at is None or r.id in unsettled)
                ),
                tuple(r for r in rows if isinstance(r, InterviewRecord)),
                tuple(
                    r
                    for r in rows
                    if isinstance(r, EscalationRecord) and r.state is not EscalationState.CLOSED
                ),
                tuple(r for r in rows if isinstance(r, AttemptRecord) and r.ended_at is None),
                tuple(r for r in rows if isinstance(r, MissedCallRecord) and r.closed_at is None),
                tuple(r for r in rows if isinstance(r, AgentStateRecord) and r.until is None),
            )
        )
        self.linked = True
        self.resync()
        for person in self.rules.people:
            self.give(DeskOpened(self.now, person))

    def crash(self) -> None:
        """Die, for a moment or for longer than a talk."""
        self.life += 1
        self.linked, self.dead = False, True
        self.after(self.random.choice((2.0, 60.0)), self.mine(self.rise))

    def rise(self) -> None:
        self.dead = False
        self.born()

    def reload(self) -> None:
        """A new configuration: the tree is published anew, in the same words."""
        number = self.core.floor.rules.trees["internet"].version + 1
        whole = self.rules.trees["internet"].tree
        tree = Tree(whole.id, whole.title, whole.first, whole.questions, whole.outcomes)
        self.rules = replace(
            self.rules,
            trees={"internet": Published(tree, number)},
            history={**self.rules.history, ("internet", number): tree},
        )
        if self.dead:
            return  # the next life begins with it
        for command in self.core.relearn(self.now, self.rules):
            self.perform(command)

    def cut(self) -> None:
        """The AMI link breaks for some seconds: events of that time are never told."""
        if not self.linked:
            return
        self.linked = False
        self.give(LinkLost(self.now, "cut"))
        self.after(3.0, self.mine(self.rejoin))

    def rejoin(self) -> None:
        self.linked = True
        self.resync()

    def resync(self) -> None:
        legs: list[LegSeen] = []
        waiting: list[CallerQueued] = []
        for caller in self.callers.values():
            if caller.alive and caller.admitted:
                self.see(caller, legs, waiting)
        for attempt, person in self.attempts.items():
            call = f"{attempt}.1"
            legs.append(LegSeen(call, f"{person}-cb", False, person, "b", "", "", "", "", 1.0))
            if attempt in self.reached:
                client = f"t-{call}"
                legs.append(LegSeen(call, client, True, None, "b2", "", "", "", "", 1.0))
        members = tuple(self.member(p) for p in self.rules.people)
        notes = list(self.notes.values())
        served = tuple(note for note in notes if isinstance(note, CallerServed))
        seen = tuple(legs), members, tuple(waiting)
        self.give(Resynced(self.now, *seen, asked_at=self.now, served=served))
        for note in notes:
            if not isinstance(note, CallerServed):
                self.give(note)

    def see(self, caller: Caller, legs: list[LegSeen], waiting: list[CallerQueued]) -> None:
        """What Asterisk shows of a caller who is there."""
        person, channel = caller.with_person, f"t-{caller.id}"
        bridge = f"b-{person}-{caller.id}" if person else ""
        legs.append(LegSeen(caller.id, channel, True, None, bridge, caller.number, "", "", "", 1.0))
        if person:
            leg = f"{person}-{caller.id}"
            legs.append(LegSeen(caller.id, leg, False, person, bridge, "", "", "", "", 1.0))
        elif not caller.at_sales:
            waiting.append(CallerQueued(self.now, caller.id, channel, "client", caller.number, ""))

    def audit(self) -> None:
        """What the link does from time to time: an event may never arrive."""
        if self.linked:
            self.resync()
        self.after(AUDIT, self.audit)

    def member(self, person: str) -> MemberSeen:
        queue = self.rules.departments[self.rules.people[person].department].queue
        status = MemberStatus.TALKING if person in self.busy else MemberStatus.IDLE
        return MemberSeen(self.now, person, queue, False, "", status)

    def tell(self, event: Event) -> None:
        """An event of Asterisk: told once, twice, late or never."""
        if not self.linked or self.random.random() < self.faults.lost:
            return
        times = 2 if self.random.random() < self.faults.twice else 1
        for _ in range(times):
            late = self.random.random() < self.faults.late
            delay = self.random.uniform(0, 0.5) if late else 0.0
            self.after(delay, self.mine(lambda: self.hear(event)))

    def hear(self, event: Event) -> None:
        if self.linked:
            self.give(event)

    def give(self, event: Event) -> None:
        if self.dead:
            return
        for command in self.core.receive(event):
            self.perform(command)

    def perform(self, command: Command) -> None:
        match command:
            case AdmitCall(call=call):
                self.after(0.01, lambda: self.admit(self.callers[call]))
            case RefuseCall(call=call):
                self.after(0.01, lambda: self.gone(self.callers[call]))
            case LeaveToDialplan(call=call):
                self.after(0.01, lambda: self.alone(self.callers[call]))
            case TransferToSales(call=call, ring_seconds=ring):
                self.after(0.01, lambda: self.pass_on(call, ring))
            case ReturnToQueue(call=call):
                self.after(0.01, lambda: self.join(self.callers[call]))
            case PromiseCallback(call=call):
                self.after(2.0, lambda: self.gone(self.callers[call]))
            case DialCallback(attempt=attempt, person=person):
                self.after(0.05, lambda: self.ring_sales(attempt, person))
            case GrantClaim(attempt=attempt):
                self.dial(attempt)
            case RefuseClaim(attempt=attempt):
                self.done(attempt, DialResult.REFUSED, 0.0)
            case Save(record, confirm):
                self.after(0.02, self.mine(lambda: self.write(record, confirm)))
            case WakeAt(at, key):
                wake = self.mine(lambda: self.give(Woke(self.now, key)))
                self.after(max(0.0, at - self.now), wake)
            case Show(person, screen):
                self.screens[person] = screen
                self.after(0.3, self.mine(lambda: self.press(person, screen)))
            case AnswerKnown(call):
                self.after(0.01, lambda: self.known.add(call))
            case ForgetNote(note):
                self.after(0.01, lambda: self.forget(note))
            case EndWrapUp() | _:
                pass

    def write(self, record: Record, confirm: bool) -> None:
        self.disk[(type(record), record.id)] = record
        if isinstance(record, InterviewRecord):
            self.versions.setdefault(record.id, set()).add(record.version)
        if confirm:
            if isinstance(record, EscalationRecord):
                self.promised.add(record.id)
            self.give(Saved(self.now, KIND_OF[type(record)], record.id))

    # --- callers -----------------------------------------------------------------------------

    def arrive(self, caller: Caller) -> None:
        self.callers[caller.id] = caller
        event = CallOffered(self.now, caller.id, f"t-{caller.id}", DID, caller.number, "")
        if self.linked:
            self.give(event)
        else:
            self.alone(caller)

    def lines_used(self) -> int:
        return sum(1 for c in self.callers.values() if c.alive and c.line)

    def alone(self, caller: Caller) -> None:
        """The fallback dialplan: its own exact count."""
        if self.lines_used() < (self.rules.departments["client"].lines or 0):
            self.admit(caller)
        else:
            self.note(caller)
            self.gone(caller)

    def note(self, caller: Caller) -> None:
        """Whom the dialplan turns away by itself it notes, and tells if anybody listens."""
        note = CallerTurnedAway(
            self.now,
            caller.id,
            f"{caller.id}-1",
            self.now,
            DID,
            caller.number,
            "no_line",
            False,
            "",
            "",
            "",
        )
        self.notes[note.note] = note
        self.turned_away[caller.id] = caller.number
        self.tell(note)

    def forget(self, note: str) -> None:
        self.notes.pop(note, None)

    def admit(self, caller: Caller) -> None:
        if not caller.alive or caller.admitted:
            return
        caller.admitted = caller.line = True
        if self.lines_used() > (self.rules.departments["client"].lines or 0):
            self.over += 1
        self.after(caller.patience, lambda: None if caller.answered else self.gone(caller))
        self.join(caller)

    def join(self, caller: Caller) -> None:
        if not caller.alive:
            return
        caller.at_sales = False
        self.tell(CallerQueued(self.now, caller.id, f"t-{caller.id}", "client", caller.number, ""))
        self.after(0.1, lambda: self.distribute(caller, "client", 60.0))

    def distribute(self, caller: Caller, department: str, left: float) -> None:
        """One round of the queue: a free phone rings, answers or stays silent; then the next."""
        if not caller.alive or caller.with_person or left <= 0:
            if caller.alive and not caller.with_person and department == "sales":
                self.after(0.01, lambda: self.untaken(caller))
            return
        if caller.at_sales is not (department == "sales"):
            return
        free = [
            p
            for p, about in self.rules.people.items()
            if about.department == department and p not in self.busy
        ]
        if not free:
            self.after(1.0, lambda: self.distribute(caller, department, left - 1.0))
            return
        person = self.random.choice(free)
        self.busy[person] = caller.id
        leg = f"{person}-{caller.id}"
        self.tell(AgentRang(self.now, caller.id, person, department, leg))
        if self.random.random() < 0.8:
            self.after(1.5, lambda: self.pick_up(caller, person, department))
        else:
            self.after(3.0, lambda: self.ring_out(caller, person, department, left - 3.0))

    def ring_out(self, caller: Caller, person: str, department: str, left: float) -> None:
        self.busy.pop(person, None)
        self.tell(RingStopped(self.now, caller.id, person, department, RingEnd.SILENT))
        self.after(0.1, lambda: self.distribute(caller, department, left))

    def pick_up(self, caller: Caller, person: str, department: str) -> None:
        if not caller.alive or caller.with_person:
            self.busy.pop(person, None)
            return
        caller.with_person, caller.answered = person, True
        if department == "client" and caller.talked_since is None:
            caller.talked_since = self.now
        leg, channel, bridge = (
            f"{person}-{caller.id}",
            f"t-{caller.id}",
            f"b-{person}-{caller.id}",
        )
        self.tell(AgentAnswered(self.now, caller.id, person, department, leg, channel))
        if department == "sales":
            caller.with_sales, caller.line = True, False
        self.tell(LegBridged(self.now, caller.id, leg, bridge))
        self.tell(LegBridged(self.now, caller.id, channel, bridge))
        self.after(self.random.uniform(15, 40), lambda: self.part(caller, person))

    def part(self, caller: Caller, person: str) -> None:
        """The talk ends, unless the caller has moved on to sales meanwhile."""
        if caller.with_person == person:
            self.drop_leg(caller)
            self.gone(caller)

    def drop_leg(self, caller: Caller) -> None:
        person = caller.with_person
        if person:
            caller.with_person = ""
            self.busy.pop(person, None)
            self.tell(LegEnded(self.now, caller.id, f"{person}-{caller.id}", 16))

    def gone(self, caller: Caller) -> None:
        if not caller.alive:
            return
        self.drop_leg(caller)
        caller.alive = caller.line = False
        if caller.returned:
            self.tell(LegEnded(self.now, caller.id, f"t-{caller.id}", 16))
        elif caller.admitted:
            self.note_talk(caller)
            self.tell(CallEnded(self.now, caller.id, 16))

    def note_talk(self, caller: Caller) -> None:
        """What the dialplan keeps of a talk as long as nobody has said that it is known."""
        if caller.talked_since is not None and caller.id not in self.known:
            key, number, since = f"{caller.id}-3", caller.number, caller.talked_since
            note = CallerServed(self.now, caller.id, key, DID, number, since, self.now, "")
            self.notes[key] = note
            self.unheard += 1
            self.tell(note)

    def pass_on(self, call: str, ring: float) -> None:
        """To sales; a client whom the department has called back leaves that callback for it."""
        attempt = call.removesuffix(".1")
        if attempt in self.reached:
            self.callers[call] = Caller(
                call, "", 0.0, (), admitted=True, answered=True, returned=True
            )
            self.done(attempt, DialResult.ANSWERED, 5.0)
        if call in self.callers:
            self.to_sales(self.callers[call], ring)

    def to_sales(self, caller: Caller, ring: float) -> None:
        if not caller.alive:
            return
        self.drop_leg(caller)
        caller.at_sales = True
        self.distribute(caller, "sales", ring)

    def untaken(self, caller: Caller) -> None:
        if not caller.alive or caller.with_person:
            return
        if self.linked:
            self.give(TransferUnanswered(self.now, caller.id, f"t-{caller.id}"))
            self.after(3.0, lambda: self.strand(caller))
        else:
            self.join(caller)

    def strand(self, caller: Caller) -> None:
        """No verdict came: the dialplan brings the caller back by itself."""
        if caller.alive and caller.at_sales and not caller.with_person:
            self.join(caller)

    # --- callbacks ---------------------------------------------------------------------------

    def ring_sales(self, attempt: str, person: str) -> None:
        if person in self.busy or self.random.random() < 0.2:
            self.tell(SalesLegFailed(self.now, attempt))
            return
        self.busy[person] = attempt
        self.attempts[attempt] = person
        self.after(2.0, lambda: self.claim(attempt, person))

    def claim(self, attempt: str, person: str) -> None:
        if self.linked:
            self.give(ClaimAsked(self.now, attempt, f"{person}-cb"))
        else:
            self.done(attempt, DialResult.REFUSED, 0.0)

    def dial(self, attempt: str) -> None:
        self.invites[attempt] += 1
        if self.random.random() < 0.6:
            self.after(2.0, lambda: self.reach(attempt))
            self.after(20.0, lambda: self.done(attempt, DialResult.ANSWERED, 18.0))
        else:
            self.after(5.0, lambda: self.done(attempt, DialResult.NO_ANSWER, 0.0))

    def reach(self, attempt: str) -> None:
        if attempt in self.attempts:
            self.reached.add(attempt)
            self.tell(ClientAnswered(self.now, attempt, f"t-{attempt}.1"))

    def done(self, attempt: str, result: DialResult, talked: float) -> None:
        person = self.attempts.pop(attempt, "")
        self.reached.discard(attempt)
        if person:
            self.busy.pop(person, None)
        self.tell(ClientLegEnded(self.now, attempt, result, talked))

    # --- people at their desks ---------------------------------------------------------------

    def press(self, person: str, screen: Screen) -> None:
        """An agent who works through the page: answer, then Enter; a task when nothing else is."""
        task = screen.task
        if self.screens.get(person) is screen and task is not None and task.state == "offered":
            self.give(CallBackPressed(self.now, person, f"{self.serial}", task.id))
            return
        if self.screens.get(person) is not screen or screen.caller is None:
            return
        call = screen.caller.call
        wanted = dict(self.callers[call].wants) if call in self.callers else {}
        request = f"{self.serial}"
        if screen.stage is Stage.ASKING and screen.question is not None:
            given = wanted.get(screen.question.id, "1")
            self.give(AnswerPressed(self.now, person, request, call, screen.question.id, given))
        elif screen.stage is Stage.OUTCOME:
            self.enter(person, request, call)

    def enter(self, person: str, request: str, call: str) -> None:
        """The main key."""
        self.give(OutcomeConfirmed(self.now, person, request, call, ""))
