"""What pages are told of trees, calls and load; where nothing was measured there is no figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from office import Office, example, finish

from ivr.domain.events import BackPressed, OutcomeOverridden, SkipPressed
from ivr.domain.intake.staffing import LoadUnplannable
from ivr.domain.records import AgentStateRecord, CallEnd, CallRecord, EscalationState
from ivr.domain.tree.tree import Text
from ivr.reports.call_report import CallReport, call_report
from ivr.reports.figures import duration, typed
from ivr.reports.load_report import load_report
from ivr.reports.shelf import Shelf
from ivr.reports.staffing_report import staffing_report
from ivr.reports.tree_report import days_between, tree_report
from ivr.store.memory import MemoryStore

if TYPE_CHECKING:
    from domain.conftest import Play

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 25, 12, tzinfo=MOSCOW).timestamp()
HOUR = 3600.0


def call(id: str, at: float, answered: float | None, talked: float = 0.0) -> CallRecord:
    gone = at + 30
    return CallRecord(
        id=id,
        did="+74950000000",
        department="client",
        number="+74950000001",
        raw_number="+74950000001",
        name="",
        account="",
        company="",
        offered_at=at,
        answered_at=answered,
        ended_at=gone if answered is None else answered + talked,
        agent="" if answered is None else "anna",
        talked=talked,
        end=CallEnd.MISSED if answered is None else CallEnd.SERVED,
        refusal="",
        disposition="",
        not_enquiry="",
        note="",
    )


def store_with(*calls: CallRecord) -> MemoryStore:
    store = MemoryStore(lambda: NOON)
    for one in calls:
        store.save(one, confirm=False)
    store.commit()
    return store


def test_means_and_shares_of_waits_are_those_of_people_and_empty_hours_have_none() -> None:
    talks = [call("a", NOON + 60, NOON + 70, 109.0), call("b", NOON + 120, None)]
    later = call("c", NOON + 2 * HOUR, NOON + 2 * HOUR + 4, 3725.0)
    store = store_with(*talks, later)
    found = load_report(store.traffic, "client", NOON - HOUR, NOON + 3 * HOUR, MOSCOW)
    first, empty, last = found.hours
    assert (first.hour, empty.hour, last.hour) == (12, 13, 14)
    assert (first.waits.wait, first.waits.wait_of_all) == (10.0, 20.0)
    assert (first.waits.offered, first.waits.answered) == (2, 1)
    assert (duration(first.waits.talk), duration(last.waits.talk)) == ("1:49", "1:02:05")
    assert (empty.waits.offered, empty.waits.wait, empty.waits.talk) == (0, None, None)
    assert duration(empty.waits.wait) == "—"


def test_the_load_is_that_of_the_busiest_hour_with_its_wrap_up() -> None:
    morning = [call(f"m{n}", NOON - 2 * HOUR + n, NOON - 2 * HOUR + 9, 60.0) for n in range(3)]
    evening = [call(f"e{n}", NOON + HOUR + n, NOON + HOUR + 9, 120.0) for n in range(5)]
    store = store_with(*morning, *evening)
    for number, length in enumerate((10.0, 30.0)):
        span = AgentStateRecord(
            f"s{number}", "anna", "client", "wrap_up", "", "x", NOON, NOON + length
        )
        store.save(span, confirm=False)
    store.commit()
    found = load_report(store.traffic, "client", NOON - 12 * HOUR, NOON + 36 * HOUR, MOSCOW)
    assert (found.busiest, found.busiest_at, found.days) == (5, NOON + HOUR, 2)
    assert found.daily_peak == 5.0
    assert found.total.talk == pytest.approx(97.5)
    assert found.wrap_up == pytest.approx(5.0)
    assert found.handling == pytest.approx(102.5)
    assert [hour.a_day for hour in found.hours] == [1.5, 0.0, 0.0, 2.5]


def test_no_calls_are_no_load_and_no_figure() -> None:
    found = load_report(store_with().traffic, "client", NOON, NOON + HOUR, UTC)
    assert (found.busiest, found.busiest_at, found.daily_peak) == (0, None, None)
    assert (found.wrap_up, found.handling, found.hours) == (None, None, ())


def test_the_hours_are_those_of_the_company_s_clock() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    midnight = datetime(2026, 11, 25, tzinfo=kolkata).timestamp()
    store = store_with(call("a", midnight + 1, midnight + 5, 10.0))
    found = load_report(store.traffic, "client", midnight, midnight + 24 * HOUR, kolkata)
    assert [(hour.hour, hour.waits.offered) for hour in found.hours] == [(0, 1)]


def test_days_are_told_whole_also_across_a_change_of_the_clock() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    since = datetime(2026, 10, 24, tzinfo=berlin).timestamp()
    until = datetime(2026, 10, 27, tzinfo=berlin).timestamp()
    days = [day.isoformat() for day in days_between(since, until, berlin)]
    assert days == ["2026-10-24", "2026-10-25", "2026-10-26"]
    assert days_between(until, since, berlin) == []


def test_a_day_that_begins_at_one_in_the_night_is_no_part_of_the_day_before() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # its clocks sprang from 0:00 to 1:00 on 27 March 2022
    since = datetime(2022, 3, 26, tzinfo=beirut).timestamp()
    until = datetime(2022, 3, 27, tzinfo=beirut).timestamp()
    days = [day.isoformat() for day in days_between(since, until, beirut)]
    assert days == ["2022-03-26"]


def test_a_plan_says_plainly_that_the_rule_loses_calls_and_how_many_would_do() -> None:
    found = staffing_report("en", 60, 180, 4, Fraction(30, 100))
    assert (found.holds, found.enough.lines, found.enough.roster) == (False, 8, 12)
    assert found.lost_an_hour == pytest.approx(60 * 27 / 131)
    assert [one.lines for one in found.curve] == list(range(1, 12))
    assert found.said.verdict[0].startswith("The rule loses calls: 20.6%")
    assert staffing_report("ru", 60, 180, 8, Fraction(0)).holds
    assert staffing_report("ru", 60, 180, 8, Fraction(0)).said.verdict[0].startswith("Правило")


def test_a_long_curve_has_few_points_and_always_the_two_that_matter() -> None:
    found = staffing_report("ru", 20_000, 180, 777, Fraction(0))
    places = [one.lines for one in found.curve]
    assert len(places) <= 63
    assert {777, found.enough.lines} <= set(places)
    with pytest.raises(LoadUnplannable):
        staffing_report("ru", 60, 180, 0, Fraction(0))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1\u00a0200", 1200),
        ("12,5", Fraction(25, 2)),
        ("-1", -1),
        ("", None),
        ("nan", None),
        ("1e3", None),
        ("1_0", None),
        ("9" * 5000, None),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, value: Fraction | None) -> None:
    assert typed(text) == value


@pytest.fixture
def walked(company: type[Play]) -> Office:
    """A call of an organisation whose agent went back once, skipped, and decided otherwise."""
    office = example(company)
    play = office.play
    play.connect("1", "anna")
    play.wait(4)
    play.say("1", "anna", "who", "person")
    play.happen(BackPressed(play.now, "anna", play.request(), "1"))
    play.wait(3)
    play.say("1", "anna", "who", "organisation")
    play.happen(SkipPressed(play.now, "anna", "s", "1", "staff", "мы не считаем"))
    play.say("1", "anna", "sites", "one")
    play.say("1", "anna", "seats", "60")
    play.happen(OutcomeOverridden(play.now, "anna", "o", "1", "client", "", "<b>просит сам</b>"))
    finish(play, "1", "anna")
    office.keep()
    return office


def told(office: Office, call: str) -> CallReport:
    found = call_report(call, office.store, office.store.history, Shelf(office.store.trees))
    assert found is not None
    return found


def test_a_call_is_told_with_its_answers_those_taken_back_and_who_overrode(walked: Office) -> None:
    found = told(walked, "1")
    assert found.why is not None
    answers = [(one.question, one.say.en, one.words) for one in found.why.answers]
    assert answers[:2] == [("who", "Organisation", ""), ("staff", "not known", "мы не считаем")]
    assert [(one.question, one.took) for one in found.why.withdrawn] == [("who", 4.0)]
    assert found.why.itself is not None
    assert (found.why.itself.outcome, found.why.itself.owner) == ("volume", "sales")
    assert found.why.done is not None
    assert found.why.done.owner == "client"
    assert (found.why.overridden, found.why.who) == (True, "anna")
    assert (found.why.version, found.why.published_by) == (1, "head")
    assert found.why.title == Text("Доступ в интернет", "Internet access")
    assert [row.kind for row in found.ledger] == ["queued", "rang", "talked"]
    assert found.talked == {"anna": pytest.approx(12.0)}


def test_a_call_is_of_those_who_answered_talked_or_have_its_promise(walked: Office) -> None:
    found = told(walked, "1")
    assert found.concerns("anna")
    assert not found.concerns("olga")
    assert not found.concerns("")
    walked.play.connect("2", "boris", "+74950000082")
    for question, given in (("who", "organisation"), ("staff", "20"), ("seats", "60")):
        walked.play.say("2", "boris", question, given)
    walked.play.confirm("2", "boris")
    finish(walked.play, "2", "boris")
    walked.keep()
    [promise] = [one for one in walked.store.escalations.values() if one.call == "2"]
    kept = replace(promise, owner="olga", state=EscalationState.CLOSED, result="won")
    walked.store.escalations[promise.id] = kept
    assert told(walked, "2").concerns("olga")
    assert not told(walked, "2").concerns("pavel")


def test_a_key_account_is_told_without_an_answer(company: type[Play]) -> None:
    office = example(company)
    office.play.connect("1", "anna", "+74950000047")
    office.play.confirm("1", "anna")
    office.keep()
    found = told(office, "1")
    assert found.why is not None
    assert (found.why.key_account, found.why.answers, found.why.itself) == (True, (), None)
    assert found.why.done is not None
    assert (found.why.done.owner, found.why.done.why) == ("sales", "account")
    assert len(found.promises) == 1


def test_a_call_that_is_not_kept_is_none_and_one_without_a_walk_has_no_why(
    company: type[Play],
) -> None:
    office = example(company)
    store = store_with(call("x", NOON, None))
    assert call_report("y", store, store.history, Shelf(store.trees)) is None
    found = call_report("x", store, store.history, Shelf(office.store.trees))
    assert found is not None
    assert found.why is None


def test_a_tree_is_told_by_day_and_in_the_words_of_the_newest_version(walked: Office) -> None:
    since, until = 0.0, 86_400.0 * 2
    found = tree_report(walked.keep(), since, until, UTC)
    assert found.total.count == 1
    assert [(one.date, one.asked, one.passed) for one in found.days] == [
        ("1970-01-01", 1, 0),
        ("1970-01-02", 0, 0),
    ]
    who = found.questions[0]
    assert who.ask is not None
    assert who.ask.en.startswith("Is the connection")
    assert [answer.say.en for answer in who.answers if answer.say] == [
        "Private person",
        "Organisation",
    ]
    assert [one.words for one in found.questions[1].heard] == ["мы не считаем"]
    assert found.total.reasons == (("<b>просит сам</b>", 1),)
