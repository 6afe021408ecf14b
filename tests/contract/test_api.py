"""The REST API of a running service: what it gives, what it refuses, and its own description."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from contract.store_backends import attempt, call, escalation, interview, meeting, missed, stretch
from contract.test_running_service import Office, office

from ivr.domain.client.company import Account, Directory
from ivr.domain.client.learned import Learned
from ivr.domain.client.phone import normalise
from ivr.domain.promise.joining import enquiries
from ivr.domain.records import EscalationState, Record
from ivr.reports.records_csv import read_rows
from ivr.store.errors import StoreUnreachable
from ivr.web.api.keys import made
from ivr.web.api.route import ApiRoute, Scope

__all__ = ["office"]

CASES = "tests/cases/accounts_roundtrip.csv"
NUMBER = "+74951234567"


@dataclass
class Asker:
    """A program with a token of both scopes."""

    office: Office
    http: aiohttp.ClientSession
    token: str
    answers: list[tuple[str, str, int, bytes]] = field(default_factory=list)

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.office.service.web.port}/api/v1"

    async def ask(
        self, method: str, path: str, status: int = 200, body: object = None, **more: Any
    ) -> Any:
        """The answer's JSON (bytes of what is none), which must come with this status."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        if body is not None and "data" not in more:
            more["data"] = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        url = path if path.startswith("http") else self.root + path
        async with self.http.request(method, url, headers=headers, **more) as response:
            sent = await response.read()
            assert response.status == status, (method, path, response.status, sent[:500])
            self.answers.append((method, path, response.status, sent))
            if response.content_type != "application/json":
                return sent
            return json.loads(sent) | {"_etag": response.headers.get("ETag", "")}

    def give(self, *scopes: str) -> str:
        """A token of these scopes."""
        shown, kept = made("a test", scopes, 1.0, "root")
        self.office.service.store.tokens.keep_token(kept)
        return shown

    async def keep(self, *records: Record) -> None:
        """Have these on the disk."""
        store = self.office.service.store
        for record in records:
            store.save(record, confirm=False)
        await asyncio.to_thread(store.accounts.keep, ())
        await asyncio.to_thread(store.tokens.keep_token, made("sync", (), 1.0, "")[1])


@pytest.fixture
async def asker(office: Office) -> AsyncIterator[Asker]:
    async with aiohttp.ClientSession() as http:
        one = Asker(office, http, "")
        one.token = one.give("read", "write")
        yield one


def routes(office: Office) -> list[ApiRoute]:
    """All rows of the API as they are served."""
    found = []
    for route in office.service.web.routes():
        cells = getattr(route.handler, "__closure__", None) or ()
        found += [c.cell_contents for c in cells if isinstance(c.cell_contents, ApiRoute)]
    return found


VECTOR = {"name": "ООО «Новый Вектор»", "phones": ["8 (495) 000-00-91"], "scale": "large"}


async def test_a_company_made_by_the_api_is_known_to_the_next_call(asker: Asker) -> None:
    made_ = await asker.ask("POST", "/accounts", 201, {**VECTOR, "owner": "orlov", "key": True})
    assert made_["phones"] == ["+74950000091"]
    floor = asker.office.service.reception.floor
    (found,) = floor.directory.holding(normalise("+74950000091"))
    assert (found.name, found.owner, found.key) == (VECTOR["name"], "orlov", True)
    assert await asker.ask("GET", f"/accounts/{made_['id']}") == made_


