"""The sales desk in a real browser: keys alone, any layout, any clock, any name, any break."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import expect
from web.browser import Desk
from web.desk_stand import PEOPLE, until
from web.sales_screens import (
    EMPTY,
    at_sales,
    card,
    meeting_near,
    mine,
    offered,
    promise,
    reading,
    result_owed,
    row,
    selling,
)
from web.screens import ACCOUNT, DEDICATED, both

from ivr.domain.choices import SalesRefusal
from ivr.domain.events import (
    CallNowPressed,
    DueChanged,
    Event,
    HangUpPressed,
    MeetingCancelled,
    MeetingMoved,
    OwnerChanged,
    PausePressed,
    PromiseClosed,
    PromiseOpened,
    PromiseTaken,
    ReadyPressed,
    ResultGiven,
    RingPassed,
)
from ivr.domain.sales_card import MeetingCard, PromiseStage
from ivr.domain.screen import Stage, TransferCard
from ivr.domain.words import Fact

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = Path(__file__).parents[1] / "cases" / "caller_names.jsonl"
CHOSEN = ".due tr[aria-current] .who b"


async def cyrillic(desk: Desk, code: str, key: str) -> None:
    """A real key of a keyboard with a Russian layout."""
    await desk.takes_keys()
    session = await desk.context.new_cdp_session(desk.page)
    for kind in ("rawKeyDown", "keyUp"):
        await session.send("Input.dispatchKeyEvent", {"type": kind, "code": code, "key": key})
    await session.detach()


async def test_a_salesperson_signs_in_to_the_page_of_sales(desk: Desk) -> None:
    page = await desk.shown_to_sales(at_sales(Stage.READY, desk.stand.now()))
    assert page.url == f"{desk.stand.url}/sales"
    await expect(page.locator("nav")).to_have_count(0)


async def test_who_answers_and_sells_reaches_both_pages(desk: Desk) -> None:
    both_roles = replace(PEOPLE["olga"], roles=("agent", "sales"))
    desk.stand.server.relearn({**PEOPLE, "olga": both_roles})
    desk.stand.screens["olga"] = at_sales(Stage.READY, desk.stand.now())
    await desk.sign_in("olga")
    await desk.page.get_by_role("link", name="Продажи").click()
    await expect(desk.page.locator("#mine")).to_be_visible()
    await desk.page.get_by_role("link", name="Приём звонков").click()
    await expect(desk.page.locator("h1")).to_have_text("Ждём звонка")


async def test_an_agent_may_not_open_the_page_of_sales(desk: Desk) -> None:
    await desk.sign_in("anna")
    answer = await desk.page.request.get(f"{desk.stand.url}/sales")
    assert answer.status == 403


async def test_arrows_move_along_both_lists_and_the_card_tells_about_the_chosen(
    desk: Desk,
) -> None:
    page = await desk.shown_to_sales(at_sales(Stage.READY, desk.stand.now()))
    await expect(page.locator(CHOSEN)).to_have_text("Балтика-Лес")
    for _ in range(4):
        await desk.press("ArrowDown")
    await expect(page.locator(CHOSEN)).to_have_text("Гостиница «Волна»")
    await until(lambda: "volna" in [one.promise for one in desk.stand.given(PromiseOpened)][-1:])
    desk.stand.show(reading(desk.stand.now()), "olga")
    await expect(page.locator("h1")).to_have_text("Гостиница «Волна»")
    await desk.press("Escape")
    await until(lambda: desk.stand.given(PromiseOpened)[-1].promise == "")


@pytest.mark.parametrize(
    ("language", "chosen", "asked"),
    [("ru", "выбрал клиент", "назвал в разговоре"), ("en", "client’s choice", "asked in a call")],
)
async def test_a_time_that_the_client_chose_is_told_from_one_that_the_agent_asked(
    desk: Desk, language: str, chosen: str, asked: str
) -> None:
    stand = desk.stand
    await desk.sign_in("olga")
    await desk.page.goto(f"{stand.url}/sales?lang={language}")
    stand.show(at_sales(Stage.READY, stand.now()), "olga")
    rows = desk.page.locator("tr", has=desk.page.locator("td.when small.agreed"))
    await expect(rows).to_have_count(2)
    await expect(rows.filter(has_text="Гранит-Строй")).to_contain_text(chosen)
    await expect(rows.filter(has_text="Ткани Юга")).to_contain_text(asked)
    stand.show(reading(stand.now()), "olga")
    await expect(desk.page.locator("#card dl.facts")).to_contain_text(chosen)


async def test_the_last_row_is_the_end_of_the_list(desk: Desk) -> None:
    page = await desk.shown_to_sales(at_sales(Stage.READY, desk.stand.now()))
    for _ in range(9):
        await desk.press("ArrowDown")
    await expect(page.locator(CHOSEN)).to_have_text("+7 910 000-00-08")


async def test_c_calls_the_chosen_client_whatever_the_layout(desk: Desk) -> None:
    await desk.shown_to_sales(at_sales(Stage.READY, desk.stand.now()))
    await cyrillic(desk, "KeyC", "с")
    await until(lambda: desk.stand.given(CallNowPressed))
    assert desk.stand.given(CallNowPressed)[0].promise == "baltic"


async def test_c_in_a_talk_calls_nobody(desk: Desk) -> None:
    page = await desk.shown_to_sales(selling(desk.stand.now()))
    await expect(page.locator(".due tr[aria-current] .tool")).to_have_attribute(
        "aria-disabled", "true"
    )
    await desk.press("KeyC")
    await desk.press("End")
    await until(lambda: desk.stand.given(HangUpPressed))
    assert not desk.stand.given(CallNowPressed)


async def test_t_takes_one_of_the_teams_and_never_an_own_one(desk: Desk) -> None:
    page = await desk.shown_to_sales(at_sales(Stage.READY, desk.stand.now()))
    await desk.press("KeyT")
    for _ in range(5):
        await desk.press("ArrowDown")
    await expect(page.locator(CHOSEN)).to_have_text("Лицей «Восток»")
    await cyrillic(desk, "KeyT", "е")
    await until(lambda: desk.stand.given(PromiseTaken))
    assert [one.promise for one in desk.stand.given(PromiseTaken)] == ["vostok"]


async def test_a_result_is_one_key_and_enter(desk: Desk) -> None:
    page = await desk.shown_to_sales(result_owed(desk.stand.now()))
    await expect(page.locator("#write")).to_have_attribute("aria-disabled", "true")
    await cyrillic(desk, "Digit3", "3")
    await expect(page.locator("#write")).not_to_have_attribute("aria-disabled", "true")
    await desk.press("Enter")
    await until(lambda: desk.stand.given(ResultGiven))
    given = desk.stand.given(ResultGiven)[0]
    assert (given.promise, given.result, given.via) == ("vector", "won", "desk")
    assert not desk.stand.given(ReadyPressed)


@pytest.mark.parametrize(
    ("key", "result"),
    [("4", "lost"), ("5", "nothing"), ("6", "refused"), ("7", "voicemail")],
)
async def test_each_result_has_its_key(desk: Desk, key: str, result: str) -> None:
    await desk.shown_to_sales(result_owed(desk.stand.now()))
    await desk.press(f"Digit{key}")
    await desk.press("Enter")
    await until(lambda: desk.stand.given(ResultGiven))
    assert desk.stand.given(ResultGiven)[0].result == result


async def test_a_meeting_is_written_with_time_place_and_people_by_keys_alone(desk: Desk) -> None:
    page = await desk.shown_to_sales(result_owed(desk.stand.now()))
    await desk.press("Digit1")
    await expect(page.locator("#day")).to_be_focused()
    await page.keyboard.type("27.12.2026")
    await expect(page.locator("#day-hint")).to_have_text("Воскресенье, 27\u00a0декабря")
    for typed in ("1130", "90", "Лесная, 12"):
        await page.keyboard.press("Tab")
        await page.keyboard.press("Control+A")
        await page.keyboard.type(typed)
    await page.keyboard.press("Tab")
    await page.keyboard.type(", инженер")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(ResultGiven))
    given = desk.stand.given(ResultGiven)[0]
    assert (given.result, given.starts, given.minutes) == ("meeting", "2026-12-27 11:30", "90")
    assert given.place == "Лесная, 12"
    assert "инженер" in given.with_whom


async def test_again_needs_a_time_and_says_which_field_lacks(desk: Desk) -> None:
    page = await desk.shown_to_sales(result_owed(desk.stand.now()))
    await desk.press("Digit2")
    await page.keyboard.press("Enter")
    await expect(page.locator("#day")).to_have_attribute("aria-invalid", "true")
    await page.keyboard.type("31.2")
    await page.keyboard.press("Enter")
    await expect(page.locator("#day-hint")).to_contain_text("Укажите день")
    await page.locator("#day").fill("завтра")
    await page.keyboard.press("Tab")
    await page.keyboard.type("9")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(ResultGiven))
    given = desk.stand.given(ResultGiven)[0]
    assert given.result == "again"
    assert given.due.endswith(" 09:00")


async def test_a_day_is_understood_as_people_type_it(desk: Desk) -> None:
    page = await desk.shown_to_sales(at_sales(Stage.READY, desk.stand.now()))
    days = await page.evaluate(
        """async () => {
          const {typedDay, typedHour} = await import("/static/parts/typed.js");
          const {default: ru} = await import("/static/words/ru/sales.js");
          const now = Date.UTC(2026, 10, 25, 21, 30) / 1000; // 26.11, 00:30 in Moscow
          const day = (text) => typedDay(text, now, "Europe/Moscow", ru.sales.typed);
          return [
            ["сегодня", "Завтра", "чт", "пятница", "26", "25"].map(day),
            ["1.12", "25.11", "3.2.2027"].map(day),
            ["", "32", "31.2", "0", "почта", "1.13"].map(day),
            ["9", "930", "09:30", "9.30", "23-59"].map(typedHour),
            ["", "24", "9:60", "99", "полдень"].map(typedHour),
          ];
        }"""
    )
    assert days[0] == [
        "2026-11-26",
        "2026-11-27",
        "2026-12-03",
        "2026-11-27",
        "2026-11-26",
        "2026-12-25",
    ]
    assert days[1] == [
        "2026-12-01",
        "2027-11-25",
        "2027-02-03",
    ]
    assert days[3] == ["09:00", "09:30", "09:30", "09:30", "23:59"]
    assert days[2] == [""] * 6
    assert days[4] == [""] * 5


async def test_what_was_typed_in_the_talk_is_still_there_when_it_ends(desk: Desk) -> None:
    now = desk.stand.now
    page = await desk.shown_to_sales(selling(now()))
    await desk.press("Digit3")
    await desk.press("Slash")
    await page.keyboard.type("Счёт до пятницы")
    desk.stand.show(result_owed(now()), "olga")
    await expect(page.locator(".bar .st-wrap")).to_be_visible()
    await expect(page.locator("#note")).to_have_value("Счёт до пятницы")
    await desk.press("Enter")
    await until(lambda: desk.stand.given(ResultGiven))
    assert desk.stand.given(ResultGiven)[0].note == "Счёт до пятницы"


async def test_a_result_said_of_one_client_is_not_said_of_the_next(desk: Desk) -> None:
    now = desk.stand.now
    page = await desk.shown_to_sales(result_owed(now()))
    await desk.press("Digit3")
    desk.stand.show(result_owed(now(), id="other", company="Другая"), "olga")
    await expect(page.locator("h1")).to_have_text("Другая")
    await expect(page.locator("#write")).to_have_attribute("aria-disabled", "true")


async def test_enter_twice_writes_once(desk: Desk) -> None:
    await desk.shown_to_sales(result_owed(desk.stand.now()))
    await desk.press("Digit3")
    await desk.press("Enter")
    await desk.press("Enter")
    await desk.press("F9")
    await until(lambda: desk.stand.given(PausePressed))
    assert len(desk.stand.given(ResultGiven)) == 1


async def test_a_ring_is_told_before_the_answer_and_passed_by_escape(desk: Desk) -> None:
    page = await desk.shown_to_sales(offered(desk.stand.now()))
    await expect(page.locator(".card .say")).to_contain_text("60 мест")
    await expect(page.locator(".lift")).to_contain_text("301")
    await desk.press("Escape")
    await until(lambda: desk.stand.given(RingPassed))


async def test_a_card_of_which_nothing_is_known_says_so(desk: Desk) -> None:
    now = desk.stand.now()
    screen = selling(now, known=(), note="", offers=(), client="", company="", why="")
    page = await desk.shown_to_sales(screen)
    await expect(page.locator("h1")).to_have_text("+7 916 000-00-47")
    await expect(page.locator(".card .say")).to_contain_text("Известен только номер")


async def test_the_whole_history_is_on_the_card_with_every_answer(desk: Desk) -> None:
    page = await desk.shown_to_sales(reading(desk.stand.now()))
    past = page.locator(".past")
    for words in (
        "Автоответчик",
        "Занято",
        "У нас не сняли трубку",
        "Администратор, +7 843 000-00-20",
        "Сколько рабочих мест: 60 мест",
        "Кому подключение: Организации",
        "Встреча на Лесной",
    ):
        await expect(past).to_contain_text(words)


async def test_a_callback_is_moved_by_keys_alone(desk: Desk) -> None:
    page = await desk.shown_to_sales(reading(desk.stand.now()))
    await desk.press("KeyD")
    await expect(page.locator("#day")).to_be_focused()
    await page.keyboard.type("28.12.2026")
    await page.keyboard.press("Tab")
    await page.keyboard.type("10:15")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(DueChanged))
    moved = desk.stand.given(DueChanged)[0]
    assert (moved.promise, moved.due) == ("volna", "2026-12-28 10:15")


async def test_only_a_supervisor_closes_or_gives_away_and_says_why(desk: Desk) -> None:
    now = desk.stand.now()
    page = await desk.shown_to_sales(reading(now))
    await desk.press("KeyX")
    await expect(page.locator("#over")).to_have_count(0)
    sales = reading(now).sales
    assert sales is not None
    desk.stand.show(at_sales(Stage.READY, now, replace(sales, supervisor=True)), "olga")
    await expect(page.get_by_role("button", name="закрыть с причиной")).to_be_visible()
    await desk.press("KeyX")
    await page.keyboard.press("Enter")
    await expect(page.locator("#reason")).to_have_attribute("aria-invalid", "true")
    await page.keyboard.type("Фирма закрылась")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(PromiseClosed))
    assert desk.stand.given(PromiseClosed)[0].reason == "Фирма закрылась"
    await desk.press("KeyO")
    await page.keyboard.press("Digit4")
    await page.keyboard.press("Tab")
    await page.locator("#reason").fill("Игорь ближе")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(OwnerChanged))
    given = desk.stand.given(OwnerChanged)[0]
    assert (given.promise, given.owner, given.reason) == ("volna", "igor", "Игорь ближе")


async def test_a_meeting_is_moved_and_cancelled(desk: Desk) -> None:
    now = desk.stand.now()
    meeting = MeetingCard("meet-1", now + 86400, 60, "Лесная", "Павел", "Ольга", 0, "set")
    live = promise(now, PromiseStage.LATER, meeting=meeting, due_at=now + 9000)
    page = await desk.shown_to_sales(at_sales(Stage.READY, now, card(now, live)))
    await desk.press("KeyM")
    await expect(page.locator("#place")).to_have_value("Лесная")
    await page.keyboard.type("29.12.2026")
    await page.keyboard.press("Tab")
    await page.keyboard.type("16")
    await page.locator("#with_whom").fill("")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(MeetingMoved))
    moved = desk.stand.given(MeetingMoved)[0]
    assert (moved.meeting, moved.starts, moved.place) == ("meet-1", "2026-12-29 16:00", "Лесная")
    assert moved.with_whom == "", "cleared, and not left out"
    await desk.press("KeyM")
    await page.get_by_role("button", name="отменить встречу").click()
    await page.keyboard.type("Заболел")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(MeetingCancelled))
    assert desk.stand.given(MeetingCancelled)[0].reason == "Заболел"


async def test_one_of_several_meetings_is_moved(desk: Desk) -> None:
    now = desk.stand.now()
    near = meeting_near(now)
    later = replace(near, meeting=replace(near.meeting, id="meet-2", place="Заводская, 3"))
    page = await desk.shown_to_sales(at_sales(Stage.READY, now, card(now, reminders=(near, later))))
    await desk.press("KeyM")
    await page.keyboard.press("Escape")
    await desk.press("KeyM")
    await page.locator("#day").blur()
    await page.keyboard.press("Digit2")
    await expect(page.locator("#place")).to_have_value("Заводская, 3")
    await page.locator("#day").fill("29.12.2026")
    await page.locator("#hour").fill("12")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(MeetingMoved))
    assert desk.stand.given(MeetingMoved)[0].meeting == "meet-2"


async def test_a_client_who_was_only_read_of_has_no_result(desk: Desk) -> None:
    now = desk.stand.now()
    page = await desk.shown_to_sales(reading(now))
    await expect(page.locator("#write")).to_have_count(0)
    desk.stand.show(reading(now, talked=24.0), "olga")
    await expect(page.locator("#write")).to_be_visible()


async def test_a_colleague_who_asks_first_is_named(desk: Desk) -> None:
    now = desk.stand.now()
    transfer = TransferCard("consulting", "Ольга", now - 5, None, warm=True, agent="Анна")
    sales = card(now, promise(now, PromiseStage.PASSING))
    screen = at_sales(Stage.TALKING, now, sales, caller=ACCOUNT, transfer=transfer)
    page = await desk.shown_to_sales(screen)
    await expect(page.locator(".names")).to_contain_text("На\u00a0линии Анна, клиент ждёт")


async def test_enter_takes_calls_and_f9_asks_for_a_break(desk: Desk) -> None:
    now = desk.stand.now()
    page = await desk.shown_to_sales(at_sales(Stage.SIGNED_OUT, now, card(now, **EMPTY)))
    given = len(desk.stand.given(ReadyPressed))
    await desk.press("Enter")
    await until(lambda: len(desk.stand.given(ReadyPressed)) == given + 1)
    desk.stand.show(at_sales(Stage.READY, now), "olga")
    await expect(page.locator("h1")).to_have_text("Ждём клиента")
    await desk.press("F9")
    await until(lambda: desk.stand.given(PausePressed))


async def test_in_a_field_characters_only_type(desk: Desk) -> None:
    page = await desk.shown_to_sales(result_owed(desk.stand.now()))
    await desk.press("Digit3")
    await desk.press("Slash")
    await page.keyboard.type("ctc 3412")
    await expect(page.locator("#note")).to_have_value("ctc 3412")
    await expect(page.locator(".answer[aria-pressed=true] kbd")).to_have_text("3")
    assert not desk.stand.given(CallNowPressed)


async def test_a_refusal_is_told_in_words(desk: Desk) -> None:
    def refuse(event: Event) -> None:
        assert isinstance(event, CallNowPressed)
        desk.stand.server.refuse("olga", event.request, "not_possible_now", "")

    desk.stand.answers[CallNowPressed] = refuse
    page = await desk.shown_to_sales(at_sales(Stage.READY, desk.stand.now()))
    await desk.press("KeyC")
    told = page.get_by_role("alert").filter(has_text="Сейчас это сделать нельзя")
    await expect(told).to_be_visible()


async def test_each_refusal_of_the_core_has_words(desk: Desk) -> None:
    page = await desk.shown_to_sales(at_sales(Stage.READY, desk.stand.now()))
    for language in ("ru", "en"):
        known = await page.evaluate(
            "async (path) => (await import(path)).default.sales.problems",
            f"/static/words/{language}/sales.js",
        )
        desk_s = await page.evaluate(
            "async (path) => (await import(path)).default.problems",
            f"/static/words/{language}/desk.js",
        )
        assert {one.value for one in SalesRefusal} <= known.keys() | desk_s.keys()


HOSTILE = [
    *(json.loads(line)["stored"] for line in NAMES.read_text("utf-8").splitlines() if line),
    "<script>alert(1)</script>",
    "\u202egro.live\u202c javascript:alert(1)",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_only_text(desk: Desk, name: str) -> None:
    now = desk.stand.now()
    everything = both(name, name)
    sales = reading(now).sales
    assert sales is not None
    assert sales.live is not None
    live = replace(
        sales.live,
        client=name,
        company=name,
        number=name,
        numbers=(name, "2"),
        known=(Fact("x", everything, everything),),
        offers=(replace(DEDICATED, title=everything),),
        note=name,
        agent=name,
        owner=name,
        result=name,
        result_note=name,
        next_step=name,
        joined=tuple(replace(one, client=name, note=name, agent=name) for one in sales.live.joined),
        earlier=tuple(
            replace(one, note=name, next_step=name, salesperson=name, known=())
            for one in sales.live.earlier
        ),
        attempts=tuple(replace(one, person=name, result=name) for one in sales.live.attempts),
        meeting=MeetingCard("m", now, 60, name, name, name, 1, "set"),
    )
    rows = (row("x", name, name, now + 60, owner=name), *mine(now))
    page = await desk.shown_to_sales(at_sales(Stage.READY, now))
    told = replace(card(now, live), team=rows, people=((name[:100], name),), supervisor=True)
    desk.stand.show(at_sales(Stage.READY, now, told, name=name), "olga")
    await expect(page.locator(".past")).to_be_visible()
    planted = await page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => ['SCRIPT', 'IMG', 'IFRAME', 'OBJECT']"
        ".includes(e.tagName) && !e.src?.endsWith('/static/sales.js') || [...e.attributes]"
        ".some(a => a.name.startsWith('on'))).length"
    )
    assert planted == 0
    text = " ".join((await page.locator("body").inner_text()).split()).replace("\u00a0", " ")
    assert text.count(" ".join(name.split())) > 3


@pytest.mark.parametrize("minutes", [14, -14])
async def test_a_wrong_clock_of_the_browser_changes_no_time(desk: Desk, minutes: int) -> None:
    await desk.context.add_init_script(
        f"const real = Date; let shift = {minutes} * 60000;"
        "window.Date = class extends real {"
        " constructor(...a) { a.length ? super(...a) : super(real.now() + shift); }"
        " static now() { return real.now() + shift; } };"
    )
    now = desk.stand.now
    page = await desk.shown_to_sales(at_sales(Stage.READY, now()))
    desk.stand.show(offered(now()), "olga")
    await expect(page.locator("h1")).to_have_text("ООО «Вектор»")
    assert await page.locator(".clock time").inner_text() in ("00:04", "00:05", "00:06")
    await expect(page.locator(".due tr").nth(1)).to_contain_text("просрочено 27\u00a0мин")
    await expect(page.locator(".due tr").nth(3)).to_contain_text("через 23\u00a0мин")


async def test_a_lost_connection_keeps_the_page_and_sends_the_result_on_return(
    desk: Desk,
) -> None:
    stand = desk.stand
    page = await desk.shown_to_sales(result_owed(stand.now()))
    await desk.press("Digit3")
    await stand.server.stop()
    await expect(page.locator(".alarm")).to_contain_text("Связь потеряна")
    await expect(page.locator("h1")).to_have_text("ООО «Вектор»")
    await page.keyboard.press("Slash")
    await page.keyboard.type("Счёт")
    await page.keyboard.press("Enter")
    await expect(page.locator(".stale").filter(has_text="ждёт отправки")).to_be_visible()
    await desk.picture("sales-lost-ru-1440-light")
    await stand.restart()
    await until(lambda: stand.given(ResultGiven))
    await expect(page.locator(".alarm")).to_have_count(0)
    assert [(one.result, one.note) for one in stand.given(ResultGiven)] == [("won", "Счёт")]


async def test_single_keys_can_be_turned_off(desk: Desk) -> None:
    page = await desk.shown_to_sales(at_sales(Stage.READY, desk.stand.now()))
    await desk.press("Shift+Slash")
    await page.get_by_role("checkbox").uncheck()
    await page.keyboard.press("Escape")
    await desk.press("KeyC")
    await desk.press("Alt+KeyC")
    await until(lambda: desk.stand.given(CallNowPressed))
    assert len(desk.stand.given(CallNowPressed)) == 1
