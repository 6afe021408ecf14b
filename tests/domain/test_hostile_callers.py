"""What a caller wrote, a strange number that was dialled, news in no order: the core goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from company import CALLER, DID

from ivr.domain.client.phone import Unusable, Withheld
from ivr.domain.commands import AdmitCall, DialCallback, Report
from ivr.domain.events import AgentAnswered, CallBackPressed, CallEnded, CallerQueued, CallOffered
from ivr.domain.records import CallEnd, CallRecord, MissedCallRecord
from ivr.domain.screen import Stage

if TYPE_CHECKING:
    from domain.conftest import Play

HOSTILE = {
    "an action": "+74950000012\r\nAction: Originate",
    "sql": "'; DROP TABLE calls; --",
    "markup": "<img src=x onerror=alert(1)>",
    "shell": "${SHELL(id)}",
    "expression": "$[1/0]",
    "one more phone": "&PJSIP/x",
    "4 kB": "9" * 4096,
    "not utf-8": "\\xff\\xfe",
    "empty": "",
    "anonymous": "anonymous",
    "+7 alone": "+7",
    "letters": "+7 495 000-00-1O",
    "right to left": "\u202e\u200f",
    "formula": "=cmd()",
    "nul": "\x00",
}


def offer(play: Play, did: str, number: str, name: str) -> CallOffered:
    return CallOffered(play.now, "1", "PJSIP/trunk-1", did, number, name)


def row(play: Play) -> CallRecord:
    return play.given_records(CallRecord)[-1]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whoever_calls_gets_a_line_and_is_kept_as_written_and_never_dialled(
    play: Play, text: str
) -> None:
    play.happen(offer(play, DID, text, text))
    assert [order.call for order in play.given(AdmitCall)] == ["1"]
    play.happen(CallerQueued(play.now, "1", "PJSIP/trunk-1", "client", text, text))
    play.ring("1", "anna")
    play.answer("1", "anna")
    caller = play.screen("anna").caller
    assert caller is not None
    assert (caller.name, caller.candidates, caller.company) == (text, (), "")
    assert isinstance(play.reception.floor.calls["1"].caller, Unusable | Withheld)
    assert (row(play).number, row(play).raw_number, row(play).name) == ("", text, text)
    play.leave("1")
    play.hang_up("1", "anna")
    assert play.given_records(MissedCallRecord) == []
    assert play.given(DialCallback) == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whoever_gives_up_is_a_row_and_nobody_to_be_dialled(play: Play, text: str) -> None:
    play.happen(offer(play, DID, text, text))
    play.leave("1")
    assert (row(play).end, row(play).raw_number) == (CallEnd.MISSED, text)
    assert play.given_records(MissedCallRecord) == []
    play.happen(CallBackPressed(play.now, "anna", play.request(), "m-1"))
    assert play.given(DialCallback) == []


@pytest.mark.parametrize("did", ["+74951112233", "", "s", *HOSTILE.values()])
def test_an_unknown_number_is_taken_for_the_companys_first_and_told(play: Play, did: str) -> None:
    play.happen(offer(play, did, CALLER, ""))
    assert [order.queue for order in play.given(AdmitCall)] == ["client"]
    assert row(play).did == DID
    assert [report.what for report in play.given(Report)] == ["unknown_did"]


@pytest.mark.parametrize("did", [DID, "84950000012", "74950000012", "8 (495) 000-00-12"])
def test_each_form_of_our_number_is_that_number(play: Play, did: str) -> None:
    play.happen(offer(play, did, CALLER, ""))
    assert row(play).did == DID
    assert play.given(Report) == []


def test_an_answer_after_the_hang_up_opens_nothing_and_is_told(play: Play) -> None:
    play.offer("1")
    play.queue("1")
    play.ring("1", "anna")
    play.happen(CallEnded(play.now, "1", 16))
    answer = AgentAnswered(play.now, "1", "anna", "client", "PJSIP/anna-1", "PJSIP/trunk-1")
    play.happen(answer)
    play.happen(replace(answer, person="boris", channel="PJSIP/boris-1"))
    assert [r.what for r in play.given(Report)] == ["answer_of_unknown_call"] * 2
    assert {play.screen(person).stage for person in ("anna", "boris")} == {Stage.READY}
    assert play.reception.floor.groups["client"].used == 0
    assert row(play).end is CallEnd.MISSED
