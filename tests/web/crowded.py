"""What on a page lies over something else, sticks out, breaks inside a word, or is out of sight."""

from __future__ import annotations

from typing import cast

from playwright.async_api import Page

CROWDED = """() => {
  const root = document.querySelector("dialog[open]") ?? document.body;
  const OUT = ".unseen, .skip, select, textarea, script, style";
  const hidden = (one) => one.closest(OUT) || !one.checkVisibility() || clipped(one);
  const clipped = (one) => one && one !== document.body
    && (getComputedStyle(one).clipPath !== "none" || clipped(one.parentElement));
  // What of a box can be seen: a part of the page that scrolls hides the rest.
  const seen = (box, one) => {
    const cut = {left: box.left, right: box.right, top: box.top, bottom: box.bottom};
    for (let at = one; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowX === "visible") continue;
      const by = at.getBoundingClientRect();
      for (const side of ["left", "top"]) cut[side] = Math.max(cut[side], by[side]);
      for (const side of ["right", "bottom"]) cut[side] = Math.min(cut[side], by[side]);
    }
    return cut;
  };
  const found = [];
  const boxes = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const one = node.parentElement;
    const text = node.data.trim();
    if (!text || hidden(one)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const box = seen(rect, one);
      if (box.right - box.left < 1 || box.bottom - box.top < 1) continue;
      if (box.right > document.documentElement.clientWidth + 1) found.push(`sticks out: ${text}`);
      boxes.push({...box, one, text});
    }
    if (getComputedStyle(one).overflowWrap === "anywhere") continue;
    for (const word of node.data.matchAll(/[\\p{L}\\d]+/gu)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map(({top}) => Math.round(top)));
      if (lines.size > 1) found.push(`broken: ${word[0]}`);
    }
  }
  for (const [n, a] of boxes.entries()) {
    for (const b of boxes.slice(n + 1)) {
      if (a.one === b.one) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 6) found.push(`over each other: ${a.text} | ${b.text}`);
    }
  }
  return [...new Set(found)];
}"""


async def crowded(page: Page) -> list[str]:
    """Each text that another lies over, that leaves the window, or that breaks inside a word."""
    return cast("list[str]", await page.evaluate(CROWDED))


BELOW = """() => {
  const root = document.querySelector("dialog[open]") ?? document.body;
  const cut = {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
  const found = [];
  for (const one of root.querySelectorAll("[aria-keyshortcuts]")) {
    if (one.closest("tr, .left li, .known") || !one.checkVisibility()) continue;
    const box = one.getBoundingClientRect();
    const seen = {...cut};
    for (let at = one.parentElement; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).overflowY === "visible") continue;
      const by = at.getBoundingClientRect();
      seen.top = Math.max(seen.top, by.top);
      seen.bottom = Math.min(seen.bottom, by.bottom);
    }
    if (box.top < seen.top - 1 || box.bottom > seen.bottom + 1) {
      const key = one.getAttribute("aria-keyshortcuts");
      found.push(`${key}: ${Math.round(box.top)}–${Math.round(box.bottom)}`);
    }
  }
  return found;
}"""
"""The keys of a row move with their list, and what is known may be long: neither is a main key."""


async def below(page: Page) -> list[str]:
    """Each key of the page that nobody sees without scrolling, with where it lies."""
    return cast("list[str]", await page.evaluate(BELOW))
