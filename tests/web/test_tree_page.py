"""The tree's page in a real browser, by keys alone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Route, expect
from web.accessible import faults as faults_of
from web.crowded import crowded
from web.desk_stand import PASSWORDS
from web.pictures import keep_picture
from web.tree_office import TreeOffice, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIZES = {"1440": (1440, 900), "1024": (1024, 768), "390": (390, 844)}


@dataclass
class Author:
    """The head of the department before the page, and everything that the page complained about."""

    office: TreeOffice
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.on("console", self._console)

    def _console(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), str(getattr(message, "text", message))
        # A refusal by its status is what some tests ask for.
        if kind in ("error", "warning") and "the server responded with a status" not in text:
            self.complaints.append(f"{kind}: {text}")

    async def enter(self, who: str = "vera") -> None:
        """Through the door, as a person does, to the tree."""
        await self.page.goto(f"{self.office.url}/tree")
        await self.page.locator("#user").fill(who)
        await self.page.locator("#pass").fill(PASSWORDS[who])
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("main[data-listens] .tree")).to_be_visible()

    def node(self, key: str) -> str:
        return f'[data-node="{key}"]'

    async def at(self, key: str) -> None:
        """The focus is on this node."""
        await expect(self.page.locator(self.node(key))).to_be_focused()

    async def keys(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def write(self, label: str, words: str) -> None:
        """Come to a field of the form that opens by Tab, and write over what is there."""
        await expect(self.page.locator("[data-form] :focus")).to_be_attached()
        for _ in range(40):
            name = await self.page.evaluate(
                "() => document.activeElement.labels?.[0]?.textContent ?? ''"
            )
            if name.replace("\u00a0", " ") == label:
                await self.page.keyboard.press("Control+A")
                await self.page.keyboard.insert_text(words)
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"no field {label}")

    async def picture(self, name: str) -> None:
        await keep_picture(self.page, f"tree-{name}", whole=True)


@pytest_asyncio.fixture(loop_scope="session")
async def author(chromium: Browser, tmp_path: Path) -> AsyncIterator[Author]:
    """A browser before a whole service; in the end the page must have complained of nothing."""
    async with running(tmp_path) as office:
        context = await chromium.new_context(
            viewport={"width": 1440, "height": 900}, locale="ru-RU", timezone_id="Europe/Moscow"
        )
        one = Author(office, context, await context.new_page())
        one.watch()
        yield one
        await context.close()
        assert one.complaints == []


async def a_month(office: TreeOffice) -> None:
    """Some interviews of the last weeks."""
    walks: list[list[str | None]] = [
        ["person"],
        ["organisation", "40", "5"],
        ["organisation", "40", "30"],
        ["organisation", "120", "80"],
        ["organisation", "500"],
        ["organisation", None, "one", "7"],
        ["organisation", None, "network"],
    ]
    for n in range(34):
        office.past(f"1764000000.{n}", walks[n % len(walks)], days_ago=1 + n % 20)
    await office.kept(34)


async def sights(author: Author) -> AsyncIterator[str]:
    """The page as it is met, each sight left before the next."""
    page = author.page
    yield "whole"
    await to(author, "answer:seats:#2")
    await author.keys("Enter")
    await expect(page.locator("[data-form]")).to_be_visible()
    yield "editing"
    await page.locator("#f-to").fill("5")
    await expect(page.locator("[data-form] .problem")).to_be_visible()
    yield "faulty"
    await page.locator("#f-to").fill("29")
    await author.keys("Enter")
    await expect(page.locator(".change")).to_be_visible()
    yield "changes"
    await page.locator(".try").get_by_role("button").nth(1).focus()
    await author.keys("2")
    await expect(page.locator(".try .say")).to_contain_text(re.compile("работает|work"))
    await author.keys("2")
    await expect(page.locator(".try .facts")).to_be_visible()
    yield "ended"


async def fits(author: Author, sight: str, size: str) -> None:
    """Nothing but the drawn tree itself goes beyond the window, and axe finds nothing wrong."""
    width, height = SIZES[size]
    await author.page.set_viewport_size({"width": width, "height": height})
    wide = await author.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{sight} at {size} is {wide} wide"
    assert await crowded(author.page) == [], f"{sight} at {size}"
    if size != "1024":
        assert await faults_of(author.page) == [], f"{sight} at {size}"


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_page_fits_every_width_and_keeps_to_the_rules_of_access(
    author: Author, language: str
) -> None:
    await a_month(author.office)
    await author.enter()
    await author.page.goto(f"{author.office.url}/tree?lang={language}")
    await expect(author.page.locator(".share rect").first).to_be_attached()
    async for sight in sights(author):
        for size in SIZES:
            await fits(author, sight, size)
            if language == "ru" or size == "1440":
                await author.picture(f"{sight}-{language}-{size}-light")
        await author.page.set_viewport_size({"width": 1440, "height": 900})


async def test_the_page_is_drawn_in_the_dark(author: Author) -> None:
    await a_month(author.office)
    await author.page.emulate_media(color_scheme="dark")
    await author.enter()
    await expect(author.page.locator(".share rect").first).to_be_attached()
    async for sight in sights(author):
        await fits(author, sight, "1440")
        await author.picture(f"{sight}-ru-1440-dark")


async def test_a_text_is_edited_in_place_undone_saved_and_published_by_keys(
    author: Author,
) -> None:
    await a_month(author.office)
    await author.enter()
    page = author.page
    await page.keyboard.press("ArrowDown")
    await author.at("tree")
    await author.keys("ArrowDown", "ArrowDown")
    before = author.office.draft.read_text("utf-8")
    await page.evaluate("document.querySelector('[data-node=\"question:seats\"]').focus()")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "Сколько мест?")
    await author.keys("Escape")
    await author.at("question:seats")
    await expect(page.locator(author.node("question:seats"))).to_contain_text("рабочих мест")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "Сколько мест подключаем?")
    await author.keys("Enter")
    await author.at("question:seats")
    await expect(page.locator(author.node("question:seats"))).to_contain_text("мест подключаем")
    await author.keys("Control+z")
    await expect(page.locator(author.node("question:seats"))).to_contain_text("рабочих мест")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "Сколько мест?")
    await author.keys("Enter")
    await author.at("question:seats")
    assert author.office.draft.read_text("utf-8") == before
    publish = page.get_by_role("button", name="Опубликовать версию 2")
    await expect(publish).to_have_attribute("aria-disabled", "true")
    await author.keys("Control+s")
    await expect(page.get_by_text("Черновик сохранён.", exact=True)).to_be_visible()
    wanted = before.replace("ru: Сколько рабочих мест хотите подключить?", "ru: Сколько мест?")
    assert author.office.draft.read_text("utf-8") == wanted
    assert author.office.version == 1
    await expect(publish).not_to_have_attribute("aria-disabled", "true")
    await expect(page.get_by_text("никто из 34 клиентов не ушёл бы")).to_be_visible()
    await author.keys("Control+Enter")
    await expect(page.get_by_text("Версия 2 опубликована")).to_be_visible()
    assert author.office.version == 2
    audited = [(one.actor, one.action) for one in await author.office.audited(2)]
    assert audited == [("vera", "save"), ("vera", "publish")]


SAVE = "сохранить черновик"


@pytest.mark.parametrize("way", ["Control+s", "button", "Enter, Control+s"])
async def test_what_is_written_in_an_open_form_is_saved_in_every_way(
    author: Author, way: str
) -> None:
    await author.enter()
    page = author.page
    save = page.get_by_role("button", name=SAVE)
    await expect(save).to_have_attribute("aria-disabled", "true")
    await to(author, "question:who")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "Вы организация?")
    await expect(save).not_to_have_attribute("aria-disabled", "true")
    await expect(page.locator("#why-not")).to_contain_text("Сначала сохраните черновик")
    if way == "button":
        await save.click()
    else:
        await author.keys(*way.split(", "))
    await expect(page.get_by_text("Черновик сохранён.", exact=True)).to_be_visible()
    assert "ru: Вы организация?" in author.office.draft.read_text("utf-8")
    await author.at("question:who")


async def test_the_whole_text_has_what_was_written_and_tells_no_old_refusal(
    author: Author,
) -> None:
    await author.enter()
    page = author.page
    await to(author, "question:who")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "Вы организация?")
    await page.get_by_role("button", name="текст целиком").click()
    area = page.locator("#raw")
    await expect(area).to_be_focused()
    await expect(area).to_have_value(re.compile("ru: Вы организация"))
    refusal = page.get_by_role("alert").filter(has_text="Слишком много запросов")
    busy = {"status": 429, "json": {"problem": "too_many_requests"}}
    await page.route("**/tree/look", lambda route: route.fulfill(**busy), times=1)
    await author.keys("Control+End")
    await page.keyboard.type("# one")
    await expect(refusal).to_be_visible()
    await page.keyboard.type(" two")
    await expect(refusal).to_have_count(0)


async def test_arrows_walk_the_tree_and_an_edge_keeps_the_focus(author: Author) -> None:
    await author.enter()
    await author.keys("ArrowDown")
    await author.at("tree")
    await author.keys("ArrowDown")
    await author.at("rule:0")
    await author.keys("ArrowRight")
    await author.at("question:who")
    await author.keys("ArrowDown")
    await author.at("answer:who:person")
    await author.keys("ArrowRight")
    await author.at("answer:who:organisation")
    await author.keys("ArrowRight")
    await author.at("answer:who:organisation")
    await author.keys("ArrowDown", "ArrowDown")
    await author.at("answer:staff:#1")
    await author.keys("ArrowRight", "ArrowRight")
    await author.at("skip:staff:unknown")
    await author.keys("ArrowUp", "ArrowUp")
    await author.at("answer:who:organisation")


async def to(author: Author, key: str) -> None:
    """Come to a node as by many arrows."""
    await expect(author.page.locator(author.node(key))).to_be_attached()
    await author.page.locator(author.node(key)).focus()


async def test_what_is_wrong_is_said_beside_the_node_while_one_types(author: Author) -> None:
    await author.enter()
    page = author.page
    await to(author, "answer:seats:#1")
    await author.keys("Enter")
    await author.write("До какого числа, включительно", "60")
    problem = page.locator("[data-form] .problem, [data-form] .label").filter(has_text="ошибк")
    await expect(problem.first).to_be_visible()
    await author.keys("Enter")
    wrong = page.locator(".tree .problem").filter(has_text="от 61 до 49")
    await expect(wrong).to_be_visible()
    await expect(page.locator(".try")).to_contain_text("Сначала исправьте ошибки")
    await expect(page.locator("#why-not")).to_have_text("Сначала исправьте ошибки.")
    await author.keys("Control+z")
    await expect(wrong).to_have_count(0)
    await expect(page.locator(".try .say")).to_be_visible()


async def test_an_empty_text_keeps_the_tree_in_sight(author: Author) -> None:
    await author.enter()
    page = author.page
    await to(author, "question:who")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "")
    await author.keys("Backspace")
    await expect(page.locator("[data-form] .problem")).to_contain_text("Здесь пусто")
    await expect(page.locator(author.node("question:seats"))).to_be_visible()
    await author.keys("Escape")
    await expect(page.locator(".problem")).to_have_count(0)


async def test_answers_questions_and_outcomes_are_added_moved_and_removed_by_keys(
    author: Author,
) -> None:
    await author.enter()
    page = author.page
    await to(author, "question:who")
    await author.keys("Insert")
    await author.write("Ответ по-русски", "Посольству")
    await author.write("Ответ по-английски", "Embassy")
    await author.keys("Enter")
    await author.at("answer:who:answer-3")
    await expect(page.locator(author.node("answer:who:answer-3"))).to_contain_text("Посольству")
    await author.keys("Alt+ArrowLeft")
    await author.at("answer:who:answer-3")
    await expect(page.locator(author.node("answer:who:answer-3")).locator("kbd")).to_have_text("2")
    await author.keys("Delete")
    await expect(page.locator(author.node("answer:who:answer-3"))).to_have_count(0)
    await author.at("question:who")
    await to(author, "answer:who:person")
    await author.keys("Enter")
    await press_tool(author, "+ вопрос перед этим")
    await expect(page.locator('[name="ask.ru"]')).to_be_focused()
    await author.write("Вопрос по-русски", "Дом новый?")
    await author.write("Вопрос по-английски", "Is the house new?")
    await author.keys("Enter")
    new = page.locator('[data-node^="question:question-"]')
    await expect(new).to_contain_text("Дом новый?")
    await expect(page.locator(".problem")).to_have_count(0)
    await expect(page.locator(".change")).to_contain_text("Теперь спросят ещё: Дом новый?")
    await new.focus()
    await author.keys("Delete")
    await expect(new).to_have_count(0)
    await expect(page.locator("#publish ~ p").first).to_contain_text("то же, что версия 1")


async def press_tool(author: Author, name: str) -> None:
    """Come to a button of the form that opens by Tab, and press it by Space."""
    await expect(author.page.locator("[data-form] :focus")).to_be_attached()
    for _ in range(40):
        text = await author.page.evaluate("() => document.activeElement.textContent.trim()")
        if text.replace("\u00a0", " ") == name:
            await author.page.keyboard.press("Space")
            return
        await author.page.keyboard.press("Tab")
    raise AssertionError(f"no button {name}")


async def test_an_outcome_a_rule_and_a_kind_of_answers_are_edited(author: Author) -> None:
    await author.enter()
    page = author.page
    await to(author, "outcome:office:seats/to-9")
    await author.keys("Enter", "Space", "Enter")
    await author.at("outcome:office:seats/to-9")
    await expect(page.locator(author.node("outcome:office:seats/to-9"))).to_contain_text(
        "Дом 100 Мбит/с"
    )
    await to(author, "rule:0")
    await author.keys("Enter")
    await author.write("Почему, по-русски", "Их ведёт Ольга")
    await author.keys("Enter")
    await expect(page.locator(author.node("rule:0"))).to_contain_text("Их ведёт Ольга")
    await author.keys("Delete")
    await expect(page.locator(author.node("rule:0"))).to_have_count(0)
    await author.keys("Control+z")
    await expect(page.locator(author.node("rule:0"))).to_be_visible()
    await to(author, "question:who")
    await author.keys("Enter")
    await page.locator("#f-kind").focus()
    await page.locator("#f-kind").select_option("several")
    await author.keys("Enter")
    await expect(page.locator(author.node("all:who:any"))).to_be_visible()
    await expect(page.locator(".picks button")).to_have_count(2)


async def test_the_trial_is_answered_by_the_keys_of_the_desk(author: Author) -> None:
    await author.enter()
    page = author.page
    say = page.locator(".try .say")
    await expect(say).to_contain_text("Подключение нужно")
    await author.keys("2")
    await expect(say).to_contain_text("Сколько человек")
    await expect(page.locator("li.walked")).to_have_count(1)
    await author.keys("0")
    await page.keyboard.insert_text("сорок")
    await author.keys("Enter")
    await expect(page.locator(".try .problem")).to_contain_text("Нужно число")
    await author.keys("0")
    await page.keyboard.insert_text("40")
    await author.keys("Enter")
    await expect(say).to_contain_text("Сколько рабочих мест")
    await author.keys("1")
    await expect(page.locator(".try .facts")).to_contain_text("Остаётся у нас")
    await author.keys("Backspace", "Backspace")
    await expect(say).to_contain_text("Сколько человек")
    await author.keys("n")
    await expect(say).to_contain_text("один офис или сеть филиалов")
    await author.keys("2")
    await expect(page.locator(".try .facts")).to_contain_text("ради встречи")


async def test_before_publishing_the_page_tells_whom_the_draft_would_move(author: Author) -> None:
    await a_month(author.office)
    await author.enter()
    page = author.page
    await to(author, "answer:seats:#1")
    await author.keys("Enter")
    await page.locator("#f-then").focus()
    await page.locator("#f-then").select_option("branch")
    await author.keys("Enter")
    await author.at("answer:seats:#1")
    await to(author, "aside:outcome:office")
    await author.keys("Delete")
    moved = page.get_by_text("в другой отдел ушли бы 10 клиентов из 34")
    await expect(moved).to_be_visible()
    await expect(page.locator(".change")).to_contain_text("Остаётся у нас: Офис 100 Мбит/с")
    await page.locator("summary").focus()
    await author.keys("Enter")
    await expect(page.locator(".clients li")).to_have_count(10)
    await expect(page.locator(".clients li").first).to_contain_text("+7 495 000-00-81")


MARKUP = "<img src=x onerror=alert(1)><b>жирно</b> {{7*7}} ${7*7} &amp;"


async def test_markup_in_a_text_is_shown_as_it_is_written(author: Author) -> None:
    await author.enter()
    page = author.page
    await to(author, "question:who")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", MARKUP)
    await author.keys("Enter")
    await expect(page.locator(author.node("question:who"))).to_contain_text(MARKUP)
    await expect(page.locator(".try .say")).to_have_text(MARKUP)
    await expect(page.locator(".change")).to_contain_text(MARKUP)
    assert await page.locator("img, .tree b").count() == 0
    await author.keys("Control+s")
    await expect(page.get_by_text("Черновик сохранён.", exact=True)).to_be_visible()


async def test_a_hand_s_change_is_never_overwritten_and_neither_edit_is_lost(
    author: Author,
) -> None:
    await author.enter()
    page, office = author.page, author.office
    await to(author, "question:who")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "Вы организация?")
    await author.keys("Enter")
    await author.at("question:who")
    by_hand = office.draft.read_text("utf-8").replace("Сколько человек работает", "Сколько людей")
    office.draft.write_text(by_hand, "utf-8")
    await author.keys("Control+s")
    refusal = page.get_by_role("alert").filter(has_text="Файл изменили")
    await expect(refusal).to_be_visible()
    assert office.draft.read_text("utf-8") == by_hand
    await page.get_by_role("button", name="открыть файл заново").focus()
    await author.keys("Enter")
    await expect(page.locator(author.node("question:staff"))).to_contain_text("Сколько людей")
    await expect(page.locator(author.node("question:who"))).to_contain_text("Подключение нужно")
    await author.keys("Control+z")
    await expect(page.locator(author.node("question:who"))).to_contain_text("Вы организация?")


async def test_what_is_not_saved_outlives_a_reload_of_the_page(author: Author) -> None:
    await author.enter()
    page = author.page
    await to(author, "question:who")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "Вы организация?")
    await author.keys("Enter")
    await author.at("question:who")
    await page.reload()
    await expect(page.locator(author.node("question:who"))).to_contain_text("Вы организация?")
    await expect(page.get_by_text("что вы не успели сохранить")).to_be_visible()
    await author.keys("Control+z")
    await expect(page.locator(author.node("question:who"))).to_contain_text("Подключение нужно")


async def test_the_whole_text_is_edited_with_its_lines_named(author: Author) -> None:
    await author.enter()
    page = author.page
    raw = page.get_by_role("button", name="текст целиком")
    await raw.focus()
    await author.keys("Enter")
    area = page.locator("#raw")
    await expect(area).to_be_focused()
    text = await area.input_value()
    await area.fill(text.replace("first: who", "first: whu"))
    await expect(page.locator("#why-raw")).to_contain_text("6:8 первого вопроса «whu» нет")
    await area.fill("{" + text)
    await expect(page.locator("#why-raw")).to_contain_text("это не YAML")
    await area.fill(text.replace("Доступ в интернет", "Сеть"))
    await expect(page.locator("#why-raw")).to_have_count(0)
    await raw.focus()
    await author.keys("Enter")
    await expect(page.locator(author.node("tree"))).to_contain_text("Сеть, черновик")


async def test_an_old_version_comes_back_and_a_refused_reload_says_why(author: Author) -> None:
    office, page = author.office, author.page
    await author.enter()
    await to(author, "question:who")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "Вы организация?")
    await author.keys("Enter")
    await author.at("question:who")
    await author.keys("Control+s")
    publish = page.get_by_role("button", name="Опубликовать версию 2")
    await expect(publish).not_to_have_attribute("aria-disabled", "true")
    await author.keys("Control+Enter")
    await expect(page.get_by_text("Версия 2 опубликована")).to_be_visible()
    await page.get_by_role("button", name="версии", exact=True).focus()
    await author.keys("Enter")
    await expect(page.get_by_role("button", name="вернуться к ней")).to_be_focused()
    await author.keys("Enter")
    await expect(page.get_by_text("действует версия 3").first).to_be_visible()
    assert office.version == 3
    people = office.folder / "people.yaml"
    people.write_text(people.read_text("utf-8").replace("PJSIP/101", "PJSIP/102"), "utf-8")
    await page.get_by_role("button", name="перечитать настройки").focus()
    await author.keys("Enter")
    await expect(page.get_by_role("button", name="Перечитать", exact=False).last).to_be_focused()
    await author.keys("Enter")
    await expect(page.locator("#over .problem")).to_contain_text("people.yaml")
    await author.keys("Escape")
    await expect(page.locator("#over")).to_have_count(0)


async def test_an_agent_is_told_that_the_page_is_not_theirs(author: Author) -> None:
    page = author.page
    await page.goto(f"{author.office.url}/tree")
    await page.locator("#user").fill("anna")
    await page.locator("#pass").fill(PASSWORDS["anna"])
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Эта страница не для вас")
    await expect(page.get_by_role("link", name="Приём звонков")).to_be_visible()


async def test_a_draft_that_has_no_shape_opens_as_text_and_is_mended_there(author: Author) -> None:
    office, page = author.office, author.page
    text = office.draft.read_text("utf-8")
    office.draft.write_text(text.replace("questions:\n", "questions: [\n"), "utf-8")
    await page.goto(f"{office.url}/tree")
    await page.locator("#user").fill("vera")
    await page.locator("#pass").fill(PASSWORDS["vera"])
    await page.keyboard.press("Enter")
    await expect(page.locator("#why-raw")).to_contain_text("это не YAML")
    await expect(page.locator("#why-not")).to_have_text("Сначала исправьте ошибки.")
    await page.get_by_role("button", name="версии").click()
    await expect(page.locator("#over")).to_contain_text("Версия 1")
    await author.keys("Escape")
    await page.locator("#raw").fill(text)
    await expect(page.locator(".tree")).to_be_visible()
    await author.keys("Control+s")
    await expect(page.get_by_text("Черновик сохранён.", exact=True)).to_be_visible()
    assert office.draft.read_text("utf-8") == text


async def test_edits_made_at_once_are_all_kept_undone_and_redone(author: Author) -> None:
    """The second key comes before the service has answered the first."""
    await author.enter()
    page = author.page
    asked, both_pressed = asyncio.Event(), asyncio.Event()

    async def held(route: Route) -> None:
        asked.set()
        await both_pressed.wait()
        await route.continue_()

    await page.route("**/tree/look", held)
    await to(author, "question:who")
    await author.keys("Insert", "Insert")
    await asked.wait()
    both_pressed.set()
    third, fourth = "answer:who:answer-3", "answer:who:answer-4"
    await expect(page.locator("[data-form]")).to_be_visible()
    await expect(page.locator(author.node(third))).to_be_visible()
    await author.keys("Escape")
    await author.at(fourth)
    await author.keys("Control+z")
    await expect(page.locator(author.node(fourth))).to_have_count(0)
    await expect(page.locator(author.node(third))).to_be_visible()
    await author.keys("Control+y")
    await expect(page.locator(author.node(fourth))).to_be_visible()
    await author.keys("Control+z", "Control+z")
    await expect(page.locator(author.node(third))).to_have_count(0)
    await author.keys("Control+Shift+z")
    await expect(page.locator(author.node(third))).to_be_visible()
    redo = page.get_by_role("button", name="вернуть")
    await expect(redo).not_to_have_attribute("aria-disabled", "true")
    await to(author, third)
    await author.keys("Delete")
    await expect(page.locator(author.node(third))).to_have_count(0)
    await expect(redo).to_have_attribute("aria-disabled", "true")


@dataclass
class Held:
    """Requests that the service is slow to answer: they wait until `go` is set."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, route: Route) -> None:
        self.asked.set()
        await self.go.wait()
        await route.continue_()


