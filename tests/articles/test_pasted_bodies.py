"""What the editor makes of a paste is what the server would have made of it: nothing changes when it is saved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cms.core.html import clean_body

BODIES = sorted((Path(__file__).parents[2] / "frontend" / "test" / "paste").glob("*.body.html"))


@pytest.mark.parametrize("body", BODIES, ids=lambda path: path.name)
def test_the_server_keeps_what_was_pasted_to_the_letter(body: Path) -> None:
    pasted = re.sub(r">\n(?=<)", ">", body.read_text()).strip()
    assert clean_body(pasted) == pasted


def test_there_are_samples() -> None:
    assert len(BODIES) > 9
