"""A month of a company's past in a real database, and the three rooms that report on it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from contract.store_backends import DEADLINE, agent_state, attempt, call, escalation, stretch
from web.desk_stand import PEOPLE

from ivr.config.check import load
from ivr.config.company import Company
from ivr.config.trees import tree_from_text
from ivr.domain.records import (
    CallEnd,
    CallRecord,
    EscalationState,
    InterviewRecord,
    Record,
    StretchKind,
)
from ivr.domain.tree.interview import Interview
from ivr.domain.tree.outcome import decide
from ivr.domain.tree.tree import Tree
from ivr.erasing import Erasing
from ivr.reckoning import reckoned
from ivr.reports.tree_report import TreeAsked
from ivr.store.store import SqlStore
from ivr.web.room import Room
from ivr.web.rooms.earnings import Earnings
from ivr.web.rooms.forgetting import Forgetting
from ivr.web.rooms.staffing import Staffing
from ivr.web.rooms.why import WhyRoom

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 25, 14, 37, tzinfo=MOSCOW).timestamp()
DAYS = 30
CONFIG = Path(__file__).parents[2] / "config"
DRAFT = (CONFIG / "trees" / "internet.yaml").read_text("utf-8")
FIRST = DRAFT.replace("{to: 9, then: office}", "{to: 4, then: office}")
PROBE = "corporate-call"
"""The id of a call of a key account that was overridden, passed, promised and talked at length."""

HOSTILE = "<img src=x onerror=alert(1)>\u202e'\"`=1+1"


def company() -> Company:
    """The example company with the people who can sign in at the stand."""
    whole = load(CONFIG, need_secrets=False)
    return replace(whole, people={**whole.people, **PEOPLE})


VECTOR = company().directory.search("вектор")[0].id


class Month:
    """The past of DAYS days before NOW, the same for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self._fate = Random(seed)
        self._trees = {
            number: tree_from_text(text, f"v{number}").tree
            for number, text in enumerate((FIRST, DRAFT), start=1)
        }
        self._number = 0

    def rows(self) -> Iterator[Record]:
        """All calls with what belongs to them, then the one that tests look at."""
        today = datetime.fromtimestamp(NOW, MOSCOW).replace(hour=0, minute=0)
        for back in range(DAYS - 1, -1, -1):
            day = today - timedelta(days=back)
            busy = 4 if day.weekday() > 4 else 14 + self._fate.randrange(10)
            for _ in range(busy):
                at = day.timestamp() + 3600 * (9 + 10 * self._fate.random())
                if at < NOW - 900:
                    yield from self._call(at, version=1 if back > 12 else 2)
        yield from probe(self._trees[2])

    def _call(self, at: float, version: int) -> Iterator[Record]:
        self._number += 1
        id = f"{at:.0f}.{self._number}"
        fate = self._fate.random()
        number = f"+7495000{self._fate.randrange(60):04}"
        if fate < 0.08:
            yield _call(id, at, number, refusal="no_line", ended_at=at + 2, end=CallEnd.REFUSED)
        elif fate < 0.16:
            yield _call(id, at, number, ended_at=at + 35, end=CallEnd.MISSED)
        else:
            yield from self._answered(id, at, number, version)

    def _answered(self, id: str, at: float, number: str, version: int) -> Iterator[Record]:
        who = self._fate.choice(("anna", "boris"))
        wait, talk = 4 + 8 * self._fate.random(), 60 + 240 * self._fate.random()
        answered, ended = at + wait, at + wait + talk
        yield _call(
            id,
            at,
            number,
            answered_at=answered,
            ended_at=ended,
            agent=who,
            talked=talk,
            end=CallEnd.SERVED,
        )
        yield _stretch(id, StretchKind.QUEUED, "", at, answered, "answered")
        yield _stretch(id, StretchKind.RANG, who, at + 1, answered, "answered")
        yield _stretch(id, StretchKind.TALKED, who, answered, ended)
        yield agent_state(
            f"w{id}", person=who, state="wrap_up", reason="", call=id, since=ended, until=ended + 22
        )
        yield from self._asked(id, answered, who, self._trees[version], version)

    def _asked(self, id: str, at: float, who: str, tree: Tree, version: int) -> Iterator[Record]:
        fate = self._fate
        walk = Interview.begin(tree, version, at + 3)
        walk = walk.answer("who", fate.choice(("person", "organisation")), at=at + 8)
        if walk.question and fate.random() < 0.1:
            yield _walk(id, walk, who, at, settled_at=at + 60)
            return
        if walk.question and fate.random() < 0.2:
            words = fate.choice(("у нас много почасовиков", "мы ИП без штата", HOSTILE))
            walk = walk.skip("staff", words, at=at + 20)
            walk = walk.answer("sites", fate.choice(("one", "network")), at=at + 31)
        elif walk.question:
            walk = walk.answer("staff", str(fate.choice((12, 40, 80, 300))), at=at + 19)
        if walk.question:
            walk = walk.answer("seats", str(fate.choice((3, 8, 20, 60))), at=at + 33)
        yield from self._decided(id, walk, who, at)

    def _decided(self, id: str, walk: Interview, who: str, at: float) -> Iterator[Record]:
        decision = decide(walk)
        fields = {
            "outcome": decision.outcome,
            "owner": decision.owner.value,
            "how": decision.how.value if decision.how else "",
            "aim": decision.aim.value if decision.aim else "",
            "why": decision.why.value,
            "rule": decision.rule,
            "decided_at": at + 35,
            "settled_at": at + 60,
            "decided_by": who,
        }
        if decision.outcome == "branch" and self._fate.random() < 0.3:
            reason = self._fate.choice(("Клиент просит решить сейчас", "Уже есть договор"))
            fields |= {"owner": "client", "how": "", "aim": "", "why": "override", "reason": reason}
        yield _walk(id, walk, who, at, **fields)
        if fields["owner"] == "sales":
            results = ("won", "won", "meeting", "lost", "nothing", "refused", "")
            result = self._fate.choice(results)
            yield escalation(
                f"e{id}",
                call=id,
                agent=who,
                owner="olga",
                state=EscalationState.CLOSED if result else EscalationState.CALLBACK,
                result=result,
                made_at=at + 36,
                closed_at=at + 90_000 if result else None,
                company="",
            )


