"""Reading a piece to decide about it, and every move: offered, taken, refused with all its reasons."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core import clock
from cms.core.db import transaction
from cms.core.events import Event
from cms.vocabulary import State
from cms.workflow.models import Approval
from tests.conftest import Client
from tests.factories import BODY, House, act, content, make_article, make_live
from tests.newsroom.editor import fresh, save, text


def _do(client: Client, article: Article, action: str, **form: Any) -> Any:
    return client.post(f"/newsroom/articles/{article.id}/{action}", data={"seen": article.head_id, **form})


def _now(db: Session, article: Article) -> Article:
    db.expunge_all()
    db.rollback()
    return articles.load(db, article.id)


def _text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def _review(client: Client, article: Article, query: str = "") -> str:
    answer = client.get(f"/newsroom/articles/{article.id}/review{query}")
    assert answer.status_code == 200
    return _text(answer)


def _offered(page: str) -> set[str]:
    """Return the actions whose buttons stand on a page, pressable or not."""
    return set(re.findall(r'formaction="/newsroom/articles/\d+/(\w+)"', page))


def test_the_life_of_a_piece_by_hand(writer: Client, editor: Client, reader: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    assert _do(writer, article, "submit").status_code == 302
    assert _do(editor, article, "request_changes", note="Which second?").status_code == 302
    assert _now(db, article).state is State.CHANGES_REQUESTED
    assert _do(writer, article, "submit", note="This one.").status_code == 302
    assert _do(editor, article, "approve").status_code == 302
    answer = _do(editor, article, "publish")
    assert answer.status_code == 302
    assert _now(db, article).state is State.SETTLED
    assert reader.get(f"/articles/{article.slug}").status_code == 200
    assert "was published." in _text(editor.get(answer.location, follow_redirects=True))
    assert _do(writer, article, "revise").status_code == 302
    assert _do(writer, article, "discard").status_code == 302
    told = {"note": "Wrong numbers.", "for_readers": "Its numbers were wrong."}
    assert _do(editor, article, "withdraw", **told).status_code == 302
    gone = reader.get(f"/articles/{article.slug}")
    assert gone.status_code == 410
    assert "Its numbers were wrong." in gone.text
    assert "Wrong numbers." not in gone.text
    assert "Readers are told: “Its numbers were wrong.”" in _text(
        editor.get(f"/newsroom/articles/{article.id}/history")
    )


def test_a_withdrawal_asks_for_one_thing_the_reason_that_readers_are_told(
    editor: Client, reader: Client, house: House, db: Session
) -> None:
    article = make_live(db, house)
    page = _review(editor, article)
    form = page[page.index("Withdraw this piece") :]
    assert re.findall(r'<textarea[^>]* name="(\w+)"', form) == ["for_readers"]
    assert "Needed to" not in page
    refused = _do(editor, article, "withdraw")
    assert refused.status_code == 409
    page = _text(refused)
    assert "Say why, in a sentence" in page[page.index("Withdraw this piece") :]
    assert _do(editor, article, "withdraw", for_readers="Its numbers were wrong.").status_code == 302
    assert "Its numbers were wrong." in reader.get(f"/articles/{article.slug}").text
    assert "Its numbers were wrong." in _review(editor, article)


def test_after_a_request_for_changes_the_queue_of_reviews_is_shown(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    answer = _do(editor, article, "request_changes", note="Which second?")
    assert answer.location == "/newsroom/reviews"
    assert "was sent back for changes." in _text(editor.get(answer.location))


@pytest.mark.parametrize(
    ("state", "who", "offered"),
    [
        (State.IDEA, "writer", {"spike"}),
        (State.IDEA, "editor", {"start", "spike"}),
        (State.DRAFT, "writer", {"submit", "spike"}),
        (State.IN_REVIEW, "writer", {"recall", "spike"}),
        (State.IN_REVIEW, "editor", {"approve", "ask_confirmation", "request_changes", "recall", "spike"}),
        (State.TO_CONFIRM, "writer", {"confirm", "submit", "spike"}),
        (State.APPROVED, "writer", {"spike"}),
        (State.APPROVED, "editor", {"schedule", "publish", "request_changes", "reopen", "spike"}),
        (State.SCHEDULED, "editor", {"publish", "unschedule", "reopen"}),
        (State.SETTLED, "writer", {"revise"}),
        (State.SETTLED, "editor", {"revise", "withdraw"}),
        (State.SPIKED, "writer", {"restore"}),
    ],
)
def test_only_what_one_may_do_now_is_offered(
    request: pytest.FixtureRequest, house: House, db: Session, state: State, who: str, offered: set[str]
) -> None:
    article = make_article(db, house, state)
    assert _offered(_review(request.getfixturevalue(who), article)) == offered


def test_what_stands_in_the_way_is_written_beside_the_button(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW, dek="", body=BODY.replace("recorded", "TK"))
    page = _review(editor, article)
    approve = re.search(r'<button[^>]*formaction="[^"]*/approve"[^>]*>', page)
    assert approve
    assert "disabled" in approve[0]
    assert 'aria-describedby="why-approve"' in approve[0]
    why = page[page.index('id="why-approve"') :]
    assert f'<a href="/newsroom/articles/{article.id}/edit#dek">Standfirst</a>' in why
    assert '<a href="#b-a1">Block 1</a>' in why
    assert "A TK is left in the text." in why


def test_a_refusal_shows_every_reason(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW, dek="", credits=())
    answer = _do(editor, article, "approve", note="Nearly there")
    page = _text(answer)
    assert answer.status_code == 409
    assert "The standfirst is missing." in page
    assert "Nobody is credited" in page
    assert "Nearly there</textarea>" in page
    assert _now(db, article).state is State.IN_REVIEW


def test_sending_back_needs_a_reason(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    answer = _do(editor, article, "request_changes", note="  ")
    page = _text(answer)
    assert answer.status_code == 409
    assert "Say why, in a sentence" in page
    assert 'aria-invalid="true"' in page
    assert page.count("autofocus") == 1
    assert _now(db, article).state is State.IN_REVIEW


def test_a_review_may_be_a_comment_and_no_decision(
    editor: Client, writer: Client, chief: Client, house: House, db: Session
) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    address = f"/newsroom/articles/{article.id}/review"
    assert "Comment only" in _text(editor.get(address))
    assert "Comment only" not in _text(writer.get(address))
    refused = editor.post(f"{address}/comment", data={"note": " "})
    assert refused.status_code == 422
    assert "Write what there is to say." in _text(refused)
    said = editor.post(f"{address}/comment", data={"note": "Reads well; the numbers are not mine to judge."})
    assert "#thread-" in said.headers["Location"]
    page = _text(writer.get(address))
    assert "Thread about The whole piece" in page
    assert "the numbers are not mine to judge" in page
    assert _now(db, article).state is State.IN_REVIEW


def test_nobody_approves_what_they_did_not_read(editor: Client, writer: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    with transaction(db):
        texts.save_draft(db, house.editor, article, content(house, headline="Newer"), seen=article.head_id or 0)
    old = article.head_id
    newer = _now(db, article)
    answer = editor.post(f"/newsroom/articles/{article.id}/approve", data={"seen": (old or 0) - 1})
    assert answer.status_code == 409
    assert "The text changed while you were reading it." in _text(answer)
    assert f'name="seen" value="{newer.head_id}"' in _text(answer)
    assert editor.post(f"/newsroom/articles/{article.id}/approve", data={"note": "unseen"}).status_code == 422
    assert _now(db, article).state is State.IN_REVIEW


def test_a_second_click_does_no_harm(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    _do(editor, article, "approve")
    answer = _do(editor, article, "approve")
    assert answer.status_code == 302
    assert "That was done already" in _text(editor.get(answer.location, follow_redirects=True))
    db.rollback()
    assert db.scalar(select(func.count(Approval.id))) == 1


def test_writers_never_approve_their_own(writer: Client, chief: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    assert _do(writer, article, "approve").status_code == 403
    own = make_article(db, house, State.IN_REVIEW, by=house.chief, credits=content(house).credits)
    page = _review(chief, own)
    assert "approve" not in _offered(page)
    assert "You wrote this piece, so somebody else decides about it." in page
    assert _do(chief, own, "approve").status_code == 403


def test_other_desks_do_not_even_see_it(client_as: Any, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    stranger = client_as(house.other_editor)
    assert stranger.get(f"/newsroom/articles/{article.id}/review").status_code == 404
    assert _do(stranger, article, "approve").status_code == 404


@pytest.mark.parametrize("action", ["adopt", "nothing", "edits"])
def test_unknown_actions_are_not_found(chief: Client, house: House, db: Session, action: str) -> None:
    article = make_article(db, house)
    assert _do(chief, article, action).status_code == 404


def test_an_action_from_the_wrong_state_is_said_in_words(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house)
    answer = _do(editor, article, "publish")
    assert answer.status_code == 409
    assert "A piece that is draft cannot be published." in _text(answer)


def test_scheduling_is_in_the_newsrooms_time(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.APPROVED)
    at = (clock.now() + timedelta(days=2)).replace(hour=6, minute=0, second=0, microsecond=0)
    answer = _do(editor, article, "schedule", at=f"{at:%Y-%m-%dT%H:%M}")
    assert answer.status_code == 302
    assert _now(db, article).publish_at == at
    assert "at 06:00." in _text(editor.get(answer.location, follow_redirects=True))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2020-01-01T06:00", "That time is past."),
        ("", "Choose a day and a time."),
        ("soon", "That is not a day and a time."),
        ("2026-02-30T06:00", "That is not a day and a time."),
        ("99999-01-01T06:00", "That is not a day and a time."),
    ],
)
def test_a_time_that_will_not_do_is_said_beside_it(
    editor: Client, house: House, db: Session, at: str, said: str
) -> None:
    article = make_article(db, house, State.APPROVED)
    answer = _do(editor, article, "schedule", at=at)
    page = _text(answer)
    assert answer.status_code == 409
    assert f'id="at-error">{said}' in page
    assert _now(db, article).state is State.APPROVED


def test_an_embargo_does_not_stop_the_choosing_of_a_later_time(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.APPROVED)
    lifts = clock.now() + timedelta(days=3)
    with transaction(db):
        db.get_one(Article, article.id).embargo_until = lifts
    page = _review(editor, article)
    schedule = re.search(r'<button[^>]*formaction="[^"]*/schedule"[^>]*>', page)
    publish = re.search(r'<button[^>]*formaction="[^"]*/publish"[^>]*>', page)
    assert schedule
    assert publish
    assert "disabled" not in schedule[0]
    assert "disabled" in publish[0]
    early = _do(editor, article, "schedule", at=f"{clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M}")
    assert early.status_code == 409
    assert "before its embargo ends" in _text(early)
    assert _do(editor, article, "schedule", at=f"{lifts + timedelta(days=1):%Y-%m-%dT%H:%M}").status_code == 302


def test_pressing_enter_in_the_time_never_publishes(editor: Client, house: House, db: Session) -> None:
    page = _review(editor, make_article(db, house, State.APPROVED))
    form = page[page.index('class="decide__form"') :]
    buttons = re.findall(r'<button[^>]*formaction="[^"]*/(\w+)"', form)
    assert buttons[0] == "schedule"


def test_the_review_tells_what_changed_since_it_was_sent_back(
    editor: Client, writer: Client, house: House, db: Session
) -> None:
    article = make_article(db, house, State.IN_REVIEW)
    act(db, house.editor, article, "request_changes", note="Which second?")
    article = articles.load(db, article.id)
    assert article.head
    changed = article.head.content().__class__(
        **{**vars(article.head.content()), "body": BODY.replace("ordinary", "very dull"), "headline": "A new headline"}
    )
    with transaction(db):
        texts.save_draft(db, house.writer, article, changed, seen=article.head_id or 0)
    act(db, house.writer, article, "submit", note="This one.")
    page = _review(editor, article)
    assert "Two changes since Noor Castellane sent it back" in page
    assert "<ins>very dull</ins>" in page
    assert '<a href="#b-a1">Block 1</a>' in page
    assert "Which second?" in page
    assert "This one." in page
    assert "<ins>" not in _review(editor, article, "?against=0")
    assert "<ins>" in _review(editor, article, "?against=999")


def test_the_review_compares_with_what_readers_see(editor: Client, house: House, db: Session) -> None:
    article = make_live(db, house)
    act(db, house.writer, article, "revise")
    article = articles.load(db, article.id)
    with transaction(db):
        texts.save_draft(db, house.writer, article, content(house, headline="Said better"), seen=article.head_id or 0)
    page = _review(editor, article)
    assert "since it was approved" in page or "against what readers see now" in page
    assert "became “Said better”" in page


def test_the_receipt_names_the_text_that_was_signed(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.APPROVED)
    assert article.head
    page = _review(editor, article)
    letters = article.head.content_hash
    assert f"{letters[:4]} {letters[4:8]} {letters[8:12]}" in page
    assert "Publishing takes this text and refuses every other." in page


def test_a_move_that_is_refused_records_nothing(editor: Client, house: House, db: Session) -> None:
    article = make_article(db, house, State.IN_REVIEW, dek="")
    before = db.scalar(select(func.count(Event.id)))
    _do(editor, article, "approve")
    db.rollback()
    assert db.scalar(select(func.count(Event.id))) == before


def test_a_reviewer_is_shown_what_is_new_since_their_last_look(
    db: Session, house: House, editor: Client, chief: Client
) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    address = f"/newsroom/articles/{piece.id}/review"
    text(chief, address)
    for number in (2, 3, 4):
        article = articles.load(fresh(db), piece.id)
        assert article.head is not None
        save(editor, article, dek=f"It took {number} minutes, says Marit.")
    page = text(chief, address)
    assert "since you read it" in page
    assert "It took 4 minutes" in page
    assert "since you read it" in text(chief, address), "a second look at the same still says what is new"
    assert "since you read it" not in text(editor, address)
    assert "since revision 2" in text(chief, f"{address}?against=2")
    assert chief.get(f"{address}?against=99").status_code == 200


def test_dangerous_changes_are_marked(db: Session, house: House, editor: Client) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    article = articles.load(db, piece.id)
    assert article.head is not None
    save(editor, article, body=article.head.body.replace("02:14", "02:41"))
    page = text(editor, f"/newsroom/articles/{piece.id}/review")
    assert re.search(r'class="risk">\s*number', page)


def test_from_the_desk_to_an_informed_approval_are_two_clicks(db: Session, house: House, editor: Client) -> None:
    """The headline on the desk, and the button: what changed, the text and the checks stand between them."""
    piece = make_article(db, house, State.IN_REVIEW)
    desk = text(editor, "/newsroom/")
    first = f"/newsroom/articles/{piece.id}"
    assert f'href="{first}"' in desk
    page = text(editor, first)
    for words in ("What you will sign", "Everything an approval asks for is there", "Approve revision 1", "galley"):
        assert words in page
    action = re.search(r'formaction="([^"]*/approve)"', page)
    assert action is not None
    answer = editor.post(action[1], data={"seen": articles.load(db, piece.id).head_id})
    assert answer.status_code == 302
    assert articles.load(fresh(db), piece.id).state is State.APPROVED


def test_a_first_look_shows_the_text_without_marks(editor: Client, house: House, db: Session) -> None:
    empty = make_article(db, house, State.DRAFT, body="")
    with transaction(db):
        texts.save_draft(db, house.writer, empty, content(house), seen=empty.head_id or 0)
    act(db, house.writer, articles.load(db, empty.id), "submit")
    page = _review(editor, empty)
    assert "A first look: everything is new" in page
    assert "<ins>" not in page
    assert "with changes marked" not in page
