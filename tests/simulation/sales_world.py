"""A company that passes nearly everybody to sales, for a very long time: what becomes of each.

The database forgets what no start would read, and the world remembers of a promise only that it
was made and how often it ended, so that a hundred thousand of them fit into memory.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from company import rules
from simulation.named_world import NamedWorld
from simulation.world import Caller, Faults

from ivr.domain.commands import Command, ForgetWake, PromiseCallback, WakeAt
from ivr.domain.events import (
    CallNowPressed,
    DeskOpened,
    DialResult,
    DueChosen,
    PromiseClosed,
    ResultGiven,
    Saved,
    Woke,
)
from ivr.domain.promise.toll import TollRules
from ivr.domain.reception import Reception, Rules
from ivr.domain.reception.rules import Person
from ivr.domain.records import (
    KIND_OF,
    AgentStateRecord,
    AttemptRecord,
    EscalationRecord,
    EscalationState,
    InterviewRecord,
    MissedCallRecord,
    OwnerRecord,
    Record,
    StretchRecord,
)
from ivr.store.memory import MemoryStore

WANTS = (
    (("who", "organisation"), ("staff", "20"), ("seats", "20")),
    (("who", "organisation"), ("staff", "20"), ("seats", "60")),
    (("who", "organisation"), ("staff", "500")),
    (("who", "person"),),
)
"""What callers are asked and say: three of four are for sales."""

ANSWERS = (
    (DialResult.BUSY, 0.0),
    (DialResult.NO_ANSWER, 0.0),
    (DialResult.TRUNK_DOWN, 0.0),
    (DialResult.ANSWERED, 4.0),
    (DialResult.ANSWERED, 18.0),
    (DialResult.ANSWERED, 18.0),
)
CLEARED_EVERY = 1800.0
"""Seconds between two looks of the supervisor at what nobody goes on with."""
RESULTS = ("won", "lost", "nothing", "refused", "voicemail", "", "")
"""What a salesperson tells of a talk; "" forgets to."""

KEPT_ROWS = 3000
MOSCOW = ZoneInfo("Europe/Moscow")
"""By whose clock all callers of this world tell the time."""


def company() -> Rules:
    """Six agents, nine salespeople and their supervisor; caps that do not bind.

    So many keep pace with the callers, so that the length of a run costs nothing by itself.
    """
    base = rules(lines=6)
    people = [Person(f"a{n}", f"A{n}", f"1{n:02d}", "client") for n in range(6)]
    people += [Person(f"s{n}", f"S{n}", f"3{n:02d}", "sales") for n in range(9)]
    people += [Person("boss", "Boss", "399", "sales", supervisor=True)]
    wide = TollRules(per_number_per_day=1000, per_minute=100_000, per_day=10_000_000)
    return replace(base, people={one.id: one for one in people}, toll=wide)


class SalesWorld(NamedWorld):
    """The world, with salespeople who tell results by a code on the phone."""

    def __init__(self, seed: int, faults: Faults) -> None:
        self.store = MemoryStore(lambda: self.now)
        self.ends: Counter[str] = Counter()
        self.reopened: list[str] = []
        self.late: list[str] = []
        self.of_calls: set[str] = set()
        self.for_sales: set[str] = set()
        self.promise_of: dict[str, str] = {}
        self.closing = False
        self.chosen = 0
        self.wakes: dict[str, float] = {}
        super().__init__(seed, company(), faults)
        self.after(CLEARED_EVERY, self.clear_up)

    def born(self) -> None:
        """A fresh core reads the disk and then Asterisk; only agents have pages."""
        self.core = Reception(self.rules)
        self.give(self.store.restore(self.now))
        self.linked = True
        self.resync()
        for person in self.rules.people.values():
            if person.department == "client":
                self.give(DeskOpened(self.now, person.id))

    def audit(self) -> None:
        gone = [c.id for c in self.callers.values() if not c.alive]
        for call in gone[:-500]:
            del self.callers[call]
        super().audit()

    def perform(self, command: Command) -> None:
        """A later due time of a key takes the place of the one before, as on a real clock."""
        match command:
            case WakeAt(at, key):
                self.wakes[key] = at
                wake = self.mine(lambda: self.wake(key, at))
                self.after(max(0.0, at - self.now), wake)
            case ForgetWake(key):
                self.wakes.pop(key, None)
            case PromiseCallback(call=call):
                super().perform(command)
                self.after(1.0, lambda: self.choose(call))
            case _:
                super().perform(command)

    def to_sales(self, caller: Caller, ring: float) -> None:
        """Now and then nobody of sales picks up at all."""
        if caller.alive and self.random.random() < 0.3:
            self.drop_leg(caller)
            caller.at_sales = True
            self.after(ring, lambda: self.untaken(caller))
        else:
            super().to_sales(caller, ring)

    def choose(self, call: str) -> None:
        """Some who hear of a call back choose the time of it, which the dialplan keeps."""
        if self.random.random() < 0.5:
            later = self.now + self.random.uniform(60.0, 7200.0)
            wish = f"{datetime.fromtimestamp(later, MOSCOW):%H%M}"
            note = DueChosen(self.now, call, f"{call}-2", self.now, wish)
            self.notes[note.note] = note
            self.chosen += 1
            self.tell(note)

    def wake(self, key: str, at: float) -> None:
        if self.wakes.get(key) == at:
            del self.wakes[key]
            self.give(Woke(self.now, key))

    def write(self, record: Record, confirm: bool) -> None:
        died = False
        if isinstance(record, EscalationRecord):
            self.follow(record)
            self.watch(record, confirm)
            died = self.dies(record)
        elif isinstance(record, InterviewRecord) and record.settled_at is not None:
            if record.owner == "sales":
                self.for_sales.add(record.call)
        elif isinstance(record, AttemptRecord):
            self.promise_of[record.id] = record.promise
        if not isinstance(record, StretchRecord):
            self.store.save(record, confirm=False)
            self.store.commit()
        self.forget_rows(record)
        if confirm and not died:
            self.confirm(record)

    def watch(self, record: EscalationRecord, confirm: bool) -> None:
        """Count the ends of a promise, and every life after one."""
        if confirm:
            self.promised.add(record.id)
        self.of_calls.add(record.call)
        self.of_calls |= {str(one["call"]) for one in record.joined}
        if record.state is EscalationState.CLOSED:
            before = self.store.escalations.get(record.id)
            self.ends[record.id] += before is not None or record.id not in self.ends
        elif record.id in self.ends:
            self.reopened.append(record.id)

    def confirm(self, record: Record) -> None:
        self.give(Saved(self.now, KIND_OF[type(record)], record.id))

    def forget_rows(self, record: Record) -> None:
        """What no start would read any more."""
        store = self.store
        match record:
            case EscalationRecord(state=EscalationState.CLOSED):
                store.escalations.pop(record.id, None)
            case AgentStateRecord() if record.until is not None:
                store.states.pop(record.id, None)
            case OwnerRecord() if record.until is not None:
                store.owners.pop(record.id, None)
            case MissedCallRecord() if record.closed_at is not None:
                store.missed.pop(record.id, None)
            case _:
                pass
        for rows in (store.calls, store.interviews, store.attempts):
            while len(rows) > KEPT_ROWS:
                rows.pop(next(iter(rows)))

    def dial(self, attempt: str) -> None:
        """The client's phone rings once more; how that ends is fate."""
        self.invites[attempt] += 1
        if self.ends[self.promise_of.get(attempt, "")]:
            self.late.append(attempt)
        result, talked = self.random.choice(ANSWERS)
        if talked:
            self.after(2.0, lambda: self.reach(attempt))
        self.after(2.0 + talked, lambda: self.done(attempt, result, talked))

    def done(self, attempt: str, result: DialResult, talked: float) -> None:
        person = self.attempts.get(attempt, "")
        if person and talked >= 10:
            self.after(self.random.uniform(-5, 20) + 5.0, self.mine(lambda: self.tell_of(person)))
        super().done(attempt, result, talked)

    def part(self, caller: Caller, person: str) -> None:
        if caller.with_person == person and caller.with_sales:
            self.after(self.random.uniform(1, 20), self.mine(lambda: self.tell_of(person)))
        super().part(caller, person)

    def tell_of(self, person: str) -> None:
        """By a code on the phone: what came of the talk that this person has had."""
        result = self.random.choice(RESULTS)
        if result:
            request = f"{self.serial}"
            self.give(ResultGiven(self.now, person, request, "", result, via="phone"))

    def unpromised(self) -> set[str]:
        """Calls that the tree gave to sales, of which sales knows nothing."""
        return self.for_sales - self.of_calls

    def clear_up(self) -> None:
        """What has lain for an hour the supervisor calls by hand, or closes."""
        left = (EscalationState.HUMAN, EscalationState.TALKED)
        for promise in list(self.core.floor.escalations.values()):
            record = promise.record
            if record.state in left and self.now - record.made_at > 3600:
                request = f"e-{self.serial}"
                if not self.closing and self.random.random() < 0.3 and record.attempts < 5:
                    self.give(CallNowPressed(self.now, "boss", request, record.id))
                else:
                    self.give(PromiseClosed(self.now, "boss", request, record.id, "вечер"))
        self.after(CLEARED_EVERY, self.clear_up)


