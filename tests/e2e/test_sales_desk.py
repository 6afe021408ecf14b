"""A salesperson with a browser and keys only takes a real client, and the wall tells of it."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from e2e.conftest import FAILED, House, keep, until
from playwright.async_api import Browser, Page, async_playwright, expect
from web.browser import FLAGS
from web.pictures import keep_picture

from ivr.asterisk.private.programs import browser_driver_environment, find_chromium
from ivr.demo.stage import Stage, Timing
from ivr.domain.records import EscalationState
from ivr.store.looking import StoreLook

expect.set_options(timeout=30_000)

PATIENT = Timing(agents_answer=0.5, sales_answer=5.0, sales_talk=None)
"""Phones of sales ring for so many seconds that a person could read the card."""


@pytest.fixture
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """Everything runs, and salespeople let their phones ring for a while."""
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(Stage(PATIENT, print))
        look = StoreLook(stage.database)
        stack.callback(look.close)
        yield House(stage, stack, look)
        if request.node.stash.get(FAILED, False):
            keep(stage, request.node.name)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium."""
    program = find_chromium()
    os.environ.update(browser_driver_environment())
    async with async_playwright() as playwright:
        one = await playwright.chromium.launch(
            executable_path=program.command[0],
            args=FLAGS,
            env={**os.environ, **program.environment},
        )
        yield one
        await one.close()


async def signed_in(browser: Browser, house: House, person: str, address: str) -> Page:
    """A page of this person in a browser of their own."""
    page = await browser.new_page(
        viewport={"width": 1440, "height": 900}, locale="ru-RU", timezone_id="Europe/Moscow"
    )
    await page.goto(house.stage.url + address)
    await page.locator("#user").fill(person)
    await page.locator("#pass").fill(house.stage.password)
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_attached()
    return page


async def press(page: Page, key: str) -> None:
    await page.wait_for_function("() => document.querySelector('main[data-listens]')")
    await page.keyboard.press(key)


async def test_a_client_who_is_passed_is_on_the_card_while_the_phone_rings_and_ends_by_one_key(
    house: House, browser: Browser
) -> None:
    sales = await signed_in(browser, house, "smirnova", "/")
    wall = await signed_in(browser, house, "vera", "/wall")
    await expect(sales.locator(".bar .st-ready")).to_be_visible()
    await house.desk("anna")
    caller = await house.caller("+74950000082", from_name='"Ромашка" '.encode())
    await house.answer("anna", who="organisation", staff="20", seats="60")
    await house.sees("anna", lambda screen: screen.stage == "outcome")
    call = house.call_id("anna")
    await house.desks["anna"].send("confirm", call=call, offer="")

    await expect(sales.locator(".bar .st-ring")).to_be_visible()
    await expect(sales.locator("h1")).to_have_text("Ромашка")
    await expect(sales.locator(".card .say")).to_contain_text("60")
    await expect(sales.locator(".lift")).to_contain_text("301")
    await keep_picture(sales, "call-sales-ringing")
    await expect(sales.locator(".bar .st-talk")).to_be_visible()
    await expect(wall.locator(".figures li").first).to_contain_text("из 5")
    await expect(sales.locator(".card .clock time")).to_have_text(re.compile("00:1[1-9]"))
    await keep_picture(sales, "call-sales-talking")
    await keep_picture(wall, "call-wall")

    await caller.hang_up()
    await expect(sales.locator(".bar .st-wrap")).to_be_visible()
    await press(sales, "Digit3")
    await press(sales, "Enter")

    def promise() -> str:
        (one,) = house.look.escalations_of(call)
        return f"{one.state} {one.result} {one.owner} {one.closed_by}"

    closed = f"{EscalationState.CLOSED} won smirnova smirnova"
    await until(lambda: promise() == closed, promise)
    await expect(sales.locator("h1")).to_have_text("Разговор окончен")
    await press(sales, "Enter")
    await expect(sales.locator("h1")).to_have_text("Ждём клиента")

    figures = wall.locator(".figures li")
    await expect(figures.nth(2)).to_contain_text("1")
    await expect(figures.nth(4)).to_contain_text("из 1")
    await house.stage.stop_service()
    await expect(wall.locator(".alarm")).to_be_visible()
    await house.stage.start_service()
    await expect(wall.locator(".alarm")).to_have_count(0)
    await expect(figures.nth(2)).to_contain_text("1")
    await expect(figures.nth(4)).to_contain_text("из 1")
