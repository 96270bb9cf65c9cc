"""What is done to the history of a piece: versions are named, autosaves that say nothing of their own pruned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import column, delete, select, table
from sqlalchemy.orm import Session

from cms.articles import queries, rules
from cms.articles.models import Article, Credit, Revision, RevisionName, RevisionTopic, WorkingCopy
from cms.articles.sittings import sittings
from cms.core import clock, events
from cms.core.errors import Conflict
from cms.core.html import clean_text
from cms.policy import Actor, require
from cms.vocabulary import Can

LONGEST_NAME = 80
#: Looked at in one go: each is read whole.
AT_ONCE = 200
# Who points at revisions from above this package; the tables are named here, not imported. A test walks all foreign
# keys to `revision` and fails where one is missing.
POINTING = tuple(
    table(name, column("revision_id"))
    for name in "approval published published_page published_version galley_link thread proposal".split()
)


@dataclass(frozen=True)
class Pruning:
    """Autosaves of which every word is found in versions that stay; `is_all` is False where there may be more."""

    revisions: tuple[Revision, ...]
    is_all: bool = True


def name_revision(db: Session, actor: Actor, article: Article, revision: Revision, name: str) -> None:
    """Give a version a name that people will know it by; an empty one takes the name away."""
    require(actor, Can.ARTICLE_NAME, article)
    name = clean_text(" ".join(name.split()))[:LONGEST_NAME].strip()
    row = db.get(RevisionName, revision.id)
    before = row.name if row is not None else ""
    if name == before:
        return
    if not name and row is not None:
        db.delete(row)
    elif row is not None:
        row.name, row.named_by_id, row.named_at = name, actor.id or 0, clock.now()
    else:
        db.add(RevisionName(revision_id=revision.id, name=name, named_by_id=actor.id or 0, named_at=clock.now()))
    events.record(
        db, actor, "article.named", article, number=revision.number, hash=revision.content_hash, before=before,
        after=name,
    )  # fmt: skip


def show_history(db: Session, actor: Actor, article: Article, *, is_shown: bool) -> None:
    """Let readers see the published versions of a piece, or not any more."""
    require(actor, Can.ARTICLE_PLAN, article)
    if article.shows_history != is_shown:
        article.shows_history = is_shown
        events.record(db, actor, "article.history_opened" if is_shown else "article.history_closed", article)


def prunable(db: Session, actor: Actor, article: Article) -> Pruning:
    """Return the autosaves that may go without a word being lost, oldest first: what `prune` would take now."""
    require(actor, Can.ARTICLE_PRUNE, article)
    marks = queries.marks(db, article)
    candidates = rules.may_go(sittings(marks, queries.milestones(db, article)), _pinned(db, article))
    looked_at = candidates[:AT_ONCE]
    if not looked_at:
        return Pruning(())
    # What stays and is near enough to have the same words; a word that only stands further off keeps its autosave.
    near = [mark.id for mark in marks if mark.id not in set(candidates) and mark.id > looked_at[0]][: AT_ONCE * 2]
    query = select(Revision).where(Revision.id.in_({*looked_at, *near})).options(*queries.REVISION)
    found = {revision.id: revision for revision in db.scalars(query).unique()}
    texts = {revision.id: rules.wording_of(revision) for revision in found.values()}
    gone = rules.prunable(texts, set(looked_at))
    return Pruning(tuple(found[i] for i in sorted(gone)), is_all=len(looked_at) == len(candidates))


def prune(db: Session, actor: Actor, article: Article, *, seen: Sequence[int]) -> Pruning:
    """Delete the autosaves that say nothing of their own, and return them.

    `seen` are the numbers that the person was shown: only those go, and Conflict is raised where none of them may go
    any more. The record names every one with its number and hash.
    """
    require(actor, Can.ARTICLE_PRUNE, article)
    pruning = prunable(db, actor, article)
    going = tuple(revision for revision in pruning.revisions if revision.number in set(seen))
    if not going:
        raise Conflict("The history changed while you were looking at it. Nothing was taken out; look again.")
    ids = [revision.id for revision in going]
    events.record(
        db, actor, "article.pruned", article,
        revisions=[{"number": revision.number, "hash": revision.content_hash} for revision in going],
    )  # fmt: skip
    for model in (Credit, RevisionTopic):
        db.execute(delete(model).where(model.revision_id.in_(ids)))
    db.execute(delete(Revision).where(Revision.id.in_(ids)))
    return Pruning(going, pruning.is_all)


def _pinned(db: Session, article: Article) -> set[int]:
    """Return the ids of the revisions of a piece that something needs."""
    own = select(Revision.id).where(Revision.article_id == article.id)
    pinned: set[int] = {article.head_id} if article.head_id else set()
    for other in POINTING:
        pinned.update(db.scalars(select(other.c.revision_id).where(other.c.revision_id.in_(own))))
    pinned.update(db.scalars(select(RevisionName.revision_id).where(RevisionName.revision_id.in_(own))))
    bases = select(WorkingCopy.base_revision_id).where(WorkingCopy.article_id == article.id)
    pinned.update(i for i in db.scalars(bases) if i is not None)
    return pinned
