"""The versions that readers had, what is said of each, and nothing of what was written in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Forbidden, NotFound
from cms.language import Said, speaking
from cms.publication import queries as edition
from cms.publication import service as publication
from cms.publication.models import PublishedVersion
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
    assert [str(Said.read(one)) for one in second.said] == [
        "The standfirst “Perfect time is a luxury. Most systems can live on something cheaper.” became “Better.”.",
        "“ordinary” became “quiet”.",
    ]
    assert "<del>ordinary</del> <ins>quiet</ins>" in second.marked_html
    assert "Nobody had typed" not in second.marked_html
    assert "anary" not in f"{second.said}{second.marked_html}"


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


FIRST, REST = '<p data-id="a">One.</p>', '<p data-id="b">Two.</p><p data-id="c">Three and four.</p>'
MORE = '<p data-id="x">So it goes.</p>'
QA = (
    '<section class="qa" data-id="q"><p class="qa-question">Why?</p>'
    '<div class="qa-answer" data-speaker="Ada"><p>Because a.</p></div></section>'
)


@pytest.mark.parametrize(
    ("old", "new", "said", "german"),
    [
        (REST, REST.replace("four", "five"), "“four” became “five”.", "aus „four“ wurde „five“."),
        (QA, QA.replace(" a.", "."), "the quote by Ada changed: “a” was cut.",
         "das Zitat von Ada hat sich geändert: „a“ wurde gestrichen."),
        (FIRST + REST, FIRST + MORE + REST, "a paragraph was added.", "ein Absatz wurde hinzugefügt."),
        (FIRST + MORE, FIRST, "a paragraph was cut: “So it goes”.", "ein Absatz wurde gestrichen: „So it goes“."),
        (FIRST, REST + FIRST, "2 paragraphs were added.", "2 Absätze wurden hinzugefügt."),
        (FIRST, FIRST + MORE + QA, "2 passages were added.", "2 Stellen wurden hinzugefügt."),
        (FIRST + REST, REST + FIRST, "A passage was moved down.", "Eine Stelle wurde nach unten verschoben."),
        (FIRST, FIRST.replace("p", "h2"), "the paragraph became a section title.",
         "aus Absatz wurde Zwischentitel."),
    ],
)  # fmt: skip
def test_readers_are_told_in_their_language_and_without_numbers_of_blocks(
    old: str, new: str, said: str, german: str
) -> None:
    [told] = document.for_readers(document.compare(old, new))
    assert str(told) == said
    assert speaking("de").saying(Said.read(told.stored())) == german
