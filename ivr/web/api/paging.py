"""Lists by pages: a page says where the next one begins, and costs the same however far it is."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from ivr.ports import Bookmark
from ivr.web.room import Refused

Row = TypeVar("Row")

Limit = Annotated[int, Meta(ge=1, le=200, description="how many rows at most")]
After = Annotated[str, Meta(max_length=400, description="`next` of the page before")]
Moment = Annotated[datetime, Meta(tz=True)]
Word = Annotated[str, Meta(max_length=100)]


class Paged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every list takes."""

    limit: Limit = 50
    after: After = ""


def bookmark(after: str) -> Bookmark | None:
    """The place that a page's `next` names. Raises Refused when it names none."""
    if not after:
        return None
    try:
        at, id = msgspec.json.decode(
            base64.b64decode(after, altchars=b"-_", validate=True), type=tuple[float, str]
        )
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise Refused(400, "bad_message", "after: this is no `next` of a page") from error
    return Bookmark(at, id)


def written(mark: Bookmark) -> str:
    """A place as `next` names it."""
    return base64.urlsafe_b64encode(msgspec.json.encode((mark.at, mark.id))).decode()


def cut(
    rows: Sequence[Row], limit: int, place: Callable[[Row], tuple[float, str]]
) -> tuple[Sequence[Row], str]:
    """The page of rows of which one too many was asked for, and where the next begins."""
    page = rows[:limit]
    return page, written(Bookmark(*place(page[-1]))) if len(rows) > limit else ""


def seconds(at: datetime | None) -> float | None:
    """A time with its zone as seconds since the epoch."""
    return None if at is None else at.timestamp()
