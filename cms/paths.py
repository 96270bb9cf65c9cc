"""Where templates, static files and migrations are: in the checkout, or inside the installed package."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_PACKED = PACKAGE / "_assets"
ASSETS = _PACKED if _PACKED.is_dir() else PACKAGE.parent
TEMPLATES = ASSETS / "templates"
STATIC = ASSETS / "static"
MIGRATIONS = PACKAGE / "migrations"


@lru_cache
def fingerprint(name: str) -> str:
    """Return the hash of a static file's content: its address carries it, so that it may be kept for ever."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
