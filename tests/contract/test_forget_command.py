"""`ivr forget` and the API: a number is erased beside a running service and without one."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from contract.store_backends import (
    attempt,
    call,
    escalation,
    interview,
    meeting,
    missed,
    owner,
)
from contract.test_api import Asker
from contract.test_erasure import dump
from contract.test_running_service import Office, office

from ivr.domain.client.traces import BETWEEN
from ivr.domain.events import CallEnded, CallerQueued, Restored
from ivr.domain.records import (
    AttemptRecord,
    EscalationRecord,
    EscalationState,
    LastAgent,
    MeetingRecord,
    MeetingState,
    MissedCallRecord,
    MissedState,
    OwnerRecord,
    Record,
)
from ivr.ports import Footprint

__all__ = ["office"]

NUMBER, WRITTEN = "+79161234567", "8 (916) 123-45-67"
OTHER = "+79037654321"
REASON = "клиент просит забыть его"


@pytest.fixture
async def asker(office: Office) -> Any:
    async with aiohttp.ClientSession() as http:
        one = Asker(office, http, "")
        one.token = one.give("erase")
        yield one


def url(office: Office) -> str:
    return office.service.company.settings.store.url


def named(address: str, national: str = "9161234567") -> list[tuple[str, str, str]]:
    """Where the number stands in the database."""
    strip = str.maketrans("", "", BETWEEN)
    return [found for found in dump(address) if national in found[2].translate(strip)]


async def keep(office: Office, *records: Record) -> None:
    """Have these on the disk, and what is open of them in the core."""
    store, at = office.service.store, 1.0
    for record in records:
        store.save(record, confirm=False)
    await asyncio.to_thread(store.settle)

    def of(kind: type[Any]) -> tuple[Any, ...]:
        return tuple(record for record in records if isinstance(record, kind))

    office.service.switchboard.post(
        Restored(
            at,
            calls=(),
            interviews=(),
            escalations=tuple(
                one for one in of(EscalationRecord) if one.state is not EscalationState.CLOSED
            ),
            attempts=(),
            missed=tuple(one for one in of(MissedCallRecord) if one.closed_at is None),
            tried=of(AttemptRecord),
            meetings=of(MeetingRecord),
            owners=of(OwnerRecord),
        )
    )


def past() -> tuple[Record, ...]:
    return (
        call("c1", number=NUMBER, raw_number=WRITTEN, ended_at=1100.0, note="Пётр"),
        interview("c1", reason="Пётр", settled_at=1.0),
        owner("o1", client=f"number:{NUMBER}"),
        attempt("a1", number=NUMBER, ended_at=1200.0, claimed_at=1100.0),
        missed(
            "m1", number=NUMBER, state=MissedState.CLOSED, closed_at=1.0, recordings=("vm-1.wav",)
        ),
    )


def owed() -> tuple[Record, ...]:
    return (
        escalation("e1", number=NUMBER, company="", state=EscalationState.HUMAN),
        missed("m2", number=NUMBER, recordings=()),
        meeting("t1", number=NUMBER, promise="e0", starts_at=4e9, note=f"спросить {WRITTEN}"),
    )


def voices(office: Office, tmp_path: Path) -> Path:
    """A folder of voice messages with one of this number in it."""
    folder = tmp_path / "voices"
    folder.mkdir()
    (folder / "vm-1.wav").write_bytes(b"voice")
    office.service.voice_files.folder = folder
    office.change("ivr.yaml", "  ami:\n", f"  voicemail: {folder}\n  ami:\n")
    return folder


async def forget(office: Office, number: str, *more: str) -> tuple[int, str]:
    done = await office.run("forget", number, str(office.folder), *more)
    return done.exit_code, done.output


async def test_it_tells_first_and_erases_nothing_where_nobody_can_be_asked(office: Office) -> None:
    await keep(office, *past())
    code, told = await forget(office, WRITTEN)
    assert code == 2
    assert "      1  calls\n      1  interviews\n" in told
    assert "      1  voice messages\n" in told
    assert "say --yes" in told
    assert NUMBER not in told
    assert (await forget(office, WRITTEN, "--try"))[0] == 0
    assert len(named(url(office))) > 4


async def test_a_number_is_erased_from_database_memory_and_files(
    office: Office, tmp_path: Path
) -> None:
    folder = voices(office, tmp_path)
    await keep(office, *past())
    floor = office.service.reception.floor
    floor.last_agents[NUMBER] = LastAgent(NUMBER, "anna", 1.0)
    floor.toll.dialled(time.time(), NUMBER)
    assert f"number:{NUMBER}" in floor.owners.now
    code, told = await forget(office, WRITTEN, "--yes")
    assert (code, told) == (0, "erased\n")
    assert named(url(office)) == []
    assert not (folder / "vm-1.wav").exists()
    assert floor.last_agents == {}
    assert floor.owners.now == {}
    assert [number for _, number in floor.toll.dials] == [""], "the dial counts on"
    walk = office.service.store.interview("c1")
    assert walk is not None
    assert walk.reason == ""
    (entry,) = office.service.store.audit.entries(1e12, 9)
    assert (entry.action, entry.object, entry.detail["calls"]) == ("number_erased", "", 1)


async def test_who_cannot_be_told_again_cannot_be_forgotten(office: Office) -> None:
    await keep(office, call("c1", number="", raw_number="anonymous", ended_at=1100.0))
    for written in ("anonymous", "101", "+7", "*21*89161234567#", "916123"):
        code, told = await forget(office, written, "--yes")
        assert (code, "no full phone number" in told) == (2, True), written
    assert list(office.service.store.audit.entries(1e12, 9)) == []


async def test_our_own_number_is_no_client_s(office: Office) -> None:
    code, told = await forget(office, "8 495 000-00-12", "--yes")
    assert (code, "the company's own number" in told) == (2, True)


async def test_what_is_owed_is_not_closed_without_a_reason(office: Office) -> None:
    await keep(office, *past(), *owed())
    code, told = await forget(office, WRITTEN, "--yes")
    assert code == 2
    assert "still owed something (e1, m2, t1)" in told
    assert office.service.store.escalation("e1") == owed()[0]
    assert office.service.reception.floor.escalations["e1"].open
    assert list(office.service.store.audit.entries(1e12, 9)) == []


async def test_a_supervisor_s_reason_closes_what_is_owed(office: Office, tmp_path: Path) -> None:
    voices(office, tmp_path)
    await keep(office, *past(), *owed())
    code, told = await forget(office, WRITTEN, "--yes", "--close-promises", REASON)
    assert (code, told) == (0, "erased\n")
    assert named(url(office)) == []
    store, floor = office.service.store, office.service.reception.floor
    promise, task, met = store.escalation("e1"), store.missed_call("m2"), store.meeting("t1")
    assert promise is not None
    assert (promise.state, promise.result) == (EscalationState.CLOSED, "closed")
    assert (promise.close_reason, promise.closed_by != "") == (REASON, True)
    assert task is not None
    assert (task.state, task.closed_how) == (MissedState.CLOSED, "nothing_to_do")
    assert met is not None
    assert (met.state, met.reason, met.sequence) == (MeetingState.CANCELLED, REASON, 2)
    assert (dict(floor.escalations), dict(floor.missed), floor.meetings) == ({}, {}, {})


async def test_a_reason_does_not_bring_the_number_back(office: Office) -> None:
    await keep(office, *owed())
    code, told = await forget(office, NUMBER, "--yes", "--close-promises", f"просит {WRITTEN}")
    assert (code, "without the number" in told) == (2, True)


async def test_others_of_a_company_are_still_owed_theirs(office: Office) -> None:
    asked = {"at": 1.0, "call": "c9", "agent": "anna", "name": "Пётр", "number": NUMBER}
    asked |= {"how": "callback", "aim": "talk", "why": "tree", "offer": [], "answers": []}
    shared = escalation(
        "e1", number=OTHER, state=EscalationState.HUMAN, joined=[{**asked, "note": "Пётр"}]
    )
    newest = escalation(
        "e2",
        call="c8",
        number=NUMBER,
        name="Пётр",
        company="Лютик",
        state=EscalationState.HUMAN,
        joined=[{**asked, "number": OTHER, "call": "c7", "name": "Вера", "note": "её"}],
    )
    await keep(office, shared, newest)
    assert (await forget(office, NUMBER, "--yes"))[0] == 2
    assert (await forget(office, NUMBER, "--yes", "--close-promises", REASON))[0] == 0
    kept = office.service.store.escalation("e1"), office.service.store.escalation("e2")
    assert [(one.state, one.number, one.joined) for one in kept if one] == [
        (EscalationState.HUMAN, OTHER, []),
        (EscalationState.HUMAN, OTHER, []),
    ]
    assert [one.name for one in kept if one] == ["Иванов", "Вера"]
    floor = office.service.reception.floor
    assert [one.record for one in floor.escalations.values()] == [*kept]
    assert floor.escalations.of_number(NUMBER) == []
    assert named(url(office)) == []


async def test_a_number_is_not_forgotten_while_its_call_is_on(office: Office) -> None:
    await keep(office, *past())
    post = office.service.switchboard.post
    post(CallerQueued(2.0, "on", "PJSIP/t-1", "client", NUMBER, ""))
    code, told = await forget(office, NUMBER, "--yes", "--close-promises", REASON)
    assert (code, "a call of this number is on" in told) == (2, True), told
    assert office.service.store.call("c1") == past()[0]
    post(CallEnded(3.0, "on", 16))


async def test_a_call_that_comes_in_the_middle_is_told_and_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    voices(office, tmp_path)
    await keep(office, *past())
    service, loop = office.service, asyncio.get_running_loop()
    erase = service.store.erasure.erase

    def meanwhile(*words: Any) -> None:
        came = CallerQueued(5e9, "on", "PJSIP/t-1", "client", NUMBER, "")
        loop.call_soon_threadsafe(service.switchboard.post, came)
        service.store.settle()
        erase(*words)

    monkeypatch.setattr(service.store.erasure, "erase", meanwhile)
    code, told = await forget(office, NUMBER, "--yes")
    assert code == 1, told
    assert "run this again once that is over" in told
    assert {row for _, _, row in named(url(office))} == {json.dumps(NUMBER)}
    assert service.store.call("on") is not None


async def test_two_at_once_do_no_harm(office: Office, tmp_path: Path) -> None:
    voices(office, tmp_path)
    await keep(office, *past(), *owed())
    words = (WRITTEN, "--yes", "--close-promises", REASON)
    done = await asyncio.gather(*(forget(office, *words) for _ in range(2)))
    assert [code for code, _ in done] == [0, 0]
    assert named(url(office)) == []
    assert len(list(office.service.store.audit.entries(1e12, 9))) == 2


async def test_a_voice_message_that_cannot_be_removed_is_told_and_the_next_run_goes_on(
    office: Office, tmp_path: Path
) -> None:
    folder = voices(office, tmp_path)
    office.service.voice_files.folder = tmp_path / "not mounted"
    await keep(office, *past())
    code, told = await forget(office, NUMBER, "--yes")
    assert (code, "cannot be removed" in told) == (2, True)
    office.service.voice_files.folder = folder
    assert (await forget(office, NUMBER, "--yes"))[0] == 0
    assert named(url(office)) == []


async def test_a_number_leaves_each_company_that_shares_it_and_the_file_is_named(
    office: Office,
) -> None:
    path = office.folder / "accounts.csv"
    text = path.read_text("utf-8")
    path.write_text(text + f"ООО «Лютик»,{NUMBER},,,,small,\n" + f"ИП Иванов,{NUMBER},,,,small,\n")
    await office.run("reload", str(office.folder))
    floor = office.service.reception.floor
    held = [one for one in floor.directory.accounts if NUMBER in one.phones]
    assert len(held) == 2
    looked = json.loads((await forget(office, NUMBER, "--try", "--json"))[1])
    assert looked["companies"] == [one.id for one in held]
    assert looked["files"] == ["accounts.csv"]
    code, told = await forget(office, NUMBER, "--yes")
    assert code == 0, told
    assert f"{path} still names the number" in told
    assert [one for one in floor.directory.accounts if NUMBER in one.phones] == []
    assert named(url(office)) == []
    await office.run("reload", str(office.folder))
    assert [one for one in floor.directory.accounts if NUMBER in one.phones] == []


async def test_a_colleague_s_mobile_may_be_forgotten_but_stays_in_people_yaml(
    office: Office,
) -> None:
    office.change("people.yaml", "phone: PJSIP/101", f"phone: PJSIP/101\n    mobile: {NUMBER}")
    await office.run("reload", str(office.folder))
    await keep(office, call("c1", number=NUMBER, ended_at=1100.0))
    code, told = await forget(office, NUMBER, "--yes")
    assert code == 0, told
    assert "people.yaml still names the number" in told


async def test_it_is_done_without_a_service_too(office: Office, tmp_path: Path) -> None:
    folder = voices(office, tmp_path)
    await keep(office, *past(), *owed())
    address = url(office)
    hook = "webhooks: {crm: {url: https://crm.example.com/x, private: yes}}\n"
    office.change("ivr.yaml", "store:\n", hook + "store:\n")
    await office.service.stop()
    code, told = await forget(office, WRITTEN, "--yes")
    assert (code, "e1" in told) == (2, True)
    code, told = await forget(office, WRITTEN, "--yes", "--close-promises", REASON)
    assert (code, told) == (0, "erased\n")
    assert named(address) == []
    assert list(folder.iterdir()) == []
    assert b"9161234567" not in (tmp_path / "linetree.db").read_bytes()
    told_outside = [
        said for table, name, said in dump(address) if (table, name) == ("outbox", "body")
    ]
    (closed,) = [json.loads(json.loads(one)) for one in told_outside if "escalation" in one]
    assert (closed["type"], closed["data"]["state"]) == ("escalation.changed", "closed")
    assert (closed["data"]["number"], closed["data"]["close_reason"]) == ("", REASON)
    code, told = await forget(office, WRITTEN, "--try")
    assert (code, told) == (0, "nothing is kept of this number\n")


async def test_the_api_erases_for_a_token_of_that_scope_alone(
    office: Office, asker: Asker, tmp_path: Path
) -> None:
    voices(office, tmp_path)
    await keep(office, *past(), *owed())
    body = {"number": WRITTEN}
    usual = {"Authorization": f"Bearer {asker.give('read', 'write')}"}
    answer = await asker.ask("POST", "/erasures", 403, body, headers=usual)
    assert answer["detail"] == "it needs the scope erase"
    seen = await asker.ask("POST", "/erasures", 200, {**body, "try_only": True})
    assert (seen["kept"]["calls"], seen["owed"]) == (1, ["e1", "m2", "t1"])
    answer = await asker.ask("POST", "/erasures", 409, body)
    assert answer["problem"] == "not_erased"
    answer = await asker.ask("POST", "/erasures", 422, {"number": "anonymous"})
    assert answer["problem"] == "bad_number"
    done = await asker.ask("POST", "/erasures", 200, {**body, "close_promises": REASON})
    assert done["kept"] == {**asdict(Footprint()), "live": []}
    assert named(url(office)) == []
    entries = office.service.store.audit.entries(1e12, 9)
    assert {(one.actor, one.action) for one in entries} >= {("token:a test", "number_erased")}
    assert NUMBER not in str(entries)
