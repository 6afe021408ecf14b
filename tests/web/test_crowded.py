"""The check of crowded pages itself: it must see what a person sees, and nothing else."""

from __future__ import annotations

import pytest
from web.browser import Desk
from web.crowded import below, crowded

pytestmark = pytest.mark.asyncio(loop_scope="session")

FINE = "<p>A caller waits</p><p>for an answer</p>"
CASES = {
    FINE: [],
    f'{FINE}<p style="margin-block-start: -2em">too high</p>': [
        "over each other: for an answer | too high"
    ],
    '<p style="inline-size: 3em; overflow-wrap: break-word">Videoconference</p>': [
        "broken: Videoconference"
    ],
    '<p style="white-space: nowrap; inline-size: 2em; margin-inline-start: 99vw">out of it</p>': [
        "sticks out: out of it"
    ],
    '<p style="inline-size: 3em; overflow-wrap: anywhere">Videoconference</p>': [],
    '<div style="inline-size: 2em; overflow: auto; white-space: nowrap">cut off by it</div>': [],
}


@pytest.mark.parametrize("content", CASES)
async def test_what_is_crowded_is_found(desk: Desk, content: str) -> None:
    await desk.page.set_content(content)
    assert await crowded(desk.page) == CASES[content]


KEY = '<button type="button" aria-keyshortcuts="C">call</button>'
SIGHT = {
    KEY: 0,
    f'<p style="block-size: 99vh"></p>{KEY}': 1,
    f'<div style="block-size: 2em; overflow: auto"><p>who</p><p>why</p>{KEY}</div>': 1,
    f'<p style="block-size: 99vh"></p><table><tr><td>{KEY}</td></tr></table>': 0,
    f'<p style="block-size: 99vh"></p><div hidden>{KEY}</div>': 0,
}


@pytest.mark.parametrize("content", SIGHT)
async def test_a_key_that_nobody_sees_is_found(desk: Desk, content: str) -> None:
    await desk.page.set_content(content)
    assert len(await below(desk.page)) == SIGHT[content]
