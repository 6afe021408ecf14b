"""Keys of other programs in the database: the hash of each, and whether it still opens."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from ivr.ports import ApiToken
from ivr.store.mending import mended
from ivr.store.reader.pool import Readers
from ivr.store.rows import API_TOKENS, upsert
from ivr.store.tables import api_tokens
from ivr.store.writer import Writer


class TokensLook:
    """The keys as they are read; every call waits for the database. Raises StoreUnreachable."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    def token(self, id: str) -> ApiToken | None:
        """The key of this id, revoked or not."""
        query = select(api_tokens).where(api_tokens.c.id == mended(id))
        return self._readers.one(API_TOKENS, query)

    def tokens(self) -> Sequence[ApiToken]:
        """All of them, the revoked too, newest first."""
        query = select(api_tokens).order_by(api_tokens.c.made_at.desc(), api_tokens.c.id)
        return self._readers.all(API_TOKENS, query)


class SqlTokens(TokensLook):
    """The Tokens port."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        super().__init__(readers)
        self._writer = writer

    def keep_token(self, token: ApiToken) -> None:
        """Keep the key as it is now."""
        row = API_TOKENS.values(token)

        def keep(connection: Connection) -> None:
            upsert(connection, API_TOKENS).run(connection, [row])

        self._writer.run(keep)
