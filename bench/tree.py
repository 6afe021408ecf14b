"""A tree of 1,000 questions: reading and proving its file, and one key pressed in it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from random import Random
from statistics import quantiles
from typing import Any

from bench.report import within
from ivr.config.trees import tree_from_text
from ivr.domain.client.company import Directory
from ivr.domain.client.phone import DialPolicy
from ivr.domain.commands import Command, Save, Show
from ivr.domain.events import (
    AgentAnswered,
    AgentRang,
    AnswerPressed,
    CallEnded,
    CallerQueued,
    CallOffered,
    DeskOpened,
    Event,
    LegEnded,
    MemberSeen,
    MemberStatus,
    Resynced,
    Saved,
)
from ivr.domain.promise.callback import CallbackRules
from ivr.domain.reception import Reception, Rules
from ivr.domain.reception.rules import Department, Number, Person, Published, Transfer
from ivr.domain.records import KIND_OF
from ivr.domain.screen import Stage
from ivr.domain.tree.tree import OneOf, Tree

QUESTIONS = 1000
ROUNDS = 5
CALLS = 300
"""Calls a round; each walks from the first question to an outcome."""

SECONDS_TO_CHECK = 1.0
MILLISECONDS_A_STEP = 1.0
DID = "+74950000012"


def measure() -> list[dict[str, Any]]:
    """`tree_check`: seconds to read and prove the file. `tree_step`: ms of the 99th percentile key.

    A step is the whole of it: the key's event, the next question, the agent's new screen. Both in
    CPU time, so that a busy neighbour on the machine is not held against them.
    """
    text = tree_file()
    published = tree_from_text(text, "bench.yaml").tree
    check, step = [], []
    for number in range(1, ROUNDS + 1):
        began = time.thread_time()
        tree_from_text(text, "bench.yaml")
        check.append(time.thread_time() - began)
        step.append(quantiles(steps(published, Random(number)), n=100)[98] * 1000)  # noqa: S311
        print(
            f"tree, round {number} of {ROUNDS}: checked in {check[-1]:.2f} s,"
            f" a step in {step[-1]:.3f} ms",
            file=sys.stderr,
        )
    return [
        within("tree_check", "s", check, SECONDS_TO_CHECK),
        within("tree_step", "ms", step, MILLISECONDS_A_STEP),
    ]


def tree_file() -> str:
    """The text of a sound tree of QUESTIONS questions, four on a path.

    Ten answers lead on from each of the upper ones, three from the lowest.
    """
    lines = [
        "tree: bench",
        "title: {ru: Большое дерево, en: A large tree}",
        "first: q",
        "questions:",
    ]
    for name, targets in questions():
        lines += [
            f"  {name}:",
            f"    ask: {{ru: Вопрос {name}, en: Question {name}}}",
            "    answers:",
        ]
        for answer, target in enumerate(targets):
            say = f"say: {{ru: Ответ {answer}, en: Answer {answer}}}"
            lines.append(f"      a{answer}: {{{say}{scale(name, answer)}, then: {target}}}")
    return "\n".join([*lines, OUTCOMES])


OUTCOMES = """outcomes:
  stays: {offer: [home-100], owner: client}
  sales: {offer: [dedicated-line], owner: sales, how: transfer, aim: meeting}
"""


def questions() -> Iterator[tuple[str, list[str]]]:
    """Each question with where its answers lead; whoever gave the tenth first is large."""
    level, left = ["q"], QUESTIONS - 1
    for depth in range(1, 5):
        below = []
        for name in level:
            more = 0 if depth == 4 else min(10, left)
            left -= more
            end = "sales" if name.startswith("q9") else "stays"
            children = [f"{name}{n}" for n in range(more)]
            below += children
            yield name, children + [end] * ((3 if depth == 4 else 10) - more)
        level = below


def scale(question: str, answer: int) -> str:
    """The first question asks what the customer is."""
    if question != "q":
        return ""
    return ", scale: large" if answer == 9 else ", scale: small"


def steps(tree: Tree, fate: Random) -> list[float]:
    """Seconds that the core takes for each key of CALLS random walks."""
    floor = Floor(tree)
    taken: list[float] = []
    for number in range(CALLS):
        call = f"1795000000.{number}"
        floor.connect(call)
        while (question := floor.question) in tree.questions:
            form = tree.questions[question].form
            assert isinstance(form, OneOf)
            key = AnswerPressed(
                1.0, "anna", f"r{len(taken)}", call, question, fate.choice(form.answers).id
            )
            began = time.thread_time()
            orders = floor.reception.receive(key)
            taken.append(time.thread_time() - began)
            floor.after(orders)
        floor.hang_up(call)
    return taken


class Floor:
    """One agent at her desk, fed with calls."""

    def __init__(self, tree: Tree) -> None:
        self.reception = Reception(company(tree))
        self.question = ""
        self.happen(Resynced(0.0, (), (), ()))
        self.happen(MemberSeen(0.0, "anna", "client", False, "", MemberStatus.IDLE))
        self.happen(DeskOpened(0.0, "anna"))

    def happen(self, event: Event) -> None:
        self.after(self.reception.receive(event))

    def after(self, orders: list[Command]) -> None:
        """Be the disk, which keeps what it is given, and the page, which shows the question."""
        for order in orders:
            if isinstance(order, Save) and order.confirm:
                self.happen(Saved(1.0, KIND_OF[type(order.record)], order.record.id))
            elif isinstance(order, Show):
                asked = order.screen.question
                self.question = asked.id if asked and order.screen.stage is Stage.ASKING else ""

    def connect(self, call: str) -> None:
        trunk, leg = f"PJSIP/trunk-{call}", f"PJSIP/101-{call}"
        self.happen(CallOffered(1.0, call, trunk, DID, "+74950000081", ""))
        self.happen(CallerQueued(1.0, call, trunk, "client", "+74950000081", ""))
        self.happen(AgentRang(1.0, call, "anna", "client", leg))
        self.happen(AgentAnswered(1.0, call, "anna", "client", leg, trunk))

    def hang_up(self, call: str) -> None:
        self.happen(CallEnded(2.0, call, 16))
        self.happen(LegEnded(2.0, call, f"PJSIP/101-{call}", 16))


def company(tree: Tree) -> Rules:
    """One agent, one number, and this tree."""
    return Rules(
        numbers={DID: Number(DID, "client", tree.id, {"ru": "Здравствуйте", "en": "Hello"})},
        departments={
            "client": Department("client", "client", 1, 15, 0, "sales"),
            "sales": Department("sales", "sales", 1, 15, 0, ""),
        },
        people={"anna": Person("anna", "Анна", "101", "client")},
        offers={},
        directory=Directory.of(()),
        trees={tree.id: Published(tree, 1)},
        history={(tree.id, 1): tree},
        transfer=Transfer(20, True),
        callbacks=CallbackRules(3, 20, 0.0, 300.0, 900.0, 60.0, 30.0, 7200.0),
        dial=DialPolicy(),
    )
