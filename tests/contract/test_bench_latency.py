"""Waits are read from Asterisk's log: from its question to its going on, from answer to frame."""

from __future__ import annotations

from datetime import datetime

from bench.latency import frame_waits, verdict_waits

LOG = """\
[2026-11-25 08:45:01.000] VERBOSE[1][C-1] pbx.c: Executing [s@ivr-entry:9] \
AGI("PJSIP/trunk-1", "agi://127.0.0.1:4573/intake,1,2") in new stack
[2026-11-25 08:45:01.012] VERBOSE[1][C-1] pbx.c: Executing [verdict@ivr-entry:1] \
Set("PJSIP/trunk-1", "TIMEOUT(absolute)=0") in new stack
[2026-11-25 08:45:01.013] VERBOSE[1][C-1] pbx.c: Executing [count@ivr-entry:2] \
Set("PJSIP/trunk-1", "CDR(userfield)=1790000001.7") in new stack
[2026-11-25 08:45:01.100] VERBOSE[1][C-1] app_queue.c: PJSIP/agent01-2 answered PJSIP/trunk-1
"""


def test_the_wait_for_a_verdict_is_that_of_the_dialplan() -> None:
    assert [round(wait) for wait in verdict_waits(LOG)] == [12]


def test_the_wait_for_a_question_begins_at_the_answer_and_ends_at_the_socket() -> None:
    at = datetime.fromisoformat("2026-11-25 08:45:01.108").timestamp()
    assert [round(wait) for wait in frame_waits(LOG, {"1790000001.7": at})] == [8]
    assert list(frame_waits(LOG, {})) == []
