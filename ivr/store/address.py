"""The store's address: a database URL, read once and shown without its password."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ivr.store.errors import StoreUnreachable

EXPECTED = (
    "give a URL such as sqlite:////var/lib/linetree/linetree.db"
    " or postgresql://linetree@127.0.0.1/linetree"
)
DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def parsed(text: str) -> URL:
    """The URL with the driver that is used here. Raises StoreUnreachable when it is no address."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as fault:
        raise StoreUnreachable(f"the store's address is no database URL; {EXPECTED}") from fault
    driver = DRIVERS.get(url.drivername)
    if driver is None:
        raise StoreUnreachable(
            f"the store's address {shown(url)} names the database {url.drivername!r},"
            f" which is not supported; {EXPECTED}"
        )
    if driver.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise StoreUnreachable(
            f"the store's address {shown(url)} names no file, so nothing would outlive"
            f" the process; {EXPECTED}"
        )
    return url.set(drivername=driver)


def shown(url: URL) -> str:
    """The URL for messages and logs: passwords masked, the driver's name left out."""
    if "password" in url.query:
        url = url.update_query_dict({"password": "***"})
    return url.set(drivername=url.drivername.partition("+")[0]).render_as_string(hide_password=True)


def file_of(url: URL) -> Path:
    """The database file of an SQLite URL, links followed: two names of one file are one store."""
    return Path(url.database or "").resolve()


def folder_of(text: str) -> Path:
    """Where what outlives the process may be kept: beside the SQLite file, else the work folder."""
    url = parsed(text)
    return file_of(url).parent if url.get_backend_name() == "sqlite" else Path.cwd()
