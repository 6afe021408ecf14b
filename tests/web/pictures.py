"""Pictures of pages, for people: drawn only where the environment says PICTURES=1."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.async_api import Page

PICTURES = Path(__file__).parents[2] / "build" / "pictures"
WANTED = os.environ.get("PICTURES") == "1"
"""A picture costs ten times what the test round it does."""


async def keep_picture(page: Page, name: str, whole: bool = False) -> None:
    """Keep how the page looks, `whole` down to its end, if pictures are wanted."""
    if not WANTED:
        return
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    await page.screenshot(path=path, animations="disabled", full_page=whole)
