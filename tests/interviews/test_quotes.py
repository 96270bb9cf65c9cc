"""The check of quotes: who is asked about what, what an answer does, and what a later change of it does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import document
from cms.articles import service as texts
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from cms.core.events import Event
from cms.interviews.models import QuoteCheck, Statement
from cms.interviews.quotes import queries as quotes
from cms.interviews.quotes import rules
from cms.interviews.quotes import service as checking
from cms.interviews.quotes.rules import Mark, NotYet
from cms.review import queries as links
from cms.review import service as sharing
from cms.review.checks.quotes import Standing, Stands
from cms.review.models import GalleyLink
from cms.review.suggestions import queries as suggestions
from cms.review.suggestions import service as deciding
from cms.vocabulary import Level, State, Verdict
from cms.wiring import Services
from cms.workflow import preflight
from tests.conftest import Frozen
from tests.factories import House, act, make_house
from tests.interviews.scene import STATED, Scene

FIX = Mark(Verdict.FIX, "Whoever is late for it owns it.")
WRONG = Mark(Verdict.WRONG, reason="I never said that.")


def change(scene: Scene, old: str, new: str) -> None:
    article = scene.article
    assert article.head
    assert old in article.head.body
    with transaction(scene.db):
        content = replace(article.head.content(), body=article.head.body.replace(old, new))
        texts.save_draft(scene.db, scene.house.editor, article, content, seen=article.head.id)


def found(scene: Scene) -> list[tuple[str, Level, str]]:
    """Return what the checks say about what was said."""
    names = ("confirmed", "disputed", "unanswered", "consent")
    rows = preflight.of_piece(scene.db, scene.article).found
    return [(one.rule.name, one.level, one.finding.place) for one in rows if one.rule.name in names]


def standings(scene: Scene) -> list[Standing]:
    return [line.stands.standing for line in quotes.asked(scene.db, scene.article)[0].lines]


@pytest.fixture
def scene(db: Session, house: House) -> Scene:
    return Scene(db, house)


def test_only_what_may_be_theirs_is_offered(scene: Scene) -> None:
    offered = [(one.passage.key, one.is_theirs) for one in quotes.offers(scene.article, scene.expert)]
    assert offered == [("q1.0", True), ("q2.0", True), ("p1.1", True)]
    assert [one.passage.key for one in quotes.offers(scene.article, scene.other)] == ["q3.0", "p1.1"]


@pytest.mark.parametrize(
    ("speaker", "name", "is_theirs"),
    [("Oduya-Lind", "Marit Oduya-Lind", True), ("M.O.", "Marit Oduya-Lind", True), ("MARIT", "Marit Oduya-Lind", True),
     ("Lind", "Marit Oduya-Lind", False), ("", "Marit Oduya-Lind", False), ("Overscan", "Marit Oduya-Lind", False)],
)  # fmt: skip
def test_a_speaker_is_known_by_a_part_of_the_name(speaker: str, name: str, is_theirs: bool) -> None:
    assert rules.is_whose(speaker, name) is is_theirs


def test_another_persons_answer_cannot_be_sent_to_them(scene: Scene) -> None:
    with pytest.raises(Invalid, match="not in the text"):
        scene.ask("q1.0", "q3.0")
    with pytest.raises(Invalid, match="at least one"), transaction(scene.db):
        article = scene.article
        checking.ask(scene.db, scene.house.editor, article, scene.expert.id, [], seen=article.head_id, days=7)
    with pytest.raises(Invalid, match="credited as interviewee"):
        scene.ask("q1.0", person=scene.house.author)
    with pytest.raises(Forbidden), transaction(scene.db):
        checking.ask(scene.db, scene.house.other_writer, scene.article, scene.expert.id, ["q1.0"], seen=1, days=7)
    with pytest.raises(Conflict), transaction(scene.db):
        checking.ask(scene.db, scene.house.editor, scene.article, scene.expert.id, ["q1.0"], seen=0, days=7)
    assert scene.db.scalars(select(QuoteCheck)).all() == []


def test_there_is_one_check_of_somebody_at_a_time(scene: Scene) -> None:
    first, other = scene.ask(), scene.ask(person=scene.other)
    second = scene.ask("q1.0")
    with pytest.raises(NotFound):
        scene.link(first)
    assert scene.link(second).id == second.link.id
    assert scene.link(other).id == other.link.id, "somebody else’s stays open"
    assert found(scene) == [("unanswered", Level.WARN, "credits")] * 2


def test_what_was_confirmed_is_kept_with_its_hash_and_stands(scene: Scene) -> None:
    shared = scene.ask()
    assert scene.answer(shared) == 0
    checks = scene.checks(shared)
    assert [(one.verdict, one.words_hash) for one in checks] == [
        (Verdict.CORRECT, document.digest(one.words)) for one in checks
    ]
    assert standings(scene) == [Standing.CONFIRMED] * 3
    assert found(scene) == []
    change(scene, "where it hummed", "where nothing hummed")
    change(scene, "It rained.", "It rained hard.")
    assert standings(scene) == [Standing.CONFIRMED] * 3, "nothing of that was theirs"


def test_a_later_change_says_so_and_stops_the_approval(scene: Scene) -> None:
    scene.answer(scene.ask())
    change(scene, "error</em> bar", "error</em> margin")
    change(scene, "Nobody had ever asked me that", "Nobody had asked me that before")
    assert standings(scene) == [Standing.CHANGED, Standing.CONFIRMED, Standing.CHANGED]
    assert found(scene) == [("confirmed", Level.BLOCK, "q1"), ("confirmed", Level.BLOCK, "p1")]
    act(scene.db, scene.house.writer, scene.article, "submit")
    with pytest.raises(Refused, match=r"Changed after Marit Oduya-Lind confirmed the wording\. Ask again\."):
        act(scene.db, scene.house.editor, scene.article, "approve")
    change(scene, "error</em> margin", "error</em> bar")
    assert found(scene) == [("confirmed", Level.BLOCK, "p1")], "what is put back needs no asking"


def test_what_is_not_in_the_text_any_more_needs_no_asking(scene: Scene) -> None:
    scene.answer(scene.ask())
    change(scene, "“Nobody had ever asked me that,” says Oduya-Lind on the stairs. It rained.", "It rained.")
    assert standings(scene)[2] is Standing.CUT
    assert found(scene) == []


def test_words_that_moved_are_still_confirmed(scene: Scene) -> None:
    scene.answer(scene.ask())
    body = scene.article.head.body if scene.article.head else ""
    first, second = document.parse(body)[1:3]
    change(scene, first.html + second.html, second.html + first.html)
    assert standings(scene) == [Standing.CONFIRMED] * 3


def test_other_words_wait_as_a_suggestion_of_a_named_person_outside(scene: Scene) -> None:
    assert scene.answer(scene.ask(), Mark(Verdict.CORRECT), FIX, WRONG) == 1
    [waiting] = suggestions.waiting(scene.db, scene.article)
    assert waiting.proposal.who == "Marit Oduya-Lind, outside"
    assert waiting.operation.old_ids == ("q2",)
    assert standings(scene) == [Standing.CONFIRMED, Standing.WANTED, Standing.WRONG]
    assert found(scene) == [("disputed", Level.WARN, "q2"), ("disputed", Level.WARN, "p1")]
    with transaction(scene.db):
        deciding.accept(scene.db, scene.house.editor, scene.article, waiting)
    article = scene.article
    assert article.head
    assert "Whoever is late for it owns it." in article.head.body
    assert article.head.note == "Suggested by Marit Oduya-Lind, outside"
    assert standings(scene)[1] is Standing.CONFIRMED, "these are the words that she asked for"
    change(scene, "is late for it owns", "comes late owns")
    assert ("confirmed", Level.BLOCK, "q2") in found(scene)


def test_the_editor_keeps_the_last_word(scene: Scene) -> None:
    scene.answer(scene.ask("q2.0"), FIX)
    [waiting] = suggestions.waiting(scene.db, scene.article)
    with transaction(scene.db):
        deciding.reject(scene.db, scene.house.editor, scene.article, waiting, "It is on the tape.")
    assert standings(scene) == [Standing.WANTED]
    assert found(scene) == [("disputed", Level.WARN, "q2")], "and it is said as long as it is so"
    act(scene.db, scene.house.writer, scene.article, "submit")
    act(scene.db, scene.house.editor, scene.article, "approve")


def test_a_wish_for_words_that_changed_meanwhile_is_told_and_not_made(scene: Scene) -> None:
    shared = scene.ask()
    change(scene, "Whoever pays for it owns it.", "Whoever pays owns it.")
    assert scene.answer(shared, Mark(Verdict.CORRECT), FIX) == 0
    assert suggestions.waiting(scene.db, scene.article) == []
    assert standings(scene)[1] is Standing.CHANGED


def test_two_quotes_of_one_paragraph_are_reworded_both(db: Session, house: House) -> None:
    body = '<p data-id="a1">“We had no clock at all,” says Oduya-Lind. “So we borrowed one instead,” she adds.</p>'
    scene = Scene(db, house, body=body)
    shared = scene.ask()
    scene.answer(shared, Mark(Verdict.FIX, "“We had no “clock”,”"), Mark(Verdict.FIX, "So we stole one,"))
    [waiting] = suggestions.waiting(db, scene.article)
    with transaction(db):
        deciding.accept(db, house.editor, scene.article, waiting)
    article = scene.article
    assert article.head
    assert article.head.body == (
        '<p data-id="a1">“We had no ‘clock’,” says Oduya-Lind. “So we stole one,” she adds.</p>'
    )
    assert standings(scene) == [Standing.CONFIRMED] * 2


def test_an_answer_counts_once(scene: Scene) -> None:
    shared = scene.ask()
    late = scene.link(shared)
    scene.answer(shared)
    with pytest.raises(NotFound, match="may have been closed"), transaction(scene.db):
        checking.answer(scene.db, late, scene.article, {}, STATED)
    with pytest.raises(NotFound):
        scene.link(shared)
    [event] = scene.db.scalars(select(Event).where(Event.name == "quotes.answered"))
    assert event.details == {"link": shared.link.id, "proposed": 0, "correct": 3}
    assert event.actor_id is None


def test_of_two_answers_at_the_same_time_one_is_late(scene: Scene) -> None:
    """Both read the link while it was open; the row itself decides."""
    shared = scene.ask("q1.0")
    [check] = scene.checks(shared)
    stale = scene.link(shared)
    scene.db.expunge(stale)
    scene.answer(shared)
    assert stale.used_at is None
    with pytest.raises(NotFound), transaction(scene.db):
        checking.answer(scene.db, stale, scene.article, {check.id: WRONG}, STATED)
    assert standings(scene) == [Standing.CONFIRMED]


@pytest.mark.parametrize("gone", ["expired", "closed", "spiked"])
def test_what_is_over_is_over(scene: Scene, frozen: Frozen, gone: str) -> None:
    shared = scene.ask()
    link = scene.link(shared)
    if gone == "expired":
        frozen.forward(days=7)
    elif gone == "spiked":
        act(scene.db, scene.house.writer, scene.article, "spike")
    else:
        with transaction(scene.db):
            from_list = links.link_of(scene.db, scene.article, link.id)
            sharing.revoke_link(scene.db, scene.house.editor, scene.article, from_list)
    with pytest.raises(NotFound):
        scene.link(shared)
    with pytest.raises(NotFound), transaction(scene.db):
        checking.keep(scene.db, link, {}, rules.Statement())
    assert [name for name, *_ in found(scene)] == []


def test_everything_that_lacks_is_said_at_once(scene: Scene) -> None:
    shared = scene.ask()
    ids = [check.id for check in scene.checks(shared)]
    link = scene.link(shared)
    with pytest.raises(NotYet) as refused, transaction(scene.db):
        marks = {ids[0]: Mark(Verdict.FIX, "A promise with an error bar."), ids[1]: Mark(Verdict.WRONG)}
        checking.answer(scene.db, link, scene.article, marks, rules.Statement(None, "", "", ""))
    assert set(refused.value.problems) == {*ids, "agreed", "title", "conflicts"}
    assert scene.link(shared).used_at is None
    with pytest.raises(Invalid, match="longer than we can take"), transaction(scene.db):
        checking.keep(scene.db, link, {ids[0]: Mark(Verdict.FIX, "x" * 20_001)}, rules.Statement())


def test_consent_title_and_conflicts_are_asked_for_once(scene: Scene) -> None:
    scene.answer(scene.ask("q1.0"))
    [said] = scene.db.scalars(select(Statement))
    assert (said.person_id, said.is_agreed, said.title, said.affiliation, said.conflicts) == (
        scene.expert.id, True, "Head of time", "Northlight Exchange", "None",
    )  # fmt: skip
    scene.answer(scene.ask("q2.0"), stated=None)
    assert len(scene.db.scalars(select(Statement)).all()) == 1


def test_whoever_does_not_agree_stops_the_approval(scene: Scene) -> None:
    scene.answer(scene.ask("q1.0"), stated=replace(STATED, is_agreed=False))
    assert found(scene) == [("consent", Level.BLOCK, "credits")]


def test_only_what_is_not_confirmed_is_asked_again(scene: Scene) -> None:
    shared = scene.ask(email="marit@example.org", days=3)
    with transaction(scene.db):
        token = sharing.give_token(scene.db, shared.link)
    scene.answer(replace(shared, token=token), Mark(Verdict.CORRECT), WRONG)
    change(scene, "error</em> bar", "error</em> margin")
    with transaction(scene.db):
        again = checking.ask_again(scene.db, scene.house.editor, scene.article, shared.link)
    assert [one.block_id for one in scene.checks(again)] == ["q1", "q2"]
    assert (again.link.email, (again.link.expires_at - again.link.made_at).days) == ("marit@example.org", 3)
    assert ("confirmed", Level.BLOCK, "q1") in found(scene), "until she has answered"
    with transaction(scene.db):
        token = sharing.give_token(scene.db, again.link)
    scene.answer(replace(again, token=token), stated=None)
    assert found(scene) == []
    newest, oldest = quotes.asked(scene.db, scene.article)
    assert [line.is_superseded for line in oldest.lines] == [True, True, False]
    with pytest.raises(Invalid, match="nothing to ask again"), transaction(scene.db):
        checking.ask_again(scene.db, scene.house.editor, scene.article, newest.link.link)


def test_checks_cost_one_query_and_only_where_somebody_is_interviewed(scene: Scene, queries: object) -> None:
    scene.answer(scene.ask())
    article = scene.article
    with queries.at_most(3):  # type: ignore[attr-defined]
        preflight.of_piece(scene.db, article)


def test_the_links_of_a_piece_know_what_they_are_for(scene: Scene) -> None:
    shared = scene.ask()
    [row] = scene.db.scalars(select(GalleyLink))
    assert (row.purpose.value, row.label, row.person_id, row.revision_id) == (
        "check", "Marit Oduya-Lind", scene.expert.id, scene.article.head_id,
    )  # fmt: skip
    assert shared.token not in row.token_hash
    assert scene.article.state is State.DRAFT


def test_a_second_check_that_was_closed_unanswered_takes_no_places(scene: Scene) -> None:
    scene.answer(scene.ask("q1.0"))
    second = scene.ask("q1.0")
    newest, oldest = quotes.asked(scene.db, scene.article)
    assert [line.is_superseded for line in (*newest.lines, *oldest.lines)] == [False, True]
    with transaction(scene.db):
        sharing.revoke_link(scene.db, scene.house.editor, scene.article, second.link)
    newest, oldest = quotes.asked(scene.db, scene.article)
    assert [line.is_superseded for line in (*newest.lines, *oldest.lines)] == [True, False], "the answered one speaks"
    assert found(scene) == []


def test_it_holds_on_both_databases(either: Services) -> None:
    with either.sessions() as db:
        scene = Scene(db, make_house(db))
        assert scene.answer(scene.ask(), Mark(Verdict.CORRECT), FIX) == 1
        [waiting] = suggestions.waiting(db, scene.article)
        with transaction(db):
            deciding.accept(db, scene.house.editor, scene.article, waiting)
        change(scene, "error</em> bar", "error</em> margin")
        assert standings(scene) == [Standing.CHANGED, Standing.CONFIRMED, Standing.CONFIRMED]
        assert found(scene) == [("confirmed", Level.BLOCK, "q1")]


def test_what_somebody_wants_changed_is_said_however_late_in_a_long_answer() -> None:
    long = "When to stop. " * 40
    check = QuoteCheck(words=f"{long}There was no list.", wording=f"{long}There was a list.")
    line = quotes.Line(check, Stands(Standing.WANTED), is_superseded=False)
    assert [(swap.old, swap.new) for swap in line.wanted] == [("no", "a")]
    assert line.changed == ()
    plain = quotes.Line(QuoteCheck(words="Yes.", wording=""), Stands(Standing.CONFIRMED), is_superseded=False)
    assert plain.wanted == ()
