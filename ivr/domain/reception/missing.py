"""A caller who talked with nobody is a task: one open task a number, closed when served."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.commands import Save
from ivr.domain.intake.call import Call
from ivr.domain.reception.floor import Floor
from ivr.domain.records import MissedCallRecord


def missed(floor: Floor, call: Call) -> None:
    """Open a task for the caller's number, or count the call into the open one.

    Missed is when the caller came, not when the caller gave up. Withheld callers are different
    people and cannot be called back: the call's own row tells of them.
    """
    record = call.record
    if not record.number:
        return
    key = (record.department, record.number)
    task = floor.missed.get(key)
    if task is not None and call.id in task.calls:
        return
    if task is None:
        task = MissedCallRecord(
            id=f"m-{safe(call.id)}",
            department=record.department,
            number=record.number,
            first_missed_at=record.offered_at,
            last_missed_at=record.offered_at,
            count=1,
            calls=(call.id,),
            closed_at=None,
            closed_how="",
        )
    else:
        task = replace(
            task,
            last_missed_at=max(task.last_missed_at, record.offered_at),
            count=task.count + 1,
            calls=(*task.calls, call.id),
        )
    floor.missed[key] = task
    floor.order(Save(task))


def served(floor: Floor, at: float, call: Call) -> None:
    """The number rang again and was answered: nobody has to call it back."""
    task = floor.missed.pop((call.record.department, call.record.number), None)
    if task is not None:
        floor.order(Save(replace(task, closed_at=at, closed_how="served")))


def safe(call: str) -> str:
    """A call's id in letters, digits and hyphens: fit for an extension and a channel id."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in call)
