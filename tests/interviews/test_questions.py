"""What an interview is made from: the plan, the questions as they were sent, and what was said in the room."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid
from cms.interviews.questions import queries, rules, service
from tests.factories import House
from tests.interviews.scene import Scene

SAID = """Overscan: So. What is a second, for you?
Oduya-Lind: For me? Well. A promise, I would say, a promise with an error bar. You write the bar beside it.
Overscan: Right.
Oduya-Lind: And the error bar is the honest part of the promise, with your name on it.
Overscan: Whose second is it, then?
Oduya-Lind: Whoever pays for it owns it, that was always so, whoever pays owns."""


@pytest.fixture
def scene(db: Session, house: House) -> Scene:
    return Scene(db, house)


def put(scene: Scene, text: str = SAID) -> int:
    with transaction(scene.db):
        return service.put_transcript(scene.db, scene.house.writer, scene.article, text)


def rows(scene: Scene) -> list[queries.Condensed]:
    found = queries.transcript_of(scene.db, scene.house.editor, scene.article)
    return queries.condensed(scene.db, scene.article, queries.turns(found))


def tie(scene: Scene, **spans: tuple[int, int] | None) -> None:
    with transaction(scene.db):
        service.tie(scene.db, scene.house.editor, scene.article, spans)


def test_questions_stay_as_they_were_sent(scene: Scene) -> None:
    writer = scene.house.writer
    with pytest.raises(Invalid, match="no question to send"), transaction(scene.db):
        service.send(scene.db, writer, scene.article, to="Marit")
    with transaction(scene.db):
        service.plan(scene.db, writer, scene.article, " Why?\n\n How  so? ", "Not her\u202e age.", seen=0)
        service.send(scene.db, writer, scene.article, to="Marit", email="Marit@Example.org")
    with transaction(scene.db):
        service.plan(scene.db, writer, scene.article, "When?", "", seen=1)
    [sent] = queries.sent_of(scene.db, writer, scene.article)
    assert (sent.questions, sent.sent_to, sent.email) == (["Why?", "How so?"], "Marit", "marit@example.org")
    plan = queries.plan_of(scene.db, scene.house.editor, scene.article)
    assert plan is not None
    assert plan.questions == ["When?"]
    with pytest.raises(Conflict, match="Somebody changed the plan"), transaction(scene.db):
        service.plan(scene.db, writer, scene.article, "Who?", "", seen=1)
    with pytest.raises(Invalid, match="to whom"), transaction(scene.db):
        service.send(scene.db, writer, scene.article, to=" ")


@pytest.mark.parametrize("text", ["x" * 501, "\n".join("?" * 101)])
def test_a_plan_has_its_limits(text: str) -> None:
    with pytest.raises(Invalid):
        rules.questions(text)


def test_only_editors_read_the_transcript(scene: Scene) -> None:
    put(scene)
    for reader in (scene.house.writer, scene.house.other_editor, scene.house.admin):
        with pytest.raises(Forbidden):
            queries.transcript_of(scene.db, reader, scene.article)
        with pytest.raises(Forbidden), transaction(scene.db):
            service.tie(scene.db, reader, scene.article, {})
    for reader in (scene.house.editor, scene.house.chief):
        assert queries.transcript_of(scene.db, reader, scene.article) is not None
    with pytest.raises(Forbidden), transaction(scene.db):
        service.put_transcript(scene.db, scene.house.other_writer, scene.article, "Mine.")


def test_answers_find_what_they_seem_to_be_made_of_and_are_tied_by_a_person(scene: Scene) -> None:
    put(scene)
    proposed = {row.answer.block_id: (row.span, row.is_tied) for row in rows(scene)}
    assert proposed == {"q1": ((2, 4), False), "q2": ((6, 6), False), "q3": (None, False)}
    tie(scene, q1=(2, 2), q2=None)
    first, *_ = rows(scene)
    assert (first.span, first.is_tied, first.words, first.said, first.percent) == ((2, 2), True, 6, 21, 29)
    whole = queries.overall(rows(scene))
    assert whole is not None
    assert (whole.words, whole.said) == (6, 21)
    tie(scene, q1=None)
    assert queries.overall(rows(scene)) is None


@pytest.mark.parametrize("span", [(0, 1), (3, 2), (1, 7)])
def test_a_part_of_the_transcript_is_one(scene: Scene, span: tuple[int, int]) -> None:
    put(scene)
    with pytest.raises(Invalid, match="turns 1 to 6"):
        tie(scene, q1=span)
    with pytest.raises(Conflict, match="not in the text"):
        tie(scene, nowhere=(1, 1))


def test_ties_follow_a_mended_transcript(scene: Scene) -> None:
    put(scene)
    tie(scene, q1=(2, 3), q2=(6, 6))
    assert put(scene, "Overscan: Testing, testing.\n" + SAID.replace("always so", "never so")) == 1
    assert {row.answer.block_id: row.span for row in rows(scene) if row.is_tied} == {"q1": (3, 4)}
    assert put(scene, "Overscan: Testing, testing.\n" + SAID.replace("always so", "never so")) == 0


def test_turns_are_paragraphs_or_lines() -> None:
    assert rules.turns("A: one\nB: two") == ["A: one", "B: two"]
    assert rules.turns("A: one\nand on\n\nB: two") == ["A: one and on", "B: two"]
    with pytest.raises(Invalid, match="Paste what was said"):
        rules.transcript(" \n ")
