"""Suggestions beside a piece: the text is not touched until somebody accepts them, and then exactly as they say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from cms.core.events import Event
from cms.review.comments import queries as talk
from cms.review.models import Suggestion, Thread
from cms.review.suggestions import queries, service
from cms.review.suggestions.queries import Offered
from cms.vocabulary import Fate, State
from cms.wiring import Services
from cms.workflow import service as workflow
from tests.factories import BODY, House, act, make_article, make_house

FIRST, SECOND = (f"{part}</p>" for part in BODY.split("</p>")[:2])


def suggest(
    db: Session, who: User, piece: Article, *, seen: int | None = None, is_quiet: bool = False, **changed: Any
) -> list[Suggestion]:
    with transaction(db):
        article = articles.get(db, who, piece.id)
        assert article.head is not None
        wanted = replace(article.head.content(), **changed)
        return service.suggest(db, who, article, wanted, seen=seen or article.head.id, is_quiet=is_quiet)


def does(db: Session, who: User, suggestion: Suggestion, verb: str, *more: Any) -> None:
    with transaction(db):
        article = articles.get(db, who, suggestion.article_id)
        found = queries.suggestion_of(db, who, article, suggestion.id)
        getattr(service, verb)(db, who, article, found, *more)


def write(db: Session, who: User, piece: Article, **changed: Any) -> None:
    with transaction(db):
        article = articles.get(db, who, piece.id)
        assert article.head is not None
        texts.save_draft(db, who, article, replace(article.head.content(), **changed), seen=article.head.id)


def body(db: Session, piece: Article) -> str:
    db.expire_all()
    head = articles.load(db, piece.id).head
    assert head is not None
    return head.body


def offered(db: Session, piece: Article) -> list[Offered]:
    db.expire_all()
    return queries.beside(db, articles.load(db, piece.id))[0]


def names(db: Session) -> list[str]:
    return list(db.scalars(select(Event.name).where(Event.name.like("suggestion.%")).order_by(Event.id)))


def test_suggesting_leaves_the_text_alone_and_accepting_makes_it_so(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        before = articles.load(db, piece.id).head_id
        made = suggest(
            db, house.chief, piece, dek="Shorter.", body=SECOND.replace("stopped", "failed") + FIRST + "<p>New.</p>"
        )
        assert articles.load(db, piece.id).head_id == before
        assert [(one.kind.value, one.field) for one in made] == [
            ("words", "dek"), ("move", ""), ("words", ""), ("insert", ""),
        ] or {(one.kind.value, one.field) for one in made} == {
            ("words", "dek"), ("move", ""), ("words", ""), ("insert", ""),
        }  # fmt: skip
        for one in reversed(made):
            does(db, house.editor, one, "accept")
        head = articles.load(db, piece.id).head
        assert head is not None
        text = SECOND.replace("stopped", "failed") + FIRST
        assert head.body.startswith(text)
        assert head.body.endswith("New.</p>")
        assert (head.dek, head.note) == ("Shorter.", "Suggested by Hanne Ostrowe")
        assert offered(db, piece) == []
        assert names(db) == ["suggestion.made", *["suggestion.accepted"] * 4]


def test_rejecting_everything_gives_the_text_back(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        for one in suggest(db, house.chief, piece, headline="Other", body=SECOND + "<p>New.</p>"):
            does(db, house.editor, one, "reject", "Not now.")
        assert body(db, piece) == BODY
        assert {(one.fate, one.reason) for one in db.scalars(select(Suggestion))} == {(Fate.REJECTED, "Not now.")}


def test_going_on_suggesting_keeps_what_stayed_and_withdraws_what_went(db: Session, house: House) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    (first,) = suggest(db, house.chief, piece, body=BODY.replace("ordinary", "plain"))
    copy = queries.own_copy(db, house.chief, articles.load(db, piece.id))
    assert "plain Tuesday" in copy.body
    again = suggest(db, house.chief, piece, body=copy.body.replace("stopped", "failed"))
    assert again[0].id == first.id
    assert len(again) == 2
    assert suggest(db, house.chief, piece, body=BODY) == []
    assert {one.fate for one in db.scalars(select(Suggestion))} == {Fate.WITHDRAWN}


def test_a_copy_of_an_older_text_suggests_nothing_against_what_came_since(db: Session, house: House) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    seen = articles.load(db, piece.id).head_id
    write(db, house.editor, piece, body=BODY.replace("stopped", "failed"))
    made = suggest(db, house.chief, piece, seen=seen, body=BODY.replace("ordinary", "plain"))
    assert [one.kind.value for one in made] == ["words"]
    does(db, house.editor, made[0], "accept")
    assert body(db, piece) == BODY.replace("ordinary", "plain").replace("stopped", "failed")


def test_single_changes_are_accepted_by_themselves(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        changed = BODY.replace("ordinary", "plain").replace("the same refund", "one refund")
        (one,) = suggest(db, house.chief, piece, body=changed)
        (shown,) = offered(db, piece)
        assert shown.singles == (("ordinary", "plain"), ("the same", "one"))
        does(db, house.editor, one, "accept", [1])
        assert body(db, piece) == BODY.replace("the same refund", "one refund")
        (shown,) = offered(db, piece)
        assert shown.singles == ()
        does(db, house.editor, one, "accept")
        assert body(db, piece) == changed


def test_two_peoples_words_in_one_paragraph_are_both_taken(db: Session, house: House) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    (hanne,) = suggest(db, house.chief, piece, body=BODY.replace("ordinary", "plain"))
    (ilse,) = suggest(db, house.writer, piece, body=BODY.replace("the same refund", "one refund"))
    assert [one.alternatives for one in offered(db, piece)] == [(), ()]
    does(db, house.editor, hanne, "accept")
    does(db, house.editor, ilse, "accept")
    assert body(db, piece) == BODY.replace("ordinary", "plain").replace("the same refund", "one refund")


def test_what_two_people_suggest_for_the_same_words_are_alternatives(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        (hanne,) = suggest(db, house.chief, piece, body=BODY.replace("ordinary", "plain"))
        (ilse,) = suggest(db, house.writer, piece, body=BODY.replace("ordinary", "wet"))
        assert [[other.id for other in one.alternatives] for one in offered(db, piece)] == [[ilse.id], [hanne.id]]
        does(db, house.editor, hanne, "accept")
        (left,) = offered(db, piece)
        assert (left.suggestion.id, left.stale) == (ilse.id, "The same words were changed since.")
        with pytest.raises(Conflict, match="same words were changed"):
            does(db, house.editor, ilse, "accept")
        does(db, house.editor, ilse, "reject")
        assert offered(db, piece) == []


def test_everything_of_one_person_is_one_revision(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        mine = suggest(db, house.chief, piece, headline="Other", body=BODY.replace("ordinary", "plain") + "<p>New.</p>")
        (other,) = suggest(db, house.writer, piece, body=BODY.replace("stopped", "failed"))
        number = articles.load(db, piece.id).head.number  # type: ignore[union-attr]
        with transaction(db):
            article = articles.get(db, house.editor, piece.id)
            taken = service.accept_all(db, house.editor, article, mine[0].proposal_id)
        assert (taken.accepted, taken.stale) == (3, ())
        head = articles.load(db, piece.id).head
        assert head is not None
        assert (head.number, head.headline) == (number + 1, "Other")
        assert [one.suggestion.id for one in offered(db, piece)] == [other.id]


def test_what_is_answered_lies_with_the_suggestion_until_it_is_decided(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        first, second = suggest(db, house.chief, piece, body=BODY.replace("ordinary", "plain"), dek="Shorter.")
        does(db, house.writer, first, "answer", "Why plain?")
        does(db, house.chief, first, "answer", "Because it is.")
        does(db, house.writer, second, "answer", "Too short.")
        dek, words = sorted(db.scalars(select(Thread)), key=lambda one: one.block_id)
        assert (dek.field, bool(words.block_id)) == ("dek", True)
        told = talk.concerned(db, piece, dek.id)  # whoever suggested it, who has said nothing there
        assert {user.id for user in told} == {house.writer.id, house.chief.id}
        assert dek.id in [thread.id for thread in db.scalars(talk.open_to(house.chief)).unique()]
        with pytest.raises(Invalid):
            does(db, house.writer, first, "answer", " ")
        with pytest.raises(NotFound):
            does(db, house.other_writer, first, "answer", "Let me in.")

        does(db, house.editor, first if first.field != "dek" else second, "accept")
        does(db, house.editor, second if first.field != "dek" else first, "reject")
        db.expire_all()
        assert [(one.settled_by_id, one.settled_at is None) for one in (dek, words)] == [(house.editor.id, False)] * 2
        with pytest.raises(Conflict, match="decided already"):
            does(db, house.writer, first, "answer", "Too late.")


def test_what_was_decided_is_kept_with_who_decided_and_is_not_withdrawn_any_more(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        first, second, third = suggest(
            db, house.chief, piece, body=BODY.replace("ordinary", "plain"), dek="Shorter.", kicker="Other"
        )
        does(db, house.editor, first, "accept")
        does(db, house.editor, second, "reject")
        does(db, house.chief, third, "reject")
        _, kept = queries.beside(db, articles.load(db, piece.id))
        assert [(one.suggestion.id, one.suggestion.fate) for one in kept] == [
            (second.id, Fate.REJECTED), (first.id, Fate.ACCEPTED),
        ]  # fmt: skip
        assert {one.suggestion.decided_by for one in kept} == {db.get(User, house.editor.id)}
        with pytest.raises(Conflict, match=f"{house.editor.name} has accepted that already"):
            does(db, house.chief, first, "reject")


def test_what_was_answered_to_half_a_word_stays_beside_the_text(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        (half,) = suggest(db, house.chief, piece, body=BODY.replace("ordinary", "pla"), is_quiet=True)
        does(db, house.writer, half, "answer", "Pla?")
        (whole,) = suggest(db, house.chief, piece, body=BODY.replace("ordinary", "plain"))
        db.expire_all()
        (thread,) = db.scalars(select(Thread))
        assert (thread.suggestion_id, thread.settled_at, bool(thread.block_id)) == (None, None, True)
        does(db, house.editor, whole, "accept")
        assert thread.settled_at is None


def test_only_who_may_change_the_text_decides(db: Session, house: House) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    (one,) = suggest(db, house.chief, piece, body=FIRST)
    for verb in ("accept", "reject"):
        with pytest.raises(Forbidden):  # while the piece is in review, its writer does not change it
            does(db, house.writer, one, verb)
        with pytest.raises(NotFound):
            does(db, house.other_editor, one, verb)
    (own,) = suggest(db, house.writer, piece, headline="Mine")
    does(db, house.writer, own, "reject")
    assert db.get_one(Suggestion, own.id).fate is Fate.WITHDRAWN


def test_strangers_and_closed_pieces_get_no_suggestions(db: Session, house: House) -> None:
    piece = make_article(db, house, State.APPROVED)
    with pytest.raises(Forbidden):
        suggest(db, house.editor, piece, headline="Too late")
    with pytest.raises(NotFound):
        suggest(db, house.other_writer, piece, headline="Not mine")


def test_a_writer_decides_once_the_piece_is_back(db: Session, house: House) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    (one,) = suggest(db, house.editor, piece, body=FIRST)
    act(db, house.editor, articles.load(db, piece.id), "request_changes")
    does(db, house.writer, one, "accept")
    assert body(db, piece) == FIRST


def test_an_approval_waits_for_suggestions_and_threads(either: Services) -> None:
    with either.sessions() as db:
        house = make_house(db)
        piece = make_article(db, house, State.IN_REVIEW)
        (one,) = suggest(db, house.chief, piece, body=FIRST)
        with pytest.raises(Refused, match="One suggestion waits"):
            act(db, house.editor, articles.load(db, piece.id), "approve")
        does(db, house.editor, one, "reject")
        act(db, house.editor, articles.load(db, piece.id), "approve")
        assert workflow.receipt(db, articles.load(db, piece.id)) is not None
