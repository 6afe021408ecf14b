"""The tree's page in a real browser, by keys alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from web.browser import PICTURES
from web.desk_stand import PASSWORDS
from web.tree_office import TreeOffice, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIZES = {"1440": (1440, 900), "1024": (1024, 768), "390": (390, 844)}


@dataclass
class Author:
    """The head of the department before the page, and everything that the page complained about."""

    office: TreeOffice
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.on("console", self._console)

    def _console(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), str(getattr(message, "text", message))
        # A refusal by its status is what some tests ask for.
        if kind in ("error", "warning") and "the server responded with a status" not in text:
            self.complaints.append(f"{kind}: {text}")

    async def enter(self, who: str = "vera") -> None:
        """Through the door, as a person does, to the tree."""
        await self.page.goto(f"{self.office.url}/tree")
        await self.page.locator("#user").fill(who)
        await self.page.locator("#pass").fill(PASSWORDS[who])
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("main[data-listens] .tree")).to_be_visible()

    def node(self, key: str) -> str:
        return f'[data-node="{key}"]'

    async def at(self, key: str) -> None:
        """The focus is on this node."""
        await expect(self.page.locator(self.node(key))).to_be_focused()

    async def keys(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def write(self, label: str, words: str) -> None:
        """Come to a field of the open form by Tab, and write over what is there."""
        for _ in range(40):
            name = await self.page.evaluate(
                "() => document.activeElement.labels?.[0]?.textContent ?? ''"
            )
            if name == label:
                await self.page.keyboard.press("Control+A")
                await self.page.keyboard.insert_text(words)
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"no field {label}")

    async def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"tree-{name}.png"
        await self.page.screenshot(path=path, animations="disabled", full_page=True)


@pytest_asyncio.fixture(loop_scope="session")
async def author(chromium: Browser, tmp_path: Path) -> AsyncIterator[Author]:
    """A browser before a whole service; in the end the page must have complained of nothing."""
    async with running(tmp_path) as office:
        context = await chromium.new_context(
            viewport={"width": 1440, "height": 900}, locale="ru-RU", timezone_id="Europe/Moscow"
        )
        one = Author(office, context, await context.new_page())
        one.watch()
        yield one
        await context.close()
        assert one.complaints == []


async def a_month(office: TreeOffice) -> None:
    """Some interviews of the last weeks."""
    walks: list[list[str | None]] = [
        ["person"],
        ["organisation", "40", "5"],
        ["organisation", "40", "30"],
        ["organisation", "120", "80"],
        ["organisation", "500"],
        ["organisation", None, "one", "7"],
        ["organisation", None, "network"],
    ]
    for n in range(34):
        office.past(f"1764000000.{n}", walks[n % len(walks)], days_ago=1 + n % 20)
    await office.kept(34)


async def test_pictures(author: Author) -> None:
    await a_month(author.office)
    await author.enter()
    await expect(author.page.locator(".share rect").first).to_be_attached()
    await author.picture("first")
