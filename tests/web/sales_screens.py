"""Screens of the sales desk, as the core would send them: one salesperson with two hands full."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from web.screens import ACCOUNT, DEDICATED, ORGANISATION, both, idle

from ivr.domain.sales_card import (
    AttemptCard,
    EarlierCard,
    JoinedCard,
    MeetingCard,
    PromiseCard,
    PromiseRow,
    PromiseStage,
    ReminderCard,
    SalesCard,
    SalesCounts,
)
from ivr.domain.screen import Screen, Stage, WrapUpCard
from ivr.domain.words import Fact, OfferCard

MOSCOW = "Europe/Moscow"
MINUTE = 60.0
HOUR = 3600.0

SEATS = Fact("seats", both("Сколько рабочих мест", "How many workplaces"), both("60 мест", "60"))
OFFICE_100 = OfferCard(1, "office-100", both("Офис 100", "Office 100"), both("", ""))
SPARE = OfferCard(2, "spare", both("Второй канал про запас", "A spare line"), both("", ""))


def promise(now: float, stage: PromiseStage = PromiseStage.TALKING, **changes: Any) -> PromiseCard:
    """A key account, passed by Anna, who was here twice before."""
    card = PromiseCard(
        id="vector",
        stage=stage,
        client="Павел",
        company="ООО «Вектор»",
        key_account=True,
        scale="large",
        number="+7 916 000-00-47",
        numbers=("+7 916 000-00-47",),
        known=(ORGANISATION, SEATS),
        offers=(DEDICATED, SPARE),
        why="account",
        aim="meeting",
        note="Офисы на Лесной и на Заводской, решает Павел. Смета до пятницы.",
        agent="Анна",
        made_at=now - 100,
        owner="Ольга",
        owner_id="olga",
        mine=True,
        promised_at=None,
        agreed_by="",
        due_at=None,
        zone=MOSCOW,
        overdue=False,
        attempts=(),
        attempts_left=3,
        joined=(),
        earlier=(
            EarlierCard(
                now - 11 * 86400,
                "promise",
                "Борис",
                "Ольга",
                (ORGANISATION,),
                (OFFICE_100,),
                "meeting",
                "Встреча на Лесной",
                "Ждут, пока достроят второй этаж",
            ),
            EarlierCard(
                now - 13 * 86400, "call", "Вера", "", (ORGANISATION,), (OFFICE_100,), "kept", "", ""
            ),
        ),
        earlier_known=True,
        talk_since=now - 72 if stage is PromiseStage.TALKING else None,
        talked=0.0,
        result="",
        result_note="",
        next_step="",
        meeting=None,
        why_not_call="",
    )
    return replace(card, **changes)


def row(id: str, who: str, number: str, due_at: float | None, **changes: Any) -> PromiseRow:
    blank = PromiseRow(
        id=id,
        stage=PromiseStage.LATER,
        who=who,
        number=number,
        why="volume",
        aim="talk",
        key_account=False,
        attempts=0,
        overdue=False,
        due_at=due_at,
        agreed_by="",
        zone=MOSCOW,
        owner="Ольга",
        owner_id="olga",
        made_at=1764052620.0,
        joined=0,
    )
    return replace(blank, **changes)


def mine(now: float) -> tuple[PromiseRow, ...]:
    late = {"stage": PromiseStage.OVERDUE, "overdue": True}
    return (
        row("baltic", "Балтика-Лес", "+7 812 000-00-31", now - 27 * MINUTE, attempts=2, **late),
        row("istok", "Клиника «Исток»", "+7 495 000-00-64", now - 7 * MINUTE, why="tree", **late),
        row(
            "granit",
            "Гранит-Строй",
            "+7 499 000-00-28",
            now + 23 * MINUTE,
            joined=2,
            agreed_by="client",
        ),
        row(
            "tkani",
            "Ткани Юга",
            "+7 861 000-00-77",
            now + 50 * HOUR,
            why="account",
            aim="meeting",
            key_account=True,
            zone="Asia/Almaty",
            agreed_by="agent",
        ),
    )


def team(now: float) -> tuple[PromiseRow, ...]:
    igor = {"owner": "Игорь", "owner_id": "igor"}
    return (
        row(
            "volna",
            "Гостиница «Волна»",
            "+7 843 000-00-19",
            now - 17 * MINUTE,
            attempts=3,
            stage=PromiseStage.OVERDUE,
            overdue=True,
            **igor,
        ),
        row(
            "vostok", "Лицей «Восток»", "+7 495 000-00-52", now + 53 * MINUTE, owner="", why="tree"
        ),
        row(
            "kolos",
            "+7 910 000-00-08",
            "+7 910 000-00-08",
            None,
            stage=PromiseStage.HUMAN,
            attempts=3,
            **igor,
        ),
    )


def card(now: float, live: PromiseCard | None = None, **changes: Any) -> SalesCard:
    both_lists = SalesCard(
        live=live,
        mine=mine(now),
        team=team(now),
        counts=SalesCounts(0, 2, 0, 2, 0, 1, 0, 1, 1),
        reminders=(),
        supervisor=False,
        people=(("olga", "Ольга"), ("igor", "Игорь")),
        company_zone=MOSCOW,
        callers_wait=0,
    )
    return replace(both_lists, **changes)


EMPTY: dict[str, Any] = {"mine": (), "team": (), "counts": SalesCounts(0, 0, 0, 0, 0, 0, 0, 0, 0)}


def at_sales(stage: Stage, now: float, sales: SalesCard | None = None, **changes: Any) -> Screen:
    """Olga's page."""
    person = {"person": "olga", "name": "Ольга", "phone": "PJSIP/301"}
    return idle(stage, now, sales=sales or card(now), **{**person, **changes})


