"""What a department that is no more still owes is another's: nothing is owed by nobody."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.commands import Save
from ivr.domain.promise.missed_call import closed, joined, key_of
from ivr.domain.reception.floor import Floor
from ivr.domain.records import MissedCallRecord


def hand_over(floor: Floor, at: float) -> None:
    """Give tasks and promises of departments without people or numbers to who has theirs now.

    A task goes to the department that answers the number which was dialled; a promise to the
    department of its owner, else to the sales of the company's first number, and so does a client
    of sales.
    """
    there = _there(floor)
    tasks = {department for department, _ in floor.missed} - there
    for task in [one for one in floor.missed.values() if one.department in tasks]:
        _task(floor, at, task)
    promises = floor.escalations.departments() - there
    for one in [one for one in floor.escalations.values() if one.record.department in promises]:
        one.record = replace(one.record, department=_sales(floor, one.record.owner))
        floor.order(Save(one.record))
    for held in [one for one in floor.owners.now.values() if one.department not in there]:
        if held.person or not held.by:  # else a supervisor may have taken the client back
            moved = replace(held, department=_sales(floor, held.person))
            floor.owners.now[held.client] = moved
            floor.order(Save(moved))


def _there(floor: Floor) -> set[str]:
    """The departments where somebody works or a number leads to."""
    people = (one for name, one in floor.rules.people.items() if name not in floor.leaving)
    return {
        *(person.department for person in people),
        *(number.department for number in floor.rules.numbers.values()),
    }


def _task(floor: Floor, at: float, task: MissedCallRecord) -> None:
    heir = floor.number_of(task.did).department
    del floor.missed[key_of(task)]
    moved = replace(task, department=heir)
    before = floor.missed.get(key_of(moved))
    if before is not None:
        floor.order(Save(closed(task, at, "merged")))
        moved = joined(before, task)
    floor.missed[key_of(moved)] = moved
    floor.order(Save(moved))


def _sales(floor: Floor, owner: str) -> str:
    person = floor.person(owner)
    if person is not None and not floor.department_of(owner).sales:
        return person.department
    return floor.rules.departments[floor.number_of("").department].sales
