"""Questions about checks of quotes: what was asked of whom, what they said, and how it stands in the text now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cms.articles import document
from cms.articles.document import Swap
from cms.articles.models import Article, Credit
from cms.core import clock
from cms.core.html import escape
from cms.interviews.models import QuoteCheck, Statement, StatementBegun
from cms.interviews.quotes import rules
from cms.interviews.quotes.rules import Offer
from cms.people.models import Person
from cms.review import queries as review
from cms.review.checks import Checked
from cms.review.checks.quotes import Standing, Stands, standing
from cms.review.models import GalleyLink
from cms.review.queries import LinkLine
from cms.vocabulary import CreditRole


@dataclass(frozen=True)
class Facts:
    """What the checks of a text know of those who are quoted in it (see `review.checks.Draft`)."""

    checked: tuple[Checked, ...] = ()
    unanswered: tuple[str, ...] = ()
    unwilling: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One quote of a check: what was said of it, how it stands now, and whether another check speaks for it."""

    check: QuoteCheck
    stands: Stands
    is_superseded: bool

    @property
    def wanted(self) -> tuple[Swap, ...]:
        """What somebody wants changed in their words, change by change."""
        return _swaps(self.check.words, self.check.wording)

    @property
    def changed(self) -> tuple[Swap, ...]:
        """What is changed in them by now."""
        return _swaps(self.check.words, self.stands.passage.words if self.stands.passage else "")

    @property
    def needs_asking(self) -> bool:
        """Whether it has to be shown again before it can be called confirmed."""
        return not self.is_superseded and self.stands.standing not in (Standing.CONFIRMED, Standing.CUT)


@dataclass(frozen=True)
class Asked:
    """One check: the link with its openings, its quotes in order, and whether they can be asked for again."""

    link: LinkLine
    lines: tuple[Line, ...]

    @property
    def to_ask_again(self) -> tuple[Line, ...]:
        """The quotes that would be sent once more, were it answered or closed."""
        return tuple(line for line in self.lines if line.needs_asking)


def interviewees(article: Article) -> list[Credit]:
    """Return the credits of those who are interviewed in the newest text."""
    credits = article.head.credits if article.head is not None else []
    return [credit for credit in credits if credit.role is CreditRole.INTERVIEWEE]


def offers(article: Article, person: Person) -> list[Offer]:
    """Return what a person may be asked about in the newest text."""
    assert article.head is not None
    others = [credit.person.name for credit in article.head.credits if credit.person_id != person.id]
    return rules.offers(article.head.body, person.name, others)


def checks_of(db: Session, link: GalleyLink) -> list[QuoteCheck]:
    """Return the quotes that somebody is shown under a link, in the order of the text."""
    return list(db.scalars(select(QuoteCheck).where(QuoteCheck.link_id == link.id).order_by(QuoteCheck.id)))


def asked(db: Session, article: Article) -> list[Asked]:
    """Return every check of a piece, the open ones first, newest first; three queries.

    The newest that was answered, or may be still, speaks for a place; one that was closed before that does not.
    """
    links = review.checks_of(db, article)
    counting = {line.link.id for line in links if line.is_open or line.link.used_at is not None}
    query = select(QuoteCheck).where(QuoteCheck.link_id.in_([line.link.id for line in links])).order_by(QuoteCheck.id)
    by_link: dict[int, list[QuoteCheck]] = {}
    newest: dict[tuple[int | None, str, int], int] = {}
    people = {line.link.id: line.link.person_id for line in links}
    for check in db.scalars(query):
        by_link.setdefault(check.link_id, []).append(check)
        if check.link_id in counting:
            place = (people[check.link_id], check.block_id, check.place)
            newest[place] = max(newest.get(place, 0), check.link_id)
    said = document.passages(article.head.body) if article.head is not None else []
    return [
        Asked(line, tuple(
            Line(
                one, standing(_checked(one, line.link.label), said),
                newest.get((line.link.person_id, one.block_id, one.place), line.link.id) != line.link.id,
            )
            for one in by_link.get(line.link.id, [])
        ))
        for line in links
    ]  # fmt: skip


def statements_of(db: Session, article: Article) -> list[Statement]:
    """Return what those who were interviewed said about themselves."""
    query = select(Statement).where(Statement.article_id == article.id).options(joinedload(Statement.person))
    return list(db.scalars(query.order_by(Statement.stated_at)))


def statement_of(db: Session, link: GalleyLink) -> Statement | None:
    """Return what the holder of a link said about themselves, if they were asked before."""
    return db.get(Statement, (link.article_id, link.person_id))


def begun_of(db: Session, link: GalleyLink) -> rules.Statement | None:
    """Return what the holder of a link kept of their statement to go on with later, if they did."""
    kept = db.get(StatementBegun, link.id)
    return rules.Statement(kept.is_agreed, kept.title, kept.affiliation, kept.conflicts) if kept else None


def facts(db: Session, article_id: int) -> Facts:
    """Return what the checks of a text know of those who are quoted in it; one query.

    What somebody said last of a place is what they say; a check that was closed before they answered says nothing.
    """
    query = (
        select(QuoteCheck, Statement.is_agreed)
        .join(GalleyLink, GalleyLink.id == QuoteCheck.link_id)
        .outerjoin(
            Statement,
            (Statement.article_id == GalleyLink.article_id) & (Statement.person_id == GalleyLink.person_id),
        )
        .where(GalleyLink.article_id == article_id)
        .options(joinedload(QuoteCheck.link))
        .order_by(QuoteCheck.link_id, QuoteCheck.id)
    )
    said: dict[tuple[int | None, str, int], Checked] = {}
    waiting: dict[str, bool] = {}
    unwilling: dict[str, bool] = {}
    for check, is_agreed in db.execute(query):
        link = check.link
        if link.used_at is not None:
            said[link.person_id, check.block_id, check.place] = _checked(check, link.label)
        elif link.revoked_at is None and link.expires_at > clock.now():
            waiting[link.label] = True
        if is_agreed is False:
            unwilling[link.label] = True
    return Facts(tuple(said.values()), tuple(waiting), tuple(unwilling))


def _checked(check: QuoteCheck, who: str) -> Checked:
    return Checked(who, check.block_id, check.place, check.words, check.verdict, check.wording, check.reason)


def _swaps(old: str, new: str) -> tuple[Swap, ...]:
    """Return what changes between two wordings; nothing where there is only one."""
    return document.swaps(*(f'<p data-id="said">{escape(text)}</p>' for text in (old, new))) if new else ()
