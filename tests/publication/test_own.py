"""Whether addresses of our own lead anywhere, and whose an address is."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.core.db import transaction
from cms.publication import queries as edition
from cms.publication import service
from cms.vocabulary import Kind, State
from tests.conftest import Queries
from tests.factories import House, act, content, make_article, make_interview, make_live, make_topic


def test_each_address_of_ours_is_looked_up_where_it_lives(db: Session, house: House, queries: Queries) -> None:
    topic = make_topic(db, "Clocks")
    make_topic(db, "Nobody reads")
    live = make_interview(db, house, slug="live-piece", topic_ids=(topic.id,))
    make_article(db, house, slug="draft-piece")
    make_article(db, house, State.SETTLED, kind=Kind.PAGE, slug="imprint")
    gone = make_live(db, house, slug="gone-piece")
    act(db, house.editor, gone, "withdraw")
    with transaction(db):
        service.set_redirect(db, live.id, "articles/old-piece")
        service.set_redirect(db, live.id, "people/old-face")
    paths = {
        "/articles/live-piece": "", "/articles/live-piece?x=1": "", "/articles/draft-piece": "not live",
        "/articles/gone-piece": "withdrawn", "/articles/nothing": "no page", "/articles/old-piece": "",
        "/people/marit-oduya-lind": "", "/people/nobody": "no page", "/people/old-face": "", "/people": "",
        "/sections/systems": "", "/sections/cooking": "no page", "/topics/clocks": "",
        "/topics/nobody-reads": "no page", "/series/none": "no page", "/topics/clocks/feed.xml": "",
        "/topics/clocks/feed.json": "", "/about": "", "/corrections": "", "/articles/live-piece/history": "",
        "/pages/imprint": "", "/pages/privacy": "no page",
        "/": "", "/newsroom/articles/1": "newsroom", "/search?q=x": "", "/articles/": "", "/media/x.jpg": "",
    }  # fmt: skip
    with queries.at_most(1):
        found = _dead_ends(db, list(paths))
    for path, words in paths.items():
        assert (words in found[path]) if words else path not in found, path


def _dead_ends(db: Session, paths: list[str]) -> dict[str, str]:
    return edition.dead_ends(db, paths)


def test_nothing_is_asked_where_nothing_links_to_us(db: Session, queries: Queries) -> None:
    with queries.at_most(0):
        assert _dead_ends(db, []) == {}


@pytest.mark.parametrize("kind", ["live", "draft", "moved", "withdrawn", "free", "own"])
def test_whose_an_address_is(db: Session, house: House, kind: str) -> None:
    mine = make_article(db, house, slug="mine")
    other = make_article(db, house, State.DRAFT, slug="theirs") if kind == "draft" else make_live(
        db, house, slug="theirs", headline="The other piece"
    )  # fmt: skip
    slug = {"free": "free", "own": "mine"}.get(kind, "theirs")
    if kind == "moved":
        act(db, house.editor, other, "revise")
        with transaction(db):
            moved = articles.load(db, other.id)
            texts.save_draft(
                db, house.editor, moved, content(house, slug="elsewhere", headline="Moved"), seen=moved.head_id or 0
            )
        for who, action in ((house.writer, "submit"), (house.editor, "approve"), (house.editor, "publish")):
            act(db, who, articles.load(db, other.id), action)
    if kind == "withdrawn":
        act(db, house.editor, other, "withdraw")
        with transaction(db):
            articles.load(db, other.id).slug = "another"
    said = edition.whose_address(db, slug, apart_from=mine.id)
    words = {
        "live": "address of “The other piece”, which is live", "draft": "Another piece has this address",
        "moved": "was an address of", "withdrawn": "withdrawn", "free": "", "own": "",
    }[kind]  # fmt: skip
    assert words in said
    assert bool(said) is bool(words)