async def test_a_change_is_dated_with_who_made_it_and_does_not_overwrite_what_is_newer(
    asker: Asker,
) -> None:
    one = await asker.ask("POST", "/accounts", 201, VECTOR)
    path = f"/accounts/{one['id']}"
    old = {"headers": {"If-Match": one["_etag"]}}
    two = await asker.ask("PATCH", path, 200, {"key": True, "note": "по вторникам"}, **old)
    assert (two["key"], two["name"], two["phones"]) == (True, VECTOR["name"], ["+74950000091"])
    problem = await asker.ask("PATCH", path, 412, {"note": "x"}, **old)
    assert problem["problem"] == "changed_meanwhile"
    await asker.ask("DELETE", path, 412, **old)
    await asker.ask("DELETE", path, 204, headers={"If-Match": two["_etag"]})
    await asker.ask("GET", path, 404)
    history = await asker.ask("GET", path + "/history")
    actions = [(one["action"], one["by"]) for one in history["changes"]]
    assert actions == [
        ("account_removed", "token:a test"),
        ("account_changed", "token:a test"),
        ("account_created", "token:a test"),
    ]
    changed = history["changes"][1]
    assert (changed["before"]["key"], changed["after"]["key"]) == (False, True)
    assert changed["at"].endswith("Z")


async def test_what_was_changed_of_the_file_stays_changed_after_a_restart(asker: Asker) -> None:
    directory = asker.office.service.reception.floor.directory
    gone, kept = directory.accounts[0], directory.accounts[1]
    await asker.ask("DELETE", f"/accounts/{gone.id}", 204)
    await asker.ask("PATCH", f"/accounts/{kept.id}", 200, {"phones": ["+74950000092"]})
    restored = asker.office.service.store.restore(2.0)
    floor = asker.office.service.reception.floor
    floor.learned = Learned()  # as a new process knows nothing
    floor.learned.restore(restored.accounts, restored.numbers)
    assert floor.directory.get(gone.id) is None
    found = floor.directory.get(kept.id)
    assert found is not None
    assert found.phones == ("+74950000092",)


async def test_companies_are_listed_by_pages_and_found_by_a_word(asker: Asker) -> None:
    for n in range(5):
        await asker.ask("POST", "/accounts", 201, {"name": f"Ромашка {n}"})
    seen: list[str] = []
    after = ""
    while True:
        page = await asker.ask("GET", f"/accounts?limit=3&after={after}")
        seen += [one["id"] for one in page["accounts"]]
        after = page["next"]
        if not after:
            break
    assert (
        len(seen) == len(set(seen)) == len(asker.office.service.reception.floor.directory.accounts)
    )
    found = await asker.ask("GET", "/accounts?q=ромашка&limit=2")
    assert [one["name"] for one in found["accounts"]] == ["Ромашка 0", "Ромашка 1"]


async def test_an_export_can_be_imported_again_without_a_change(asker: Asker) -> None:
    data = await asyncio.to_thread(Path(CASES).read_bytes)
    csv_ = {"Content-Type": "text/csv"}
    first = await asker.ask("POST", "/accounts.csv", data=data, headers=csv_)
    assert len(first["added"]) >= 2
    exported = await asker.ask("GET", "/accounts.csv")
    again = await asker.ask("POST", "/accounts.csv", data=exported, headers=csv_)
    assert (again["added"], again["changed"], again["problems"]) == ([], [], [])
    rows = list(csv.DictReader(io.StringIO(exported.decode("utf-8-sig")), delimiter=";"))
    assert "+74950000025" in [row["phone"] for row in rows]
    assert all(row["company"][0] not in "=+-@" for row in rows)


async def test_an_import_with_a_mistake_changes_nothing_and_names_the_line(asker: Asker) -> None:
    before = asker.office.service.reception.floor.directory.accounts
    data = "company,phone,owner\nА,+74950000093,\nБ,12,\nВ,+74950000094,nobody\n".encode()
    refused = await asker.ask(
        "POST", "/accounts.csv", 422, data=data, headers={"Content-Type": "text/csv"}
    )
    assert [one["line"] for one in refused["problems"]] == [3, 4]
    assert (refused["added"], refused["changed"]) == ([], [])
    assert asker.office.service.reception.floor.directory.accounts == before


