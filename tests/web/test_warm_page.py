"""Keys of a warm transfer in a real browser: the other way, take back, let them talk, again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import expect
from web.browser import Desk
from web.desk_stand import until
from web.screens import CALL, ORGANISATION, PASSED, SIXTY, on_call, outcome, warm, wrap_up

from ivr.domain.events import (
    HangUpPressed,
    LetTalkPressed,
    OutcomeConfirmed,
    PassPressed,
    TakeBackPressed,
)
from ivr.domain.screen import Screen, Stage, TransferCard

pytestmark = pytest.mark.asyncio(loop_scope="session")

BACK = TransferCard("callback", "Ольга", 0.0, None, kinds=("straight", "warm"))


async def shown(desk: Desk, screen: Screen) -> None:
    """Signed in, with this screen drawn and taking keys."""
    if "desk" not in (await desk.page.locator("body").get_attribute("class") or ""):
        await desk.sign_in()
    desk.stand.show(screen)
    await expect(desk.page.locator("h1")).to_be_visible()
    await desk.takes_keys()


@pytest.mark.parametrize(("key", "kind"), [("Enter", ""), ("KeyW", "warm")])
async def test_enter_passes_in_the_usual_way_and_w_in_the_other(
    desk: Desk, key: str, kind: str
) -> None:
    known = (ORGANISATION, SIXTY)
    await shown(desk, outcome(desk.stand.now(), PASSED, known=known))
    await desk.press(key)
    await until(lambda: desk.stand.given(OutcomeConfirmed))
    [pressed] = desk.stand.given(OutcomeConfirmed)
    assert (pressed.call, pressed.kind) == (CALL, kind)


async def test_the_main_key_says_what_the_usual_way_is(desk: Desk) -> None:
    first = replace(PASSED, kinds=("warm", "straight"))
    await shown(desk, outcome(desk.stand.now(), first))
    await expect(desk.page.locator(".main-key")).to_contain_text("Сначала поговорить")
    await desk.press("KeyW")
    await until(lambda: desk.stand.given(OutcomeConfirmed))
    assert desk.stand.given(OutcomeConfirmed)[-1].kind == "straight"


async def test_while_sales_rings_escape_takes_back_and_enter_does_nothing_yet(desk: Desk) -> None:
    await shown(desk, warm(desk.stand.now()))
    await expect(desk.page.locator(".legs li")).to_have_count(3)
    await expect(desk.page.locator(".main-key:not(.calm)")).to_have_attribute(
        "aria-disabled", "true"
    )
    await desk.press("Enter")
    await desk.press("Escape")
    await until(lambda: desk.stand.given(TakeBackPressed))
    assert desk.stand.given(TakeBackPressed)[-1].call == CALL
    assert not desk.stand.given(LetTalkPressed)


async def test_once_sales_has_answered_enter_lets_them_talk(desk: Desk) -> None:
    await shown(desk, warm(desk.stand.now(), "consulting"))
    await expect(desk.page.locator(".legs")).to_contain_text("Разговаривает с вами")
    await desk.press("Enter")
    await until(lambda: desk.stand.given(LetTalkPressed))
    await desk.press("End")
    await until(lambda: desk.stand.given(HangUpPressed))
    assert not desk.stand.given(TakeBackPressed)


async def test_a_click_does_what_the_key_does(desk: Desk) -> None:
    await shown(desk, warm(desk.stand.now(), "consulting"))
    await desk.page.get_by_role("button", name="Вернуть клиента").click()
    await until(lambda: desk.stand.given(TakeBackPressed))


@pytest.mark.parametrize(("key", "kind"), [("Enter", "straight"), ("KeyW", "warm")])
async def test_a_client_who_is_back_is_passed_again_by_enter_or_w(
    desk: Desk, key: str, kind: str
) -> None:
    screen = on_call(Stage.TALKING, desk.stand.now(), outcome=PASSED, transfer=BACK)
    await shown(desk, screen)
    await desk.press(key)
    await until(lambda: desk.stand.given(PassPressed))
    assert [p.kind for p in desk.stand.given(PassPressed)] == [kind]


async def test_a_client_who_was_passed_at_once_is_taken_back_from_wrap_up(desk: Desk) -> None:
    card = replace(BACK, state="ringing", kinds=(), take_back=True)
    await shown(desk, wrap_up(desk.stand.now(), transfer=card))
    await desk.press("Escape")
    await until(lambda: desk.stand.given(TakeBackPressed))
