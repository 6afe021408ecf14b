import asyncio
from collections import deque

from .manager import Manager

class AMIProtocol(asyncio.Protocol):
    factory: Manager | None
    encoding: str
    queue: deque[str]
