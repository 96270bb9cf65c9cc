"""What the command line publishes has a receipt of its own, and leaves pieces that are here alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.service import cutting
from cms.core import clock
from cms.core.db import transaction
from cms.publication.models import Published
from cms.vocabulary import Bench, State
from cms.workflow import ruling
from cms.workflow.models import Approval
from cms.workflow.rulebook import Asked, Rules, Stage
from tests.cli.conftest import Cms
from tests.factories import House, act, make_article
from tests.newsroom.editor import fresh


@pytest.mark.parametrize("is_whole", [True, False])
def test_an_import_publishes_nothing_in_the_place_of_an_approved_piece(
    db: Session, house: House, cms: Cms, tmp_path: Path, is_whole: bool
) -> None:
    """Nor in the place of one that only the first of its reviewers approved."""
    with transaction(db):
        stages = (Stage(), Stage(Asked(Bench.CHIEF)))[: 1 if is_whole else 2]
        ruling.set_rules(db, house.chief, Rules(stages))
    piece = make_article(db, house, State.IN_REVIEW)
    act(db, house.editor, piece, "approve")
    assert piece.state is (State.APPROVED if is_whole else State.IN_REVIEW)
    with transaction(db):  # as if a bug had changed the text behind the receipt's back
        article = articles.load(db, piece.id)
        assert article.head is not None
        unseen = replace(article.head.content(), headline="A text that nobody approved")
        cutting.cut(db, house.writer, article, unseen, number=99, note="", at=clock.now())
    folder = tmp_path / "come"
    folder.mkdir()
    (folder / f"{piece.slug}.md").write_text(
        f"---\ntitle: From elsewhere\nslug: {piece.slug}\ndate: 2020-01-01\nsection: Systems\n---\n\nWords.\n"
    )
    result = cms("content", "import-markdown", folder, "--publish", "--quiet")
    assert result.exit_code == 0, result.output
    live = fresh(db).scalars(select(Published)).all()
    assert [row.headline for row in live] == ["From elsewhere"]
    for row in live:
        assert row.article_id != piece.id
        signed = db.scalars(select(Approval.content_hash).where(Approval.article_id == row.article_id)).all()
        assert signed == [row.content_hash]
