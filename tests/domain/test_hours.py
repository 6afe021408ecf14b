"""Opening hours: past midnight, on holidays, and on the days when the clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.intake.hours import (
    DAY_SECONDS,
    Hours,
    HoursUnreadable,
    Opening,
    local_to_epoch,
    openings,
)

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("Etc", "posix"))
)
ODD_ZONES = (
    "Europe/Berlin",
    "Australia/Lord_Howe",  # half an hour
    "Africa/Cairo",  # at midnight
    "Pacific/Apia",  # a whole day in 2011
    "America/St_Johns",
    "Asia/Almaty",
    "Europe/Moscow",
    "UTC",
)
DAYS = st.dates(date(2008, 1, 1), date(2035, 12, 31))
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
RANGES = st.builds(
    lambda opens, length: Opening(opens, opens + length), st.integers(0, 1439), st.integers(1, 1440)
)
WEEKS = st.tuples(*[st.lists(RANGES, max_size=2).map(tuple)] * 7)


def at(zone: ZoneInfo, text: str, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


def utc(moment: float | None) -> str:
    assert moment is not None
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def office(zone: ZoneInfo = MOSCOW, **holidays: str) -> Hours:
    """Monday to Thursday 9 to 18, Friday 22 to 6, no weekend."""
    day, night = openings("09:00-18:00"), openings("22:00-06:00")
    dates = {date.fromisoformat(k.strip("_").replace("_", "-")): v for k, v in holidays.items()}
    return Hours(
        zone, (day, day, day, day, night, (), ()), {d: openings(v) for d, v in dates.items()}
    )


# --- the clock on the wall --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "local", "right"),
    [
        ("Asia/Almaty", "2026-12-01 10:00", "2026-12-01T05:00:00Z"),
        ("Europe/Berlin", "2027-03-28 02:30", "2027-03-28T01:00:00Z"),
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        ("UTC", "2026-10-25 01:30", "2026-10-25T01:30:00Z"),
        ("Pacific/Apia", "2011-12-30 10:00", "2011-12-30T10:00:00Z"),
        ("Africa/Cairo", "2026-04-24 00:00", "2026-04-23T22:00:00Z"),
    ],
)
def test_a_skipped_time_is_the_next_valid_minute_and_a_repeated_one_is_the_first(
    zone: str, local: str, right: str
) -> None:
    wall = datetime.fromisoformat(local)
    assert utc(local_to_epoch(wall.date(), wall.time(), ZoneInfo(zone))) == right


@given(st.sampled_from(ODD_ZONES) | st.sampled_from(ZONES), DAYS, MINUTES)
def test_a_local_time_is_the_first_moment_at_which_the_wall_shows_it_or_a_later_one(
    name: str, day: date, minute: time
) -> None:
    zone = ZoneInfo(name)
    asked = datetime.combine(day, minute)
    found = local_to_epoch(day, minute, zone)

    def wall(moment: float) -> datetime:
        return datetime.fromtimestamp(moment, zone).replace(tzinfo=None)

    assert found % 60 == 0
    assert wall(found) >= asked
    before = [wall(found - 60 * n) for n in range(1, 26 * 60)]
    assert all(shown < asked for shown in before)


@given(st.sampled_from(ODD_ZONES), DAYS, st.integers(0, 1439), st.integers(0, 2880))
def test_later_on_the_wall_is_never_earlier_in_truth(
    name: str, day: date, minute: int, more: int
) -> None:
    zone = ZoneInfo(name)
    early = datetime.combine(day, time()) + timedelta(minutes=minute)
    late = early + timedelta(minutes=more)
    first, second = (local_to_epoch(w.date(), w.time(), zone) for w in (early, late))
    assert first <= second


# --- the week ---------------------------------------------------------------------------------


def test_the_opening_minute_is_open_and_the_closing_minute_is_not() -> None:
    hours = office()
    assert not hours.open_at(at(MOSCOW, "2026-11-23 08:59:59"))
    assert hours.open_at(at(MOSCOW, "2026-11-23 09:00"))
    assert hours.open_at(at(MOSCOW, "2026-11-23 17:59:59"))
    assert not hours.open_at(at(MOSCOW, "2026-11-23 18:00"))


def test_a_range_past_midnight_ends_on_the_next_day() -> None:
    hours = office()
    assert hours.open_at(at(MOSCOW, "2026-11-27 23:00"))
    assert hours.open_at(at(MOSCOW, "2026-11-28 05:59"))
    assert not hours.open_at(at(MOSCOW, "2026-11-28 06:00"))
    assert not hours.open_at(at(MOSCOW, "2026-11-28 22:30"))


def test_the_zone_is_the_companys_and_not_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = at(MOSCOW, "2026-11-23 09:30")
    for zone in ("UTC", "America/New_York", "Asia/Kamchatka"):
        monkeypatch.setenv("TZ", zone)
        assert office().open_at(moment)


def test_a_holiday_is_closed_or_has_its_own_hours() -> None:
    hours = office(_2026_11_23="closed", _2026_11_24="10:00-14:00")
    assert not hours.open_at(at(MOSCOW, "2026-11-23 12:00"))
    assert not hours.open_at(at(MOSCOW, "2026-11-24 09:30"))
    assert hours.open_at(at(MOSCOW, "2026-11-24 12:00"))
    assert not hours.open_at(at(MOSCOW, "2026-11-24 15:00"))


def test_a_night_that_began_before_a_holiday_goes_on_to_its_end() -> None:
    hours = office(_2026_11_28="closed")
    assert hours.open_at(at(MOSCOW, "2026-11-28 05:00"))


def test_the_next_opening_is_now_when_open_and_skips_weekend_and_holidays() -> None:
    hours = office(_2026_11_30="closed", _2026_12_01="12:00-13:00")
    open_ = at(MOSCOW, "2026-11-26 12:00")
    assert hours.next_opening(open_) == open_
    friday = hours.next_opening(at(MOSCOW, "2026-11-26 18:00"))
    assert friday == at(MOSCOW, "2026-11-27 22:00")
    assert hours.next_opening(at(MOSCOW, "2026-11-28 07:00")) == at(MOSCOW, "2026-12-01 12:00")


def test_a_department_that_never_opens_has_no_next_opening() -> None:
    assert Hours(MOSCOW, ((),) * 7).next_opening(at(MOSCOW, "2026-11-23 12:00")) is None


def test_a_single_day_of_its_own_hours_is_found_years_ahead() -> None:
    hours = Hours(MOSCOW, ((),) * 7, {date(2031, 5, 9): openings("10:00-11:00")})
    assert hours.next_opening(at(MOSCOW, "2026-11-23 12:00")) == at(MOSCOW, "2031-05-09 10:00")
    assert hours.next_opening(at(MOSCOW, "2031-05-09 11:00")) is None


def test_years_of_holidays_on_every_monday_are_skipped() -> None:
    mondays = {date(2026, 11, 23) + timedelta(7 * n): () for n in range(60)}
    hours = Hours(MOSCOW, (openings("09:00-18:00"), (), (), (), (), (), ()), mondays)
    opening = hours.next_opening(at(MOSCOW, "2026-11-23 12:00"))
    assert opening == at(MOSCOW, "2028-01-17 09:00")


def test_round_the_clock_has_no_hole_at_midnight_or_when_the_clock_changes() -> None:
    hours = Hours(BERLIN, (openings("00:00-24:00"),) * 7)
    for day in ("2027-03-28", "2026-10-25", "2026-12-31"):
        midnight = at(BERLIN, f"{day} 00:00")
        assert all(hours.open_at(midnight + 60 * n) for n in range(-10, 26 * 60))


def test_a_repeated_hour_opens_and_closes_once() -> None:
    hours = Hours(BERLIN, ((),) * 6 + (openings("01:00-02:30"),))
    night = at(BERLIN, "2026-10-25 00:00")
    states = [hours.open_at(night + 60 * n) for n in range(6 * 60)]
    assert sum(a != b for a, b in pairwise(states)) == 2
    assert not hours.open_at(at(BERLIN, "2026-10-25 02:10", fold=1))


def test_an_opening_in_a_skipped_hour_is_the_next_valid_minute() -> None:
    hours = Hours(BERLIN, ((),) * 6 + (openings("02:30-05:00"),))
    opening = hours.next_opening(at(BERLIN, "2027-03-28 00:00"))
    assert utc(opening) == "2027-03-28T01:00:00Z"


def test_a_range_that_lies_in_a_skipped_hour_waits_for_the_next_week() -> None:
    hours = Hours(BERLIN, ((),) * 6 + (openings("02:10-02:50"),))
    opening = hours.next_opening(at(BERLIN, "2027-03-28 00:00"))
    assert opening == at(BERLIN, "2027-04-04 02:10")


@given(
    st.sampled_from(ODD_ZONES),
    WEEKS,
    st.dictionaries(st.integers(0, 12), st.lists(RANGES, max_size=1).map(tuple), max_size=3),
    st.integers(0, 20 * 1440),
    st.sampled_from(["2026-10-20", "2027-03-24", "2026-04-20", "2027-10-28"]),
)
def test_closed_until_the_next_opening_and_open_at_it(
    name: str,
    week: tuple[tuple[Opening, ...], ...],
    holidays: dict[int, tuple[Opening, ...]],
    minute: int,
    start: str,
) -> None:
    zone, first = ZoneInfo(name), date.fromisoformat(start)
    hours = Hours(zone, week, {first + timedelta(n): r for n, r in holidays.items()})
    moment = at(zone, f"{start} 00:00") + 60 * minute
    opening = hours.next_opening(moment)
    if opening is None:
        assert not any(week)
        return
    assert opening >= moment
    assert hours.open_at(opening)
    if opening > moment:
        closed = [moment + n * (opening - moment) / 50 for n in range(50)]
        assert not any(hours.open_at(m) for m in [*closed, opening - 1])


@given(
    st.sampled_from(ODD_ZONES),
    WEEKS,
    st.lists(st.integers(0, 20 * DAY_SECONDS - 1), min_size=1, max_size=40),
)
def test_the_table_for_the_dialplan_gives_the_same_verdict(
    name: str, week: tuple[tuple[Opening, ...], ...], seconds: list[int]
) -> None:
    hours = Hours(ZoneInfo(name), week)
    since = int(at(UTC_ZONE, "2026-10-15 00:00"))
    table = hours.table(since, 20)
    assert len(table) == 20
    for moment in (since + s for s in seconds):
        assert looked_up(table, moment) == hours.open_at(moment)


UTC_ZONE = ZoneInfo("UTC")


def looked_up(table: dict[int, str], moment: int) -> bool:
    """As the dialplan does it: integer division, CUT at `&`, two comparisons."""
    row = table[moment // 86400]
    if row == "closed":
        return False
    spans = (span.split("-") for span in row.split("&"))
    return any(int(opens) <= moment < int(closes) for opens, closes in spans)


# --- as people write them ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00-18:00", [(540, 1080)]),
        ("9:00–13:00, 14:00 - 18:00", [(540, 780), (840, 1080)]),
        ("22:00-06:00", [(1320, 1800)]),
        ("00:00-24:00", [(0, 1440)]),
        ("18:00-00:00", [(1080, 1440)]),
        ("closed", []),
        ("закрыто", []),
    ],
)
def test_ranges_are_read_as_people_write_them(text: str, expected: list[tuple[int, int]]) -> None:
    assert [(o.opens, o.closes) for o in openings(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9-18",
        "09:00",
        "09:00-09:00",
        "25:00-26:00",
        "09:60-10:00",
        "24:00-06:00",
        "09:00-18:00,",
        "утром",
        "٠٩:00-18:00",
        "-09:00-18:00",
        "09:00-24:01",
    ],
)
def test_what_is_no_range_is_refused_with_a_hint_how_to_write_it(text: str) -> None:
    with pytest.raises(HoursUnreadable, match=r"\d\d:\d\d|whole day"):
        openings(text)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(HoursUnreadable, match="Monday to Sunday"):
        Hours(MOSCOW, ((),) * 5)
