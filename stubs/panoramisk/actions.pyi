import asyncio

from .message import Message
from .utils import CaseInsensitiveDict

class Action(CaseInsensitiveDict):
    as_list: bool | None
    responses: list[Message]
    future: asyncio.Future[Message]
    @property
    def id(self) -> str: ...
