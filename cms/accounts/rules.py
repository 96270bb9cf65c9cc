"""Pure decisions about passwords and about how many tries are too many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from cms.core.errors import Invalid
from cms.core.passwords import MAX_LENGTH, MIN_LENGTH

EMAIL = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@[^@\s,;:<>()\[\]\\\"]{1,190}")
COMMON = tuple(
    """password passwort qwerty qwertz letmein welcome iloveyou admin abc123 123456 111111 sunshine princess football
    baseball monkey dragon master changeme""".split()
)


def check_password(password: str, *, context: Iterable[str]) -> None:
    """Raise Invalid with a useful reason where a password must not be used.

    `context` are words that an attacker would try first: the magazine, the person, their address.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Invalid(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters. A few words make a good one.",
                      field="password")  # fmt: skip
    folded = password.casefold()
    rest = folded
    for word in sorted({*COMMON, *_parts(context)}, key=len, reverse=True):
        rest = rest.replace(word, "")
    letters = re.sub(r"(19|20)\d\d|[\W\d_]+", "", rest)
    if len(set(folded)) < 5 or len(letters) < 6 <= len(folded) - len(rest):
        raise Invalid(
            "That is one of the first that others would try: a common word, the magazine's or your own name, "
            "with digits around it. Take a few unrelated words.",
            field="password",
        )


def _parts(context: Iterable[str]) -> set[str]:
    words = {part for text in context for part in re.split(r"[\W_]+", text.casefold())}
    return {word for word in words if len(word) >= 4}


@dataclass(frozen=True)
class Tries:
    """Failed tries in the last `WINDOW`, by account, by source, and by this very device on this account."""

    account: int
    source: int
    device: int
    is_known_device: bool


WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_SOURCE, PER_DEVICE = 10, 40, 10


def wait_before_next(tries: Tries) -> timedelta | None:
    """Return how long to wait before another try is looked at, or None where it may go ahead.

    A device that signed in before has a count of its own, so that strangers cannot lock the owner out; and
    nobody waits longer than the window.
    """
    if tries.is_known_device:
        return WINDOW if tries.device >= PER_DEVICE else None
    if tries.account >= PER_ACCOUNT or tries.source >= PER_SOURCE:
        return WINDOW
    return None
