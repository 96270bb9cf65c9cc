"""The worker asks the index about pieces that wait for it, and what readers are offered follows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cms.core.db import transaction
from cms.publication import explore
from cms.publication.models import Published
from cms.wiring import Services
from cms.worker import spare_time, turn
from tests.factories import House, make_live
from tests.search.test_likeness import CLOCKS, ENGINE


def settle(services: Services, db: Session) -> None:
    while turn(services) or spare_time(services):
        pass
    db.rollback()
    db.expire_all()


def test_the_worker_finds_what_is_alike_after_publishing(services: Services, db: Session, house: House) -> None:
    for number in range(6):
        make_live(db, house, headline=f"Weather {number}", dek=ENGINE, body=f"<p>{ENGINE}</p>")
    old = make_live(db, house, headline="Holdover", body=f"<p>{CLOCKS}</p>", section_id=house.other_section.id)
    settle(services, db)
    new = make_live(db, house, headline="Smearing", body=f"<p>{CLOCKS}</p>")
    assert old.id not in {one.article_id for one in explore.alike(db, new.id)}, "publishing waits for no index"
    settle(services, db)
    for this, other in ((new, old), (old, new)):
        slot = db.get_one(Published, this.id).related[0]
        assert (slot["article_id"], slot["why"]) == (other.id, "similar")
        assert slot["about"]
    assert explore.to_compare(db, 10) == {}


def test_without_an_index_pieces_wait(services: Services, db: Session, house: House) -> None:
    piece = make_live(db, house)
    assert not services.search.likenesses.wanted(db)
    assert list(explore.to_compare(db, 10)) == [piece.id]
    services.search.rebuild(db)
    assert services.search.likenesses.wanted(db)
    with transaction(db):
        explore.note_likeness(db, {piece.id: []}, explore.to_compare(db, 1))
    assert not services.search.likenesses.wanted(db)
