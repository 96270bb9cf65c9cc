"""Where a reason leads: every check names a place, and every page knows where that place is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from cms.articles import document
from cms.articles.models import Article
from cms.core.errors import Reason
from cms.policy import can
from cms.vocabulary import Can, State
from cms.web.session import actor

#: Places that are fields of the editor.
FIELDS = frozenset({
    "body", "headline", "kicker", "dek", "section_id", "topics", "credits", "hero_id", "hero_alt", "hero_caption",
    "hero_credit", "slug", "seo_title", "seo_description", "language",
})  # fmt: skip
NAMES = {"dek": "Standfirst", "section_id": "Section", "hero_alt": "Picture", "hero_id": "Picture", "slug": "Address",
         "seo_title": "Title in search results", "seo_description": "Description in search results",
         "body": "Text", "embargo_until": "Planning", "due_at": "Planning", "brief": "Planning",
         "assigned_to_id": "Planning", "note": "Note", "at": "Time", "ticks": "To be ticked"}  # fmt: skip
#: Places beside the text, and their anchors on the review page.
BESIDE = {"threads": "said", "suggestions": "suggested", "ticks": "ticks"}

#: What the editor has no place for: it is looked after on a page of its own.
ELSEWHERE = frozenset({*BESIDE, "corrections"})


@dataclass(frozen=True)
class Placed:
    """A reason with the words and the address of its place; `block` is the id of a block, for scripts.

    `hint` is small print: since when it is so, or what else there is to know.
    """

    text: str
    place: str = ""
    href: str = ""
    block: str = ""
    excerpt: str = ""
    hint: str = ""


def in_editor(article: Article, reasons: Iterable[Reason]) -> list[Placed]:
    """Return the reasons as the editor shows them: every place is on the page itself."""
    return [_placed(article, reason, editor="", text="#body") for reason in reasons]


def in_review(article: Article, reasons: Iterable[Reason]) -> list[Placed]:
    """Return the reasons as the review page shows them: fields are in the editor, for those who may open it."""
    is_open = can(actor(), Can.ARTICLE_EDIT, article)
    editor = url_for("newsroom.articles.edit", article_id=article.id) if is_open else None
    return [_placed(article, reason, editor=editor, text="") for reason in reasons]


def _placed(article: Article, reason: Reason, *, editor: str | None, text: str) -> Placed:
    place = reason.place
    if place == "":
        return Placed(reason.text)
    if place == "corrections":
        is_open = can(actor(), Can.ARTICLE_EDIT, article)
        address = url_for("newsroom.corrections.show", article_id=article.id) if is_open else ""
        return Placed(reason.text, "Corrections", address)
    if place in BESIDE:
        review = url_for("newsroom.workflow.review", article_id=article.id)
        return Placed(reason.text, NAMES.get(place, "Beside the text"), f"{review if text else ''}#{BESIDE[place]}")
    if NAMES.get(place) == "Planning":
        is_pitch = article.state is State.IDEA
        planning = url_for(f"newsroom.{'pitches.show' if is_pitch else 'articles.planning'}", article_id=article.id)
        return Placed(reason.text, NAMES[place], planning if can(actor(), Can.ARTICLE_PLAN, article) else "")
    if place in ("note", "for_readers", "at"):
        return Placed(reason.text)
    if place in FIELDS:
        words = NAMES.get(place, place.replace("_", " ").capitalize())
        return Placed(reason.text, words, f"{editor}#{place}" if editor is not None else "")
    return _block(article, reason, href=text)


def _block(article: Article, reason: Reason, *, href: str) -> Placed:
    blocks = document.parse(article.head.body) if article.head else ()
    for number, block in enumerate(blocks, start=1):
        if block.id == reason.place:
            excerpt = document.teaser(block.text, limit=60) if block.text else block.kind.label
            return Placed(reason.text, f"Block {number}", href or f"#b-{block.id}", block.id, excerpt)
    return Placed(reason.text)
