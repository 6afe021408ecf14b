"""Clients who need a person, on the desk's page: chosen, called, heard and closed by keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import expect
from web.browser import Desk
from web.desk_stand import until
from web.screens import LEFT, MISSED, idle, ringing

from ivr.domain.events import CallBackPressed, ReadyPressed, TaskClosed
from ivr.domain.screen import Screen, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


def waiting(desk: Desk, stage: Stage = Stage.READY, **changes: object) -> Screen:
    now = desk.stand.now()
    left = tuple(replace(task, missed_at=now - 900, last_at=now - 900) for task in LEFT)
    return idle(stage, now, **{"left": left, "left_more": 3, **changes})


async def test_a_client_who_needs_a_person_is_called_by_one_key(desk: Desk) -> None:
    page = await desk.shown(waiting(desk))
    rows = page.locator(".left li")
    await expect(rows).to_have_count(4)
    await expect(rows.nth(0)).to_contain_text("Набирали 3 раза, никто не ответил.")
    await expect(page.locator(".left")).to_contain_text("И ещё 3.")
    await page.keyboard.press("KeyC")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    await expect(rows.nth(1)).to_contain_text("Просит перезвонить после обеда")
    await page.keyboard.press("KeyC")
    await until(lambda: desk.stand.given(CallBackPressed))
    assert [event.task for event in desk.stand.given(CallBackPressed)] == ["left-2"]


async def test_who_cannot_be_dialled_has_no_key_for_it(desk: Desk) -> None:
    page = await desk.shown(waiting(desk))
    await page.keyboard.press("ArrowUp")
    current = page.locator(".left li[aria-current]")
    await expect(current).to_contain_text("На этот номер автоматически не звонят.")
    await expect(current.locator("[aria-keyshortcuts=C]")).to_have_count(0)
    await page.keyboard.press("KeyC")
    await page.keyboard.press("ArrowUp")
    await expect(current).to_contain_text("Набрать нельзя.")
    await page.keyboard.press("KeyC")
    await page.keyboard.press("KeyX")
    await expect(page.locator("#over-title")).to_have_text("Почему звонить не нужно?")
    await page.keyboard.press("Digit2")
    await until(lambda: desk.stand.given(TaskClosed))
    assert [(e.task, e.how) for e in desk.stand.given(TaskClosed)] == [("left-3", "nothing_to_do")]
    assert not desk.stand.given(CallBackPressed)


async def test_a_closed_task_leaves_the_page_and_its_question_too(desk: Desk) -> None:
    page = await desk.shown(waiting(desk))
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("KeyX")
    await expect(page.locator("#over")).to_be_visible()
    desk.stand.show(waiting(desk, left=waiting(desk).left[1:]))
    await expect(page.locator("#over")).to_have_count(0)
    await expect(page.locator(".left li[aria-current]")).to_have_count(0)


async def test_an_offered_task_is_closed_without_a_call(desk: Desk) -> None:
    page = await desk.shown(waiting(desk, task=replace(MISSED, last_at=desk.stand.now())))
    await page.keyboard.press("KeyX")
    await page.keyboard.press("Digit1")
    await until(lambda: desk.stand.given(TaskClosed))
    assert [(e.task, e.how) for e in desk.stand.given(TaskClosed)] == [("missed-1", "called")]
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(CallBackPressed))


async def test_in_a_break_the_list_is_there_and_enter_still_means_ready(desk: Desk) -> None:
    page = await desk.shown(waiting(desk, Stage.PAUSED, pause_reason="break"))
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".left li[aria-current] [aria-keyshortcuts=C]")).to_have_count(0)
    await page.keyboard.press("KeyC")
    await page.keyboard.press("Escape")
    await expect(page.locator(".left li[aria-current]")).to_have_count(0)
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(ReadyPressed))
    assert not desk.stand.given(CallBackPressed)


async def test_a_ring_takes_the_page_and_the_list_comes_back_as_it_was(desk: Desk) -> None:
    page = await desk.shown(waiting(desk))
    await page.keyboard.press("ArrowDown")
    desk.stand.show(ringing(desk.stand.now()))
    await expect(page.locator("h1")).to_have_text("Марина")
    desk.stand.show(waiting(desk))
    await expect(page.locator(".left li")).to_have_count(4)
