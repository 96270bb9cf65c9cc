"""What is done beside a text: its galley is shared with somebody outside, opened there, and closed again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles.models import Article, Revision
from cms.core import clock, events
from cms.core.errors import Invalid, NotFound
from cms.core.secrets import new_token, token_hash
from cms.policy import SYSTEM, Actor, require
from cms.review import rules
from cms.review.models import GalleyLink, GalleyOpening
from cms.vocabulary import Can, State


@dataclass(frozen=True)
class Shared:
    """A link that was just made, and its token, which nobody can look up later."""

    link: GalleyLink
    token: str


def share_galley(
    db: Session, actor: Actor, article: Article, revision: Revision, *, label: str, days: int
) -> Shared:  # fmt: skip
    """Make a private address under which somebody without a login may read this one revision for some days.

    `label` says for whom it is. Raises Forbidden, or Invalid naming the field.
    """
    require(actor, Can.ARTICLE_SHARE, article)
    if actor.id is None:
        raise Invalid("Only somebody who is signed in can share a galley.")
    if revision.article_id != article.id:
        raise NotFound("There is no such revision of this piece.")
    if article.state is State.SPIKED:
        raise Invalid("This piece was spiked. Restore it before you show it to anybody.")
    now, token = clock.now(), new_token()
    link = GalleyLink(
        article_id=article.id,
        revision_id=revision.id,
        token_hash=token_hash(token),
        label=rules.label(label),
        made_by_id=actor.id,
        made_at=now,
        expires_at=rules.until(now, days),
    )
    db.add(link)
    db.flush()
    events.record(
        db, actor, "galley.shared", article, link=link.id, revision=revision.number, until=link.expires_at.isoformat()
    )  # fmt: skip
    return Shared(link, token)


def revoke_link(db: Session, actor: Actor, article: Article, link: GalleyLink) -> None:
    """Close a link of this piece at once; one that is closed or expired already stays as it is."""
    require(actor, Can.ARTICLE_SHARE, article)
    if link.article_id != article.id:
        raise NotFound("There is no such link to this piece.")
    if link.revoked_at is None and link.expires_at > clock.now():
        link.revoked_at = clock.now()
        events.record(db, actor, "galley.revoked", article, link=link.id)


def note_opening(db: Session, link: GalleyLink, *, browser: str) -> None:
    """Note that somebody opened a link: when, and with what sort of browser. Whoever holds it is its only right."""
    db.add(GalleyOpening(link_id=link.id, opened_at=clock.now(), browser=browser[:300]))


def revoke_all(db: Session) -> None:
    """Close every link, as a restored backup must: what was closed since it was made must not open again."""
    open_ones = db.scalars(select(GalleyLink).where(GalleyLink.revoked_at.is_(None))).all()
    for link in open_ones:
        link.revoked_at = clock.now()
    if open_ones:
        events.record(db, SYSTEM, "galley.all_revoked", None, links=len(open_ones))
