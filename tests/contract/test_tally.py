"""The demo's oracle must not say zero when something was lost or dialled too often."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.demo.tally import Evidence, Tally, tally
from ivr.domain.records import AttemptRecord, RecordKind

ATTEMPT = AttemptRecord(
    id="cb-1",
    promise="e-1",
    made_for=RecordKind.ESCALATION,
    number="+74950000083",
    person="olga",
    made_at=1.0,
    claimed_at=2.0,
    ended_at=9.0,
    result="answered",
    talked=12.0,
)


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    """A run in which nothing happened but one callback."""
    queue_log = tmp_path / "queue_log"
    queue_log.write_text("1|NONE|NONE|NONE|QUEUESTART|\n")
    return Evidence(queue_log, ["+74950000083"], (), (), (), (ATTEMPT,), ())


def counted(evidence: Evidence, rang: int = 0) -> Tally:
    return tally(evidence, rang, "client", "sales")


def test_a_dial_for_each_claim_loses_nothing(evidence: Evidence) -> None:
    assert counted(evidence).lost == 0


@pytest.mark.parametrize(
    "dialled",
    [(), ("+74950000083", "+74950000083"), ("+74950000083", "+74950000086")],
    ids=["never dialled", "dialled twice", "somebody else dialled"],
)
def test_a_planted_wrong_dial_is_counted(evidence: Evidence, dialled: tuple[str, ...]) -> None:
    assert counted(replace(evidence, dialled=dialled)).lost == 1


def test_a_caller_without_a_row_is_lost(evidence: Evidence) -> None:
    assert counted(evidence, rang=2).lost == 2
