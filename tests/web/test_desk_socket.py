"""A desk's socket: what goes in is exact, what comes out is the newest, and nothing kills it."""

from __future__ import annotations

import asyncio
import json
import uuid
from contextlib import suppress
from typing import Any, get_args

import aiohttp
import pytest
from web.desk_stand import PASSWORDS, Stand, until
from web.screens import CALL, SEATS, asking

from ivr.domain.events import (
    AnswerPressed,
    DeskClosed,
    DeskKey,
    DeskOpened,
    OutcomeOverridden,
    ReadyPressed,
)
from ivr.domain.screen import Screen, Stage
from ivr.outside.desk_client import DeskClient, DeskGone, KeyRefused
from ivr.web.frames import KEYS


def request() -> str:
    return str(uuid.uuid4())


def message(**changes: object) -> dict[str, object]:
    """A sound answer, with changes."""
    sound = {
        "type": "answer",
        "request": request(),
        "call": CALL,
        "question": "who",
        "given": "person",
    }
    return {**sound, **changes}


async def socket_of(desk: DeskClient, *, signs_in: bool = True) -> aiohttp.ClientWebSocketResponse:
    """A raw socket of somebody who is signed in."""
    if signs_in:
        await desk.sign_in()
    origin = str(desk._url.origin())
    return await desk._session().ws_connect(desk._url / "socket", origin=origin, max_msg_size=0)


