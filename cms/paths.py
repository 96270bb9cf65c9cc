"""Where templates, static files and migrations are: in the checkout, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_PACKED = PACKAGE / "_assets"
ASSETS = _PACKED if _PACKED.is_dir() else PACKAGE.parent
TEMPLATES = ASSETS / "templates"
STATIC = ASSETS / "static"
MIGRATIONS = PACKAGE / "migrations"
