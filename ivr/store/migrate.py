"""Brings a database to this release's version, in one transaction, by Alembic."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from ivr.store.errors import StoreNewer

SCRIPTS = "ivr.store:migrations"

NEWEST = max(
    file.name[1:5] for file in (Path(__file__).parent / "migrations" / "versions").glob("r*.py")
)
"""The version of a database of this release: each step's file begins with its number."""


def migrate(connection: Connection, where: str) -> None:
    """Migrate over this connection, inside its transaction; `where` is for the message.

    Raises StoreNewer.
    """
    if _versions(connection) == {NEWEST}:
        return
    # Most starts find nothing to do, and Alembic brings along the dialects of all databases: a
    # tenth of what a start costs, and ten megabytes that would stay.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", SCRIPTS)
    scripts = ScriptDirectory.from_config(config)
    unknown = _versions(connection) - {script.revision for script in scripts.walk_revisions()}
    if unknown:
        raise StoreNewer(
            f"the database {where} is of version {', '.join(sorted(unknown))}, which this"
            f" release does not know (its own is {NEWEST}): install the"
            " release that wrote it, or restore the backup made before that release"
        )
    command.upgrade(config, "head")


def _versions(connection: Connection) -> set[str]:
    """What the database says of itself; nothing if it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.scalars(text("SELECT version_num FROM alembic_version")))
