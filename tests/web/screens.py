"""Screens of every stage, as the core would send them: one call of one small company."""

from __future__ import annotations

from dataclasses import replace

from ivr.domain.choices import BreakReason, Disposition, OtherCall, TaskClosing
from ivr.domain.screen import (
    AnswerKey,
    CallerCard,
    Fact,
    LineCard,
    OfferCard,
    OutcomeCard,
    QuestionCard,
    Screen,
    Stage,
    TaskCard,
    TransferCard,
    Words,
    WrapUpCard,
)

CALL = "1764052620.17"


def both(ru: str, en: str) -> Words:
    return {"ru": ru, "en": en}


ACCOUNT = CallerCard(
    call=CALL,
    number="+7 916 000-00-47",
    withheld=False,
    name="Павел",
    company="ООО «Вектор»",
    candidates=(),
    key_account=True,
    scale="large",
    owner="Ольга",
    owner_department="sales",
    promise="",
    promise_by="",
    promise_due=None,
    promise_agreed="",
    known=True,
    last_at=1762947600.0,
    last_agent="Борис",
    last_outcome=both("Офис 100", "Office 100"),
    last_owner="sales",
)
STRANGER = replace(
    ACCOUNT,
    number="+7 903 000-00-81",
    name="Марина",
    company="",
    key_account=False,
    scale="",
    owner="",
    owner_department="",
    known=False,
    last_at=None,
    last_agent="",
    last_outcome={},
    last_owner="",
)
WITHHELD = replace(STRANGER, number="", withheld=True, name="")
SHARED = replace(
    STRANGER, name="", candidates=(("vector", "ООО «Вектор»"), ("litera", "Типография «Литера»"))
)

WHO = QuestionCard(
    id="who",
    kind="choice",
    ask=both(
        "Подключение нужно организации или частному лицу?",
        "Is the connection for an organisation or for a private person?",
    ),
    hint=both(
        "Индивидуальный предприниматель с офисом — тоже организация.",
        "A sole trader with an office counts as an organisation.",
    ),
    unit={},
    answers=(
        AnswerKey(1, "person", both("Частному лицу", "A private person")),
        AnswerKey(2, "organisation", both("Организации", "An organisation")),
    ),
    step=1,
    least=1,
    most=4,
    tree=both("Интернет", "Internet"),
    version=7,
    can_go_back=False,
)
SEATS = QuestionCard(
    id="seats",
    kind="number",
    ask=both(
        "Сколько рабочих мест хотите подключить?", "How many workplaces would you like to connect?"
    ),
    hint=both(
        "Не знает точно — спросите, сколько человек работает за компьютером.",
        "Not sure? Ask how many people work at a computer.",
    ),
    unit=both("мест", "workplaces"),
    answers=(
        AnswerKey(1, "to_9", both("до 9", "up to 9")),
        AnswerKey(2, "to_49", both("10–49", "10–49")),
        AnswerKey(3, "more", both("50 и больше", "50 or more")),
    ),
    step=2,
    least=2,
    most=3,
    tree=both("Интернет", "Internet"),
    version=7,
    can_go_back=True,
)
SERVICES = replace(
    SEATS,
    id="services",
    kind="several",
    ask=both("Что ещё нужно подключить?", "What else should be connected?"),
    hint=both("Можно назвать несколько.", "Several may be named."),
    unit={},
    answers=(
        AnswerKey(1, "phone", both("Телефония", "Telephony")),
        AnswerKey(2, "tv", both("Телевидение", "Television")),
        AnswerKey(3, "cctv", both("Видеонаблюдение", "Video surveillance")),
        AnswerKey(4, "wifi", both("Wi-Fi для гостей", "Guest Wi-Fi")),
    ),
)
ADDRESS = replace(
    SEATS,
    id="address",
    kind="text",
    ask=both("По какому адресу подключаем?", "At which address?"),
    hint=both("Город, улица, дом.", "Town, street, house."),
    unit={},
    answers=(),
    step=3,
    least=3,
    most=3,
)


def said(question: QuestionCard, label: Words, value: Words, given: str) -> Fact:
    """An answer that may still be corrected."""
    return Fact(
        question.id,
        label,
        value,
        question.kind,
        question.ask,
        question.unit,
        question.answers,
        given,
    )


FOR_WHOM = both("Кому подключение", "Who is it for")
ORGANISATION = said(WHO, FOR_WHOM, both("Организации", "An organisation"), "organisation")
PRIVATE = said(WHO, FOR_WHOM, both("Частному лицу", "A private person"), "person")
SIXTY = said(
    SEATS,
    both("Сколько рабочих мест", "How many workplaces"),
    both("60 мест", "60 workplaces"),
    "more",
)
PHONE_AND_TV = said(
    SERVICES,
    both("Что ещё", "What else"),
    both("Телефония, Телевидение", "Telephony, Television"),
    "phone,tv",
)
TO_ADDRESS = said(ADDRESS, both("Адрес", "Address"), both("Лесная, 5", "5 Lesnaya Street"), "any")

