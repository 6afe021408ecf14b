"""What the dialplan is told of departments, numbers and people, for the time when we are down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from ivr.asterisk.translate.action import Action, originate
from ivr.asterisk.translate.legs import Heard
from ivr.asterisk.translate.phones import Phones


@dataclass(frozen=True, slots=True)
class KeptDepartment:
    """What the fallback must know of a department: its queue and how many lines.

    `most` None is as many as are signed in. Also one without a number of its own is told: callers
    of another department may be sent to its queue.
    """

    lines: str
    queue: str
    most: int | None


@dataclass(frozen=True, slots=True)
class KeptDid:
    """What the fallback must know of a number; `lines` is the department whose lines it takes.

    `first` marks the number that an unknown one is taken for. `forms` are other ways in which
    trunks bring it. `facts` are by name: language, waiting, overflow by cause, prompts, hours.
    """

    did: str
    lines: str
    first: bool = False
    forms: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class KeptPerson:
    """What the dialplan must know of a person: for the codes of the phone, and to ring a mobile.

    `phone` is the desk phone, by default what queues dial. Where these are two: `member` is what
    queues dial, with the `hint` whose state counts, that of the devices in `state`.
    """

    person: str
    queues: tuple[str, ...]
    wrap_up: int
    phone: str = ""
    mobile: str = ""
    rings: str = ""
    ring_seconds: int = 0
    language: str = ""
    member: str = ""
    hint: str = ""
    state: str = ""


Kept = KeptDepartment | KeptDid | KeptPerson

FAMILIES = (
    *("ivr", "ivr-group"),
    *("ivr-did", "ivr-alias", "ivr-number"),
    *("ivr-queues", "ivr-name", "ivr-wrap", "ivr-member", "ivr-hint", "ivr-state"),
    *("ivr-desk", "ivr-rings", "ivr-ring", "ivr-speaks", "ivr-mobile", "ivr-mobile-of"),
)
"""The families of AstDB that the notes fill; the dialplan's own are not among them."""

MEMBERSHIPS = ("ivr-queues", "ivr-member", "ivr-name")
"""Those that tell who is a member of which queue by which name."""

MOST_CLEARED = 30
"""Keys of one order: each is a header of its own, and a packet of AMI has room for some 120."""

_OURS = re.compile(r"ivr/(queue|lines|pace)-.*|ivr-[a-z-]+/.*")
"""What may be cleared; the admin's own switches ivr/callbacks and ivr/mobiles stay."""

_PLAIN = re.compile(r"[0-9A-Za-z_/@+.\-]+")
"""Keys as the dialplan writes them."""


def key_of(note: Kept) -> str:
    """What a note is about: a later one about the same takes its place."""
    match note:
        case KeptDepartment():
            return f"department {note.lines}"
        case KeptDid():
            return f"number {note.did}"
        case KeptPerson():
            return f"person {note.person}"
        case _:
            assert_never(note)


def keep(note: Kept, unique: str, phones: Phones) -> Action:
    """Let the dialplan write the note into AstDB, which an AMI user itself may not."""
    match note:
        case KeptDepartment():
            there = "department"
            told = _of_department(note)
        case KeptDid():
            there = "did"
            told = _of_number(note)
        case KeptPerson():
            there = "person"
            told = _of_person(note, note.phone or phones.of(note.person))
        case _:
            assert_never(note)
    return originate(f"Local/{there}@ivr-keep/n", unique, 10, told)


def entries(note: Kept, phones: Phones) -> Iterator[str]:
    """The keys of AstDB that belong to a note, as family/key; [ivr-keep] writes them."""
    match note:
        case KeptDepartment(lines, queue):
            yield from (f"ivr/queue-{lines}", f"ivr/lines-{lines}", f"ivr/pace-{lines}")
            yield f"ivr-group/{queue}"
        case KeptDid(did):
            yield f"ivr-did/{did}"
            yield from (f"ivr-alias/{form}" for form in note.forms)
            yield from (f"ivr-number/{did}/{name}" for name, _ in note.facts)
        case KeptPerson(person):
            phone = re.sub(r"[^0-9A-Za-z_/@.-]", "", note.phone or phones.of(person))
            of_phone = ("queues", "name", "wrap", "member", "hint")
            yield from (f"ivr-{family}/{phone}" for family in of_phone)
            of_person = ("desk", "rings", "ring", "speaks", "mobile")
            yield from (f"ivr-{family}/{person}" for family in of_person)
            yield f"ivr-mobile-of/{note.mobile}"
            yield f"ivr-state/{note.hint.partition('@')[0].removeprefix('hint:is-')}"
        case _:
            assert_never(note)


