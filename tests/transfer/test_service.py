"""Bringing pieces in: whole or not at all, never twice, with everybody and everything that belongs to them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article
from cms.core.errors import Invalid
from cms.media.models import Asset
from cms.people.models import Person
from cms.publication.models import Published, Redirect
from cms.transfer.service import MarkdownImport, Options, Outcome, Status
from cms.vocabulary import CreditRole, Kind, State
from cms.wiring import Services
from cms.workflow import service as workflow
from tests.conftest import Client
from tests.factories import House

PIECE = """---
title: The meter that lied politely
date: 2019-05-04
author: Ilse Varnholt
tags: [Measurement, Clocks]
category: Systems
aliases: [/old/meter]
description: A meter, and what it would not say.
---
The meter stood in the hall.

## What it said

Nothing, for eleven years.
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "meter.md").write_text(PIECE)
    return folder


@pytest.fixture
def bring(services: Services, house: House, source: Path) -> Callable[..., list[Outcome]]:
    def run(path: Path | None = None, **options: object) -> list[Outcome]:
        chosen = Options(**options)  # type: ignore[arg-type]
        return list(MarkdownImport(services.sessions, services.storage, path or source, chosen).run())

    return run


Bring = Callable[..., list[Outcome]]


def only(db: Session) -> Article:
    db.rollback()
    return articles.load(db, db.scalars(select(Article.id)).one())


def test_a_piece_comes_in_with_date_people_topics_section_and_old_address(
    db: Session, house: House, bring: Bring, reader: Client
) -> None:
    assert [outcome.status for outcome in bring(publish=True)] == [Status.NEW]
    article = only(db)
    row = db.get_one(Published, article.id)
    assert (row.headline, row.section_name, row.kind) == ("The meter that lied politely", "Systems", Kind.ARTICLE)
    assert f"{row.published_at:%Y-%m-%d}" == "2019-05-04"
    assert [line["name"] for line in row.bylines] == ["Ilse Varnholt"]
    assert {topic["name"] for topic in row.topics} == {"Measurement", "Clocks"}
    assert db.scalars(select(Redirect.path)).all() == ["old/meter"]
    assert db.scalar(select(func.count(Person.id)).where(Person.name == "Ilse Varnholt")) == 1
    answer = reader.get("/old/meter")
    assert (answer.status_code, answer.location) == (301, f"/articles/{row.slug}")


def test_its_publication_carries_a_receipt_that_says_where_it_came_from(db: Session, bring: Bring) -> None:
    bring(publish=True)
    receipt = workflow.receipt(db, only(db))
    assert receipt
    assert "Imported" in receipt.note


def test_without_publish_it_is_a_draft_that_keeps_its_date(db: Session, house: House, bring: Bring) -> None:
    bring()
    article = only(db)
    assert article.state is State.DRAFT
    assert db.get(Published, article.id) is None
    assert f"{article.first_published_at:%Y-%m-%d}" == "2019-05-04"


def test_a_draft_stays_a_draft_even_with_publish(db: Session, source: Path, bring: Bring) -> None:
    (source / "meter.md").write_text(PIECE.replace("title:", "draft: true\ntitle:"))
    bring(publish=True)
    assert only(db).state is State.DRAFT


def test_running_again_doubles_nothing(db: Session, source: Path, bring: Bring) -> None:
    bring(publish=True)
    assert [outcome.status for outcome in bring(publish=True)] == [Status.KNOWN]
    (source / "copy.md").write_text(PIECE)
    assert {outcome.status for outcome in bring(publish=True)} == {Status.KNOWN}
    assert only(db)


def test_a_file_that_changed_later_leaves_the_piece_as_it_is(db: Session, source: Path, bring: Bring) -> None:
    bring(publish=True)
    (source / "meter.md").write_text(PIECE + "\nAn afterthought.\n")
    outcome = bring(publish=True)[0]
    assert outcome.status is Status.KNOWN
    assert "changed" in outcome.said[0]
    head = only(db).head
    assert head
    assert "afterthought" not in head.body


def test_a_run_that_was_stopped_goes_on_where_it_stood(
    db: Session, services: Services, house: House, source: Path
) -> None:
    for number in range(6):
        (source / f"piece-{number}.md").write_text(PIECE.replace("politely", f"politely {number}"))
    first = MarkdownImport(services.sessions, services.storage, source, Options()).run()
    assert [next(first).status for _ in range(3)] == [Status.NEW] * 3
    first.close()
    rest = list(MarkdownImport(services.sessions, services.storage, source, Options()).run())
    assert [outcome.status for outcome in rest].count(Status.NEW) == 4
    assert db.scalar(select(func.count(Article.id))) == 7


