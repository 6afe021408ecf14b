"""The company field in a real browser: found while it is typed, picked by keys, at any moment."""

from __future__ import annotations

import pytest
from playwright.async_api import WebSocketRoute, expect
from web.browser import Desk
from web.desk_stand import until
from web.screens import (
    ACCOUNT,
    LARGE,
    SHARED,
    asking,
    on_call,
    outcome,
    transferring,
    wrap_up,
)

from ivr.domain.events import CompanyPicked, CompanySought, Event
from ivr.domain.screen import CompanyHit, Screen, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

VECTOR = CompanyHit("vector", "ООО «Вектор»", "7700000016", "Ольга", True)
VERA = CompanyHit("vera", "Салон «Вера»", "7700000023", "", False)
ALL = (VECTOR, VERA)


def directory(desk: Desk) -> None:
    """The core's part: companies by a letter of the name, or by the start of the tax number."""

    def find(event: Event) -> None:
        assert isinstance(event, CompanySought)
        text = event.text.casefold()
        hits = [c for c in ALL if text in c.name.casefold() or c.tax.startswith(text)]
        desk.stand.server.offer_companies("anna", event.request, hits)

    desk.stand.answers[CompanySought] = find


def picked(desk: Desk) -> list[tuple[str, str]]:
    return [(event.account, event.name) for event in desk.stand.given(CompanyPicked)]


async def test_letters_find_arrows_choose_and_enter_picks(desk: Desk) -> None:
    directory(desk)
    page = await desk.shown(asking(desk.stand.now()))
    await page.keyboard.press("KeyK")
    await page.keyboard.type("ве")
    options = page.get_by_role("option")
    await expect(options).to_have_count(3)
    await expect(options.nth(0)).to_contain_text("Ключевой клиент")
    await expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    await expect(options.nth(2)).to_contain_text("новая компания")
    await page.keyboard.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await expect(page.locator("#name")).to_have_attribute("aria-activedescendant", "found-1")
    await page.keyboard.press("Enter")
    await until(lambda: picked(desk))
    assert picked(desk) == [("vera", "")]
    await expect(page.locator("#over")).to_have_count(0)


async def test_a_tax_number_finds_its_company(desk: Desk) -> None:
    directory(desk)
    page = await desk.shown(asking(desk.stand.now()))
    await page.keyboard.press("KeyK")
    await page.keyboard.type("7700000016")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await until(lambda: picked(desk))
    assert picked(desk) == [("vector", "")]


async def test_a_new_name_is_allowed(desk: Desk) -> None:
    directory(desk)
    page = await desk.shown(asking(desk.stand.now()))
    await page.keyboard.press("KeyK")
    await page.keyboard.press("Enter")
    await expect(page.locator("#name-hint")).to_have_text("Напишите название компании.")
    await page.keyboard.type("ИП Соколов")
    await expect(page.locator(".main-key")).to_contain_text("Записать")
    await page.keyboard.press("Enter")
    await until(lambda: picked(desk))
    assert picked(desk) == [("", "ИП Соколов")]


async def test_the_last_option_is_the_typed_name_even_if_others_are_like_it(desk: Desk) -> None:
    directory(desk)
    page = await desk.shown(asking(desk.stand.now()))
    await page.keyboard.press("KeyK")
    await page.keyboard.type("Вектор")
    await expect(page.get_by_role("option")).to_have_count(2)
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await until(lambda: picked(desk))
    assert picked(desk) == [("", "Вектор")]


