"""The empty databases that migrations begin with."""

from tests.databases import empty, empty_url

__all__ = ["empty", "empty_url"]
