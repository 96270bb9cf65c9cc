"""The versions that readers had, what is said of each, and nothing of what was written in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Forbidden, NotFound
from cms.publication import queries as edition
from cms.publication import service as publication
from cms.publication.models import PublishedVersion
from cms.publication.versions import plain
from cms.wiring import Services
from tests.conftest import Frozen
from tests.factories import BODY, House, act, make_house, make_live


@pytest.fixture
def db(either: Services) -> Iterator[Session]:
    """A session on each database in turn."""
    with either.sessions() as session:
        yield session


@pytest.fixture
def house(db: Session) -> House:
    return make_house(db)


def write(db: Session, house: House, article_id: int, **changed: Any) -> None:
    article = articles.load(db, article_id)
    assert article.head
    with transaction(db):
        texts.save_draft(db, house.writer, article, replace(article.head.content(), **changed), seen=article.head.id)


def publish_again(db: Session, house: House, article_id: int, *drafts: dict[str, Any]) -> None:
    """Take a live piece through the whole way once more, over these drafts."""
    act(db, house.writer, articles.load(db, article_id), "revise")
    for draft in drafts:
        write(db, house, article_id, **draft)
    for who, action in ((house.writer, "submit"), (house.editor, "approve"), (house.editor, "publish")):
        act(db, who, articles.load(db, article_id), action)


def versions(db: Session, article: Article) -> list[PublishedVersion]:
    query = select(PublishedVersion).where(PublishedVersion.article_id == article.id)
    return list(db.scalars(query.order_by(PublishedVersion.number)))


def test_each_publication_is_a_version_with_what_it_changed(db: Session, house: House, frozen: Frozen) -> None:
    article = make_live(db, house)
    at = frozen.forward(days=2)
    between = {"body": BODY.replace("ordinary", "canary"), "dek": "Canary."}
    publish_again(db, house, article.id, between, {"body": BODY.replace("ordinary", "quiet"), "dek": "Better."})
    first, second = versions(db, article)
    assert (first.number, first.said, first.marked_html) == (1, [], "")
    assert (second.number, second.published_at) == (2, at)
    assert second.said == [
        "The standfirst “Perfect time is a luxury. Most systems can live on something cheaper.” became “Better.”.",
        "“ordinary” became “quiet”.",
    ]
    assert "<del>ordinary</del> <ins>quiet</ins>" in second.marked_html
    assert "Nobody had typed" not in second.marked_html
    assert "anary" not in "".join([*second.said, second.marked_html])


def test_what_is_published_unchanged_or_rendered_again_is_no_version(db: Session, house: House) -> None:
    article = make_live(db, house)
    publish_again(db, house, article.id)
    with transaction(db):
        publication.refresh(db, [article.id])
    assert len(versions(db, article)) == 1


def test_a_piece_that_comes_back_goes_on_counting(db: Session, house: House) -> None:
    article = make_live(db, house)
    act(db, house.editor, article, "withdraw")
    publish_again(db, house, article.id, {"dek": "Mended."})
    assert [version.number for version in versions(db, article)] == [1, 2]


def test_readers_see_them_only_where_an_editor_lets_them(db: Session, house: House) -> None:
    article = make_live(db, house)
    with pytest.raises(NotFound):
        edition.history(db, article.slug)
    with transaction(db):
        texts.show_history(db, house.editor, articles.load(db, article.id), is_shown=True)
    assert [version.number for version in edition.history(db, article.slug).versions] == [1]
    publish_again(db, house, article.id, {"dek": "Mended."})
    assert [version.number for version in edition.history(db, article.slug).versions] == [2, 1]
    with transaction(db):
        texts.show_history(db, house.editor, articles.load(db, article.id), is_shown=False)
    with pytest.raises(NotFound):
        edition.history(db, article.slug)
    for user in (house.writer, house.other_editor, house.admin):
        article = articles.load(db, article.id)
        with pytest.raises(Forbidden), transaction(db):
            texts.show_history(db, user, article, is_shown=True)


def test_a_published_revision_is_never_pruned(db: Session, house: House) -> None:
    article = make_live(db, house)
    publish_again(db, house, article.id, {"dek": "Mended."})
    assert texts.prunable(db, house.chief, articles.load(db, article.id)).revisions == ()


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Block 3: “four” became “five”.", "“four” became “five”."),
        ("Block 3: the quote by Ada changed: “a” was cut.", "The quote by Ada changed: “a” was cut."),
        ("A paragraph was added after block 3.", "A paragraph was added."),
        ("A paragraph was cut after block 2: “So it goes”.", "A paragraph was cut: “So it goes”."),
        ("2 paragraphs were added at the start.", "2 paragraphs were added."),
        ("Block 4 was moved up; it was block 6.", "A passage was moved up."),
        ("The section “One”, 3 blocks, was moved down; it began at block 6.", "The section “One” was moved down."),
        ("Block 3 was split in two, from block 4 on.", "A passage was split in two."),
        ("Two blocks were joined as block 3.", "Two passages were joined."),
        ("3 blocks were added after block 1.", "3 passages were added."),
    ],
)
def test_readers_are_told_in_words_that_count_no_blocks(sentence: str, said: str) -> None:
    assert plain(sentence) == said
