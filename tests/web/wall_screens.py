"""Walls as the core would put them together, and a room that shows what a test paints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ivr.domain.screen import Stage
from ivr.domain.wall import CrewRow, WaitingCaller, WallScreen
from ivr.web.room import Asked, Place, RoomRoute
from ivr.web.rooms.wall import NamedWall, WallPage, WallRoom


def person(name: str, stage: Stage, since: float, **changes: Any) -> CrewRow:
    blank = CrewRow(name, name, stage, since, "", True, "", False, False, True, 0, "", "")
    return replace(blank, **changes)


def crew(now: float) -> tuple[CrewRow, ...]:
    talk = Stage.TALKING
    return (
        person("Анна", Stage.ASKING, now - 134, caller="ООО «Вектор»", key_account=True, step=2),
        person("Борис", talk, now - 351, caller="Автосервис «Ход»", owner="client"),
        person("Вера", Stage.WRAP_UP, now - 18, caller="Марина", known=False),
        person(
            "Глеб",
            Stage.TRANSFERRING,
            now - 7,
            caller="Типография «Литера»",
            owner="sales",
            salesperson="Игорь",
        ),
        person("Дарья", Stage.PAUSED, now - 250, reason="lunch"),
    )


def wall(now: float, **changes: Any) -> WallScreen:
    """A quiet hour of a busy day."""
    quiet = WallScreen(
        department="client",
        numbers=("+74950000012",),
        lines=5,
        used=4,
        headcount=5,
        waiting=(),
        limit=30.0,
        answered=214,
        mean_wait=6.2,
        mean_wait_all=7.0,
        missed=9,
        recovered=7,
        kept=31,
        promises=34,
        overdue=2,
        crew=crew(now),
        link_lost_at=None,
        counted_at=now - 2,
    )
    return replace(quiet, **changes)


def waits(seconds: float, now: float, **changes: Any) -> WaitingCaller:
    one = WaitingCaller("c9", "+7 921 000-00-36", "", 4, now - seconds)
    return replace(one, **changes)


@dataclass
class Painted:
    """A room in the wall's place whose departments a test paints."""

    now: Callable[[], float]
    place: Place = WallRoom.place

    def __post_init__(self) -> None:
        self.screens: tuple[WallScreen, ...] = (wall(self.now()),)
        self.names = {
            "client": {"ru": "клиентский отдел", "en": "client department"},
            "repair": {"ru": "ремонт", "en": "repairs"},
        }
        room = self

        class Room(WallRoom):
            def _page(self) -> WallPage:
                return WallPage(
                    tuple(NamedWall(room.names[one.department], one) for one in room.screens)
                )

            async def _count(self) -> None:
                """Nothing is counted: it is painted."""

        self.room = Room(lambda: None, None, dict, self.now)  # type: ignore[arg-type, return-value]

    def routes(self) -> tuple[RoomRoute, ...]:
        return self.room.routes()

    async def socket(self, asked: Asked) -> Any:
        return await self.room.socket(asked)

    def close(self) -> None:
        self.room.close()

    def show(self, *screens: WallScreen) -> None:
        self.screens = screens
