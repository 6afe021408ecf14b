"""What axe-core finds wrong with a page as it stands: contrast, names, roles, order."""

from __future__ import annotations

from importlib.resources import files

from playwright.async_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


async def faults(page: Page) -> list[str]:
    """Each rule that is broken, with the first elements that break it."""
    await page.evaluate(AXE)
    found = await page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]