async def test_what_is_typed_while_the_draft_is_saved_stays(author: Author) -> None:
    await author.enter()
    page, held = author.page, Held()
    await page.route("**/tree/save", held)
    await page.get_by_role("button", name="текст целиком").click()
    area = page.locator("#raw")
    await expect(area).to_be_focused()
    await author.keys("Control+End")
    await page.keyboard.type("# one")
    save = page.get_by_role("button", name=SAVE)
    await expect(save).not_to_have_attribute("aria-disabled", "true")
    await author.keys("Control+s")
    await held.asked.wait()
    await page.keyboard.type(" two")
    async with page.expect_response("**/tree/save"):
        held.go.set()
    await expect(page.get_by_text("Черновик не сохранён")).to_be_visible()
    await expect(area).to_have_value(re.compile("# one two$"))
    await expect(save).not_to_have_attribute("aria-disabled", "true")
    await author.keys("Control+s")
    await expect(save).to_have_attribute("aria-disabled", "true")
    assert author.office.draft.read_text("utf-8").endswith("# one two")


async def test_an_edit_made_while_a_version_is_published_stays(author: Author) -> None:
    await author.enter()
    page, held = author.page, Held()
    seats = page.locator(author.node("question:seats"))
    await page.route("**/tree/publish", held)
    await to(author, "question:who")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "Вы организация?")
    await author.keys("Control+s")
    publish = page.get_by_role("button", name="Опубликовать версию 2")
    await expect(publish).not_to_have_attribute("aria-disabled", "true")
    await author.keys("Control+Enter")
    await held.asked.wait()
    await to(author, "question:seats")
    await author.keys("Enter")
    await author.write("Вопрос по-русски", "Сколько мест?")
    await author.keys("Enter")
    await expect(seats).to_contain_text("Сколько мест?")
    held.go.set()
    await expect(page.get_by_text("Версия 2 опубликована")).to_be_visible()
    await expect(seats).to_contain_text("Сколько мест?")
    await expect(page.get_by_role("button", name=SAVE)).not_to_have_attribute(
        "aria-disabled", "true"
    )


