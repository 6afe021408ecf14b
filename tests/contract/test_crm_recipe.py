"""The recipe for Bitrix24 and amoCRM: from a committed promise to what their documents ask for."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from contract.store_backends import DEADLINE, SqlBackend, escalation
from contract.test_webhooks import kept, opened, states
from contract.webhook_receiver import SECRET, Peer

from ivr.asterisk.private.processes import free_port
from ivr.domain.records import EscalationState
from ivr.outside.post_office import PostOffice
from ivr.outside.webhooks import WebhookCarrier

RELAY = Path(__file__).parents[2] / "docs" / "crm" / "relay.py"
ANSWER = {
    "question": "who",
    "asked": {"ru": "Кому?", "en": "Who?"},
    "answer": "organisation",
    "text": {"ru": "Организации", "en": "Organisation"},
}
LEAD_FIELDS = {
    "title",
    "name",
    "companyTitle",
    "sourceId",
    "comments",
    "originatorId",
    "originId",
    "fm",
    "assignedById",
}
"""Of the fields of a lead that crm.item.add describes, those that the recipe may use."""


@dataclass
class Crm:
    """Both CRMs on loopback, as their documents describe them; `down` answers 503 so often."""

    port: int = field(default_factory=free_port)
    leads: list[dict[str, Any]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    down: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/rest/1/key/crm.item.add", self.bitrix_add)
        app.router.add_post("/rest/1/key/crm.item.list", self.bitrix_list)
        app.router.add_post("/rest/1/key/crm.timeline.comment.add", self.bitrix_comment)
        app.router.add_post("/api/v4/leads/complex", self.amo_add)
        app.router.add_post("/api/v4/leads/{id}/notes", self.amo_note)
        return app

    async def _body(self, request: web.Request) -> Any:
        if self.down:
            self.down -= 1
            raise web.HTTPServiceUnavailable
        assert request.content_type == "application/json"
        if request.path.startswith("/api/v4"):
            assert request.headers["Authorization"] == "Bearer token"
        return await request.json()

    async def bitrix_list(self, request: web.Request) -> web.Response:
        asked = await self._body(request)
        assert asked["entityTypeId"] == 1
        wanted = asked["filter"]["=originId"]
        assert asked["filter"]["=originatorId"] == "linetree"
        ids = [n for n, one in enumerate(self.leads, 1) if one["originId"] == wanted]
        return web.json_response({"result": {"items": [{"id": n} for n in ids]}})

    async def bitrix_add(self, request: web.Request) -> web.Response:
        body = await self._body(request)
        assert body["entityTypeId"] == 1
        fields = body["fields"]
        assert fields.keys() <= LEAD_FIELDS
        assert all(isinstance(one, str) for name, one in fields.items() if name != "fm")
        for phone in fields.get("fm", []):
            assert phone.keys() == {"typeId", "valueType", "value"}
            assert (phone["typeId"], phone["valueType"]) == ("PHONE", "WORK")
        self.leads.append(fields)
        return web.json_response({"result": {"item": {"id": len(self.leads)}}})

    async def bitrix_comment(self, request: web.Request) -> web.Response:
        fields = (await self._body(request))["fields"]
        assert fields.keys() == {"ENTITY_ID", "ENTITY_TYPE", "COMMENT"}
        assert fields["ENTITY_TYPE"] == "lead"
        self.notes.append((str(fields["ENTITY_ID"]), fields["COMMENT"]))
        return web.json_response({"result": 1})

    async def amo_add(self, request: web.Request) -> web.Response:
        (lead,) = await self._body(request)
        assert isinstance(lead["name"], str)
        inside = lead["_embedded"]
        assert len(inside["contacts"]) == 1
        assert len(inside.get("companies", [])) <= 1
        (phone,) = inside["contacts"][0]["custom_fields_values"]
        assert phone["field_code"] == "PHONE"
        assert phone["values"][0].keys() == {"value", "enum_code"}
        self.leads.append(lead)
        made = {"id": len(self.leads), "request_id": [lead["request_id"]], "merged": False}
        return web.json_response([made])

    async def amo_note(self, request: web.Request) -> web.Response:
        (note,) = await self._body(request)
        assert note["note_type"] == "common"
        self.notes.append((request.match_info["id"], note["params"]["text"]))
        return web.json_response({"_embedded": {"notes": [{"id": 1}]}})


@asynccontextmanager
async def served(crm: Crm) -> AsyncIterator[None]:
    runner = web.AppRunner(crm.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", crm.port).start()
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def relay(crm: Crm, kind: str, folder: Path) -> AsyncIterator[int]:
    """The recipe's script as a process; its port."""
    bitrix = kind == "bitrix24"
    env = {
        "WEBHOOK_SECRET": SECRET,
        "CRM_URL": f"{crm.url}/rest/1/key" if bitrix else crm.url,
        "RELAY_PORT": "0",
        "RELAY_FILE": str(folder / "relay.db"),
        **({} if bitrix else {"CRM_TOKEN": "token"}),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(RELAY), stdout=asyncio.subprocess.PIPE, env={**os.environ, **env}
    )
    assert process.stdout is not None
    async with asyncio.timeout(DEADLINE):
        line = (await process.stdout.readline()).decode()
    try:
        yield int(line.rsplit(":", 1)[1])
    finally:
        process.kill()
        await process.communicate()


