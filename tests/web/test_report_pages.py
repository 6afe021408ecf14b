"""The pages of reports in a real browser: by keyboard, in both languages, without a complaint."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from web.browser import PICTURES, Desk
from web.desk_stand import Stand, settings_in
from web.past_month import rooms_over, written

from ivr.store.store import SqlStore

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One written month for all of these tests, which only read it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('past')}/linetree.db"
    written(url)
    return url


@pytest_asyncio.fixture(loop_scope="session")
async def desk(chromium: Browser, past: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """The browser of Vera, who leads the department; it must have complained of nothing."""
    store = SqlStore.open(past, time.time)
    stand = Stand(settings_in(tmp_path), rooms=rooms_over(store, past))
    await stand.server.start()
    context = await chromium.new_context(
        viewport={"width": 1440, "height": 900}, locale="ru-RU", timezone_id="Europe/Moscow"
    )
    one = Desk(stand, context, await context.new_page())
    one.watch(one.page)
    await one.sign_in("vera")
    yield one
    await context.close()
    await stand.server.stop()
    assert store.close() == 0
    assert one.complaints == []


THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZES = {1440: 900, 1024: 768, 390: 844}
PAGES = {
    "earnings": ("/earnings", "#days-chart canvas"),
    "why": ("/why?call=corporate-call", "#ledger-title"),
    "staffing": ("/staffing", "#curve-chart canvas"),
    "staffing-loses": ("/staffing?calls=60&talk=180&lines=4&away=30", "#curve-chart canvas"),
}


async def opened(desk: Desk, address: str, ready: str) -> Page:
    await desk.page.goto(f"{desk.stand.url}{address}")
    await expect(desk.page.locator(ready).first).to_be_visible()
    return desk.page


@pytest.mark.parametrize("room", sorted(PAGES))
async def test_pictures(desk: Desk, room: str) -> None:
    """As people see it: no page is wider than its window, in any language and theme."""
    address, ready = PAGES[room]
    for language in ("ru", "en"):
        for theme in THEMES:
            await desk.page.emulate_media(color_scheme=theme)
            for width, height in SIZES.items():
                await desk.page.set_viewport_size({"width": width, "height": height})
                sign = "&" if "?" in address else "?"
                await opened(desk, f"{address}{sign}lang={language}", ready)
                wide = await desk.page.evaluate("document.documentElement.scrollWidth")
                PICTURES.mkdir(parents=True, exist_ok=True)
                file = PICTURES / f"{room}-{width}-{theme}-{language}.png"
                await desk.page.screenshot(path=file, full_page=True, animations="disabled")
                assert wide <= width
