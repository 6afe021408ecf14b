"""The wall in a real browser: figures, alarms at the service's time, and who may look."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import WSMsgType
from playwright.async_api import Browser, Page, expect
from web.accessible import faults
from web.browser import Desk
from web.crowded import crowded
from web.desk_stand import PASSWORDS, PEOPLE, Stand, settings_in
from web.visitor import visitor
from web.wall_screens import Painted, crew, waits, wall

from ivr.domain.screen import Stage
from ivr.domain.wall import CrewRow, WallScreen
from ivr.web.socket import Closing

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = Path(__file__).parents[1] / "cases" / "caller_names.jsonl"


class WallDesk(Desk):
    """The head of the department before the wall."""

    painted: Painted

    async def enter(self) -> Page:
        await self.page.goto(f"{self.stand.url}/wall")
        await self.page.locator("#user").fill("vera")
        await self.page.locator("#pass").fill(PASSWORDS["vera"])
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator(".figures")).to_be_visible()
        return self.page


@pytest_asyncio.fixture(loop_scope="session")
async def desk(chromium: Browser, tmp_path: Path) -> AsyncIterator[WallDesk]:
    """A browser of 1920x1080 before the door; in the end it must have complained of nothing."""
    stand = Stand(settings_in(tmp_path))
    painted = Painted(stand.now)
    stand.rooms = (painted,)
    stand.server = stand._build(stand.settings)
    await stand.server.start()
    context = await chromium.new_context(
        viewport={"width": 1920, "height": 1080}, locale="ru-RU", timezone_id="Europe/Moscow"
    )
    one = WallDesk(stand, context, await context.new_page())
    one.painted = painted
    one.watch(one.page)
    yield one
    await context.close()
    await stand.server.stop()
    assert one.complaints == []


async def test_the_wall_shows_figures_and_a_row_a_person(desk: WallDesk) -> None:
    page = await desk.enter()
    figures = await page.locator(".figures li").all_inner_texts()
    assert [" ".join(one.split()) for one in figures] == [
        "Линии заняты 4из 5 одна свободна",
        "Ждут ответа 0человек никто не ждёт",
        "Отвечено сегодня 214 в среднем через 00:06",
        "Пропущено 9 из них 7 вернули",
        "Обещания выполнены 31из 34 просрочено 2",
    ]
    rows = page.locator(".crew tbody tr")
    await expect(rows).to_have_count(5)
    await expect(rows.nth(0)).to_contain_text("ключевой клиент, вопрос 2")
    await expect(rows.nth(3)).to_contain_text("звонит Игорь")
    await expect(page.locator(".alarm")).to_have_count(0)


async def test_a_day_without_calls_has_no_mean_and_no_share(desk: WallDesk) -> None:
    now = desk.stand.now()
    desk.painted.show(wall(now, answered=0, missed=0, mean_wait=None, mean_wait_all=None))
    page = await desk.enter()
    await expect(page.locator(".figures li").nth(2)).to_contain_text("—")
    assert "NaN" not in await page.locator("body").inner_text()


async def test_news_come_without_a_reload(desk: WallDesk) -> None:
    page = await desk.enter()
    desk.painted.show(wall(desk.stand.now(), answered=215))
    await expect(page.locator(".figures li").nth(2)).to_contain_text("215")


@pytest.mark.parametrize("minutes", [14, 0, -14])
async def test_a_caller_beyond_the_limit_is_alarm_at_the_service_s_time(
    desk: WallDesk, minutes: int
) -> None:
    await desk.context.add_init_script(
        f"const real = Date; let shift = {minutes} * 60000;"
        "window.Date = class extends real {"
        " constructor(...a) { a.length ? super(...a) : super(real.now() + shift); }"
        " static now() { return real.now() + shift; } };"
    )
    page = await desk.enter()
    now = desk.stand.now()
    desk.painted.show(wall(now, waiting=(waits(5, now),), limit=600.0))
    waiting = page.locator(".figures li").nth(1)
    await expect(waiting).to_contain_text("дольше всех 00:0")
    await expect(page.locator(".alarm")).to_have_count(0)
    now = desk.stand.now()
    desk.painted.show(wall(now, waiting=(waits(47, now), waits(31, now, call="c8"))))
    alarm = page.locator(".alarm")
    await expect(alarm).to_contain_text("Клиент ждёт 00:4")
    await expect(alarm).to_contain_text("предел 00:30")
    await expect(alarm).to_contain_text("+7 921 000-00-36, линия 4, и ещё 1")
    await expect(page.locator(".figures .now")).to_have_count(1)


async def test_the_alarm_comes_by_itself_when_the_limit_has_passed(desk: WallDesk) -> None:
    page = await desk.enter()
    now = desk.stand.now()
    desk.painted.show(wall(now, waiting=(waits(27, now),)))
    await expect(page.locator(".figures li").nth(1)).to_contain_text("1")
    await expect(page.locator(".alarm")).to_contain_text("Клиент ждёт 00:3")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lines": 6}, "Линий больше, чем сотрудников"),
        ({"headcount": 6}, "Линий меньше, чем сотрудников"),
        ({"link_lost_at": 1764052620.0}, "Нет связи с АТС"),
    ],
)
async def test_drift_and_a_lost_link_are_alarms(
    desk: WallDesk, changes: dict[str, float], words: str
) -> None:
    page = await desk.enter()
    desk.painted.show(wall(desk.stand.now(), **changes))
    await expect(page.locator(".alarm")).to_contain_text(words)


async def test_totals_that_cannot_be_read_say_when_they_were_true(desk: WallDesk) -> None:
    page = await desk.enter()
    now = desk.stand.now()
    desk.painted.show(wall(now, counted_at=now - 600))
    await expect(page.locator(".checks")).to_contain_text("база данных не отвечает")
    desk.painted.show(wall(now, counted_at=0.0))
    await expect(page.locator(".checks")).to_contain_text("Итогов дня нет")


async def test_a_lost_connection_keeps_the_figures_and_ends_by_itself(desk: WallDesk) -> None:
    page = await desk.enter()
    await desk.stand.server.stop()
    await expect(page.locator(".alarm")).to_contain_text("Связь потеряна")
    await expect(page.locator(".figures li").nth(2)).to_contain_text("214")
    await desk.picture("wall-lost-ru-1920-light")
    await desk.stand.restart()
    await expect(page.locator(".alarm")).to_have_count(0)


async def test_several_departments_are_reached_by_digits(desk: WallDesk) -> None:
    now = desk.stand.now()
    desk.painted.show(wall(now), wall(now, department="repair", answered=3, crew=()))
    page = await desk.enter()
    await expect(page.locator(".did")).to_contain_text("клиентский отдел")
    await desk.press("Digit2")
    await expect(page.locator(".did")).to_contain_text("ремонт")
    await page.reload()
    await expect(page.locator(".did")).to_contain_text("ремонт")


async def test_only_those_who_lead_see_the_wall(desk: WallDesk) -> None:
    async with visitor(desk.stand, "anna") as anna:
        await anna.page("/wall", status=403)
        url = anna.stand.url + "/wall/socket"
        async with anna.http.ws_connect(url, headers={"Origin": anna.stand.url}) as socket:
            told = await socket.receive()
        assert (told.type, told.data) == (WSMsgType.CLOSE, Closing.SIGNED_OUT)


async def test_a_foreign_page_may_not_open_the_wall_s_socket(desk: WallDesk) -> None:
    async with visitor(desk.stand, "vera") as vera:
        status, told = await vera.ask(
            "/wall/socket", Upgrade="websocket", Origin="https://elsewhere.example"
        )
        assert (status, told["problem"]) == (403, "foreign_origin")


async def test_a_wall_goes_dark_when_its_person_signs_out_or_leads_no_more(
    desk: WallDesk,
) -> None:
    page = await desk.enter()
    agent = replace(PEOPLE["vera"], roles=("agent",))
    desk.stand.server.relearn({**PEOPLE, "vera": agent})
    await expect(page.locator(".alarm")).to_contain_text("Нужно войти снова")
    desk.stand.server.relearn(PEOPLE)
    await page.reload()
    await expect(page.locator(".alarm")).to_have_count(0)
    await expect(page.locator(".figures")).to_be_visible()
    await desk.stand.server.sign_out("vera")
    await expect(page.locator(".alarm")).to_contain_text("Нужно войти снова")


HOSTILE = [
    *(json.loads(line)["stored"] for line in NAMES.read_text("utf-8").splitlines() if line),
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_only_text(desk: WallDesk, name: str) -> None:
    now = desk.stand.now()
    page = await desk.enter()
    people = tuple(replace(one, name=name, caller=name, reason=name) for one in crew(now))
    waiting = (waits(60, now, number=name, name=name),)
    desk.painted.show(wall(now, crew=people, waiting=waiting, numbers=(name,)))
    await expect(page.locator(".alarm")).to_be_visible()
    planted = await page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => ['SCRIPT', 'IMG', 'IFRAME', 'OBJECT']"
        ".includes(e.tagName) && !e.src?.endsWith('/static/wall.js') || [...e.attributes]"
        ".some(a => a.name.startsWith('on'))).length"
    )
    assert planted == 0
    text = " ".join((await page.locator("body").inner_text()).split()).replace("\u00a0", " ")
    assert " ".join(name.split()) in text


async def test_the_keys_of_the_wall_are_listed_as_on_every_page(desk: WallDesk) -> None:
    now = desk.stand.now()
    desk.painted.show(wall(now), wall(now, department="repair", crew=()))
    page = await desk.enter()
    await desk.press("Shift+Slash")
    keys = page.get_by_role("dialog", name="Клавиши")
    await expect(keys.locator(".map dd").nth(1)).to_have_text("ремонт")
    await desk.press("Digit2")
    await expect(page.locator(".did")).to_contain_text("клиентский отдел")
    await keys.get_by_role("button", name="English").click()
    await expect(page.get_by_role("dialog", name="Keys").locator(".map dd").nth(1)).to_have_text(
        "repairs"
    )
    await desk.press("Shift+Slash")
    await expect(page.locator("#over")).to_have_count(0)
    await desk.press("Digit2")
    await expect(page.locator(".did")).to_contain_text("repairs")
    await expect(page.locator(".others [aria-current]")).to_contain_text("repairs")


SCREENS = {"1366": (1366, 768), "1920": (1920, 1080), "3840": (3840, 2160)}
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FILLED = """() => document.documentElement.style.getPropertyValue("--fit") === "1.00" ? 1
  : document.querySelector(".crew").getBoundingClientRect().bottom
    / document.querySelector(".checks").getBoundingClientRect().top"""
"""How much of the room above the foot is used: nothing is smaller than need be."""
SMALLEST = """() => Math.min(...[...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && !one.closest(".unseen, .crew thead, .bar svg")
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""


def people(now: float, count: int) -> tuple[CrewRow, ...]:
    five = crew(now)
    return tuple(
        replace(five[n % len(five)], person=f"p{n}", name=f"{five[n % len(five)].name} {n}")
        for n in range(count)
    )


@pytest.mark.parametrize("departments", [1, 3, 6])
async def test_nothing_of_the_wall_is_ever_cut_off(desk: WallDesk, departments: int) -> None:
    page = await desk.enter()
    others = [f"dep-{n}" for n in range(2, departments + 1)]
    desk.painted.names |= {
        one: {"ru": f"отдел ремонта {one}", "en": f"repairs {one}"} for one in others
    }
    for count in (5, 12, 30):
        now = desk.stand.now()
        first = replace(states(now)["everything"], crew=people(now, count))
        desk.painted.show(first, *(wall(now, department=one) for one in others))
        await expect(page.locator(".crew tbody tr")).to_have_count(count)
        await expect(page.locator(".alarm")).to_have_count(3)
        for size, (width, height) in SCREENS.items():
            await page.set_viewport_size({"width": width, "height": height})
            await page.evaluate(DRAWN)
            name = f"{departments} departments, {count} people at {size}"
            assert await page.evaluate("document.documentElement.scrollHeight") <= height, name
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert await crowded(page) == [], name
            assert await page.evaluate(SMALLEST) >= 12, name
            assert await page.evaluate(FILLED) >= 0.75, name
            await desk.picture(f"wall-full-{departments}-{count}-ru-{size}-light")


async def test_the_wall_grows_again_once_there_is_room(desk: WallDesk) -> None:
    page = await desk.enter()
    size = "() => parseFloat(getComputedStyle(document.querySelector('.fig')).fontSize)"
    large = await page.evaluate(size)
    desk.painted.show(states(desk.stand.now())["everything"])
    await expect(page.locator(".alarm")).to_have_count(3)
    assert await page.evaluate(size) < large
    desk.painted.show(wall(desk.stand.now()))
    await expect(page.locator(".alarm")).to_have_count(0)
    assert await page.evaluate(size) == large


SIZES = {"1920": (1920, 1080), "1440": (1440, 900), "1024": (1024, 768), "390": (390, 844)}


def states(now: float) -> dict[str, WallScreen]:
    alone = tuple(replace(one, stage=Stage.SIGNED_OUT, reason="") for one in crew(now))
    ready = tuple(
        replace(one, stage=Stage.READY, caller="", desk=n != 1) for n, one in enumerate(crew(now))
    )
    return {
        "alarm": wall(now, waiting=(waits(47, now),)),
        "busy": wall(now),
        "quiet": wall(now, used=0, crew=ready, overdue=0, promises=31),
        "nobody": wall(now, used=0, crew=alone, answered=0, missed=0, mean_wait=None),
        "everything": wall(
            now,
            waiting=(waits(3700, now, number="", line=None), waits(40, now)),
            lines=6,
            used=7,
            link_lost_at=now - 60,
            counted_at=now - 900,
        ),
    }


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_every_state_is_drawn_and_fits_every_screen(desk: WallDesk, language: str) -> None:
    page = await desk.enter()
    await page.goto(f"{desk.stand.url}/wall?lang={language}")
    for n, (name, screen) in enumerate(states(desk.stand.now()).items(), start=301):
        desk.painted.show(replace(screen, answered=n))
        await expect(page.locator(".figures li").nth(2)).to_contain_text(str(n))
        for size, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} at {size} is {wide} wide"
            assert await crowded(page) == [], f"{name} at {size}"
            if size == "390":
                assert await faults(page) == [], name
            if language == "ru" or size == "1920":
                await desk.picture(f"wall-{name}-{language}-{size}-light")
        await page.emulate_media(color_scheme="dark")
        await page.set_viewport_size({"width": 1920, "height": 1080})
        assert await faults(page) == [], f"{name} in the dark"
        await desk.picture(f"wall-{name}-{language}-1920-dark")
        await page.emulate_media(color_scheme="light")
