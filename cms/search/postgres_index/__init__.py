"""The index in PostgreSQL: tables of the same database, which every host shares."""

from __future__ import annotations

from cms.search.postgres_index.adapter import PostgresIndex

__all__ = ["PostgresIndex"]
