"""Password hashing: argon2id, sized so that a try costs an attacker something and the server little."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from cms.core.errors import Unavailable

# 19 MiB and two passes (about 20 ms here), as OWASP's password storage sheet has it; the library's default takes
# 64 MiB and 100 ms, which on two cores is a lever for whoever sends many tries.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_slots = BoundedSemaphore(2)
PATIENCE = 3.0  # seconds that a try waits for a free slot
MIN_LENGTH, MAX_LENGTH = 12, 256
# Verified against when the name is unknown, so that both answers take the same time.
_DUMMY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    with _slot():
        return _hasher.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Tell whether the password is right; `stored` is None for an unknown name, which costs just as much."""
    if len(password) > MAX_LENGTH:
        return False
    with _slot():
        try:
            return _hasher.verify(stored or _DUMMY, password) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


class _slot:
    """Holds one of the two places in which hashing may happen at a time."""

    def __enter__(self) -> None:
        if not _slots.acquire(timeout=PATIENCE):
            raise Unavailable("Many people are signing in at once. Try again in a moment.")

    def __exit__(self, *_: object) -> None:
        _slots.release()
