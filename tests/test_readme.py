"""The README says what is true."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from pathlib import Path

from cms.config import Settings

README = Path(__file__).parent.parent / "README.md"
PART = re.compile(r"(<!-- settings:[^\n]*-->\n)(.*?)(<!-- /settings -->)", re.DOTALL)


def test_readme_lists_every_setting() -> None:
    rows = ["| variable | default | what it sets |", "|---|---|---|"]
    for item in fields(Settings):
        default = item.default
        shown = {"data": "`var`", "search_index": "`search_index`"}.get(
            item.name, f"`{default}`" if default not in ("", False) else ""
        )
        rows.append(f"| `{item.metadata['variable']}` | {shown} | {item.metadata['about']} |")
    table = "\n".join(rows) + "\n"
    text = README.read_text(encoding="utf-8")
    if os.environ.get("GOLDEN") == "write":
        README.write_text(PART.sub(lambda m: m[1] + table + m[3], text), encoding="utf-8")
        text = README.read_text(encoding="utf-8")
    found = PART.search(text)
    assert found
    assert found[2] == table


def test_the_pictures_and_documents_that_it_shows_are_there() -> None:
    text = README.read_text(encoding="utf-8")
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text) + re.findall(r"`(docs/[\w./-]+|bench/README\.md)`", text):
        assert (README.parent / path).exists(), path