def selling(now: float, **changes: Any) -> Screen:
    """Olga talks with a key account."""
    return at_sales(
        Stage.TALKING,
        now,
        card(now, promise(now, **changes)),
        caller=ACCOUNT,
        talk_since=now - 72,
        since=now - 72,
    )


def offered(now: float, **changes: Any) -> Screen:
    """A live client rings Olga's phone."""
    live = promise(now, PromiseStage.RINGING, **changes)
    return at_sales(Stage.RINGING, now, card(now, live), caller=ACCOUNT, since=now - 4)


def result_owed(now: float, **changes: Any) -> Screen:
    """The talk is over, the result is not given yet."""
    live = promise(now, PromiseStage.RESULT, talked=228.0, **changes)
    wrap = WrapUpCard(now + 44, "", (), 228.0)
    return at_sales(Stage.WRAP_UP, now, card(now, live), caller=ACCOUNT, wrap_up=wrap)


def reading(now: float, **changes: Any) -> Screen:
    """Olga reads about a client of the team's before she calls."""
    long_ago = now - 26 * HOUR
    live = promise(
        now,
        PromiseStage.OVERDUE,
        id="volna",
        client="Светлана",
        company="Гостиница «Волна»",
        key_account=False,
        number="+7 843 000-00-19",
        numbers=("+7 843 000-00-19", "+7 843 000-00-20"),
        owner="Игорь",
        owner_id="igor",
        mine=False,
        overdue=True,
        promised_at=now - 25 * HOUR,
        agreed_by="client",
        due_at=now - 17 * MINUTE,
        made_at=long_ago,
        attempts=(
            AttemptCard(now - 3 * HOUR, "Игорь", True, "voicemail", 0.0),
            AttemptCard(now - 20 * HOUR, "Игорь", False, "busy", 0.0),
            AttemptCard(now - 25 * HOUR, "Игорь", False, "sales_silent", 0.0),
        ),
        attempts_left=2,
        joined=(
            JoinedCard(
                now - 2 * HOUR,
                "Борис",
                "Администратор",
                "+7 843 000-00-20",
                (SEATS,),
                (DEDICATED,),
                "Спрашивали, когда перезвонят",
            ),
        ),
        **changes,
    )
    return at_sales(Stage.READY, now, card(now, live))


def meeting_near(now: float) -> ReminderCard:
    when = MeetingCard(
        "meet-1", now + 40 * MINUTE, 60, "Лесная, 12", "Павел, главный инженер", "Ольга", 1, "set"
    )
    return ReminderCard(when, "vector", "ООО «Вектор»", "Павел", "+7 916 000-00-47")