@pytest.mark.parametrize("kind", ["bitrix24", "amocrm"])
async def test_a_promise_becomes_one_lead_and_its_result_a_note(
    kind: str, sqlite: SqlBackend, tmp_path: Path
) -> None:
    crm = Crm()
    promise = escalation(answers=[ANSWER], company="<b>Ромашка</b>", owner="olga")
    closed = escalation(
        answers=[ANSWER],
        state=EscalationState.CLOSED,
        result="won",
        next_step="договор до пятницы",
        closed_at=2000.0,
    )
    async with served(crm), relay(crm, kind, tmp_path) as port:
        receiver = Peer(port).receiver()
        async with opened(sqlite, [receiver]) as (store, inbox):
            office = PostOffice(store.outbox, time.time)
            store.on_notices(office.wake)
            await office.start([receiver])
            await kept(store, inbox, promise, escalation(state=EscalationState.CALLBACK), closed)
            await until(lambda: states(store) == ["taken"] * 3)
            await office.stop()
    (lead,) = crm.leads
    assert "+74951234567" in str(lead)
    assert "<b>" not in str(lead)
    said = str(lead) + str(crm.notes)
    assert "Кому? Организации" in said
    assert crm.notes[-1][0] == "1"
    assert "договор до пятницы" in crm.notes[-1][1]


@pytest.mark.parametrize("kind", ["bitrix24", "amocrm"])
async def test_what_comes_twice_is_done_once_and_what_the_crm_refuses_comes_again(
    kind: str, sqlite: SqlBackend, tmp_path: Path
) -> None:
    crm = Crm(down=1)
    async with served(crm), relay(crm, kind, tmp_path) as port:
        receiver = Peer(port).receiver()
        async with opened(sqlite, [receiver]) as (store, inbox):
            await kept(store, inbox, escalation(answers=[ANSWER]))
            (message,) = store.outbox.entries(None, None, 9)
            carrier = WebhookCarrier(receiver, time.time)
            answers = [type(await carrier.carry(message)).__name__ for _ in range(3)]
            await carrier.close()
    assert answers == ["Silent", "Taken", "Taken"]
    assert len(crm.leads) == 1


async def test_a_message_that_is_not_ours_reaches_no_crm(tmp_path: Path) -> None:
    crm = Crm()
    async with (
        served(crm),
        relay(crm, "bitrix24", tmp_path) as port,
        aiohttp.ClientSession() as http,
    ):
        headers = {"webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
        for sent in (headers, {}):
            url = f"http://127.0.0.1:{port}/"
            async with http.post(url, data=b'{"type":"x"}', headers=sent) as response:
                assert response.status == 401
    assert crm.leads == []


async def until(fact: Any) -> None:
    """Wait for a fact, in vain for 30 s at most."""
    async with asyncio.timeout(DEADLINE):
        while not fact():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.02)
