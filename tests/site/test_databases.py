"""The same pages from either database."""

from __future__ import annotations

from cms.app import create_app
from cms.core.db import transaction
from cms.publication import service as publication
from cms.wiring import Services
from tests import factories
from tests.site import scenes
from tests.site.test_pages import ADDRESSES


def test_every_page_is_answered_by_either_database(either: Services) -> None:
    with either.sessions() as db:
        house = factories.make_house(db)
        topic = factories.make_topic(db, "Clocks")
        scenes.many(db, house, 30, topic_ids=(topic.id,))
        piece = factories.make_live(db, house, slug="piece", topic_ids=(topic.id,))
        gone = factories.make_live(db, house, slug="gone")
        factories.make_interview(db, house, slug="talk")
        scenes.series(db, house, [piece])
        scenes.furnish(db, house, piece)
        with transaction(db):
            publication.set_redirect(db, piece.id, "old/address")
        factories.act(db, house.chief, gone, "withdraw")
        either.search.rebuild(db)
    reader = create_app(either).test_client()
    for address in (
        *ADDRESSES,
        "/feed.xml",
        "/topics/clocks/feed.xml",
        "/people/ilse-varnholt/feed.xml",
        "/people/ilse-varnholt/feed.atom",
        "/people/ilse-varnholt/feed.json",
        "/sitemap.xml",
        "/sitemap-news.xml",
        "/llms.txt",
    ):
        assert reader.get(address).status_code == 200, address
    for address in ("/sections/systems", "/topics/clocks", "/people/ilse-varnholt"):
        assert "?before=" in reader.get(address).text
        assert reader.get(f"{address}?before=1790000000000000-9").status_code == 200
    assert reader.get("/old/address").location == "/articles/piece"
    assert reader.get("/articles/gone").status_code == 410
    assert reader.get("/api/v1/search?q=payments").get_json()["total"] > 20
