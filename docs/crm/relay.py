"""Takes linetree's webhooks and writes them into Bitrix24 or amoCRM: a small service to adapt.

Python 3.11 or newer and `pip install standardwebhooks`. Set in the environment:

WEBHOOK_SECRET  the receiver's secret, as linetree has it (whsec_...)
CRM_URL         Bitrix24: the incoming webhook's address, https://NAME.bitrix24.ru/rest/1/KEY
                amoCRM: https://NAME.amocrm.ru
CRM_TOKEN       amoCRM: a long-lived token of a private integration; left out for Bitrix24
RELAY_PORT      where to listen on 127.0.0.1, 8090
RELAY_FILE      what is remembered, relay.db

A message is answered by 2xx only once the CRM has taken it, so that linetree brings it again.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

LARGEST = 128 * 1024
PATIENCE = 8.0  # seconds for the CRM, fewer than linetree waits for us
LEAD = 1  # entityTypeId of a lead in Bitrix24


class CrmSaysNo(Exception):
    """The CRM did not take it; `status` is what linetree is told."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)


def plain(text: str) -> str:
    """What a caller wrote, without what a CRM could take for markup."""
    return "".join(" " if ch in "<>[]" else ch for ch in text)


def post(url: str, body: object, token: str = "") -> Any:
    """Ask the CRM. Raises CrmSaysNo: 503 when it may do it later, 422 when it never will."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - by the admin
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 - the same
            return json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        later = error.code in (401, 403, 408, 429) or error.code >= 500
        why = error.read(200).decode("utf-8", "replace")
        raise CrmSaysNo(503 if later else 422, f"{error.code} {why}") from error
    except (OSError, ValueError) as error:
        raise CrmSaysNo(503, str(error)) from error


def title(promise: dict[str, Any]) -> str:
    """What the lead is called."""
    whom = plain(promise["company"] or promise["name"] or promise["number"])
    aim = "встреча" if promise["aim"] == "meeting" else "разговор"
    return f"{whom}: {aim}"


def told(promise: dict[str, Any]) -> str:
    """Everything that the client has answered, so that nobody asks it again."""
    lines = [
        f"{plain(one['asked']['ru'])} {plain(one['text']['ru'])}"
        for one in promise["answers"]
        if "asked" in one and "text" in one
    ]
    lines += [f"Предложено: {', '.join(promise['offer'])}"] if promise["offer"] else []
    lines += [plain(promise["note"])] if promise["note"] else []
    return "\n".join([*lines, f"Звонок {promise['call']}, принял(а) {promise['agent']}"])


def ended(promise: dict[str, Any]) -> str:
    """What came of the promise."""
    parts = [promise["result"], promise["joined_to"]]
    parts += [plain(promise[name]) for name in ("result_note", "next_step")]
    return "Итог продаж: " + ". ".join(part for part in parts if part)


class Bitrix24:
    """Leads by `crm.item.add`; `originId` is the promise's id, so that none is made twice."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def open(self, promise: dict[str, Any], known: str) -> str:
        """The lead's id, of one that is there already too."""
        lead = known or self._find(promise["id"])
        if lead:
            return lead
        fields: dict[str, Any] = {
            "title": title(promise),
            "name": plain(promise["name"]),
            "companyTitle": plain(promise["company"]),
            "sourceId": "CALL",
            "comments": told(promise),
            "originatorId": "linetree",
            "originId": promise["id"],
        }
        if promise["number"]:
            phone = {"typeId": "PHONE", "valueType": "WORK", "value": promise["number"]}
            fields["fm"] = [phone]
        made = post(f"{self.url}/crm.item.add", {"entityTypeId": LEAD, "fields": fields})
        return str(made["result"]["item"]["id"])

    def close(self, lead: str, promise: dict[str, Any]) -> None:
        """A comment on the lead's timeline."""
        fields = {"ENTITY_ID": int(lead), "ENTITY_TYPE": "lead", "COMMENT": ended(promise)}
        post(f"{self.url}/crm.timeline.comment.add", {"fields": fields})

    def _find(self, promise: str) -> str:
        wanted = {"=originatorId": "linetree", "=originId": promise}
        asked = {"entityTypeId": LEAD, "select": ["id"], "filter": wanted}
        items = post(f"{self.url}/crm.item.list", asked)["result"]["items"]
        return str(items[0]["id"]) if items else ""