async def test_an_edit_under_way_goes_into_its_own_tree(author: Author) -> None:
    """Another tree is chosen before the service has answered."""
    wrong = author.office.draft.with_name("wrong.yaml")
    wrong.write_text("tree: wrong\nquestions: [\n", "utf-8")
    await author.enter()
    page, held = author.page, Held()
    await page.route("**/tree/look", held)
    await to(author, "question:who")
    await author.keys("Insert")
    await held.asked.wait()
    opened = page.wait_for_event("response", lambda answer: "/tree/drafts/wrong" in answer.url)
    await page.locator("#which").select_option("wrong")
    held.go.set()
    await opened
    await expect(page.locator("#raw")).to_have_value("tree: wrong\nquestions: [\n")
    await page.locator("#which").select_option("internet")
    await expect(page.locator(author.node("answer:who:answer-3"))).to_be_visible()


async def test_a_tree_is_begun_renamed_and_left_for_another_by_keys(author: Author) -> None:
    office, page = author.office, author.page
    office.draft.with_name("wrong.yaml").write_text("tree: wrong\nquestions: [\n", "utf-8")
    await author.enter()
    await page.locator("#which").focus()
    await author.keys("Tab", "Enter")
    await expect(page.locator("#new-ru")).to_be_focused()
    await page.keyboard.insert_text("Телефония")
    await author.keys("Tab")
    await page.keyboard.insert_text("Phone lines")
    await expect(page.locator("#new-name")).to_have_value("phone-lines")
    await author.keys("Tab")
    await page.keyboard.insert_text("internet")
    await page.locator("#new-name").fill("internet")
    await author.picture("new-ru")
    await author.keys("Enter")
    await expect(page.locator("#over")).to_contain_text("таким именем уже есть")
    await page.locator("#new-name").fill("phones")
    await author.keys("Enter")
    await expect(page.get_by_text("Новое дерево начато")).to_be_visible()
    await author.at("tree")
    await expect(page.locator(author.node("tree"))).to_contain_text("Телефония")
    await author.picture("begun-ru")
    await page.get_by_role("button", name="переименовать").focus()
    await author.keys("Enter")
    await expect(page.locator("#new-name")).to_be_focused()
    await page.locator("#new-name").fill("lines")
    await author.keys("Enter")
    await expect(page.get_by_text("Дерево переименовано")).to_be_visible()
    await expect(page.locator("#which")).to_have_value("lines")
    assert office.draft.with_name("lines.yaml").is_file()
    await page.locator("#which").select_option("wrong")
    await expect(page.locator("#raw")).to_have_value("tree: wrong\nquestions: [\n")
    await expect(page.locator(".tree")).to_have_count(0)
    await page.locator("#which").select_option("internet")
    await expect(page.locator(author.node("question:seats"))).to_be_visible()
    await author.keys("Control+z")
    await expect(page.locator(author.node("question:seats"))).to_be_visible()


