"""What opens by a key, drawn in a real browser in both languages and themes; kept as pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.async_api import expect
from web.browser import Desk
from web.crowded import below, crowded
from web.screens import (
    LEFT,
    MISSED,
    ORGANISATION,
    PASSED,
    PHONE_AND_TV,
    SEATS,
    SHARED,
    SIXTY,
    asking,
    idle,
    outcome,
    wrap_up,
)
from web.test_pictures import SIZES, WHOLE

from ivr.domain.events import CompanySought, Event
from ivr.domain.screen import CompanyHit, Screen, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

FOUND = (
    CompanyHit("vector", "ООО «Вектор»", "7700000016", "Ольга", True),
    CompanyHit("vera", "Салон «Вера»", "7700000023", "", False),
)


def left(now: float) -> tuple[object, ...]:
    return tuple(replace(task, missed_at=now - 900, last_at=now - 900) for task in LEFT)


def needed(now: float, stage: Stage = Stage.READY, **changes: object) -> Screen:
    return idle(stage, now, **{"left": left(now), "left_more": 3, **changes})


def offered(now: float) -> Screen:
    task = replace(MISSED, missed_at=now, last_at=now, messages=2, attempts=0)
    return needed(now, task=task)


def broken_off(now: float) -> Screen:
    return wrap_up(now, outcome=None, question=SEATS, known=(ORGANISATION,), caller_gone=True)


def later(now: float) -> Screen:
    """The client has asked for a time that had to be moved, and lives further east."""
    card = replace(
        PASSED,
        callback_due=now + 50_000,
        callback_asked=True,
        callback_moved=True,
        callback_zone="Asia/Vladivostok",
    )
    return outcome(now, card, known=(SIXTY,))


STATES: dict[str, tuple[Callable[[float], Screen], tuple[str, ...]]] = {
    "left": (needed, ("ArrowDown", "ArrowDown")),
    "left-message": (needed, ("ArrowDown", "ArrowDown", "ArrowDown")),
    "left-paused": (lambda now: needed(now, Stage.PAUSED, pause_reason="lunch"), ()),
    "left-closing": (needed, ("ArrowDown", "KeyX")),
    "task-message": (offered, ()),
    "company": (asking, ("KeyK", "type:ве", "ArrowDown")),
    "company-shared": (lambda now: asking(now, caller=SHARED), ("KeyK", "Digit0", "type:ве")),
    "correct": (lambda now: outcome(now, known=(ORGANISATION, SIXTY)), ("KeyE",)),
    "correct-number": (
        lambda now: outcome(now, known=(ORGANISATION, SIXTY)),
        ("KeyE", "Digit2"),
    ),
    "correct-several": (
        lambda now: asking(now, known=(ORGANISATION, PHONE_AND_TV)),
        ("KeyE", "Digit2"),
    ),
    "due-asked": (later, ()),
    "due": (later, ("KeyD",)),
    "withdrawn": (lambda now: outcome(now, withdrawn=(SIXTY,)), ()),
    "wrap-up-open": (broken_off, ()),
    "wrap-up-answer": (broken_off, ("KeyE", "Digit2")),
    "keys": (asking, ("Shift+Slash",)),
}


def directory(desk: Desk) -> None:
    def find(event: Event) -> None:
        assert isinstance(event, CompanySought)
        desk.stand.server.offer_companies("anna", event.request, FOUND)

    desk.stand.answers[CompanySought] = find


async def drawn(desk: Desk, draw: Callable[[float], Screen], keys: tuple[str, ...]) -> None:
    """The state by its keys, from a page that shows something else."""
    page = desk.page
    await page.set_viewport_size({"width": 1440, "height": 900})
    desk.stand.show(idle(Stage.SIGNED_OUT, desk.stand.now()))
    await expect(page.locator("body:has(.st-off)")).to_be_attached()
    await desk.takes_keys()
    desk.stand.show(draw(desk.stand.now()))
    await expect(page.locator(".rail-note .st-off")).to_have_count(0)
    await desk.takes_keys()
    for key in keys:
        if key.startswith("type:"):
            await page.keyboard.type(key.removeprefix("type:"))
            await expect(page.get_by_role("option")).to_have_count(3)
        else:
            await page.keyboard.press(key)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_opens_by_a_key_fits_every_width(desk: Desk, language: str, scheme: str) -> None:
    directory(desk)
    await desk.sign_in()
    page = desk.page
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.goto(f"{desk.stand.url}/?lang={language}")
    for name, (draw, keys) in STATES.items():
        await drawn(desk, draw, keys)
        for size, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} at {size} is {wide} wide"
            assert await crowded(page) == [], f"{name} at {size}"
            if size in WHOLE:
                assert await below(page) == [], f"{name} at {size}"
            await desk.picture(f"{name}-{language}-{size}-{scheme}")
