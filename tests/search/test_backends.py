"""Readers and staff find the same on whichever engine the settings choose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cms.wiring import Services, assemble
from cms.worker import turn
from tests import factories


@pytest.mark.parametrize(("base", "backend"), [("services", "tantivy"), ("postgres", "postgres")])
def test_publishing_is_followed_by_every_engine(request: pytest.FixtureRequest, base: str, backend: str) -> None:
    made: Services = request.getfixturevalue(base)
    host = assemble(replace(made.settings, search_backend=backend))
    with host.sessions() as db:
        house = factories.make_house(db)
        turn(host)
        factories.make_live(db, house, slug="drift", headline="Clock drift")
        while turn(host):
            pass
        assert [card.slug for card in host.search.find(db, "clocks section:systems").cards] == ["drift"]
        assert [one.slug for one in host.staff_search.find(db, house.chief, "drift").page.items] == ["drift"]
        assert not host.search.check(db)
        assert not host.staff_search.check(db)
        assert host.followers["edition"].lag(db) is not None
    host.engine.dispose()
