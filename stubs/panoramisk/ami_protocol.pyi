import asyncio

from .manager import Manager

class AMIProtocol(asyncio.Protocol):
    factory: Manager | None
