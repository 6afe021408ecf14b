"""From a line of ivr.yaml to a task in the database: callers whom nobody can take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from caller_keys import presses
from soak.evidence import until
from soak.works import PASSWORD, Works

from ivr.domain.records import MissedCallRecord
from ivr.outside.desk_client import DeskClient

MOSCOW = ZoneInfo("Europe/Moscow")
CALLER = "+74950000102"


def overflow(**steps: Any) -> Callable[[Any], None]:
    """A change of the client department in ivr.yaml."""

    def change(settings: Any) -> None:
        settings["departments"]["client"].update(steps)

    return change


async def task(works: Works, wanted: Callable[[MissedCallRecord], bool]) -> MissedCallRecord:
    """The caller's task, once it is as wanted."""

    async def found() -> list[MissedCallRecord]:
        return [t for t in works.look.missed_since(works.began) if wanted(t)]

    await until(found, bool, "no such task")
    return (await found())[0]


async def forgotten(works: Works) -> None:
    """Wait until the dialplan keeps no note any more."""
    await until(
        lambda: works.asterisk.cli("database show ivr-note"),
        lambda shown: shown.startswith("0 results"),
        "notes are kept",
    )


async def test_with_all_lines_busy_a_caller_orders_a_callback_for_half_past_two() -> None:
    async with Works(1, overflow(overflow={"no_line": "callback"})) as works:
        async with works.caller() as first:
            await first.answered()
            async with works.caller(number=CALLER, media=True) as second:
                await second.answered()
                await presses(works.asterisk, "offer-callback", "1")
                await presses(works.asterisk, "confirm-number", "1")
                await presses(works.asterisk, "choose-time", "1430")
                assert (await second.wait()).ending == "far"
            await first.hang_up()
            await first.wait()
        due = await task(works, lambda t: t.number == CALLER and _hour(t) == "14:30")
        assert due.due_at > works.began
        assert due.count == 1
        await forgotten(works)


async def test_a_callback_ordered_while_the_service_is_dead_is_owed_once_it_is_back() -> None:
    async with Works(1, overflow(overflow={"no_line": "callback"})) as works:
        await works.service.kill()
        async with works.caller() as first:
            await first.answered()
            async with works.caller(number=CALLER, media=True) as second:
                await second.answered()
                await presses(works.asterisk, "offer-callback", "1")
                await presses(works.asterisk, "confirm-number", "1")
                await works.service.start()
                await presses(works.asterisk, "choose-time", "1430")
                await second.wait()
            await first.hang_up()
            await first.wait()
        await task(works, lambda t: t.number == CALLER and _hour(t) == "14:30" and t.count == 1)
        await forgotten(works)


async def test_out_of_hours_a_message_of_a_withheld_number_becomes_a_task() -> None:
    closed = {"week": {"mon-sun": "closed"}}
    async with Works(1, overflow(hours=closed, overflow={"closed": "voicemail"})) as works:
        async with works.caller(number="anonymous", media=True) as caller:
            await caller.answered()
            await until(
                lambda: works.asterisk.cli("core show channels concise"),
                lambda shown: "!Record!" in shown,
                "nothing is recorded",
            )
            await until(_sizes(works), lambda sizes: max(sizes, default=0) > 20_000, "no sound")
            await caller.hang_up()
            await caller.wait()
        left = await task(works, lambda t: bool(t.recordings))
        assert (left.number, len(left.recordings)) == ("", 1)
        await forgotten(works)
        file = works.asterisk.folder / "spool/ivr-voicemail" / left.recordings[0]
        async with DeskClient(works.url, works.agents[0], PASSWORD) as desk:
            await until(lambda: _listed(desk), lambda ids: left.id in ids, "it is not listed")
            assert await desk.download(f"recordings/{left.id}/0") == file.read_bytes()


async def _listed(desk: DeskClient) -> list[str]:
    return [task.id for task in desk.screen.left] if desk.screen else []


def _hour(task: MissedCallRecord) -> str:
    return f"{datetime.fromtimestamp(task.due_at, MOSCOW):%H:%M}"


def _sizes(works: Works) -> Callable[[], Any]:
    async def sizes() -> list[int]:
        folder = works.asterisk.folder / "spool/ivr-voicemail"
        return [file.stat().st_size for file in folder.glob("*.wav")]

    return sizes
