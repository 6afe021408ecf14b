"""When sales is to call back: the agent asks the client and types it, by the client's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect
from web.browser import Desk
from web.desk_stand import until
from web.screens import PASSED, STAYS, on_call, outcome, wrap_up

from ivr.domain.events import DueAsked, Event
from ivr.domain.screen import OutcomeCard, Screen, Stage, TransferCard

pytestmark = pytest.mark.asyncio(loop_scope="session")

THERE = "Asia/Vladivostok"
CALLBACK = replace(PASSED, how="callback", kinds=(), callback_zone=THERE)


def asked(desk: Desk) -> list[str]:
    return [event.due for event in desk.stand.given(DueAsked)]


def tomorrow(desk: Desk) -> str:
    """The day after today where the client lives."""
    there = datetime.fromtimestamp(desk.stand.now(), ZoneInfo(THERE))
    return f"{there + timedelta(days=1):%Y-%m-%d}"


def promised(now: float) -> TransferCard:
    return TransferCard("callback", "Ольга", now - 7, now + 1800)


async def test_d_asks_for_day_and_time_and_one_message_tells_them(desk: Desk) -> None:
    page = await desk.shown(outcome(desk.stand.now(), CALLBACK))
    await page.keyboard.press("KeyD")
    await expect(page.locator("#day")).to_be_focused()
    await expect(page.locator("#over")).to_contain_text("по его часам")
    await page.keyboard.type("завтра")
    await page.keyboard.press("Tab")
    await page.keyboard.type("15")
    await page.keyboard.press("Enter")
    await until(lambda: asked(desk))
    assert asked(desk) == [f"{tomorrow(desk)} 15:00"]
    await expect(page.locator("#over")).to_have_count(0)


@pytest.mark.parametrize(
    ("day", "hour", "wrong", "words"),
    [
        ("", "15", "day", "Укажите день"),
        ("почта", "15", "day", "Укажите день"),
        ("завтра", "", "hour", "Укажите время"),
        ("завтра", "25", "hour", "Укажите время"),
    ],
)
async def test_what_is_no_time_is_told_at_its_field_and_sends_nothing(
    desk: Desk, day: str, hour: str, wrong: str, words: str
) -> None:
    page = await desk.shown(outcome(desk.stand.now(), CALLBACK))
    await page.keyboard.press("KeyD")
    await expect(page.locator("#day")).to_be_focused()
    await page.keyboard.type(day)
    await page.keyboard.press("Tab")
    await page.keyboard.type(hour)
    await page.keyboard.press("Enter")
    await expect(page.locator(f"#{wrong}-hint")).to_contain_text(words)
    await expect(page.locator(f"#{wrong}")).to_be_focused()
    assert asked(desk) == []


async def test_a_time_makes_a_callback_of_what_would_be_put_through_now(desk: Desk) -> None:
    now = desk.stand.now()
    page = await desk.shown(outcome(now, PASSED))
    await expect(page.locator(".main-key")).to_contain_text("Соединить с продажами")
    due = datetime(2027, 3, 2, 15, tzinfo=ZoneInfo(THERE)).timestamp()
    card = replace(PASSED, callback_due=due, callback_asked=True, callback_zone=THERE)
    desk.stand.show(outcome(now, card))
    await expect(page.locator(".main-key")).to_contain_text("Записать обратный звонок")
    await expect(page.locator(".facts")).to_contain_text("у клиента 15:00")
    await expect(page.locator(".facts")).to_contain_text("2 марта 2027")


async def test_a_time_that_was_moved_says_so_and_may_be_taken_back(desk: Desk) -> None:
    now = desk.stand.now()
    card = replace(CALLBACK, callback_due=now + 86_400, callback_asked=True, callback_moved=True)
    page = await desk.shown(outcome(now, card))
    await expect(page.locator(".facts")).to_contain_text("В названное время звонить нельзя")
    await page.keyboard.press("KeyD")
    await page.get_by_role("button", name="как можно скорее").click()
    await until(lambda: asked(desk))
    assert asked(desk) == [""]


@pytest.mark.parametrize("stage", ["talking", "wrap_up"])
async def test_the_time_may_be_set_as_long_as_nobody_dials(desk: Desk, stage: str) -> None:
    now = desk.stand.now()
    screens: dict[str, Screen] = {
        "talking": on_call(Stage.TALKING, now, outcome=CALLBACK, transfer=promised(now)),
        "wrap_up": wrap_up(now, outcome=CALLBACK, transfer=promised(now)),
    }
    page = await desk.shown(screens[stage])
    await page.keyboard.press("KeyD")
    await expect(page.locator("#day")).to_be_focused()
    await page.keyboard.type("завтра")
    await page.keyboard.press("Tab")
    await page.keyboard.type("9:30")
    await page.keyboard.press("Enter")
    await until(lambda: asked(desk))
    assert asked(desk) == [f"{tomorrow(desk)} 09:30"]


@pytest.mark.parametrize("card", [STAYS, PASSED], ids=["stays", "being-passed"])
async def test_d_does_nothing_where_nobody_calls_back(desk: Desk, card: OutcomeCard) -> None:
    now = desk.stand.now()
    screen = outcome(now, card) if card is STAYS else on_call(Stage.TALKING, now, outcome=card)
    page = await desk.shown(screen)
    await page.keyboard.press("KeyD")
    await page.keyboard.press("Shift+Slash")
    await expect(page.locator("#over .map")).to_be_visible()
    await expect(page.locator("#day")).to_have_count(0)


async def test_a_refused_time_is_told_in_words(desk: Desk) -> None:
    stand = desk.stand

    def refuse(event: Event) -> None:
        assert isinstance(event, DueAsked)
        stand.server.refuse(event.person, event.request, "due_past", event.due)

    stand.answers[DueAsked] = refuse
    page = await desk.shown(outcome(stand.now(), CALLBACK))
    await page.keyboard.press("KeyD")
    await expect(page.locator("#day")).to_be_focused()
    await page.keyboard.type("сегодня")
    await page.keyboard.press("Tab")
    await page.keyboard.type("0:01")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Это время уже прошло.")).to_be_visible()
