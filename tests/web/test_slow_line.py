"""What a person chose on a slow line: nothing that comes late undoes it, and nothing is dropped."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, WebSocketRoute, expect
from web.browser import Desk
from web.desk_stand import until
from web.sales_screens import at_sales, reading
from web.screens import ORGANISATION, SIXTY, asking, outcome, wrap_up

from ivr.domain.events import (
    AnswerCorrected,
    AnswerPressed,
    CallNowPressed,
    DispositionGiven,
    OutcomeOverridden,
    PromiseOpened,
)
from ivr.domain.screen import Screen, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def cut_off(desk: Desk, screen: Screen) -> Page:
    """The page with this screen has lost its service."""
    page = await desk.shown(screen)
    await desk.stand.server.stop()
    await expect(page.locator(".alarm")).to_be_visible()
    return page


async def test_a_double_press_without_a_service_keeps_the_answer(desk: Desk) -> None:
    page = await cut_off(desk, asking(desk.stand.now()))
    # The page's own clock stands: however slow the machine, to the page it is a double press.
    await page.evaluate("const then = performance.now(); performance.now = () => then")
    await page.keyboard.press("Digit2")
    await page.keyboard.press("Digit2")
    await expect(page.locator(".answer.unsent kbd")).to_have_text("2")
    await desk.stand.restart()
    await until(lambda: desk.stand.given(AnswerPressed))
    assert [e.given for e in desk.stand.given(AnswerPressed)] == ["organisation"]


async def test_two_answers_are_corrected_before_the_first_is_done(desk: Desk) -> None:
    page = await cut_off(desk, outcome(desk.stand.now(), known=(ORGANISATION, SIXTY)))
    await page.keyboard.press("KeyE")
    await page.keyboard.press("Digit1")
    await page.keyboard.press("Digit1")
    await expect(page.locator("#over")).to_have_count(0)
    await page.keyboard.press("KeyE")
    await page.keyboard.press("Digit2")
    await page.keyboard.press("Digit0")
    await page.keyboard.type("48")
    await page.keyboard.press("Enter")
    await expect(page.locator("#over")).to_have_count(0)
    await desk.stand.restart()
    await until(lambda: len(desk.stand.given(AnswerCorrected)) == 2)
    told = [(e.question, e.given) for e in desk.stand.given(AnswerCorrected)]
    assert told == [("who", "person"), ("seats", "48")]


async def test_the_end_of_a_call_that_is_marked_is_the_one_that_is_sent_last(desk: Desk) -> None:
    page = await cut_off(desk, wrap_up(desk.stand.now()))
    await page.keyboard.press("Digit1")
    await page.keyboard.press("Digit2")
    marked = page.locator('input[name="how"]:checked')
    second = await page.locator('input[name="how"]').nth(1).get_attribute("value")
    await expect(marked).to_have_value(second or "")
    await desk.stand.restart()
    await until(lambda: len(desk.stand.given(DispositionGiven)) == 2)
    assert desk.stand.given(DispositionGiven)[-1].disposition == second


async def test_a_reason_that_is_not_taken_yet_stays_in_its_dialog(desk: Desk) -> None:
    """One decision of a call is on its way already; the next one is not lost with the dialog."""
    page = await cut_off(desk, outcome(desk.stand.now()))
    await page.keyboard.press("KeyO")
    await page.locator("#reason").fill("Дом на 40 квартир")
    await page.keyboard.press("Enter")
    await expect(page.locator("#over")).to_have_count(0)
    await page.keyboard.press("KeyO")
    await page.locator("#reason").fill("Их ведёт Ольга")
    await page.keyboard.press("Enter")
    await desk.stand.restart()
    await until(lambda: desk.stand.given(OutcomeOverridden))
    await expect(page.locator(".alarm")).to_have_count(0)
    await expect(page.locator("#reason")).to_have_value("Их ведёт Ольга")
    assert [e.reason for e in desk.stand.given(OutcomeOverridden)] == ["Дом на 40 квартир"]


async def at_her_desk(desk: Desk) -> Page:
    desk.stand.screens["olga"] = at_sales(Stage.READY, desk.stand.now())
    await desk.sign_in("olga")
    await expect(desk.page.locator("#card")).to_be_visible()
    await desk.takes_keys()
    return desk.page


async def test_c_calls_the_client_just_chosen_though_another_is_still_on_the_left(
    desk: Desk,
) -> None:
    page = await at_her_desk(desk)
    desk.stand.show(reading(desk.stand.now()), "olga")
    await expect(page.locator("h1")).to_have_text("Гостиница «Волна»")
    await desk.press("ArrowUp")
    who = await page.locator(".due tr[aria-current] .who b").inner_text()
    assert who != "Гостиница «Волна»"
    await desk.press("KeyC")
    await until(lambda: desk.stand.given(CallNowPressed))
    await until(lambda: desk.stand.given(PromiseOpened))
    chosen = desk.stand.given(PromiseOpened)[-1].promise
    assert [e.promise for e in desk.stand.given(CallNowPressed)] == [chosen]
    assert chosen != "volna"


async def test_a_client_chosen_while_the_page_turns_is_read_all_the_same(desk: Desk) -> None:
    page = await at_her_desk(desk)
    # The page has turned this very moment, for as long as its clock stands.
    await page.evaluate("const then = performance.now(); performance.now = () => then")
    desk.stand.show(reading(desk.stand.now()), "olga")
    await expect(page.locator("h1")).to_have_text("Гостиница «Волна»")
    await page.keyboard.press("ArrowUp")
    await until(lambda: desk.stand.given(PromiseOpened))
    assert desk.stand.given(PromiseOpened)[-1].promise != "volna"


async def test_a_page_that_is_called_back_to_its_service_opens_one_socket(desk: Desk) -> None:
    """The network comes back, by the browser's word, while the page already tries."""
    silent: list[WebSocketRoute] = []
    closed: list[WebSocketRoute] = []

    def nobody(page: WebSocketRoute) -> None:
        silent.append(page)
        page.on_close(lambda _code, _reason: closed.append(page))

    page = await desk.shown(asking(desk.stand.now()))
    await page.route_web_socket("**/socket", nobody)
    await desk.stand.server.stop()
    await until(lambda: silent)
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await until(lambda: len(silent) == 2)
    await until(lambda: closed == silent[:1])
    await desk.stand.restart()
    await page.unroute_all()
