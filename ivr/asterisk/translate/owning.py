"""A person's own queue of one member: what is done there besides the department's queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from ivr.asterisk.translate.action import Action
from ivr.asterisk.translate.legs import Heard, digits
from ivr.asterisk.translate.orders import (
    PROLONGED,
    MemberOrder,
    add_member,
    pause_member,
    set_penalty,
)
from ivr.asterisk.translate.phones import Phones, own_queue
from ivr.domain.commands import (
    AddMember,
    EndWrapUp,
    PauseMember,
    ProlongWrapUp,
    RemoveMember,
)
from ivr.domain.events import MemberSeen


def own_actions(order: MemberOrder, phones: Phones) -> tuple[Action, ...]:
    """The same order for the person's own queue; nothing for who has none."""
    if not phones.has_own_queue(order.person):
        return ()
    member = {"Queue": own_queue(order.person), "Interface": phones.of(order.person)}
    match order:
        case AddMember():
            pause = (order.paused, order.reason)
            return (add_member(order.person, member, order.wrap_up, pause, phones),)
        case RemoveMember():
            return (Action("QueueRemove", member),)
        case PauseMember():
            return (pause_member(member, order.paused, order.reason), set_penalty(member, 0))
        case EndWrapUp():
            again = add_member(order.person, member, order.wrap_up, (False, ""), phones)
            return (Action("QueueRemove", member), again)
        case ProlongWrapUp():
            return (set_penalty(member, PROLONGED),)
        case _:
            assert_never(order)


def in_own_queue(
    members: Sequence[MemberSeen], queues: Iterable[Heard], phones: Phones
) -> Iterator[tuple[str, Action]]:
    """What brings each person's own queue into step, by the list of QueueStatus."""
    listed = [entry for entry in queues if entry.name == "QueueMember"]
    seen = {e.get("Queue"): e for e in listed}
    at_work = {(e.get("Queue"), e.get("Location") or e.get("Interface")): e for e in listed}
    present = {m.person: m for m in members if phones.has_own_queue(m.person)}
    for person, member in present.items():
        phone = phones.of(person)
        there, here = seen.get(own_queue(person)), at_work.get((member.queue, phone))
        own = {"Queue": own_queue(person), "Interface": phone}
        if there is None:
            wrap_up = int(digits(here.get("Wrapuptime"))) if here else 0
            yield person, add_member(person, own, wrap_up, (member.paused, member.reason), phones)
            continue
        if (there.get("Paused") == "1") is not member.paused:
            yield person, pause_member(own, member.paused, member.reason)
        penalty = here.get("Penalty") if here else ""
        if penalty and there.get("Penalty") != penalty:
            yield person, set_penalty(own, int(digits(penalty)))
    for person in phones.with_own_queue():
        if person not in present and own_queue(person) in seen:
            own = {"Queue": own_queue(person), "Interface": phones.of(person)}
            yield person, Action("QueueRemove", own)
