"""Brings a database to this release's version, in one transaction, by Alembic."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from ivr.store.address import parsed, shown
from ivr.store.errors import StoreNewer
from ivr.store.session import Session

SCRIPTS = "ivr.store:migrations"


def migrate(url: str) -> None:
    """Migrate the database at `url` to this release.

    Raises StoreNewer, StoreTaken (a running instance migrates its own) and StoreUnreachable.
    """
    address = parsed(url)
    session = Session(address)
    try:
        session.open(lambda connection: migrate_on(connection, shown(address)))
    finally:
        session.close()


def migrate_on(connection: Connection, where: str) -> None:
    """Migrate over this connection, inside its transaction; `where` is for the message."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", SCRIPTS)
    scripts = ScriptDirectory.from_config(config)
    found = MigrationContext.configure(connection).get_current_heads()
    unknown = set(found) - {script.revision for script in scripts.walk_revisions()}
    if unknown:
        raise StoreNewer(
            f"the database {where} is of version {', '.join(sorted(unknown))}, which this"
            f" release does not know (its own is {scripts.get_current_head()}): install the"
            " release that wrote it, or restore the backup made before that release"
        )
    if set(found) != set(scripts.get_heads()):
        command.upgrade(config, "head")
