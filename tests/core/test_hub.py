"""A WebSub hub is named by the magazine's feed, and told when it has something new."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs

import lxml.etree
from sqlalchemy.orm import Session

from cms.app import create_app
from cms.wiring import Services, assemble
from cms.worker import apart
from tests.conftest import Frozen
from tests.core.listeners import listening, plain
from tests.factories import House, make_live

HUB = "https://hub.example/"


def test_the_hub_is_told_of_the_feed_in_each_form_until_it_has_heard(
    services: Services, db: Session, house: House, frozen: Frozen
) -> None:
    status = ["204 No Content"]
    with listening(lambda connection, asked: plain(status[0])(connection, asked)) as hub:
        told = assemble(replace(services.settings, websub_hub=f"http://127.0.0.1:{hub.port}/"))
        apart(told)
        hub.asked.clear()
        make_live(db, house)
        for each in ("503 Service Unavailable", "204 No Content", "204 No Content"):
            status[0] = each
            frozen.forward(minutes=1)
            apart(told)
        told.engine.dispose()
    said = [parse_qs(asked.partition("\r\n\r\n")[2]) for asked in hub.asked]
    feeds = [f"{services.settings.public_url}/feed.{form}" for form in ("xml", "atom", "json")]
    assert said == 2 * [{"hub.mode": ["publish"], "hub.url": feeds}]


def test_the_magazines_feed_names_the_hub_and_no_other_does(services: Services, house: House) -> None:
    reader = create_app(replace(services, settings=replace(services.settings, websub_hub=HUB))).test_client()
    for form in ("xml", "atom"):
        (link,) = lxml.etree.fromstring(reader.get(f"/feed.{form}").data).xpath("//*[@rel='hub']/@href")
        assert link == HUB
    assert json.loads(reader.get("/feed.json").data)["hubs"] == [{"type": "WebSub", "url": HUB}]
    assert HUB not in reader.get("/corrections/feed.xml").text


def test_without_a_hub_none_is_named(services: Services, house: House) -> None:
    reader = create_app(services).test_client()
    assert not any("hub" in reader.get(f"/feed.{form}").text for form in ("xml", "atom", "json"))
