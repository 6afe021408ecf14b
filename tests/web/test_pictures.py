"""Every stage drawn in a real browser, in both languages, without a complaint; kept as pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.async_api import expect
from web.accessible import faults
from web.browser import Desk
from web.crowded import below, crowded
from web.screens import (
    ACCOUNT,
    ADDRESS,
    LARGE,
    MISSED,
    ORGANISATION,
    PASSED,
    SEATS,
    SERVICES,
    SHARED,
    SIXTY,
    STAYS,
    STRANGER,
    WITHHELD,
    asking,
    both,
    idle,
    on_call,
    outcome,
    ringing,
    transferring,
    warm,
    wrap_up,
)

from ivr.domain.screen import AnswerKey, Screen, Stage, TransferCard

pytestmark = pytest.mark.asyncio(loop_scope="session")

Draw = Callable[[float], Screen]

PROMISED_TO = replace(ACCOUNT, promise="p", promise_by="Ольга", promise_agreed="client")
CALLBACK = replace(PASSED, how="callback", say={}, callback_due=None)

LONG = replace(
    ACCOUNT,
    company="Государственное учреждение «Многофункциональный центр предоставления услуг»",
    name="Константин Константинопольский",
)
WAYS = (
    both("Оптика до здания, скорость не держится", "Fibre to the building, the speed varies"),
    both("Мобильный интернет", "Mobile internet"),
    both("Электросетевая", "Powerline"),
    both("Спутник", "Satellite"),
    both("Радиоканал от соседнего здания", "A radio link from the next building"),
    both("Телефонная линия", "A telephone line"),
    both("Сеть бизнес-центра, договор не с нами", "The business centre's network"),
    both("Не подключены", "Not connected"),
    both("Другое", "Something else"),
)
NINE = replace(
    SEATS,
    kind="choice",
    unit={},
    ask=both(
        "Как ваша организация подключена к интернету сейчас и что в этом вас не устраивает?",
        "How is your organisation connected to the internet now, and what does not suit you?",
    ),
    answers=tuple(AnswerKey(n, f"way-{n}", words) for n, words in enumerate(WAYS, start=1)),
)
BACK = TransferCard("callback", "Ольга", 0.0, None, agent="Анна", kinds=("straight", "warm"))
STAGES: dict[str, tuple[Draw, str, str]] = {
    "signed-out": (
        lambda now: idle(Stage.SIGNED_OUT, now),
        "Вы не на линии",
        "You are off the line",
    ),
    "ready": (lambda now: idle(Stage.READY, now), "Ждём звонка", "Waiting for a call"),
    "task": (
        lambda now: idle(Stage.READY, now, task=replace(MISSED, missed_at=now, last_at=now)),
        "ООО «Вектор»",
        "ООО «Вектор»",
    ),
    "paused": (
        lambda now: idle(Stage.PAUSED, now, pause_reason="lunch"),
        "Перерыв",
        "Pause",
    ),
    "paused-missed": (
        lambda now: idle(
            Stage.PAUSED, now, pause_reason="missed_ring", notice="paused_after_missed_ring"
        ),
        "Перерыв",
        "Pause",
    ),
    "ringing": (lambda now: ringing(now, caller=ACCOUNT), "ООО «Вектор»", "ООО «Вектор»"),
    "ringing-withheld": (
        lambda now: ringing(now, caller=WITHHELD),
        "Номер скрыт",
        "Number withheld",
    ),
    "ringing-promised": (
        lambda now: ringing(now, caller=replace(PROMISED_TO, promise_due=now + 3600)),
        "ООО «Вектор»",
        "ООО «Вектор»",
    ),
    "asking": (
        lambda now: asking(
            now, SEATS, caller=ACCOUNT, known=(ORGANISATION,), note="Просит смету до пятницы"
        ),
        "Сколько рабочих мест хотите подключить?",
        "How many workplaces would you like to connect?",
    ),
    "asking-long": (
        lambda now: asking(now, NINE, caller=LONG, known=(ORGANISATION,)),
        "Как ваша организация подключена к интернету сейчас и что в этом вас не устраивает?",
        "How is your organisation connected to the internet now, and what does not suit you?",
    ),
    "asking-choice": (
        lambda now: asking(now, caller=SHARED),
        "Подключение нужно организации или частному лицу?",
        "Is the connection for an organisation or for a private person?",
    ),
    "asking-several": (
        lambda now: asking(now, SERVICES, known=(ORGANISATION,)),
        "Что ещё нужно подключить?",
        "What else should be connected?",
    ),
    "asking-text": (
        lambda now: asking(now, ADDRESS, known=(ORGANISATION, SIXTY)),
        "По какому адресу подключаем?",
        "At which address?",
    ),
    "caller-gone": (
        lambda now: asking(now, SEATS, known=(ORGANISATION,), caller_gone=True),
        "Сколько рабочих мест хотите подключить?",
        "How many workplaces would you like to connect?",
    ),
    "outcome-keep": (
        lambda now: outcome(now, STAYS),
        "Домашний интернет за 650 рублей в месяц, подключим за три дня.",
        "Internet at home for 650 roubles a month, connected in three days.",
    ),
    "outcome-transfer": (
        lambda now: outcome(now, PASSED, known=(ORGANISATION, SIXTY)),
        "Для такого объёма условия обсуждают лично. Соединяю вас со специалистом.",
        "Terms for this volume are agreed in person. I am putting you through to a specialist.",
    ),
    "outcome-sales-busy": (
        lambda now: outcome(
            now,
            replace(PASSED, transfer_refused="nobody_free"),
            known=(ORGANISATION, SIXTY),
        ),
        "Вам перезвонит специалист.",
        "A specialist will call you back.",
    ),
    "outcome-callback": (
        lambda now: outcome(
            now, replace(CALLBACK, callback_due=now + 3600), known=(ORGANISATION, SIXTY)
        ),
        "Вам перезвонит специалист.",
        "A specialist will call you back.",
    ),
    "outcome-key-account": (
        lambda now: outcome(now, LARGE, known=(), caller=ACCOUNT),
        "Соединяю вас со специалистом.",
        "I am putting you through to a specialist.",
    ),
    "talking-kept": (
        lambda now: on_call(Stage.TALKING, now, outcome=STAYS),
        "Домашний 500, Домашний 100",
        "Home 500, Home 100",
    ),
    "talking-no-enquiry": (
        lambda now: on_call(Stage.TALKING, now),
        "Звонок не про товары и услуги",
        "Not about goods or services",
    ),
    "talking-sales": (
        lambda now: on_call(
            Stage.TALKING,
            now,
            caller=ACCOUNT,
            outcome=PASSED,
            known=(ORGANISATION, SIXTY),
            note="Офисы на Лесной и на Заводской",
            transfer=transferring(now, "bridged").transfer,
        ),
        "Клиент на линии",
        "The client is on the line",
    ),
    "talking-promised": (
        lambda now: on_call(
            Stage.TALKING, now, outcome=CALLBACK, transfer=transferring(now, "callback").transfer
        ),
        "Вам перезвонит специалист.",
        "A specialist will call you back.",
    ),
    "transferring": (
        lambda now: transferring(now, caller=ACCOUNT, note="Офисы на Лесной и на Заводской"),
        "Для такого объёма условия обсуждают лично. Соединяю вас со специалистом.",
        "Terms for this volume are agreed in person. I am putting you through to a specialist.",
    ),
    "transfer-saving": (
        lambda now: transferring(now, "saving", unsaved=True),
        "Для такого объёма условия обсуждают лично. Соединяю вас со специалистом.",
        "Terms for this volume are agreed in person. I am putting you through to a specialist.",
    ),
    "warm-ringing": (
        lambda now: warm(now, note="Офисы на Лесной и на Заводской"),
        "ООО «Вектор», Павел: Организации, 60 мест.",
        "ООО «Вектор», Павел: An organisation, 60 workplaces.",
    ),
    "warm-consulting": (
        lambda now: warm(now, "consulting", note="Офисы на Лесной и на Заводской"),
        "ООО «Вектор», Павел: Организации, 60 мест.",
        "ООО «Вектор», Павел: An organisation, 60 workplaces.",
    ),
    "talking-again": (
        lambda now: on_call(
            Stage.TALKING,
            now,
            outcome=PASSED,
            transfer=replace(BACK, since=now - 40, until=now + 900),
        ),
        "Вам перезвонит специалист.",
        "A specialist will call you back.",
    ),
    "wrap-up-take-back": (
        lambda now: wrap_up(
            now,
            caller=ACCOUNT,
            transfer=replace(BACK, state="ringing", kinds=(), take_back=True),
        ),
        "Чем закончился разговор?",
        "How did the call end?",
    ),
    "wrap-up": (
        lambda now: wrap_up(
            now,
            caller=ACCOUNT,
            note="Смета до пятницы. Офисы на Лесной и на Заводской, решает Павел.",
            transfer=transferring(now, "bridged").transfer,
        ),
        "Чем закончился разговор?",
        "How did the call end?",
    ),
    "wrap-up-gone": (
        lambda now: wrap_up(
            now, outcome=None, question=SEATS, known=(ORGANISATION,), caller_gone=True
        ),
        "Чем закончился разговор?",
        "How did the call end?",
    ),
    "stale": (
        lambda now: asking(now, caller=ACCOUNT, stale_since=now - 30),
        "Подключение нужно организации или частному лицу?",
        "Is the connection for an organisation or for a private person?",
    ),
}

WITHOUT_SCROLL = ("transferring", "warm-ringing", "warm-consulting")
SIZES = {"1440": (1440, 900), "1280": (1280, 720), "1024": (1024, 768), "390": (390, 844)}
WHOLE = ("1440", "1280", "1024")
"""Where every key of the page is in sight at once."""


async def drawn(desk: Desk, draw: Draw, words: str) -> None:
    """Draw one stage; an empty page goes before, since some stages have one headline."""
    headline = desk.page.locator("h1")
    desk.stand.show(ringing(desk.stand.now(), caller=replace(STRANGER, name="…")))
    await expect(headline).to_have_text("…")
    desk.stand.show(draw(desk.stand.now()))
    await expect(headline).to_have_text(words)
    await desk.takes_keys()


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_every_stage_is_drawn_and_fits_every_width(desk: Desk, language: str) -> None:
    await desk.sign_in()
    page = desk.page
    await page.goto(f"{desk.stand.url}/?lang={language}")
    for name, (draw, ru, en) in STAGES.items():
        await drawn(desk, draw, ru if language == "ru" else en)
        for size, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} at {size} is {wide} wide"
            assert await crowded(page) == [], f"{name} at {size}"
            if size in WHOLE:
                assert await below(page) == [], f"{name} at {size}"
            if size == "1024" and name in WITHOUT_SCROLL:
                high = await page.evaluate("document.documentElement.scrollHeight")
                assert high <= height, f"{name} at {size} is {high} high"
            if language == "ru" and size == "1440":
                assert await faults(page) == [], name
            if language == "ru" or size == "1440":
                await desk.picture(f"{name}-{language}-{size}-light")


async def test_every_stage_is_drawn_in_the_dark(desk: Desk) -> None:
    await desk.page.emulate_media(color_scheme="dark")
    await desk.sign_in()
    for name, (draw, ru, _) in STAGES.items():
        await drawn(desk, draw, ru)
        assert await faults(desk.page) == [], name
        await desk.picture(f"{name}-ru-1440-dark")


async def test_the_door_is_drawn_in_both_languages(desk: Desk) -> None:
    page = desk.page
    for language, words in (("ru", "Вход"), ("en", "Sign in")):
        await page.goto(f"{desk.stand.url}/?lang={language}")
        await expect(page.locator("h1")).to_have_text(words)
        await desk.picture(f"door-{language}-1440-light")
    await page.set_viewport_size({"width": 390, "height": 844})
    await desk.picture("door-en-390-light")
    assert await crowded(page) == []
    await page.get_by_role("link", name="Русский").click()
    await expect(page.locator("h1")).to_have_text("Вход")
