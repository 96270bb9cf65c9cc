"""The engines that an index may stand on, by the name that the settings know."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name

from sqlalchemy import Engine

from cms.core.errors import Invalid
from cms.search.index import Index

#: Loaded when chosen: two of three need something that is not installed everywhere.
_ENGINES: Mapping[str, str] = {
    "whoosh": "cms.search.whoosh_index:WhooshIndex",
    "tantivy": "cms.search.tantivy_index:TantivyIndex",
    "postgres": "cms.search.postgres_index:PostgresIndex",
}
NAMES = tuple(_ENGINES)


@dataclass(frozen=True)
class Ground:
    """What an index may stand on: a folder that is its own, or tables called by its name in the house's database."""

    name: str
    folder: Path
    key: str
    database: Engine | None = None


def make(engine: str, ground: Ground) -> Index:
    """Return the index of that engine on its ground; nothing is opened before it is needed."""
    if engine not in _ENGINES:
        raise Invalid(f"There is no search engine {engine!r}, only {', '.join(NAMES)}.")
    try:
        kind = resolve_name(_ENGINES[engine])
    except ModuleNotFoundError as exc:
        raise Invalid(
            f"The search engine {engine} is not installed here: {exc.name} is missing. Install galley[fast]."
        ) from exc
    made: Index
    if engine == "postgres":
        if ground.database is None or ground.database.dialect.name != "postgresql":
            raise Invalid("The search engine postgres needs the magazine's database to be PostgreSQL.")
        made = kind(ground.database, ground.name)
    else:
        # A key of its own, so that the secret that signs cookies is never used for two purposes.
        made = kind(ground.folder, hmac.new(ground.key.encode(), b"search index", hashlib.sha256).digest())
    return made
