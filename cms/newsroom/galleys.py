"""Galleys: a text in the very template that readers get, made by the code that publishes, before it is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import typed
from cms.articles.models import Article, Revision
from cms.core.errors import NotFound
from cms.newsroom import editing
from cms.newsroom.editing import Names
from cms.newsroom.forms.typed import TAB, content_of
from cms.publication import pages
from cms.publication import queries as edition
from cms.publication import service as publication
from cms.publication.queries import ArticlePage
from cms.vocabulary import Kind
from cms.web.session import db, user

THEMES = ("light", "dark")


def of_revision(article: Article, revision: Revision) -> str:
    """Return the page that readers would get of a revision, under a bar that says which one it is."""
    return _page(article, revision)


def of_copy(article: Article, tab: str) -> str:
    """Return the page that readers would get of what this person has typed in one open editor.

    Raises NotFound where nothing is kept of it; other people's copies are not found either.
    """
    kept = articles.copy_of_tab(db(), article, user().id, tab) if TAB.fullmatch(tab) else None
    if kept is None:
        raise NotFound("Nothing that you typed is kept under this address. It may have been saved meanwhile.")
    assert article.head is not None
    names = Names.load(db())
    now = content_of(kept.content, names, before=article.head.content())
    now = replace(now, content=editing.completed(article, now.content, names))
    return _page(article, typed.as_revision(db(), article, now), typed_at=kept.kept_at)


def as_published(session: Session, revision: Revision) -> dict[str, Any]:
    """Return what the readers' template needs of a revision: its page as publishing would make it, and the template."""
    if revision.kind is Kind.PAGE:
        shown = edition.house_galley(session, pages.preview(session, revision))
        return {"page": shown, "layout": "site/pages/show.html"}
    piece = publication.preview(session, revision)
    page: ArticlePage = edition.galley(session, piece, publication.preview_series(session, piece))
    return {"page": page, "layout": f"site/article/{'interview' if piece.kind is Kind.INTERVIEW else 'show'}.html"}


def theme() -> str:
    """Return in which of the readers' colours to show a galley, '' as the system has it."""
    asked = request.args.get("theme", "")
    return asked if asked in THEMES else ""


def _page(article: Article, revision: Revision, *, typed_at: datetime | None = None) -> str:
    return render_template(
        "newsroom/articles/galley.html",
        article=article,
        revision=revision,
        typed_at=typed_at,
        is_framed="framed" in request.args,
        theme=theme(),
        **as_published(db(), revision),
    )
