"""The agent's page in a real browser: keys alone, any layout, any clock, any name, any break."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from web.browser import Desk
from web.desk_stand import until
from web.screens import (
    ACCOUNT,
    CALL,
    HOME_100,
    LARGE,
    MISSED,
    ORGANISATION,
    PASSED,
    SEATS,
    SERVICES,
    SHARED,
    STAYS,
    STRANGER,
    asking,
    both,
    idle,
    on_call,
    outcome,
    ringing,
    wrap_up,
)

from ivr.domain.choices import Notice
from ivr.domain.events import (
    AnswerPressed,
    BackPressed,
    CallBackPressed,
    CompanyPicked,
    DispositionGiven,
    Event,
    HangUpPressed,
    NotEnquiryPressed,
    NoteWritten,
    OutcomeConfirmed,
    OutcomeOverridden,
    PausePressed,
    ReadyPressed,
    RingPassed,
    SkipPressed,
    TreeOpened,
    WrapUpProlonged,
)
from ivr.domain.screen import Screen, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = Path(__file__).parents[1] / "cases" / "caller_names.jsonl"


async def shown(desk: Desk, screen: Screen) -> Page:
    """Signed in, with this screen drawn and taking keys."""
    return await desk.shown(screen)


async def cyrillic(desk: Desk, code: str, key: str) -> None:
    """A real key of a keyboard with a Russian layout."""
    await desk.takes_keys()
    session = await desk.context.new_cdp_session(desk.page)
    for kind in ("rawKeyDown", "keyUp"):
        await session.send("Input.dispatchKeyEvent", {"type": kind, "code": code, "key": key})
    await session.detach()


def handled(desk: Desk, kind: type[Event]) -> int:
    return len(desk.stand.given(kind))


async def test_a_whole_call_goes_by_keys_alone(desk: Desk) -> None:
    stand = desk.stand
    stand.screens["anna"] = idle(Stage.SIGNED_OUT, stand.now())
    stand.answers[ReadyPressed] = lambda _: stand.show(idle(Stage.READY, stand.now()))
    await desk.sign_in()
    await expect(desk.page.locator("h1")).to_have_text("Ждём звонка")
    stand.show(ringing(stand.now()))
    await expect(desk.page.locator("h1")).to_have_text("Марина")
    stand.answers[AnswerPressed] = lambda _: stand.show(outcome(stand.now()))
    stand.answers[OutcomeConfirmed] = lambda _: stand.show(
        on_call(Stage.TALKING, stand.now(), outcome=outcome(stand.now()).outcome)
    )
    stand.show(asking(stand.now()))
    await expect(desk.page.locator("h1")).to_contain_text("организации или")
    await desk.press("Digit1")
    await expect(desk.page.locator("h1")).to_contain_text("Домашний интернет")
    await desk.press("Digit2")
    await expect(desk.page.locator(".main-key")).to_contain_text("Домашний 100")
    await desk.press("Enter")
    await expect(desk.page.locator(".st-talk")).to_be_visible()
    stand.show(wrap_up(stand.now()))
    await expect(desk.page.locator("h1")).to_have_text("Чем закончился разговор?")
    await desk.press("NumpadAdd")
    await desk.press("Digit5")
    await until(lambda: stand.given(DispositionGiven))
    await desk.press("Enter")
    await until(lambda: len(stand.given(ReadyPressed)) == 2)
    answer, confirmed = stand.given(AnswerPressed)[0], stand.given(OutcomeConfirmed)[0]
    assert (answer.call, answer.question, answer.given) == (CALL, "who", "person")
    assert confirmed.offer == HOME_100.id
    assert stand.given(DispositionGiven)[0].disposition == "refused"
    assert handled(desk, WrapUpProlonged) == 1


async def test_a_russian_layout_does_not_matter(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now(), SEATS))
    await cyrillic(desk, "KeyX", "ч")
    await expect(page.locator("#over-title")).to_have_text("Звонок не про товары и услуги")
    await page.keyboard.press("Escape")
    await cyrillic(desk, "KeyN", "т")
    await expect(page.locator("#over-title")).to_have_text("Ни один ответ не подходит")
    await page.keyboard.press("Escape")
    await cyrillic(desk, "KeyK", "л")
    await expect(page.locator("#over-title")).to_have_text("Какая компания звонит")
    await page.keyboard.press("Escape")
    await cyrillic(desk, "Slash", ".")
    await expect(page.locator("#note")).to_be_focused()
    await page.keyboard.press("Escape")
    desk.stand.show(outcome(desk.stand.now()))
    await expect(page.locator("h1")).to_contain_text("Домашний интернет")
    await cyrillic(desk, "KeyO", "щ")
    await expect(page.locator("#over-title")).to_have_text("Решить иначе")


async def test_a_double_press_answers_one_question(desk: Desk) -> None:
    stand = desk.stand
    stand.answers[AnswerPressed] = lambda _: stand.show(asking(stand.now(), SEATS))
    page = await shown(desk, asking(stand.now()))
    await page.keyboard.press("Digit2")
    await page.keyboard.press("Digit2")
    await expect(page.locator("h1")).to_contain_text("рабочих мест")
    await desk.press("Digit2")
    await until(lambda: len(stand.given(AnswerPressed)) >= 2)
    assert [(e.question, e.given) for e in stand.given(AnswerPressed)] == [
        ("who", "organisation"),
        ("seats", "to_49"),
    ]


async def test_a_double_click_answers_one_question(desk: Desk) -> None:
    stand = desk.stand
    stand.answers[AnswerPressed] = lambda _: stand.show(asking(stand.now(), SEATS))
    page = await shown(desk, asking(stand.now()))
    await page.locator(".answer").nth(1).dblclick()
    await expect(page.locator("h1")).to_contain_text("рабочих мест")
    await desk.press("Backspace")
    await until(lambda: stand.given(BackPressed))
    assert handled(desk, AnswerPressed) == 1


async def test_enter_twice_confirms_once(desk: Desk) -> None:
    page = await shown(desk, outcome(desk.stand.now(), PASSED))
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await desk.press("KeyO")
    await until(lambda: desk.stand.given(OutcomeConfirmed))
    assert handled(desk, OutcomeConfirmed) == 1


async def test_a_key_that_is_held_down_counts_once(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now()))
    await page.keyboard.down("Digit1")
    for _ in range(20):
        await page.keyboard.down("Digit1")
    await page.keyboard.up("Digit1")
    await until(lambda: desk.stand.given(AnswerPressed))
    await desk.press("Slash")
    await expect(page.locator("#note")).to_be_focused()
    assert handled(desk, AnswerPressed) == 1


async def test_shift_with_a_digit_and_a_number_pad_that_moves_do_nothing(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now()))
    await page.keyboard.press("Shift+Digit1")
    await cyrillic(desk, "Numpad1", "End")
    await page.keyboard.press("Digit2")
    await until(lambda: desk.stand.given(AnswerPressed))
    assert [e.given for e in desk.stand.given(AnswerPressed)] == ["organisation"]


async def test_in_a_field_characters_only_type(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now(), SEATS))
    await page.keyboard.press("Slash")
    await page.keyboard.type("12 nkxo? /0")
    await expect(page.locator("#note")).to_have_value("12 nkxo? /0")
    await page.keyboard.press("Control+Enter")
    await until(lambda: desk.stand.given(NoteWritten))
    assert desk.stand.given(NoteWritten)[-1].text == "12 nkxo? /0"
    assert handled(desk, AnswerPressed) == 0
    await expect(page.locator("#note")).to_have_count(0)


async def test_an_exact_number_is_typed_after_0(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now(), SEATS))
    await page.keyboard.press("Digit0")
    await page.keyboard.type("60")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(AnswerPressed))
    assert [e.given for e in desk.stand.given(AnswerPressed)] == ["60"]


async def test_several_answers_are_marked_by_digits_and_sent_by_enter(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now(), SERVICES))
    for key in ("Digit3", "Digit1", "Digit2", "Digit2"):
        await page.keyboard.press(key)
    await expect(page.locator('.answer[aria-pressed="true"]')).to_have_count(2)
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(AnswerPressed))
    assert [e.given for e in desk.stand.given(AnswerPressed)] == ["phone,cctv"]


async def test_a_skip_keeps_the_client_s_words(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now(), SEATS))
    await page.keyboard.press("KeyN")
    await page.keyboard.type("сами не знают")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(SkipPressed))
    (event,) = desk.stand.given(SkipPressed)
    assert (event.question, event.words) == ("seats", "сами не знают")


TOPS = """() => {
  const parts = [...document.querySelector("h1").childNodes];
  const text = parts.find((one) => one.data.includes("Мбит"));
  const range = document.createRange();
  const at = text.data.indexOf("Мбит");
  range.setStart(text, at);
  range.setEnd(text, text.data.indexOf("с", at) + 1);
  return new Set([...range.getClientRects()].map(({top}) => Math.round(top))).size;
}"""


async def test_what_is_offered_is_not_broken_inside_a_unit(desk: Desk) -> None:
    words = ("Дом 100 Мбит/с", "Дом 500 Мбит/с")
    titles = [both(one, one) for one in words]
    offers = tuple(replace(HOME_100, id=one["ru"], title=one) for one in titles)
    card = replace(STAYS, offers=offers)
    page = await shown(desk, on_call(Stage.TALKING, desk.stand.now(), outcome=card))
    assert await page.evaluate(TOPS) == 1


async def test_who_ended_a_call_is_not_guessed_in_wrap_up(desk: Desk) -> None:
    page = await shown(desk, wrap_up(desk.stand.now(), caller_gone=True))
    await expect(page.locator(".caller")).to_be_visible()
    await expect(page.locator(".caller")).not_to_contain_text("положил трубку")


async def test_another_kind_of_call_is_one_digit_after_x(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now()))
    await page.keyboard.press("KeyX")
    await expect(page.locator("#over-title")).to_have_text("Звонок не про товары и услуги")
    await page.keyboard.press("Digit3")
    await until(lambda: desk.stand.given(NotEnquiryPressed))
    assert desk.stand.given(NotEnquiryPressed)[0].kind == "supplier"
    await expect(page.locator("#over-title")).to_have_count(0)


async def test_a_company_is_picked_by_digit_or_typed(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now(), caller=SHARED))
    await page.keyboard.press("KeyK")
    await page.keyboard.press("Digit2")
    await until(lambda: desk.stand.given(CompanyPicked))
    await page.keyboard.press("KeyK")
    await page.keyboard.press("Digit0")
    await page.keyboard.type("ООО Новая")
    await page.keyboard.press("Enter")
    await until(lambda: len(desk.stand.given(CompanyPicked)) == 2)
    picked = [(e.account, e.name) for e in desk.stand.given(CompanyPicked)]
    assert picked == [("litera", ""), ("", "ООО Новая")]


async def test_deciding_otherwise_needs_a_reason(desk: Desk) -> None:
    page = await shown(desk, outcome(desk.stand.now()))
    await page.keyboard.press("KeyO")
    await page.keyboard.press("Digit2")
    await page.keyboard.press("Enter")
    await expect(page.locator("#reason-hint")).to_contain_text("Напишите причину")
    assert handled(desk, OutcomeOverridden) == 0
    await page.keyboard.type("Дом на 40 квартир")
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(OutcomeOverridden))
    (event,) = desk.stand.given(OutcomeOverridden)
    assert (event.owner, event.how, event.reason) == ("sales", "callback", "Дом на 40 квартир")


async def test_a_client_of_sales_is_passed_by_enter_and_1_opens_the_tree(desk: Desk) -> None:
    page = await shown(desk, outcome(desk.stand.now(), LARGE, caller=ACCOUNT, known=()))
    await page.keyboard.press("Digit1")
    await until(lambda: desk.stand.given(TreeOpened))
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(OutcomeConfirmed))


async def test_a_missed_call_is_returned_by_one_key(desk: Desk) -> None:
    now = desk.stand.now()
    task = replace(MISSED, missed_at=now, last_at=now)
    page = await shown(desk, idle(Stage.READY, now, task=task))
    await page.keyboard.press("Enter")
    await until(lambda: desk.stand.given(CallBackPressed))
    assert desk.stand.given(CallBackPressed)[0].task == "missed-1"
    desk.stand.show(idle(Stage.READY, now, task=replace(task, state="phone")))
    await expect(page.locator("main")).to_contain_text("Снимите трубку, телефон 204")


async def test_a_known_client_is_told_with_who_talked_last(desk: Desk) -> None:
    page = await shown(desk, ringing(desk.stand.now(), caller=ACCOUNT))
    await expect(page.locator("#main")).to_contain_text("2025 г., Борис")
    desk.stand.show(asking(desk.stand.now(), caller=ACCOUNT))
    await expect(page.locator("#main")).to_contain_text("2025 г., Борис: предлагали")


async def test_a_ring_is_passed_by_escape_and_a_talk_is_ended_by_end(desk: Desk) -> None:
    page = await shown(desk, ringing(desk.stand.now()))
    await page.keyboard.press("Escape")
    await until(lambda: desk.stand.given(RingPassed))
    desk.stand.show(on_call(Stage.TALKING, desk.stand.now()))
    await expect(page.locator("h1")).to_have_text("Звонок не про товары и услуги")
    await desk.press("Enter")
    await page.keyboard.press("End")
    await until(lambda: desk.stand.given(HangUpPressed))


async def test_f9_asks_for_a_break_also_from_within_a_field(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now()))
    await page.keyboard.press("Slash")
    await page.keyboard.press("F9")
    await until(lambda: desk.stand.given(PausePressed))
    desk.stand.show(idle(Stage.PAUSED, desk.stand.now(), pause_reason="break"))
    await expect(page.locator("h1")).to_have_text("Перерыв")
    await page.evaluate("document.activeElement.blur()")
    await desk.press("Digit2")
    await until(lambda: len(desk.stand.given(PausePressed)) == 2)
    assert [e.reason for e in desk.stand.given(PausePressed)] == ["break", "lunch"]


async def test_single_keys_can_be_turned_off(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now()))
    await page.keyboard.press("Shift+Slash")
    await page.get_by_label("Клавиши работают без Alt").uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Digit1")
    await page.keyboard.press("Alt+Digit2")
    await until(lambda: desk.stand.given(AnswerPressed))
    assert [e.given for e in desk.stand.given(AnswerPressed)] == ["organisation"]


async def test_the_language_is_changed_in_mid_call_and_kept(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now()))
    await page.keyboard.press("Shift+Slash")
    await page.get_by_role("button", name="English").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("h1")).to_contain_text("Is the connection for an organisation")
    await page.reload()
    await expect(page.locator("h1")).to_contain_text("Is the connection for an organisation")
    assert await page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("stale_question", "На этот вопрос уже ответили"),
        ("number_cannot_be_called", "На этот номер перезвонить нельзя"),
        ("a_code_from_the_future", "Сервер не принял команду"),
    ],
)
async def test_a_refusal_is_told_in_words(desk: Desk, code: str, words: str) -> None:
    def refuse(event: Event) -> None:
        assert isinstance(event, AnswerPressed)
        desk.stand.server.refuse("anna", event.request, code, "")

    desk.stand.answers[AnswerPressed] = refuse
    page = await shown(desk, asking(desk.stand.now()))
    await page.keyboard.press("Digit1")
    await expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()


HOSTILE = [
    *(json.loads(line)["stored"] for line in NAMES.read_text("utf-8").splitlines() if line),
    "<script>alert(1)</script>",
    "${alert(1)}{{7*7}}</textarea><b>",
    "\u202egro.live\u202c javascript:alert(1)",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_only_text(desk: Desk, name: str) -> None:
    caller = replace(
        STRANGER, name=name, company=name, number=name, call=name[:200], candidates=((name, name),)
    )
    everything = both(name, name)
    question = replace(SEATS, ask=everything, hint=everything, unit=everything, tree=everything)
    screens = [
        ringing(desk.stand.now(), caller=caller, greeting=everything),
        asking(desk.stand.now(), question, caller=caller, note=name, name=name),
        outcome(
            desk.stand.now(), replace(PASSED, say=everything, why=everything, salesperson=name)
        ),
        wrap_up(desk.stand.now(), caller=caller, note=name),
        idle(Stage.PAUSED, desk.stand.now(), pause_reason=name, notice=name, phone=name),
    ]
    await shown(desk, idle(Stage.READY, desk.stand.now()))
    for screen in screens:
        desk.stand.show(screen)
        await expect(desk.page.locator("body:has([data-listens])")).to_be_attached()
        await desk.takes_keys()
        planted = await desk.page.evaluate(
            "[...document.querySelectorAll('*')].filter(e => ['SCRIPT', 'IMG', 'IFRAME', 'OBJECT']"
            ".includes(e.tagName) && !e.src?.endsWith('/static/desk.js') || [...e.attributes]"
            ".some(a => a.name.startsWith('on'))).length"
        )
        assert planted == 0
        flat = " ".join(name.split())
        text = " ".join((await desk.page.locator("body").inner_text()).split())
        if screen.caller is caller:
            assert flat in text.replace("\u00a0", " ")


@pytest.mark.parametrize("minutes", [14, -14])
async def test_a_wrong_clock_of_the_browser_changes_no_duration(desk: Desk, minutes: int) -> None:
    await desk.context.add_init_script(
        f"const real = Date; let shift = {minutes} * 60000;"
        "window.stepClock = (by) => {{ shift += by; }};".replace("{{", "{").replace("}}", "}")
        + "window.Date = class extends real {"
        " constructor(...a) { a.length ? super(...a) : super(real.now() + shift); }"
        " static now() { return real.now() + shift; } };"
    )
    now = desk.stand.now
    await desk.sign_in()
    page = await shown(desk, ringing(now(), since=now() - 5))
    clock = page.locator(".clock time")
    assert await clock.inner_text() in ("00:05", "00:06", "00:07")
    desk.stand.show(asking(now(), talk_since=now() - 60))
    await expect(page.locator("h1")).to_contain_text("организации")
    await page.evaluate("stepClock(3600000)")
    assert await clock.inner_text() in ("01:00", "01:01", "01:02")
    screen = wrap_up(now())
    assert screen.wrap_up is not None
    desk.stand.show(replace(screen, wrap_up=replace(screen.wrap_up, ends_at=now() + 30)))
    await expect(page.locator("h1")).to_have_text("Чем закончился разговор?")
    assert await clock.inner_text() in ("00:30", "00:29", "00:28")


async def test_a_lost_connection_keeps_the_page_and_sends_the_answer_on_return(desk: Desk) -> None:
    stand = desk.stand
    stand.answers[AnswerPressed] = lambda _: stand.show(
        asking(stand.now(), SEATS, known=(ORGANISATION,))
    )
    page = await shown(desk, asking(stand.now(), caller=ACCOUNT))
    await stand.server.stop()
    await expect(page.locator(".alarm")).to_contain_text("Связь потеряна")
    await expect(page.locator("h1")).to_contain_text("организации")
    await page.keyboard.press("Digit2")
    await expect(page.locator(".answer.unsent")).to_contain_text("ждёт отправки")
    await page.keyboard.press("Slash")
    await page.keyboard.type("Склад на Речной")
    await page.keyboard.press("Escape")
    await expect(page.locator("#note")).to_have_value("Склад на Речной")
    await desk.picture("lost-ru-1440-light")
    await page.emulate_media(color_scheme="dark")
    await desk.picture("lost-ru-1440-dark")
    await stand.restart()
    await expect(page.locator("h1")).to_contain_text("рабочих мест")
    await expect(page.locator(".alarm")).to_have_count(0)
    await until(lambda: stand.given(NoteWritten))
    assert [(e.question, e.given) for e in stand.given(AnswerPressed)] == [("who", "organisation")]
    assert stand.given(NoteWritten)[-1].text == "Склад на Речной"


async def test_an_answer_that_is_not_sent_yet_can_still_be_changed(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now()))
    await desk.stand.server.stop()
    await expect(page.locator(".alarm")).to_be_visible()
    await page.keyboard.press("Digit1")
    await expect(page.locator(".answer.unsent kbd")).to_have_text("1")
    await page.keyboard.press("Digit2")
    await expect(page.locator(".answer.unsent kbd")).to_have_text("2")
    await desk.stand.restart()
    await until(lambda: desk.stand.given(AnswerPressed))
    assert [e.given for e in desk.stand.given(AnswerPressed)] == ["organisation"]


async def test_a_short_break_is_not_worth_an_alarm(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now()))
    # The page's own clock stands: however long the restart takes here, to the page it is short.
    await page.evaluate("const then = performance.now(); performance.now = () => then")
    await page.evaluate(
        "window.alarms = 0; new MutationObserver(() => {"
        " if (document.querySelector('.alarm')) window.alarms += 1; })"
        ".observe(document.body, {childList: true, subtree: true})"
    )
    await desk.stand.restart()
    await until(lambda: desk.stand.server.pages == 1)
    await desk.press("Digit1")
    await until(lambda: desk.stand.given(AnswerPressed))
    assert await page.evaluate("window.alarms") == 0


async def test_two_tabs_show_the_same_and_either_may_answer(desk: Desk) -> None:
    stand = desk.stand
    stand.answers[AnswerPressed] = lambda _: stand.show(asking(stand.now(), SEATS))
    first = await shown(desk, asking(stand.now()))
    second = await desk.tab()
    await expect(second.locator("h1")).to_contain_text("организации")
    await second.wait_for_function("() => document.querySelector('main[data-listens]')")
    await second.keyboard.press("Digit2")
    for page in (first, second):
        await expect(page.locator("h1")).to_contain_text("рабочих мест")
    await second.close()
    await first.bring_to_front()
    await desk.press("Digit1")
    await until(lambda: len(stand.given(AnswerPressed)) == 2)


async def test_a_reload_in_mid_call_comes_back_to_the_same_place(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now(), SEATS, note="просит смету"))
    await page.reload()
    await expect(page.locator("h1")).to_contain_text("рабочих мест")
    await expect(page.locator(".known")).to_contain_text("просит смету")


async def test_a_sign_out_elsewhere_asks_to_sign_in_again_and_the_call_is_still_there(
    desk: Desk,
) -> None:
    page = await shown(desk, asking(desk.stand.now()))
    await desk.stand.server.sign_out("anna")
    await expect(page.locator(".alarm")).to_contain_text("Нужно войти снова")
    await expect(page.locator("h1")).to_contain_text("организации")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Вход")
    await desk.sign_in()
    await expect(page.locator("h1")).to_contain_text("организации")


async def test_a_wrong_password_is_told_at_the_door_and_the_name_is_kept(desk: Desk) -> None:
    page = desk.page
    await page.goto(desk.stand.url)
    await page.locator("#user").fill("anna")
    await page.locator("#pass").fill("guess")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Имя или пароль не подходят")
    await expect(page.locator("#user")).to_have_value("anna")
    desk.complaints.clear()  # the browser itself logs the 403


async def test_leaving_goes_off_the_line_and_then_out_of_the_door(desk: Desk) -> None:
    page = await shown(desk, idle(Stage.SIGNED_OUT, desk.stand.now()))
    await page.get_by_role("button", name="выйти").click()
    await expect(page.locator("h1")).to_have_text("Вход")
    await page.goto(desk.stand.url)
    await expect(page.locator("h1")).to_have_text("Вход")


async def test_a_note_that_another_tab_writes_appears_here(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now(), note=""))
    desk.stand.show(asking(desk.stand.now(), note="из другой вкладки"))
    await expect(page.locator(".known")).to_contain_text("из другой вкладки")


async def test_the_page_says_so_when_nothing_is_heard_of_the_service(desk: Desk) -> None:
    page = await shown(desk, asking(desk.stand.now()))
    await page.evaluate("0")
    async with asyncio.timeout(30):
        desk.stand.show(asking(desk.stand.now(), stale_since=desk.stand.now() - 3))
        await expect(page.locator(".alarm")).to_contain_text("Нет связи с АТС")


async def test_a_notice_is_told_also_in_the_middle_of_a_call(desk: Desk) -> None:
    notice = Notice.PROMISE_NOT_SAVED.value
    page = await shown(desk, on_call(Stage.TALKING, desk.stand.now(), notice=notice))
    await expect(page.get_by_role("alert").filter(has_text="База данных")).to_be_visible()
