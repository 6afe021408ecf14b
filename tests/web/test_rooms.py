"""Rooms: who may enter, what their routes refuse, and the way between the pages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from web.desk_stand import PEOPLE, Stand, settings_in
from web.visitor import visitor

from ivr.domain.errors import LinetreeError
from ivr.web.answers import answer, download
from ivr.web.room import Asked, Place, Refused, RoomRoute


class Told(msgspec.Struct, forbid_unknown_fields=True):
    words: str


class Page(msgspec.Struct, forbid_unknown_fields=True):
    most: int = 10


class Shed:
    """A room for the head of the department, which says back what it is told."""

    place = Place("tree", "/shed", "refusal.js", frozenset({"supervisor"}), ("desk.css",))

    def routes(self) -> tuple[RoomRoute, ...]:
        return (
            RoomRoute("POST", "/said", self.said),
            RoomRoute("GET", "/list", self.listed),
            RoomRoute("GET", "/file", self.file),
            RoomRoute("GET", "/broken/{how}", self.broken),
            RoomRoute("GET", "/all", self.listed, frozenset()),
        )

    async def said(self, asked: Asked) -> web.Response:
        told = await asked.body(Told, largest=1000)
        return answer({"by": asked.person.id, "words": told.words})

    async def listed(self, asked: Asked) -> web.Response:
        return answer({"most": asked.query(Page).most})

    async def file(self, asked: Asked) -> web.Response:
        return download('a"b\r\nX: y.csv', "a;b\r\n")

    async def broken(self, asked: Asked) -> web.Response:
        if asked.part("how") == "refused":
            raise Refused(404, "not_found", "no such nail")
        raise LinetreeError("the nail is bent: take another one")


class Yard:
    """A room for whoever is signed in."""

    place = Place("staffing", "/yard", "refusal.js")

    def routes(self) -> tuple[RoomRoute, ...]:
        return ()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Stand]:
    """A server with both rooms."""
    one = Stand(settings_in(tmp_path), rooms=(Shed(), Yard()))
    await one.server.start()
    yield one
    await one.server.stop()


def rooms_on(page: str) -> str:
    found = re.search(r'name="rooms" content="([^"]*)"', page)
    assert found
    return found[1]


async def test_everyone_sees_the_way_to_the_rooms_they_may_enter_and_to_no_other(
    house: Stand,
) -> None:
    async with visitor(house, "vera") as vera, visitor(house, "anna") as anna:
        assert rooms_on(await vera.page("/shed")) == "tree:/shed staffing:/yard"
        assert rooms_on(await anna.page("/yard")) == "desk:/ staffing:/yard"


async def test_who_may_not_enter_is_told_so_and_finds_the_way_out(house: Stand) -> None:
    async with visitor(house, "anna") as anna:
        page = await anna.page("/shed", status=403)
        assert "/static/refusal.js" in page
        assert rooms_on(page) == "desk:/ staffing:/yard"


async def test_the_start_page_of_who_is_no_agent_is_the_first_room(house: Stand) -> None:
    async with visitor(house, "vera") as vera:
        async with vera.http.get(f"{house.url}/", allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (303, "/shed")
        assert "/static/refusal.js" in await vera.page()


async def test_a_page_asks_for_the_sign_in_at_its_own_address(house: Stand) -> None:
    async with visitor(house, "vera") as vera:
        vera.http.cookie_jar.clear()
        assert "/static/door.js" in await vera.page("/shed")
        assert await vera.ask("/shed/list") == (401, {**PROBLEM, "problem": "signed_out"})


PROBLEM = {"problem": "", "detail": "", "retry": 0}


async def test_a_room_does_what_its_page_asks(house: Stand) -> None:
    async with visitor(house, "vera") as vera:
        said = await vera.ask("/shed/said", {"words": "<b>"})
        assert said == (200, {"by": "vera", "words": "<b>"})
        assert await vera.ask("/shed/list?most=3") == (200, {"most": 3})


async def test_a_role_is_looked_at_on_every_request(house: Stand) -> None:
    async with visitor(house, "anna") as anna, visitor(house, "vera") as vera:
        status, told = await anna.ask("/shed/said", {"words": "x"})
        assert (status, told["problem"]) == (403, "not_for_you")
        assert (await anna.ask("/shed/all"))[0] == 200
        agent = replace(PEOPLE["vera"], roles=("agent",))
        house.server.relearn({**PEOPLE, "vera": agent})
        assert (await vera.ask("/shed/list"))[0] == 403
        house.server.relearn({name: one for name, one in PEOPLE.items() if name != "vera"})
        assert (await vera.ask("/shed/list"))[0] == 401


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X_Form_Token": ""}, "stale_form"),
        ({"X_Form_Token": "A" * 43}, "stale_form"),
        ({"Origin": "https://evil.example"}, "foreign_origin"),
        ({"Origin": "null"}, "foreign_origin"),
    ],
)
async def test_another_page_cannot_change_anything(
    house: Stand, headers: dict[str, str], code: str
) -> None:
    async with visitor(house, "vera") as vera:
        status, told = await vera.ask("/shed/said", {"words": "x"}, **headers)
        assert (status, told["problem"]) == (403, code)


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"words=x", {}, 400, "bad_message"),
        (b"", {}, 400, "bad_message"),
        (b"\xff\xfe", {}, 400, "bad_message"),
        (b"[" * 900, {}, 400, "bad_message"),
        ({"words": "x", "role": "admin"}, {}, 400, "bad_message"),
        ({"words": 7}, {}, 400, "bad_message"),
        (b'{"words": NaN}', {}, 400, "bad_message"),
        (b'{"words":"' + b"x" * 1000 + b'"}', {}, 413, "too_large"),
        ({"words": "x"}, {"Content_Type": "text/plain"}, 415, "wrong_content_type"),
    ],
)
async def test_a_wrong_body_is_refused_by_name(
    house: Stand, body: object, headers: dict[str, str], status: int, code: str
) -> None:
    async with visitor(house, "vera") as vera:
        answered, told = await vera.ask("/shed/said", body, **headers)
        assert (answered, told["problem"]) == (status, code)
        assert (await vera.ask("/shed/list"))[0] == 200


@pytest.mark.parametrize("query", ["most=many", "most=1e999", "limit=-1", "most=3&role=admin"])
async def test_a_wrong_query_is_refused_by_name(house: Stand, query: str) -> None:
    async with visitor(house, "vera") as vera:
        status, told = await vera.ask(f"/shed/list?{query}")
        assert (status, told["problem"]) == (400, "bad_message")


async def test_a_room_s_refusal_keeps_its_code_and_any_other_one_its_sentence(house: Stand) -> None:
    async with visitor(house, "vera") as vera:
        status, told = await vera.ask("/shed/broken/refused")
        assert (status, told["problem"], told["detail"]) == (404, "not_found", "no such nail")
        status, told = await vera.ask("/shed/broken/bent")
        assert (status, told["problem"]) == (409, "refused")
        assert told["detail"] == "the nail is bent: take another one"


async def test_a_file_s_name_cannot_bring_a_header_along(house: Stand) -> None:
    async with visitor(house, "vera") as vera, vera.http.get(f"{house.url}/shed/file") as response:
        assert response.headers["Content-Disposition"] == 'attachment; filename="a-b-X-y.csv"'
        assert "X" not in response.headers
        assert response.content_type == "text/csv"


async def test_a_page_that_asks_without_end_is_slowed_down(house: Stand) -> None:
    house.server._house._now = lambda: 0.0
    async with visitor(house, "vera") as vera:
        answers = [await vera.ask("/shed/list") for _ in range(61)]
        assert [status for status, _ in answers] == [200] * 60 + [429]
        assert answers[-1][1]["problem"] == "too_many_requests"
        async with visitor(house, "anna") as anna:
            assert (await anna.ask("/shed/all"))[0] == 200
