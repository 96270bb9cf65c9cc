"""A topic's page."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from cms.publication.queries.cards import PER_PAGE
from cms.vocabulary import State
from tests import factories
from tests.conftest import Client, Queries
from tests.factories import NOW, House
from tests.site import scenes
from tests.site.page import Page


def test_a_topic_lists_what_is_about_it(reader: Client, db: Session, house: House) -> None:
    clocks, queues = factories.make_topic(db, "Clocks"), factories.make_topic(db, "Queues")
    older = factories.make_live(db, house, at=NOW - timedelta(days=1), topic_ids=(clocks.id, queues.id))
    newer = factories.make_live(db, house, at=NOW, topic_ids=(clocks.id,))
    factories.make_live(db, house, topic_ids=(queues.id,))
    page = Page(reader.get("/topics/clocks"))
    assert page.h1 == "Clocks"
    assert page.links("//ol//a") == [f"/articles/{newer.slug}", f"/articles/{older.slug}"]
    assert "/topics/clocks/feed.xml" in page.links()


def test_a_topic_that_only_drafts_are_about_does_not_exist(reader: Client, db: Session, house: House) -> None:
    topic = factories.make_topic(db, "Secret merger")
    factories.make_article(db, house, State.SCHEDULED, topic_ids=(topic.id,))
    answer, absent = reader.get("/topics/secret-merger"), reader.get("/topics/nothing-ever")
    assert (answer.status_code, answer.data) == (404, absent.data)
    assert reader.get("/topics/secret-merger/feed.xml").data == absent.data


def test_older_pieces_are_a_page_away(reader: Client, db: Session, house: House) -> None:
    topic = factories.make_topic(db, "Clocks")
    pieces = scenes.many(db, house, PER_PAGE + 2, topic_ids=(topic.id,))
    first = Page(reader.get("/topics/clocks"))
    second = Page(reader.get(first.one("//a[@rel='next']").get("href")))
    seen = first.links("//ol//a") + second.links("//ol//a")
    assert seen == [f"/articles/{piece.slug}" for piece in reversed(pieces)]


def test_a_topic_costs_two_queries(reader: Client, db: Session, house: House, queries: Queries) -> None:
    topic = factories.make_topic(db, "Clocks")
    scenes.many(db, house, 5, topic_ids=(topic.id,))
    with queries.at_most(2):
        reader.get("/topics/clocks")
