"""The reckoning of a tree in a process of its own, on both databases."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from contract.store_backends import DEADLINE, SqlBackend, call, interview

from ivr.config.trees import tree_from_text
from ivr.domain.tree.interview import Interview
from ivr.reckoning import Reckoning, ReckoningFailed
from ivr.reports.tree_csv import read_rows
from ivr.reports.tree_report import TreeAsked
from ivr.store.store import SqlStore

TREE = (Path(__file__).parents[1] / "cases" / "tree_back.yaml").read_text("utf-8")


def asked(**changes: Any) -> TreeAsked:
    given: dict[str, Any] = {"tree": "internet", "since": 0.0, "until": 9e9, "zone": "UTC"}
    return TreeAsked(**{**given, **changes})


@pytest.fixture
def url(database: SqlBackend) -> str:
    """A database with one published tree and three interviews."""
    store = SqlStore.open(database.url, time.time)
    store.trees.publish("internet", TREE, 1.0, "head")
    tree = tree_from_text(TREE, "tree_back.yaml").tree
    walk = Interview.begin(tree, 1, 1000.0).answer("who", "organisation", at=1004.0)
    for number in range(3):
        store.save(call(f"c{number}", ended_at=1100.0, note="=1+1"), confirm=False)
        kept = interview(f"c{number}", version=1, walk=walk.to_record(), settled_at=1100.0)
        store.save(kept, confirm=False)
    assert store.close(DEADLINE) == 0
    return database.url


async def test_the_report_comes_as_json(url: str) -> None:
    found = json.loads(await Reckoning(url).tree(asked(since=900.0, until=2000.0)))
    assert found["total"]["count"] == 3
    who = found["questions"][0]
    assert (who["id"], who["reached"], who["pace"]["median"]) == ("who", 3, 4.0)
    assert [(one["id"], one["tally"]["count"]) for one in who["answers"]] == [
        ("person", 0),
        ("organisation", 3),
    ]
    assert [(day["date"], day["asked"]) for day in found["days"]] == [("1970-01-01", 3)]
    nothing = json.loads(await Reckoning(url).tree(asked(since=0.0, until=900.0)))
    assert nothing["total"]["count"] == 0
    assert nothing["questions"] == []


async def test_the_report_comes_as_csv_in_the_language_asked_for(url: str) -> None:
    rows = read_rows(await Reckoning(url).tree(asked(csv_in="en")))
    assert rows[0]["count"] == "3"
    assert {row["text"] for row in rows if row["answer"] == "organisation"} == {"Organisation"}


async def test_what_cannot_be_read_is_told_by_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(ReckoningFailed, match="there is no database"):
        await Reckoning(f"sqlite:///{tmp_path}/none.db").tree(asked())


async def test_a_reckoning_that_takes_too_long_is_ended(url: str) -> None:
    with pytest.raises(ReckoningFailed, match="shorter time"):
        await Reckoning(url, longest=0.001).tree(asked())


async def test_who_goes_away_leaves_no_process_behind_and_lets_the_next_in(url: str) -> None:
    reckoning = Reckoning(url)
    leaving = asyncio.create_task(reckoning.tree(asked()))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert json.loads(await reckoning.tree(asked()))["total"]["count"] == 3
