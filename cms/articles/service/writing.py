"""What people do to a piece's text: begin it, save it, bring an earlier version back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from cms.accounts.models import User
from cms.articles import document, queries, rules
from cms.articles.models import Article, Content, Revision
from cms.articles.service.copies import NOTHING_LEFT, Left, drop_saved
from cms.articles.service.cutting import check, cut, head_of
from cms.articles.sittings import RESTORED
from cms.core import clock, events, slugs
from cms.core.errors import Conflict, Invalid
from cms.policy import Actor, require
from cms.taxonomy.models import Desk, Section
from cms.vocabulary import Can, State


class EditConflict(Conflict):
    """Two people changed the same place; carries both texts, so that nothing is lost and one can choose.

    Plain values, because the rows behind them are forgotten when the transaction rolls back. `revision_id` and
    `number` are those of the revision that the texts were joined with: whoever saves again starts from that one. The
    newest may be newer by then, and what it brought would look as if it had been taken out.
    """

    def __init__(self, *, base: Content, mine: Content, head: Revision, who: str, met: rules.Met) -> None:
        super().__init__(f"{who} saved this piece while you were writing, and changed the same place.")
        self.base, self.mine, self.theirs, self.who, self.met = base, mine, head.content(), who, met
        self.revision_id, self.number = head.id, head.number


@dataclass(frozen=True)
class Saved:
    """What a save did: the new head revision, and sentences on what came in, with whoever saved that last."""

    revision: Revision
    brought_in: tuple[str, ...] = ()
    is_new: bool = True
    who: str = ""


def create(
    db: Session,
    actor: Actor,
    content: Content,
    *,
    desk_id: int | None = None,
    state: State = State.DRAFT,
    imported_from: str | None = None,
    at: datetime | None = None,
) -> Article:
    """Begin a piece with its first revision; an address that is taken gets a number behind it.

    `desk_id` defaults to the desk of its section. Raises Forbidden, or Invalid naming the field.
    """
    require(actor, Can.ARTICLE_CREATE)
    if state not in (State.IDEA, State.DRAFT):
        raise Invalid("A new piece is an idea or a draft.")
    content = rules.tidy(content)
    wanted = content.slug or slugs.make(content.headline)
    content = replace(content, slug=slugs.free(wanted, lambda slug: queries.slug_taken(db, slug)))
    check(db, content)
    now = at or clock.now()
    article = Article(
        slug=content.slug,
        state=state,
        state_since=now,
        desk_id=_desk_for(db, content, desk_id),
        created_by_id=actor.id,
        created_at=now,
        changed_at=now,
        imported_from=imported_from,
    )
    set_committed_value(article, "authors", [])
    db.add(article)
    db.flush()
    cut(db, actor, article, content, number=1, note="", at=now)
    events.record(db, actor, "article.created", article, state=state, hash=content.hash())
    return article


def save_draft(
    db: Session,
    actor: Actor,
    article: Article,
    content: Content,
    *,
    seen: int,
    note: str = "",
    save_id: str = "",
    is_quiet: bool = False,
    left: Left = NOTHING_LEFT,
) -> Saved:
    """Store the text as a new revision and return it.

    `seen` is the id of the revision that the person started from. Where somebody saved in between, the two
    are joined block by block; what both changed raises EditConflict with both texts. Saving what is already
    there cuts no revision. `save_id` is made by the browser: what arrives a second time is answered with the
    revision that it became, whatever came in between. `is_quiet` marks what was saved without being asked for.
    `left` names the working copies that the saved text makes needless (see `copies.drop_saved`). Corrections stay as
    they were in the version that it started from: they are written by a verb of their own.
    """
    require(actor, Can.ARTICLE_READ, article)
    if save_id and (done := queries.saved_as(db, article, save_id)) is not None:
        if done.made_by_id != actor.id:
            raise Conflict("That save was somebody else's. Reload, then paste your text.")
        drop_saved(db, actor, article, done, left)
        return Saved(done, is_new=False)
    require(actor, Can.ARTICLE_EDIT, article)
    head = head_of(article)
    base = head if seen == head.id else queries.base_of(db, article, seen)
    if base is None:
        raise Conflict("The version you started from is not one of this piece. Reload, then paste your text.")
    corrections = base.content().corrections
    content = rules.tidy(replace(content, slug=content.slug or head.slug, corrections=corrections))
    if content.slug != head.slug and content.slug == slugs.make(content.headline):
        # It follows the headline, which nobody chose as an address: as for a new piece, a number is no trouble.
        free = slugs.free(content.slug, lambda slug: queries.slug_taken(db, slug, apart_from=article.id))
        content = replace(content, slug=free)
    check(db, content, article)
    brought_in: tuple[str, ...] = ()
    who = ""
    must_cut = False
    if base is not head:
        # Somebody else may have written the very same; a revision of one's own lets a retry know that it was here.
        must_cut = bool(save_id) and not is_quiet and content.hash() != base.content_hash
        who = _maker(db, head)
        content, brought_in = _joined(base.content(), content, head, who=who)
    if content.hash() == head.content_hash and not must_cut:
        drop_saved(db, actor, article, head, left)
        return Saved(head, brought_in, is_new=False, who=who)
    revision = cut(
        db, actor, article, content, number=head.number + 1, note=note, at=clock.now(), save_id=save_id,
        is_quiet=is_quiet,
    )  # fmt: skip
    events.record(
        db, actor, "article.saved", article, before=head.content_hash, after=revision.content_hash,
        revision=revision.number, **({"quiet": True} if is_quiet else {}),
    )  # fmt: skip
    drop_saved(db, actor, article, revision, left)
    return Saved(revision, brought_in, who=who)


def carried(db: Session, article: Article, content: Content, *, seen: int) -> Content:
    """Return a text that somebody wrote over the revision `seen` as it would be over the newest, clean; stores nothing.

    Where both changed the same, it has what they wrote. Raises Conflict where there is no such revision, or Invalid.
    """
    head = head_of(article)
    content = rules.tidy(replace(content, slug=head.slug))
    check(db, content, article)
    if seen == head.id:
        return content
    base = queries.base_of(db, article, seen)
    if base is None:
        raise Conflict("The version you started from is not one of this piece. Reload, then paste your text.")
    return rules.meet(base.content(), content, head.content()).content


def _maker(db: Session, revision: Revision) -> str:
    maker = db.get(User, revision.made_by_id) if revision.made_by_id else None
    return maker.name if maker else "Somebody"


def _joined(base: Content, mine: Content, head: Revision, *, who: str) -> tuple[Content, tuple[str, ...]]:
    """Join a text with what was saved meanwhile; raises EditConflict where only a person can."""
    met = rules.meet(base, mine, head.content())
    if met.clashes:
        raise EditConflict(base=base, mine=mine, head=head, who=who, met=met)
    return met.content, met.brought_in


def restore(db: Session, actor: Actor, article: Article, revision: Revision, *, seen: int) -> Saved:
    """Make an earlier revision the newest again, as a new revision: nothing in between is lost."""
    require(actor, Can.ARTICLE_EDIT, article)
    if seen != article.head_id:
        raise Conflict("The piece changed while you were reading its history. Look again before you restore.")
    content = replace(revision.content(), slug=article.slug)
    return save_draft(db, actor, article, content, seen=seen, note=f"{RESTORED} {revision.number}")


def roll_back(db: Session, actor: Actor, article: Article, revision: Revision) -> None:
    """Put the text back to an earlier revision, as part of dropping a revision of a live piece."""
    require(actor, Can.ARTICLE_REVISE, article)
    head = head_of(article)
    if revision.content_hash != head.content_hash:
        note = f"Back to revision {revision.number}"
        cut(db, actor, article, revision.content(), number=head.number + 1, note=note, at=clock.now())


def fitted(content: Content) -> tuple[Content, list[str]]:
    """Return the content with what is too long cut at a sentence or a word, and sentences that say so.

    For texts from elsewhere, whose limits were others; what people type here is refused instead.
    """
    said = []
    cut: dict[str, Any] = {}
    for name, limit in rules.LIMITS.items():
        text = getattr(content, name)
        if name != "slug" and len(text) > limit:
            cut[name] = document.teaser(text, limit=limit)
            said.append(f"The {rules.label(name)} was cut to {limit} characters; it had {len(text)}.")
    return replace(content, **cut), said


def _desk_for(db: Session, content: Content, desk_id: int | None) -> int:
    if desk_id is not None:
        return desk_id
    if content.section_id is not None:
        return db.get_one(Section, content.section_id).desk_id
    first = db.scalar(select(Desk.id).order_by(Desk.id).limit(1))
    if first is None:
        raise Invalid("There is no desk yet. An editor in chief can make one under Sections.", field="desk_id")
    return first
