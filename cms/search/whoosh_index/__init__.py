"""The index on Whoosh: the only package that knows the engine."""

from __future__ import annotations

from cms.search.whoosh_index.adapter import WhooshIndex

__all__ = ["WhooshIndex"]