async def test_a_client_is_all_that_is_known_of_a_number(asker: Asker) -> None:
    settled = interview(outcome="office", owner="client", settled_at=1200.0, decided_at=1100.0)
    await asker.keep(call(), settled, escalation(), call("other", number="+74950000099"))
    found = await asker.ask("GET", "/clients?number=8 495 123-45-67")
    assert found["number"] == NUMBER
    assert [one["call"]["id"] for one in found["calls"]] == ["c1"]
    assert found["calls"][0]["outcome"]["outcome"] == "office"
    assert [one["id"] for one in found["escalations"]] == ["e1"]
    account = asker.office.service.reception.floor.directory.accounts[0]
    by_account = await asker.ask("GET", f"/clients?account={account.id}")
    assert by_account["accounts"][0]["name"] == account.name
    assert by_account["calls"] == []


async def test_calls_promises_and_owed_calls_are_read_with_what_belongs_to_them(
    asker: Asker,
) -> None:
    await asker.keep(call(), stretch(), escalation(), attempt(ended_at=1150.0, result="busy"))
    await asker.keep(missed(), missed("m2", closed_at=990.0, closed_how="served"))
    whole = await asker.ask("GET", "/calls/c1")
    assert whole["call"]["offered_at"] == "1970-01-01T00:16:40.250000Z"
    assert [one["kind"] for one in whole["ledger"]] == ["rang"]
    assert [one["id"] for one in whole["escalations"]] == ["e1"]
    promise = await asker.ask("GET", "/escalations/e1")
    assert [one["result"] for one in promise["attempts"]] == ["busy"]
    owed = await asker.ask("GET", "/callbacks?open=true")
    assert [(one["id"], one["made_for"]) for one in owed["callbacks"]] == [
        ("e1", "escalation"),
        ("m1", "missed_call"),
    ]
    assert (await asker.ask("GET", "/callbacks/m2"))["callback"]["result"] == "served"
    closed = await asker.ask("GET", "/callbacks?open=false")
    assert [one["id"] for one in closed["callbacks"]] == ["m2"]