def play(seed: int, promises: int, faults: Faults) -> SalesWorld:
    """Callers come until this many promises were made; then everybody finishes."""
    world = SalesWorld(seed, faults)
    chance = world.random
    count = 0

    def come() -> None:
        nonlocal count
        if len(world.promised) >= promises:
            return
        count += 1
        again = count > 50 and chance.random() < 0.1
        n = count - chance.randrange(50) if again else count
        caller = Caller(f"c{count}", f"+7495{n:07d}", 60.0, chance.choice(WANTS))
        world.arrive(caller)
        world.after(chance.expovariate(1 / 6), come)

    def break_down() -> None:
        if len(world.promised) < promises:
            chance.choice((world.crash, world.cut, world.reload))()
            world.after(chance.expovariate(1 / 300), break_down)

    world.after(1.0, come)
    if faults.crashes:
        world.after(100.0, break_down)
    while (before := len(world.promised)) < promises:
        world.run(world.now + 3600)
        assert len(world.promised) > before, f"seed {seed}: nobody was promised anything in an hour"
    world.closing = True
    world.run(world.now + 30_000)
    return world


def broken(world: SalesWorld) -> list[str]:
    """Everything that must never be, by name; empty when all is well."""
    ends = {promise: world.ends[promise] for promise in world.promised}
    said = [f"promise {p} ended {times} times" for p, times in ends.items() if times != 1]
    said += [f"promise {p} lives after its end" for p in world.reopened]
    said += [f"attempt {a} dialled {n} times" for a, n in world.invites.items() if n > 1]
    said += [f"attempt {a} dialled for a promise that had ended" for a in world.late]
    said += [f"call {c} was given to sales and promised nothing" for c in world.unpromised()]
    said += [f"caller {c} is left on hold" for c in world.held]
    said += [f"note {n} is kept for ever" for n in world.notes]
    floor = world.core.floor
    said += [f"{g.used} lines are held by nobody" for g in floor.groups.values() if g.used]
    said += [f"promise {p} is not forgotten" for p in floor.escalations]
    said += [f"two open promises of one company: {what}" for what in world.doubled]
    said += [f"lost with a promise that joined or parted: {what}" for what in world.strayed]
    mixed = [(p, firms) for p, firms in world.ended_of.items() if len(firms) > 1]
    said += [f"promise {p} ended for {firms} at once" for p, firms in mixed]
    return said