def test_a_dry_run_changes_nothing(db: Session, bring: Bring) -> None:
    assert bring(dry_run=True)[0].status is Status.NEW
    assert db.scalar(select(func.count(Article.id))) == 0


def test_what_cannot_be_read_is_refused_with_a_reason_and_stops_nobody(db: Session, source: Path, bring: Bring) -> None:
    (source / "bad.md").write_text("---\ntitle: !!python/object/apply:os.system ['true']\n---\nBody")
    (source / "empty.md").write_text("")
    (source / "binary.md").write_bytes(bytes(range(256)) * 40)
    found = {outcome.source: outcome for outcome in bring()}
    assert found["meter.md"].status is Status.NEW
    for name in ("bad.md", "empty.md"):
        assert found[name].status is Status.REFUSED
        assert found[name].said[0].endswith(".")


def test_a_huge_file_is_refused_before_it_is_read(source: Path, bring: Bring) -> None:
    with (source / "huge.md").open("wb") as file:
        file.truncate(21_000_000)
    outcome = next(outcome for outcome in bring() if outcome.source == "huge.md")
    assert outcome.status is Status.REFUSED
    assert "MB" in outcome.said[0]


def test_a_text_longer_than_a_piece_can_be_is_refused(source: Path, bring: Bring) -> None:
    (source / "long.md").write_text("---\ntitle: Long\n---\n" + "word " * 300_000)
    outcome = next(outcome for outcome in bring() if outcome.source == "long.md")
    assert outcome.status is Status.REFUSED
    assert "1,000,000" in outcome.said[0]


def test_an_unknown_section_is_a_sentence_that_names_the_known_ones(bring: Bring) -> None:
    with pytest.raises(Invalid, match=r"no section 'Nope'.*Practice, Systems|no section 'Nope'.*Systems, Practice"):
        bring(section="Nope")


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path, source: Path, bring: Bring) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(PIECE.replace("polite", "secret"))
    (source / "link.md").symlink_to(secret)
    assert [outcome.source for outcome in bring()] == ["meter.md"]


def _picture(path: Path) -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(out, "JPEG")
    path.write_bytes(out.getvalue())


def test_pictures_of_a_bundle_come_along(db: Session, services: Services, source: Path, bring: Bring) -> None:
    (source / "meter.md").unlink()
    bundle = source / "meter"
    bundle.mkdir()
    _picture(bundle / "hall.jpg")
    text = PIECE.replace("title:", "image: hall.jpg\nimage_alt: The hall\ntitle:")
    (bundle / "index.md").write_text(text + "\n![The hall by day](hall.jpg)\n\n![Gone](gone.jpg)\n")
    outcome = bring(publish=True)[0]
    row = db.get_one(Published, only(db).id)
    assert row.hero["alt"] == "The hall"
    assert row.hero["width"] == 640
    assert 'alt="The hall by day"' in row.body_html
    assert f'src="{row.hero["src"]}"' in row.body_html
    assert db.scalar(select(func.count(Asset.id))) == 1
    assert any("gone.jpg" in said for said in outcome.said)
    assert services.storage.read(row.hero["src"].removeprefix("/media/"))


def test_an_interview_comes_in_with_its_roles(db: Session, source: Path, bring: Bring) -> None:
    (source / "meter.md").write_text(
        "---\ntitle: Counting very carefully\nauthor: Ilse Varnholt\ninterviewee: Marit Oduya-Lind\n"
        "category: Systems\n---\n"
        "We met in a cellar.\n\n"
        + "\n\n".join(f"**Ilse:** Question {n}, please?\n\n**Marit:** Answer {n}, slowly." for n in range(6))
    )
    bring(publish=True)
    row = db.get_one(Published, only(db).id)
    assert row.kind is Kind.INTERVIEW
    roles = {line["name"]: line["role"] for line in row.bylines}
    assert roles == {"Ilse Varnholt": CreditRole.INTERVIEWER, "Marit Oduya-Lind": CreditRole.INTERVIEWEE}
    assert row.body_html.count('class="qa') >= 6


def test_what_is_too_long_for_a_field_is_cut_and_said(db: Session, source: Path, bring: Bring) -> None:
    (source / "meter.md").write_text(PIECE.replace("A meter, and what it would not say.", "A long story. " * 60))
    outcome = bring()[0]
    assert outcome.status is Status.NEW
    assert any("was cut to" in said for said in outcome.said)
    head = only(db).head
    assert head
    assert len(head.dek) <= 400
