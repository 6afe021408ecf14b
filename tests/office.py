"""A company whose calls are played through the core and kept, for tests of reports."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from company import rules

from ivr.config.trees import tree_from_text
from ivr.domain.commands import Save
from ivr.domain.reception import Reception, Rules
from ivr.domain.reception.rules import Person, Published
from ivr.reports.past import Walks, walks
from ivr.reports.shelf import Shelf
from ivr.store.memory import MemoryStore

if TYPE_CHECKING:
    from domain.conftest import Play

CASES = Path(__file__).parent / "cases"
FIRST = (CASES / "tree_back.yaml").read_text("utf-8")
SECOND = (CASES / "tree_v2.yaml").read_text("utf-8")


class Office:
    """A company whose trees are published in a store in memory, and whose calls are kept there."""

    def __init__(self, company: type[Play], *texts: str) -> None:
        self.store = MemoryStore(time.time)
        self.texts: list[str] = []
        for text in texts:
            self.store.trees.publish("internet", text, 1.0, "head")
            self.texts.append(text)
        self.play = company(Reception(self.rules()))
        self.play.resync()
        self.play.seat("anna", "boris", "vera", "olga", "pavel")

    def rules(self) -> Rules:
        whole = rules(lines=3)
        vera = Person("vera", "Vera", "103", "client")
        trees = {
            ("internet", number): tree_from_text(text, f"v{number}").tree
            for number, text in enumerate(self.texts, start=1)
        }
        newest = len(self.texts)
        return replace(
            whole,
            people={**whole.people, "vera": vera},
            trees={"internet": Published(trees["internet", newest], newest)},
            history=trees,
        )

    def publish(self, text: str) -> None:
        self.store.trees.publish("internet", text, self.play.now, "head")
        self.texts.append(text)
        self.play.orders += self.play.reception.relearn(self.play.now, self.rules())

    def keep(self) -> Walks:
        """All that was saved so far, as it is read back."""
        for saved in self.play.given(Save):
            self.store.save(saved.record, False)
        self.store.commit()
        return walks(self.store.history, Shelf(self.store.trees), "internet", 0.0, 1e10)


def example(company: type[Play]) -> Office:
    path = Path(__file__).parents[1] / "config" / "trees" / "internet.yaml"
    return Office(company, path.read_text("utf-8"))


def finish(play: Play, call: str, person: str) -> None:
    play.wait(5)
    play.leave(call)
    play.hang_up(call, person)
