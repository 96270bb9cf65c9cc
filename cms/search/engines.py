"""The engines that an index may stand on, by the name that the settings know."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from pathlib import Path

from cms.core.errors import Invalid
from cms.search.index import Index
from cms.search.whoosh_index import WhooshIndex

Make = Callable[[Path, bytes], Index]
_ENGINES: Mapping[str, Make] = {"whoosh": WhooshIndex}
NAMES = tuple(_ENGINES)


def make(name: str, folder: Path, *, key: str) -> Index:
    """Return the index of that engine in `folder`; nothing is opened before it is needed."""
    if name not in _ENGINES:
        raise Invalid(f"There is no search engine {name!r}, only {', '.join(NAMES)}.")
    # A key of its own, so that the secret that signs cookies is never used for two purposes.
    return _ENGINES[name](folder, hmac.new(key.encode(), b"search index", hashlib.sha256).digest())