def stale(listed: Iterable[str], living: Iterable[str]) -> list[str]:
    """Which of these keys, each /family/key as AstDB lists it, belong to nothing any more."""
    found = {key.removeprefix("/") for key in listed}
    ours = (key for key in found if _OURS.fullmatch(key) and _PLAIN.fullmatch(key))
    return sorted(set(ours) - set(living))


def left_behind(
    told: Iterable[Heard], living: Iterable[Kept], phones: Phones, listed: Iterable[Heard]
) -> Iterator[Action]:
    """Take out of the queues whom an earlier configuration of ours had there, and this one has not.

    `told` is what AstDB has of MEMBERSHIPS: which phone is whose, and in which queues; `listed`
    what QueueStatus gave. A member that the admin has added by hand bears no name of ours.
    """
    values = {entry.get("Key").removeprefix("/"): entry.get("Val") for entry in told}
    before = set()
    for key, queues in values.items():
        family, _, phone = key.partition("/")
        if family == "ivr-queues":
            member = values.get(f"ivr-member/{phone}") or phone
            name = values.get(f"ivr-name/{phone}", "")
            before |= {(queue, member, name) for queue in queues.split("&")}
    people = (note for note in living if isinstance(note, KeptPerson))
    gone = before - {(q, phones.of(n.person), n.person) for n in people for q in n.queues}
    for one in listed:
        queue, member = one.get("Queue"), one.get("Location")
        if one.get("Membership") == "dynamic" and (queue, member, one.get("Name")) in gone:
            yield Action("QueueRemove", {"Queue": queue, "Interface": member})


def list_entries(family: str) -> Action:
    """Ask for everything of a family of AstDB."""
    return Action("DBGetTree", {"Family": family})


def clear(keys: Sequence[str], unique: str) -> Action:
    """Let the dialplan delete these."""
    told = {"IVR_TOLD": str(len(keys))}
    told |= {f"IVR_TOLD_{n}": key for n, key in enumerate(keys, 1)}
    return originate("Local/clear@ivr-keep/n", unique, 10, told)


def _of_person(note: KeptPerson, phone: str) -> dict[str, str]:
    told = {
        "IVR_PHONE": phone,
        "IVR_QUEUES": "&".join(note.queues),
        "IVR_PERSON": note.person,
        "IVR_WRAP": str(note.wrap_up),
    }
    if note.mobile:
        told["IVR_MOBILE"] = note.mobile
    if note.member:
        told |= {
            "IVR_RINGS": note.rings,
            "IVR_RING": str(note.ring_seconds),
            "IVR_SPEAKS": note.language,
            "IVR_MEMBER": note.member,
            "IVR_HINT": note.hint,
            "IVR_STATE": note.state,
        }
    return told


def _of_department(note: KeptDepartment) -> dict[str, str]:
    return {
        "IVR_LINES": note.lines,
        "IVR_QUEUE": note.queue,
        "IVR_MOST": "signed" if note.most is None else str(note.most),
    }


def _of_number(note: KeptDid) -> dict[str, str]:
    facts = {f"IVR_TOLD_{n}": f"{name}={value}" for n, (name, value) in enumerate(note.facts, 1)}
    return {
        "IVR_DID": note.did,
        "IVR_LINES": note.lines,
        "IVR_FIRST": "1" if note.first else "",
        "IVR_FORMS": "&".join(note.forms),
        "IVR_TOLD": str(len(facts)),
        **facts,
    }
