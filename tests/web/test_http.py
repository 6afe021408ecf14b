"""Signing in, cookies, tokens, limits, headers, and everything wrong that HTTP can bring."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from argon2 import PasswordHasher
from multidict import CIMultiDict
from structlog.testing import capture_logs
from web.desk_stand import PASSWORDS, PEOPLE, Stand, Vault, settings_in, until
from web.visitor import visitor

from ivr.domain.errors import LinetreeError
from ivr.outside.desk_client import DeskClient, DeskGone, SignInRefused
from ivr.web.headers import POLICY
from ivr.web.passwords import NOBODYS
from ivr.web.server import WebAddressUnusable, WebPortTaken, WebServer
from ivr.web.sessions import Sessions, SessionsFileUnusable
from ivr.web.settings import WebSettings

ANNA = {"person": "anna", "password": PASSWORDS["anna"]}


async def token(stand: Stand, http: aiohttp.ClientSession) -> str:
    """What the door's page would send back."""
    async with http.get(stand.url) as response:
        found = re.search(r'name="form-token" content="([^"]+)"', await response.text())
    assert found
    return found[1]


async def sign_in(
    stand: Stand,
    http: aiohttp.ClientSession,
    body: object = ANNA,
    *,
    status: int = 200,
    **headers: str,
) -> dict[str, object]:
    """Post to the door; `headers` override what a page of ours would send."""
    sent = {"Origin": stand.url, "X-Form-Token": await token(stand, http)}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent.setdefault("Content-Type", "application/json")
    async with http.post(f"{stand.url}/signin", data=data, headers=sent) as response:
        assert response.status == status, await response.text()
        found: dict[str, object] = await response.json()
        return found


def cookie(http: aiohttp.ClientSession, name: str) -> object:
    return next(c for c in http.cookie_jar if c.key == name)


async def test_the_right_password_opens_the_desk(stand: Stand, http: aiohttp.ClientSession) -> None:
    await sign_in(stand, http)
    async with http.get(stand.url) as response:
        assert "/static/desk.js" in await response.text()
    session = cookie(http, "linetree-session")
    assert session["httponly"]  # type: ignore[index]
    assert session["samesite"] == "Strict"  # type: ignore[index]
    assert session["path"] == "/"  # type: ignore[index]


async def test_over_https_the_cookies_are_host_cookies(tmp_path: Path) -> None:
    origin = "https://desk.example"
    stand = Stand(replace(settings_in(tmp_path), origins=(origin,)))
    await stand.server.start()
    seen: list[str] = []
    async with aiohttp.ClientSession() as http:
        headers = {"Host": "desk.example", "Origin": origin}
        async with http.get(stand.url, headers=headers) as response:
            seen += response.headers.getall("Set-Cookie")
            page = await response.text()
        found = re.search(r'name="form-token" content="([^"]+)"', page)
        assert found
        headers |= {"X-Form-Token": found[1], "Cookie": seen[0].split(";")[0]}
        async with http.post(f"{stand.url}/signin", json=ANNA, headers=headers) as response:
            assert response.status == 200
            seen += response.headers.getall("Set-Cookie")
    await stand.server.stop()
    assert [one.split("=")[0] for one in seen] == ["__Host-door", "__Host-session"]
    for one in seen:
        assert "Secure" in one
        assert "Domain" not in one
        assert "Path=/" in one


@pytest.mark.parametrize(
    "body",
    [
        {"person": "anna", "password": "guess"},
        {"person": "nobody", "password": PASSWORDS["anna"]},
        {"person": "boris", "password": PASSWORDS["anna"]},
        {"person": "ANNA", "password": PASSWORDS["anna"]},
        {"person": "' OR 1=1 --", "password": "x"},
        {"person": "anna\u0000", "password": PASSWORDS["anna"]},
    ],
)
async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    stand: Stand, http: aiohttp.ClientSession, body: dict[str, str]
) -> None:
    assert (await sign_in(stand, http, body, status=403))["problem"] == "wrong_password"


