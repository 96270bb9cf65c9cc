"""Votes, the yes and the no to a pitch, cards on the board, and dates in the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.articles.service import Plan
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid, Refused
from cms.planning import queries, service
from cms.planning.queries import SHOWN
from cms.planning.service import Date
from cms.policy import can
from cms.vocabulary import Can, State
from cms.workflow import queries as work
from cms.workflow.queries import IN_HAND
from tests.conftest import Frozen
from tests.factories import NOW, House, act, make_article, make_page

ZONE = ZoneInfo("Europe/Tallinn")


def yes(house: House, article: Article, **changed: object) -> Plan:
    facts = {"due_at": NOW + timedelta(days=9), "brief": "900 words, one table.",
             "assigned_to_id": house.other_writer.id}  # fmt: skip
    return Plan(article.desk_id, **{**facts, **changed})  # type: ignore[arg-type]


def test_everybody_has_one_vote_and_may_take_it_back(db: Session, house: House) -> None:
    pitch, decided = make_article(db, house, State.IDEA), make_article(db, house)
    for actor in (house.other_writer, house.editor, house.editor):
        with transaction(db):
            service.vote(db, actor, pitch, is_for=True)
    assert queries.votes(db, house.editor, [pitch.id])[pitch.id] == queries.Votes(
        (house.other_writer.name, house.editor.name), is_mine=True
    )
    with transaction(db):
        service.vote(db, house.editor, pitch, is_for=False)
    assert queries.votes(db, house.editor, [pitch.id])[pitch.id].names == (house.other_writer.name,)
    with pytest.raises(Forbidden), transaction(db):
        service.vote(db, house.admin, pitch, is_for=True)
    with pytest.raises(Conflict, match="It is decided"), transaction(db):
        service.vote(db, house.chief, articles.load(db, decided.id), is_for=True)


def test_what_most_are_for_comes_first_and_everybody_sees_it(db: Session, house: House) -> None:
    liked, other = make_article(db, house, State.IDEA, headline="Liked"), make_article(db, house, State.IDEA)
    make_article(db, house, State.DRAFT)
    with transaction(db):
        service.vote(db, house.other_writer, liked, is_for=True)
    assert [one.id for one in db.scalars(queries.pitches())] == [liked.id, other.id]
    assert [one.id for one in db.scalars(queries.pitches(house.other_section.id))] == []
    assert queries.pitch(db, house.other_writer, liked.id).id == liked.id
    with pytest.raises(Forbidden):
        queries.pitch(db, house.admin, liked.id)


def test_a_yes_makes_a_draft_of_it_that_somebody_owns(db: Session, house: House) -> None:
    pitch = make_article(db, house, State.IDEA)
    with transaction(db):
        service.accept(db, house.editor, pitch, yes(house, pitch))
    article = articles.load(db, pitch.id)
    assert (article.state, article.brief) == (State.DRAFT, "900 words, one table.")
    assert can(house.other_writer, Can.ARTICLE_EDIT, article), "whoever it is assigned to may write in it"
    assert can(house.writer, Can.ARTICLE_EDIT, article), "and so may whoever pitched it"
    assert house.other_writer.id in article.ever_author_ids
    with transaction(db):
        texts.plan(db, house.editor, article, yes(house, article, assigned_to_id=None))
    article = articles.load(db, pitch.id)
    assert not can(house.other_writer, Can.ARTICLE_READ, article)
    assert house.other_writer.id in article.ever_author_ids, "and never becomes its judge"


@pytest.mark.parametrize(
    ("lacking", "said"),
    [({"due_at": None}, "by when"), ({"brief": " "}, "in a brief"), ({"assigned_to_id": None}, "who writes it")],
)
def test_a_yes_needs_a_day_a_brief_and_somebody(
    db: Session, house: House, lacking: dict[str, object], said: str
) -> None:
    pitch = make_article(db, house, State.IDEA)
    with pytest.raises(Refused, match=said), transaction(db):
        service.accept(db, house.editor, pitch, yes(house, pitch, **lacking))
    db.expire_all()
    pitch = articles.load(db, pitch.id)
    assert (pitch.state, pitch.brief, pitch.due_at) == (State.IDEA, "", None), "a refusal stores nothing"


def test_only_editors_of_the_desk_decide(db: Session, house: House) -> None:
    pitch = make_article(db, house, State.IDEA)
    for actor in (house.writer, house.other_writer, house.other_editor, house.admin):
        with pytest.raises(Forbidden), transaction(db):
            service.accept(db, actor, pitch, yes(house, pitch))
        with pytest.raises(Forbidden), transaction(db):
            service.decline(db, actor, pitch, note="No.")
    with pytest.raises(Invalid, match="Nobody with that login"), transaction(db):
        service.accept(db, house.editor, pitch, yes(house, pitch, assigned_to_id=house.admin.id))


def test_a_no_says_why_and_can_be_undone(db: Session, house: House) -> None:
    pitch, decided = make_article(db, house, State.IDEA), make_article(db, house)
    with pytest.raises(Invalid, match="Say why not"), transaction(db):
        service.decline(db, house.editor, pitch, note=" ")
    pitch = articles.load(db, pitch.id)
    with transaction(db):
        service.decline(db, house.editor, pitch, note="We had it in May.")
    assert pitch.state is State.SPIKED
    with pytest.raises(Conflict), transaction(db):
        service.accept(db, house.chief, pitch, yes(house, pitch))
    with pytest.raises(Conflict, match="It is decided"), transaction(db):
        service.decline(db, house.chief, articles.load(db, decided.id), note="No.")


def carry(db: Session, actor: object, article: Article, to: State, **more: object) -> None:
    with transaction(db):
        service.carry(db, actor, articles.load(db, article.id), to, seen=article.head_id, **more)  # type: ignore[arg-type]


def test_a_card_takes_the_steps_that_the_buttons_take(db: Session, house: House) -> None:
    article = make_article(db, house)
    carry(db, house.writer, article, State.IN_REVIEW)
    carry(db, house.editor, article, State.CHANGES_REQUESTED, note="A source, please.")
    carry(db, house.writer, article, State.IN_REVIEW)
    carry(db, house.editor, article, State.TO_CONFIRM)
    carry(db, house.writer, article, State.IN_REVIEW)
    carry(db, house.editor, article, State.APPROVED)
    carry(db, house.editor, article, State.SCHEDULED, at=NOW + timedelta(days=3000))
    carry(db, house.editor, article, State.APPROVED)
    names = [note.action for note in reversed(work.happenings(db, article))]
    assert names == [
        "created", "submit", "request_changes", "submit", "ask_confirmation", "confirm", "approve", "schedule",
        "unschedule",
    ]  # fmt: skip


def test_a_card_that_may_not_go_says_why_and_stays(db: Session, house: House) -> None:
    article = make_article(db, house)
    with pytest.raises(Conflict, match=r"straight from “draft” to “approved”. From here it goes to “in review”"):
        carry(db, house.editor, article, State.APPROVED)
    with pytest.raises(Conflict, match="there already"):
        carry(db, house.writer, article, State.DRAFT)
    carry(db, house.writer, article, State.IN_REVIEW)
    with pytest.raises(Forbidden, match="may not do that"):
        carry(db, house.writer, article, State.APPROVED)
    with pytest.raises(Refused, match="Say why"):
        carry(db, house.editor, article, State.CHANGES_REQUESTED)
    with pytest.raises(Conflict, match="changed while you were reading"):
        stale = articles.load(db, article.id)
        with transaction(db):
            service.carry(db, house.editor, stale, State.APPROVED, seen=(stale.head_id or 0) - 1)
    assert articles.load(db, article.id).state is State.IN_REVIEW
    with pytest.raises(Refused, match="who writes it"):
        carry(db, house.editor, make_article(db, house, State.IDEA), State.DRAFT)


def test_the_board_is_a_window_on_every_state(db: Session, house: House) -> None:
    for _ in range(SHOWN + 2):
        make_article(db, house)
    make_page(db, house, "about", State.DRAFT)
    first = make_article(db, house, headline="Due first")
    with transaction(db):
        texts.plan(db, house.editor, first, Plan(first.desk_id, NOW))
    practised = make_article(db, house, State.IN_REVIEW, section_id=house.other_section.id)
    columns = {column.state: column for column in queries.board(db, house.chief)}
    assert list(columns) == list(IN_HAND)
    drafts = columns[State.DRAFT]
    assert (len(drafts.articles), drafts.total, drafts.articles[0].id) == (SHOWN, SHOWN + 3, first.id)
    assert [one.id for one in columns[State.IN_REVIEW].articles] == [practised.id]
    only = queries.board(db, house.chief, section_id=house.section.id, desk_id=house.systems.id)
    assert [column.total for column in only if column.total] == [SHOWN + 3]
    assert all(column.total == 0 for column in queries.board(db, house.other_writer)), "nobody sees more than their own"


def test_a_date_moves_to_another_day_and_keeps_its_hour(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house)
    day = date(2027, 3, 28)  # the night before, clocks in Tallinn go forward
    with transaction(db):
        service.move_date(db, house.editor, article, Date.DUE, day, ZONE)
    assert article.due_at is not None
    assert article.due_at.astimezone(ZONE).isoformat() == "2027-03-28T17:00:00+03:00"
    with transaction(db):
        service.move_date(db, house.editor, article, Date.DUE, day - timedelta(days=30), ZONE)
    assert article.due_at.astimezone(ZONE).isoformat() == "2027-02-26T17:00:00+02:00"
    with pytest.raises(Forbidden), transaction(db):
        service.move_date(db, house.writer, article, Date.DUE, day, ZONE)


def test_what_is_scheduled_moves_by_the_verbs_of_the_schedule(db: Session, house: House, frozen: Frozen) -> None:
    article = make_article(db, house, State.SCHEDULED, at=frozen.at + timedelta(days=2))
    with transaction(db):
        service.move_date(db, house.editor, article, Date.SCHEDULED, date(2026, 12, 1), ZONE)
    assert article.publish_at is not None
    assert article.publish_at.isoformat() == "2026-12-01T09:00:00+00:00"
    with pytest.raises(Refused, match="That time is past"), transaction(db):
        service.move_date(db, house.editor, article, Date.SCHEDULED, date(2026, 11, 1), ZONE)
    db.expire_all()
    article = articles.load(db, article.id)
    assert article.publish_at is not None
    assert (article.state, article.publish_at.day) == (State.SCHEDULED, 1), "a refusal takes nothing off the schedule"
    with pytest.raises(Invalid, match="scheduled for before"), transaction(db):
        service.move_date(db, house.editor, article, Date.EMBARGO, date(2026, 12, 24), ZONE)
    approved = make_article(db, house, State.APPROVED)
    with transaction(db):
        service.move_date(db, house.editor, approved, Date.SCHEDULED, date(2026, 12, 2), ZONE)
    assert approved.state is State.SCHEDULED
    with pytest.raises(Forbidden), transaction(db):
        service.move_date(db, house.writer, approved, Date.SCHEDULED, date(2026, 12, 3), ZONE)
    draft = make_article(db, house)
    with pytest.raises(Conflict), transaction(db):
        service.move_date(db, house.editor, draft, Date.SCHEDULED, date(2026, 12, 3), ZONE)
    act(db, house.writer, articles.load(db, draft.id), "submit")
