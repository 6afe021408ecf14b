"""The sales desk in each of its states, in both languages and lights; kept as pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.async_api import expect
from web.accessible import faults
from web.browser import Desk
from web.crowded import below, crowded
from web.sales_screens import (
    EMPTY,
    at_sales,
    card,
    meeting_near,
    offered,
    promise,
    reading,
    result_owed,
    selling,
)
from web.screens import ACCOUNT, STRANGER
from web.test_pictures import SIZES, WHOLE

from ivr.domain.sales_card import PromiseStage
from ivr.domain.screen import Screen, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

Draw = Callable[[float], Screen]

LONG = "Офисы на Лесной и на Заводской, решает Павел. Смета до пятницы. " * 9


def led(now: float) -> Screen:
    """A result that is owed at the desk of somebody who leads, with a long note."""
    screen = result_owed(now, note=LONG)
    assert screen.sales
    return replace(screen, sales=replace(screen.sales, supervisor=True))


STATES: dict[str, tuple[Draw, str]] = {
    "signed-out": (lambda now: at_sales(Stage.SIGNED_OUT, now), "Вы не на линии"),
    "ready": (
        lambda now: at_sales(
            Stage.READY, now, card(now, reminders=(meeting_near(now),), callers_wait=2)
        ),
        "Ждём клиента",
    ),
    "empty": (lambda now: at_sales(Stage.READY, now, card(now, **EMPTY)), "Ждём клиента"),
    "paused": (lambda now: at_sales(Stage.PAUSED, now, pause_reason="lunch"), "Перерыв"),
    "ringing": (lambda now: offered(now), "ООО «Вектор»"),
    "ringing-no-promise": (
        lambda now: at_sales(Stage.RINGING, now, caller=STRANGER, since=now - 4),
        "Марина",
    ),
    "callback-phone": (
        lambda now: at_sales(Stage.READY, now, card(now, promise(now, PromiseStage.PHONE))),
        "ООО «Вектор»",
    ),
    "callback-client": (
        lambda now: at_sales(Stage.TALKING, now, card(now, promise(now, PromiseStage.CLIENT))),
        "ООО «Вектор»",
    ),
    "talking": (lambda now: selling(now), "ООО «Вектор»"),
    "nothing-known": (
        lambda now: selling(
            now, known=(), note="", offers=(), client="", company="", earlier=(), why="override"
        ),
        "+7 916 000-00-47",
    ),
    "result": (lambda now: result_owed(now), "ООО «Вектор»"),
    "wrap-up": (
        lambda now: at_sales(Stage.WRAP_UP, now, caller=ACCOUNT, wrap_up=result_owed(now).wrap_up),
        "Разговор окончен",
    ),
    "supervisor": (lambda now: led(now), "ООО «Вектор»"),
    "reading": (lambda now: reading(now), "Гостиница «Волна»"),
    "stale": (
        lambda now: at_sales(
            Stage.TALKING, now, selling(now).sales, talk_since=now - 72, stale_since=now - 30
        ),
        "ООО «Вектор»",
    ),
}


async def drawn(desk: Desk, draw: Draw, words: str) -> None:
    desk.stand.show(draw(desk.stand.now()), "olga")
    await expect(desk.page.locator("h1")).to_have_text(words)
    await desk.takes_keys()


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_every_state_is_drawn_and_fits_every_width(desk: Desk, language: str) -> None:
    stand, page = desk.stand, desk.page
    await desk.sign_in("olga")
    await page.goto(f"{stand.url}/sales?lang={language}")
    for name, (draw, headline) in STATES.items():
        if language == "ru":
            await drawn(desk, draw, headline)
        else:
            stand.show(draw(stand.now()), "olga")
            await expect(page.locator("#card")).to_be_visible()
            await desk.takes_keys()
        for size, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} at {size} is {wide} wide"
            assert await crowded(page) == [], f"{name} at {size}"
            if size in WHOLE:
                assert await below(page) == [], f"{name} at {size}"
            if size == "390":
                assert await faults(page) == [], name
            if language == "ru" or size == "1440":
                await desk.picture(f"sales-{name}-{language}-{size}-light")


async def test_every_state_is_drawn_in_the_dark(desk: Desk) -> None:
    await desk.page.emulate_media(color_scheme="dark")
    await desk.sign_in("olga")
    for name, (draw, headline) in STATES.items():
        await drawn(desk, draw, headline)
        assert await faults(desk.page) == [], name
        await desk.picture(f"sales-{name}-ru-1440-dark")


async def test_what_is_known_is_leafed_through_by_keys_beside_the_keys_of_the_result(
    desk: Desk,
) -> None:
    await desk.page.set_viewport_size({"width": 1024, "height": 768})
    await desk.sign_in("olga")
    await drawn(desk, result_owed, "ООО «Вектор»")
    top = "document.getElementById('read').scrollTop"
    assert await desk.page.evaluate(top) == 0
    await desk.press("PageDown")
    await desk.page.wait_for_function(f"() => {top} > 100")
    await expect(desk.page.locator("#write")).to_be_in_viewport(ratio=1)
    await desk.press("PageUp")
    await desk.page.wait_for_function(f"() => {top} === 0")


async def test_a_result_is_written_with_its_next_step(desk: Desk) -> None:
    await desk.sign_in("olga")
    await drawn(desk, result_owed, "ООО «Вектор»")
    for key, name in (("Digit1", "meeting"), ("Digit2", "again"), ("Digit3", "won")):
        if await desk.page.evaluate("document.activeElement.matches('input')"):
            await desk.press("Escape")
        await desk.press(key)
        if name == "meeting":
            await desk.page.keyboard.type("27.12")
        for size, (width, height) in SIZES.items():
            await desk.page.set_viewport_size({"width": width, "height": height})
            if size in WHOLE:
                assert await below(desk.page) == [], f"{name} at {size}"
            await desk.picture(f"sales-result-{name}-ru-{size}-light")
