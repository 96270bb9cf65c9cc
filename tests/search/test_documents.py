from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from cms.publication.models import Published
from cms.search import documents
from cms.search.documents import all_documents
from cms.search.index import Label
from cms.vocabulary import Kind
from tests.search.edition import edition, publish, show_series, withdraw


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Session]:
    with edition(tmp_path) as session:
        yield session


def test_a_document_holds_what_readers_look_for(db: Session) -> None:
    show_series(db, "Time in machines")
    publish(
        db, 1, "Clock drift", "A clock wanders.", dek="Perfect time is a luxury.", kicker="Timekeeping",
        kind=Kind.INTERVIEW, people=["Ilse Varnholt", "Ilse Varnholt"],
        experts=["Teodor Akande"], language="de-AT", series_id=1, series_part=1,
        contents=[{"id": "holdover", "title": "What drift costs", "level": 2}],
        topics=[{"id": 7, "slug": "quartz", "name": "Quartz"}],
    )  # fmt: skip
    (one,) = documents.documents(db, [1])
    assert (one.article_id, one.title, one.headings) == (1, "Clock drift", ("What drift costs",))
    assert one.body == "Timekeeping\nPerfect time is a luxury.\nA clock wanders."
    assert one.kind == Label("interview", "Interview")
    assert one.section == Label("systems", "Systems")
    assert one.people == (Label("ilse-varnholt", "Ilse Varnholt"), Label("teodor-akande", "Teodor Akande"))
    assert one.topics == (Label("quartz", "Quartz"),)
    assert (one.authors, one.experts) == (one.people[:1], one.people[1:])
    assert (one.series, one.language) == (Label("time-in-machines", "Time in machines"), "de")
    assert one.published_at.year == 2024


def test_the_whole_edition_comes_in_batches_and_nothing_else(db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "BATCH", 3)
    for number in range(1, 9):
        publish(db, number * 10, f"Piece {number}")
    withdraw(db, 40)
    assert [one.article_id for one in all_documents(db)] == [10, 20, 30, 50, 60, 70, 80]
    assert [one.article_id for one in documents.documents(db, [10, 40, 99])] == [10]


def test_reading_the_edition_leaves_the_callers_objects_alone(db: Session) -> None:
    publish(db, 1, "Clock drift")
    mine = db.get_one(Published, 1)
    mine.headline = "Not saved yet"
    assert [one.title for one in all_documents(db)] == ["Clock drift"]
    assert db.dirty
    assert mine.headline == "Not saved yet"


def test_a_fingerprint_follows_every_fact(db: Session) -> None:
    publish(db, 1, "Clock drift", people=["Ilse Varnholt"])
    before = next(all_documents(db)).fingerprint
    assert next(all_documents(db)).fingerprint == before
    publish(db, 1, "Clock drift", people=["Ilse Renamed"])
    assert next(all_documents(db)).fingerprint != before
