"""Who is in a piece, as its pages and cards name them."""

from __future__ import annotations

from typing import Any

from cms.vocabulary import CreditRole

Line = dict[str, Any]


class Bylined:
    """Anything with the `bylines` and the `hero` of a live piece."""

    bylines: Any
    hero: Any

    def credited(self, *roles: CreditRole) -> list[Line]:
        """Return who is credited as one of these, in print order."""
        return [line for line in self.bylines if line["role"] in roles]

    @property
    def guests(self) -> list[Line]:
        """Who was asked."""
        return self.credited(CreditRole.INTERVIEWEE)

    @property
    def hosts(self) -> list[Line]:
        """Who asked."""
        return self.credited(CreditRole.INTERVIEWER)

    @property
    def authors(self) -> list[Line]:
        """Who wrote or asked."""
        return self.credited(CreditRole.AUTHOR, CreditRole.INTERVIEWER)

    @property
    def photographers(self) -> list[Line]:
        """Who made the pictures."""
        return self.credited(CreditRole.PHOTOGRAPHER)

    @property
    def editors(self) -> list[Line]:
        """Who edited it."""
        return self.credited(CreditRole.EDITOR)

    @property
    def face(self) -> Line:
        """The picture that stands for it: its own, or the portrait of the first guest who has one; {} without any."""
        if self.hero:
            return self.hero  # type: ignore[no-any-return]
        return next((line["portrait"] for line in self.guests if line["portrait"]), {})