HOME_500 = OfferCard(
    1,
    "home-500",
    both("Домашний 500", "Home 500"),
    both("500 Мбит/с, 650 ₽ в месяц", "500 Mbit/s, 650 roubles a month"),
)
HOME_100 = OfferCard(
    2,
    "home-100",
    both("Домашний 100", "Home 100"),
    both("100 Мбит/с, 450 ₽ в месяц", "100 Mbit/s, 450 roubles a month"),
)
DEDICATED = OfferCard(
    1,
    "dedicated-line",
    both("Выделенная линия", "Dedicated line"),
    both("канал на весь офис", "a line for the whole office"),
)
STAYS = OutcomeCard(
    id="home",
    say=both(
        "Домашний интернет за 650 рублей в месяц, подключим за три дня.",
        "Internet at home for 650 roubles a month, connected in three days.",
    ),
    offers=(HOME_500, HOME_100),
    owner="client",
    how="",
    aim="",
    why_kind="tree",
    why=both("Частное лицо, обычная заявка", "A private person, a usual request"),
    salesperson="",
    callback_due=None,
    opens_tree=False,
    transfer_refused="",
)
PASSED = replace(
    STAYS,
    id="volume",
    say=both(
        "Для такого объёма условия обсуждают лично. Соединяю вас со специалистом.",
        "Terms for this volume are agreed in person. I am putting you through to a specialist.",
    ),
    offers=(DEDICATED,),
    owner="sales",
    how="transfer",
    aim="talk",
    why_kind="volume",
    why=both("Большой объём", "Large volume"),
    kinds=("straight", "warm"),
)
LARGE = replace(
    PASSED,
    id="",
    say={},
    offers=(),
    aim="meeting",
    why_kind="account",
    why=both("Ключевой клиент: его ведёт отдел продаж", "Key account: sales looks after it"),
    salesperson="Ольга",
    opens_tree=True,
)

MISSED = TaskCard(
    "missed-1", "offered", "+79160000047", "Павел", "ООО «Вектор»", True, 0.0, 0.0, 2, 1, 3
)

LEFT = (
    replace(MISSED, id="left-1", state="left", why="tries", attempts=3, count=2),
    replace(
        MISSED,
        id="left-2",
        state="left",
        why="unfinished",
        number="+79030000081",
        name="Марина",
        company="",
        key_account=False,
        attempts=0,
        count=1,
        known=(Fact("who", FOR_WHOM, both("Организации", "An organisation")),),
        note="Просит перезвонить после обеда",
    ),
    replace(
        MISSED,
        id="left-3",
        state="left",
        why="withheld",
        number="",
        name="",
        company="",
        key_account=False,
        attempts=0,
        count=1,
        messages=2,
    ),
    replace(
        MISSED,
        id="left-4",
        state="left",
        why="number",
        number="+78095550000",
        name="",
        company="",
        key_account=False,
        attempts=0,
        count=1,
    ),
)


def idle(stage: Stage, now: float, **changes: object) -> Screen:
    """A person without a call."""
    blank = Screen(
        stage=stage,
        person="anna",
        name="Анна",
        phone="PJSIP/204",
        since=now - 75,
        pause_reason="",
        pause_wanted=False,
        talk_since=None,
        caller_gone=False,
        ring_ends_at=None,
        greeting={},
        line=None,
        caller=None,
        question=None,
        known=(),
        outcome=None,
        transfer=None,
        wrap_up=None,
        note="",
        notice="",
        stale_since=None,
        unsaved=False,
        breaks=tuple(BreakReason),
        closings=tuple(TaskClosing),
    )
    return replace(blank, **changes)  # type: ignore[arg-type]


def on_call(stage: Stage, now: float, **changes: object) -> Screen:
    """A person with a call: line 3 of 5, talking for 2:14."""
    call: dict[str, object] = {
        "line": LineCard("+7 495 000-00-12", 3, 5, 3),
        "caller": STRANGER,
        "talk_since": now - 134,
        "since": now - 134,
        "greeting": both(
            "«Северсеть», Анна, здравствуйте!", "Severset, Anna speaking, good afternoon!"
        ),
    }
    return idle(stage, now, **{**call, **changes})


def ringing(now: float, **changes: object) -> Screen:
    return on_call(
        Stage.RINGING,
        now,
        **{"talk_since": None, "since": now - 4, "ring_ends_at": now + 11, **changes},
    )


def asking(now: float, question: QuestionCard = WHO, **changes: object) -> Screen:
    usual = {"question": question, "other_calls": tuple(OtherCall)}
    return on_call(Stage.ASKING, now, **{**usual, **changes})


def outcome(now: float, card: OutcomeCard = STAYS, **changes: object) -> Screen:
    usual = {"outcome": card, "known": (PRIVATE,), "other_calls": tuple(OtherCall)}
    return on_call(Stage.OUTCOME, now, **{**usual, **changes})


def transferring(now: float, state: str = "ringing", **changes: object) -> Screen:
    card = TransferCard(state, "Ольга", now - 7, now + 1800)
    known = (ORGANISATION, SIXTY)
    return on_call(
        Stage.TRANSFERRING, now, **{"outcome": PASSED, "known": known, "transfer": card, **changes}
    )


def warm(now: float, state: str = "ringing", **changes: object) -> Screen:
    """The client is on hold; the agent's own phone rings sales, or talks there."""
    card = TransferCard(
        state,
        "Ольга",
        now - 7,
        now + 13,
        warm=True,
        agent="Анна",
        take_back=True,
        let_talk=state == "consulting",
    )
    return transferring(now, state, **{"caller": ACCOUNT, "transfer": card, **changes})


def wrap_up(now: float, **changes: object) -> Screen:
    card = WrapUpCard(now + 24, "passed", tuple(Disposition), 228.0)
    known = (ORGANISATION, SIXTY)
    return on_call(
        Stage.WRAP_UP,
        now,
        **{"talk_since": None, "outcome": PASSED, "known": known, "wrap_up": card, **changes},
    )
