"""What can go wrong, in newsroom terms; the HTTP statuses live in `cms.web.errors`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class CmsError(Exception):
    """Base of every error whose sentence a person may be shown."""


class NotFound(CmsError):
    """It is not there, or it is not there for this person; the two look the same."""


class Forbidden(CmsError):
    """The person may see the thing but not do this to it."""


class Invalid(CmsError):
    """What was handed in cannot be used; the sentence says how to mend it, `field` where, if that is known."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Reason:
    """One thing that stands in the way of an action.

    `text` is a sentence for a journalist; `place` is a fragment or block id that it is about, or ''.
    """

    text: str
    place: str = ""


class Refused(CmsError):
    """A workflow action whose checks did not hold; carries every reason at once."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(" ".join(reason.text for reason in reasons))
        self.reasons = tuple(reasons)


class Conflict(CmsError):
    """Somebody else was faster; nothing of theirs was overwritten."""


class TooMany(CmsError):
    """Too many tries; `retry_after` is the number of seconds to wait."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(CmsError):
    """A part of the machine is busy or gone for the moment; trying again later helps."""
