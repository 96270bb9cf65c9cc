"""The demo's interview under check: what was planned and said, and what its expert answered about her words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles.models import Article
from cms.interviews.questions import queries as questions
from cms.interviews.questions import service as asking
from cms.interviews.quotes import queries as quotes
from cms.interviews.quotes import service as checking
from cms.interviews.quotes.rules import Mark, Statement
from cms.review import queries as links
from cms.review import service as sharing
from cms.review.models import GalleyLink
from cms.vocabulary import Verdict

PIECE = "a-valve-that-says-no"
QUESTIONS = """Do you miss the nanoseconds?
What does a valve know that a clock does not?
How exact does water have to be?
Who pays for the leaks?
And whom do you call at three in the morning?"""
NOTES = (
    "She does not want to talk about why she left the exchange. The list of valves is new; nobody has printed it yet."
)
TRANSCRIPT = """IV: Good, it runs. Do you miss them, the nanoseconds?
MOL: Oh. Yes and no. I'll tell you what I miss. I miss knowing at once that I am wrong, you know? With a clock, if a \
clock drifts it tells you within the hour, there's an alarm, somebody runs. And a meter, a meter that drifts tells you \
at the end of the year. In the form of a letter. From a lawyer.
IV: From a lawyer?
MOL: Usually. Sometimes from two.
IV: So what does a valve know that a clock doesn't?
MOL: When to stop. No, seriously. We've got about four hundred valves that close by themselves, when the flow makes \
no sense, and nobody has to be awake for it, which I find, after the exchange, I find that very moving. In the first \
month I asked for the list. The ones that had closed for no reason. There were nine, and I thought, that's a scandal.
MOL: And then I asked for the others. The ones that should have closed and did not. And they looked at me. There was \
no list.
IV: So you started one.
MOL: I started one, yes. It has three lines so far. And every one of them was somebody's cellar.
IV: How exact does water have to be, compared to time?
MOL: Two per cent for the bill. That's the law, nearly. And a lot better than that for the night, because between two \
and four in the morning a town drinks almost nothing, so whatever flows then is a leak, by definition. We look at that \
hour like I used to look at the leap second. With the same coffee, too.
IV: And whom do you call, at three in the morning?
MOL: Nobody. The valve has called already. I only read what it said."""
#: What she says of her answers, in their order; the others are right.
MARKS = {
    1: Mark(
        Verdict.FIX,
        "When to stop. We have four hundred valves that close by themselves when the flow makes no sense. Nobody has "
        "to be awake for it. In the first month I asked for the list of those that had closed for no reason, and there "
        "were nine. I thought that was a lot. Then I asked for the ones that should have closed and did not, and there "
        "was no list.",
    ),
    3: Mark(Verdict.WRONG, reason="It is three per cent for the bill, since the new ordinance. Please ask our office."),
}
STATED = Statement(
    is_agreed=True, title="Head of metering", affiliation="Weirbank Water",
    conflicts="I hold shares of my former employer, Northlight Exchange.",
)  # fmt: skip


def steps(who: Callable[[Session, str], User], now: datetime) -> list[tuple[datetime, Callable[[Session], None]]]:
    """Return what happened to the interview, and when; `who` finds somebody of the staff by name."""

    def plan(db: Session) -> None:
        writer = who(db, "Ilse Varnholt")
        asking.plan(db, writer, _piece(db), QUESTIONS, NOTES, seen=0)
        asking.send(db, writer, _piece(db), to="Marit Oduya-Lind")

    def put_down(db: Session) -> None:
        editor = who(db, "Noor Castellane")
        asking.put_transcript(db, who(db, "Ilse Varnholt"), _piece(db), TRANSCRIPT)
        turns = questions.turns(questions.transcript_of(db, editor, _piece(db)))
        rows = questions.condensed(db, _piece(db), turns)
        asking.tie(db, editor, _piece(db), {row.answer.block_id: row.span for row in rows if row.span})

    def ask(db: Session) -> None:
        article = _piece(db)
        expert = quotes.interviewees(article)[0].person
        picks = [one.passage.key for one in quotes.offers(article, expert) if one.is_theirs]
        checking.ask(db, who(db, "Noor Castellane"), article, expert.id, picks, seen=article.head_id, days=14)

    def read(db: Session) -> None:
        sharing.note_opening(db, _link(db), browser="Safari")

    def answer(db: Session) -> None:
        link = _link(db)
        checks = quotes.checks_of(db, link)
        marks = {check.id: MARKS.get(number, Mark(Verdict.CORRECT)) for number, check in enumerate(checks)}
        checking.answer(db, link, _piece(db), marks, STATED)

    days = timedelta(days=1)
    happened = ((plan, 12.9), (put_down, 10.5), (ask, 3), (read, 2.5), (read, 1.2), (answer, 1.1))
    return [(now - ago * days, do) for do, ago in happened]


def _piece(db: Session) -> Article:
    return articles.load(db, db.scalars(select(Article.id).where(Article.slug == PIECE)).one())


def _link(db: Session) -> GalleyLink:
    query = select(GalleyLink).join(Article, Article.id == GalleyLink.article_id).where(Article.slug == PIECE)
    return db.scalars(query.options(*links.GALLEY)).unique().one()
