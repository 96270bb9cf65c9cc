"""How long the proofs go on that play at random: every run plays a quarter, a thorough one all of it."""

from __future__ import annotations

import os

#: CMS_TEST_THOROUGH=1 plays everything, which takes some minutes more than a run may.
PART = 1 if os.environ.get("CMS_TEST_THOROUGH") else 4


def some_of(number: int) -> int:
    """Return how many of so many cases this run plays."""
    return number // PART