async def test_what_was_typed_in_the_text_is_undone_as_a_whole(author: Author) -> None:
    await author.enter()
    page = author.page
    before = author.office.draft.read_text("utf-8")
    await page.get_by_role("button", name="текст целиком").click()
    await page.locator("#raw").focus()
    await author.keys("Control+End")
    await page.keyboard.type("# one two three")
    await expect(page.get_by_role("button", name="отменить")).not_to_have_attribute(
        "aria-disabled", "true"
    )
    await page.get_by_role("button", name="отменить").click()
    await expect(page.locator("#raw")).to_have_value(before)


async def test_of_many_versions_the_newest_are_shown_and_earlier_ones_by_a_key(
    author: Author,
) -> None:
    office, page = author.office, author.page
    text = office.draft.read_text("utf-8")
    office.publish_often(text, 59)
    await author.enter()
    await page.get_by_role("button", name="версии", exact=True).focus()
    await author.keys("Enter")
    rows = page.locator("#over .versions li")
    await expect(rows).to_have_count(50)
    await expect(rows.first).to_contain_text("Версия 60")
    await expect(page.get_by_role("button", name="вернуться к ней").first).to_be_focused()
    await author.picture("versions-ru")
    await author.keys("Escape")
    await expect(page.get_by_role("button", name="версии", exact=True)).to_be_focused()
    await author.keys("Enter")
    await expect(page.get_by_role("button", name="вернуться к ней").first).to_be_focused()
    older = page.get_by_role("button", name="показать более ранние")
    await author.keys("ArrowDown")
    await expect(rows.nth(2).get_by_role("button").first).to_be_focused()
    await author.keys("End", "Tab", "Tab")
    await expect(older).to_be_focused()
    await author.keys("Shift+Tab", "ArrowDown")
    await expect(rows).to_have_count(60)
    await expect(rows.nth(50).get_by_role("button").first).to_be_focused()
    await expect(rows.last).to_contain_text("Версия 1,")
    await expect(older).to_have_count(0)
    await author.keys("End", "Tab")
    await expect(rows.last.get_by_role("button", name="взять текст в черновик")).to_be_focused()
    await author.keys("Enter")
    await expect(page.locator("#over")).to_have_count(0)
    await expect(page.get_by_text("Взят текст прошлой версии")).to_be_visible()


