"""A galley for somebody without a login: made and looked after in the newsroom, read outside of it."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.config import Settings
from cms.core import clock
from cms.core.events import Event
from cms.logs import configure_logging
from cms.review import queries
from cms.review.models import GalleyLink, GalleyOpening
from cms.vocabulary import State
from cms.wiring import Services
from tests.conftest import Client, Frozen
from tests.factories import House, act, make_article, make_interview
from tests.newsroom.editor import fresh, save, text
from tests.newsroom.test_preview import galley, main_of
from tests.site.page import Page

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"}
#: What a proof lacks of the page: its end, where readers are asked to pass it on.
PASSING = re.compile(r'<section class="passing".*<p class="printed">[^\n]+\n(?=</footer>)', re.DOTALL)
ADDRESS = re.compile(r"http://localhost(/newsroom/shared/[A-Za-z0-9_-]{43})<")


def share(client: Client, article: Article, **changed: Any) -> Any:
    form = {"number": 1, "label": "The port", "days": 7} | changed
    return client.post(f"/newsroom/articles/{article.id}/share", data=form)


def shared(client: Client, article: Article, **changed: Any) -> str:
    """Share a piece, and return the path that was shown for it."""
    answer = share(client, article, **changed)
    assert answer.status_code == 200
    found = ADDRESS.search(answer.text)
    assert found, "the address is shown"
    return found[1]


def test_the_address_is_shown_once_and_opens_the_galley(
    db: Session, house: House, frozen: Frozen, writer: Client, stranger: Client
) -> None:
    piece = make_article(db, house)
    path = shared(writer, piece, label="Marit & the port")
    assert path not in text(writer, f"/newsroom/articles/{piece.id}/share")
    page = Page(stranger.get(path))
    proof, passing = PASSING.subn("", main_of(writer, galley(piece)))
    assert (main_of(stranger, path), passing) == (proof, 1)
    assert page.words("//aside[@aria-label='Private proof']") == [
        "Private proof of revision 1 For Marit & the port, until Tue 1 Dec 09:00 Not for publication"
    ]
    assert [link for link in page.links("//a") if link.startswith("/newsroom")] == []


def test_nobody_is_asked_to_pass_a_proof_on(
    db: Session, house: House, writer: Client, stranger: Client, reader: Client
) -> None:
    asks = ("Pass it on", "Send by mail", "data-copy")
    for piece in (make_article(db, house), make_interview(db, house)):
        for page in (stranger.get(shared(writer, piece)),
                     stranger.get(shared(writer, piece, purpose="comment"), follow_redirects=True)):  # fmt: skip
            assert page.status_code == 200
            assert [words for words in asks if words in page.text] == []
    assert all(words in reader.get(f"/articles/{piece.slug}").text for words in asks)


def test_it_shows_the_revision_that_was_shared(db: Session, house: House, writer: Client, stranger: Client) -> None:
    piece = make_article(db, house)
    path = shared(writer, piece)
    save(writer, piece, headline="Something else entirely")
    assert "Something else" not in stranger.get(path).text
    assert "Something else" in stranger.get(shared(writer, piece, number=2)).text


def test_nothing_of_it_is_kept_or_told_elsewhere(db: Session, house: House, writer: Client, stranger: Client) -> None:
    path = shared(writer, make_article(db, house))
    for address in (path, path[:-1] + ("A" if path[-1] != "A" else "B")):
        headers = stranger.get(address).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers
        assert "Cookie" not in headers.get("Vary", "")
        assert "ETag" not in headers


def test_whatever_is_wrong_with_it_looks_the_same(
    db: Session, house: House, frozen: Frozen, writer: Client, editor: Client, stranger: Client
) -> None:
    def body(path: str) -> str:
        answer = stranger.get(path)
        assert answer.status_code == 404
        assert path not in answer.text
        return re.sub(r"[0-9a-f]{16}", "", str(answer.text))

    unknown = body("/newsroom/shared/" + "x" * 43)
    assert queries.GONE in unknown
    assert 'href="/newsroom' not in unknown
    piece, spiked, expired = (make_article(db, house) for _ in range(3))
    paths = [shared(writer, each) for each in (piece, spiked, expired)]
    link = fresh(db).scalars(select(GalleyLink).where(GalleyLink.article_id == piece.id)).one()
    closed = writer.post(f"/newsroom/articles/{piece.id}/share/{link.id}/revoke", follow_redirects=True)
    assert "The link is closed" in closed.text
    act(db, house.writer, articles.load(fresh(db), spiked.id), "spike")
    assert body(paths[0]) == body(paths[1]) == unknown
    frozen.forward(days=7)
    assert body(paths[2]) == unknown


def test_openings_are_noted_without_an_address(
    db: Session, house: House, frozen: Frozen, writer: Client, stranger: Client
) -> None:
    piece = make_article(db, house)
    path = shared(writer, piece)
    listing = f"/newsroom/articles/{piece.id}/share"
    assert "Not opened yet" in text(writer, listing)
    stranger.get(path, headers=FIREFOX)
    stranger.open(path, method="HEAD", headers=FIREFOX)
    stranger.get(path[:-1])
    [opening] = fresh(db).scalars(select(GalleyOpening)).all()
    assert (opening.opened_at, opening.browser) == (clock.now(), "Firefox")
    assert "Opened 1 time, last Tue 24 Nov 09:00 with Firefox" in " ".join(text(writer, listing).split())


def test_too_many_openings_wait(db: Session, house: House, frozen: Frozen, writer: Client, stranger: Client) -> None:
    path = shared(writer, make_article(db, house))
    tried = [stranger.get("/newsroom/shared/guess").status_code for _ in range(61)]
    assert tried == [404] * 60 + [429]
    answer = stranger.get(path)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 60
    assert "Set-Cookie" not in answer.headers
    assert fresh(db).scalar(select(func.count(GalleyOpening.id))) == 0
    elsewhere = stranger.get(path, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 200
    frozen.forward(minutes=1)
    assert stranger.get(path).status_code == 200


def test_the_token_is_in_no_log_and_in_no_record(
    services: Services, settings: Settings, app: Flask, db: Session, house: House, writer: Client, stranger: Client,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = shared(writer, make_article(db, house))
    token = path.rpartition("/")[2]
    before, handlers, level = structlog.get_config(), list(logging.root.handlers), logging.root.level
    logging.root.handlers.clear()
    monkeypatch.setattr(queries, "link_for", _break)
    try:
        configure_logging(settings)
        structlog.configure(cache_logger_on_first_use=False)  # else the application's loggers keep this test's stream
        # A shorter one, as a mistyped address has, is none of those that logs know by their shape.
        for sent in (path, path[:-9]):
            assert stranger.get(sent).status_code == 500
            structlog.get_logger().warning("request.seen", path=sent)
    finally:
        structlog.configure(**before)
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
    written = capsys.readouterr().err
    assert "/newsroom/shared/[redacted]" in written
    crashes = [line for line in written.splitlines() if "request.crashed" in line]
    assert len(crashes) == 2
    assert all(token[:20] not in line for line in crashes)
    records = "".join(str(event.details) for event in fresh(db).scalars(select(Event)))
    assert token not in records


def _break(*_: object) -> None:
    raise RuntimeError("broken on purpose")


def test_an_empty_list_says_what_it_is_for(db: Session, house: House, writer: Client) -> None:
    shown = text(writer, f"/newsroom/articles/{make_article(db, house).id}/share")
    assert "No link yet" in shown
    assert "Nobody outside can see this piece." in shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"label": ""}, "Say for whom the link is."),
        ({"label": "\u202e"}, "Say for whom the link is"),
        ({"label": "x" * 201}, "200 characters"),
        ({"days": "15"}, "Not a valid choice"),
        ({"days": "soon"}, "Invalid Choice"),
        ({"number": ""}, "Say which revision to share."),
        ({"number": "9" * 30}, "That is the number of nothing here."),
    ],
)
def test_what_cannot_be_shared_is_said_beside_its_field(
    db: Session, house: House, writer: Client, changed: dict[str, str], said: str
) -> None:
    piece = make_article(db, house)
    answer = share(writer, piece, **changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert fresh(db).scalar(select(func.count(GalleyLink.id))) == 0


def test_a_revision_that_is_not_there_is_not_shared(db: Session, house: House, writer: Client) -> None:
    assert share(writer, make_article(db, house), number=2).status_code == 404


def test_a_spiked_piece_says_why_it_is_not_shared(db: Session, house: House, writer: Client) -> None:
    answer = share(writer, make_article(db, house, State.SPIKED))
    assert answer.status_code == 422
    assert "Restore it before you show it to anybody" in answer.text


def test_only_whoever_may_share_gets_there(db: Session, house: House, writer: Client, client_as: Any) -> None:
    piece = make_article(db, house)
    shared(writer, piece)
    link = fresh(db).scalars(select(GalleyLink)).one()
    other = client_as(house.other_writer)
    assert other.get(f"/newsroom/articles/{piece.id}/share").status_code == 404
    assert share(other, piece).status_code == 404
    assert other.post(f"/newsroom/articles/{piece.id}/share/{link.id}/revoke").status_code == 404
    mine = make_article(db, house, by=house.other_writer, credits=())
    assert other.post(f"/newsroom/articles/{mine.id}/share/{link.id}/revoke").status_code == 404, "not by another piece"
    assert fresh(db).scalars(select(GalleyLink.revoked_at)).one() is None


def test_the_history_tells_of_it(db: Session, house: House, writer: Client) -> None:
    piece = make_article(db, house)
    shared(writer, piece)
    assert "Galley shared with somebody outside" in text(writer, f"/newsroom/articles/{piece.id}/history")
