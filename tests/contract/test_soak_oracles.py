"""Each oracle of the soak sees one planted loss: a zero that nothing can change proves nothing."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from datetime import datetime

import pytest
from soak import __main__ as runner
from soak import asterisk_log, oracles
from soak.counting import Counts, Row
from soak.row16 import judged as shrink_judged

from ivr.asterisk.private.sip_log import CallOutcome, Ending, SipMessage
from ivr.domain.records import (
    AttemptRecord,
    EscalationRecord,
    EscalationState,
    MissedCallRecord,
    RecordKind,
)

CALLER = "+74950000031"


def message(first: str, at: float, call: str = "c1", sent: bool = False) -> SipMessage:
    headers = (
        ("From", f"<sip:{CALLER}@127.0.0.1>;tag=1".encode()),
        ("To", b"<sip:+74950000012@127.0.0.1>"),
        ("Call-ID", call.encode()),
        ("CSeq", b"1 INVITE" if not first.startswith("BYE") else b"2 BYE"),
    )
    return SipMessage(at, sent, first.encode(), headers, b"")


def invite(at: float = 0.0, call: str = "c1") -> SipMessage:
    return message("INVITE sip:+74950000012@127.0.0.1 SIP/2.0", at, call, sent=True)


def outcome(status: int | None, ending: Ending) -> CallOutcome:
    return CallOutcome(status, ending, None, invite())


SERVED = outcome(200, "near")
REFUSED = outcome(486, "refused")


@pytest.mark.parametrize(
    "planted",
    [
        outcome(200, "far"),
        outcome(503, "refused"),
        outcome(480, "refused"),
        outcome(None, "open"),
    ],
)
def test_one_caller_who_was_cut_off_is_seen(planted: CallOutcome) -> None:
    others = [SERVED, REFUSED, outcome(None, "cancelled")]
    assert oracles.dropped(others) == 0
    assert oracles.dropped([*others, planted]) == 1


def task(*calls: str) -> MissedCallRecord:
    return MissedCallRecord(
        id="m-1",
        department="client",
        number=CALLER,
        first_missed_at=0.0,
        last_missed_at=0.0,
        count=len(calls),
        calls=calls,
        closed_at=None,
        closed_how="",
    )


def test_one_missed_caller_without_a_task_is_seen() -> None:
    assert oracles.lost([SERVED, REFUSED, REFUSED], [task("1", "2")]) == 0
    assert oracles.lost([SERVED, REFUSED, REFUSED], [task("1")]) == 1
    assert oracles.lost([REFUSED], []) == 1


def promise(state: EscalationState, attempts: int = 0) -> EscalationRecord:
    return EscalationRecord(
        id="e-1",
        call="c1",
        department="sales",
        number=CALLER,
        name="",
        account="",
        company="",
        scale="small",
        how="transfer",
        aim="talk",
        why="volume",
        offer=(),
        answers=[],
        note="",
        agent="anna",
        owner="",
        state=state,
        made_at=0.0,
        due_at=None,
        bridged_at=None,
        talked=0.0,
        attempts=attempts,
        result="",
        closed_at=None,
    )


def test_one_promise_without_a_record_a_task_or_a_ring_at_sales_is_seen() -> None:
    told = [CALLER.removeprefix("+")]
    for state in (EscalationState.CALLBACK, EscalationState.HUMAN, EscalationState.CLOSED):
        assert oracles.unkept(told, [promise(state)], []) == 0
    assert oracles.unkept(told, [promise(EscalationState.TALKED)], [CALLER]) == 0
    assert oracles.unkept(told, [promise(EscalationState.TALKED)], []) == 1
    assert oracles.unkept(told, [], [CALLER]) == 1
    for state in (EscalationState.PROMISED, EscalationState.TRANSFERRING):
        assert oracles.unkept(told, [promise(state)], [CALLER]) == 1


def test_one_caller_whom_asterisk_cut_off_and_nobody_will_call_is_seen() -> None:
    assert oracles.forgotten([CALLER], [task("1")], []) == 0
    assert oracles.forgotten([CALLER], [], [promise(EscalationState.CALLBACK)]) == 0
    assert oracles.forgotten([CALLER], [], [promise(EscalationState.TALKED, attempts=1)]) == 0
    assert oracles.forgotten([CALLER], [], [promise(EscalationState.TALKED)]) == 1
    assert oracles.forgotten([CALLER], [], []) == 1


def test_one_dial_too_many_is_seen() -> None:
    attempt = AttemptRecord(
        id="cb-1",
        promise="e-1",
        made_for=RecordKind.ESCALATION,
        number=CALLER,
        person="olga",
        made_at=0.0,
        claimed_at=1.0,
        ended_at=2.0,
        result="answered",
        talked=5.0,
    )
    assert oracles.dup([CALLER], [attempt]) == 0
    assert oracles.dup([CALLER, CALLER], [attempt]) == 1
    assert oracles.dup([CALLER], [replace(attempt, claimed_at=None)]) == 1


def test_one_caller_left_alone_too_long_is_seen() -> None:
    quick = [invite(0.0), message("SIP/2.0 200 OK", 3.0)]
    slow = [invite(0.0, "c2"), message("SIP/2.0 200 OK", 3.4, "c2")]
    never = [invite(0.0, "c3"), message("SIP/2.0 180 Ringing", 0.1, "c3")]
    assert oracles.stuck(quick, 0.1) == 0
    assert oracles.stuck([*quick, *slow], 0.1) == 1
    assert oracles.stuck([*quick, *never], 0.1) == 1


def test_one_caller_beyond_the_lines_is_seen() -> None:
    assert oracles.over([(0.0, 5.0), (1.0, 4.0), (5.0, 6.0)], 2) == 0
    assert oracles.over([(0.0, 5.0), (1.0, 4.0), (3.0, 6.0)], 2) == 1


LOG = """\
[2026-11-25 08:45:48.100] VERBOSE[1][C-1] pbx.c: Executing [+74950000012@ivr-department:1] \
Queue("PJSIP/trunk-1", "client,b(x),,,120") in new stack
[2026-11-25 08:45:48.200] VERBOSE[2][C-2] pbx.c: Executing [+74950000012@ivr-department:1] \
Queue("PJSIP/trunk-2", "client,b(x),,,120") in new stack
[2026-11-25 08:45:49.300] VERBOSE[1][C-1] pbx.c: Spawn extension (ivr-department, +74950000012, 1) \
exited non-zero on 'PJSIP/trunk-1'
[2026-11-25 08:45:49.400] VERBOSE[3][C-3] pbx.c: Executing [s@ivr-entry:1] Set("PJSIP/trunk-3", "")
"""


def test_who_is_in_the_department_is_read_from_asterisks_log() -> None:
    first, second = asterisk_log.department_spans(LOG)
    assert round(first[1] - first[0], 3) == 1.2
    assert second[1] == float("inf")
    assert oracles.over([first, second], 1) == 1


def step(at: float, channel: str, context: str, call: str = "C-1") -> str:
    stamp = f"2026-11-25 08:45:{at:06.3f}"
    return (
        f"[{stamp}] VERBOSE[1][{call}] pbx.c: Executing [s@{context}:1]"
        f' Set("PJSIP/{channel}", "x") in new stack\n'
    )


def spawn(at: float, channel: str) -> str:
    stamp = f"2026-11-25 08:45:{at:06.3f}"
    return (
        f"[{stamp}] VERBOSE[1][C-1] pbx.c: Spawn extension (x, s, 1) exited non-zero"
        f" on 'PJSIP/{channel}'\n"
    )


def test_a_caller_who_is_passed_holds_the_line_until_sales_answers() -> None:
    log = (
        step(1.0, "trunk-1", "ivr-department")
        + step(3.0, "trunk-1", "ivr-sales")
        + step(5.0, "sales-9", "ivr-sales-talk")
        + spawn(9.0, "trunk-1")
    )
    (span,) = asterisk_log.department_spans(log)
    assert span[1] - span[0] == 4.0


def test_nobody_of_an_earlier_life_of_asterisk_holds_a_line() -> None:
    born = "[2026-11-25 08:45:07.000] VERBOSE[1] pbx.c: Asterisk PBX Core Initializing\n"
    log = step(1.0, "trunk-1", "ivr-department") + born + step(8.0, "trunk-1", "ivr-department")
    first, second = asterisk_log.department_spans(log)
    assert (first[1] - first[0], second[1]) == (0.0, float("inf"))


def test_one_caller_left_too_long_in_the_dialplan_is_seen() -> None:
    quick = step(1.0, "trunk-1", "ivr-entry") + step(3.1, "trunk-1", "ivr-department")
    slow = step(4.0, "trunk-2", "ivr-entry") + step(7.1, "trunk-2", "ivr-refused")
    never = step(8.0, "trunk-3", "ivr-entry")
    assert asterisk_log.undecided(quick) == 0
    assert asterisk_log.undecided(quick + slow) == 1
    assert asterisk_log.undecided(quick + slow + never) == 2
    began = datetime.fromisoformat("2026-11-25 08:45:05").timestamp()
    assert asterisk_log.undecided(quick + slow, [(began, began + 1.0)]) == 0


def test_one_agent_left_waiting_behind_a_phone_that_is_gone_is_seen() -> None:
    def called(at: float, phone: str) -> str:
        return f"[2026-11-25 08:45:{at:06.3f}] VERBOSE[1][C-1] app_queue.c: Called PJSIP/{phone}\n"

    log = called(1.0, "mute") + called(4.5, "anna") + called(5.0, "boris")
    assert asterisk_log.gaps_after(log, ["mute"]) == [3.5]
    assert asterisk_log.gaps_after(called(1.0, "mute"), ["mute"]) == [float("inf")]


def test_one_agent_whose_phone_would_not_ring_is_seen() -> None:
    member = "      {0} (PJSIP/{0}) (ringinuse disabled) (dynamic){1} (Not in use) has taken 1\n"
    shown = member.format("anna", "") + member.format("boris", "")
    assert oracles.silenced(shown, ["anna", "boris"]) == 0
    assert oracles.silenced(shown, ["anna", "boris", "vera"]) == 1
    for state in (" (paused:lunch was 3 secs ago)", " (in wrapup)"):
        assert oracles.silenced(member.format("anna", state), ["anna"]) == 1


def test_who_talks_is_read_from_the_log_of_the_phones() -> None:
    rung = [
        message("INVITE sip:agent001@127.0.0.1:5 SIP/2.0", 1.0),
        message("SIP/2.0 200 OK", 1.1, sent=True),
    ]
    talking = [*rung, message("ACK sip:agent001@127.0.0.1:5 SIP/2.0", 1.2)]
    assert oracles.talks(rung) == []
    assert oracles.talks(talking) == [("agent001", CALLER.removeprefix("+"))]
    assert oracles.talks([*talking, message("BYE sip:x SIP/2.0", 2.0)]) == []


def test_one_order_before_everything_that_lives_was_asked_for_is_seen() -> None:
    start = ["Login", "Ping", "QueueStatus"]
    good = [*start, "CoreShowChannels", "CoreStatus", "Redirect"]
    assert oracles.rash([good, start, [*start[:2], "QueueAdd", *start[2:]]]) == 0
    assert oracles.rash([good, [*start, "Redirect", "CoreShowChannels"]]) == 1


def test_one_caller_who_fared_otherwise_is_seen() -> None:
    fate = oracles.Fate(("served",), 1, ("home",), ())
    assert oracles.differing({"1": fate}, {"1": fate}) == []
    assert len(oracles.differing({"1": fate}, {"1": replace(fate, answered=0)})) == 1
    assert len(oracles.differing({"1": fate}, {})) == 1


def test_one_caller_asked_from_two_versions_of_a_tree_is_seen() -> None:
    assert oracles.mixed([{"1": {1}, "2": {2}}, {"1": {1}}]) == 0
    assert oracles.mixed([{"1": {1}, "2": {2}}, {"1": {2}}]) == 1


def test_one_caller_refused_while_a_line_was_free_is_seen() -> None:
    held = [
        invite(0.0, "c1"),
        message("SIP/2.0 200 OK", 0.2, "c1"),
        message("BYE sip:x SIP/2.0", 4.0, "c1", sent=True),
    ]
    early = [invite(1.0, "c2"), message("SIP/2.0 486 Busy Here", 1.1, "c2")]
    late = [invite(5.0, "c3"), message("SIP/2.0 486 Busy Here", 5.1, "c3")]
    assert oracles.in_vain([*held, *early], 1) == 0
    assert oracles.in_vain([*held, *early], 2) == 1
    assert oracles.in_vain([*held, *early, *late], 1) == 1


def test_one_call_that_only_one_side_knows_and_one_line_held_by_nobody_are_seen() -> None:
    assert oracles.diff(["a"], ["a"], 1) == 0
    assert oracles.diff(["a", "b"], ["a"], 1) == 1
    assert oracles.diff(["a"], ["a", "b"], 1) == 1
    assert oracles.diff([], [], 1) == 1


def test_a_caller_let_in_above_the_shrunk_roster_or_kept_out_below_it_is_seen() -> None:
    assert shrink_judged([REFUSED, REFUSED], -3) == (0, 0)
    assert shrink_judged([SERVED, REFUSED], 0) == (1, 0)
    assert shrink_judged([SERVED, REFUSED], 2) == (0, 1)
    assert shrink_judged([SERVED, REFUSED], 1) == (0, 0)


def test_a_row_prints_its_denominator_and_is_good_only_if_all_is_zero() -> None:
    row = Row("1", 1000, "204 kills", Counts())
    assert str(row) == (
        "row 1: 1000 calls, 204 kills: dropped 0, lost 0, dup 0, stuck 0, over 0, diff 0"
    )
    assert row.good
    assert not replace(row, calls=0).good
    assert not replace(row, faults="0 kills").good
    assert not replace(row, in_vain=1).good
    for field in fields(Counts):
        assert not replace(row, counts=Counts(**{field.name: 1})).good


def test_the_runner_fails_when_one_row_of_several_is_not_good(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def good(seed: int, calls: int) -> Row:
        return Row("a", calls, "2 faults", Counts())

    async def bad(seed: int, calls: int) -> Row:
        return Row("b", calls, "1 fault", Counts(lost=1))

    full, failing = runner.Full(7, good), runner.Full(7, bad)
    monkeypatch.setattr(runner, "ROWS", {"a": (full,), "b": (failing, full)})
    assert asyncio.run(runner.main(["a"], 1))
    assert not asyncio.run(runner.main(["a", "b"], 1, 3))
    said = capsys.readouterr().out
    assert "row a: 7 calls" in said
    assert "row b: 3 calls, 1 fault: dropped 0, lost 1," in said


def made_at(at: float, id_: str) -> AttemptRecord:
    return AttemptRecord(
        id=id_,
        promise="e-1",
        made_for=RecordKind.ESCALATION,
        number=CALLER,
        person="olga",
        made_at=at,
        claimed_at=None,
        ended_at=None,
        result="",
        talked=0.0,
    )


def test_one_dial_of_an_attempt_too_many_and_one_without_an_attempt_are_seen() -> None:
    attempts = [made_at(200.0, "cb-2"), made_at(100.0, "cb-1")]
    once = [(CALLER, 101.0), (CALLER, 201.0)]
    assert oracles.dialled_again(once, attempts) == 0
    assert oracles.dialled_again([*once, (CALLER, 150.0)], attempts) == 1
    assert oracles.dialled_again([*once, (CALLER, 99.0)], attempts) == 1
    assert oracles.dialled_again([("+74950000099", 300.0)], attempts) == 1
