"""What the worker makes of a picture in its spare time, and what becomes of one whose file is replaced."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article
from cms.core.db import transaction
from cms.core.errors import Conflict, Forbidden, Invalid
from cms.core.events import Event
from cms.core.storage import LocalStorage
from cms.interviews import service as interviews
from cms.media import decode, images, queries, service
from cms.media.models import Asset
from cms.policy import SYSTEM
from cms.publication import service as publication
from cms.publication.models import Published, PublishedPerson, PublishedSeries
from cms.wiring import Services
from cms.worker import spare_time, turn
from tests.conftest import Client, Frozen
from tests.factories import BODY, House, make_article, make_house, make_live, make_person
from tests.media.drawings import drawing, encoded, photo, with_secrets

LIMIT = 10_000_000
AVIF, WEBP, JPEG, PNG = "image/avif", "image/webp", "image/jpeg", "image/png"


def prepared(services: Services, content: bytes) -> images.Prepared:
    return images.prepare(io.BytesIO(content), "harbour.jpg", services.storage, limit=LIMIT)


def make_asset(services: Services, db: Session, house: House, content: bytes = b"", **words: str) -> Asset:
    with transaction(db):
        return service.add(db, house.writer, prepared(services, content or photo(600, 300)), **words)


def develop(services: Services, db: Session) -> None:
    """Let the worker do everything that is due, and everything that can wait."""
    while turn(services) or spare_time(services):
        pass
    db.rollback()
    db.expire_all()


def settle(services: Services, db: Session) -> None:
    """Let the worker do what is due, and no more."""
    while turn(services):
        pass
    db.rollback()
    db.expire_all()


def put(services: Services, db: Session, asset: Asset, content: bytes) -> None:
    with transaction(db):
        service.replace(db, SYSTEM, queries.get(db, asset.id), prepared(services, content))


def kinds(asset: Asset) -> list[tuple[int, str]]:
    return [(one["width"], one["type"]) for one in asset.renditions]


def figure(asset: Asset) -> str:
    shown = queries.picture(asset)
    return f'<figure data-id="f1"><img src="{shown["src"]}" alt="A quay" data-asset="{asset.id}"></figure>'


def keys(asset: Asset) -> set[str]:
    return {one["key"] for one in asset.renditions}


def names(db: Session) -> list[str]:
    return list(db.scalars(select(Event.name).where(Event.name.startswith("asset.")).order_by(Event.id)))


def test_a_photograph_gets_a_smaller_form_and_one_for_everybody_in_each_width(
    services: Services, db: Session, house: House
) -> None:
    asset = make_asset(services, db, house)
    assert kinds(asset) == [(320, WEBP), (600, WEBP)]
    before = keys(asset)
    develop(services, db)
    asset = queries.get(db, asset.id)
    assert kinds(asset) == [(320, WEBP), (320, AVIF), (320, JPEG), (600, WEBP), (600, AVIF), (600, JPEG)]
    assert before < keys(asset)
    for one in asset.renditions:
        found = Image.open(io.BytesIO(services.storage.read(one["key"])))
        assert (found.format, found.size) == (one["type"].removeprefix("image/").upper(), (one["width"], one["height"]))
    sizes = {kind: len(services.storage.read(asset.renditions[n]["key"])) for n, kind in ((3, WEBP), (4, AVIF))}
    assert sizes[AVIF] < sizes[WEBP]
    assert asset.rendered_at
    assert names(db) == ["asset.added", "asset.rendered"]


def test_what_is_done_is_not_done_again(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house)
    develop(services, db)
    before = keys(queries.get(db, asset.id)), sorted(services.storage.keys())
    assert not service.wants_developing(db)
    service.develop_next(services.storage, services.sessions)
    develop(services, db)
    assert (keys(queries.get(db, asset.id)), sorted(services.storage.keys())) == before


def test_line_art_is_for_everybody_as_it_is(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house, encoded(drawing(300, 200), "PNG"))
    develop(services, db)
    found = kinds(queries.get(db, asset.id))
    assert found[-1] == (300, PNG)
    assert (300, JPEG) not in found


def test_what_is_transparent_stays_so(services: Services, db: Session, house: House) -> None:
    clear = Image.open(io.BytesIO(photo(300, 200))).convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize((300, 200)))
    asset = make_asset(services, db, house, encoded(clear, "PNG"))
    develop(services, db)
    asset = queries.get(db, asset.id)
    assert (300, PNG) in kinds(asset)
    assert not any(kind == JPEG for _, kind in kinds(asset))
    for one in asset.renditions:
        found = Image.open(io.BytesIO(services.storage.read(one["key"]))).convert("RGBA")
        assert found.getpixel((150, 2))[3] < 40  # type: ignore[index]
        assert found.getpixel((150, 197))[3] > 200  # type: ignore[index]


def test_no_notes_of_the_camera_are_in_any_of_them(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house, with_secrets(6))
    develop(services, db)
    found = queries.get(db, asset.id)
    assert {kind for _, kind in kinds(found)} >= {WEBP, JPEG}
    for one in found.renditions:
        content = services.storage.read(one["key"])
        picture = Image.open(io.BytesIO(content))
        assert not any(secret in content for secret in (b"SECRET", b"Exif", b"xmpmeta", b"ICC_PROFILE"))
        assert not picture.getexif()
        assert picture.height > picture.width, "the camera was held sideways"


def test_avif_stays_away_where_it_saves_nothing(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house, encoded(Image.new("RGB", (40, 30), "teal"), "JPEG"))
    develop(services, db)
    assert {kind for _, kind in kinds(queries.get(db, asset.id))} == {WEBP, JPEG}


def test_a_small_avif_is_as_light_as_its_kind_allows() -> None:
    """A drawing of fine lines would be thrice as heavy as a photograph; what is light already keeps its quality."""

    def quality(content: bytes, picture: Image.Image) -> int:
        return next(
            q for q in decode.DENSE if decode.encoded(picture, "AVIF", **decode.AVIF | {"quality": q}) == content
        )

    calm = Image.linear_gradient("L").resize((320, 200)).convert("RGB")
    noise = Image.effect_noise((320, 200), 90).convert("RGB")
    assert quality(decode.dense(calm), calm) == decode.DENSE[0]
    assert quality(decode.dense(noise), noise) == decode.DENSE[-1]
    grain = Image.effect_noise((768, 512), 60).filter(ImageFilter.GaussianBlur(1.5)).convert("RGB")
    assert len(decode.encoded(grain, "AVIF", **decode.AVIF | {"quality": 40})) * 8 < decode.DENSE_BITS * 768 * 512
    assert 0.8 * decode.DENSE_BYTES < len(decode.dense(grain)) <= decode.DENSE_BYTES, "it comes in the first flight"


def test_a_telephone_is_offered_none_that_is_wider_than_it_can_show(
    services: Services, db: Session, house: House
) -> None:
    asset = make_asset(services, db, house, photo(1000, 500))
    develop(services, db)
    asset = queries.get(db, asset.id)
    narrow, whole = queries.picture(asset)["sources"][:2]
    assert (narrow["type"], narrow["media"], whole["type"]) == (AVIF, "(width < 48rem)", AVIF)
    assert [part.split()[1] for part in narrow["srcset"].split(", ")] == ["320w", "768w"]
    assert [part.split()[1] for part in whole["srcset"].split(", ")] == ["320w", "768w", "1000w"]
    assert "media" not in whole
    small = make_asset(services, db, house, photo(600, 300))
    develop(services, db)
    assert all("media" not in source for source in queries.picture(queries.get(db, small.id))["sources"])


def test_without_an_encoder_the_rest_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = Image.open(io.BytesIO(photo(60, 40))).convert("RGB")
    assert [kind for kind, _ in decode.rest(picture)] == ["avif", "jpeg"]
    monkeypatch.setattr(decode.features, "check", lambda name: False)
    assert [kind for kind, _ in decode.rest(picture)] == ["jpeg"]


def test_the_newest_comes_first_and_one_that_is_gone_holds_up_nobody(
    services: Services, db: Session, house: House
) -> None:
    old, lost = make_asset(services, db, house), make_asset(services, db, house, photo(60))
    services.storage.delete(lost.original_key)
    service.develop_next(services.storage, services.sessions)
    db.expire_all()
    assert queries.get(db, lost.id).rendered_at
    assert kinds(queries.get(db, lost.id)) == [(60, WEBP)]
    db.rollback()
    assert not queries.get(db, old.id).rendered_at
    develop(services, db)
    assert len(kinds(queries.get(db, old.id))) == 6


class _Interrupted(LocalStorage):
    """A storage that does something, once, after so many files."""

    def __init__(self, root: Path, after: int, happens: object) -> None:
        super().__init__(root)
        self.after, self.happens = after, happens

    def put(self, key: str, data: bytes) -> None:
        super().put(key, data)
        self.after -= 1
        if self.after == 0:
            self.happens()  # type: ignore[operator]


def test_a_worker_that_dies_half_way_leaves_the_picture_as_it_was(
    services: Services, db: Session, house: House
) -> None:
    asset = make_asset(services, db, house)
    before = sorted(services.storage.keys())

    def full() -> None:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        service.develop_next(_Interrupted(services.storage.root, 3, full), services.sessions)
    assert sorted(services.storage.keys()) == before
    assert service.wants_developing(db)
    develop(services, db)
    assert len(kinds(queries.get(db, asset.id))) == 6


def test_a_worker_that_is_killed_leaves_files_that_the_sweep_finds(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    asset = make_asset(services, db, house)
    left = images.develop(asset.original_key, asset.renditions, services.storage)
    develop(services, db)
    for key in list(services.storage.keys()):
        os.utime(services.storage.path(key), (frozen.at.timestamp(), frozen.at.timestamp()))
    frozen.forward(days=2)
    assert service.sweep_orphans(services.storage, db) == len(left)
    asset = queries.get(db, asset.id)
    assert set(services.storage.keys()) == {asset.original_key, *keys(asset)}


def test_a_picture_that_is_replaced_meanwhile_keeps_nothing_of_the_old(
    services: Services, db: Session, house: House
) -> None:
    asset = make_asset(services, db, house)

    def swap() -> None:
        put(services, db, asset, photo(300, 200))

    service.develop_next(_Interrupted(services.storage.root, 2, swap), services.sessions)
    db.rollback()
    found = queries.get(db, asset.id)
    assert kinds(found) == [(300, WEBP)]
    assert set(services.storage.keys()) >= {found.original_key, *keys(found), *found.former_keys}
    assert len(list(services.storage.keys())) == 5, "two originals, two old renditions, one new"


def test_whoever_describes_a_picture_is_not_disturbed(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house)
    seen = asset.version
    develop(services, db)
    with transaction(db):
        found = queries.get(db, asset.id)
        service.describe(db, house.writer, found, alt="The quay", caption="", credit="", seen=seen)
    assert len(kinds(queries.get(db, asset.id))) == 6


def test_developing_is_the_same_on_either_database(either: Services) -> None:
    from_file = io.BytesIO(photo(60))
    with either.sessions() as db:
        house = make_house(db)
        with transaction(db):
            made = images.prepare(from_file, "a.jpg", either.storage, limit=LIMIT)
            asset = service.add(db, SYSTEM, made, alt="A quay")
        make_article(db, house, body=figure(asset))
        assert service.wants_developing(db)
        service.develop_next(either.storage, either.sessions)
        db.rollback()
        assert not service.wants_developing(db)
        db.expire_all()
        assert queries.unused(db) == set()
        assert queries.named_keys(db) == {made.renditions[0]["key"]}
        shelf = queries.shelves(db)[0]
        assert (shelf.by, shelf.year, shelf.month, shelf.number) == (
            "",
            asset.created_at.year,
            asset.created_at.month,
            1,
        )
        with transaction(db):
            service.replace(db, SYSTEM, asset, images.prepare(io.BytesIO(photo(70)), "b", either.storage, limit=LIMIT))
        assert service.sweep_orphans(either.storage, db) == 0
        assert queries.where_used(db, asset).article_ids


# --- replacing


def scene(services: Services, db: Session, house: House) -> tuple[Asset, Article, Article]:
    """A picture at the head and in the text of a live piece, in a draft, and as a portrait and a cover."""
    asset = make_asset(services, db, house, alt="The quay", credit="Ilse")
    live = make_live(db, house, hero_id=asset.id, hero_alt="A quay", body=BODY + figure(asset))
    draft = make_article(db, house, hero_id=asset.id, body=BODY + figure(asset))
    with transaction(db):
        person = db.merge(house.author)
        person.portrait_id = asset.id
        series = interviews.add_series(db, SYSTEM, title="Time", cover_id=asset.id)
        interviews.place(db, SYSTEM, series, live.id, part=1)
    settle(services, db)
    return queries.get(db, asset.id), articles.load(db, live.id), articles.load(db, draft.id)


def test_everything_live_shows_the_new_file_soon_after(
    services: Services, db: Session, house: House, reader: Client
) -> None:
    asset, live, _ = scene(services, db, house)
    old, revision = keys(asset), live.head_id
    put(services, db, asset, photo(500, 400))
    assert names(db)[-1] == "asset.replaced"
    develop(services, db)
    asset = queries.get(db, asset.id)
    row = db.get_one(Published, live.id)
    shown = queries.picture(asset)
    assert (row.hero["src"], row.hero["alt"], row.hero["credit"]) == (shown["src"], "A quay", "Ilse")
    assert row.bylines[0]["portrait"]["src"] == shown["src"]
    assert db.scalars(select(PublishedSeries)).one().cover["src"] == shown["src"]
    assert db.get_one(PublishedPerson, house.author.id).portrait["src"] == shown["src"]
    image = row.body_html.partition("<img ")[2].partition(">")[0]
    assert all(f'{name}="{shown[name]}"' in image for name in ("src", "srcset", "width", "height"))
    assert 'alt="A quay"' in image
    assert not any(key in row.body_html for key in old)
    assert row.revision_id == revision, "no text was touched"
    page = reader.get(f"/articles/{row.slug}").get_data(as_text=True)
    assert not any(key in page for key in old)
    for key in keys(asset):
        assert key in page
        assert reader.get(f"/media/{key}").status_code == 200


def test_texts_from_before_are_whole_and_their_galleys_show_the_new_file(
    services: Services, db: Session, house: House, reader: Client
) -> None:
    asset, live, draft = scene(services, db, house)
    old_body = live.head.body if live.head else ""
    former = keys(asset)
    put(services, db, asset, photo(500, 400))
    with transaction(db):
        found = articles.load(db, draft.id)
        assert found.head
        texts.save_draft(
            db, house.writer, found, replace(found.head.content(), dek="Another standfirst."), seen=found.head.id
        )
    settle(services, db)
    asset = queries.get(db, asset.id)
    assert set(asset.former_keys) == former
    for number in (1, 2):
        revision = articles.revision(db, articles.load(db, draft.id), number)
        assert asset.renditions[0]["key"] in publication.preview(db, revision).body_html
        assert not any(key in publication.preview(db, revision).body_html for key in former)
    # What was stored still names the old file, and a browser that has the old page open asks for it.
    assert any(key in old_body for key in former)
    assert all(reader.get(f"/media/{key}").status_code == 200 for key in former)
    assert queries.where_used(db, asset).article_ids == {live.id, draft.id}


def test_old_files_go_when_no_text_names_them_any_more(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    asset = make_asset(services, db, house)
    make_article(db, house, body=BODY + figure(asset))
    named = keys(asset) & queries.named_keys(db)
    asset = queries.get(db, asset.id)
    other, original = keys(asset) - named, asset.original_key
    put(services, db, asset, photo(300, 200))
    develop(services, db)
    for key in list(services.storage.keys()):
        os.utime(services.storage.path(key), (frozen.at.timestamp(), frozen.at.timestamp()))
    assert service.sweep_orphans(services.storage, db) == 0, "a page that is open somewhere may still ask for them"
    frozen.forward(days=2)
    service.sweep_orphans(services.storage, db)
    there = set(services.storage.keys())
    assert named
    assert named <= there
    assert not there & {*other, original}
    asset = queries.get(db, asset.id)
    assert there == {asset.original_key, *keys(asset), *named}


def test_the_words_stay_and_the_focus_where_the_shape_is_the_same(
    services: Services, db: Session, house: House
) -> None:
    asset = make_asset(services, db, house, photo(600, 400), alt="The quay", rights="Own work")
    with transaction(db):
        service.describe(db, house.writer, asset, alt="The quay", caption="C", credit="Ilse", focus=(20, 80))
    put(services, db, asset, photo(300, 200))
    found = queries.get(db, asset.id)
    assert (found.alt, found.caption, found.credit, found.rights) == ("The quay", "C", "Ilse", "Own work")
    assert (found.width, found.height, found.focal_x, found.focal_y) == (300, 200, 20, 80)
    put(services, db, asset, photo(400, 600))
    assert (found.focal_x, found.focal_y) == (50, 50)


def test_a_file_that_is_here_already_replaces_nothing(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house)
    other = make_asset(services, db, house, photo(60), alt="A crane")
    for content, said in ((photo(600, 300), "very file"), (photo(60), f"as picture {other.id}, “A crane”")):
        new = prepared(services, content)
        with pytest.raises(Invalid, match=said), transaction(db):
            service.replace(db, house.writer, queries.get(db, asset.id), new)
        images.discard(new)
    assert kinds(queries.get(db, asset.id)) == [(320, WEBP), (600, WEBP)]
    assert len(list(services.storage.keys())) == 5


def test_only_those_replace_who_may_describe_and_nobody_unseen(services: Services, db: Session, house: House) -> None:
    asset = make_asset(services, db, house)
    new = prepared(services, photo(60))
    with pytest.raises(Forbidden), transaction(db):
        service.replace(db, house.other_writer, asset, new)
    with transaction(db):
        service.describe(db, house.editor, asset, alt="Mine", caption="", credit="")
    with pytest.raises(Conflict), transaction(db):
        service.replace(db, house.writer, queries.get(db, asset.id), new, seen=1)
    with transaction(db):
        service.replace(db, house.editor, queries.get(db, asset.id), new, seen=2)


def test_a_portrait_keeps_its_person_when_a_picture_of_somebody_else_changes(
    services: Services, db: Session, house: House
) -> None:
    asset, other = make_asset(services, db, house), make_asset(services, db, house, photo(60))
    make_person(db, "Marit", portrait_id=other.id)
    piece = make_live(db, house, hero_id=other.id, hero_alt="Somebody else")
    settle(services, db)
    before = db.get_one(Published, piece.id).hero
    put(services, db, asset, photo(61))
    settle(services, db)
    assert db.get_one(Published, piece.id).hero == before
