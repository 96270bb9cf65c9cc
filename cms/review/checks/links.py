"""Rules about links: where they lead, and what their words promise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cms.core.html import text_of
from cms.review.checks.draft import Draft, Finding, LinkFact, Rule
from cms.vocabulary import Level

GROUP = "Links"
UNCLEAR = frozenset({
    "here", "click here", "this", "this link", "link", "more", "read more", "this page", "this site", "see here",
    "source", "website", "article", "hier", "mehr", "ici", "aquí", "qui",
})  # fmt: skip
LONGEST_SHOWN = 60


class DeadLinks(Rule):
    name, title, group, default = "links", "Link that leads nowhere", GROUP, Level.WARN
    about = (
        "Addresses elsewhere are asked for by the worker, our own are looked up; what does not answer is named here."
    )

    def find(self, draft: Draft) -> Iterator[Finding]:
        said: set[tuple[str, str]] = set()
        for block, _, address in draft.anchors():
            if (block.id, address) in said:
                continue
            said.add((block.id, address))
            if address in draft.dead_ends:
                yield Finding(f"{shown(address)} {draft.dead_ends[address]}.", block.id)
                continue
            fact = draft.links.get(address)
            if fact is not None and fact.problem and fact.is_dead:
                yield Finding(f"{shown(address)} {fact.problem}.", block.id, seen_at=fact.checked_at)


class LinksWaiting(Rule):
    name, title, group, default = "links_waiting", "Link that is not checked", GROUP, Level.SHOWN
    about = "Addresses that the worker has not asked for yet, or that do not let machines look at them."

    def find(self, draft: Draft) -> Iterator[Finding]:
        facts: dict[str, tuple[str, LinkFact]] = {}
        for block, _, address in draft.anchors():
            if address in draft.links:
                facts.setdefault(address, (block.id, draft.links[address]))
        waiting = [place for place, fact in facts.values() if fact.is_waiting]
        if waiting:
            many = f"{len(waiting)} links are" if len(waiting) > 1 else "A link is"
            yield Finding(f"{many} being checked.", waiting[0])
        for address, (place, fact) in facts.items():
            if not fact.is_waiting and fact.problem and not fact.is_dead:
                yield Finding(
                    f"{shown(address)} could not be checked.", place, f"It {fact.problem}.", seen_at=fact.checked_at
                )


class LinkWords(Rule):
    name, title, group, default = "link_words", "Link whose words say nothing", GROUP, Level.WARN
    about = "Screen readers list the links of a page by their words: “here” and naked addresses tell nobody anything."

    def find(self, draft: Draft) -> Iterator[Finding]:
        for block, element, _ in draft.anchors():
            words = " ".join(text_of([element]).split())
            if words.casefold().strip(" .:!→»>") in UNCLEAR:
                yield Finding(f"“{words}” does not say where the link leads.", block.id)
            elif _NAKED.fullmatch(words):
                yield Finding(f"{shown(words)} is a naked address; let words carry the link.", block.id)


_NAKED = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_BEFORE_HOST = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


def shown(address: str) -> str:
    """Return an address as a sentence has it: without its scheme, cut where it is long."""
    short = _BEFORE_HOST.sub("", address, count=1)
    if short != address:
        short = short.removesuffix("/")
    return short if len(short) <= LONGEST_SHOWN else short[: LONGEST_SHOWN - 1] + "…"


RULES: tuple[Rule, ...] = (DeadLinks(), LinksWaiting(), LinkWords())
