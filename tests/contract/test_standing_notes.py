"""What the dialplan is told beforehand is told before the rest is cleared, and never cleared."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from ivr.asterisk import standing_notes
from ivr.asterisk.ami_event import AmiEvent
from ivr.asterisk.standing_notes import StandingNotes
from ivr.asterisk.translate import Action, Kept, KeptDid, KeptPerson, Phones
from ivr.asterisk.translate.keeping import MOST_CLEARED, entries, left_behind

PHONES = Phones({})
FIRST = KeptDid("+74950000012", "client", True, ("+74950000012", "4950000012"))
SECOND = KeptDid("+74950000013", "client", False, ("+74950000013",))


@dataclass
class AstDb:
    """Writes what it is told and deletes what it is ordered to, as [ivr-keep] does."""

    keys: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    notes: tuple[Kept, ...] = ()
    going: set[str] = field(default_factory=set)  # which a channel of its own deletes soon
    deletes: bool = True
    listed: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.goes_on.set()
        self.standing = StandingNotes(PHONES, self.send, self.read, lambda: 1.0)

    async def send(self, action: Action) -> None:
        told = dict(one.split("=", 1) for one in action.headers["Variable"])
        if action.headers["Channel"] == "Local/clear@ivr-keep/n":
            gone = {value for name, value in told.items() if name.startswith("IVR_TOLD_")}
            assert len(gone) <= MOST_CLEARED
            self.done.append(f"cleared {len(gone)}")
            self.going |= gone
        else:
            self.done.append(f"told {told['IVR_DID']}")
            note = next(
                n for n in self.notes if isinstance(n, KeptDid) and n.did == told["IVR_DID"]
            )
            self.keys |= set(entries(note, PHONES))

    async def read(self, action: Action) -> list[AmiEvent]:
        self.listed.set()
        await self.goes_on.wait()
        family = f"{action.headers['Family']}/"
        asyncio.get_running_loop().call_soon(self.delete)
        found = sorted(key for key in self.keys if key.startswith(family))
        name = "DBGetTreeResponse"
        return [AmiEvent(name, f"Event: {name}\r\nKey: /{key}".encode()) for key in found]

    def delete(self) -> None:
        if self.deletes:
            self.keys -= self.going
            self.going.clear()

    async def holds(self, *notes: Kept) -> None:
        self.notes = notes
        await self.standing.tell(self.standing.remember(*notes))


def living(*notes: Kept) -> set[str]:
    return {key for note in notes for key in entries(note, PHONES)}


async def test_what_is_gone_is_cleared_after_the_rest_was_told() -> None:
    astdb = AstDb({"ivr/first", "ivr/callbacks", "ivr/lines-old", "ivr-note/1.1-1", "cidname/1"})
    await astdb.holds(FIRST, SECOND)
    await astdb.holds(SECOND)
    own = {"ivr/first", "ivr/callbacks", "ivr-note/1.1-1", "cidname/1"}
    assert astdb.keys == own | living(SECOND)
    assert astdb.done == ["told +74950000012", "told +74950000013", "cleared 1", "cleared 3"]


async def test_a_number_that_comes_back_while_it_is_cleared_is_told_afterwards() -> None:
    astdb = AstDb()
    await astdb.holds(FIRST, SECOND)
    astdb.listed.clear()
    astdb.goes_on.clear()
    clearing = asyncio.create_task(astdb.holds(SECOND))
    await astdb.listed.wait()
    back = asyncio.create_task(astdb.holds(SECOND, FIRST))
    await asyncio.sleep(0)
    astdb.goes_on.set()
    await asyncio.gather(clearing, back)
    assert astdb.keys == living(FIRST, SECOND)


async def test_without_any_note_nothing_is_cleared() -> None:
    astdb = AstDb({"ivr-did/+74950000012"})
    await astdb.standing.tell_all()
    assert astdb.keys == {"ivr-did/+74950000012"}


async def test_more_than_one_order_has_room_for_is_cleared_in_several() -> None:
    days = {f"ivr-number/+74950000012/hours-{day}" for day in range(20_000, 20_100)}
    astdb = AstDb(set(days))
    await astdb.holds(SECOND)
    assert astdb.keys == living(SECOND)
    assert astdb.done[1:] == ["cleared 30", "cleared 30", "cleared 30", "cleared 10"]


@pytest.mark.parametrize("key", ["ivr-did/a b", "ivr-did/${X}", "ivr-did/a\tb"])
async def test_a_key_that_the_dialplan_never_wrote_is_left(key: str) -> None:
    astdb = AstDb({key})
    await astdb.holds(SECOND)
    assert key in astdb.keys


async def test_a_dialplan_that_cannot_clear_yet_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(standing_notes, "CLEARED_WITHIN", 0.2)
    astdb = AstDb({"ivr-did/+74950009999"}, deletes=False)
    await astdb.holds(FIRST)
    await astdb.holds(FIRST, SECOND)
    assert astdb.keys == living(FIRST, SECOND) | {"ivr-did/+74950009999"}


def heard(name: str, **headers: str) -> AmiEvent:
    lines = [f"Event: {name}", *(f"{header}: {value}" for header, value in headers.items())]
    return AmiEvent(name, "\r\n".join(lines).encode())


def entry(key: str, value: str) -> AmiEvent:
    return heard("DBGetTreeResponse", Key=f"/{key}", Val=value)


TOLD = (
    entry("ivr-queues/PJSIP/101", "client&person-anna"),
    entry("ivr-name/PJSIP/101", "anna"),
    entry("ivr-member/PJSIP/101", ""),
    entry("ivr-queues/PJSIP/201", "sales"),
    entry("ivr-name/PJSIP/201", "vera"),
    entry("ivr-member/PJSIP/201", "Local/to-vera@ivr-reach/n"),
)
HERE = (
    KeptPerson("anna", ("client", "person-anna"), 30, "PJSIP/101"),
    KeptPerson("vera", ("sales",), 30, "PJSIP/201", member="Local/to-vera@ivr-reach/n"),
)
OUTSIDE = {"vera": "Local/to-vera@ivr-reach/n"}


@pytest.mark.parametrize(
    ("people", "phones", "leave"),
    [
        (HERE, {"anna": "PJSIP/101", **OUTSIDE}, []),
        (HERE[1:], OUTSIDE, ["client PJSIP/101", "person-anna PJSIP/101"]),
        (HERE[:1], {"anna": "PJSIP/101"}, ["sales Local/to-vera@ivr-reach/n"]),
        (
            (replace(HERE[0], queues=("sales",)), HERE[1]),  # another department
            {"anna": "PJSIP/101", **OUTSIDE},
            ["client PJSIP/101", "person-anna PJSIP/101"],
        ),
        (
            (replace(HERE[0], queues=("client",), phone="PJSIP/109"), HERE[1]),  # another phone
            {"anna": "PJSIP/109", **OUTSIDE},
            ["client PJSIP/101", "person-anna PJSIP/101"],
        ),
        (
            (replace(HERE[0], person="boris"), HERE[1]),  # the phone is somebody else's
            {"boris": "PJSIP/101", **OUTSIDE},
            ["client PJSIP/101", "person-anna PJSIP/101"],
        ),
    ],
)
@pytest.mark.parametrize(("kind", "name"), [("dynamic", ""), ("static", ""), ("dynamic", "x")])
def test_only_a_member_of_an_earlier_configuration_of_ours_is_taken_out(
    people: tuple[KeptPerson, ...], phones: dict[str, str], leave: list[str], kind: str, name: str
) -> None:
    members = [
        heard("QueueMember", Queue=queue, Location=where, Name=name or who, Membership=kind)
        for queue, where, who in (
            ("client", "PJSIP/101", "anna"),
            ("person-anna", "PJSIP/101", "anna"),
            ("sales", "Local/to-vera@ivr-reach/n", "vera"),
        )
    ]
    orders = [one.headers for one in left_behind(TOLD, people, Phones(phones), members)]
    ours = kind == "dynamic" and not name
    assert [f"{one['Queue']} {one['Interface']}" for one in orders] == (leave if ours else [])
