"""Who talked with whom and how long, a transfer by the phone's own key included."""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from asterisk.manager import Manager
from e2e.conftest import DEADLINE, until
from phone_keys import attended_transfer

from ivr.asterisk.private.sipp import Caller
from ivr.domain.records import StretchKind

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.conftest import House

    from ivr.domain.records import StretchRecord


def order(house: House, action: Mapping[str, str]) -> None:
    """Ask Asterisk for something that a phone would do, over a connection of the test's own."""
    asterisk = house.stage.asterisk
    link = Manager()
    link.connect("127.0.0.1", asterisk.ami_port)
    link.login("linetree", asterisk.ami_secret)
    try:
        answer = link.send_action({**action})
        assert answer.headers["Response"] == "Success", answer.headers
    finally:
        link.close()


async def leg_of(house: House, phone: str) -> str:
    """The name of this phone's channel."""
    lines = (await house.stage.asterisk.cli("core show channels concise")).splitlines()
    return next(line.split("!")[0] for line in lines if line.startswith(f"PJSIP/{phone}-"))


def rows(house: House, call: str, kind: StretchKind) -> list[StretchRecord]:
    return [row for row in house.look.stretches_of(call) if row.kind is kind]


def cdrs(file: Path) -> list[list[str]]:
    return list(csv.reader(file.read_text().splitlines()))


async def test_a_caller_passed_on_by_a_phones_key_keeps_interview_line_and_ledger(
    house: House,
) -> None:
    await house.desk("anna")
    caller = await house.caller()
    await house.answer("anna", who="organisation")
    await house.sees("anna", lambda s: bool(s.question and s.question.id == "staff"))
    call = house.call_id("anna")
    boris = await house.desk("boris")
    transfer = {
        "Action": "BlindTransfer",
        "Channel": await leg_of(house, "101"),
        "Context": "private-phones",
        "Exten": "102",
    }
    await asyncio.to_thread(order, house, transfer)
    await house.sees("anna", lambda s: s.stage == "wrap_up")
    screen = await house.sees("boris", lambda s: s.stage == "asking")
    assert screen.question is not None
    assert screen.question.id == "staff"
    assert screen.line is not None
    assert screen.line.mine == 1
    await house.answer("boris", staff="20", seats="5")
    await house.sees("boris", lambda s: s.stage == "outcome")
    await boris.send("confirm", call=call, offer="")
    await boris.send("hang_up", call=call)
    await caller.wait()
    await house.sees("boris", lambda s: s.stage == "wrap_up")
    await until(
        lambda: len(rows(house, call, StretchKind.TALKED)) == 2,
        lambda: str(house.look.stretches_of(call)),
    )
    talked = rows(house, call, StretchKind.TALKED)
    assert [row.person for row in talked] == ["anna", "boris"]
    assert talked[0].ended_at <= talked[1].began_at
    passed = rows(house, call, StretchKind.TRANSFERRED)
    assert [(row.person, row.detail) for row in passed] == [("anna", "blind:102")]
    rang = rows(house, call, StretchKind.RANG)
    assert [(row.person, row.detail) for row in rang] == [("anna", "answered")]
    queued = rows(house, call, StretchKind.QUEUED)
    assert [(row.department, row.detail) for row in queued] == [("client", "answered")]
    states = house.look.agent_states(0.0, talked[1].ended_at + 60)
    assert {s.state for s in states if s.person == "anna"} >= {"ready", "talking", "wrap_up"}


async def consulted(house: House, person: str, extension: str) -> Caller:
    """This person rings a colleague from the phone's second line, and the colleague answers."""
    phone = house.stage.company.people[person].extension
    sipp, port = house.stage.sipp, house.stage.asterisk.sip_port
    second = Caller(sipp, port, extension, from_user=phone, trunk=False)
    second = await house.stack.enter_async_context(second)
    await second.answered()
    return second


async def test_a_colleague_asked_on_the_second_line_takes_the_caller_over(house: House) -> None:
    await house.desk("anna")
    caller = await house.caller()
    await house.answer("anna", who="organisation")
    await house.sees("anna", lambda s: bool(s.question and s.question.id == "staff"))
    call = house.call_id("anna")
    boris = await house.desk("boris")
    second = await consulted(house, "anna", "102")
    assert house.screen("boris").stage == "ready", "a colleague who asks is no caller"
    passed_at = time.time()
    attended_transfer(house.stage.phones["anna"], second, house.stage.asterisk.sip_port)
    await house.sees("anna", lambda s: s.stage == "wrap_up")
    screen = await house.sees("boris", lambda s: s.stage == "asking")
    assert screen.question is not None
    assert screen.question.id == "staff"
    assert screen.line is not None
    assert (screen.line.used, screen.line.mine) == (1, 1)
    await boris.send("hang_up", call=call)
    await caller.wait()
    await until(
        lambda: len(rows(house, call, StretchKind.TALKED)) == 2,
        lambda: str(house.look.stretches_of(call)),
    )
    talked = rows(house, call, StretchKind.TALKED)
    assert [row.person for row in talked] == ["anna", "boris"]
    assert talked[1].began_at >= passed_at, "what two colleagues say is no talk with the caller"
    assert talked[0].ended_at <= talked[1].ended_at
    passed = rows(house, call, StretchKind.TRANSFERRED)
    assert [(row.person, row.detail) for row in passed] == [("anna", "attended:boris")]


