"""A number is forgotten on the page of past calls, by keys, by who may and by nobody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect
from web.accessible import faults
from web.crowded import crowded
from web.desk_stand import PASSWORDS
from web.pictures import keep_picture
from web.tree_office import TreeOffice, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

NUMBER = "8 495 000-00-81"
SIZES = {"1440": (1440, 900), "390": (390, 844)}


@pytest_asyncio.fixture(loop_scope="session")
async def office(tmp_path: Path) -> AsyncIterator[TreeOffice]:
    """A running service that has two calls of one number."""
    async with running(tmp_path) as one:
        for n in range(2):
            one.past(f"1764000000.{n}", ["organisation", "40", "5"])
        await one.kept(2)
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        viewport={"width": 1440, "height": 900}, locale="ru-RU", timezone_id="Europe/Moscow"
    )
    yield await context.new_page()
    await context.close()


async def enter(page: Page, office: TreeOffice, who: str = "vera") -> None:
    await page.goto(f"{office.url}/why")
    await page.locator("#user").fill(who)
    await page.locator("#pass").fill(PASSWORDS[who])
    await page.keyboard.press("Enter")
    await expect(page.locator("#past-title")).to_be_visible()


async def looks(page: Page, name: str) -> None:
    """The dialog as it stands is kept as a picture; nothing in it is crowded or out of reach."""
    for size, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        assert await crowded(page) == [], f"{name} at {size}"
        assert await faults(page) == [], f"{name} at {size}"
        await keep_picture(page, f"forget-{name}-ru-{size}")


async def asked_for(page: Page) -> None:
    """The dialog by keys, with the number that was searched for."""
    await page.locator("#number").fill(NUMBER)
    await page.keyboard.press("Enter")
    await expect(page.locator(".call-row")).to_have_count(2)
    await page.get_by_role("button", name="удалить данные о номере").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#forget-number")).to_be_focused()
    await expect(page.locator("#forget-number")).to_have_value(NUMBER)


async def test_a_number_is_looked_at_typed_again_and_forgotten(
    page: Page, office: TreeOffice
) -> None:
    await enter(page, office)
    await asked_for(page)
    await looks(page, "which")
    await page.keyboard.press("Enter")
    await expect(page.locator("#forget-again")).to_be_focused()
    await expect(page.locator("#over-title")).to_have_text("Что хранится о номере +7 495 000-00-81")
    kept = await page.locator(".kept > div").all_inner_texts()
    assert [" ".join(one.split()) for one in kept] == ["Звонки 2", "Опросы 2"]
    await looks(page, "kept")
    await page.keyboard.type("+7 495 000-00-82")
    await page.keyboard.press("Enter")
    refusal = page.locator("#over .problem")
    await expect(refusal).to_contain_text("Второй раз набран другой номер. Ничего не стёрто.")
    await expect(page.locator("#forget-again")).to_be_focused()
    await page.keyboard.press("Control+A")
    await page.keyboard.type("+7 (495) 000-00-81")
    await page.keyboard.press("Enter")
    await expect(page.locator("#over")).to_contain_text("Стёрто всё, что о нём хранилось.")
    await looks(page, "done")
    await page.keyboard.press("Escape")
    await expect(page.locator("#over")).to_have_count(0)
    await expect(page.locator(".call-row b")).to_have_text(["Номер скрыт", "Номер скрыт"])
    await expect(page.locator("#number")).to_have_value("")
    assert "number" not in page.url
    done = [(one.actor, one.action, one.object) for one in await office.audited(1)]
    assert done == [("vera", "number_erased", "")]


async def test_what_comes_late_of_one_number_is_not_shown_of_another(
    page: Page, office: TreeOffice
) -> None:
    asked, again = asyncio.Event(), asyncio.Event()

    async def held(route: Route) -> None:
        asked.set()
        await again.wait()
        await route.continue_()

    await page.route("**/why/kept", held, times=1)
    await enter(page, office)
    await asked_for(page)
    await page.keyboard.press("Enter")
    await asked.wait()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="удалить данные о номере").click()
    await page.locator("#forget-number").fill("+7 495 000-00-99")
    async with page.expect_response("**/why/kept"):
        again.set()
    await page.keyboard.press("Enter")
    await expect(page.locator("#over")).to_contain_text("Об этом номере ничего не хранится.")
    await expect(page.locator("#over-title")).to_contain_text("+7 495 000-00-99")


async def test_what_is_owed_is_closed_only_with_a_reason(page: Page, office: TreeOffice) -> None:
    sent: list[dict[str, str]] = []

    async def owing(route: Route) -> None:
        told = await (await route.fetch()).json()
        told["found"]["owed"] = ["promise-1"]
        await route.fulfill(json=told)

    async def refusing(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or ""))
        await route.fulfill(status=409, json={"problem": "not_erased"})

    await page.route("**/why/kept", owing)
    await page.route("**/why/forget", refusing)
    await enter(page, office)
    await asked_for(page)
    await page.keyboard.press("Enter")
    await expect(page.locator("#over")).to_contain_text("Клиенту с этим номером ещё обещан")
    await page.locator("#forget-reason").fill("Клиент просил забыть его")
    await page.locator("#forget-again").fill(NUMBER)
    await looks(page, "owed")
    await page.keyboard.press("Enter")
    await expect(page.locator("#over .problem")).to_contain_text("Ничего не стёрто")
    assert sent == [{"number": NUMBER, "again": NUMBER, "reason": "Клиент просил забыть его"}]


async def test_while_a_call_is_on_nothing_can_be_erased(page: Page, office: TreeOffice) -> None:
    async def talking(route: Route) -> None:
        told = await (await route.fetch()).json()
        told["found"]["calls_on"] = ["1764000000.9"]
        await route.fulfill(json=told)

    await page.route("**/why/kept", talking)
    await enter(page, office)
    await asked_for(page)
    await page.keyboard.press("Enter")
    await expect(page.locator("#over")).to_contain_text("С этого номера сейчас говорят")
    await expect(page.locator("#over .main-key")).to_have_count(0)


async def test_a_number_that_names_nobody_is_refused_in_words(
    page: Page, office: TreeOffice
) -> None:
    await enter(page, office)
    await page.get_by_role("button", name="удалить данные о номере").click()
    await page.keyboard.type("101")
    await page.keyboard.press("Enter")
    await expect(page.locator("#over .problem")).to_contain_text("Нужен полный номер клиента")
    await page.locator("#forget-number").fill("+7 495 000-00-99")
    await page.keyboard.press("Enter")
    await expect(page.locator("#over")).to_contain_text("ничего не хранится")


async def test_an_agent_forgets_nobody(page: Page, office: TreeOffice) -> None:
    await enter(page, office, "anna")
    await expect(page.locator("#day")).to_be_visible()
    await expect(page.get_by_role("button", name="удалить данные о номере")).to_have_count(0)
    token = await page.locator('meta[name="form-token"]').get_attribute("content")
    for address, more in (("kept", {}), ("forget", {"again": NUMBER})):
        answer = await page.request.post(
            f"{office.url}/why/{address}",
            data={"number": NUMBER, **more},
            headers={"X-Form-Token": token or "", "Origin": office.url},
        )
        assert (answer.status, (await answer.json())["problem"]) == (403, "not_for_you")
