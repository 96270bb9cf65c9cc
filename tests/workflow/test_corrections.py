"""A correction goes out through the same door as the text: asked about, written, signed, shown, dated once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, Content
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid, Refused
from cms.core.events import Event
from cms.core.paging import Cursor
from cms.publication import queries as edition
from cms.publication import service as publication
from cms.publication.models import Published, PublishedCorrection
from cms.vocabulary import CorrectionKind
from cms.wiring import Services
from cms.workflow import corrections
from tests.conftest import Frozen
from tests.factories import BODY, House, act, make_article, make_house, make_live

WRONG, RIGHT = "At 02:14 on an ordinary Tuesday", "At 02:41 on an ordinary Tuesday"
TEXT = "An earlier version had the time wrong. It was 02:41."


@pytest.fixture
def db(either: Services) -> Iterator[Session]:
    """A session on each database in turn: everything here holds on both."""
    with either.sessions() as session:
        yield session


@pytest.fixture
def house(db: Session) -> House:
    return make_house(db)


def revised(db: Session, house: House, **changed: Any) -> Article:
    """Make a live piece with a newer text beside it, in which the time is another one."""
    article = make_live(db, house)
    act(db, house.writer, article, "revise")
    return saved(db, house, article.id, **({"body": BODY.replace(WRONG, RIGHT)} | changed))


def saved(db: Session, house: House, article_id: int, **changed: Any) -> Article:
    article = articles.load(db, article_id)
    assert article.head
    with transaction(db):
        new: Content = replace(article.head.content(), **changed)
        texts.save_draft(db, house.writer, article, new, seen=article.head.id)
    return articles.load(db, article_id)


def correct(db: Session, house: House, article: Article, **given: Any) -> Article:
    words = {"kind": CorrectionKind.CORRECTION, "text": TEXT, "before": WRONG, "after": RIGHT} | given
    with transaction(db):
        texts.correct(db, house.writer, article, seen=article.head_id or 0, **words)
    return articles.load(db, article.id)


def publish(db: Session, house: House, article_id: int) -> Published:
    for who, action in ((house.writer, "submit"), (house.editor, "approve"), (house.editor, "publish")):
        act(db, who, articles.load(db, article_id), action)
    return db.get_one(Published, article_id)


def asked(db: Session, article: Article) -> corrections.Question:
    return corrections.question(db, article, db.get(Published, article.id))


def test_submitting_asks_where_a_number_changed_and_says_so(db: Session, house: House) -> None:
    article = revised(db, house)
    with pytest.raises(Refused, match="It changes a number that readers know"):
        act(db, house.writer, article, "submit")
    claim = asked(db, articles.load(db, article.id)).claims[0]
    assert (claim.before[:8], claim.after[:8], claim.touched) == ("At 02:14", "At 02:41", ("number",))


def test_other_changes_and_drafts_are_not_asked_about(db: Session, house: House) -> None:
    article = revised(db, house, body=BODY.replace("ordinary", "quiet"))
    assert not asked(db, article).is_open
    act(db, house.writer, article, "submit")


def test_a_correction_is_part_of_what_is_signed(db: Session, house: House) -> None:
    article = revised(db, house)
    assert article.head
    before = article.head.content()
    article = correct(db, house, article)
    assert article.head
    assert article.head.content_hash != before.hash()
    assert replace(article.head.content(), corrections=()).hash() == before.hash()
    act(db, house.writer, article, "submit")
    act(db, house.editor, articles.load(db, article.id), "approve")
    with pytest.raises(Forbidden):  # nobody adds a word for readers after the signature
        correct(db, house, articles.load(db, article.id))


def test_readers_are_told_when_it_is_published_and_not_before(db: Session, house: House, frozen: Frozen) -> None:
    article = correct(db, house, revised(db, house))
    assert db.get_one(Published, article.id).corrections == []
    assert edition.corrections(db).corrected == []
    at = frozen.forward(hours=3)
    row = publish(db, house, article.id)
    assert [(t.kind, t.text, t.before, t.after, t.published_at) for t in edition.told(row)] == [
        (CorrectionKind.CORRECTION, TEXT, WRONG, RIGHT, at)
    ]
    listed = edition.corrections(db).corrected
    assert [(one.told.text, one.piece.slug) for one in listed] == [(TEXT, article.slug)]


def test_its_date_stays_whatever_is_published_later(db: Session, house: House, frozen: Frozen) -> None:
    article = correct(db, house, revised(db, house))
    first = publish(db, house, article.id).corrections[0]
    frozen.forward(days=3)
    act(db, house.writer, articles.load(db, article.id), "revise")
    saved(db, house, article.id, dek="Another standfirst.")
    assert publish(db, house, article.id).corrections == [first]
    frozen.forward(days=3)
    act(db, house.editor, articles.load(db, article.id), "withdraw")
    assert edition.corrections(db).corrected == []
    act(db, house.writer, articles.load(db, article.id), "revise")
    saved(db, house, article.id, dek="Mended.")
    assert publish(db, house, article.id).corrections == [first]
    assert len(edition.corrections(db).corrected) == 1
    with transaction(db):
        publication.refresh(db, [article.id])
    assert db.get_one(Published, article.id).corrections == [first]


def test_saying_no_is_recorded_and_holds_for_just_that_change(db: Session, house: House) -> None:
    article = revised(db, house)
    for _ in range(2):  # the second time there is nothing to record
        with transaction(db):
            corrections.rule_out(db, house.writer, articles.load(db, article.id), seen=article.head_id or 0)
    said = db.scalars(select(Event).where(Event.name == corrections.RULED_OUT)).all()
    assert [event.details["touched"] for event in said] == [["number"]]
    article = saved(db, house, article.id, dek="Another standfirst.")
    assert not asked(db, article).is_open
    article = saved(db, house, article.id, body=BODY.replace(WRONG, RIGHT).replace("02:41", "02:42"))
    assert asked(db, article).is_open


def test_an_approval_asks_too_where_the_editor_changed_a_number(db: Session, house: House) -> None:
    article = revised(db, house, body=BODY.replace("ordinary", "quiet"))
    act(db, house.writer, article, "submit")
    article = articles.load(db, article.id)
    assert article.head
    with transaction(db):
        new = replace(article.head.content(), body=BODY.replace(WRONG, RIGHT))
        texts.save_draft(db, house.editor, article, new, seen=article.head.id)
    with pytest.raises(Refused, match="Say whether that is a correction"):
        act(db, house.editor, articles.load(db, article.id), "approve")


def test_a_save_neither_loses_nor_forges_corrections(db: Session, house: House) -> None:
    article = correct(db, house, revised(db, house))
    article = saved(db, house, article.id, dek="Another standfirst.", corrections=())
    assert article.head
    assert [one.text for one in article.head.content().corrections] == [TEXT]
    with transaction(db):
        texts.restore(
            db, house.writer, article, articles.revision(db, article, 1), seen=article.head_id or 0
        )  # fmt: skip
    article = articles.load(db, article.id)
    assert article.head
    assert [one.text for one in article.head.content().corrections] == [TEXT]


def test_what_is_not_out_yet_can_be_taken_out_and_a_dropped_revision_takes_it_along(db: Session, house: House) -> None:
    article = correct(db, house, revised(db, house))
    assert article.head
    number = article.head.content().corrections[0].number
    with transaction(db):
        texts.take_out(db, house.writer, article, number, seen=article.head.id)
    article = articles.load(db, article.id)
    assert asked(db, article).written == ()
    with pytest.raises(Conflict), transaction(db):
        texts.take_out(db, house.writer, article, number, seen=article.head_id or 0)
    article = correct(db, house, articles.load(db, article.id))
    act(db, house.writer, article, "discard")
    article = articles.load(db, article.id)
    assert article.head
    assert article.head.content().corrections == ()


@pytest.mark.parametrize(
    ("given", "said"), [({"text": " "}, "Say to readers"), ({"before": "x" * 1_001}, "1000 is the most")]
)
def test_a_correction_has_words_and_not_too_many(db: Session, house: House, given: dict[str, str], said: str) -> None:
    article = revised(db, house)
    with pytest.raises(Invalid, match=said):
        correct(db, house, article, **given)


def test_who_may_write_one(db: Session, house: House) -> None:
    number = revised(db, house).id
    verbs: tuple[Callable[[User, Article, int], object], ...] = (
        lambda who, piece, seen: texts.correct(db, who, piece, kind=CorrectionKind.UPDATE, text="x", seen=seen),
        lambda who, piece, seen: texts.take_out(db, who, piece, 1, seen=seen),
        lambda who, piece, seen: corrections.rule_out(db, who, piece, seen=seen),
    )
    for user in (house.other_writer, house.other_editor, house.admin):
        for verb in verbs:
            article = articles.load(db, number)
            with pytest.raises(Forbidden), transaction(db):
                verb(user, article, article.head_id or 0)


def test_the_version_is_called_corrected(db: Session, house: House) -> None:
    article = correct(db, house, revised(db, house))
    publish(db, house, article.id)
    article = articles.load(db, article.id)
    assert article.head
    assert articles.milestones(db, article)[article.head.number] == ["submitted", "approved", "published", "corrected"]


def test_all_corrections_are_listed_newest_first_by_stretches(db: Session, house: House, frozen: Frozen) -> None:
    article = make_live(db, house)
    with transaction(db):
        db.add_all(
            PublishedCorrection(
                article_id=article.id, number=number, kind=CorrectionKind.UPDATE, text=str(number),
                published_at=frozen.forward(minutes=1),
            )
            for number in range(1, 28)
        )  # fmt: skip
    first = edition.corrections(db)
    assert [one.told.text for one in first.corrected] == [str(n) for n in range(27, 2, -1)]
    second = edition.corrections(db, Cursor.read(first.older))
    assert [one.told.text for one in second.corrected] == ["2", "1"]
    assert second.older == ""


def test_a_stale_page_corrects_nothing(db: Session, house: House) -> None:
    article = revised(db, house)
    with pytest.raises(Conflict, match="changed while you were reading"), transaction(db):
        texts.correct(db, house.writer, article, kind=CorrectionKind.UPDATE, text="x", seen=(article.head_id or 0) - 1)
    article = articles.load(db, article.id)
    with pytest.raises(Conflict), transaction(db):
        corrections.rule_out(db, house.writer, article, seen=(article.head_id or 0) - 1)
    with pytest.raises(Invalid, match="Only a piece that readers know"):
        correct(db, house, make_article(db, house))