async def test_a_list_by_pages_has_every_row_once(asker: Asker) -> None:
    calls = [call(f"k{n}", offered_at=1000.0 + n // 2) for n in range(7)]
    promises = [escalation(f"e{n}", made_at=1000.0 + n // 2) for n in range(7)]
    await asker.keep(
        *calls, *promises, *(missed(f"m{n}", first_missed_at=1001.0) for n in range(3))
    )
    for path, rows in (("/calls", 7), ("/escalations", 7), ("/callbacks", 10)):
        seen: list[str] = []
        after = ""
        while True:
            page = await asker.ask("GET", f"{path}?limit=2&after={after}")
            seen += [one["id"] for one in page[path.strip("/")]]
            after = page["next"]
            if not after:
                break
        assert len(seen) == len(set(seen)) == rows, path


async def test_an_answer_is_what_the_description_says(asker: Asker) -> None:
    """Each row is asked once, and its answer is read strictly by the type it is described by."""
    settled = interview(outcome="office", owner="client", settled_at=1200.0)
    await asker.keep(call(), settled, stretch(), escalation(), attempt(), missed(), meeting())
    one = await asker.ask("POST", "/accounts", 201, VECTOR)
    paths = {
        "/calls/{id}": "/calls/c1",
        "/escalations/{id}": "/escalations/e1",
        "/callbacks/{id}": "/callbacks/m1",
        "/meetings/{id}": "/meetings/mt1",
        "/clients": f"/clients?number={NUMBER.replace('+', '%2B')}",
        "/accounts/{id}": f"/accounts/{one['id']}",
        "/accounts/{id}/history": f"/accounts/{one['id']}/history",
    }
    for row in routes(asker.office):
        if row.method != "GET" or row.file:
            continue
        await asker.ask("GET", paths.get(row.path, row.path))
        sent = asker.answers[-1][3]
        value = msgspec.json.decode(sent, type=row.gives)
        assert json.loads(msgspec.json.encode(value)) == json.loads(sent), row.path


async def test_the_description_names_every_row_and_no_other(asker: Asker) -> None:
    origin = asker.root.removesuffix("/api/v1")
    async with asker.http.get(f"{origin}/api/openapi.json") as response:
        described = await response.json()
    assert described["openapi"] == "3.1.0"
    told = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, operations in described["paths"].items()
        for method in operations
    }
    assert told == {(row.method, row.path) for row in routes(asker.office)}
    text = json.dumps(described)
    for ref in set(re.findall(r'"#/components/schemas/(\w+)"', text)):
        assert ref in described["components"]["schemas"], ref
    ids = [op["operationId"] for ops in described["paths"].values() for op in ops.values()]
    assert len(ids) == len(set(ids))
    for row in routes(asker.office):
        names = {
            p["name"]
            for p in described["paths"]["/api/v1" + row.path][row.method.lower()]["parameters"]
        }
        assert set(row.query.__struct_fields__) <= names
    assert set(described["webhooks"]) == {
        "call.ended",
        "outcome.decided",
        "escalation.opened",
        "escalation.changed",
        "callback.result",
        "meeting.changed",
    }


FORM = "application/x-www-form-urlencoded"


def sent(data: bytes, kind: str = "application/json") -> dict[str, Any]:
    """A body as it is."""
    return {"data": data, "headers": {"Content-Type": kind}}


def posted(**fields: object) -> dict[str, Any]:
    """A body of JSON."""
    return {"body": fields}


WRONG: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "/calls?limit=-1", {}, 400, "bad_message"),
    ("GET", "/calls?limit=0", {}, 400, "bad_message"),
    ("GET", "/calls?limit=1e9", {}, 400, "bad_message"),
    ("GET", "/calls?limit=201", {}, 400, "bad_message"),
    ("GET", "/calls?limit=2&limit=-1", {}, 400, "bad_message"),
    ("GET", "/calls?lim=1", {}, 400, "bad_message"),
    ("GET", "/calls?after=x", {}, 400, "bad_message"),
    ("GET", "/calls?after=bnVsbA==", {}, 400, "bad_message"),
    ("GET", "/calls?since=2026-11-25T10:00:00", {}, 400, "bad_message"),
    ("GET", "/calls?since=yesterday", {}, 400, "bad_message"),
    ("GET", "/calls?number=12", {}, 400, "bad_message"),
    ("GET", "/calls?number=%27%20OR%201=1", {}, 400, "bad_message"),
    ("GET", "/calls?person=anna&number=84951234567", {}, 400, "bad_message"),
    ("GET", "/calls/no-such", {}, 404, "not_found"),
    ("GET", "/calls/..%2f..%2fetc%2fpasswd", {}, 404, "not_found"),
    ("GET", "/calls/%00", {}, 404, "not_found"),
    ("GET", "/escalations?state=lost", {}, 400, "bad_message"),
    ("GET", "/escalations?open=perhaps", {}, 400, "bad_message"),
    ("GET", "/escalations/m1", {}, 404, "not_found"),
    ("GET", "/callbacks/x", {}, 404, "not_found"),
    ("GET", "/clients", {}, 400, "bad_message"),
    ("GET", "/clients?number=84951234567&account=x", {}, 400, "bad_message"),
    ("GET", "/clients?account=x", {}, 404, "not_found"),
    ("GET", "/accounts/x", {}, 404, "not_found"),
    ("GET", "/nothing", {}, 404, "not_found"),
    ("PUT", "/accounts/x", {}, 405, "wrong_method"),
    ("POST", "/calls", {}, 405, "wrong_method"),
    ("PATCH", "/accounts/x", posted(note="y"), 404, "not_found"),
    ("DELETE", "/accounts/x", {}, 404, "not_found"),
    ("POST", "/accounts", {}, 415, "wrong_content_type"),
    ("POST", "/accounts", sent(b"name=x", FORM), 415, "wrong_content_type"),
    ("POST", "/accounts", sent(b"{"), 400, "bad_message"),
    ("POST", "/accounts", sent(b"[" * 60_000), 400, "bad_message"),
    ("POST", "/accounts", sent(b'"' + b"x" * 70_000), 413, "too_large"),
    ("POST", "/accounts", sent(b'{"name":"\xff"}'), 400, "bad_message"),
    ("POST", "/accounts", posted(name="x", role="admin"), 400, "bad_message"),
    ("POST", "/accounts", posted(name="x", made_by="root"), 400, "bad_message"),
    ("POST", "/accounts", posted(name=5), 400, "bad_message"),
    ("POST", "/accounts", posted(name=" "), 422, "bad_account"),
    ("POST", "/accounts", posted(name="a\u0000b"), 422, "bad_account"),
    ("POST", "/accounts", posted(name="ÐžÐžÐž Ð’ÐµÐºÑ‚Ð¾Ñ€"), 422, "bad_account"),
    ("POST", "/accounts", posted(name="x", note="�"), 422, "bad_account"),
    ("POST", "/accounts", posted(name="x", id="../x"), 422, "bad_account"),
    ("POST", "/accounts", posted(name="x", phones=["+7809"]), 422, "bad_account"),
    ("POST", "/accounts", posted(name="x", phones=["101"]), 422, "bad_account"),
    ("POST", "/accounts", posted(name="x", phones="+74950000001"), 400, "bad_message"),
    ("POST", "/accounts", posted(name="x", owner="nobody"), 422, "bad_account"),
    (
        "POST",
        "/accounts",
        posted(name="x", key=True, scale="small"),
        422,
        "bad_account",
    ),
    ("POST", "/accounts", posted(name="x", scale="huge"), 400, "bad_message"),
    ("POST", "/accounts", posted(name="ООО «Вектор»"), 409, "account_exists"),
    ("POST", "/accounts.csv", posted(x=1), 415, "wrong_content_type"),
    ("GET", "/outbox?before=-1", {}, 400, "bad_message"),
    ("GET", "/outbox?before=99999999999999999999", {}, 400, "bad_message"),
    ("GET", "/outbox?state=gone", {}, 400, "bad_message"),
    ("POST", "/outbox/send", posted(ids=[]), 400, "bad_message"),
    ("POST", "/outbox/send", posted(), 400, "bad_message"),
]


async def test_what_is_wrong_is_refused_with_its_name_and_changes_nothing(asker: Asker) -> None:
    directory = asker.office.service.reception.floor.directory
    account = directory.accounts[0]
    taken = ("POST", "/accounts", posted(name="x", id=account.id), 409, "account_exists")
    for method, path, more, status, problem in [*WRONG, taken]:
        refused = await asker.ask(method, path, status, **more)
        assert refused["problem"] == problem, (method, path, more)
    assert asker.office.service.reception.floor.directory is directory


async def test_a_token_that_only_reads_changes_nothing(asker: Asker) -> None:
    asker.token = asker.give("read")
    await asker.ask("GET", "/accounts")
    for row in routes(asker.office):
        if row.scope is Scope.WRITE:
            path = row.path.replace("{id}", "x")
            refused = await asker.ask(row.method, path, 403, {"name": "x"})
            assert refused["problem"] == "not_for_this_token"


@pytest.mark.parametrize(
    "token", ["", "x", "lt_000000000000_" + "a" * 43, "lt_zz_" + "a" * 43, "ф"]
)
async def test_without_a_valid_token_nothing_is_told(asker: Asker, token: str) -> None:
    asker.token = token
    for row in routes(asker.office):
        refused = await asker.ask(row.method, row.path.replace("{id}", "x"), 401)
        assert refused["problem"] == "wrong_token"


async def test_guessing_is_slowed_and_a_right_token_is_let_in_all_the_same(asker: Asker) -> None:
    right, asker.token = asker.token, "lt_000000000000_" + "a" * 43
    for _ in range(40):
        await asker.ask("GET", "/calls", 401)
    refused = await asker.ask("GET", "/calls", 429)
    assert refused["problem"] == "too_many_tries"
    assert refused["retry"] > 0
    asker.token = right
    await asker.ask("GET", "/calls")


async def test_a_token_that_asks_too_often_waits(asker: Asker) -> None:
    async def once() -> int:
        headers = {"Authorization": f"Bearer {asker.token}"}
        async with asker.http.get(asker.root + "/accounts?limit=1", headers=headers) as response:
            return response.status

    seen = await asyncio.gather(*(once() for _ in range(300)))
    assert set(seen) == {200, 429}


async def test_tokens_are_made_listed_and_revoked_by_the_command_line(asker: Asker) -> None:
    folder = ["-c", str(asker.office.folder)]
    shown = await asker.office.run("token", "add", "CRM", "--scope", "read", *folder)
    assert shown.exit_code == 0, shown.output
    asker.token = shown.output.strip()
    await asker.ask("GET", "/calls")
    await asker.ask("POST", "/accounts", 403, VECTOR)
    listed = await asker.office.run("token", "list", *folder)
    assert asker.token not in listed.output
    id = asker.token.split("_")[1]
    assert f"{id}" in listed.output
    database = asker.office.folder.parent / "linetree.db"
    secret = asker.token.split("_", 2)[2].encode()
    assert secret not in database.read_bytes()
    gone = await asker.office.run("token", "revoke", id, *folder)
    assert gone.output == "CRM: revoked\n"
    await asker.ask("GET", "/calls", 401)
    unknown = await asker.office.run("token", "revoke", "zz", *folder)
    assert unknown.exit_code == 1


async def test_each_write_is_in_the_audit_log(asker: Asker) -> None:
    one = await asker.ask("POST", "/accounts", 201, VECTOR)
    await asker.ask("GET", f"/accounts/{one['id']}")
    await asker.keep()
    entries = asker.office.service.store.audit.entries(1e12, 100)
    told = {(entry.actor, entry.action) for entry in entries}
    assert ("token:a test", "api_post") in told
    assert ("token:a test", "account_created") in told
    assert not any(action == "api_get" for _, action in told)


async def test_a_write_of_which_the_database_says_nothing_is_in_the_audit_log_too(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise StoreUnreachable("it does not answer")

    at = time.time()
    await asker.keep(escalation("told", state=EscalationState.TALKED, owner="orlov", counted=60.0))
    service = asker.office.service
    service.switchboard.post(service.store.restore(at))
    monkeypatch.setattr(service.core, "_settle", away)
    won = {"person": "orlov", "result": "won"}
    await asker.ask("POST", "/escalations/told/result", 503, won)
    await asker.keep()
    entries = [e for e in service.store.audit.entries(1e12, 100) if e.action == "api_post"]
    assert [(e.actor, e.object, e.detail["status"]) for e in entries] == [
        ("token:a test", "/api/v1/escalations/told/result", 503)
    ]


async def test_a_result_that_the_core_broke_at_is_not_said_to_be_done(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_event: object) -> None:
        raise ZeroDivisionError("a defect")

    await asker.keep(escalation("told", state=EscalationState.TALKED, owner="orlov", counted=60.0))
    service = asker.office.service
    service.switchboard.post(service.store.restore(time.time()))
    won = {"person": "orlov", "result": "won"}
    with monkeypatch.context() as patched:
        patched.setattr(service.reception, "receive", broken)
        refused = await asker.ask("POST", "/escalations/told/result", 503, won)
    assert refused["problem"] == "try_later"
    done = await asker.ask("POST", "/escalations/told/result", 200, won)
    assert done["escalation"]["result"] == "won"


async def test_a_hundred_thousand_companies_are_not_looked_through_on_the_loop(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    search = Directory.search

    def watched(directory: Directory, typed: str, limit: int = 8) -> tuple[Account, ...]:
        looked.append(threading.get_ident())
        return search(directory, typed, limit)

    monkeypatch.setattr(Directory, "search", watched)
    await asker.ask("GET", "/accounts?q=век")
    assert len(looked) == 1
    assert looked != [threading.get_ident()]


async def test_wrong_tokens_behind_a_proxy_are_counted_by_the_client_s_address(
    asker: Asker,
) -> None:
    assert asker.office.service.company.settings.web.proxies == ("127.0.0.1",)
    right, asker.token = asker.token, "lt_000000000000_" + "a" * 43
    for n in range(40):
        forged = {"X-Forwarded-For": f"10.0.0.{n}, 203.0.113.7"}
        await asker.ask("GET", "/calls", 401, headers=forged)
    await asker.ask("GET", "/calls", 429, headers={"X-Forwarded-For": "203.0.113.7"})
    await asker.ask("GET", "/calls", 401, headers={"X-Forwarded-For": "203.0.113.8"})
    asker.token = right
    await asker.ask("GET", "/calls", headers={"X-Forwarded-For": "203.0.113.7"})


async def test_the_command_line_takes_accounts_in_and_gives_them_out_unchanged(
    asker: Asker,
) -> None:
    folder = ["-c", str(asker.office.folder)]
    done = await asker.office.run("import", "accounts", CASES, *folder)
    assert done.exit_code == 0, done.output
    assert " added, 0 changed, " in done.output
    out = await asker.office.run("export", "accounts", *folder)
    file = asker.office.folder.parent / "out.csv"
    file.write_bytes(out.stdout_bytes)
    again = await asker.office.run("import", "accounts", str(file), *folder)
    assert again.output.startswith("0 added, 0 changed, ")
    bad = asker.office.folder.parent / "bad.csv"
    bad.write_text("company,phone\nХ,12\n")
    refused = await asker.office.run("import", "accounts", str(bad), *folder)
    assert refused.exit_code == 2
    assert "bad.csv:2:2" in refused.output


async def test_a_meeting_is_read_and_taken_as_a_calendars_entry(asker: Asker) -> None:
    await asker.keep(meeting("mt-1.2"))
    one = await asker.ask("GET", "/meetings/mt-1.2")
    assert (one["zone"], one["sequence"]) == ("Europe/Samara", 1)
    data = await asker.ask("GET", "/meetings/mt-1.2.ics?language=en")
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"UID:mt-1.2@linetree" in data
    await asker.ask("GET", "/meetings/x.ics", 404)
    await asker.ask("GET", "/meetings/x.ics?language=xx", 400)


async def test_a_result_told_by_another_program_ends_the_promise_and_is_on_the_disk(
    asker: Asker,
) -> None:
    at = time.time()
    talked = escalation(
        "told",
        state=EscalationState.TALKED,
        owner="orlov",
        made_at=at - 600,
        due_at=None,
        bridged_at=at - 300,
        talked=60.0,
        counted=60.0,
    )
    owed = escalation("owed", call="c2", company="Лютик", owner="orlov", made_at=at - 600)
    await asker.keep(talked, replace(owed, due_at=at + 600))
    service = asker.office.service
    service.switchboard.post(service.store.restore(at))
    path = "/escalations/told/result"
    won = {"person": "orlov", "result": "won", "note": "счёт оплачен", "next_step": "отгрузка"}
    for body, status, problem in (
        ({**won, "person": "nobody"}, 422, "unknown_person"),
        ({**won, "result": "perhaps"}, 400, "bad_message"),
        ({**won, "result": "meeting"}, 409, "time_required"),
        ({**won, "person": "anna"}, 409, "not_yours"),
        ({**won, "closed_by": "root"}, 400, "bad_message"),
    ):
        refused = await asker.ask("POST", path, status, body)
        assert refused["problem"] == problem
    refused = await asker.ask("POST", "/escalations/owed/result", 409, won)
    assert refused["problem"] == "not_talked_yet"
    refused = await asker.ask("POST", "/escalations/none/result", 404, won)
    assert refused["problem"] == "no_such_promise"
    done = await asker.ask("POST", path, 200, won)
    kept = done["escalation"]
    assert (kept["state"], kept["result"], kept["closed_by"]) == ("closed", "won", "orlov")
    assert (kept["result_note"], kept["next_step"]) == ("счёт оплачен", "отгрузка")
    assert await asker.ask("POST", path, 200, won) == done, "told again, since nobody heard it"
    late = await asker.ask("POST", path, 409, {**won, "result": "lost"})
    assert late["problem"] == "already_closed"
    assert await asker.ask("GET", "/escalations/told") == done


async def test_a_promise_that_has_joined_another_is_read_and_told_as_the_one_that_goes_on(
    asker: Asker,
) -> None:
    at = time.time()
    gone = replace(
        escalation("gone", call="c2", company="Лютик", made_at=at - 500),
        state=EscalationState.CLOSED,
        result="joined",
        closed_at=at - 90 * 86400,
        joined_to="on",
    )
    said = enquiries(escalation(call="c2", made_at=at - 500))
    on = escalation(
        "on",
        state=EscalationState.TALKED,
        owner="orlov",
        company="Лютик",
        made_at=at - 600,
        due_at=None,
        bridged_at=at - 300,
        talked=60.0,
        counted=60.0,
        joined=said,
    )
    await asker.keep(gone, on, attempt("a1", promise="gone", made_at=at - 450))
    await asker.keep(attempt("a2", promise="on", made_at=at - 400))
    service = asker.office.service
    service.switchboard.post(service.store.restore(at))
    for path, what in (("escalations", "escalation"), ("callbacks", "callback")):
        found = await asker.ask("GET", f"/{path}/gone")
        assert (found[what]["id"], found["joined_from"]) == ("on", "gone")
        assert [one["id"] for one in found["attempts"]] == ["a1", "a2"]
        assert (await asker.ask("GET", f"/{path}/on"))["joined_from"] == ""
    won = {"person": "orlov", "result": "won"}
    done = await asker.ask("POST", "/escalations/gone/result", 200, won)
    assert (done["escalation"]["id"], done["escalation"]["result"]) == ("on", "won")
    assert await asker.ask("POST", "/escalations/gone/result", 200, won) == done
    late = await asker.ask("POST", "/escalations/gone/result", 409, {**won, "result": "lost"})
    assert late["detail"] == "on ended as won"
    # The enquiry has left again: a company had been picked by mistake.
    await asker.keep(replace(on, joined=[]), escalation("apart", call="c2", made_at=at))
    assert (await asker.ask("GET", "/escalations/gone"))["escalation"]["id"] == "apart"


async def test_the_command_line_writes_calls_promises_and_owed_calls_as_csv(asker: Asker) -> None:
    now = time.time()
    hostile = '=HYPERLINK("http://x")'
    await asker.keep(
        call(offered_at=now - 60, name=hostile),
        call("old", offered_at=now - 90 * 86400),
        escalation(made_at=now - 60),
        missed(first_missed_at=now - 60),
    )
    folder = ["-c", str(asker.office.folder)]
    found = {}
    for what in ("calls", "escalations", "callbacks"):
        out = await asker.office.run("export", what, *folder)
        assert out.exit_code == 0, out.output
        found[what] = read_rows(out.stdout_bytes)
    assert [(row["id"], row["name"]) for row in found["calls"]] == [("c1", hostile)]
    assert [row["id"] for row in found["escalations"]] == ["e1"]
    assert {row["made_for"] for row in found["callbacks"]} == {"escalation", "missed_call"}