async def frame(ws: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next frame of this type."""
    async with asyncio.timeout(30):
        while True:
            got: dict[str, Any] = json.loads(await ws.receive_str())
            if got["type"] == kind:
                return got


async def closed(ws: aiohttp.ClientWebSocketResponse) -> int | None:
    async with asyncio.timeout(30):
        async for _ in ws:
            pass
    return ws.close_code


def test_every_key_of_the_desk_has_a_message() -> None:
    assert set(KEYS.values()) == set(get_args(DeskKey))


async def test_a_page_that_connects_gets_the_whole_screen_with_the_server_s_time(
    stand: Stand,
) -> None:
    stand.screens["anna"] = asking(stand.now())
    async with stand.desk() as desk:
        ws = await socket_of(desk)
        got = await frame(ws, "screen")
        assert abs(got["now"] - stand.now()) < 5
        assert got["screen"]["question"]["id"] == "who"
        assert got["screen"]["stage"] == "asking"
        await ws.close()


async def test_a_key_becomes_an_event_of_the_person_who_is_signed_in(stand: Stand) -> None:
    stand.screens["anna"] = asking(stand.now())
    async with stand.desk() as desk:
        sent = await desk.send("answer", call=CALL, question="who", given="person")
        (event,) = stand.given(AnswerPressed)
        assert (event.person, event.request, event.given) == ("anna", sent, "person")
        assert abs(event.at - stand.now()) < 5


async def test_the_screen_that_a_key_led_to_comes_before_its_done(stand: Stand) -> None:
    stand.screens["anna"] = asking(stand.now())
    stand.answers[AnswerPressed] = lambda _: stand.show(asking(stand.now(), SEATS))
    async with stand.desk() as desk:
        await desk.send("answer", call=CALL, question="who", given="organisation")
        assert desk.screen is not None
        assert desk.screen.question is not None
        assert desk.screen.question.id == "seats"


async def test_a_refusal_reaches_the_page_by_its_request(stand: Stand) -> None:
    def refuse(event: object) -> None:
        assert isinstance(event, AnswerPressed)
        stand.server.refuse("anna", event.request, "stale_question", "who is gone")

    stand.answers[AnswerPressed] = refuse
    async with stand.desk() as desk:
        with pytest.raises(KeyRefused) as refused:
            await desk.send("answer", call=CALL, question="who", given="person")
        assert refused.value.problem == "stale_question"


async def test_no_other_person_sees_a_screen(stand: Stand) -> None:
    async with stand.desk("anna") as anna, stand.desk("boris") as boris:
        await until(lambda: anna.screen and boris.screen)
        stand.show(asking(stand.now()), "anna")
        await until(lambda: anna.screen and anna.screen.stage is Stage.ASKING)
        await boris.send("ready")
        assert boris.screen is not None
        assert boris.screen.stage is Stage.READY


BAD: dict[str, tuple[str, str]] = {
    "not json": ("{]", ""),
    "empty": ("", ""),
    "a list": ("[]", ""),
    "deep nesting": ("[" * 20_000, ""),
    "deep nesting in a field": ('{"type":"answer","given":' + "[" * 20_000, "given"),
    "nothing": ("{}", "type"),
    "unknown type": (json.dumps(message(type="drop_table")), "type"),
    "type of a wrong kind": (json.dumps(message(type=7)), "type"),
    "an event that no page may send": (json.dumps(message(type="desk_opened")), "type"),
    "a missing field": ('{"type":"answer","request":"abcdefgh","call":"1"}', "question"),
    "an unknown field": (json.dumps(message(role="admin")), "role"),
    "another person": (json.dumps(message(person="boris")), "person"),
    "a time of its own": (json.dumps(message(at=1.0)), "at"),
    "a number for a text": (json.dumps(message(given=7)), "given"),
    "not a number": (json.dumps(message(given=float("nan"))), ""),
    "nothing for a text": (json.dumps(message(call=None)), "call"),
    "a request id that is no id": (json.dumps(message(request="../../etc")), "request"),
    "an empty request id": (json.dumps(message(request="")), "request"),
    "a call of 1000 letters": (json.dumps(message(call="x" * 1000)), "call"),
    "half a surrogate": ('{"type":"note","request":"abcdefgh","call":"1","text":"\\ud800"}', ""),
}


@pytest.mark.parametrize(("text", "field"), BAD.values(), ids=BAD.keys())
async def test_a_message_that_means_nothing_is_refused_by_its_field_and_nothing_is_lost(
    stand: Stand, text: str, field: str
) -> None:
    async with stand.desk() as desk:
        ws = await socket_of(desk)
        await ws.send_str(text)
        error = await frame(ws, "error")
        assert (error["problem"], error["field"]) == ("bad_message", field)
        assert error["detail"]
        await ws.send_str(json.dumps(message()))
        await frame(ws, "done")
        assert len(stand.given(AnswerPressed)) == 1
        await ws.close()


async def test_a_binary_frame_ends_that_page_only(stand: Stand) -> None:
    async with stand.desk() as desk, stand.desk("boris") as boris:
        ws = await socket_of(desk)
        await ws.send_bytes(b"\x00\xff")
        assert await closed(ws) == 4400
        await desk.send("ready")
        await boris.send("ready")


async def test_a_frame_above_64_kb_ends_that_page_only(stand: Stand) -> None:
    async with stand.desk() as desk:
        ws = await socket_of(desk)
        await ws.send_str("x" * 66_000)
        assert await closed(ws) == 1009
        ws = await socket_of(desk)
        with suppress(ConnectionError):
            await ws.send_str("x" * 5_000_000)
        await closed(ws)
        await desk.send("ready")


async def test_a_thousand_messages_a_second_end_that_page_only(stand: Stand) -> None:
    async with stand.desk() as desk:
        ws = await socket_of(desk)
        flood = [json.dumps(message()) for _ in range(1000)]
        with suppress(ConnectionError):
            for text in flood:
                await ws.send_str(text)
        assert await closed(ws) == 4429
        assert len(stand.given(AnswerPressed)) < 200
        await desk.send("ready")


async def test_the_same_request_again_is_answered_but_not_posted_twice(stand: Stand) -> None:
    async with stand.desk() as desk:
        ws = await socket_of(desk)
        text = json.dumps(message())
        for _ in range(3):
            await ws.send_str(text)
            await frame(ws, "done")
        assert len(stand.given(AnswerPressed)) == 1
        await ws.close()


async def test_the_same_request_is_known_again_on_a_new_connection(stand: Stand) -> None:
    async with stand.desk() as desk:
        text = json.dumps(message())
        for _ in range(2):
            ws = await socket_of(desk)
            await ws.send_str(text)
            await frame(ws, "done")
            await ws.close()
        assert len(stand.given(AnswerPressed)) == 1


async def test_the_same_request_with_another_body_is_refused(stand: Stand) -> None:
    async with stand.desk() as desk:
        ws = await socket_of(desk)
        first = message()
        await ws.send_str(json.dumps(first))
        await frame(ws, "done")
        await ws.send_str(json.dumps({**first, "given": "organisation"}))
        error = await frame(ws, "error")
        assert (error["problem"], error["field"]) == ("request_reused", "request")
        assert [e.given for e in stand.given(AnswerPressed)] == ["person"]
        await ws.close()


async def test_a_refused_request_that_is_sent_again_is_refused_again(stand: Stand) -> None:
    def refuse(event: object) -> None:
        assert isinstance(event, AnswerPressed)
        stand.server.refuse("anna", event.request, "stale_question", "")

    stand.answers[AnswerPressed] = refuse
    async with stand.desk() as desk:
        ws = await socket_of(desk)
        text = json.dumps(message())
        for _ in range(2):
            await ws.send_str(text)
            assert (await frame(ws, "refused"))["problem"] == "stale_question"
        assert len(stand.given(AnswerPressed)) == 1
        await ws.close()


async def test_two_tabs_show_the_same_and_only_the_last_one_closes_the_desk(stand: Stand) -> None:
    async with stand.desk() as first:
        async with stand.desk() as second:
            await until(lambda: first.screen and second.screen)
            stand.show(asking(stand.now()))
            await until(lambda: first.screen and first.screen.stage is Stage.ASKING)
            await until(lambda: second.screen and second.screen.stage is Stage.ASKING)
            assert len(stand.given(DeskOpened)) == 1
        await first.send("ready")
        assert stand.given(DeskClosed) == []
    await until(lambda: stand.given(DeskClosed))
    assert [e.person for e in stand.given(DeskClosed)] == ["anna"]


async def test_an_eleventh_tab_closes_the_oldest(stand: Stand) -> None:
    async with stand.desk() as desk:
        # One sign-in for all: nobody reads these sockets, and the server waits only so long.
        tabs = [await socket_of(desk, signs_in=False) for _ in range(10)]
        await until(lambda: stand.server.pages == 10)
        with pytest.raises(DeskGone):
            await desk.send("ready")
        for tab in tabs:
            await tab.close()


async def test_a_browser_that_does_not_read_is_given_up_and_the_others_go_on(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.web.socket.UNREAD", 0.2)
    async with stand.desk() as deaf, stand.desk("boris") as boris:
        await until(lambda: deaf.screen)
        assert deaf._ws is not None
        transport = deaf._ws._conn.transport  # type: ignore[union-attr]
        assert transport is not None
        transport.pause_reading()
        large = asking(stand.now(), note="х" * 30_000)

        def flood() -> bool:
            stand.server.show("anna", large)
            return stand.server.pages == 1

        await until(flood)
        await boris.send("ready")
        assert [e.person for e in stand.given(ReadyPressed)] == ["boris"]


async def test_the_newest_screen_takes_the_place_of_those_not_sent(stand: Stand) -> None:
    async with stand.desk() as desk:
        await until(lambda: desk.screen)
        seen: list[Screen] = []
        for n in range(200):
            stand.server.show("anna", asking(stand.now(), note=str(n)))
        await until(lambda: desk.screen and desk.screen.note == "199")
        while not desk._screens.empty():
            if (screen := desk._screens.get_nowait()) is not None:
                seen.append(screen)
        assert len(seen) < 10


async def test_a_foreign_origin_gets_no_socket(stand: Stand) -> None:
    async with stand.desk() as desk:
        for origin in ("https://evil.example", "null", "", "http://127.0.0.1.evil.example"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await desk._session().ws_connect(desk._url / "socket", origin=origin)
            assert refused.value.status == 403


async def test_without_a_session_the_page_is_told_to_sign_in(
    stand: Stand, http: aiohttp.ClientSession
) -> None:
    ws = await http.ws_connect(f"{stand.url}/socket", origin=stand.url)
    assert await closed(ws) == 4401
    assert stand.posted == []


async def test_an_expired_session_closes_the_page_and_the_screen_is_kept(stand: Stand) -> None:
    stand.screens["anna"] = asking(stand.now())
    async with stand.desk() as desk:
        await until(lambda: desk.screen)
        stand.shift = 13 * 3600
        ws = await desk._session().ws_connect(desk._url / "socket", origin=stand.url)
        assert await closed(ws) == 4401
        again = stand.desk()
        async with again:
            await until(lambda: again.screen)
            assert again.screen is not None
            assert again.screen.stage is Stage.ASKING


async def test_signing_out_closes_all_of_the_person_s_pages_and_nobody_else_s(
    stand: Stand,
) -> None:
    async with stand.desk() as first, stand.desk() as second, stand.desk("boris") as boris:
        await until(lambda: stand.server.pages == 3)
        await first.sign_out()
        await until(lambda: stand.server.pages == 1)
        with pytest.raises(DeskGone):
            await second.send("ready")
        await boris.send("ready")
        ws = await second._session().ws_connect(second._url / "socket", origin=stand.url)
        assert await closed(ws) == 4401


async def test_a_restart_of_the_service_keeps_people_signed_in(stand: Stand) -> None:
    async with stand.desk() as desk:
        await until(lambda: desk.screen)
        await stand.restart()
        await desk.connect()
        await desk.send("ready")
        assert [e.person for e in stand.given(ReadyPressed)] == ["anna"]


async def test_an_override_carries_its_reason_and_outcome(stand: Stand) -> None:
    async with stand.desk() as desk:
        await desk.send("override", call=CALL, owner="sales", how="callback", reason="ТСЖ")
        (event,) = stand.given(OutcomeOverridden)
        assert (event.owner, event.how, event.reason, event.outcome) == (
            "sales",
            "callback",
            "ТСЖ",
            "",
        )


async def test_ten_thousand_frames_of_rubbish_leave_the_server_alive(stand: Stand) -> None:
    async with stand.desk("boris") as boris:
        for _ in range(20):
            desk = DeskClient(stand.url, "anna", PASSWORDS["anna"])
            ws = await socket_of(desk)
            with suppress(ConnectionError):
                for n in range(500):
                    await ws.send_str("[" * (n % 300))
            await ws.close()
            await desk.close()
        await boris.send("ready")
