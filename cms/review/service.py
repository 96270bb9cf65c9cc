"""What people do beside a text: set how much a check weighs, share its galley with somebody outside, close it again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.service import fold_email
from cms.articles.models import Article, Revision
from cms.core import clock, events
from cms.core.errors import Invalid, NotFound
from cms.core.secrets import new_token, token_hash
from cms.policy import SYSTEM, Actor, require
from cms.review import queries, rules
from cms.review.checks import Rule, rule
from cms.review.models import CheckLevel, GalleyLink, GalleyOpening, Look
from cms.taxonomy.models import Section
from cms.vocabulary import Can, Kind, Level, Purpose, State


def set_level(
    db: Session,
    actor: Actor,
    name: str,
    level: Level | None,
    *,
    section_id: int | None = None,
    kind: Kind | None = None,
) -> Rule:
    """Set how much a check weighs, everywhere or in one section or for one kind, or with None unset it there.

    The narrower place wins: section and kind together, then the section, then the kind, then everywhere. What is
    so already is not recorded again. Returns the rule.

    Raises Forbidden, or Invalid where there is no such check or section, or the check is one that always holds.
    """
    require(actor, Can.CHECKS_SET)
    found = rule(name)
    if found is None:
        raise Invalid("There is no such check.")
    if found.is_fixed:
        raise Invalid(f"“{found.title}” always stops a piece: nothing could be printed without.", field="level")
    if section_id is not None and db.get(Section, section_id) is None:
        raise Invalid("There is no such section any more.", field="section_id")
    scope = scope_of(name, section_id, kind)
    row = db.scalar(select(CheckLevel).where(CheckLevel.scope == scope))
    before = row.level if row is not None else None
    if before is level:
        return found
    if level is None:
        db.delete(row)
    else:
        if row is None:
            row = CheckLevel(scope=scope, rule=name, section_id=section_id, kind=kind)
            db.add(row)
        row.level, row.set_by_id, row.set_at = level, actor.id, clock.now()
    db.flush()
    events.record(db, actor, "checks.set", None, check=name, section=section_id, kind=kind, before=before, after=level)
    return found


def reset(db: Session, actor: Actor, name: str) -> int:
    """Forget everything that was set for a check; return how many settings there were.

    Raises Forbidden, or Invalid where there is no such check.
    """
    require(actor, Can.CHECKS_SET)
    if rule(name) is None:
        raise Invalid("There is no such check.")
    rows = db.scalars(select(CheckLevel).where(CheckLevel.rule == name).order_by(CheckLevel.id)).all()
    for row in rows:
        db.delete(row)
    if rows:
        db.flush()
        events.record(db, actor, "checks.reset", None, check=name, before=[f"{row.scope}: {row.level}" for row in rows])
    return len(rows)


def scope_of(name: str, section_id: int | None, kind: Kind | None) -> str:
    """Return the one key under which a level is kept: a place can be set once."""
    return f"{name}|{section_id or ''}|{kind or ''}"


@dataclass(frozen=True)
class Shared:
    """A link that was just made, and its token, which nobody can look up later."""

    link: GalleyLink
    token: str


def share_galley(
    db: Session,
    actor: Actor,
    article: Article,
    revision: Revision,
    *,
    label: str,
    days: int,
    purpose: Purpose = Purpose.READ,
    email: str = "",
    person_id: int | None = None,
) -> Shared:
    """Make a private address for this one revision, for somebody without a login and for some days.

    `label` says for whom it is. With `email`, the worker sends it there, under a token that nobody else has seen: the
    one that is returned opens nothing then. Raises Forbidden, or Invalid naming the field.
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
        purpose=purpose,
        token_hash=token_hash(new_token() if email else token),
        label=rules.label(label),
        email=fold_email(email) if email else "",
        person_id=person_id,
        made_by_id=actor.id,
        made_at=now,
        expires_at=rules.until(now, days),
    )
    db.add(link)
    db.flush()
    events.record(
        db, actor, "galley.shared", article, link=link.id, revision=revision.number, purpose=purpose,
        until=link.expires_at.isoformat(),
    )  # fmt: skip
    return Shared(link, token)


def give_token(db: Session, link: GalleyLink) -> str:
    """Give a link a token for the letter that it goes out with, in the place of any before it.

    So nothing that opens it is stored, and a letter that has to be written again makes the one before it worthless.
    """
    token = new_token()
    link.token_hash = token_hash(token)
    return token


def revoke_link(db: Session, actor: Actor, article: Article, link: GalleyLink) -> None:
    """Close a link of this piece at once; one that is closed or expired already stays as it is."""
    require(actor, Can.ARTICLE_SHARE, article)
    if link.article_id != article.id:
        raise NotFound("There is no such link to this piece.")
    if queries.is_open(link):
        link.revoked_at = clock.now()
        events.record(db, actor, "galley.revoked", article, link=link.id)


def note_opening(db: Session, link: GalleyLink, *, browser: str) -> str:
    """Note that somebody opened a link: when, and with what sort of browser. Whoever holds it is its only right.

    Returns a key by which that browser is known for some hours, so that the link's own token stands in no address.
    """
    key = new_token()
    db.add(GalleyOpening(link_id=link.id, opened_at=clock.now(), browser=browser[:300], key_hash=token_hash(key)))
    return key


def note_look(db: Session, actor: Actor, article: Article) -> None:
    """Note that somebody reads the newest revision of a piece now; a second look at the same changes nothing."""
    require(actor, Can.ARTICLE_READ, article)
    if article.head is None or actor.id is None:
        return
    look = queries.last_look(db, actor, article)
    if look is None:
        look = Look(article_id=article.id, user_id=actor.id, number=0)
        db.add(look)
    if look.number != article.head.number:
        look.before, look.number, look.looked_at = look.number, article.head.number, clock.now()


def revoke_all(db: Session) -> None:
    """Close every link, as a restored backup must: what was closed since it was made must not open again."""
    open_ones = db.scalars(select(GalleyLink).where(GalleyLink.revoked_at.is_(None))).all()
    for link in open_ones:
        link.revoked_at = clock.now()
    if open_ones:
        events.record(db, SYSTEM, "galley.all_revoked", None, links=len(open_ones))
