"""Brings together what the checks of a text look at, and what they find: in a saved piece, and in one being typed."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urldefrag

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles.models import Article, Revision
from cms.core.errors import Reason
from cms.core.html import walk
from cms.interviews.quotes import queries as quotes
from cms.interviews.quotes.queries import Facts
from cms.media.models import Asset
from cms.publication import queries as edition
from cms.review import checks, links
from cms.review import queries as review
from cms.review.checks import Draft, Picture, Weighed
from cms.review.checks.pictures import asset_of
from cms.vocabulary import CreditRole, Level


@dataclass(frozen=True)
class Preflight:
    """Everything that the checks found, what weighs most first."""

    found: tuple[Weighed, ...] = ()

    def blocking(self, waived: Container[str] = ()) -> tuple[Reason, ...]:
        """Return what stops an approval, but for the checks that were waived."""
        return tuple(_reason(one) for one in self.found if one.level is Level.BLOCK and one.rule.name not in waived)

    @property
    def lacking(self) -> tuple[Reason, ...]:
        """What stops everything: without it there is nothing to review or to print."""
        return tuple(_reason(one) for one in self.found if one.rule.is_fixed)


def of_piece(db: Session, article: Article) -> Preflight:
    """Check the newest text of a piece; at most five queries."""
    return examine(db, article, draft_of(article.head)) if article.head is not None else Preflight()


def draft_of(head: Revision) -> Draft:
    """Return what a revision alone says, for the rules."""
    return Draft(
        kind=head.kind,
        headline=head.headline,
        kicker=head.kicker,
        dek=head.dek,
        slug=head.slug,
        section_id=head.section_id,
        language=head.language,
        seo_title=head.seo_title,
        seo_description=head.seo_description,
        hero_id=head.hero_id,
        hero_alt=head.hero_alt,
        hero_credit=head.hero_credit,
        blocks=document.parse(head.body),
        credits=tuple((credit.person.name, credit.role) for credit in head.credits),
    )


def examine(db: Session, article: Article, draft: Draft) -> Preflight:
    """Fill in what is known around a draft of this piece, and let every rule look at it.

    One query for the levels, and one each where they are needed for the pictures, the address, the links elsewhere,
    those of our own, and what interviewees said of their words.
    """
    elsewhere, own = _links(draft, str(db.info.get("public_url", "")))
    facts = review.link_facts(db, set(elsewhere.values()))
    asked = quotes.facts(db, article.id) if _is_with_somebody(draft) else Facts()
    nowhere = edition.dead_ends(db, set(own.values()))
    draft = replace(
        draft,
        pictures=_pictures(db, draft),
        taken_by=edition.whose_address(db, draft.slug, apart_from=article.id) if draft.slug else "",
        links={href: facts[url] for href, url in elsewhere.items() if url in facts},
        dead_ends={href: nowhere[path] for href, path in own.items() if path in nowhere},
        checked=asked.checked,
        unanswered=asked.unanswered,
        unwilling=asked.unwilling,
    )
    return Preflight(checks.find(draft, review.weights(db, draft.section_id, draft.kind)))


def _is_with_somebody(draft: Draft) -> bool:
    return any(role is CreditRole.INTERVIEWEE for _, role in draft.credits)


def _links(draft: Draft, public_url: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return where the links lead, as written: elsewhere by address, and among our own pages by path."""
    elsewhere: dict[str, str] = {}
    own: dict[str, str] = {}
    for _, _, href in draft.anchors():
        if links.is_elsewhere(href, public_url):
            elsewhere[href] = urldefrag(href)[0]
        elif (path := links.own_path(href, public_url)) is not None:
            own[href] = path
    return elsewhere, own


def _pictures(db: Session, draft: Draft) -> dict[int, Picture]:
    wanted = {asset_of(element) for block in draft.blocks for element in walk([block.element])} | {draft.hero_id}
    wanted.discard(None)
    if not wanted:
        return {}
    columns = (Asset.id, Asset.alt, Asset.credit, Asset.rights)
    found = db.execute(select(*columns).where(Asset.id.in_(wanted)))
    return {number: Picture(alt, credit, rights) for number, alt, credit, rights in found}


def _reason(weighed: Weighed) -> Reason:
    return Reason(weighed.finding.text, weighed.finding.place)
