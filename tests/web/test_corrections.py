"""Correcting an earlier answer in a real browser, by keys, during the call and in wrap-up."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from web.browser import Desk
from web.desk_stand import until
from web.screens import (
    ORGANISATION,
    PHONE_AND_TV,
    PRIVATE,
    SEATS,
    SIXTY,
    TO_ADDRESS,
    WHO,
    asking,
    on_call,
    outcome,
    wrap_up,
)

from ivr.domain.events import AnswerCorrected, AnswerPressed
from ivr.domain.screen import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


def corrected(desk: Desk) -> list[tuple[str, str]]:
    return [(event.question, event.given) for event in desk.stand.given(AnswerCorrected)]


async def title(page: Page, words: str) -> None:
    await expect(page.locator("#over-title")).to_have_text(words)


async def test_an_answer_of_the_path_is_picked_and_given_anew(desk: Desk) -> None:
    stand = desk.stand
    stand.answers[AnswerCorrected] = lambda _: stand.show(
        outcome(stand.now(), known=(PRIVATE,), withdrawn=(SIXTY,))
    )
    page = await desk.shown(outcome(stand.now(), known=(ORGANISATION, SIXTY)))
    await page.keyboard.press("KeyE")
    await title(page, "Исправить ответ")
    await page.keyboard.press("Digit1")
    await title(page, "Подключение нужно организации или частному лицу?")
    await expect(page.locator(".over .answer[aria-pressed=true]")).to_contain_text("Организации")
    await page.keyboard.press("Digit1")
    await until(lambda: corrected(desk))
    assert corrected(desk) == [("who", "person")]
    await expect(page.locator("#over")).to_have_count(0)
    await expect(page.locator(".known del")).to_have_text("60 мест")
    await expect(page.locator(".known .gone")).to_contain_text("снято")


async def test_an_exact_number_is_typed_and_backspace_leads_to_the_list(desk: Desk) -> None:
    page = await desk.shown(wrap_up(desk.stand.now()))
    await page.keyboard.press("KeyE")
    await page.keyboard.press("Digit1")
    await page.keyboard.press("Backspace")
    await title(page, "Исправить ответ")
    await page.keyboard.press("Digit2")
    await page.keyboard.press("Digit0")
    await page.keyboard.type("48")
    await page.keyboard.press("Enter")
    await until(lambda: corrected(desk))
    assert corrected(desk) == [("seats", "48")]


async def test_a_single_answer_needs_no_list(desk: Desk) -> None:
    page = await desk.shown(on_call(Stage.TALKING, desk.stand.now(), known=(PRIVATE,)))
    await page.keyboard.press("KeyE")
    await title(page, "Подключение нужно организации или частному лицу?")
    await page.keyboard.press("Digit2")
    await until(lambda: corrected(desk))
    assert corrected(desk) == [("who", "organisation")]


async def test_several_marks_and_words_are_corrected_too(desk: Desk) -> None:
    known = (PHONE_AND_TV, TO_ADDRESS)
    page = await desk.shown(asking(desk.stand.now(), known=known))
    await page.keyboard.press("KeyE")
    await page.keyboard.press("Digit1")
    await expect(page.locator(".over .answer[aria-pressed=true]")).to_have_count(2)
    await page.keyboard.press("Digit2")
    await page.keyboard.press("Digit4")
    await page.keyboard.press("Enter")
    await until(lambda: corrected(desk))
    await page.keyboard.press("KeyE")
    await page.keyboard.press("Digit2")
    await page.keyboard.press("Enter")
    await expect(page.locator("#corrected")).to_be_focused()
    await page.keyboard.type("Лесная, 7")
    await page.keyboard.press("Enter")
    await until(lambda: len(corrected(desk)) == 2)
    assert corrected(desk) == [("services", "phone,wifi"), ("address", "Лесная, 7")]


async def test_wrap_up_goes_on_with_the_questions_that_were_not_asked(desk: Desk) -> None:
    stand = desk.stand
    gone = wrap_up(stand.now(), outcome=None, question=WHO, known=(), caller_gone=True)
    left = iter(
        (
            wrap_up(
                stand.now(), outcome=None, question=SEATS, known=(ORGANISATION,), caller_gone=True
            ),
            wrap_up(stand.now(), known=(ORGANISATION, SIXTY), caller_gone=True),
        )
    )
    stand.answers[AnswerPressed] = lambda _: stand.show(next(left))
    page = await desk.shown(gone)
    await expect(page.locator("main")).to_contain_text("«Нужен человек»")
    await page.keyboard.press("KeyE")
    await title(page, "Подключение нужно организации или частному лицу?")
    await page.keyboard.press("Digit2")
    await title(page, "Сколько рабочих мест хотите подключить?")
    await desk.press("Digit3")
    await until(lambda: len(stand.given(AnswerPressed)) == 2)
    await expect(page.locator("#over")).to_have_count(0)
    given = [(event.question, event.given) for event in stand.given(AnswerPressed)]
    assert given == [("who", "organisation"), ("seats", "more")]
    await expect(page.locator(".st-sales")).to_have_text("Перейдёт в продажи")


async def test_nothing_to_correct_opens_nothing(desk: Desk) -> None:
    page = await desk.shown(asking(desk.stand.now()))
    await page.keyboard.press("KeyE")
    await page.keyboard.press("Slash")
    await expect(page.locator("#note")).to_be_focused()
    await expect(page.locator("#over")).to_have_count(0)
