"""The steps of the database's history: one chain, told apart by number."""

from __future__ import annotations

import re
from pathlib import Path

VERSIONS = Path(__file__).parents[2] / "ivr" / "store" / "migrations" / "versions"


def test_each_step_follows_the_one_of_the_number_before() -> None:
    found = []
    for file in sorted(VERSIONS.glob("r*.py")):
        text = file.read_text("utf-8")
        revision = re.search(r'^revision = "(\d+)"', text, re.MULTILINE)
        before = re.search(r'^down_revision = (?:"(\d+)"|None)', text, re.MULTILINE)
        assert revision, file.name
        assert before, file.name
        assert file.name.startswith(f"r{revision[1]}_")
        found.append((int(revision[1]), int(before[1] or 0)))
    assert found == [(number, number - 1) for number in range(1, len(found) + 1)]