def probe(tree: Tree) -> list[Record]:
    """The call of a key account with hostile texts, an override and every kind of stretch."""
    at = NOW - 7200
    walk = Interview.begin(tree, 2, at + 6).answer("who", "person", at=at + 10)
    walk = walk.back(at + 14).answer("who", "organisation", at=at + 18)
    walk = walk.skip("staff", HOSTILE, at=at + 30).answer("sites", "one", at=at + 38)
    walk = walk.answer("seats", "60", at=at + 55)
    talk = _stretch(PROBE, StretchKind.TALKED, "anna", at + 5, at + 240)
    return [
        _call(
            PROBE,
            at,
            "+74950000031",
            name=HOSTILE,
            account=VECTOR,
            company="ООО «Вектор»",
            answered_at=at + 5,
            ended_at=at + 700,
            agent="anna",
            talked=235.0,
            end=CallEnd.SERVED,
            note=HOSTILE,
        ),
        _walk(
            PROBE,
            walk,
            "anna",
            at + 5,
            outcome="corporate",
            owner="sales",
            how="transfer",
            aim="meeting",
            why="override",
            reason=HOSTILE,
            decided_at=at + 60,
            settled_at=at + 250,
            decided_by="anna",
            key_account=True,
        ),
        escalation(
            "probe-promise",
            call=PROBE,
            agent="anna",
            owner="olga",
            company="ООО «Вектор»",
            state=EscalationState.CALLBACK,
            made_at=at + 61,
            due_at=NOW + 3600,
            attempts=1,
            note=HOSTILE,
        ),
        attempt(
            "probe-attempt",
            promise="probe-promise",
            person="olga",
            made_at=at + 900,
            claimed_at=at + 903,
            ended_at=at + 930,
            result="no_answer",
        ),
        _stretch(PROBE, StretchKind.QUEUED, "", at, at + 5, "answered"),
        _stretch(PROBE, StretchKind.RANG, "boris", at + 1, at + 3, "rejected"),
        _stretch(PROBE, StretchKind.RANG, "anna", at + 3, at + 5, "answered"),
        talk,
        _stretch(PROBE, StretchKind.HELD, "anna", at + 100, at + 130),
        _stretch(PROBE, StretchKind.TRANSFERRED, "anna", at + 240, at + 240, "blind:301"),
        _stretch(PROBE, StretchKind.TALKED, "olga", at + 250, at + 700, department="sales"),
    ]


def _call(id: str, at: float, number: str, **changes: Any) -> CallRecord:
    given: dict[str, Any] = {
        "number": number,
        "raw_number": number,
        "name": "",
        "account": "",
        "company": "",
        "offered_at": at,
        "answered_at": None,
        "agent": "",
        "talked": 0.0,
        "note": "",
    }
    return call(id, **{**given, **changes})


def _walk(id: str, walk: Interview, who: str, at: float, **changes: Any) -> InterviewRecord:
    given: dict[str, Any] = {
        "decided_at": None,
        "outcome": "",
        "owner": "",
        "how": "",
        "aim": "",
        "why": "",
        "reason": "",
        "offer": "",
    }
    return InterviewRecord(
        id=id,
        call=id,
        tree=walk.tree.id,
        version=walk.version,
        agent=who,
        began_at=at,
        walk=walk.to_record(),
        **{**given, **changes},
    )


def _stretch(
    call: str,
    kind: StretchKind,
    person: str,
    began: float,
    ended: float,
    detail: str = "",
    department: str = "client",
) -> Record:
    return stretch(
        f"{call}-{kind}-{person}-{began:.0f}",
        call=call,
        kind=kind,
        person=person,
        department=department,
        detail=detail,
        began_at=began,
        ended_at=ended,
    )


def written(url: str) -> None:
    """The month in this database."""
    store = SqlStore.open(url, time.time)
    for text in (FIRST, DRAFT):
        store.trees.publish(
            "internet", text, NOW - 86_400 * (DAYS if text is FIRST else 12), "vera"
        )
    for row in Month().rows():
        store.save(row, confirm=False)
    assert store.close(DEADLINE) == 0


def _nobody_erases() -> Erasing:
    raise AssertionError("these tests only read the month")


def rooms_over(store: SqlStore, url: str) -> tuple[Room, ...]:
    """The rooms, with the reckoning in this process: another one is tested by itself."""
    whole = company()

    async def reckon(asked: TreeAsked) -> bytes:
        return reckoned(url, asked)

    return (
        Earnings(store.trees, reckon, lambda: whole, lambda: NOW),
        WhyRoom(
            store.past_calls,
            store,
            store.history,
            store.trees,
            lambda: whole,
            lambda: whole.directory,
            Forgetting(_nobody_erases, lambda: whole, lambda: whole.directory),
        ),
        Staffing(store.traffic, lambda: whole, lambda: NOW),
    )