async def test_sales_asked_on_the_second_line_takes_the_caller_and_the_line_is_free(
    house: House,
) -> None:
    await house.desk("anna")
    await house.desk("smirnova")
    caller = await house.caller()
    await house.sees("anna", lambda s: s.stage == "asking")
    call = house.call_id("anna")
    second = await consulted(house, "anna", "301")
    attended_transfer(house.stage.phones["anna"], second, house.stage.asterisk.sip_port)
    await house.sees("smirnova", lambda s: s.stage == "talking")
    deadline = time.monotonic() + DEADLINE
    while "client" in (groups := await house.stage.asterisk.cli("group show channels")):
        assert time.monotonic() < deadline, groups
    await caller.hang_up()
    await until(
        lambda: len(rows(house, call, StretchKind.TALKED)) == 2,
        lambda: str(house.look.stretches_of(call)),
    )
    talked = rows(house, call, StretchKind.TALKED)
    assert [(row.department, row.person) for row in talked] == [
        ("client", "anna"),
        ("sales", "smirnova"),
    ]


async def test_a_caller_passed_to_sales_by_a_phones_key_frees_the_line(house: House) -> None:
    await house.desk("anna")
    await house.desk("smirnova")
    caller = await house.caller()
    await house.sees("anna", lambda s: s.stage == "asking")
    transfer = {
        "Action": "BlindTransfer",
        "Channel": await leg_of(house, "101"),
        "Context": "private-phones",
        "Exten": "301",
    }
    await asyncio.to_thread(order, house, transfer)
    await house.sees("smirnova", lambda s: s.stage == "talking")
    deadline = time.monotonic() + DEADLINE
    while "client" in (groups := await house.stage.asterisk.cli("group show channels")):
        assert time.monotonic() < deadline, groups
    await caller.hang_up()


async def test_asterisks_own_records_know_the_call_and_what_was_decided(house: House) -> None:
    desk = await house.desk("anna")
    caller = await house.caller()
    await house.answer("anna", who="person")
    await house.sees("anna", lambda s: s.stage == "outcome")
    call = house.call_id("anna")
    await desk.send("confirm", call=call, offer="")
    log = house.stage.asterisk.queue_log_path
    words = "INFO|linetree|agent=anna|outcome=home|owner=client"
    await until(
        lambda: any(line.endswith(words) for line in log.read_text().splitlines()),
        lambda: log.read_text(),
    )
    line = next(row for row in log.read_text().splitlines() if row.endswith(words))
    assert line.split("|")[1:4] == [call, "client", "PJSIP/101"]
    await caller.hang_up()
    await caller.wait()
    records = house.stage.asterisk.cdr_path
    wanted = f"{call};agent=anna;outcome=home;owner=client"
    await until(
        lambda: records.exists() and any(wanted in row for row in cdrs(records)),
        lambda: records.read_text() if records.exists() else "no CDR at all",
    )
    ours = [row for row in cdrs(records) if any("ivr-keep" in field for field in row)]
    assert not ours, "what the dialplan was told is no call"


async def test_a_member_of_the_queue_whom_no_file_names_is_told_by_the_phones_name(
    house: House,
) -> None:
    asterisk = house.stage.asterisk
    lines = "[night]\nexten => 600,1,Answer()\n same => n,Wait(60)\n"
    await asterisk.add_dialplan("night", lines)
    await asterisk.cli("queue add member Local/600@night/n to client")
    caller = await house.caller()
    await caller.answered()
    await caller.hang_up()
    await caller.wait()

    def talks() -> list[StretchRecord]:
        calls = house.look.calls_since(0.0)
        return [row for call in calls for row in rows(house, call.id, StretchKind.TALKED)]

    await until(lambda: bool(talks()), lambda: str(house.look.calls_since(0.0)))
    assert [(row.department, row.person) for row in talks()] == [("client", "Local/600@night")]