async def test_a_version_names_who_published_it_and_those_who_have_left_by_their_id(
    author: Author,
) -> None:
    office, page = author.office, author.page
    text = office.draft.read_text("utf-8")
    office.publish_often(text, 1, by="vera")
    office.publish_often(text + "#", 1, by="zoya")
    await author.enter()
    await page.get_by_role("button", name="версии", exact=True).click()
    rows = page.locator("#over .versions li > p:first-child")
    await expect(rows.nth(0)).to_contain_text(", zoya")
    await expect(rows.nth(1)).to_contain_text(", Вера")
    await page.goto(f"{office.url}/tree?lang=en")
    await page.get_by_role("button", name="versions", exact=True).click()
    await expect(rows.nth(1)).to_contain_text(", Vera")


FULL = """() => {
  for (let size = 1 << 22; size >= 1; size >>= 1) {
    try {
      for (;;) localStorage.setItem(`other-${size}-${localStorage.length}`, "x".repeat(size));
    } catch (fault) {
      if (fault.name !== "QuotaExceededError") throw fault;
    }
  }
}"""
EMPTIED = "() => Object.keys(localStorage).forEach((name) => localStorage.removeItem(name))"


async def test_a_browser_without_room_says_so_and_the_edits_go_on(author: Author) -> None:
    await author.enter()
    page, who = author.page, author.page.locator(author.node("question:who"))
    full = page.get_by_text("место в браузере кончилось")

    async def reword(words: str) -> None:
        await to(author, "question:who")
        await author.keys("Enter")
        await author.write("Вопрос по-русски", words)
        await author.keys("Enter")
        await expect(who).to_contain_text(words)

    await page.evaluate(FULL)
    await reword("Вы организация?")
    await expect(full).to_be_visible()
    await author.picture("full-ru")
    await reword("Вы от организации?")
    await author.keys("Control+z")
    await expect(who).to_contain_text("Вы организация?")
    await expect(full).to_be_visible()
    await author.keys("Control+s")
    await expect(page.get_by_text("Черновик сохранён.", exact=True)).to_be_visible()
    assert "ru: Вы организация?" in author.office.draft.read_text("utf-8")
    await page.evaluate(EMPTIED)
    await reword("Организация?")
    await expect(page.get_by_text("с этой страницы не пропадёт")).to_be_visible()
