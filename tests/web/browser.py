"""A real headless Chromium, and one page of it that reports whatever goes wrong in it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from web.desk_stand import DEADLINE, PASSWORDS, Stand, settings_in
from web.pictures import keep_picture

from ivr.asterisk.private.programs import browser_driver_environment, find_chromium
from ivr.domain.screen import Screen
from ivr.web.rooms.sales import SalesRoom

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=DEADLINE * 1000)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests; each test has a context of its own."""
    program = find_chromium()
    os.environ.update(browser_driver_environment())
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program.command[0],
            args=FLAGS,
            env={**os.environ, **program.environment},
        )
        yield browser
        await browser.close()


@dataclass
class Desk:
    """One person's browser: a page on the desk, and everything that it complained about."""

    stand: Stand
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Collect errors, warnings, CSP reports and dialogs of this page."""
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("console", self._console)

    def _console(self, message: object) -> None:
        text = str(getattr(message, "text", message))
        kind = getattr(message, "type", "")
        # A server that is away on purpose is no complaint of the page.
        if kind in ("error", "warning") and "ERR_CONNECTION_REFUSED" not in text:
            self.complaints.append(f"{kind}: {text}")

    async def sign_in(self, who: str = "anna") -> None:
        """Through the door, as a person does."""
        page = self.page
        await page.goto(self.stand.url)
        await page.locator("#user").fill(who)
        await page.locator("#pass").fill(PASSWORDS[who])
        await page.keyboard.press("Enter")
        await expect(page.locator("body.desk #main")).to_be_attached()

    async def shown(self, screen: Screen) -> Page:
        """Signed in, with this screen drawn and taking keys."""
        if "desk" not in (await self.page.locator("body").get_attribute("class") or ""):
            # As the first one: on a page that still draws another a key would be lost.
            self.stand.screens["anna"] = screen
            await self.sign_in()
        self.stand.show(screen)
        await expect(self.page.locator("h1")).to_be_visible()
        await self.takes_keys()
        return self.page

    async def shown_to_sales(self, screen: Screen) -> Page:
        """Olga is signed in, and her page shows this screen and takes keys."""
        if "sales" not in (await self.page.locator("body").get_attribute("class") or ""):
            self.stand.screens["olga"] = screen
            await self.sign_in("olga")
        self.stand.show(screen, "olga")
        await expect(self.page.locator("#card")).to_be_visible()
        await self.takes_keys()
        return self.page

    async def takes_keys(self) -> None:
        """Wait until the page that is drawn now listens to keys."""
        await self.page.wait_for_function("() => document.querySelector('main[data-listens]')")

    async def press(self, key: str) -> None:
        """Press a key once the page listens."""
        await self.takes_keys()
        await self.page.keyboard.press(key)

    async def tab(self) -> Page:
        """One more tab of the same browser."""
        page = await self.context.new_page()
        self.watch(page)
        await page.goto(self.stand.url)
        return page

    async def picture(self, name: str) -> None:
        """Keep how the page looks, for people."""
        await keep_picture(self.page, name)


@pytest_asyncio.fixture(loop_scope="session")
async def browser_stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """The server, on the loop that the browser's driver lives on."""
    one = Stand(settings_in(tmp_path), rooms=(SalesRoom(),))
    await one.server.start()
    yield one
    await one.server.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(chromium: Browser, browser_stand: Stand) -> AsyncIterator[Desk]:
    """A browser of 1440x900 before the door; in the end it must have complained of nothing."""
    context = await chromium.new_context(
        viewport={"width": 1440, "height": 900}, locale="ru-RU", timezone_id="Europe/Moscow"
    )
    page = await context.new_page()
    one = Desk(browser_stand, context, page)
    one.watch(page)
    yield one
    await context.close()
    assert one.complaints == []
