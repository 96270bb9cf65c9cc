"""The library: one picture once, words about it, and no deletion while anything shows it."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cms.articles import service as texts
from cms.articles.models import WorkingCopy
from cms.core import clock
from cms.core.db import Base, transaction
from cms.core.errors import Conflict, Forbidden, Invalid, NotFound
from cms.core.events import Event, deliver_due
from cms.interviews import service as interviews
from cms.media import images, queries, service
from cms.media.models import Asset
from cms.policy import READER, SYSTEM
from cms.publication.models import Published
from cms.wiring import Services
from tests.conftest import Frozen
from tests.factories import BODY, House, make_article, make_live, make_person, typed
from tests.media.drawings import photo


def make_asset(services: Services, db: Session, house: House, *, width: int = 60, **words: str) -> Asset:
    prepared = images.prepare(io.BytesIO(photo(width, 40)), "harbour.jpg", services.storage, limit=10**7)
    with transaction(db):
        return service.add(db, house.writer, prepared, **words)


def names(db: Session) -> list[str]:
    return list(db.scalars(select(Event.name).where(Event.name.startswith("asset.")).order_by(Event.id)))


def figure(asset: Asset) -> str:
    key = asset.renditions[-1]["key"]
    return f'<figure data-id="f1"><img src="/media/{key}" alt="A" data-asset="{asset.id}"></figure>'


def test_a_picture_is_added_with_what_is_said_about_it(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house, alt=" The\nharbour ", caption="At dawn", credit="Ilse")
    assert (asset.alt, asset.caption, asset.credit) == ("The harbour", "At dawn", "Ilse")
    assert asset.uploaded_by_id == house.writer.id
    assert names(db) == ["asset.added"]
    assert services.storage.read(asset.original_key)


def test_the_same_file_is_one_picture(services: Services, db: Session, house: House) -> None:
    first = make_asset(services, db, house, alt="The harbour")
    before = sorted(services.storage.keys())
    second = make_asset(services, db, house, alt="Something else")
    assert second is first
    assert second.alt == "The harbour"
    assert sorted(services.storage.keys()) == before, "the second copy's files are gone"
    assert names(db) == ["asset.added"]


def test_a_deleted_picture_can_come_again(services: Services, db: Session, house: House) -> None:
    first = make_asset(services, db, house)
    with transaction(db):
        service.delete(db, house.writer, first)
    assert make_asset(services, db, house).id != first.id


def test_readers_and_administrators_add_nothing(services: Services, db: Session, house: House) -> None:
    prepared = images.prepare(io.BytesIO(photo()), "a.jpg", services.storage, limit=10**7)
    for actor in (READER, house.admin):
        with pytest.raises(Forbidden), transaction(db):
            service.add(db, actor, prepared)


def test_whoever_added_it_and_every_editor_may_describe_it(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house)
    with pytest.raises(Forbidden), transaction(db):
        service.describe(db, house.other_writer, asset, alt="x", caption="", credit="", seen=asset.version)
    for actor in (house.writer, house.other_editor, house.chief):
        with transaction(db):
            service.describe(db, actor, asset, alt=actor.name, caption="", credit="", seen=asset.version)
    assert asset.alt == house.chief.name
    assert names(db) == ["asset.added", *["asset.changed"] * 3]


def test_saying_the_same_again_is_no_change(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house, alt="The harbour")
    with transaction(db):
        service.describe(db, house.writer, asset, alt="The harbour", caption="", credit="", seen=asset.version)
    assert names(db) == ["asset.added"]


def test_the_point_that_no_crop_may_lose_lies_inside(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house)
    with transaction(db):
        service.describe(db, house.writer, asset, alt="A", caption="", credit="", rights="Own work", focus=(0, 100))
    with transaction(db):
        service.describe(db, house.writer, asset, alt="B", caption="", credit="")
    assert (asset.rights, asset.focal_x, asset.focal_y) == ("Own work", 0, 100)
    for focus in ((-1, 50), (50, 101)):
        with pytest.raises(Invalid) as caught, transaction(db):
            service.describe(db, house.writer, asset, alt="C", caption="", credit="", focus=focus)
        assert caught.value.field == ("focal_x" if focus[0] < 0 else "focal_y")


def test_a_stale_description_overwrites_nothing(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house)
    seen = asset.version
    with transaction(db):
        service.describe(db, house.editor, asset, alt="The editor's words", caption="", credit="", seen=seen)
    with pytest.raises(Conflict), transaction(db):
        service.describe(db, house.writer, asset, alt="Mine", caption="", credit="", seen=seen)
    assert db.get_one(Asset, asset.id, populate_existing=True).alt == "The editor's words"


@pytest.mark.parametrize("field", ["alt", "caption", "credit"])
def test_words_have_a_length(services: Services, db: Session, house: House, field: str) -> None:
    asset = make_asset(services, db, house)
    words = {"alt": "", "caption": "", "credit": "", field: "x" * 700}
    with pytest.raises(Invalid) as caught, transaction(db):
        service.describe(db, house.writer, asset, **words)
    assert caught.value.field == field


def test_live_pieces_show_the_new_words(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house, caption="Old")
    piece = make_live(db, house, hero_id=asset.id, hero_alt="A harbour")
    with transaction(db):
        service.describe(db, house.writer, asset, alt="", caption="New", credit="", seen=asset.version)
    deliver_due(services.sessions, services.reactions)
    assert db.get_one(Published, piece.id, populate_existing=True).hero["caption"] == "New"


def test_a_picture_in_use_is_not_deleted_and_the_sentence_says_where(
    services: Services, db: Session, house: House
) -> None:
    asset = make_asset(services, db, house)
    piece = make_live(db, house, hero_id=asset.id, hero_alt="A harbour")
    draft = make_article(db, house, body=BODY + figure(asset))
    person = make_person(db, "Marit", portrait_id=asset.id)
    with transaction(db):
        series = interviews.add_series(db, SYSTEM, title="Time", cover_id=asset.id)
    uses = queries.where_used(db, asset)
    assert uses.article_ids == {piece.id, draft.id}
    assert uses.live_ids == {piece.id}
    assert (uses.person_ids, uses.series_ids) == ({person.id}, {series.id})
    said = r"in 2 pieces \(1 live\), as a portrait of 1 person, as the cover of 1 series"
    with pytest.raises(Invalid, match=said), transaction(db):
        service.delete(db, house.chief, asset)
    assert queries.get(db, asset.id)


def test_older_revisions_count_since_they_may_come_back(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house)
    draft = make_article(db, house, hero_id=asset.id)
    assert draft.head
    with transaction(db):
        texts.save_draft(db, house.writer, draft, replace(draft.head.content(), hero_id=None), seen=draft.head.id)
    assert queries.where_used(db, asset).article_ids == {draft.id}


def test_a_text_kept_beside_a_piece_counts(services: Services, db: Session, house: House) -> None:
    asset, other = make_asset(services, db, house), make_asset(services, db, house, width=61)
    draft = make_article(db, house)
    assert draft.head
    for changed in ({"hero_id": asset.id}, {"body": BODY + figure(asset)}):
        with transaction(db):
            kept = typed(replace(draft.head.content(), **changed))
            texts.keep_aside(db, house.writer, draft, kept, base=draft.head.id)
        assert queries.where_used(db, asset).article_ids == {draft.id}
        assert not queries.where_used(db, other)


def test_a_text_kept_as_its_form_has_it_counts(services: Services, db: Session, house: House) -> None:
    asset, other = make_asset(services, db, house), make_asset(services, db, house, width=61)
    draft = make_article(db, house)
    for content in ({"hero_id": str(asset.id), "dek": ""}, {"hero_id": asset.id}, {"body": BODY + figure(asset)}):
        with transaction(db):
            db.execute(delete(WorkingCopy))
            db.add(WorkingCopy(article_id=draft.id, user_id=house.writer.id, content=content, kept_at=clock.now()))
        assert queries.where_used(db, asset).article_ids == {draft.id}
        assert queries.unused(db) == {other.id}
    assert not queries.where_used(db, other)


def test_a_body_that_names_no_number_is_known_by_its_file(services: Services, db: Session, house: House) -> None:
    asset, other = make_asset(services, db, house), make_asset(services, db, house, width=61)
    key = asset.renditions[0]["key"]
    draft = make_article(db, house, body=f'{BODY}<figure><img src="/media/{key}" alt="A"></figure>')
    assert queries.where_used(db, asset).article_ids == {draft.id}
    assert queries.unused(db) == {other.id}


def test_number_one_is_not_number_eleven(services: Services, db: Session, house: House) -> None:
    assets = [make_asset(services, db, house, width=50 + n) for n in range(12)]
    make_article(
        db, house, body=BODY + figure(assets[10]).replace(assets[10].renditions[0]["key"], "renditions/x.webp")
    )
    assert [a.id for a in assets if queries.where_used(db, a)] == [assets[10].id]


def test_every_table_that_points_at_pictures_is_looked_at() -> None:
    asked = {("revision", "hero_id"), ("person", "portrait_id"), ("series", "cover_id")}
    found = {
        (table.name, key.parent.name)
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is Asset.__table__
    }
    assert found == asked, "teach media.queries.where_used about the new one"


def test_an_unused_picture_is_deleted_and_its_files_follow(services: Services, db: Session, house: House) -> None:
    asset, kept = make_asset(services, db, house), make_asset(services, db, house, width=70)
    with pytest.raises(Forbidden), transaction(db):
        service.delete(db, house.other_writer, asset)
    with transaction(db):
        service.delete(db, house.writer, asset)
    with pytest.raises(NotFound):
        queries.get(db, asset.id)
    assert list(db.scalars(queries.library())) == [kept]
    assert service.sweep_orphans(services.storage, db) == 2
    assert sorted(services.storage.keys()) == sorted([kept.original_key, kept.renditions[0]["key"]])
    assert service.sweep_orphans(services.storage, db) == 0


def test_the_sweep_leaves_what_is_just_being_sent(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    prepared = images.prepare(io.BytesIO(photo()), "a.jpg", services.storage, limit=10**7)
    services.storage.put("elsewhere/readme.txt", b"not ours")
    for key in list(services.storage.keys()):
        os.utime(services.storage.path(key), (frozen.at.timestamp(), frozen.at.timestamp()))
    frozen.at += timedelta(hours=23)
    assert service.sweep_orphans(services.storage, db) == 0
    frozen.at += timedelta(hours=2)
    assert service.sweep_orphans(services.storage, db) == 1 + len(prepared.renditions)
    assert list(services.storage.keys()) == ["elsewhere/readme.txt"]


def test_the_library_is_searched_and_narrowed(services: Services, db: Session, house: House) -> None:
    quay = make_asset(services, db, house, alt="A quay", credit="Marit")
    crane = make_asset(services, db, house, width=71, caption="The 100% crane")
    assert [a.id for a in db.scalars(queries.library("QUAY marit"))] == [quay.id]
    assert [a.id for a in db.scalars(queries.library("crane"))] == [crane.id]
    assert [a.id for a in db.scalars(queries.library("harbour.jpg"))] == [crane.id, quay.id]
    assert [a.id for a in db.scalars(queries.library(lacks="alt"))] == [crane.id]
    assert [a.id for a in db.scalars(queries.library(lacks="credit"))] == [crane.id]
    assert [a.id for a in db.scalars(queries.library(lacks="deleted_at"))] == [crane.id, quay.id]
    assert db.scalars(queries.library(uploaded_by_id=house.editor.id)).all() == []
