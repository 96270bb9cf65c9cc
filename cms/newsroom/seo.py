"""How a piece looks from outside: in a list of search results, and as the card that a shared link becomes.

Search engines and social sites cut where they please; the limits are what most of them show. `static/js/seo.js` says
the same while somebody types: whoever changes a rule here changes it there, and a browser test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from cms.articles import document
from cms.articles.models import Article
from cms.core import links
from cms.media.models import Asset
from cms.media.queries import picture
from cms.newsroom.lines import shortened
from cms.publication.service import TEASER
from cms.web.services import services
from cms.web.templating import counted

MOST = {"title": 60, "description": 155, "card_title": 70, "card_description": 110}
LITTLE = 70  # a description this short leaves half of its room empty


@dataclass(frozen=True)
class Looks:
    """What others show of a piece, and what to know about its lengths."""

    site: str
    address: str
    title: str
    description: str
    card_title: str
    card_description: str
    title_said: str
    description_said: str
    image: dict[str, Any]
    teaser: str


def install(bp: Blueprint) -> None:
    """Let the newsroom's templates ask."""
    bp.app_context_processor(lambda: {"looks_of": looks_of, "LOOKS_MOST": MOST})


def looks_of(form: Any, article: Article, hero: Asset | None) -> Looks:
    """Return how the piece in the editor's form looks from outside."""
    settings = services().settings
    teaser = document.teaser(document.plain_text(article.head.body), limit=TEASER) if article.head else ""
    title = _line(form.seo_title.data) or _line(form.headline.data)
    description = _line(form.seo_description.data) or _line(form.dek.data) or teaser
    host = settings.public_url.partition("://")[2]
    return Looks(
        site=settings.site_name,
        address=" \u203a ".join([host, *links.article(_line(form.slug.data) or article.slug).strip("/").split("/")]),
        title=shortened(f"{title} | {settings.site_name}" if title else settings.site_name, MOST["title"]),
        description=shortened(description, MOST["description"]),
        card_title=shortened(title, MOST["card_title"]),
        card_description=shortened(description, MOST["card_description"]),
        title_said=title_said(f"{title} | {settings.site_name}"),
        description_said=description_said(description, is_own=bool(_line(form.seo_description.data))),
        image=picture(hero, alt=_line(form.hero_alt.data)),
        teaser=teaser,
    )


def title_said(text: str) -> str:
    """Say whether a title, the name of the magazine behind it, is shown whole."""
    many = counted(len(text), "character")
    most = MOST["title"]
    if len(text) <= most:
        return f"The title is shown whole: {many} with the name of the magazine."
    return f"The title has {many} with the name of the magazine; about {most} are shown."


def description_said(text: str, *, is_own: bool) -> str:
    """Say whether a description is shown whole, and whether it could say more."""
    what = "The description" if is_own else "The standfirst stands in for the description. It"
    many, most = counted(len(text), "character"), MOST["description"]
    if not text:
        return "There is no description yet: search engines take what they find."
    if len(text) > most:
        return f"{what} has {many}; about {most} are shown."
    if len(text) < LITTLE:
        return f"{what} has {many}; there is room for {most}, say a little more."
    return f"{what} is shown whole: {many}."


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
