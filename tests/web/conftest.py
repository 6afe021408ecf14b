"""Fixtures of the web tests, each kept beside what it starts."""

from web.desk_stand import http, stand

__all__ = ["http", "stand"]
