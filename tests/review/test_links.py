"""The worker and the links of our texts: registered, asked for politely, written down, asked again, forgotten."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import CmsError
from cms.core.events import Event
from cms.core.outbound import Answer, NoConnection, NoSuchSite, NotAllowed, Outbound, TooLarge, Unreachable
from cms.review.links import LinkChecker, external, own_path
from cms.review.models import LinkCheck
from cms.vocabulary import State
from cms.wiring import Services
from tests.conftest import Frozen
from tests.core.listeners import listening, plain
from tests.factories import House, act, content, make_article, make_house, make_live

OURS = "https://magazine.test"
Reply = Callable[[str, str], int | Exception]


class Web(Outbound):
    """The web as a test wants it: `reply(url, method)` is a status or what went wrong; `asked` keeps every question."""

    def __init__(self, reply: Reply, *, names_resolve: bool = True) -> None:
        object.__setattr__(self, "asked", [])
        object.__setattr__(self, "reply", reply)
        object.__setattr__(self, "names_resolve", names_resolve)

    def fetch(self, url: str, *, method: str = "GET", is_read: bool = True) -> Answer:
        self.asked.append((method, url))  # type: ignore[attr-defined]
        found = self.reply(url, method)  # type: ignore[attr-defined]
        if isinstance(found, Exception):
            raise found
        return Answer(found, url, {})

    def can_resolve(self, host: str) -> bool:
        return bool(self.names_resolve)  # type: ignore[attr-defined]


def checker(web: Outbound, **more: Any) -> LinkChecker:
    """Return a checker that asks at once instead of in threads."""
    return LinkChecker(web, public_url=OURS, **{"begin": lambda work: work(), **more})


def linked(*urls: str) -> str:
    return "".join(f'<p data-id="p{i}">Read <a href="{url}">a report</a>.</p>' for i, url in enumerate(urls))


def register(db: Session, links: LinkChecker, article: Article) -> None:
    newest = select(Event).where(Event.subject_type == "article", Event.subject_id == article.id)
    event = db.scalars(newest.order_by(Event.id.desc()).limit(1)).one()
    links.text_changed(db, event)


def run(services: Services, links: LinkChecker) -> None:
    """Let the worker come round until nothing is needed any more."""
    for _ in range(40):
        with services.sessions() as db:
            if not links.is_needed(db):
                return
        links.check_due(services.sessions)
    pytest.fail("it never comes to an end")


def rows(services: Services) -> dict[str, LinkCheck]:
    with services.sessions() as db:
        return {row.url: row for row in db.scalars(select(LinkCheck))}


def test_a_saved_text_leaves_its_addresses_and_no_others(services: Services, db: Session, house: House) -> None:
    links = checker(Web(lambda *_: 200))
    body = linked(
        "https://example.org/a#part", "https://example.org/a", "http://other.org", "/articles/x", "#part",
        "mailto:a@example.org", f"{OURS}/people/y", "../about", "HTTPS://MAGAZINE.TEST/series/z",
    )  # fmt: skip
    article = make_article(db, house, body=body)
    register(db, links, article)
    register(db, links, article)
    assert sorted(rows(services)) == ["http://other.org", "https://example.org/a"]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/articles/x", "/articles/x"), ("y", "/articles/y"), ("../people/z", "/people/z"), ("?page=2", "/articles/x"),
        (f"{OURS}/about", "/about"), (OURS, "/"), ("https://MAGAZINE.test/about", "/about"),
        ("http://magazine.test/about", None), ("https://example.org/", None), ("#part", None),
        ("mailto:a@b.org", None), ("https://magazine.test.evil.org/", None),
    ],
)  # fmt: skip
def test_our_own_addresses_are_told_from_others(address: str, path: str | None) -> None:
    assert own_path(address, OURS) == path


def test_what_only_looks_like_a_link_is_none() -> None:
    assert external('<p>&lt;a href="https://example.org/"&gt;</p>', OURS) == []
    assert external('<p><a href="https://example.org/?a=1&amp;b=2">x</a></p>', OURS) == ["https://example.org/?a=1&b=2"]


ANSWERS: list[tuple[int | CmsError, str, bool]] = [
    (200, "", False), (204, "", False), (404, "answers 404", True), (410, "answers 410", True),
    (500, "answers 500", True), (401, "does not let machines look (it answers 401)", False),
    (403, "does not let machines look (it answers 403)", False), (405, "does not let machines look", False),
    (429, "does not let machines look", False), (999, "does not let machines look", False),
    (NoSuchSite("is on a site that does not exist"), "is on a site that does not exist", True),
    (NoConnection("x"), "is out of reach: this machine", False), (NotAllowed("is not public"), "is not public", True),
    (Unreachable("did not answer"), "did not answer", True), (TooLarge("x"), "", False),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "problem", "is_dead"), ANSWERS, ids=lambda value: str(value)[:20])
def test_what_an_answer_says_of_a_link(
    services: Services, db: Session, house: House, answer: Any, problem: str, is_dead: bool
) -> None:
    links = checker(Web(lambda *_: answer))
    register(db, links, make_article(db, house, body=linked("https://example.org/a")))
    run(services, links)
    [row] = rows(services).values()
    assert row.problem.startswith(problem)
    assert bool(row.problem) is bool(problem)
    assert (row.failures > 0) is is_dead
    assert row.checked_at is not None


def test_the_whole_is_only_asked_for_where_the_head_does_not_tell(
    services: Services, db: Session, house: House
) -> None:
    web = Web(lambda url, method: 405 if method == "HEAD" and "b" in url else 200)
    links = checker(web)
    register(db, links, make_article(db, house, body=linked("https://a.org/", "https://b.org/")))
    run(services, links)
    assert sorted(web.asked) == [("GET", "https://b.org/"), ("HEAD", "https://a.org/"), ("HEAD", "https://b.org/")]  # type: ignore[attr-defined]
    assert {row.problem for row in rows(services).values()} == {""}


def test_a_machine_that_resolves_nothing_calls_no_link_dead(services: Services, db: Session, house: House) -> None:
    links = checker(Web(lambda *_: NoSuchSite("is on a site that does not exist"), names_resolve=False))
    register(db, links, make_article(db, house, body=linked("https://a.org/", "https://b.org/")))
    run(services, links)
    assert {row.failures for row in rows(services).values()} == {0}
    assert all("no way to the internet" in row.problem for row in rows(services).values())


def test_a_lost_connection_forgets_nothing_that_was_known(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    answers: list[Any] = [200, NoConnection("x")]
    links = checker(Web(lambda *_: answers.pop(0)))
    register(db, links, make_article(db, house, body=linked("https://a.org/")))
    run(services, links)
    frozen.forward(days=8)
    run(services, links)
    [row] = rows(services).values()
    assert (row.problem, row.status) == ("", 200)


def test_good_links_are_asked_weekly_and_dead_ones_at_growing_intervals(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    links = checker(Web(lambda url, _: 404 if "dead" in url else 200))
    register(db, links, make_article(db, house, body=linked("https://a.org/dead", "https://b.org/")))
    pauses = []
    for _ in range(5):
        run(services, links)
        row = rows(services)["https://a.org/dead"]
        pauses.append((row.due_at - frozen.at).total_seconds() / 60)
        frozen.at = row.due_at
    assert pauses == [10, 60, 360, 2160, 10080]
    good = rows(services)["https://b.org/"]
    assert good.checked_at is not None
    assert (good.due_at - good.checked_at).days == 7


def test_a_text_saved_again_asks_only_for_what_was_not_looked_at_for_a_week(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    web = Web(lambda *_: 404)
    links = checker(web)
    article = make_article(db, house, body=linked("https://a.org/"))
    register(db, links, article)
    run(services, links)
    register(db, links, article)
    run(services, links)
    assert len(web.asked) == 2  # type: ignore[attr-defined]  # once, by its head and whole
    with services.sessions() as session, transaction(session):
        session.scalars(select(LinkCheck)).one().due_at = frozen.at.replace(year=2030)
    frozen.forward(days=8)
    register(db, links, article)
    run(services, links)
    assert len(web.asked) == 4  # type: ignore[attr-defined]


def test_one_site_is_asked_one_thing_at_a_time_and_few_sites_at_once(
    services: Services, db: Session, house: House
) -> None:
    begun: list[Callable[[], None]] = []
    links = checker(Web(lambda *_: 200), begin=begun.append)
    urls = [f"https://site{i % 6}.org/{i}" for i in range(12)]
    register(db, links, make_article(db, house, body=linked(*urls)))
    links.check_due(services.sessions)
    assert len(begun) == 4
    assert not links.is_needed(db)  # nothing to do until one of them answers: the worker may sleep
    links.check_due(services.sessions)
    assert len(begun) == 4
    for work in begun[:2]:
        work()
    db.rollback()
    assert links.is_needed(db)
    links.check_due(services.sessions)
    assert len(begun) == 6


def test_a_worker_that_dies_over_a_link_loses_nothing(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    dead = checker(Web(lambda *_: 200), begin=lambda work: None)
    register(db, dead, make_article(db, house, body=linked("https://a.org/")))
    dead.check_due(services.sessions)
    other = checker(Web(lambda *_: 200))
    db.rollback()
    assert not other.is_needed(db)  # somebody has it in hand
    frozen.forward(minutes=6)
    run(services, other)
    assert rows(services)["https://a.org/"].status == 200


def test_nothing_is_asked_inside_a_transaction(services: Services, db: Session, house: House) -> None:
    def reply(url: str, method: str) -> int:
        with services.sessions() as session, transaction(session):  # SQLite has one writer: it would wait for ever
            session.scalars(select(LinkCheck)).all()
        return 200

    links = checker(Web(reply))
    register(db, links, make_article(db, house, body=linked("https://a.org/")))
    run(services, links)
    assert rows(services)["https://a.org/"].status == 200


def test_what_breaks_in_an_answer_does_not_break_the_worker(services: Services, db: Session, house: House) -> None:
    links = checker(Web(lambda *_: RuntimeError("odd")))
    register(db, links, make_article(db, house, body=linked("https://a.org/")))
    run(services, links)
    assert rows(services)["https://a.org/"].problem == "could not be read (RuntimeError)"


def test_what_nobody_links_to_is_forgotten(services: Services, db: Session, house: House) -> None:
    links = checker(Web(lambda *_: 200))
    draft = make_article(db, house, body=linked("https://draft.org/", "https://gone.org/"))
    live = make_live(db, house, body=linked("https://live.org/"))
    spiked = make_article(db, house, State.SPIKED, body=linked("https://spiked.org/"))
    for article in (draft, live, spiked):
        register(db, links, article)
    with transaction(db):
        texts.save_draft(
            db, house.writer, draft, content(house, slug=draft.slug, body=linked("https://draft.org/")),
            seen=draft.head_id or 0,
        )  # fmt: skip
    assert links.sweep(services.sessions) == 2
    assert sorted(rows(services)) == ["https://draft.org/", "https://live.org/"]
    act(db, house.editor, articles.load(db, live.id), "withdraw")
    assert links.sweep(services.sessions) == 1


def test_where_it_is_off_nothing_is_registered_or_asked(services: Services, db: Session, house: House) -> None:
    web = Web(lambda *_: 200)
    on, off = checker(web), checker(web, is_on=False)
    article = make_article(db, house, body=linked("https://a.org/"))
    register(db, off, article)
    assert rows(services) == {}
    register(db, on, article)  # what was left from before it was switched off
    assert not off.is_needed(db)
    off.check_due(services.sessions)
    assert web.asked == []  # type: ignore[attr-defined]
    assert off.sweep(services.sessions) == 1


def test_the_whole_way_with_a_real_connection(services: Services, db: Session, house: House) -> None:
    def reply(connection: socket.socket, asked: str) -> None:
        (plain("404 Not Found") if "/missing" in asked else plain(body=b"x" * 100))(connection, asked)

    with listening(reply) as listener:
        outbound = Outbound(agent="Galley", resolve=listener.resolve, is_public=lambda _: True)
        links = checker(outbound)
        article = make_article(db, house, body=linked("http://a.org/there", "http://b.org/missing"))
        register(db, links, article)
        run(services, links)
    found = rows(services)
    assert found["http://a.org/there"].status == 200
    assert found["http://b.org/missing"].problem == "answers 404"
    assert [line.split()[0] for line in sorted(listener.asked)] == ["GET", "HEAD", "HEAD"]


def test_it_holds_on_both_databases(either: Services) -> None:
    from_web = checker(Web(lambda url, _: 404 if "dead" in url else 200))
    with either.sessions() as db:
        house = make_house(db)
        register(db, from_web, make_article(db, house, body=linked("https://a.org/dead", "https://b.org/")))
    run(either, from_web)
    assert {url: row.status for url, row in rows(either).items()} == {"https://a.org/dead": 404, "https://b.org/": 200}
    assert from_web.sweep(either.sessions) == 0
