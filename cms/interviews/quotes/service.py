"""What happens to the check of quotes: it is sent, kept half done, answered, and asked for again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles.document import Passage
from cms.articles.models import Article
from cms.core import clock, events
from cms.core.errors import Conflict, Invalid, NotFound
from cms.interviews.models import QuoteCheck, Statement, StatementBegun
from cms.interviews.quotes import queries, rules
from cms.interviews.quotes.rules import Mark, NotYet
from cms.policy import READER, Actor, require
from cms.review import queries as links
from cms.review import service as review
from cms.review.models import GalleyLink
from cms.review.service import Shared
from cms.review.suggestions import service as suggestions
from cms.vocabulary import Can, Purpose, Verdict


def ask(
    db: Session, actor: Actor, article: Article, person_id: int, picks: Sequence[str], *, seen: int | None,
    days: int, email: str = "",
) -> Shared:  # fmt: skip
    """Ask somebody who is interviewed whether some of what the newest text has them say is what they said.

    `picks` are the keys of passages, `seen` is the revision that they were chosen in. A check of theirs that is open
    still is closed: there is one at a time. Raises Forbidden, Conflict, or Invalid naming the field.
    """
    require(actor, Can.ARTICLE_SHARE, article)
    if article.head is None or article.head_id != seen:
        raise Conflict("The text changed while you chose what to send. Look again.")
    people = {credit.person_id: credit.person for credit in queries.interviewees(article)}
    person = people.get(person_id)
    if person is None:
        raise Invalid("Only somebody who is credited as interviewee can be asked.", field="person")
    chosen = rules.chosen(queries.offers(article, person), picks)
    for line in links.checks_of(db, article):
        if line.link.person_id == person_id:
            review.revoke_link(db, actor, article, line.link)
    shared = review.share_galley(
        db, actor, article, article.head, label=person.name, days=days, purpose=Purpose.CHECK, email=email,
        person_id=person.id,
    )  # fmt: skip
    db.add_all(_check(shared.link, passage) for passage in chosen)
    db.flush()
    events.record(db, actor, "quotes.asked", article, link=shared.link.id, quotes=len(chosen))
    return shared


def ask_again(db: Session, actor: Actor, article: Article, link: GalleyLink) -> Shared:
    """Ask the same person, for as long and at the same address, about what of a check is not confirmed as it stands.

    Raises Invalid where all of it is.
    """
    require(actor, Can.ARTICLE_SHARE, article)
    asked = next((one for one in queries.asked(db, article) if one.link.link.id == link.id), None)
    if asked is None or link.person_id is None:
        raise NotFound("There is no such check of this piece.")
    picks = [line.stands.passage.key for line in asked.to_ask_again if line.stands.passage is not None]
    if not picks:
        raise Invalid("Everything of it stands as it was confirmed. There is nothing to ask again.")
    days = (link.expires_at - link.made_at).days
    return ask(db, actor, article, link.person_id, list(dict.fromkeys(picks)), seen=article.head_id, days=days,
               email=link.email)  # fmt: skip


def keep(db: Session, link: GalleyLink, marks: Mapping[int, Mark], stated: rules.Statement) -> None:
    """Keep what somebody marked and wrote so far; nobody else is told. That their link opens is all their right."""
    _enter(link)
    for check in queries.checks_of(db, link):
        if check.id in marks:
            _put(check, rules.tidied(marks[check.id]))
    if queries.statement_of(db, link) is None:
        db.merge(StatementBegun(link_id=link.id, **asdict(rules.begun(stated))))


def answer(
    db: Session, link: GalleyLink, article: Article, marks: Mapping[int, Mark], stated: rules.Statement | None
) -> int:  # fmt: skip
    """Take what somebody says of their quotes, once and for all; return how many proposals wait for an editor by it.

    Whoever was asked about themselves before is not asked again, and `stated` counts for nothing. Raises NotYet with
    every problem at once, or NotFound where somebody was faster.
    """
    _enter(link)
    checks = queries.checks_of(db, link)
    problems: dict[int | str, str] = {}
    for check in checks:
        try:
            _put(check, rules.checked(check.id, check.words, rules.tidied(marks.get(check.id, Mark()))))
        except NotYet as error:
            problems |= error.problems
    known = queries.statement_of(db, link)
    if known is None:
        try:
            _state(db, link, rules.stated(stated or rules.Statement()))
        except NotYet as error:
            problems |= error.problems
    if problems:
        raise NotYet(problems)
    _use(db, link)
    proposed = _propose(db, link, article, checks)
    counts = Counter(check.verdict.value for check in checks)
    events.record(db, READER, "quotes.answered", article, link=link.id, proposed=proposed, **counts)
    return proposed


def _enter(link: GalleyLink) -> None:
    if link.purpose is not Purpose.CHECK or not links.is_open(link):
        raise NotFound(links.GONE)


def _use(db: Session, link: GalleyLink) -> None:
    """Use a link up: of two answers at once, one is late."""
    now = clock.now()
    still = (GalleyLink.id == link.id) & GalleyLink.used_at.is_(None) & GalleyLink.revoked_at.is_(None)
    taken = db.execute(update(GalleyLink).where(still, GalleyLink.expires_at > now).values(used_at=now))
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(links.GONE)


def _check(link: GalleyLink, passage: Passage) -> QuoteCheck:
    return QuoteCheck(
        link_id=link.id, block_id=passage.block_id, place=passage.place, context=passage.context, words=passage.words,
        words_hash=document.digest(passage.words),
    )  # fmt: skip


def _put(check: QuoteCheck, mark: Mark) -> None:
    wording = document.as_quoted(mark.wording) if check.place else mark.wording
    check.verdict, check.wording, check.reason = mark.verdict, wording, mark.reason
    check.marked_at = clock.now()


def _state(db: Session, link: GalleyLink, said: rules.Statement) -> None:
    assert link.person_id is not None, "whoever checks quotes is somebody with a face here"
    db.add(Statement(
        article_id=link.article_id, person_id=link.person_id, link_id=link.id, is_agreed=bool(said.is_agreed),
        title=said.title, affiliation=said.affiliation, conflicts=said.conflicts, stated_at=clock.now(),
    ))  # fmt: skip
    db.execute(delete(StatementBegun).where(StatementBegun.link_id == link.id))


def _propose(db: Session, link: GalleyLink, article: Article, checks: Sequence[QuoteCheck]) -> int:
    """Lay the wished wordings beside the text as suggestions, where their block is still what they were shown."""
    assert article.head is not None
    then = {block.id: block.html for block in document.parse(link.revision.body)}
    now = {block.id: block.html for block in document.parse(article.head.body)}
    blocks: dict[str, str] = {}
    for check in sorted(checks, key=lambda one: -one.place):  # what stands further on keeps its number
        block = now.get(check.block_id)
        if check.verdict is Verdict.FIX and block is not None and block == then[check.block_id]:
            block = blocks.get(check.block_id, block)
            blocks[check.block_id] = document.reworded(block, check.place, check.wording)
    return suggestions.suggest_from_outside(db, link, article, blocks) if blocks else 0
