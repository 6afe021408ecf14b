"""The list of past calls and the load by the hour, on every store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from contract.store_backends import (
    AnyStore,
    Inbox,
    SqlBackend,
    agent_state,
    call,
    flushed,
    interview,
    stretch,
)
from sqlalchemy import create_engine

from ivr.domain.records import CallEnd, Record, StretchKind
from ivr.ports import Bookmark, CallsWanted, HourOfCalls, PastPage
from ivr.store.address import parsed
from ivr.store.reader.calls import calls_query, of_account, talks_query

EVERYTHING = CallsWanted()


async def kept(store: AnyStore, inbox: Inbox, rows: Iterable[Record]) -> None:
    for row in rows:
        store.save(row, confirm=False)
    await flushed(store, inbox)


def over(id: str, at: float, **changes: Any) -> Any:
    """A call that was answered after 5 s and is over."""
    given = {"offered_at": at, "answered_at": at + 5, "ended_at": at + 65, "talked": 60.0}
    return call(id, **{**given, "end": CallEnd.SERVED, **changes})


def ids(page: PastPage) -> list[str]:
    return [one.call.id for one in page.calls]


def pages(store: AnyStore, wanted: CallsWanted, most: int) -> list[list[str]]:
    """All pages in turn, as a person turns them."""
    found, after = [], None
    while True:
        page = store.past_calls.page(wanted, after, most)
        found.append(ids(page))
        after = page.last
        if after is None:
            return found


async def test_calls_come_newest_first_page_by_page_each_once(
    store: AnyStore, inbox: Inbox
) -> None:
    same_moment = [over(f"c{n}", 1000.0) for n in range(5)]
    await kept(store, inbox, [*same_moment, over("new", 2000.5), over("old", 10.0)])
    assert pages(store, EVERYTHING, 3) == [["new", "c4", "c3"], ["c2", "c1", "c0"], ["old"]]
    assert pages(store, EVERYTHING, 7) == [["new", "c4", "c3", "c2", "c1", "c0", "old"]]


async def test_a_call_that_comes_while_one_reads_moves_no_page(
    store: AnyStore, inbox: Inbox
) -> None:
    await kept(store, inbox, [over(f"c{n}", 1000.0 + n) for n in range(4)])
    first = store.past_calls.page(EVERYTHING, None, 2)
    await kept(store, inbox, [over("later", 5000.0)])
    assert ids(first) == ["c3", "c2"]
    assert ids(store.past_calls.page(EVERYTHING, first.last, 2)) == ["c1", "c0"]


async def test_calls_are_found_by_number_and_time(store: AnyStore, inbox: Inbox) -> None:
    await kept(
        store,
        inbox,
        [
            over("a", 1000.0, number="+74950000001"),
            over("b", 2000.0, number="+74950000001"),
            over("c", 2000.0, number="+74950000002"),
            over("d", 3000.0, number="+74950000001"),
        ],
    )
    assert pages(store, CallsWanted(number="+74950000001"), 2) == [["d", "b"], ["a"]]
    within = CallsWanted(number="+74950000001", since=1000.0, until=3000.0)
    assert pages(store, within, 5) == [["b", "a"]]
    assert pages(store, CallsWanted(since=2000.0, until=2000.5), 5) == [["c", "b"]]
    assert pages(store, CallsWanted(number="0000001"), 5) == [[]]
    assert pages(store, CallsWanted(number="' OR 1=1 --"), 5) == [[]]
    assert pages(store, CallsWanted(number="\x00\udcff"), 5) == [[]]


async def test_calls_of_several_companies_are_one_list(store: AnyStore, inbox: Inbox) -> None:
    firms = ("vector", "granit", "", "vector", "granit", "lotos")
    rows = [over(f"c{n}", 1000.0 + n, account=firm) for n, firm in enumerate(firms)]
    await kept(store, inbox, rows)
    both = CallsWanted(accounts=("vector", "granit"))
    assert pages(store, both, 3) == [["c4", "c3", "c1"], ["c0"]]
    assert pages(store, CallsWanted(accounts=()), 3) == [[]]
    assert pages(store, CallsWanted(accounts=("",)), 3) == [[]]


async def test_the_calls_of_a_person_are_those_in_which_the_person_talked(
    store: AnyStore, inbox: Inbox
) -> None:
    talks = [
        stretch("t1", call="a", kind=StretchKind.TALKED, person="olga", began_at=1010.0),
        stretch("t2", call="b", kind=StretchKind.TALKED, person="olga", began_at=2010.0),
        stretch("t3", call="b", kind=StretchKind.TALKED, person="olga", began_at=2040.0),
        stretch("t4", call="c", kind=StretchKind.RANG, person="olga", began_at=3000.0),
        stretch("t5", call="c", kind=StretchKind.TALKED, person="anna", began_at=3005.0),
        stretch("t6", call="gone", kind=StretchKind.TALKED, person="olga", began_at=900.0),
    ]
    await kept(store, inbox, [over("a", 1000.0), over("b", 2000.0), over("c", 3000.0), *talks])
    assert pages(store, CallsWanted(person="olga"), 10) == [["b", "a"]]
    assert pages(store, CallsWanted(person="olga", since=1500.0), 10) == [["b"]]
    assert pages(store, CallsWanted(person="olga", until=1500.0), 1)[0] == ["a"]
    assert pages(store, CallsWanted(person="nobody"), 10) == [[]]


async def test_each_call_comes_with_its_walk(store: AnyStore, inbox: Inbox) -> None:
    await kept(store, inbox, [over("a", 1000.0), over("b", 2000.0), interview("a")])
    page = store.past_calls.page(EVERYTHING, None, 5)
    assert [(one.call.id, one.interview) for one in page.calls] == [
        ("b", None),
        ("a", interview("a")),
    ]


async def test_hours_tell_who_came_who_was_answered_and_how_long_they_waited(
    store: AnyStore, inbox: Inbox
) -> None:
    at = 7200.0
    missed = {"answered_at": None, "talked": 0.0, "agent": "", "end": CallEnd.MISSED}
    refused = {**missed, "refusal": "no_line", "ended_at": at + 3, "end": CallEnd.REFUSED}
    await kept(
        store,
        inbox,
        [
            over("a", at + 1, answered_at=at + 11, talked=109.0),
            over("b", at + 2, ended_at=at + 32, **missed),
            over("c", at + 3, **refused),
            over("d", at + 3, **{**refused, "refusal": "closed"}),
            over("j", at + 4, **{**missed, "end": CallEnd.ELSEWHERE}),
            over("e", at + 3, task="m1"),
            over("f", at + 3, department="other"),
            over("g", at + 3, ended_at=None, end=CallEnd.OPEN),
            over("h", at + 3 * 3600, talked=3725.0),
            over("i", at + 5 * 3600),
        ],
    )
    assert list(store.traffic.hours("client", at, at + 5 * 3600)) == [
        HourOfCalls(at, 4, 1, 2, 1, 10.0, 30.0, 109.0),
        HourOfCalls(at + 3 * 3600, 1, 1, 0, 0, 5.0, 0.0, 3725.0),
    ]


async def test_hours_begin_where_one_asks_for_them(store: AnyStore, inbox: Inbox) -> None:
    """A zone that is half an hour off has its own hours; the last second is in the old one."""
    since = 1800.0
    rows = [over("a", since + 3599.9), over("b", since + 3600.0), over("c", since)]
    await kept(store, inbox, rows)
    found = store.traffic.hours("client", since, since + 7200.0)
    assert [(hour.at, hour.offered) for hour in found] == [(1800.0, 2), (5400.0, 1)]
    assert list(store.traffic.hours("client", 0.0, 100.0)) == []


async def test_wrap_up_is_added_up(store: AnyStore, inbox: Inbox) -> None:
    wrap = {"state": "wrap_up", "reason": ""}
    await kept(
        store,
        inbox,
        [
            agent_state("1", since=1000.0, until=1015.5, **wrap),
            agent_state("2", since=1100.0, until=1110.0, **wrap),
            agent_state("3", since=1200.0, until=None, **wrap),
            agent_state("4", since=1200.0, until=1300.0),
            agent_state("5", since=2000.0, until=2100.0, **wrap),
            agent_state("6", since=1000.0, until=1100.0, department="sales", **wrap),
        ],
    )
    assert store.traffic.wrapped_up("client", 1000.0, 2000.0) == 25.5
    assert store.traffic.wrapped_up("client", 0.0, 10.0) == 0.0


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (calls_query(EVERYTHING, Bookmark(1.0, "a"), 50), "calls_by_time"),
        (calls_query(CallsWanted(since=1.0, until=2.0), None, 50), "calls_by_time"),
        (calls_query(CallsWanted(number="+7"), Bookmark(1.0, "a"), 50), "calls_by_number"),
        (of_account(calls_query(EVERYTHING, Bookmark(1.0, "a"), 50), "v"), "calls_by_account"),
        (talks_query(CallsWanted(person="o"), Bookmark(1.0, "a"), 50), "stretches_by_person"),
    ],
)
def test_a_page_is_one_walk_along_an_index(sqlite: SqlBackend, query: Any, index: str) -> None:
    sqlite.open().close()
    with create_engine(parsed(sqlite.url)).connect() as connection:
        asked = query.compile(dialect=connection.dialect)
        values = tuple(asked.params[name] for name in asked.positiontup)
        plan = list(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values))
    connection.engine.dispose()
    assert index in plan[0][3]
    # Calls of the same moment are put in order by themselves; a sort of all would read all.
    assert "USE TEMP B-TREE FOR ORDER BY" not in [row[3] for row in plan]
