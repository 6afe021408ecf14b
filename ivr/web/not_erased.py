"""What keeps a number from being erased, as a request is refused for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ivr.erasing import NoSuchNumber, NotErased
from ivr.voice_files import VoiceFilesKept
from ivr.web.room import Refused


@contextmanager
def told() -> Iterator[None]:
    """Turn an erasure's errors into Refused: 422 for what names nobody, else 409."""
    try:
        yield
    except NoSuchNumber as error:
        raise Refused(422, "bad_number", str(error)) from error
    except NotErased as error:
        raise Refused(409, "not_erased", str(error)) from error
    except VoiceFilesKept as error:
        raise Refused(409, "voice_message_kept", str(error)) from error
