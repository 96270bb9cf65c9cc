"""Pure decisions about suggestions: what a proposed copy suggests, and what a piece is with some of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cms.articles import document
from cms.articles.document import OperationKind, Stale, Way
from cms.articles.models import Content
from cms.review.models import Suggestion

#: The fields that can be suggested, and what people call them.
FIELDS = {
    "headline": "headline", "kicker": "kicker", "dek": "standfirst", "hero_alt": "alternative text of the picture",
    "hero_caption": "caption of the picture",
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """One change that a proposed copy makes: of a field, or of blocks."""

    kind: OperationKind
    old: tuple[str, ...]
    new: tuple[str, ...]
    field: str = ""

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
        """By what it is known again in a later copy of the same person."""
        return self.kind, self.field, self.old, self.new


def wishes(base: Content, wanted: Content) -> tuple[list[Wish], tuple[str, ...]]:
    """Return what a proposed copy changes, fields first, and the order of its blocks."""
    found = [
        Wish(OperationKind.WORDS, (before,), (after,), field)
        for field in FIELDS
        if (before := getattr(base, field)) != (after := getattr(wanted, field))
    ]
    proposal = document.propose(base.body, wanted.body)
    return [*found, *(Wish(one.kind, one.old, one.new) for one in proposal.operations)], proposal.order


def key(suggestion: Suggestion) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    """Return by what a suggestion is known again in a later copy of the same person."""
    return suggestion.kind, suggestion.field, tuple(suggestion.old), tuple(suggestion.new)


def way(suggestion: Suggestion, waiting: Sequence[Suggestion]) -> Way:
    """Return what an operation aims at, given everything that waits beside the piece."""
    order = suggestion.proposal.blocks
    own = [one.operation for one in waiting if one.proposal_id == suggestion.proposal_id and not one.field]
    return Way(order, document.settled(order, own))


def applied(
    content: Content, suggestion: Suggestion, waiting: Sequence[Suggestion], picks: Collection[int] | None = None
) -> Content:  # fmt: skip
    """Return a piece with a suggestion, or some of its single changes, in it; raises Stale, saying why it cannot be."""
    if not suggestion.field:
        body = document.take_up(content.body, suggestion.operation, way(suggestion, waiting), picks)
        return replace(content, body=document.normalise(body))
    now = getattr(content, suggestion.field)
    if now == suggestion.new[0]:
        raise Stale("It says that already.")
    if now != suggestion.old[0]:
        raise Stale(f"The {FIELDS[suggestion.field]} was changed since.")
    changed: dict[str, Any] = {suggestion.field: suggestion.new[0]}
    return replace(content, **changed)


def meet(one: Suggestion, other: Suggestion, waiting: Sequence[Suggestion]) -> bool:
    """Tell whether two suggestions of different people are about the same place."""
    if one.proposal_id == other.proposal_id or one.field != other.field:
        return False
    if one.field:
        return True
    return document.overlap(one.operation, way(one, waiting), other.operation, way(other, waiting))


def all_in(
    content: Content, own: Sequence[Suggestion], waiting: Sequence[Suggestion]
) -> tuple[Content, list[Suggestion], list[str]]:
    """Return a piece with everything that one person suggests, what of it was made, and why the rest cannot be."""
    made: list[Suggestion] = []
    stale: list[str] = []
    for suggestion in own:
        try:
            content = applied(content, suggestion, [one for one in waiting if one not in made])
        except Stale as why:
            stale.append(str(why))
        else:
            made.append(suggestion)
    return content, made, stale
