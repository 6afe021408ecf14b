"""Every error that linetree raises by name, under one base."""

from collections.abc import Iterable
from difflib import get_close_matches


class LinetreeError(Exception):
    """Base of all named errors: its text says what was wrong, where, and how to mend it."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known name as a hint to put behind a message, or nothing when none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""
