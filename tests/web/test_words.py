"""The pages' words: every one exists in both languages, in the same shape, in all files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from web.browser import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")

FOLDER = Path(__file__).parents[2] / "ivr" / "web" / "static" / "words"
FILES = sorted(file.name for file in (FOLDER / "ru").glob("*.js"))

SHAPE = """async (path) => {
  const shape = (value) => {
    if (typeof value === "function") return `takes ${value.length}`;
    if (typeof value !== "object") return value === "" ? "" : "text";
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shape(one)]));
  };
  return shape((await import(path)).default);
}"""


async def shape(desk: Desk, language: str, file: str) -> Any:
    """The keys of a file of words, and what stands under each: text, or how much it takes."""
    return await desk.page.evaluate(SHAPE, f"/static/words/{language}/{file}")


async def test_both_languages_have_the_same_words_on_every_page(desk: Desk) -> None:
    assert sorted(file.name for file in (FOLDER / "en").glob("*.js")) == FILES
    await desk.page.goto(desk.stand.url)
    for file in FILES:
        russian = await shape(desk, "ru", file)
        assert russian, file
        assert russian == await shape(desk, "en", file), file


async def test_no_two_pages_call_different_words_by_one_name(desk: Desk) -> None:
    await desk.page.goto(desk.stand.url)
    names = [name for file in FILES for name in await shape(desk, "ru", file)]
    assert len(names) == len(set(names))


async def test_a_day_of_another_year_says_which(desk: Desk) -> None:
    await desk.page.goto(desk.stand.url)
    said = """async (years) => {
      const {day} = await import("/static/words.js");
      const at = new Date();
      return day(new Date(at.getFullYear() - years, at.getMonth(), 15, 12).getTime() / 1000);
    }"""
    said_of = [await desk.page.evaluate(said, years) for years in (0, 3)]
    this_year, years_ago = (text.replace("\u00a0", " ") for text in said_of)
    assert not re.search(r"\d{4}", this_year)
    assert re.search(r"^15 \S+ 20\d\d г\.$", years_ago), years_ago


async def test_a_sentence_that_ends_with_a_year_has_one_dot(desk: Desk) -> None:
    await desk.page.goto(desk.stand.url)
    said = """async () => {
      const {say} = await import("/static/words.js");
      const {default: ru} = await import("/static/words/ru/desk.js");
      return say(ru.last("12\u00a0ноября 2023\u00a0г.", ""));
    }"""
    assert (await desk.page.evaluate(said)).endswith("2023\u00a0г.")
