"""Whether addresses of our own lead anywhere, and whether one is still free: asked by the newsroom while it writes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from cms.articles.models import Article
from cms.core import links
from cms.publication.models import (
    Published,
    PublishedPage,
    PublishedPerson,
    PublishedSeries,
    PublishedTopic,
    Redirect,
    Withdrawal,
)
from cms.taxonomy.models import Section, Topic

NOT_LIVE = "leads to a piece of ours that is not live"
WITHDRAWN = "leads to a piece that was withdrawn"
NO_PAGE = "leads to no page of ours"
NEWSROOM = "leads into the newsroom, where readers cannot go"
#: The parts of the site whose pages come and go; the others are always there.
FAMILIES = frozenset({"articles", "pages", "people", "sections", "series", "topics"})
FEEDS = tuple(links.feed("/", form) for form in links.FEEDS)


def dead_ends(db: Session, paths: Collection[str]) -> dict[str, str]:
    """Return those paths of the site that lead nowhere, each with words that complete "That link ...".

    At most one query, however many there are.
    """
    found: dict[str, str] = {}
    wanted: dict[str, tuple[str, str]] = {}
    for path in paths:
        family, _, slug = unquote(urlsplit(path).path).strip("/").partition("/")
        if family == "newsroom":
            found[path] = NEWSROOM
        elif family in FAMILIES and slug and not slug.endswith(FEEDS):
            wanted[path] = (family, slug.removesuffix("/history") if family == "articles" else slug)
    if not wanted:
        return found
    there = {(family, slug) for family, slug in db.execute(_standing(set(wanted.values())))}
    for path, (family, slug) in wanted.items():
        if (family, slug) in there or ("moved", f"{family}/{slug}") in there:
            continue
        if family != "articles":
            found[path] = NO_PAGE
        else:
            found[path] = (
                WITHDRAWN if ("withdrawn", slug) in there else NOT_LIVE if ("draft", slug) in there else NO_PAGE
            )
    return found


def whose_address(db: Session, slug: str, *, apart_from: int) -> str:
    """Return a sentence on who has an address already, or lived there before; '' where it is free.

    `apart_from` is the piece that asks. One query.
    """
    path = f"articles/{slug}"
    owners = union_all(
        select(literal(1), Published.headline).where(Published.slug == slug, Published.article_id != apart_from),
        select(literal(2), Article.slug).where(Article.slug == slug, Article.id != apart_from),
        select(literal(3), Published.headline)
        .join(Redirect, Redirect.article_id == Published.article_id)
        .where(Redirect.path == path, Redirect.article_id != apart_from),
        select(literal(4), Withdrawal.slug).where(Withdrawal.slug == slug, Withdrawal.article_id != apart_from),
    )
    rank, name = min(((rank, name) for rank, name in db.execute(owners)), default=(0, ""))
    return {
        1: f"This is the address of “{name}”, which is live.",
        2: "Another piece has this address already.",
        3: f"This was an address of “{name}” before, and still leads there.",
        4: "This is the address of a piece that was withdrawn.",
    }.get(rank, "")


def _standing(wanted: set[tuple[str, str]]) -> Any:
    """Return the query for what is behind these addresses: the family and slug of each page, and what moved."""
    by_family = {family: sorted(slug for f, slug in wanted if f == family) for family in FAMILIES}
    old = sorted(f"{family}/{slug}" for family, slug in wanted)
    articles = by_family["articles"]
    parts: list[Any] = [select(literal("moved"), Redirect.path).join(
        Published, Published.article_id == Redirect.article_id
    ).where(Redirect.path.in_(old))]  # fmt: skip
    if articles:
        parts += [
            select(literal("articles"), Published.slug).where(Published.slug.in_(articles)),
            select(literal("withdrawn"), Withdrawal.slug).where(Withdrawal.slug.in_(articles)),
            select(literal("draft"), Article.slug).where(Article.slug.in_(articles)),
        ]
    pages: tuple[tuple[str, Any], ...] = (
        ("people", PublishedPerson.slug), ("series", PublishedSeries.slug), ("sections", Section.slug),
        ("pages", PublishedPage.slug),
    )  # fmt: skip
    parts += [select(literal(f), slug).where(slug.in_(by_family[f])) for f, slug in pages if by_family[f]]
    if by_family["topics"]:
        is_read = Topic.id.in_(select(PublishedTopic.topic_id))
        parts.append(select(literal("topics"), Topic.slug).where(Topic.slug.in_(by_family["topics"]), is_read))
    return union_all(*parts)
