"""What is said beside a text: by whom, who may read it, where it stays, and that nothing of it is lost unseen."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid, NotFound, Refused
from cms.core.events import Event, deliver_due
from cms.notifications.models import Notice
from cms.review import queries as review
from cms.review.comments import queries, rules, service
from cms.review.comments.facts import About, Name
from cms.review.comments.queries import Said
from cms.review.models import Comment, Thread
from cms.vocabulary import State
from cms.wiring import Services
from cms.workflow import service as workflow
from tests.conftest import Queries
from tests.factories import BODY, House, act, make_article, make_house


def say(db: Session, who: User, piece: Article, text: str = "Is that so?", **more: Any) -> Thread:
    about = About(
        **{name: more.pop(name) for name in ("field", "block_id", "quote", "before", "after") if name in more}
    )
    with transaction(db):
        article = articles.get(db, who, piece.id)
        return service.say(db, who, article, text, about, **more)


def does(db: Session, who: User, thread: Thread, verb: str, *more: Any) -> None:
    with transaction(db):
        article = articles.get(db, who, thread.article_id)
        found = queries.thread_of(db, who, article, thread.id)
        args = [queries.comment_of(found, one.id) if isinstance(one, Comment) else one for one in more]
        getattr(service, verb)(db, who, article, found, *args)


def beside(db: Session, who: User, piece: Article) -> list[Said]:
    db.expire_all()
    return queries.beside(db, who, articles.get(db, who, piece.id))


def write(db: Session, who: User, piece: Article, body: str) -> None:
    with transaction(db):
        article = articles.get(db, who, piece.id)
        assert article.head is not None
        content = article.head.content().__class__(**{**vars(article.head.content()), "body": body})
        texts.save_draft(db, who, article, content, seen=article.head.id)


def events(db: Session, pattern: str) -> list[Event]:
    return list(db.scalars(select(Event).where(Event.name.like(pattern)).order_by(Event.id)))


@pytest.mark.parametrize(
    ("about", "label", "is_placed"),
    [
        ({}, "The whole piece", False),
        ({"field": "dek"}, "Standfirst", False),
        ({"block_id": "a2"}, "Block 2", True),
        ({"block_id": "a2", "quote": "A fan had stopped"}, "Block 2", True),
        ({"quote": "ordinary Tuesday"}, "Block 1", True),
    ],
    ids=str,
)
def test_something_can_be_said_about_each_part(
    either: Services, about: dict[str, str], label: str, is_placed: bool
) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        say(db, house.editor, piece, **about)
        (said,) = beside(db, house.writer, piece)
        assert (said.label, said.place is not None, said.is_detached) == (label, is_placed, False)
        assert [comment.text for comment in said.thread.comments] == ["Is that so?"]


@pytest.mark.parametrize(
    ("about", "text", "field"),
    [
        ({"block_id": "a2", "quote": "an extraordinary Tuesday"}, "Why?", "quote"),
        ({"block_id": "gone"}, "Why?", "about"),
        ({"field": "password"}, "Why?", "about"),
        ({}, "  ", "text"),
        ({}, "x" * 4_001, "text"),
        ({"quote": "x" * 2_001}, "Why?", "quote"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_what_cannot_be_placed_or_read_is_refused(
    db: Session, house: House, about: dict[str, str], text: str, field: str
) -> None:
    piece = make_article(db, house)
    with pytest.raises(Invalid) as refused:
        say(db, house.writer, piece, text, **about)
    assert refused.value.field == field
    assert db.scalars(select(Thread)).all() == []


def test_answers_settling_and_opening_again(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        thread = say(db, house.editor, piece)
        does(db, house.writer, thread, "reply", "It is.")
        does(db, house.editor, thread, "settle")
        does(db, house.editor, thread, "settle")
        assert review.open_beside(db, piece).all_threads == ()
        (said,) = beside(db, house.writer, piece)
        assert not said.is_open
        assert said.thread.settled_by is not None
        assert said.thread.settled_by.name == "Noor Castellane"
        does(db, house.writer, thread, "reopen")
        does(db, house.editor, thread, "settle")
        does(db, house.writer, thread, "reply", "One more thing.")
        (said,) = beside(db, house.editor, piece)
        assert said.is_open
        assert [comment.text for comment in said.thread.comments] == ["Is that so?", "It is.", "One more thing."]
        names = [event.name for event in (*events(db, "comment.%"), *events(db, "thread.%"))]
        assert sorted(names) == [
            "comment.opened",
            *["comment.replied"] * 2,
            *["thread.reopened"] * 2,
            *["thread.settled"] * 2,
        ]


def test_what_was_mended_or_taken_back_keeps_its_trace(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        thread = say(db, house.editor, make_article(db, house), "First words.")
        (comment,) = db.scalars(select(Comment)).all()
        does(db, house.editor, thread, "mend", comment, "Better words.")
        does(db, house.editor, thread, "take_back", comment)
        db.expire_all()
        (kept,) = db.scalars(select(Comment)).all()
        assert (kept.text, kept.removed_at is not None) == ("", True)
        assert [former["text"] for former in kept.former] == ["First words.", "Better words."]
        trail = events(db, "comment.%")
        assert [event.name for event in trail] == ["comment.opened", "comment.mended", "comment.removed"]
        assert not any("words" in str(event.details) for event in trail), "the audit trail holds no words"


def test_only_ones_own_words_can_be_changed(db: Session, house: House) -> None:
    thread = say(db, house.editor, make_article(db, house))
    (comment,) = db.scalars(select(Comment)).all()
    for verb, more in (("mend", ("Other words.",)), ("take_back", ())):
        with pytest.raises(Forbidden):
            does(db, house.chief, thread, verb, comment, *more)


def test_who_wrote_a_piece_sees_nothing_that_editors_say_among_themselves(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        thread = say(db, house.editor, piece, "Between us.", is_confidential=True)
        assert [said.thread.id for said in beside(db, house.chief, piece)] == [thread.id]
        assert beside(db, house.writer, piece) == []
        assert db.scalars(queries.open_to(house.writer)).all() == []
        assert review.open_beside(db, piece).all_threads == (thread.id,), "an approval waits for it all the same"
        with pytest.raises(Refused, match="One thread"):
            act(db, house.editor, articles.load(db, piece.id), "approve")
        seen = workflow.outlook(db, house.writer, articles.load(db, piece.id)).checks
        assert seen == (), "and the writer is not told what for"
        with pytest.raises(NotFound):
            does(db, house.writer, thread, "reply", "I saw that.")
        with pytest.raises(Forbidden):
            say(db, house.writer, piece, "Me too.", is_confidential=True)
        # An editor who is among the authors is one of them.
        with pytest.raises(Forbidden):
            say(db, house.editor, make_article(db, house, by=house.editor), "About me.", is_confidential=True)


def test_strangers_to_a_piece_find_no_thread(db: Session, house: House) -> None:
    thread = say(db, house.editor, make_article(db, house))
    for stranger in (house.other_writer, house.other_editor, house.admin):
        with pytest.raises(NotFound):
            does(db, stranger, thread, "settle")
        assert db.scalars(queries.open_to(stranger)).all() == []


def test_a_thread_of_another_piece_is_not_found(db: Session, house: House) -> None:
    thread = say(db, house.editor, make_article(db, house))
    other = make_article(db, house)
    with pytest.raises(NotFound):
        queries.thread_of(db, house.editor, articles.get(db, house.editor, other.id), thread.id)


def test_a_comment_stays_with_its_words(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house)
        say(db, house.editor, piece, quote="A fan had stopped")
        first, second = BODY.split("</p>")[:2]
        write(db, house.writer, piece, f"{second}</p>{first}</p>")
        write(db, house.writer, piece, f"{second.replace('stopped', 'failed')}</p>{first}</p>")
        (said,) = beside(db, house.writer, piece)
        assert (said.label, said.thread.anchor_quote, said.thread.quote) == (
            "Block 1",
            "A fan had failed",
            "A fan had stopped",
        )


def test_a_comment_on_words_that_are_gone_is_kept_and_found_again(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house)
        say(db, house.editor, piece, quote="A fan had stopped")
        first = BODY.split("</p>")[0] + "</p>"
        write(db, house.writer, piece, first)
        write(db, house.writer, piece, first.replace("ordinary", "plain"))
        (said,) = beside(db, house.writer, piece)
        assert (said.is_detached, said.is_open, said.thread.quote) == (True, True, "A fan had stopped")
        with transaction(db):
            article = articles.get(db, house.writer, piece.id)
            texts.restore(db, house.writer, article, articles.revision(db, article, 1), seen=article.head_id or 0)
        (said,) = beside(db, house.writer, piece)
        assert (said.is_detached, said.label) == (False, "Block 2")


NAMES = [
    Name("Noor Castellane", frozenset({1})),
    Name("Noor", frozenset({2})),
    Name("Systems desk", frozenset({3, 4}), True),
]


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Noor Castellane, is it so?", ["Noor Castellane"]),
        ("Ask @noor, or the @Systems desk.", ["Noor", "Systems desk"]),
        ("noor@noor.test is no call, nor @Noorington", []),
        ("@Noor @Noor", ["Noor"]),
        ("@", []),
    ],
)
def test_names_after_an_at_sign_are_calls(text: str, called: list[str]) -> None:
    assert [name.name for name in rules.mentions(text, NAMES)] == called


def test_whoever_is_called_is_told_and_nobody_who_may_not_read_it(
    services: Services, db: Session, house: House
) -> None:
    piece = make_article(db, house)
    say(db, house.writer, piece, "@Noor Castellane @Piet Halvorsen @Practice desk what do you think?")
    (event,) = events(db, "comment.opened")
    assert event.details["mentions"] == [house.editor.id], "Piet sits on another desk, and may not read the piece"
    deliver_due(services.sessions, services.reactions)
    db.rollback()
    (notice,) = db.scalars(select(Notice)).all()
    assert (notice.user_id, notice.text.split("“")[0]) == (house.editor.id, "Ilse Varnholt calls you in a comment on ")
    assert "what do you think?" in notice.note


def test_the_people_of_a_piece_and_of_a_thread_hear_of_answers(services: Services, db: Session, house: House) -> None:
    thread = say(db, house.editor, make_article(db, house, State.IN_REVIEW))
    deliver_due(services.sessions, services.reactions)
    does(db, house.chief, thread, "reply", "I wonder too.")
    deliver_due(services.sessions, services.reactions)
    db.rollback()
    told = {(n.user_id, n.text.split(" “")[0]) for n in db.scalars(select(Notice)) if "comment" in n.text}
    assert told == {
        (house.writer.id, "Noor Castellane commented on"), (house.writer.id, "Hanne Ostrowe answered a comment on"),
        (house.editor.id, "Hanne Ostrowe answered a comment on"),
    }  # fmt: skip


def test_the_inbox_has_all_open_threads_on_ones_pieces(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        mine, in_review = make_article(db, house), make_article(db, house, State.IN_REVIEW)
        other = make_article(db, house, by=house.other_writer, credits=())
        one, two, three = say(db, house.chief, mine), say(db, house.writer, in_review), say(db, house.chief, other)
        settled = say(db, house.chief, mine)
        does(db, house.chief, settled, "settle")
        assert [t.id for t in db.scalars(queries.open_to(house.writer))] == [two.id, one.id]
        assert [t.id for t in db.scalars(queries.open_to(house.editor))] == [two.id], "what waits for a decision"
        assert {t.id for t in db.scalars(queries.open_to(house.chief))} == {one.id, two.id, three.id}


def test_all_threads_of_a_piece_cost_three_queries(db: Session, house: House, queries: Queries) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    for number in range(8):
        say(db, house.editor, piece, f"Comment {number}")
    with db.get_bind().connect():
        article = articles.get(db, house.editor, piece.id)
    with queries.at_most(3):
        assert len(service.queries.beside(db, house.editor, article)) == 8
