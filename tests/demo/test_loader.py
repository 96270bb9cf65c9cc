"""The demo magazine: complete, in every state, with a history that holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles.models import Article, Revision
from cms.core import clock
from cms.core.errors import Invalid
from cms.core.events import Event, verify
from cms.demo import interview, loader
from cms.front.models import Arrangement
from cms.publication import queries as edition
from cms.publication.models import Published, PublishedPerson, PublishedSeries, Withdrawal
from cms.publication.queries import Told
from cms.transfer.service import MarkdownImport, Options
from cms.vocabulary import CorrectionKind, Kind, State
from cms.wiring import Services
from cms.worker import turn
from cms.workflow import rounds, ruling
from cms.workflow.models import Approval
from tests.factories import make_user


def is_reviewed_by_rules_of_the_chiefs(db: Session) -> bool:
    """Look at the review that is going on: by which rules, who has taken it up, and that it can still be in time."""
    article = articles.load(db, db.scalars(select(Article.id).where(Article.slug == interview.PIECE)).one())
    round_ = rounds.running(db, article)
    assert round_ is not None
    assert round_.rules.words == "one of the desk of the piece, then one of the chiefs"
    assert [seat.holder.name if seat.holder else "" for seat in round_.seats] == ["Noor Castellane", ""]
    assert round_.due_at is not None
    return round_.due_at > clock.now() and len(ruling.every(db)) == 3


def test_the_demo_is_a_magazine_that_one_would_read(services: Services) -> None:
    assert loader.load(services) == 33
    while turn(services):
        pass
    with services.sessions() as db:
        assert set(db.scalars(select(Article.state))) == set(State)
        assert is_reviewed_by_rules_of_the_chiefs(db)
        live = db.scalars(select(Published)).all()
        articles = [row for row in live if row.kind is Kind.ARTICLE and row.word_count >= 600]
        interviews = [row for row in live if row.kind is Kind.INTERVIEW]
        assert len(articles) >= 14
        assert len(interviews) >= 5
        assert len({line["name"] for row in interviews for line in row.bylines if line["role"] == "interviewee"}) == 3
        series = db.scalars(select(PublishedSeries)).all()
        assert sum(shown.is_interviews for shown in series) == 2
        posts = [(shown.headline, shown.employer) for shown in db.scalars(select(PublishedPerson))]
        assert [post for post in posts if post[1] and post[1] in post[0]] == [], "the employer is named twice"
        for row in live:
            assert row.hero, row.slug
            assert row.hero["alt"], row.slug
            assert len(row.related) == 7, row.slug
            assert row.dek
            signed = select(Approval.content_hash).where(Approval.article_id == row.article_id)
            assert row.content_hash in set(db.scalars(signed))
        assert [page.slug for page in edition.house_pages(db)] == ["contact", "imprint"]
        told = [Told.of(one) for row in live for one in row.corrections]
        assert {one.kind for one in told} == set(CorrectionKind) - {CorrectionKind.RETRACTION}
        by_slug = {row.slug: row for row in live}
        assert all(one.after in by_slug[slug].text for slug, one in loader.AMENDS.items())
        assert [by_slug[slug].also[0]["slug"] for slug in loader.TRANSLATED] == [*loader.TRANSLATED.values()]
        assert len(db.scalars(select(Withdrawal)).all()) == 1
        assert all(row.body_html.count('class="qa') >= 7 for row in interviews)
        assert db.scalar(select(func.count(PublishedPerson.person_id))) >= 6
        revisions = db.execute(select(func.count(Revision.id)).group_by(Revision.article_id)).scalars().all()
        assert max(revisions) >= 3
        events = db.scalars(select(Event).order_by(Event.id)).all()
        assert verify(events) is None
        done = [event for event in events if event.name.startswith("article.")]
        assert [event.at for event in done] == sorted(event.at for event in done)
        page = edition.front(db)
        stands = db.scalars(select(Arrangement).where(Arrangement.published_at.is_not(None))).all()[-1]
        chosen = {pin.article_id for pin in stands.layout.pins.values()}
        assert len(chosen) == 7
        pieces = [page.lead, *page.seconds, page.interview, *(piece for c in page.columns for piece in c.pieces)]
        numbers = [piece.article_id for piece in pieces if piece]
        assert len(numbers) == len(set(numbers))
        assert chosen <= set(numbers), "everything that was chosen stands"
        assert page.series
        assert page.series.title == "The Operators"
        assert all(column.pieces for column in page.columns)


def test_it_only_fills_an_empty_installation(services: Services) -> None:
    with services.sessions() as db:
        make_user(db)
    with pytest.raises(Invalid, match="only fills an empty one"):
        loader.load(services)


def test_where_pieces_were_brought_in_before_only_the_staff_is_added(services: Services, tmp_path: Path) -> None:
    (tmp_path / "piece.md").write_text("---\ntitle: Ours\ncategory: Systems\n---\nText.\n")
    list(MarkdownImport(services.sessions, services.storage, tmp_path / "piece.md", Options()).run())
    assert loader.load(services) == 0
    with services.sessions() as db:
        assert db.scalar(select(func.count(Article.id))) == 1
        assert db.scalar(select(func.count(User.id))) == len(loader.STAFF)


def test_every_picture_that_a_text_names_can_be_drawn() -> None:
    named = {
        line.split(":")[1].strip().removesuffix(".png")
        for path in (Path(loader.HERE) / "articles").glob("*.md")
        for line in path.read_text().splitlines()
        if line.startswith("image:")
    }
    assert len(named) >= 17
    for name in named:
        assert (loader.HERE / "portraits" / f"{name}.webp").exists() or name in loader.art.NAMES, name
