"""What the rules look at, and what they find: plain values, no database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from cms.articles import document
from cms.articles.document import Block, BlockKind
from cms.core.html import Element, walk
from cms.vocabulary import CreditRole, Kind, Level, Verdict


@dataclass(frozen=True)
class Picture:
    """What the library knows of a picture."""

    alt: str = ""
    credit: str = ""
    rights: str = ""


@dataclass(frozen=True)
class LinkFact:
    """What became of an address when it was last asked for.

    `problem` completes "example.org ...", '' where all is well; `is_dead` tells that from what could not be found out.
    """

    problem: str = ""
    is_dead: bool = False
    checked_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has looked yet."""
        return self.checked_at is None


@dataclass(frozen=True)
class Checked:
    """What somebody said of their own words: those that they were shown, and those that they want in their place."""

    who: str
    block_id: str
    place: int
    words: str
    verdict: Verdict
    wording: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Draft:
    """One text as it stands, saved or being typed, and what is known around it.

    `credits` are names with their roles in print order, and `strangers` those of them that are new here; `pictures` are
    known by number; `taken_by` says whose the address is already; `links` hold what is known of addresses elsewhere,
    and `dead_ends` complete "That link ..." for those of our own that lead nowhere, by address.

    `checked` is what people said of their own words, `unanswered` are those who were asked and have not answered yet,
    `unwilling` those who do not agree to be published with this.
    """

    kind: Kind = Kind.ARTICLE
    headline: str = ""
    kicker: str = ""
    dek: str = ""
    slug: str = ""
    section_id: int | None = None
    language: str = "en"
    seo_title: str = ""
    seo_description: str = ""
    hero_id: int | None = None
    hero_alt: str = ""
    hero_credit: str = ""
    blocks: tuple[Block, ...] = ()
    credits: tuple[tuple[str, CreditRole], ...] = ()
    strangers: tuple[str, ...] = ()
    pictures: Mapping[int, Picture] = field(default_factory=dict)
    taken_by: str = ""
    links: Mapping[str, LinkFact] = field(default_factory=dict)
    dead_ends: Mapping[str, str] = field(default_factory=dict)
    checked: tuple[Checked, ...] = ()
    unanswered: tuple[str, ...] = ()
    unwilling: tuple[str, ...] = ()

    @cached_property
    def galley(self) -> tuple[Element, ...]:
        """The text as the published page will have it, block by block."""
        return document.proof(self.blocks)

    def of(self, *kinds: BlockKind) -> Iterator[Block]:
        """Yield the blocks of some kinds."""
        return (block for block in self.blocks if block.kind in kinds)

    def anchors(self) -> Iterator[tuple[Block, Element, str]]:
        """Yield every link in the text: its block, its element, its address."""
        for block in self.blocks:
            for element in walk([block.element]):
                if element.tag == "a" and element.attrs.get("href"):
                    yield block, element, element.attrs["href"]


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found.

    `text` is a sentence for a journalist, `place` the id of a block or the name of a field, `hint` small print, and
    `seen_at` the moment that it was true, where that is not now.
    """

    text: str
    place: str = ""
    hint: str = ""
    seen_at: datetime | None = None


class Rule(ABC):
    """One check. `about` says on the settings page what is looked for and why.

    `is_fixed` marks what no piece can be printed without: its level cannot be changed. `not_for` are kinds that
    it is not about, whatever its level.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]
    group: ClassVar[str]
    default: ClassVar[Level]
    is_fixed: ClassVar[bool] = False
    not_for: ClassVar[frozenset[Kind]] = frozenset()

    @abstractmethod
    def find(self, draft: Draft) -> Iterable[Finding]:
        """Yield what is to be said about the draft."""