async def test_an_unknown_name_costs_a_password_check_too(
    stand: Stand, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[str] = []

    def verify(_: object, known: str, given: str) -> bool:
        checks.append(known)
        return False

    monkeypatch.setattr("argon2.PasswordHasher.verify", verify)
    await sign_in(stand, http, {"person": "nobody", "password": "x"}, status=403)
    assert checks == [NOBODYS]
    assert not PasswordHasher().check_needs_rehash(NOBODYS), "as much work as for a real password"


async def test_a_person_without_a_place_in_the_company_is_not_let_in(
    stand: Stand, http: aiohttp.ClientSession
) -> None:
    stand.server._pages._people = {"boris"}
    assert (await sign_in(stand, http, status=403))["problem"] == "wrong_password"


BAD_BODIES: dict[str, tuple[object, int, str]] = {
    "not json": (b"person=anna&password=x", 400, "bad_message"),
    "empty": (b"", 400, "bad_message"),
    "not utf-8": (b"\xff\xfe", 400, "bad_message"),
    "a smuggled role": ({**ANNA, "role": "admin"}, 400, "bad_message"),
    "a missing field": ({"person": "anna"}, 400, "bad_message"),
    "an empty password": ({"person": "anna", "password": ""}, 400, "bad_message"),
    "a list for a name": ({"person": ["anna"], "password": "x"}, 400, "bad_message"),
    "nesting": (b"[" * 30_000, 400, "bad_message"),
    "a long name": ({"person": "x" * 101, "password": "x"}, 400, "bad_message"),
}


@pytest.mark.parametrize(("body", "status", "problem"), BAD_BODIES.values(), ids=BAD_BODIES.keys())
async def test_a_bad_sign_in_is_refused_by_name(
    stand: Stand, http: aiohttp.ClientSession, body: object, status: int, problem: str
) -> None:
    assert (await sign_in(stand, http, body, status=status))["problem"] == problem


async def test_a_body_above_64_kb_is_refused(stand: Stand, http: aiohttp.ClientSession) -> None:
    headers = {
        "Origin": stand.url,
        "X-Form-Token": await token(stand, http),
        "Content-Type": "application/json",
    }
    body = b"x" * 70_000
    async with http.post(f"{stand.url}/signin", data=body, headers=headers) as response:
        assert response.status == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
async def test_another_content_type_is_refused(
    stand: Stand, http: aiohttp.ClientSession, kind: str
) -> None:
    answer = await sign_in(stand, http, status=415, Content_Type=kind)
    assert answer["problem"] == "wrong_content_type"


@pytest.mark.parametrize("forged", ["", "guess", "токен", "A" * 43])
async def test_without_the_page_s_token_nothing_is_posted(
    stand: Stand, http: aiohttp.ClientSession, forged: str
) -> None:
    sent = {"X_Form_Token": forged}
    if forged.isascii():
        assert (await sign_in(stand, http, status=403, **sent))["problem"] == "stale_form"
    async with http.post(f"{stand.url}/signout", headers={"Origin": stand.url}) as response:
        assert response.status == 403


async def test_another_browser_s_token_does_not_fit(
    stand: Stand, http: aiohttp.ClientSession
) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as other:
        theirs = await token(stand, other)
    assert (await sign_in(stand, http, status=403, X_Form_Token=theirs))["problem"] == "stale_form"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1@evil.ru"])
async def test_a_foreign_page_cannot_post(
    stand: Stand, http: aiohttp.ClientSession, origin: str
) -> None:
    assert (await sign_in(stand, http, status=403, Origin=origin))["problem"] == "foreign_origin"


async def test_a_foreign_page_that_tries_again_and_again_does_not_fill_the_log(
    stand: Stand, http: aiohttp.ClientSession
) -> None:
    with capture_logs() as logs:
        for _ in range(9):
            await sign_in(stand, http, status=403, Origin="http://evil.example")
    told = [line["so_far"] for line in logs if line["event"] == "foreign_origin"]
    assert told == [1, 2, 4, 8]


async def test_guessing_one_name_s_password_is_slowed_down_and_ends_after_a_while(
    stand: Stand, http: aiohttp.ClientSession
) -> None:
    wrong = {"person": "anna", "password": "guess"}
    for _ in range(8):
        await sign_in(stand, http, wrong, status=403)
    answer = await sign_in(stand, http, status=429)
    assert answer["problem"] == "too_many_tries"
    assert 0 < int(str(answer["retry"])) <= 301
    await sign_in(stand, http, {"person": "boris", "password": PASSWORDS["boris"]})
    stand.shift = 301.0
    await sign_in(stand, http)


async def test_forged_forwarding_headers_do_not_widen_the_limit(
    stand: Stand, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand.server._pages._passwords, "fits", _nobody_fits)
    for n in range(40):
        wrong = {"person": f"name{n}", "password": "guess"}
        await sign_in(stand, http, wrong, status=403, X_Forwarded_For=f"10.0.0.{n}")
    answer = await sign_in(stand, http, status=429, X_Forwarded_For="10.9.9.9")
    assert answer["problem"] == "too_many_tries"


async def _nobody_fits(person: str, password: str) -> bool:
    return False


async def test_a_listed_proxy_s_forwarding_header_tells_clients_apart(
    tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = Stand(replace(settings_in(tmp_path), proxies=("127.0.0.1",)))
    await stand.server.start()
    monkeypatch.setattr(stand.server._pages._passwords, "fits", _nobody_fits)
    for n in range(40):
        wrong = {"person": f"name{n}", "password": "guess"}
        await sign_in(stand, http, wrong, status=403, X_Forwarded_For="1.1.1.1, 10.0.0.1")
    await sign_in(stand, http, status=429, X_Forwarded_For="10.0.0.1")
    await sign_in(stand, http, status=403, X_Forwarded_For="10.0.0.2")
    await stand.server.stop()


async def test_a_line_that_the_client_wrote_above_the_proxy_s_own_does_not_count(
    tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = Stand(replace(settings_in(tmp_path), proxies=("127.0.0.1",)))
    await stand.server.start()
    monkeypatch.setattr(stand.server._pages._passwords, "fits", _nobody_fits)
    for n in range(41):
        headers = CIMultiDict({"Origin": stand.url, "X-Form-Token": await token(stand, http)})
        headers.add("X-Forwarded-For", f"10.0.0.{n}")
        headers.add("X-Forwarded-For", "203.0.113.7")
        wrong = {"person": f"name{n}", "password": "guess"}
        async with http.post(f"{stand.url}/signin", json=wrong, headers=headers) as response:
            assert response.status == (403 if n < 40 else 429)
    await stand.server.stop()


async def test_a_database_that_does_not_answer_is_said_to_be_busy(
    stand: Stand, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(LinetreeError):
        pass

    def credential(person: str) -> None:
        raise Gone("no database")

    monkeypatch.setattr(stand.server._pages._passwords._credentials, "credential", credential)
    assert (await sign_in(stand, http, status=503))["problem"] == "try_later"


async def test_a_flood_of_sign_ins_does_not_stop_the_rest(stand: Stand) -> None:
    async def one(n: int) -> bool:
        desk = DeskClient(stand.url, "anna" if n % 2 else f"name{n}", "guess")
        with pytest.raises(SignInRefused):
            await desk.sign_in()
        await desk.close()
        return True

    tries = [asyncio.create_task(one(n)) for n in range(40)]
    async with aiohttp.ClientSession() as http, http.get(f"{stand.url}/healthz") as response:
        assert response.status == 200
    assert all(await asyncio.gather(*tries))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/static/../server.py", 404),
        ("GET", "/static/..%2f..%2fserver.py", 404),
        ("GET", "/static/%2e%2e/%2e%2e/server.py", 404),
        ("GET", "/static/vendor/README", 404),
        ("GET", "/static/page.html", 404),
        ("GET", "/static/", 404),
        ("GET", "/nothing", 404),
        ("GET", "/signin", 405),
        ("DELETE", "/", 405),
        ("POST", "/socket", 405),
        ("GET", "/socket", 403),
        ("GET", "/?limit=-1&lang=%00", 200),
    ],
)
async def test_what_is_not_in_the_table_is_not_served(
    stand: Stand, method: str, path: str, status: int
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.server.port)
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    )
    head = (await asyncio.wait_for(reader.read(), 30)).decode("utf-8", "replace")
    writer.close()
    assert head.startswith(f"HTTP/1.1 {status}")


@pytest.mark.parametrize("path", ["/", "/static/desk.js", "/nothing", "/healthz", "/signin"])
async def test_every_answer_carries_the_guarding_headers(
    stand: Stand, http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(stand.url + path) as response:
        assert response.headers["Content-Security-Policy"] == POLICY
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        wanted = "no-cache" if path.startswith("/static") else "no-store"
        assert response.headers["Cache-Control"] == wanted
    assert "unsafe" not in POLICY
    assert "frame-ancestors 'none'" in POLICY


async def test_a_file_that_the_browser_has_is_not_sent_again(
    stand: Stand, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{stand.url}/static/desk.js") as response:
        tag = response.headers["ETag"]
        assert response.content_type == "text/javascript"
    known = {"If-None-Match": tag}
    async with http.get(f"{stand.url}/static/desk.js", headers=known) as response:
        assert response.status == 304


async def test_readiness_tells_what_is_missing(stand: Stand, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{stand.url}/readyz") as response:
        assert (response.status, (await response.json())["ready"]) == (200, True)
    stand.missing = {"asterisk": "no link"}
    async with http.get(f"{stand.url}/readyz") as response:
        assert response.status == 503
        assert (await response.json())["missing"] == {"asterisk": "no link"}
    async with http.get(f"{stand.url}/healthz") as response:
        assert response.status == 200


GARBAGE = [
    b"",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/9.9\r\n\r\n",
    b"\x00" * 10_000,
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000,
    b"POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"*1\r\n$4\r\nPING\r\n",
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
async def test_garbage_on_the_port_costs_nothing(
    stand: Stand, http: aiohttp.ClientSession, garbage: bytes
) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", stand.server.port)) as raw:
            raw.sendall(garbage[:60_000])
            await asyncio.sleep(0)
    async with http.get(f"{stand.url}/healthz") as response:
        assert response.status == 200


async def test_a_forged_or_damaged_session_is_none(stand: Stand) -> None:
    sessions = Sessions(None, stand.now, 100.0)
    token, _ = sessions.open("anna")
    body, _, mark = token.partition(".")
    assert sessions.read(token)
    others = Sessions(None, stand.now, 100.0)
    for forged in ("", ".", body, f"{body}.", f".{mark}", token[:-1], f"x{token}", "я.я", "a.b.c"):
        assert sessions.read(forged) is None
    assert others.read(token) is None
    stand.shift = 101.0
    assert sessions.read(token) is None


async def test_a_sign_out_outlives_a_restart_and_leaves_the_others_in(tmp_path: Path) -> None:
    file = tmp_path / "sessions.json"
    sessions = Sessions(file, lambda: 0.0, 100.0)
    anna, _ = sessions.open("anna")
    boris, _ = sessions.open("boris")
    sessions.end("anna")
    again = Sessions(file, lambda: 0.0, 100.0)
    assert again.read(anna) is None
    assert again.read(boris) is not None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_many_who_sign_out_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "sessions.json"
    sessions = Sessions(file, lambda: 0.0, 100.0)
    everybody = [f"p{n}" for n in range(60)]
    tokens = [sessions.open(one)[0] for one in everybody]
    await asyncio.gather(*(asyncio.to_thread(sessions.end, one) for one in everybody))
    again = Sessions(file, lambda: 0.0, 100.0)
    assert [one for one in tokens if again.read(one)] == []
    assert os.listdir(tmp_path) == [file.name]


async def test_a_sign_out_that_the_disk_does_not_take_closes_the_pages_all_the_same(
    tmp_path: Path,
) -> None:
    (tmp_path / "away").mkdir()
    stand = Stand(replace(settings_in(tmp_path), sessions=tmp_path / "away" / "sessions.json"))
    await stand.server.start()
    async with visitor(stand, "anna") as anna, stand.desk() as desk:
        await until(lambda: stand.server.pages == 1)
        (tmp_path / "away").rename(tmp_path / "gone")
        with capture_logs() as logs:
            status, problem = await anna.ask("/signout", {})
        assert (status, problem["problem"]) == (503, "try_later")
        assert "cannot be written" in problem["detail"]
        assert [one["log_level"] for one in logs if one["event"] == "sign_out_not_kept"] == [
            "error"
        ]
        await until(lambda: stand.server.pages == 0)
        with pytest.raises(DeskGone):
            await desk.send("ready")
    await stand.server.stop()


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [
        (b'{"secret":"00","generations":{}}', 0o600, "too short"),
        (b"not json", 0o600, "damaged"),
        (b'{"secret":"zz","generations":{}}', 0o600, "damaged"),
        (b"{}", 0o644, "others may read it"),
    ],
)
async def test_a_sessions_file_that_cannot_be_trusted_is_refused_by_name(
    tmp_path: Path, content: bytes, mode: int, why: str
) -> None:
    file = tmp_path / "sessions.json"
    file.write_bytes(content)
    file.chmod(mode)
    with pytest.raises(SessionsFileUnusable, match=why):
        Sessions(file, lambda: 0.0, 100.0)


async def test_a_session_in_its_second_half_is_renewed_by_a_visit(
    stand: Stand, http: aiohttp.ClientSession
) -> None:
    await sign_in(stand, http)
    first = cookie(http, "linetree-session").value  # type: ignore[attr-defined]
    await token(stand, http)
    assert cookie(http, "linetree-session").value == first  # type: ignore[attr-defined]
    stand.shift = 7 * 3600.0
    kept = await token(stand, http)
    assert cookie(http, "linetree-session").value != first  # type: ignore[attr-defined]
    headers = {"Origin": stand.url, "X-Form-Token": kept}
    async with http.post(f"{stand.url}/signout", headers=headers) as response:
        assert response.status == 200


@pytest.fixture
async def taken() -> AsyncIterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


async def test_a_taken_port_is_told_by_name(taken: int) -> None:
    server = WebServer(
        WebSettings("127.0.0.1", taken), PEOPLE, Vault(), lambda _: None, lambda: 0.0
    )
    with pytest.raises(WebPortTaken, match=str(taken)):
        await server.start()


async def test_an_address_of_another_machine_is_told_by_name() -> None:
    server = WebServer(WebSettings("192.0.2.1", 0), PEOPLE, Vault(), lambda _: None, lambda: 0.0)
    with pytest.raises(WebAddressUnusable, match=r"192\.0\.2\.1"):
        await server.start()
