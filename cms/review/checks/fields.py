"""Rules about what stands around a text: headline, standfirst, kicker, section, address, and words for searching."""

from __future__ import annotations

from collections.abc import Iterator

from cms.review.checks.draft import Draft, Finding, Rule
from cms.vocabulary import Kind, Level

GROUP = "Headline and standfirst"
SEARCHING = "Address and search"
# Where the cards of the front page and the lists would run to a fourth line.
LONGEST_HEADLINE = 90
LONGEST_KICKER = 32
SHORTEST_DEK, LONGEST_DEK = 40, 220
#: A page of the house stands on no card, and in no section.
PAGES = frozenset({Kind.PAGE})
# What the large search engines show of a title and of a description.
LONGEST_TITLE = 60
SHORTEST_DESCRIPTION, LONGEST_DESCRIPTION = 50, 160


class Headline(Rule):
    name, title, group, default = "headline", "Headline missing", GROUP, Level.BLOCK
    about = "A piece without a headline cannot be found, linked or announced."

    def find(self, draft: Draft) -> Iterator[Finding]:
        if not draft.headline.strip():
            yield Finding("The headline is missing.", "headline")


class HeadlineLength(Rule):
    name, title, group, default = "headline_length", "Headline too long for its card", GROUP, Level.WARN
    not_for = PAGES
    about = f"Above {LONGEST_HEADLINE} characters a headline runs to a fourth line on cards and in lists."

    def find(self, draft: Draft) -> Iterator[Finding]:
        yield from _too_long("headline", "headline", draft.headline, LONGEST_HEADLINE, "fit its card")


class KickerLength(Rule):
    name, title, group, default = "kicker_length", "Kicker too long", GROUP, Level.WARN
    not_for = PAGES
    about = f"A kicker is a word or three. Above {LONGEST_KICKER} characters it becomes a second headline."

    def find(self, draft: Draft) -> Iterator[Finding]:
        yield from _too_long("kicker", "kicker", draft.kicker, LONGEST_KICKER, "stay on its line")


class Dek(Rule):
    name, title, group, default = "dek", "Standfirst missing", GROUP, Level.BLOCK
    not_for = PAGES
    about = "Cards, feeds and search results show the standfirst; without one they show a cut of the first paragraph."

    def find(self, draft: Draft) -> Iterator[Finding]:
        if not draft.dek.strip():
            yield Finding("The standfirst is missing.", "dek")


class DekLength(Rule):
    name, title, group, default = "dek_length", "Standfirst too long or too short", GROUP, Level.WARN
    not_for = PAGES
    about = f"One or two sentences: {SHORTEST_DEK} to {LONGEST_DEK} characters fill its card and no more."

    def find(self, draft: Draft) -> Iterator[Finding]:
        length = len(draft.dek.strip())
        if 0 < length < SHORTEST_DEK:
            yield Finding(f"The standfirst has only {length} characters; say why to read on.", "dek")
        yield from _too_long("dek", "standfirst", draft.dek, LONGEST_DEK, "fit its card")


class SectionMissing(Rule):
    name, title, group, default, is_fixed = "section", "Section missing", GROUP, Level.BLOCK, True
    not_for = PAGES
    about = "Readers find a piece in its section, and its section decides whose desk it is on."

    def find(self, draft: Draft) -> Iterator[Finding]:
        if draft.section_id is None:
            yield Finding("No section is chosen.", "section_id")


class SlugTaken(Rule):
    name, title, group, default = "slug_taken", "Address of another piece", SEARCHING, Level.WARN
    about = "Two pieces cannot have one address, and an old address that leads to another piece would stop doing so."

    def find(self, draft: Draft) -> Iterator[Finding]:
        if draft.taken_by:
            yield Finding(draft.taken_by, "slug")


class SeoTitle(Rule):
    name, title, group, default = "seo_title", "Search title too long", SEARCHING, Level.SHOWN
    about = f"Search results cut titles after about {LONGEST_TITLE} characters."

    def find(self, draft: Draft) -> Iterator[Finding]:
        yield from _too_long("seo_title", "search title", draft.seo_title, LONGEST_TITLE, "be shown whole")


class SeoDescription(Rule):
    name, title, group, default = "seo_description", "Search description too long or short", SEARCHING, Level.SHOWN
    about = (
        f"Search results show {SHORTEST_DESCRIPTION} to {LONGEST_DESCRIPTION} characters. An empty one is no fault: "
        "the standfirst takes its place."
    )

    def find(self, draft: Draft) -> Iterator[Finding]:
        length = len(draft.seo_description.strip())
        if 0 < length < SHORTEST_DESCRIPTION:
            text = f"The search description has only {length} characters; results have room for {LONGEST_DESCRIPTION}."
            yield Finding(text, "seo_description")
        yield from _too_long(
            "seo_description", "search description", draft.seo_description, LONGEST_DESCRIPTION, "be shown whole"
        )


def _too_long(place: str, noun: str, text: str, limit: int, purpose: str) -> Iterator[Finding]:
    length = len(text.strip())
    if length > limit:
        yield Finding(f"The {noun} has {length} characters; {limit} are the most to {purpose}.", place)


RULES: tuple[Rule, ...] = (
    Headline(), HeadlineLength(), KickerLength(), Dek(), DekLength(), SectionMissing(), SlugTaken(), SeoTitle(),
    SeoDescription(),
)  # fmt: skip
