"""What comes while somebody works: choice and cursor stay, and no key hits another client."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import expect
from web.browser import Desk
from web.desk_stand import until
from web.sales_screens import at_sales, card, mine, reading, result_owed, row, selling
from web.screens import SEATS, asking, wrap_up

from ivr.domain.events import (
    CallNowPressed,
    DispositionGiven,
    NoteWritten,
    PromiseOpened,
    ReadyPressed,
    ResultGiven,
)
from ivr.domain.screen import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHOSEN = ".due tr[aria-current] .who b"


async def test_a_caller_who_hangs_up_does_not_interrupt_who_writes_the_note(desk: Desk) -> None:
    page = await desk.shown(asking(desk.stand.now(), SEATS))
    await desk.press("Slash")
    await page.keyboard.type("Просит ")
    desk.stand.show(wrap_up(desk.stand.now(), outcome=None, question=SEATS, caller_gone=True))
    await expect(page.locator("#how")).to_be_visible()
    await desk.takes_keys()
    await page.keyboard.type("3 линии")
    await expect(page.locator("#note")).to_have_value("Просит 3 линии")
    await until(lambda: desk.stand.given(NoteWritten))
    assert not desk.stand.given(DispositionGiven)


async def test_what_was_begun_at_one_question_is_not_left_in_the_next(desk: Desk) -> None:
    page = await desk.shown(asking(desk.stand.now(), SEATS))
    await desk.press("Digit0")
    await page.keyboard.type("6")
    await page.keyboard.press("Escape")
    desk.stand.show(asking(desk.stand.now(), replace(SEATS, id="phones", step=3)))
    await expect(page.locator(".steps li").nth(2)).to_have_attribute("aria-current", "step")
    await expect(page.locator("#exact")).to_have_value("")


async def test_the_chosen_row_stays_while_others_come_above_it(desk: Desk) -> None:
    now = desk.stand.now()
    page = await desk.shown_to_sales(at_sales(Stage.READY, now))
    await expect(page.locator(CHOSEN)).to_have_text("Балтика-Лес")
    late = row("new", "Завод «Свет»", "+7 812 000-00-99", now - 60, overdue=True)
    desk.stand.show(at_sales(Stage.READY, now, card(now, mine=(late, *mine(now)))), "olga")
    await expect(page.locator(".due tbody tr").first).to_contain_text("Завод «Свет»")
    await expect(page.locator(CHOSEN)).to_have_text("Балтика-Лес")
    await desk.press("KeyC")
    await until(lambda: desk.stand.given(CallNowPressed))
    assert desk.stand.given(CallNowPressed)[0].promise == "baltic"


async def test_a_key_that_was_meant_for_a_row_that_has_gone_calls_nobody_else(desk: Desk) -> None:
    now = desk.stand.now()
    page = await desk.shown_to_sales(at_sales(Stage.READY, now))
    await desk.press("ArrowDown")
    await expect(page.locator(CHOSEN)).to_have_text("Клиника «Исток»")
    await until(lambda: desk.stand.given(PromiseOpened))
    rest = tuple(one for one in mine(now) if one.id != "istok")
    desk.stand.show(at_sales(Stage.READY, now, card(now, mine=rest)), "olga")
    await expect(page.locator(CHOSEN)).to_have_text("Гранит-Строй")
    assert not await page.evaluate("document.querySelector('main').matches('[data-listens]')")
    await page.keyboard.press("KeyC")
    await desk.press("KeyC")
    await until(lambda: desk.stand.given(CallNowPressed))
    assert [one.promise for one in desk.stand.given(CallNowPressed)] == ["granit"]


async def test_an_answer_to_an_older_choice_leaves_the_newer_one(desk: Desk) -> None:
    now = desk.stand.now()
    page = await desk.shown_to_sales(at_sales(Stage.READY, now))
    for _ in range(4):
        await page.keyboard.press("ArrowDown")
    await until(lambda: desk.stand.given(PromiseOpened))
    await page.keyboard.press("ArrowDown")
    desk.stand.show(reading(now), "olga")
    await expect(page.locator("h1")).to_have_text("Гостиница «Волна»")
    await expect(page.locator(CHOSEN)).to_have_text("Лицей «Восток»")
    await until(lambda: desk.stand.given(PromiseOpened)[-1].promise == "vostok")


async def test_enter_with_a_result_owed_and_none_chosen_does_nothing(desk: Desk) -> None:
    page = await desk.shown_to_sales(result_owed(desk.stand.now()))
    ready = len(desk.stand.given(ReadyPressed))
    await desk.press("Enter")
    await desk.press("Digit3")
    await desk.press("Enter")
    await until(lambda: desk.stand.given(ResultGiven))
    assert len(desk.stand.given(ReadyPressed)) == ready
    await expect(page.locator("#write")).to_be_visible()


async def test_the_end_of_the_talk_does_not_interrupt_who_writes_the_note(desk: Desk) -> None:
    page = await desk.shown_to_sales(selling(desk.stand.now()))
    await desk.press("Digit3")
    await desk.press("Slash")
    await page.keyboard.type("Смета до ")
    desk.stand.show(result_owed(desk.stand.now()), "olga")
    await expect(page.locator(".st-wrap").first).to_be_visible()
    await expect(page.locator("#note")).to_be_focused()
    await page.keyboard.type("12.12")
    await expect(page.locator("#note")).to_have_value("Смета до 12.12")


async def test_a_closed_overlay_gives_the_focus_back(desk: Desk) -> None:
    page = await desk.shown_to_sales(at_sales(Stage.READY, desk.stand.now()))
    await page.get_by_role("button", name="клавиши").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="клавиши")).to_be_focused()
