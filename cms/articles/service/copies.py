"""Working copies: what somebody has in an open editor, kept as it was typed until it is saved or given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import document, queries, rules
from cms.articles.models import Article, Revision, WorkingCopy
from cms.core import clock
from cms.core.errors import Invalid
from cms.core.html import check_length
from cms.policy import Actor, require
from cms.vocabulary import Can

#: More editors of one piece than anybody has open, and a bound on what a script gone wrong can store.
MOST_COPIES = 50
#: The fields of the editor's form that are kept, and the longest that one of them may be.
FIELDS = frozenset({
    "kind", "headline", "kicker", "dek", "body", "slug", "section_id", "topics", "hero_id", "hero_alt", "hero_caption",
    "hero_credit", "seo_title", "seo_description", "language", "note",
})  # fmt: skip
LONGEST = 20_000


@dataclass(frozen=True)
class Left:
    """What a save leaves needless: the copy of its `tab`, unless that is newer than `number`; and the copy that the
    editor took up (`took` and `took_number`), unless that was written on elsewhere.

    `is_partial` says that not all that was typed is in the save, so that the tab's copy has to stay.
    """

    tab: str = ""
    number: int | None = None
    took: int | None = None
    took_number: int | None = None
    is_partial: bool = False


NOTHING_LEFT = Left()


def keep(
    db: Session,
    actor: Actor,
    article: Article,
    typed: Mapping[str, str],
    *,
    tab: str,
    number: int,
    base: int | None,
) -> WorkingCopy:
    """Keep what is typed in one open editor, over what that editor kept before; return what is kept now.

    `number` grows with each autosave: one that comes late changes nothing. It cuts no revision, records no event and
    leaves the piece as it is. Nothing but the body is looked at: names that are half typed make nobody.

    Raises Forbidden, or Invalid where something is longer than a piece can be.
    """
    require(actor, Can.ARTICLE_EDIT, article)
    return _kept(db, actor, article, typed, tab=tab, number=number, base=base)


def keep_aside(
    db: Session,
    actor: Actor,
    article: Article,
    typed: Mapping[str, str],
    *,
    base: int | None,
    tab: str = "",
    number: int | None = None,
) -> WorkingCopy:
    """Keep text that could not become a revision, for its writer alone: of a clash, or of a piece that was closed.

    Whoever may read the piece may have such a text; it asks for no right to change it. Without a `number` the one by
    which the autosaves of a tab are told apart stays as it is, so that none of them is taken for an older one.
    """
    require(actor, Can.ARTICLE_READ, article)
    return _kept(db, actor, article, typed, tab=tab, number=number, base=base)


def drop_copy(db: Session, actor: Actor, article: Article, *, tab: str) -> None:
    """Give up what one's own open editor had, because its writer chose the saved text."""
    require(actor, Can.ARTICLE_READ, article)
    if actor.id is not None and (kept := queries.working_copy(db, article, actor.id, tab)) is not None:
        db.delete(kept)


def drop_saved(db: Session, actor: Actor, article: Article, revision: Revision, left: Left) -> None:
    """Forget the copies of `actor` that a saved revision makes needless: its own editor's, and those all in it."""
    if actor.id is None:
        return
    for kept in queries.working_copies(db, article, actor.id):
        own = kept.tab == left.tab and (left.number is None or kept.number <= left.number)
        taken_up = kept.id == left.took and kept.number == left.took_number
        if left.is_partial and (own or taken_up):
            continue
        if own or taken_up or (kept.tab != left.tab and rules.is_all_in(kept.content, revision)):
            db.delete(kept)


def _kept(
    db: Session,
    actor: Actor,
    article: Article,
    typed: Mapping[str, str],
    *,
    tab: str,
    number: int | None,
    base: int | None,
) -> WorkingCopy:
    if actor.id is None:
        raise Invalid("Only somebody who is signed in can keep text aside.")
    fields = _fields(typed)
    kept = queries.working_copy(db, article, actor.id, tab)
    if kept is not None and number is not None and number < kept.number:
        return kept
    if kept is None:
        _refuse_too_many(db, article, actor.id)
        kept = WorkingCopy(article_id=article.id, user_id=actor.id, tab=tab, number=0)
        db.add(kept)
    if number is not None:
        kept.number = number
    elif not tab:  # a form without a script counts nothing itself
        kept.number += 1
    kept.content, kept.kept_at = fields, clock.now()
    kept.base_revision_id = queries.base_id(db, article, base) if base is not None else None
    db.flush()
    return kept


def _fields(typed: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that are kept, with a clean body; raises Invalid where one is too long."""
    fields = {name: text for name, text in typed.items() if name in FIELDS or rules.CREDIT.fullmatch(name)}
    for name, text in fields.items():
        if name != "body" and len(text) > LONGEST:
            raise Invalid(f"The {rules.label(name)} is longer than any can be. It was not kept.", field=name)
    check_length(fields.get("body", ""))
    return {**fields, "body": document.normalise(fields.get("body", ""))}


def _refuse_too_many(db: Session, article: Article, user_id: int) -> None:
    own = select(func.count(WorkingCopy.id)).where(WorkingCopy.article_id == article.id, WorkingCopy.user_id == user_id)
    if (db.scalar(own) or 0) >= MOST_COPIES:
        raise Invalid("Too many texts of yours lie beside this piece. Save or give up some of them first.")
