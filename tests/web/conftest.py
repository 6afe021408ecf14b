"""Fixtures of the web tests, each kept beside what it starts."""

from web.browser import browser_stand, chromium, desk
from web.desk_stand import http, stand

__all__ = ["browser_stand", "chromium", "desk", "http", "stand"]