class Answers:
    """What the server sends to the page while it is slow: kept back after `letters` searches."""

    def __init__(self, desk: Desk, letters: int) -> None:
        self._desk = desk
        self._letters = letters
        self._late: list[tuple[WebSocketRoute, str | bytes]] = []

    @property
    def late(self) -> list[str]:
        return [str(frame) for _, frame in self._late if '"companies"' in str(frame)]

    def between(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()

        def heard(frame: str | bytes) -> None:
            if len(self._desk.stand.given(CompanySought)) > self._letters:
                self._late.append((page, frame))
            else:
                page.send(frame)

        page.on_message(server.send)
        server.on_message(heard)

    def arrive(self) -> None:
        for page, frame in self._late:
            page.send(frame)


async def slow(desk: Desk, letters: int) -> Answers:
    directory(desk)
    answers = Answers(desk, letters)
    await desk.page.route_web_socket("**/socket", answers.between)
    return answers


async def test_enter_waits_for_the_answer_to_the_last_letter(desk: Desk) -> None:
    answers = await slow(desk, letters=0)
    page = await desk.shown(asking(desk.stand.now()))
    await page.keyboard.press("KeyK")
    await page.keyboard.type("век")
    await page.keyboard.press("Enter")
    await until(lambda: len(answers.late) == 3)
    assert picked(desk) == []
    answers.arrive()
    await until(lambda: picked(desk))
    assert picked(desk) == [("vector", "")], "one pick, of what the last letter has found"


async def test_what_the_arrows_chose_outlives_the_answer_to_the_last_letter(desk: Desk) -> None:
    answers = await slow(desk, letters=1)
    page = await desk.shown(asking(desk.stand.now()))
    await page.keyboard.press("KeyK")
    await page.keyboard.type("в")
    await expect(page.get_by_role("option")).to_have_count(3)
    await page.keyboard.type("ер")
    await page.keyboard.press("ArrowUp")
    typed = page.get_by_role("option").filter(has_text="новая компания")
    await expect(typed).to_have_attribute("aria-selected", "true")
    await until(lambda: len(answers.late) == 2)
    answers.arrive()
    await expect(page.get_by_role("option")).to_have_count(2)
    await expect(typed).to_have_attribute("id", "found-1")
    await expect(typed).to_have_attribute("aria-selected", "true")


async def test_enter_takes_what_the_arrows_chose_without_waiting(desk: Desk) -> None:
    await slow(desk, letters=1)
    page = await desk.shown(asking(desk.stand.now()))
    await page.keyboard.press("KeyK")
    await page.keyboard.type("в")
    await expect(page.get_by_role("option")).to_have_count(3)
    await page.keyboard.type("к")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await until(lambda: picked(desk))
    assert picked(desk) == [("vera", "")]


async def test_without_a_connection_the_typed_name_is_kept(desk: Desk) -> None:
    page = await desk.shown(asking(desk.stand.now()))
    await desk.stand.server.stop()
    await expect(page.locator(".alarm")).to_be_visible()
    await page.keyboard.press("KeyK")
    await page.keyboard.type("Ромашка")
    await page.keyboard.press("Enter")
    await desk.stand.restart()
    await until(lambda: picked(desk))
    assert picked(desk) == [("", "Ромашка")]


async def test_candidates_are_picked_by_digit(desk: Desk) -> None:
    directory(desk)
    page = await desk.shown(asking(desk.stand.now(), caller=SHARED))
    await page.keyboard.press("KeyK")
    await page.keyboard.press("Digit2")
    await until(lambda: picked(desk))
    await page.keyboard.press("KeyK")
    await page.keyboard.press("Digit0")
    await page.keyboard.type("вера")
    await expect(page.get_by_role("option")).to_have_count(2)
    await page.keyboard.press("Enter")
    await until(lambda: len(picked(desk)) == 2)
    assert picked(desk) == [("litera", ""), ("vera", "")]


@pytest.mark.parametrize("stage", ["outcome", "talking", "transferring", "wrap_up"])
async def test_the_field_opens_at_any_moment_of_a_call(desk: Desk, stage: str) -> None:
    directory(desk)
    now = desk.stand.now()
    screens: dict[str, Screen] = {
        "outcome": outcome(now),
        "talking": on_call(Stage.TALKING, now),
        "transferring": transferring(now),
        "wrap_up": wrap_up(now),
    }
    page = await desk.shown(screens[stage])
    await page.keyboard.press("KeyK")
    await page.keyboard.type("вект")
    await expect(page.get_by_role("option")).to_have_count(2)
    await page.keyboard.press("Enter")
    await until(lambda: picked(desk))
    assert picked(desk) == [("vector", "")]


async def test_a_pick_shows_its_effect_at_once(desk: Desk) -> None:
    directory(desk)
    stand = desk.stand
    stand.answers[CompanyPicked] = lambda _: stand.show(
        outcome(stand.now(), LARGE, caller=ACCOUNT, known=())
    )
    page = await desk.shown(asking(stand.now()))
    await page.keyboard.press("KeyK")
    await page.keyboard.type("вект")
    await expect(page.get_by_role("option")).to_have_count(2)
    await page.keyboard.press("Enter")
    await expect(page.locator(".st-sales")).to_be_visible()
    await expect(page.locator("#who")).to_have_text("ООО «Вектор»")


async def test_hostile_names_of_companies_are_only_text(desk: Desk) -> None:
    name = "<img src=x onerror=alert(1)>"

    def find(event: Event) -> None:
        assert isinstance(event, CompanySought)
        hit = CompanyHit("x", name, name, name, False)
        desk.stand.server.offer_companies("anna", event.request, [hit])

    desk.stand.answers[CompanySought] = find
    page = await desk.shown(asking(desk.stand.now()))
    await page.keyboard.press("KeyK")
    await page.keyboard.type("x")
    await expect(page.get_by_role("option").first).to_contain_text(name)
    assert await page.locator("img").count() == 0
