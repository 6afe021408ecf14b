"""A caller who talked with nobody is a task: one open task a number, closed when served."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from ivr.domain.commands import Save
from ivr.domain.intake.call import Call
from ivr.domain.promise.missed_call import MOST_CALLS, closed, key_of
from ivr.domain.reception.floor import Floor
from ivr.domain.records import CallRecord, MissedCallRecord, MissedState, TaskKind


def missed(floor: Floor, record: CallRecord) -> None:
    """Open a task for the caller's number, or count the call into the open one.

    Missed is when the caller came, not when the caller gave up. Withheld callers are different
    people and cannot be called back: the call's own row tells of them.
    """
    if not record.number or floor.missed.of_call(record.id) is not None:
        return
    task = floor.missed.get((record.department, record.number))
    if task is None:
        task = first(record)
    else:
        task = replace(
            task,
            last_missed_at=max(task.last_missed_at, record.offered_at),
            count=task.count + 1,
            calls=(*task.calls, record.id)[-MOST_CALLS:],
        )
        if task.kind is TaskKind.UNFINISHED:
            # Who rings again wants to talk: that is not left to people any more.
            task = replace(task, kind=TaskKind.MISSED, state=MissedState.WAITING, due_at=0.0)
    floor.missed[key_of(task)] = task
    floor.order(Save(task))


def first(record: CallRecord) -> MissedCallRecord:
    """The task of one missed call."""
    return MissedCallRecord(
        id=f"m-{safe(record.id)}",
        department=record.department,
        number=record.number,
        first_missed_at=record.offered_at,
        last_missed_at=record.offered_at,
        count=1,
        calls=(record.id,),
        closed_at=None,
        closed_how="",
        did=record.did,
        name=record.name,
        due_at=record.offered_at,
    )


def served(floor: Floor, at: float, call: Call, since: float = inf) -> None:
    """The number rang again and was answered: nobody has to call it back.

    A talk that is told late began at `since`, and says nothing of who was missed after that.
    Whoever dials the same number of ours again has rung again, also where another department takes
    the caller, or took the one who was missed.
    """
    record = call.record
    for department in floor.groups:
        task = floor.missed.get((department, record.number))
        if task is None or task.last_missed_at > since:
            continue
        if department == record.department or task.did == record.did != "":
            del floor.missed[key_of(task)]
            floor.order(Save(closed(task, at, "served")))


def safe(call: str) -> str:
    """A call's id in letters, digits and hyphens: fit for an extension and a channel id."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in call)
