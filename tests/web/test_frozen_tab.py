"""A tab that the browser has frozen: noticed by its silence, and in step again without a reload."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect
from web.browser import Desk
from web.desk_stand import Stand, until
from web.screens import asking, idle

from ivr.domain.events import AnswerPressed, DeskClosed, DeskOpened
from ivr.domain.screen import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


@asynccontextmanager
async def frozen(desk: Desk) -> AsyncIterator[None]:
    """The tab's process stands still while the browser's network goes on, as in a frozen tab.

    A headless page is always visible, and a visible page ignores `Page.setWebLifecycleState`.
    """
    browser = desk.context.browser
    assert browser is not None
    session = await browser.new_browser_cdp_session()
    told = await session.send("SystemInfo.getProcessInfo")
    tabs = [int(one["id"]) for one in told["processInfo"] if one["type"] == "renderer"]
    for process in tabs:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in tabs:
            os.kill(process, signal.SIGCONT)


async def test_a_frozen_tab_is_no_desk_and_thaws_in_step(desk: Desk) -> None:
    stand = desk.stand
    page = await desk.shown(idle(Stage.READY, stand.now()))
    await page.evaluate("window.sameDocument = true")
    async with frozen(desk):
        await until(lambda: stand.given(DeskClosed))
        assert stand.server.pages == 0
        stand.show(asking(stand.now()))
    await until(lambda: len(stand.given(DeskOpened)) == 2)
    await expect(page.locator("h1")).to_contain_text("организации")
    await desk.press("Digit1")
    await until(lambda: stand.given(AnswerPressed))
    assert await page.evaluate("window.sameDocument"), "without a reload"


async def test_a_page_that_answers_each_beat_stays(browser_stand: Stand) -> None:
    async with browser_stand.desk() as desk:
        await until(lambda: desk.beats >= 4)
        assert not browser_stand.given(DeskClosed)


async def test_a_page_of_an_older_version_that_answers_no_beat_is_not_cut_off(
    browser_stand: Stand,
) -> None:
    """It has been open since before an upgrade; only who has answered once is held to it."""
    async with browser_stand.desk() as desk:
        desk.answers_beats = False
        heard = desk.beats
        await until(lambda: desk.beats >= heard + 3)
        assert not browser_stand.given(DeskClosed)


async def test_silence_after_an_answered_beat_is_noticed_by_the_next_but_one(
    browser_stand: Stand,
) -> None:
    async with browser_stand.desk() as desk:
        await until(lambda: desk.beats >= 1)
        desk.answers_beats = False
        before = desk.beats
        await until(lambda: browser_stand.given(DeskClosed))
        assert desk.beats <= before + 2
