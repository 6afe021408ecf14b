"""The pages of reports in a real browser: by keyboard, in both languages, without a complaint."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect
from web.browser import Desk
from web.crowded import crowded
from web.desk_stand import Stand, settings_in
from web.past_month import HOSTILE, PROBE, rooms_over, written
from web.pictures import WANTED, keep_picture
from web.visitor import visitor

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
    # The browser itself notes a refusal that a test has asked for.
    assert [said for said in one.complaints if "status of 400" not in said] == []


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


async def test_a_version_is_chosen_by_keyboard_and_stays_after_a_reload(desk: Desk) -> None:
    page = await opened(desk, "/earnings", "#days-chart canvas")
    sum_of_all = page.locator(".sums .sum").first
    whole = await sum_of_all.inner_text()
    await page.locator("#version").focus()
    await page.keyboard.press("ArrowDown")
    await expect(sum_of_all).not_to_have_text(whole)
    chosen = await sum_of_all.inner_text()
    assert "version=2" in page.url
    await page.reload()
    await expect(page.locator(".sums .sum").first).to_have_text(chosen)
    await expect(page.locator("a.file")).to_have_attribute("href", re.compile("version=2"))


async def test_every_picture_has_its_figures_as_a_table(desk: Desk) -> None:
    page = await opened(desk, "/earnings", "#days-chart canvas")
    await expect(page.locator("#days-chart")).to_have_attribute("aria-label", re.compile("352"))
    await page.locator(".as-table summary").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".as-table tbody tr")).to_have_count(30)
    await expect(page.locator(".as-table tbody tr").last).to_contain_text("25\u00a0ноября")
    await page.goto(f"{desk.stand.url}/staffing?calls=60&talk=180&lines=4")
    await page.locator(".as-table summary").click()
    await expect(page.locator(".as-table tbody tr")).to_have_count(11)


async def test_a_report_that_is_still_worked_out_says_so(desk: Desk) -> None:
    drawn = asyncio.Event()

    async def held(route: Route) -> None:
        await drawn.wait()
        await route.continue_()

    await desk.page.route("**/earnings/report?*", held)
    page = await opened(desk, "/earnings", "#version")
    await expect(page.locator("main [role=status]")).to_have_text("Считаем…")
    drawn.set()
    await expect(page.locator("#days-chart canvas")).to_be_visible()
    await expect(page.locator("main [role=status]")).to_have_count(0)


async def test_days_without_a_call_are_said_to_be_so(desk: Desk) -> None:
    page = await opened(desk, "/earnings?first=2025-01-01&last=2025-01-31", ".empty")
    assert "NaN" not in await page.locator("main").inner_text()
    await page.locator("#last").fill("2024-01-01")
    await expect(page.locator("main .problem")).to_contain_text("Первый день позже последнего")
    await page.goto(f"{desk.stand.url}/staffing?first=2025-01-01&last=2025-01-31")
    await expect(page.locator(".empty")).to_be_visible()


async def test_the_clients_words_lead_to_their_call(desk: Desk) -> None:
    page = await opened(desk, "/earnings", ".heard summary")
    await page.locator(".heard summary").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".heard q").filter(has_text="<img src=x").first).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#why-title")).to_be_visible()
    assert "/why?call=" in page.url


async def test_the_arrows_go_from_call_to_call(desk: Desk) -> None:
    page = await opened(desk, "/why", ".call-row")
    await page.keyboard.press("ArrowDown")
    first = page.locator(".call-row").nth(0)
    await expect(first).to_have_attribute("aria-current", "true")
    await expect(page.locator("#ledger-title")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".call-row").nth(1)).to_have_attribute("aria-current", "true")
    await page.keyboard.press("ArrowUp")
    await expect(first).to_have_attribute("aria-current", "true")


async def test_a_search_is_typed_and_half_a_number_is_refused_in_words(desk: Desk) -> None:
    page = await opened(desk, "/why", ".call-row")
    await page.locator("#number").fill("000-31")
    await page.keyboard.press("Enter")
    await expect(page.locator("main .problem")).to_contain_text("Нужен номер целиком")
    await page.locator("#number").fill("8 495 000-00-31")
    await page.keyboard.press("Enter")
    await expect(page.locator("main .problem")).to_have_count(0)
    shown = await page.locator(".call-row").all_inner_texts()
    assert shown
    assert all("+7 495 000-00-31" in one for one in shown)
    await page.locator("#number").fill("")
    await page.locator("#company").fill("вектор")
    await page.keyboard.press("Enter")
    await expect(page.locator(".call-row")).to_have_count(1)
    await expect(page.locator(".past > .label")).to_contain_text("ООО «Вектор»")


async def test_more_calls_come_behind_those_that_are_shown(desk: Desk) -> None:
    page = await opened(desk, "/why", ".call-row")
    await expect(page.locator(".call-row")).to_have_count(50)
    await page.locator("#more").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".call-row")).to_have_count(100)


async def test_calls_that_do_not_come_leave_those_that_are_shown(desk: Desk) -> None:
    page = await opened(desk, "/why", ".call-row")
    refused = {"status": 400, "json": {"problem": "bad_message"}}
    await page.route("**/why/calls?after*", lambda route: route.fulfill(**refused), times=1)
    await page.locator("#more").click()
    await expect(page.locator(".past .problem")).to_contain_text("Сервер не понял запрос")
    await expect(page.locator(".call-row")).to_have_count(50)
    await page.locator("#more").click()
    await expect(page.locator(".call-row")).to_have_count(100)
    await expect(page.locator(".past .problem")).to_have_count(0)


async def test_texts_of_callers_are_shown_as_they_are_and_nothing_more(desk: Desk) -> None:
    """The fixture fails on a dialog, a CSP report or a failed picture."""
    page = await opened(desk, f"/why?call={PROBE}", "#ledger-title")
    await expect(page.locator(".call-head b").last).to_have_text(HOSTILE)
    await expect(page.locator(".reasons q").first).to_have_text(HOSTILE)
    await expect(page.locator(".given q").first).to_have_text(HOSTILE)
    await expect(page.locator(".withdrawn b")).to_have_text("Частному лицу")
    assert await page.locator("main img, main script, main [onerror]").count() == 0
    assert await page.locator("main [style]").count() == 0


async def test_a_plan_is_worked_out_by_enter_and_a_wrong_figure_is_named(desk: Desk) -> None:
    page = await opened(desk, "/staffing", "#curve-chart canvas")
    for name, value in (("calls", "60"), ("talk", "180"), ("lines", "4"), ("away", "30")):
        await page.locator(f"#{name}").fill(value)
    await page.keyboard.press("Enter")
    await expect(page.locator("#verdict")).to_contain_text("При таком правиле звонки теряются")
    await expect(page.locator(".verdict")).to_contain_text("Хватит 8 человек")
    await expect(page.locator("tr[aria-current] th").first).to_contain_text("4 по правилу")
    await page.locator("#talk").fill("three")
    await page.keyboard.press("Enter")
    problem = page.locator("main .problem")
    await expect(problem).to_contain_text("Здесь нужно число: Разговор с постобработкой")
    await page.locator("#talk").fill("0")
    await page.keyboard.press("Enter")
    await expect(problem).to_contain_text("разговор должен длиться больше 0 секунд")


async def test_figures_typed_before_the_measured_load_has_come_stay(desk: Desk) -> None:
    typed = asyncio.Event()

    async def held(route: Route) -> None:
        await typed.wait()
        await route.continue_()

    await desk.page.route("**/staffing/load?*", held)
    page = await opened(desk, "/staffing", "#calls")
    for name, value in (("calls", "60"), ("talk", "180")):
        await page.locator(f"#{name}").fill(value)
    typed.set()
    await expect(page.locator("#take")).to_be_visible()
    await expect(page.locator("#calls")).to_have_value("60")
    for name, value in (("lines", "4"), ("away", "30")):
        await page.locator(f"#{name}").fill(value)
    await page.keyboard.press("Enter")
    await expect(page.locator(".verdict")).to_contain_text("Хватит 8 человек")


async def test_a_page_turns_into_the_other_language_with_the_server_s_sentences(
    desk: Desk,
) -> None:
    page = await opened(desk, "/staffing?calls=60&talk=180&lines=4", "#curve-chart canvas")
    await page.locator("h2").first.click()
    await page.keyboard.press("Shift+Slash")
    await page.get_by_role("button", name="English").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("#verdict")).to_contain_text("The rule loses calls: 20.6%")


async def test_a_narrow_page_is_left_by_the_mouse_too(desk: Desk) -> None:
    await desk.page.set_viewport_size({"width": 390, "height": 844})
    page = await opened(desk, "/staffing", "#curve-chart canvas")
    await page.get_by_role("button", name="клавиши").click()
    await page.get_by_role("button", name="выйти").click()
    await expect(page.locator("#user")).to_be_visible()


async def test_an_agent_finds_the_own_calls_by_day_only(desk: Desk) -> None:
    async with visitor(desk.stand, "anna") as anna:
        name = "linetree-session"
        value = next(one.value for one in anna.http.cookie_jar if one.key == name)
    await desk.context.add_cookies([{"name": name, "value": value, "url": desk.stand.url}])
    page = await opened(desk, "/why", ".call-row")
    await expect(page.locator("h1")).to_have_text("Мои прошедшие звонки")
    assert await page.locator("#number, #company").count() == 0
    await page.locator("#day").fill("2026-11-24")
    await page.keyboard.press("Enter")
    await expect(page.locator(".of-day")).to_have_count(1)
    await expect(page.locator(".nav a")).to_have_count(2)


@pytest.mark.parametrize("room", sorted(PAGES))
async def test_no_page_is_wider_than_its_window(desk: Desk, room: str) -> None:
    """In any language; a theme changes only the pictures."""
    address, ready = PAGES[room]
    for language in ("ru", "en"):
        for theme in THEMES if WANTED else THEMES[:1]:
            await desk.page.emulate_media(color_scheme=theme)
            for width, height in SIZES.items():
                await desk.page.set_viewport_size({"width": width, "height": height})
                sign = "&" if "?" in address else "?"
                await opened(desk, f"{address}{sign}lang={language}", ready)
                wide = await desk.page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width
                assert await crowded(desk.page) == [], f"{room} at {width}"
                await keep_picture(desk.page, f"{room}-{width}-{theme}-{language}", whole=True)
