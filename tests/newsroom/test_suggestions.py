"""Suggesting and deciding by plain forms, and what the editor's script is answered."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.review.models import Suggestion
from cms.vocabulary import Fate, State
from tests.conftest import Client
from tests.factories import BODY, House, make_article
from tests.newsroom.editor import fresh, head_of, text

JSON = {"Accept": "application/json"}


def copy(db: Session, piece: Article, **changed: Any) -> dict[str, Any]:
    head = head_of(db, piece)
    fields = ("headline", "kicker", "dek", "body", "hero_alt", "hero_caption")
    return {"seen": head.id, **{name: getattr(head, name) for name in fields}, **changed}


def suggest(client: Client, db: Session, piece: Article, **changed: Any) -> list[Suggestion]:
    answer = client.post(f"/newsroom/articles/{piece.id}/suggest", data=copy(db, piece, **changed))
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return list(fresh(db).scalars(select(Suggestion).where(Suggestion.fate == Fate.OPEN).order_by(Suggestion.id)))


def test_suggestions_are_made_and_decided_by_forms(
    db: Session, house: House, writer: Client, editor: Client, chief: Client
) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    page = text(chief, f"/newsroom/articles/{piece.id}/suggest")
    assert "This is a copy of your own." in page
    words, added = suggest(chief, db, piece, body=BODY.replace("ordinary", "plain") + "<p>New.</p>")
    page = text(editor, f"/newsroom/articles/{piece.id}/review")
    assert re.search(r"<del class=.del.>ordinary</del>\s*<ins class=.ins.>plain</ins>", page)
    assert "suggests to add" in page
    assert "Accept all from Hanne Ostrowe" in page
    assert re.search(r"2 suggestions wait\s*to be accepted or rejected", page)
    assert (
        "Accept"
        not in text(writer, f"/newsroom/articles/{piece.id}/review").split("threads__title")[1].split("decide")[0]
    )
    editor.post(f"/newsroom/articles/{piece.id}/suggestions/{words.id}/accept")
    editor.post(f"/newsroom/articles/{piece.id}/suggestions/{added.id}/reject")
    assert head_of(db, piece).body == BODY.replace("ordinary", "plain")
    assert "suggestion" not in text(editor, f"/newsroom/articles/{piece.id}/review").split("threads__title")[1][:200]


def test_single_changes_are_ticked(db: Session, house: House, editor: Client, chief: Client) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    changed = BODY.replace("ordinary", "plain").replace("the same refund", "one refund")
    (one,) = suggest(chief, db, piece, body=changed)
    assert "2 changes, each by itself" in text(editor, f"/newsroom/articles/{piece.id}/review")
    editor.post(f"/newsroom/articles/{piece.id}/suggestions/{one.id}/accept", data={"pick": ["0"]})
    assert head_of(db, piece).body == BODY.replace("ordinary", "plain")
    editor.post(f"/newsroom/articles/{piece.id}/suggestions/of/{one.proposal_id}/accept")
    assert head_of(db, piece).body == changed


def test_a_card_is_answered_before_it_is_decided(
    db: Session, house: House, writer: Client, editor: Client, chief: Client
) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    (one,) = suggest(chief, db, piece, body=BODY.replace("ordinary", "plain"))
    said = writer.post(f"/newsroom/articles/{piece.id}/suggestions/{one.id}/answer", data={"text": "Why <plain>?"})
    assert "/review#thread-" in said.headers["Location"]
    page = text(chief, f"/newsroom/articles/{piece.id}/review")
    card = page.split(f'id="suggestion-{one.id}"')[1].split("</article>")[0]
    assert "Why &lt;plain&gt;?" in card
    assert "Thread about" not in page  # it lies with its suggestion, not beside it
    assert "1 suggestion, 1 open" in page
    assert "they decide about these. Take it back" in text(writer, f"/newsroom/articles/{piece.id}/review")
    writer.post(f"/newsroom/articles/{piece.id}/suggestions/{one.id}/answer", data={"text": ""}, headers=JSON)
    assert "Write what there is to say." in text(
        writer, writer.post(f"/newsroom/articles/{piece.id}/suggestions/{one.id}/answer").headers["Location"]
    )
    editor.post(f"/newsroom/articles/{piece.id}/suggestions/{one.id}/accept")
    page = text(chief, f"/newsroom/articles/{piece.id}/review")
    decided = page.split("1 decided suggestion")[1].split("</details>")[0]
    for words in (">ordinary</del>", ">plain</ins>", "Why &lt;plain&gt;?", "Accepted by Noor Castellane"):
        assert words in decided, words
    assert "Accept<span" not in decided
    # Opened again, it stands by itself.
    thread = said.headers["Location"].rsplit("-", 1)[1]
    editor.post(f"/newsroom/articles/{piece.id}/comments/{thread}/reopen")
    assert "Thread about Block" in text(editor, f"/newsroom/articles/{piece.id}/review")
    late = chief.post(f"/newsroom/articles/{piece.id}/suggestions/{one.id}/reject")
    assert "Noor Castellane has accepted that already" in text(chief, late.headers["Location"])


def test_a_suggestion_that_does_not_fit_any_more_says_why(
    db: Session, house: House, writer: Client, editor: Client, chief: Client
) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    (one,) = suggest(chief, db, piece, body=BODY.replace("ordinary", "plain"))
    suggest(writer, db, piece, body=BODY.replace("ordinary", "wet"))
    assert "suggests something else here; accept one of them." in text(editor, f"/newsroom/articles/{piece.id}/review")
    editor.post(f"/newsroom/articles/{piece.id}/suggestions/{one.id}/accept")
    page = text(editor, f"/newsroom/articles/{piece.id}/review")
    assert "Cannot be accepted any more: The same words were changed since." in page
    answer = editor.post(f"/newsroom/articles/{piece.id}/suggestions/{one.id}/accept", headers=JSON)
    assert answer.status_code == 409


def test_the_editors_script_keeps_and_saves_a_copy(db: Session, house: House, chief: Client, editor: Client) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    base = f"/newsroom/articles/{piece.id}/suggest"
    kept = chief.post(
        f"{base}/copy", data=copy(db, piece, body=BODY.replace("ordinary", "plai"), number=4), headers=JSON
    )
    assert (kept.status_code, kept.get_json()["number"]) == (200, 4)
    saved = chief.post(f"{base}/save", data=copy(db, piece, body=BODY.replace("ordinary", "plain")), headers=JSON)
    assert saved.get_json()["revision"]["id"] == head_of(db, piece).id, "no revision was cut"
    assert "plain Tuesday" in saved.get_json()["body"]
    (one,) = fresh(db).scalars(select(Suggestion)).all()
    answer = editor.post(f"/newsroom/articles/{piece.id}/suggestions/{one.id}/accept", headers=JSON).get_json()
    assert answer["is_changed"]
    assert "plain Tuesday" in head_of(db, piece).body
    assert "plain" in text(chief, base)


def test_nothing_is_suggested_for_a_closed_piece_and_nothing_typed_is_lost(
    db: Session, house: House, chief: Client, editor: Client
) -> None:
    closed = make_article(db, house, State.APPROVED)
    assert editor.get(f"/newsroom/articles/{closed.id}/suggest").status_code == 403
    piece = make_article(db, house, State.IN_REVIEW)
    answer = chief.post(f"/newsroom/articles/{piece.id}/suggest", data=copy(db, piece, headline="", dek="Kept words."))
    assert answer.status_code == 422
    assert "Kept words." in answer.get_data(as_text=True)
    long = chief.post(f"/newsroom/articles/{piece.id}/suggest", data=copy(db, piece, headline="x" * 300))
    assert long.status_code == 422
    assert "200 is the most" in long.get_data(as_text=True)
    assert articles.load(fresh(db), piece.id).head.headline != ""  # type: ignore[union-attr]


def test_a_card_says_into_what_a_block_is_to_be_turned(
    db: Session, house: House, writer: Client, editor: Client
) -> None:
    piece = make_article(db, house, State.IN_REVIEW, body=BODY + '<h2 data-id="t1">What went wrong</h2>')
    suggest(editor, db, piece, body=BODY + '<h3 data-id="t1">What went wrong</h3>')
    page = f"/newsroom/articles/{piece.id}/review"
    assert "The section title became a title of the second level." in text(writer, page)
    suggest(editor, db, piece, body=BODY + '<blockquote data-id="t1"><p>What went wrong</p></blockquote>')
    assert "The section title became a quote." in text(writer, page)
