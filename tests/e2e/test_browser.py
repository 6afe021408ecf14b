"""An agent with a browser and keys only takes real calls: the whole way, as people will go it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, async_playwright, expect
from web.browser import FLAGS
from web.pictures import keep_picture

from ivr.asterisk.private.programs import browser_driver_environment, find_chromium
from ivr.domain.sales_card import PromiseRow, SalesCard

if TYPE_CHECKING:
    from e2e.conftest import House

expect.set_options(timeout=30_000)

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
async def page(house: House) -> AsyncIterator[Page]:
    """Anna's browser, signed in at the real service."""
    program = find_chromium()
    os.environ.update(browser_driver_environment())
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program.command[0],
            args=FLAGS,
            env={**os.environ, **program.environment},
        )
        page = await browser.new_page(
            viewport={"width": 1440, "height": 900}, locale="ru-RU", timezone_id="Europe/Moscow"
        )
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        await page.goto(house.stage.url)
        await page.locator("#user").fill("anna")
        await page.locator("#pass").fill(house.stage.password)
        await page.keyboard.press("Enter")
        await expect(page.locator("body.desk #main")).to_be_attached()
        yield page
        await browser.close()
        assert complaints == []


async def listens(page: Page) -> None:
    await page.wait_for_function("() => document.querySelector('main[data-listens]')")


async def press(page: Page, key: str) -> None:
    await listens(page)
    await page.keyboard.press(key)


async def test_a_large_volume_is_passed_to_sales_by_keys_alone(house: House, page: Page) -> None:
    for person in ("smirnova", "orlov"):
        await house.desk(person)
    await press(page, "Enter")
    await expect(page.locator(".bar .st-ready")).to_be_visible()
    caller = await house.caller("+74950000082", from_name='"Ромашка" '.encode())
    await expect(page.get_by_text("+7 495 000-00-82").first).to_be_visible()
    await expect(page.locator("h1.say")).to_contain_text("организации или частному")
    await keep_picture(page, "call-asking-first")
    await press(page, "Digit2")
    await expect(page.locator("h1.say")).to_contain_text("Сколько человек")
    await press(page, "Digit1")
    await expect(page.locator("h1.say")).to_contain_text("рабочих мест")
    await keep_picture(page, "call-asking")
    await press(page, "Digit0")
    await page.keyboard.type("60")
    await page.keyboard.press("Enter")
    await expect(page.locator(".st-sales").first).to_be_visible()
    await keep_picture(page, "call-outcome")
    await press(page, "Enter")
    taken = await house.sees("smirnova", lambda s: s.stage in ("ringing", "talking", "ready"))
    assert taken is not None
    await house.stage.asterisk.cli("core show channels")
    await keep_picture(page, "call-passed")
    await expect(page.locator("main")).to_contain_text("Чем закончился")
    await keep_picture(page, "call-wrap-up")
    assert caller.is_running
    await caller.hang_up()
    await press(page, "Enter")
    await expect(page.locator(".bar .st-ready")).to_be_visible()
    await keep_picture(page, "call-ready")


def listed(card: SalesCard) -> tuple[PromiseRow, ...]:
    """Whom sales is to call: one's own, then the team's."""
    return card.mine + card.team


async def test_a_time_that_the_client_asks_for_is_when_sales_has_to_call(
    house: House, page: Page
) -> None:
    await house.desk("smirnova")
    await press(page, "Enter")
    await expect(page.locator(".bar .st-ready")).to_be_visible()
    caller = await house.caller("+74950000083", from_name='"Лютик" '.encode())
    await expect(page.locator("h1.say")).to_contain_text("организации или частному")
    await press(page, "Digit2")
    await expect(page.locator("h1.say")).to_contain_text("Сколько человек")
    await press(page, "Digit1")
    await expect(page.locator("h1.say")).to_contain_text("рабочих мест")
    await press(page, "Digit0")
    await page.keyboard.type("60")
    await page.keyboard.press("Enter")
    await expect(page.locator(".st-sales").first).to_be_visible()
    await press(page, "KeyD")
    await expect(page.locator("#day")).to_be_focused()
    day = datetime.now(MOSCOW).date() + timedelta(days=2)
    await page.keyboard.type(f"{day:%d.%m}")
    await page.keyboard.press("Tab")
    await page.keyboard.type("15:30")
    await page.keyboard.press("Enter")
    await expect(page.locator(".facts")).to_contain_text("15:30")
    await keep_picture(page, "call-due")
    await expect(page.locator(".main-key")).to_contain_text("Записать обратный звонок")
    await press(page, "Enter")
    sales = await house.sees("smirnova", lambda s: s.sales is not None and bool(listed(s.sales)))
    assert sales.sales is not None
    due = datetime.combine(day, time(15, 30), MOSCOW)
    assert [row.due_at for row in listed(sales.sales)] == [due.timestamp()]
    await caller.hang_up()


async def test_a_private_person_stays_and_is_offered_what_fits(house: House, page: Page) -> None:
    await press(page, "Enter")
    await expect(page.locator(".bar .st-ready")).to_be_visible()
    caller = await house.caller("", from_name=b'"Anonymous" ')
    await expect(page.locator("h1.say")).to_contain_text("организации или частному")
    await press(page, "Digit1")
    await expect(page.locator(".st-keep").first).to_be_visible()
    await keep_picture(page, "call-keep")
    await press(page, "Enter")
    await caller.hang_up()
    await expect(page.locator("main")).to_contain_text("Чем закончился")
