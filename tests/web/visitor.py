"""A person's plain HTTP: signs in through the door, then asks rooms as their page does."""

from __future__ import annotations

import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import aiohttp
from web.desk_stand import PASSWORDS


class Served(Protocol):
    """A server of any kind that is up."""

    @property
    def url(self) -> str: ...


class Visitor:
    """One signed-in person; `ask` gives the status and the JSON that came back."""

    def __init__(self, stand: Served, http: aiohttp.ClientSession) -> None:
        self.stand = stand
        self.http = http
        self.token = ""

    async def page(self, address: str = "/", *, status: int = 200) -> str:
        """The HTML of an address; its token goes with what is asked from now on."""
        async with self.http.get(self.stand.url + address) as response:
            text = await response.text()
            assert response.status == status, text
        found = re.search(r'name="form-token" content="([^"]+)"', text)
        assert found
        self.token = found[1]
        return text

    async def ask(
        self, address: str, body: object = None, method: str = "", **headers: str
    ) -> tuple[int, Any]:
        """GET, or POST of `body` (bytes go as they are); `headers` override a page's own."""
        sent = {"Origin": self.stand.url, "X-Form-Token": self.token}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = None
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        method = method or ("GET" if body is None else "POST")
        url = self.stand.url + address
        async with self.http.request(method, url, data=data, headers=sent) as response:
            if response.content_type == "application/json":
                return response.status, await response.json()
            return response.status, await response.text()


@asynccontextmanager
async def visitor(stand: Served, who: str) -> AsyncIterator[Visitor]:
    """This person in a browser of their own."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        one = Visitor(stand, http)
        await one.page()
        status, _ = await one.ask("/signin", {"person": who, "password": PASSWORDS[who]})
        assert status == 200
        await one.page(status=200)
        yield one
