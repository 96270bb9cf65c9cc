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
from cms.publication.share_cards import MOST_NAMES
from cms.vocabulary import CreditRole, Kind
from cms.web.services import services
from cms.web.session import db
from cms.web.templating import counted

MOST = {"title": 60, "description": 155, "card_title": 70, "card_description": 110}
LENGTHS = ((36, "s"), (64, "m"), (110, "l"))  # of headlines, as many characters: the longer, the smaller they are set
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
    portrait: str
    sheet: dict[str, str]
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
        portrait=_portrait(article),
        sheet=_sheet(form),
        teaser=teaser,
    )


def _sheet(form: Any) -> dict[str, str]:
    """Return the words of the card that the worker will draw (`publication.share_cards`), as far as they are typed."""
    guests = [row for row in form.rows() if row.role.data == CreditRole.INTERVIEWEE]
    is_interview = form.kind.data == Kind.INTERVIEW and bool(guests)
    people = guests if is_interview else [row for row in form.rows() if CreditRole(row.role.data).makes_author]
    sections = {one.value: one.label for one in form.section_id.choices if one.value}
    headline = _line(form.headline.data)
    return {
        "kicker": Kind.INTERVIEW.label
        if is_interview
        else _line(form.kicker.data) or sections.get(str(form.section_id.data or ""), ""),
        "headline": headline,
        "length": next((name for most, name in LENGTHS if len(headline) <= most), "xl"),
        "names": ", ".join(_line(row.person.data) for row in people[:MOST_NAMES]),
        "about": _line(people[0].affiliation.data) if len(people) == 1 else "",
    }


def _portrait(article: Article) -> str:
    """Return the address of the interviewee's portrait, as the piece was saved last."""
    credits = article.head.credits if article.head else []
    ids = [c.person.portrait_id for c in credits if c.role is CreditRole.INTERVIEWEE and c.person.portrait_id]
    return str(picture(db().get(Asset, ids[0])).get("src", "")) if ids else ""


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
