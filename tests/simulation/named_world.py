"""Callers of companies in the world: an agent names theirs sooner or later, or somebody else does.

Also a wrong one that is put right. What must hold is counted at the disk, row by row: an enquiry
that a promise lets go stands in another one by then.
"""

from __future__ import annotations

from simulation.warm_world import WarmWorld

from ivr.domain.commands import RefuseKey
from ivr.domain.events import AccountsKept, CompanyPicked, Event
from ivr.domain.records import AccountRecord, EscalationRecord, Plain, Result
from ivr.store.memory import MemoryStore

FIRMS = 12
KILLED = 0.03
"""How often the service dies between two rows of promises that join or part."""


def firm_of(number: str) -> str:
    """Whose employee this caller is; every third one is somebody's."""
    n = int(number[-7:]) if number else 1
    return f"Фирма {n // 3 % FIRMS}" if n % 3 == 0 else ""


class NamedWorld(WarmWorld):
    """The world, with companies of which each has one open promise."""

    store: MemoryStore

    def __post_init__(self) -> None:
        self.named: dict[str, str] = {}
        self.united = self.parted = 0
        self.doubled: list[str] = []
        self.strayed: list[str] = []
        self.ended_of: dict[str, set[str]] = {}
        super().__post_init__()

    def enter(self, person: str, request: str, call: str) -> None:
        """The main key, and the company before it, after it, by the API much later, or never."""
        caller = self.callers.get(call)
        firm = firm_of(caller.number) if caller else ""
        when = self.random.random() if firm else 1.0
        if when < 0.3:
            self.name(person, call, firm)
        super().enter(person, request, call)
        if 0.3 <= when < 0.7:
            if self.random.random() < 0.3:
                self.name(person, call, f"Фирма {self.random.randrange(FIRMS)}")
            self.after(self.random.uniform(0, 15), self.mine(lambda: self.name(person, call, firm)))
        elif when < 0.9 and caller is not None:
            number = caller.number
            self.after(self.random.uniform(0, 300), self.mine(lambda: self.import_(firm, number)))

    def name(self, person: str, call: str, firm: str) -> None:
        """The agent says which company calls, as long as the page is about this call."""
        event = CompanyPicked(self.now, person, f"n-{self.serial}", call, "", firm)
        orders = self.core.receive(event)
        for command in orders:
            self.perform(command)
        if not any(isinstance(one, RefuseKey) for one in orders):
            self.named[call] = firm
        self.look(event)

    def import_(self, firm: str, number: str) -> None:
        """Somebody's program knows the number: on the disk first, then told."""
        known = self.core.floor.directory.named(firm)
        id = known.id if known else f"f-{firm.split()[1]}"
        phones = tuple(dict.fromkeys((*(known.phones if known else ()), number)))
        row = AccountRecord(id, firm, phones, "", False, "", "", "", self.now, "api", None)
        self.store.save(row, confirm=False)
        self.store.commit()
        self.give(AccountsKept(self.now, (row,)))

    def give(self, event: Event) -> None:
        super().give(event)
        self.look(event)

    def look(self, event: Event) -> None:
        """After every step at most one open promise a company and department."""
        for one in self.core.floor.escalations.twice():
            self.doubled.append(f"{one.record.company} at {self.now}, {type(event).__name__}")

    def follow(self, record: EscalationRecord) -> None:
        """Whoever is no more in this row is in another one by now, with number and answers."""
        before = self.store.escalations.get(record.id)
        gone = [one for one in said(before) if record.joined_to or one not in calls(record)]
        self.united += bool(record.joined_to)
        self.parted += bool(gone) and not record.joined_to
        others = [one for one in self.store.escalations.values() if one.id != record.id]
        for call in gone if before is not None else ():
            if not any(call in calls(one) for one in others):
                self.strayed.append(f"{call} of {record.id} is nowhere")
            told = enquiry(before, call)
            for what in ("number", "answers"):
                # Where an enquiry had none of its own, it had shown those of the one before it.
                kept = [enquiry(one, of)[what] for one in (*others, record) for of in calls(one)]
                if told[what] and told[what] not in kept:
                    self.strayed.append(f"{call} of {record.id}: {what}")
        if record.result and record.result != Result.JOINED and not self.faults.crashes:
            # The last row counts: that of other answers may come before the one of another company.
            firms = {self.named[call] for call in calls(record) if call in self.named}
            self.ended_of[record.id] = firms

    def dies(self, record: EscalationRecord) -> bool:
        """Whether the service dies just behind this row."""
        joins = bool(record.joined or record.joined_to)
        if not (joins and self.faults.crashes and self.random.random() < KILLED):
            return False
        self.crash()
        return True


def calls(record: EscalationRecord) -> list[str]:
    return [record.call, *(str(one["call"]) for one in record.joined)]


def said(record: EscalationRecord | None) -> list[str]:
    return calls(record) if record else []


def enquiry(record: EscalationRecord | None, call: str) -> dict[str, Plain]:
    """What this promise knows of this call."""
    if record is None:
        return {}
    if record.call == call:
        return {"number": record.number, "answers": list(record.answers)}
    return next(one for one in record.joined if one["call"] == call)