class AmoCrm:
    """Leads with a contact and a company by `leads/complex`."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.token = token

    def open(self, promise: dict[str, Any], known: str) -> str:
        """The lead's id."""
        if known:
            return known
        contact: dict[str, Any] = {"name": plain(promise["name"] or promise["number"] or "?")}
        if promise["number"]:
            phone = {"value": promise["number"], "enum_code": "WORK"}
            contact["custom_fields_values"] = [{"field_code": "PHONE", "values": [phone]}]
        inside: dict[str, Any] = {"contacts": [contact], "tags": [{"name": "linetree"}]}
        if promise["company"]:
            inside["companies"] = [{"name": plain(promise["company"])}]
        lead = {"name": title(promise), "request_id": promise["id"], "_embedded": inside}
        made = str(post(f"{self.url}/api/v4/leads/complex", [lead], self.token)[0]["id"])
        self._note(made, told(promise))
        return made

    def close(self, lead: str, promise: dict[str, Any]) -> None:
        """A note on the lead."""
        self._note(lead, ended(promise))

    def _note(self, lead: str, text: str) -> None:
        note = {"note_type": "common", "params": {"text": text}}
        post(f"{self.url}/api/v4/leads/{lead}/notes", [note], self.token)


class Memory:
    """Which messages were done, and which lead is whose: survives a restart."""

    def __init__(self, file: str) -> None:
        self._lock = threading.Lock()
        self._base = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._base.execute("CREATE TABLE IF NOT EXISTS done (id TEXT PRIMARY KEY)")
        self._base.execute("CREATE TABLE IF NOT EXISTS leads (promise TEXT PRIMARY KEY, lead TEXT)")

    def is_done(self, message: str) -> bool:
        """Whether the message came before."""
        with self._lock:
            found = self._base.execute("SELECT 1 FROM done WHERE id = ?", (message,)).fetchone()
            return found is not None

    def done(self, message: str) -> None:
        """The message need not come again."""
        with self._lock:
            self._base.execute("INSERT OR IGNORE INTO done VALUES (?)", (message,))

    def lead_of(self, promise: str) -> str:
        """The lead that was made for this promise, "" for none."""
        with self._lock:
            row = self._base.execute(
                "SELECT lead FROM leads WHERE promise = ?", (promise,)
            ).fetchone()
            return str(row[0]) if row else ""

    def keep_lead(self, promise: str, lead: str) -> None:
        """Remember whose lead it is."""
        with self._lock:
            self._base.execute("INSERT OR REPLACE INTO leads VALUES (?, ?)", (promise, lead))


class Relay:
    """One message after another, each done once."""

    def __init__(self, crm: Bitrix24 | AmoCrm, secret: str, memory: Memory) -> None:
        self._crm = crm
        self._webhook = Webhook(secret)
        self._memory = memory
        self._turn = threading.Lock()

    def take(self, body: str, headers: dict[str, str]) -> int:
        """The status to answer with. Raises CrmSaysNo."""
        try:
            message = self._webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return 401
        with self._turn:
            if not self._memory.is_done(headers["webhook-id"]):
                self._write(message["type"], message["data"])
                self._memory.done(headers["webhook-id"])
        return 204

    def _write(self, kind: str, promise: dict[str, Any]) -> None:
        if kind not in ("escalation.opened", "escalation.changed"):
            return
        lead = self._crm.open(promise, self._memory.lead_of(promise["id"]))
        self._memory.keep_lead(promise["id"], lead)
        if promise["state"] == "closed":
            self._crm.close(lead, promise)


def handler(relay: Relay) -> type[BaseHTTPRequestHandler]:
    """What answers linetree."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            """One message."""
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > LARGEST:
                return self._answer(413)
            body = self.rfile.read(int(length)).decode("utf-8", "replace")
            sent = {name.lower(): value for name, value in self.headers.items()}
            try:
                status = relay.take(body, sent)
            except CrmSaysNo as no:
                print(f"{sent.get('webhook-id')}: {no}", flush=True)
                status = no.status
            return self._answer(status)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing of each request: a phone number may be in it."""

    return Handler


def main() -> None:
    """Listen until stopped."""
    url, token = os.environ["CRM_URL"], os.environ.get("CRM_TOKEN", "")
    crm = AmoCrm(url, token) if token else Bitrix24(url)
    memory = Memory(os.environ.get("RELAY_FILE", "relay.db"))
    relay = Relay(crm, os.environ["WEBHOOK_SECRET"], memory)
    port = int(os.environ.get("RELAY_PORT", "8090"))
    with ThreadingHTTPServer(("127.0.0.1", port), handler(relay)) as server:
        print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
