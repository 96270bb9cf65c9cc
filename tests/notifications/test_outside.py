"""Letters to people outside: sent once, under a token that only the letter has, in the language of the piece."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.core.errors import NotFound
from cms.core.events import Event
from cms.core.mail import Letter
from cms.interviews.questions import service as asking
from cms.notifications.outside import Courier
from cms.review import queries, service
from cms.review.models import GalleyLink
from cms.vocabulary import Purpose
from cms.wiring import Services
from tests.factories import House, make_article
from tests.interviews.scene import Scene

TOKEN = re.compile(r"http://localhost/newsroom/shared/([\w-]{43})\s")


@dataclass
class Post:
    """A post office that may be closed."""

    letters: list[Letter] = field(default_factory=list)
    is_closed: bool = False

    def send(self, letter: Letter) -> None:
        if self.is_closed:
            raise OSError("closed")
        self.letters.append(letter)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def courier(services: Services, post: Post) -> Courier:
    settings = services.settings
    return Courier(post, settings.site_name, settings.public_url, settings.zone)


def event(db: Session, name: str) -> Event:
    return db.scalars(select(Event).where(Event.name == name).order_by(Event.id.desc())).first()  # type: ignore[return-value]


def token(letter: Letter) -> str:
    found = TOKEN.search(letter.text)
    assert found, letter.text
    return found[1]


def test_a_link_is_sent_once(db: Session, house: House, courier: Courier, post: Post) -> None:
    scene = Scene(db, house)
    shared = scene.ask(email="marit@example.org")
    with pytest.raises(NotFound):
        queries.link_for(db, shared.token)
    for _ in range(2):
        courier.send_link(db, event(db, "galley.shared"))
    [letter] = post.letters
    assert letter.to == "marit@example.org"
    assert queries.link_for(db, token(letter)).id == shared.link.id
    assert db.get_one(GalleyLink, shared.link.id).sent_at is not None


def test_a_letter_that_failed_is_written_anew(db: Session, house: House, courier: Courier, post: Post) -> None:
    scene = Scene(db, house)
    scene.ask(email="marit@example.org")
    courier.send_link(db, event(db, "galley.shared"))
    link = db.scalars(select(GalleyLink)).one()
    first = token(post.letters[0])
    with transaction(db):
        link.sent_at = None  # as if the machine had died right after the letter went out
    post.is_closed = True
    with pytest.raises(OSError, match="closed"):
        courier.send_link(db, event(db, "galley.shared"))
    post.is_closed = False
    courier.send_link(db, event(db, "galley.shared"))
    assert queries.link_for(db, token(post.letters[1])).id == link.id
    with pytest.raises(NotFound):
        queries.link_for(db, first)
    assert post.letters[0].key != post.letters[1].key, "else a mail program drops the one that works"


def test_a_link_that_was_closed_or_has_no_address_is_not_sent(
    db: Session, house: House, courier: Courier, post: Post
) -> None:
    scene = Scene(db, house)
    shared = scene.ask(email="marit@example.org")
    with transaction(db):
        service.revoke_link(db, house.editor, scene.article, shared.link)
    courier.send_link(db, event(db, "galley.shared"))
    scene.ask()
    courier.send_link(db, event(db, "galley.shared"))
    assert post.letters == []


@pytest.mark.parametrize(
    ("purpose", "language", "subject"),
    [
        (Purpose.READ, "en", "Overscan: a private proof"),
        (Purpose.COMMENT, "en", "Overscan: a private proof for your comments"),
        (Purpose.COMMENT, "de-CH", "Overscan: ein vertraulicher Abzug für Ihre Anmerkungen"),
        (Purpose.READ, "eo", "Overscan: a private proof"),
    ],
)
def test_it_says_what_for_and_nothing_of_the_piece(
    db: Session, house: House, courier: Courier, post: Post, purpose: Purpose, language: str, subject: str
) -> None:
    piece = make_article(db, house, language=language)
    assert piece.head
    with transaction(db):
        service.share_galley(
            db, house.editor, piece, piece.head, label="Dr. Osei", days=1, purpose=purpose, email="osei@example.org"
        )
    courier.send_link(db, event(db, "galley.shared"))
    [letter] = post.letters
    assert letter.subject == subject
    assert piece.head.headline not in letter.text
    assert "Noor Castellane" in letter.text


def test_questions_are_sent_once(db: Session, house: House, courier: Courier, post: Post) -> None:
    scene = Scene(db, house)
    with transaction(db):
        asking.plan(db, house.writer, scene.article, "Why?\nHow?", "Not her age.", seen=0)
        asking.send(db, house.writer, scene.article, to="Marit", email="marit@example.org")
    for _ in range(2):
        courier.send_questions(db, event(db, "questions.sent"))
    [letter] = post.letters
    assert (letter.to, letter.subject) == ("marit@example.org", "Overscan: our questions to you")
    assert "1. Why?\n\n2. How?" in letter.text
    assert "Not her age" not in letter.text
    with transaction(db):
        asking.send(db, house.writer, scene.article, to="Marit")
    courier.send_questions(db, event(db, "questions.sent"))
    assert len(post.letters) == 1


def test_what_is_stored_opens_nothing(db: Session, house: House) -> None:
    shared = Scene(db, house).ask()
    with pytest.raises(NotFound):
        queries.link_for(db, shared.link.token_hash)
    assert replace(shared, token="").link.token_hash != shared.token
