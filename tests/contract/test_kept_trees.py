"""Published versions as the core gets them: thousands of them, and some that nobody can read."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.authoring.comparing import Comparing
from ivr.config import trees as config_trees
from ivr.config.check import load
from ivr.config.company import Company
from ivr.config.problems import ConfigRefused
from ivr.config.trees import tree_from_text
from ivr.in_force import READ_AHEAD, publish_first, rules_of
from ivr.reports.shelf import Shelf
from ivr.store.store import SqlStore

ROOT = Path(__file__).parents[2]


@pytest.fixture
def company(tmp_path: Path) -> Company:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return load(tmp_path / "config", need_secrets=False)


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return SqlStore.open(f"sqlite:///{tmp_path}/kept.db", time.time)


def text(number: int = 0) -> str:
    return (ROOT / "config/trees/internet.yaml").read_text("utf-8") + f"# {number}\n"


BROKEN = "tree: internet\ntitle: {ru: Было, en: Was}\nfirst: gone\nquestions: {}\noutcomes: {}\n"


def test_of_many_versions_few_are_read_and_any_may_be_asked_for(
    company: Company, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3 * READ_AHEAD):
        store.trees.publish("internet", text(number), 1.0, "vera")
    read: list[str] = []

    def counted(written: str, file: str) -> config_trees.Draft:
        read.append(file)
        return tree_from_text(written, file)

    monkeypatch.setattr("ivr.in_force.tree_from_text", counted)
    rules = rules_of(company, store.trees)
    assert len(read) == READ_AHEAD
    assert rules.trees["internet"].version == 3 * READ_AHEAD
    assert rules.history["internet", 1].first == "who"
    assert len(read) == READ_AHEAD + 1
    store.close()


def test_an_old_version_that_nobody_can_read_stops_neither_start_nor_reports(
    company: Company, store: SqlStore
) -> None:
    store.trees.publish("internet", BROKEN, 1.0, "vera")
    store.trees.publish("internet", text(), 2.0, "vera")
    rules = rules_of(company, store.trees)
    assert rules.history.get(("internet", 1)) is None
    assert rules.trees["internet"].version == 2
    assert Shelf(store.trees).tree("internet", 1) is None
    store.close()


def test_a_version_in_force_that_nobody_can_read_is_refused_with_the_way_out(
    company: Company, store: SqlStore
) -> None:
    store.trees.publish("internet", BROKEN, 1.0, "vera")
    with pytest.raises(ConfigRefused) as refused:
        rules_of(company, store.trees)
    first = refused.value.problems[0]
    assert (first.file, first.line) == ("internet version 1", 0)
    assert "ivr tree publish internet" in first.mend
    draft = company.drafts["internet"].tree
    told = Comparing(store.trees, store.history).changes(draft, company.offers, 3.0, 30)
    assert (told.version, told.readable, told.same) == (1, False, False)
    store.close()


def test_a_tree_that_no_number_uses_keeps_nobody_from_working(
    company: Company, store: SqlStore
) -> None:
    store.trees.publish("internet", text(), 1.0, "vera")
    store.trees.publish("old", BROKEN.replace("internet", "old"), 1.0, "vera")
    assert [*rules_of(company, store.trees).trees] == ["internet"]
    store.close()


def test_a_start_publishes_no_draft_that_was_begun_meanwhile(
    company: Company, store: SqlStore, tmp_path: Path
) -> None:
    assert publish_first(company, store.trees, 1.0) == ["internet"]
    begun = text().replace("tree: internet", "tree: phones")
    (tmp_path / "config/trees/phones.yaml").write_text(begun, "utf-8")
    later = load(tmp_path / "config", need_secrets=False)
    assert publish_first(later, store.trees, 2.0) == []
    number = later.settings.numbers[0].model_copy(update={"tree": "phones"})
    settings = later.settings.model_copy(update={"numbers": (number,)})
    needed = replace(later, settings=settings)
    assert publish_first(needed, store.trees, 3.0) == ["phones"]
    store.close()
