"""Calls, promises and owed calls as CSV: inert in a spreadsheet, and unchanged when read back."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from contract.store_backends import call, escalation, missed

from ivr.reports.records_csv import read_rows, written
from ivr.views.calls import CallView, call_view
from ivr.views.promises import CallbackView, EscalationView, callback_view, escalation_view

ZONE = ZoneInfo("Europe/Moscow")
HOSTILE = (
    "=HYPERLINK(1)",
    "@Вектор",
    "-5% скидка",
    "+1 место, срочно",
    "'=1",
    'a;b\r\n"c"',
    "\t=1",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_looks_like_a_formula_is_inert_and_comes_back(text: str) -> None:
    data = b"".join(written(CallView, [call_view(call(name=text, note=text))], ZONE))
    (row,) = read_rows(data)
    assert (row["name"], row["note"]) == (text, text)
    cells = data.decode("utf-8-sig").split("\r\n", 1)[1].split(";")
    assert not any(cell.lstrip('"')[:1] in "=@-" and len(cell) > 1 for cell in cells if cell)


def test_a_phone_number_is_no_formula_and_times_have_the_companys_offset() -> None:
    data = b"".join(written(CallView, [call_view(call())], ZONE))
    assert data.startswith(b"\xef\xbb\xbfid;did;")
    (row,) = read_rows(data)
    assert row["number"] == "+74951234567"
    assert ";+74951234567;" in data.decode("utf-8-sig")
    assert row["offered_at"] == "1970-01-01T03:16:40+03:00"
    assert row["ended_at"] == ""


def test_promises_and_owed_calls_have_a_row_each() -> None:
    promises = read_rows(b"".join(written(EscalationView, [escalation_view(escalation())], ZONE)))
    assert (promises[0]["id"], promises[0]["offer"]) == ("e1", '["dedicated-line","sla"]')
    owed = [callback_view(escalation()), callback_view(missed())]
    rows = read_rows(b"".join(written(CallbackView, owed, ZONE)))
    assert [(row["id"], row["made_for"]) for row in rows] == [
        ("e1", "escalation"),
        ("m1", "missed_call"),
    ]
