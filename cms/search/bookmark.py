"""How far an index has followed the log of what happened, kept in its folder."""

from __future__ import annotations

import secrets
from pathlib import Path

NAME = "bookmark"


def read(root: Path) -> int | None:
    """Return the number of the last event that was followed, None where that is not known."""
    try:
        text = (root / NAME).read_text(encoding="ascii")
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def write(root: Path, event: int) -> None:
    """Keep the number of an event, in one step. A machine that dies may lose it, and the index is compared then."""
    aside = root / f"{NAME}.{secrets.token_hex(4)}"
    aside.write_text(str(event), encoding="ascii")
    aside.replace(root / NAME)
