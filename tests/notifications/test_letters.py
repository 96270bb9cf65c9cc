"""Mail: at once or in the morning, as each person wishes, and never lost, however long no server takes it."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms import worker
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Invalid
from cms.core.events import deliver_due
from cms.core.mail import SmtpMailer
from cms.notifications import letters, service, wishes
from cms.notifications.letters import Postman
from cms.notifications.models import Notice
from cms.notifications.wishes import due_at
from cms.vocabulary import Mailing, State
from cms.wiring import Services
from tests.conftest import Frozen
from tests.factories import House, make_article
from tests.post import Post


def postman(port: int) -> Postman:
    mailer = SmtpMailer(f"smtp+plain://127.0.0.1:{port}", sender="room@galley.test", sender_name="Overscan")
    return Postman(mailer, "Overscan", "http://localhost")


def deliver(services: Services) -> None:
    while deliver_due(services.sessions, services.reactions):
        pass


def plan(db: Session, house: House, article: Article, days: int) -> None:
    with transaction(db):
        wanted = replace(texts.Plan.of(article), due_at=clock.now() + timedelta(days=days))
        texts.plan(db, house.editor, articles.load(db, article.id), wanted)


def test_each_is_told_as_they_wish(services: Services, db: Session, house: House, frozen: Frozen) -> None:
    with transaction(db):
        wishes.choose(db, house.chief, {"article.submit": Mailing.DIGEST})
        wishes.choose(db, house.writer, {"article.approve": Mailing.NEVER, "article.planned": Mailing.AT_ONCE})
    article = make_article(db, house, State.APPROVED, headline="The island")
    plan(db, house, article, 3)
    deliver(services)
    post = Post()
    man = postman(post.port)
    with post.open():
        assert man.send_due(services.sessions) == 2
        assert [(to, subject) for to, subject, _ in post.received] == [
            (house.editor.email, "Ilse Varnholt submitted “The island” for review"),
            (house.writer.email, "Noor Castellane changed the plan of “The island”"),
        ]
        assert f"http://localhost/newsroom/articles/{article.id}" in post.received[0][2]
        assert "Due Friday 27 November, 09:00." in post.received[1][2]
        with services.sessions() as fresh:
            assert not man.is_needed(fresh), "the morning's letter is not due"
        frozen.forward(hours=23)
        assert man.send_due(services.sessions) == 1
        assert post.received[2][:2] == (house.chief.email, "Overscan: one thing since yesterday")
        assert "http://localhost/newsroom/inbox/mail" in post.received[2][2]
        assert man.send_due(services.sessions) == 0
    db.rollback()
    assert len(db.scalars(select(Notice)).all()) == 4, "the inbox has everything in any case"


def test_the_mornings_letter_has_all_that_could_wait(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    one, other = (make_article(db, house, headline=headline) for headline in ("The island", "The bus"))
    plan(db, house, one, 3)
    plan(db, house, other, 4)
    deliver(services)
    post = Post()
    frozen.forward(days=1)
    with post.open():
        assert postman(post.port).send_due(services.sessions) == 1
    ((to, subject, text),) = post.received
    assert (to, subject) == (house.writer.email, "Overscan: 2 things since yesterday")
    assert text.index("“The island”") < text.index("“The bus”")


def test_a_server_that_is_away_for_hours_loses_nothing(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    post = Post()
    man = postman(post.port)
    for hour in range(3):
        make_article(db, house, State.IN_REVIEW, headline=f"Piece {hour}")
        deliver(services)
        for _ in range(12):
            frozen.forward(minutes=5)
            with services.sessions() as fresh:
                assert man.is_needed(fresh)
                assert man.send_due(services.sessions) == 0
                assert not man.is_needed(fresh), "it is not asked all the time"
    with services.sessions() as fresh:
        waiting = letters.waiting(fresh)
        assert (waiting.count, waiting.given_up) == (6, 0)
        assert service.unread_count(fresh, house.editor) == 3, "the inbox knew at once"
    frozen.forward(minutes=5)
    with post.open():
        assert man.send_due(services.sessions) == 6
        assert man.send_due(services.sessions) == 0
    assert len({(to, subject) for to, subject, _ in post.received}) == len(post.received) == 6, "each came once"


def test_a_letter_that_is_refused_holds_up_no_other(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    make_article(db, house, State.IN_REVIEW)
    deliver(services)
    post = Post(unknown={house.editor.email})
    man = postman(post.port)
    with post.open():
        assert man.send_due(services.sessions) == 1
        assert [to for to, *_ in post.received] == [house.chief.email]
        assert man.send_due(services.sessions) == 0, "and is not tried again at once"
        frozen.forward(minutes=2)
        man.send_due(services.sessions)
        frozen.forward(days=4)
        man.send_due(services.sessions)
        with services.sessions() as fresh:
            assert letters.waiting(fresh).given_up == 1
            kept = fresh.scalars(select(Notice).where(Notice.user_id == house.editor.id)).one()
            assert "No such mailbox" in kept.mail_error
            assert kept.read_at is None, "it stands in the inbox all the same"


def test_whoever_left_gets_no_mail(services: Services, db: Session, house: House) -> None:
    make_article(db, house, State.IN_REVIEW)
    deliver(services)
    with transaction(db):
        db.merge(house.editor).disabled_at = clock.now()
        db.merge(house.chief).disabled_at = clock.now()
    post = Post()
    with post.open():
        assert postman(post.port).send_due(services.sessions) == 0
    with services.sessions() as fresh:
        assert not postman(post.port).is_needed(fresh)


def test_a_server_that_hangs_slows_nobody(services: Services, db: Session, house: House) -> None:
    """The worker publishes on time while a mail server has taken a connection and says nothing."""
    article = make_article(db, house, State.SCHEDULED, at=clock.now() + timedelta(days=1))
    deliver(services)
    stopped, hung = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        held: list[socket.socket] = []

        def accept() -> None:
            held.append(server.accept()[0])
            hung.set()

        threading.Thread(target=accept, daemon=True).start()
        man = postman(port)
        jobs = tuple(
            replace(job, run=man.send_due, needed=man.is_needed) if job.name == "send mail" else job
            for job in services.jobs
        )
        working = threading.Thread(target=worker.run, args=(replace(services, jobs=jobs), stopped))
        working.start()
        assert hung.wait(10)
        with transaction(db):
            db.get_one(Article, article.id).publish_at = clock.now()
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with services.sessions() as fresh:
                if articles.load(fresh, article.id).state is State.SETTLED:
                    break
            stopped.wait(0.05)
        else:
            pytest.fail("the piece did not go out")
        with services.sessions() as fresh:
            assert man.is_needed(fresh), "the letter still hangs"
        stopped.set()
        held[0].close()
        services.bell.ring()
        working.join(10)
    assert not working.is_alive()


@pytest.mark.parametrize(
    ("now", "due"),
    [("2026-11-24T06:59", "2026-11-24T07:00"), ("2026-11-24T07:00", "2026-11-25T07:00"),
     ("2026-11-24T23:30", "2026-11-25T07:00"), ("2027-03-27T12:00", "2027-03-28T07:00")],
)  # fmt: skip
def test_the_mornings_letter_comes_at_seven(now: str, due: str) -> None:
    zone = ZoneInfo("Europe/Tallinn")
    at = datetime.fromisoformat(now).replace(tzinfo=zone)
    assert due_at(Mailing.DIGEST, at, zone) == datetime.fromisoformat(due).replace(tzinfo=zone)
    assert (due_at(Mailing.AT_ONCE, at, zone), due_at(Mailing.NEVER, at, zone)) == (at, None)


def test_every_event_that_is_told_can_be_chosen_for(db: Session, house: House) -> None:
    assert set(wishes.ABOUT) == set(service.TELL)
    assert set(wishes.ABOUT) >= wishes.CAN_WAIT
    with transaction(db):
        wishes.choose(db, house.writer, {"article.publish": Mailing.NEVER})
        wishes.choose(db, house.writer, {"article.publish": Mailing.AT_ONCE, "article.approve": Mailing.NEVER})
    chosen = wishes.of(db, house.writer)
    assert (chosen["article.publish"], chosen["article.approve"]) == (Mailing.AT_ONCE, Mailing.NEVER)
    with pytest.raises(Invalid), transaction(db):
        wishes.choose(db, house.writer, {"article.nonsense": Mailing.NEVER})
