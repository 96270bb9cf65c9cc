"""The index on tantivy (the extra `fast`): the only package that knows the engine."""

from __future__ import annotations

from cms.search.tantivy_index.adapter import TantivyIndex

__all__ = ["TantivyIndex"]
