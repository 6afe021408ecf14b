"""By which name of Asterisk each person is rung: the desk phone, or a member that reaches outside.

Whoever may be rung on a mobile is a queue member of the dialplan's `[ivr-reach]`, which decides at
each ring between desk phone and mobile, also while the service is down. The core knows nothing of
it: a ring, an answer and a talk of that member are the person's.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import replace

from ivr.asterisk.own_queues import with_own_queue
from ivr.asterisk.translate import KeptPerson, Phones
from ivr.asterisk.translate.phones import REACH, reach
from ivr.config.company import Company
from ivr.config.people import Person


def interface(person: Person) -> str:
    """What a queue dials for this person."""
    return f"{reach(person.id)}/n" if person.outside else person.phone


def phones_of(company: Company) -> Phones:
    """Whose phone is which, as this configuration says."""
    outside = [one for one in company.people.values() if one.outside]
    return Phones(
        {one.id: interface(one) for one in company.people.values()},
        state={one.id: hint(one) for one in outside},
        more={name: one.id for one in outside for name in (one.phone, reach(one.id))},
        own=with_own_queue(company),
    )


def kept(company: Company, person: Person, queues: Iterable[str]) -> KeptPerson:
    """What the dialplan must know of this person by itself."""
    wrap_up = company.settings.departments[person.department].wrap_up_seconds
    note = KeptPerson(person.id, tuple(queues), wrap_up, person.phone, person.mobile or "")
    if not person.outside:
        return note
    return replace(
        note,
        rings=person.rings,
        ring_seconds=company.settings.transfer.mobile_ring_seconds,
        language=person.languages[0],
        member=interface(person),
        hint=hint(person),
        state=_state(person),
    )


def sections(company: Company) -> str:
    """The lines of queues.conf that let a mobile ring long enough in the queues of sales."""
    departments = {one.department for one in company.people.values() if one.outside}
    queues = sorted(company.settings.departments[name].queue for name in departments)
    seconds = company.settings.transfer.mobile_seconds
    return "".join(f"[{queue}](+)\ntimeout = {seconds}\n" for queue in queues)


def hint(person: Person) -> str:
    """Whose state counts: that of the dialplan's hint over all phones of this person.

    Asterisk reads the phones of a hint once, so other phones are another hint.
    """
    return f"hint:is-{person.id}-{zlib.crc32(_state(person).encode()):08x}@{REACH}"


def _state(person: Person) -> str:
    own = reach(person.id)
    return own if person.rings == "mobile" else f"{person.phone}&{own}"
