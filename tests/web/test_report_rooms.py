"""What the rooms of reports answer, to whom, and what they refuse; nothing in them is markup."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from web.desk_stand import Stand, settings_in
from web.past_month import HOSTILE, NOW, PROBE, rooms_over, written
from web.visitor import Visitor, visitor

from ivr.reports.tree_csv import read_rows
from ivr.store.store import SqlStore

REPORT = "/earnings/report?tree=internet"


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One written month for all of these tests, which only read it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('past')}/linetree.db"
    written(url)
    return url


@pytest.fixture
async def stand(past: str, tmp_path: Path) -> AsyncIterator[Stand]:
    store = SqlStore.open(past, time.time)
    one = Stand(settings_in(tmp_path), rooms=rooms_over(store, past))
    await one.server.start()
    yield one
    await one.server.stop()
    assert store.close() == 0


@pytest.fixture
async def vera(stand: Stand) -> AsyncIterator[Visitor]:
    """The supervisor."""
    async with visitor(stand, "vera") as one:
        yield one


async def given(who: Visitor, address: str) -> Any:
    status, told = await who.ask(address)
    assert status == 200, told
    return told


@pytest.mark.parametrize("address", ["/earnings", "/earnings/trees", REPORT, "/staffing/load"])
async def test_figures_of_the_department_are_for_its_heads(stand: Stand, address: str) -> None:
    async with visitor(stand, "anna") as anna, visitor(stand, "olga") as olga:
        for one in (anna, olga):
            status, _ = await one.ask(address)
            assert status == 403
    async with aiohttp.ClientSession() as nobody, nobody.get(f"{stand.url}{REPORT}") as response:
        assert response.status == 401


async def test_the_trees_to_choose_from_come_with_their_versions(vera: Visitor) -> None:
    [tree] = await given(vera, "/earnings/trees")
    assert (tree["tree"], tree["title"]["en"]) == ("internet", "Internet access")
    assert [one["version"] for one in tree["versions"]] == [2, 1]


async def test_the_report_counts_the_days_asked_for_and_every_version(vera: Visitor) -> None:
    told = await given(vera, REPORT)
    assert (told["first"], told["last"]) == ("2026-10-27", "2026-11-25")
    report = told["report"]
    assert len(report["days"]) == 30
    assert report["total"]["count"] == sum(day["asked"] for day in report["days"]) > 200
    assert [one["version"] for one in report["versions"]] == [2, 1]
    results = ("open", "won", "meeting", "lost", "nothing", "refused", "closed")
    total = report["total"]
    assert sum(total[name] for name in results) == total["passed"]
    second = (await given(vera, f"{REPORT}&version=2"))["report"]
    assert second["total"]["count"] == report["versions"][0]["total"]["count"]
    assert "office-100" in told["offers"]
    one_day = await given(vera, f"{REPORT}&first=2026-11-23&last=2026-11-23")
    assert [day["date"] for day in one_day["report"]["days"]] == ["2026-11-23"]


async def test_a_time_without_interviews_has_no_figures_and_no_error(vera: Visitor) -> None:
    told = await given(vera, f"{REPORT}&first=2025-01-01&last=2025-01-31")
    assert (told["report"]["total"]["count"], told["report"]["questions"]) == (0, [])


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "bad_message"),
        ("tree=", 400, "bad_message"),
        ("tree=nothing", 404, "no_tree"),
        ("tree=internet&days=0", 400, "bad_message"),
        ("tree=internet&days=-1", 400, "bad_message"),
        ("tree=internet&days=93", 400, "bad_message"),
        ("tree=internet&version=0", 400, "bad_message"),
        ("tree=internet&version=NaN", 400, "bad_message"),
        ("tree=internet&limit=-1", 400, "bad_message"),
        ("tree=internet&first=25.11.2026", 400, "bad_message"),
        ("tree=internet&first=2026-11-25&last=2026-11-24", 400, "bad_period"),
        ("tree=internet&first=0001-01-01&last=0001-01-02", 400, "bad_period"),
        ("tree=internet&first=2026-01-01&last=2026-12-31", 400, "long_period"),
        ("tree=internet&lang=de", 400, "bad_message"),
        ("tree=%00%FF", 404, "no_tree"),
    ],
)
async def test_a_wrong_question_about_a_tree_is_refused_by_name(
    vera: Visitor, query: str, status: int, code: str
) -> None:
    for route in ("report", "csv"):
        answered, told = await vera.ask(f"/earnings/{route}?{query}")
        assert (answered, told["problem"]) == (status, code)


async def test_the_csv_is_a_file_of_inert_cells(vera: Visitor, stand: Stand) -> None:
    url = f"{stand.url}/earnings/csv?tree=internet&lang=en"
    async with vera.http.get(url) as response:
        assert response.status == 200
        assert response.headers["Content-Disposition"].endswith(
            'filename="internet-2026-10-27-2026-11-25.csv"'
        )
        data = await response.read()
    rows = read_rows(data)
    assert rows[0]["text"] == ""
    assert "Organisation" in {row["text"] for row in rows}
    assert HOSTILE in {row["text"] for row in rows if row["kind"] == "words"}
    assert data.startswith(b"\xef\xbb\xbf")


async def test_the_list_turns_its_pages_and_ends(vera: Visitor) -> None:
    seen: list[str] = []
    after = ""
    while True:
        told = await given(vera, f"/why/calls?most=100{after}")
        seen += [one["call"]["id"] for one in told["page"]["calls"]]
        last = told["page"]["last"]
        if last is None:
            break
        after = f"&after_at={last['at']}&after_id={last['id']}"
    assert len(seen) == len(set(seen)) > 300
    assert PROBE in seen[:10]
    assert not told["own"]


async def test_calls_are_found_by_number_company_and_day(vera: Visitor) -> None:
    for typed in ("8 (495) 000-00-31", "+74950000031"):
        told = await given(vera, f"/why/calls?number={typed.replace('+', '%2B')}")
        assert {one["call"]["number"] for one in told["page"]["calls"]} == {"+74950000031"}
        assert PROBE in [one["call"]["id"] for one in told["page"]["calls"]]
    told = await given(vera, "/why/calls?company=вектор")
    assert [one["name"] for one in told["companies"]] == ["ООО «Вектор»"]
    assert [one["call"]["id"] for one in told["page"]["calls"]] == [PROBE]
    told = await given(vera, "/why/calls?company=nobody")
    assert (told["companies"], told["page"]["calls"]) == ([], [])
    told = await given(vera, "/why/calls?day=2026-11-25&most=100")
    times = [one["call"]["offered_at"] for one in told["page"]["calls"]]
    assert times == sorted(times, reverse=True)
    assert min(times) >= NOW - 15 * 3600
    assert max(times) <= NOW


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=-1", "bad_message"),
        ("most=-1", "bad_message"),
        ("most=0", "bad_message"),
        ("most=101", "bad_message"),
        ("most=1e9", "bad_message"),
        ("after_at=soon", "bad_message"),
        ("day=2026-13-01", "bad_message"),
        ("day=0001-01-01", "bad_period"),
        ("number=0000031", "no_number"),
        ("number=101", "no_number"),
        ("number=' OR 1=1 --", "no_number"),
        (f"number={'9' * 41}", "bad_message"),
        (f"company={'x' * 101}", "bad_message"),
    ],
)
async def test_a_wrong_search_is_refused_by_name(vera: Visitor, query: str, code: str) -> None:
    status, told = await vera.ask(f"/why/calls?{query}")
    assert (status, told["problem"]) == (400, code)


@pytest.mark.parametrize("query", ["company=%", "company='; DROP TABLE calls; --", "after_at=NaN"])
async def test_hostile_searches_find_nothing_and_break_nothing(vera: Visitor, query: str) -> None:
    status, _ = await vera.ask(f"/why/calls?{query}")
    assert status in (200, 400)
    assert (await given(vera, "/why/calls?most=1"))["page"]["calls"]


async def test_one_call_is_told_whole_and_its_texts_are_as_they_were(vera: Visitor) -> None:
    told = await given(vera, f"/why/call?id={PROBE}")
    report = told["report"]
    assert report["call"]["name"] == report["call"]["note"] == HOSTILE
    why = report["why"]
    assert (why["overridden"], why["who"], why["reason"]) == (True, "anna", HOSTILE)
    assert (why["key_account"], why["version"], why["rule"]["number"]) == (True, 2, 1)
    assert [one["question"] for one in why["answers"]] == ["who", "staff", "sites", "seats"]
    assert why["answers"][1]["words"] == HOSTILE
    assert [one["question"] for one in why["withdrawn"]] == ["who"]
    assert (why["itself"]["owner"], why["itself"]["why"]) == ("sales", "account")
    assert [row["kind"] for row in report["ledger"]] == [
        "queued",
        "rang",
        "rang",
        "talked",
        "held",
        "transferred",
        "talked",
    ]
    assert report["talked"] == {"anna": 235.0, "olga": 450.0}
    [promise] = report["promises"]
    assert [one["result"] for one in promise["attempts"]] == ["no_answer"]
    assert told["people"]["anna"]["ru"] == "Анна"
    assert told["departments"]["sales"]["en"] == "Sales"


async def test_an_agent_and_a_salesperson_see_their_own_calls_and_no_others(stand: Stand) -> None:
    async with visitor(stand, "anna") as anna, visitor(stand, "olga") as olga:
        hers = await given(anna, "/why/calls?most=100")
        assert hers["own"]
        assert {one["call"]["agent"] for one in hers["page"]["calls"]} == {"anna"}
        olgas = await given(olga, "/why/calls?most=100")
        assert [one["call"]["id"] for one in olgas["page"]["calls"]] == [PROBE]
        assert (await olga.ask(f"/why/call?id={PROBE}"))[0] == 200
        to_sales: list[str] = []
        kept: list[str] = []
        for one in hers["page"]["calls"]:
            walk = one["interview"]
            (to_sales if walk["owner"] == "sales" else kept).append(one["call"]["id"])
        assert (await olga.ask(f"/why/call?id={to_sales[-1]}"))[0] == 200
        assert (await olga.ask(f"/why/call?id={kept[0]}"))[0] == 404
        for query in ("number=%2B74950000031", "company=вектор"):
            status, told = await anna.ask(f"/why/calls?{query}")
            assert (status, told["problem"]) == (403, "own_calls_only")


async def test_a_call_of_others_and_one_that_is_not_kept_look_the_same(stand: Stand) -> None:
    async with visitor(stand, "boris") as boris, visitor(stand, "vera") as vera:
        hidden = await boris.ask(f"/why/call?id={PROBE}")
        assert hidden == await boris.ask("/why/call?id=no-such-call")
        assert hidden[0] == 404
        for id in ("", "x" * 201):
            assert (await vera.ask(f"/why/call?id={id}"))[0] == 400
        for id in ("%00", "..%2f..%2fetc", "' OR 1=1 --"):
            assert (await vera.ask(f"/why/call?id={id}"))[0] == 404


async def test_the_load_is_measured_by_the_hours_of_the_company(vera: Visitor) -> None:
    told = await given(vera, "/staffing/load")
    assert (told["department"], told["first"], told["last"]) == (
        "client",
        "2026-10-27",
        "2026-11-25",
    )
    [client] = told["departments"]
    assert (client["headcount"], client["lines"]) == (5, 5)
    load = told["load"]
    assert load["days"] == 30
    assert load["total"]["offered"] == load["total"]["answered"] + sum(
        load["total"][name] for name in ("refused", "gone")
    )
    assert load["wrap_up"] == pytest.approx(22.0, abs=0.5)
    assert load["handling"] == pytest.approx(load["total"]["talk"] + load["wrap_up"])
    assert load["hours"][0]["hour"] == 9
    assert load["busiest"] >= 4
    nothing = await given(vera, "/staffing/load?first=2025-01-01&last=2025-01-02")
    assert (nothing["load"]["busiest"], nothing["load"]["handling"]) == (0, None)
    assert (await vera.ask("/staffing/load?department=nowhere"))[0] == 404


async def test_the_plan_is_told_in_figures_and_in_the_words_of_the_command(vera: Visitor) -> None:
    told = await given(vera, "/staffing/plan?calls=60&talk=180&lines=4&away=30&lang=en")
    assert (told["holds"], told["enough"]["lines"], told["enough"]["roster"]) == (False, 8, 12)
    assert told["said"]["verdict"][0].startswith("The rule loses calls: 20.6%")
    assert {4, 8} <= {one["lines"] for one in told["curve"]}
    russian = await given(vera, "/staffing/plan?calls=60&talk=180,5&lines=8")
    assert russian["said"]["verdict"][0].startswith("Правило работает")


@pytest.mark.parametrize(
    ("query", "code", "detail"),
    [
        ("calls=60&talk=180", "bad_message", "lines"),
        ("calls=many&talk=180&lines=4", "no_figure", "calls"),
        ("calls=60&talk=&lines=4", "no_figure", "talk"),
        ("calls=60&talk=180&lines=4.5", "no_figure", "lines"),
        ("calls=60&talk=180&lines=0", "unplannable", "линий"),
        ("calls=-1&talk=180&lines=4", "unplannable", "звонков"),
        ("calls=60&talk=0&lines=4", "unplannable", "разговор"),
        ("calls=999999999999&talk=180&lines=4", "unplannable", "эрлангов"),
        ("calls=60&talk=180&lines=4&away=100", "unplannable", "отсутствующих"),
        (f"calls={'9' * 41}&talk=180&lines=4", "bad_message", "calls"),
    ],
)
async def test_a_load_that_makes_no_sense_is_refused_by_its_name(
    vera: Visitor, query: str, code: str, detail: str
) -> None:
    status, told = await vera.ask(f"/staffing/plan?{query}")
    assert (status, told["problem"]) == (400, code)
    assert detail in told["detail"]
