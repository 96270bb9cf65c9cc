"""Limits by network: what is counted, when it is forgotten, and that they hold no more than a few."""

from __future__ import annotations

import pytest

from cms.core.errors import TooMany
from cms.web import limits
from cms.web.limits import Limits
from tests.conftest import Frozen


def test_so_many_within_a_minute_and_no_more(frozen: Frozen) -> None:
    counted = Limits()
    for _ in range(3):
        counted.check("reading", "192.0.2.0/24", most=3)
        frozen.forward(seconds=10)
    with pytest.raises(TooMany) as caught:
        counted.check("reading", "192.0.2.0/24", most=3)
    assert caught.value.retry_after == 30
    frozen.forward(seconds=30)
    counted.check("reading", "192.0.2.0/24", most=3)


def test_others_and_other_things_are_counted_apart(frozen: Frozen) -> None:
    counted = Limits()
    counted.check("reading", "192.0.2.0/24", most=1)
    counted.check("writing", "192.0.2.0/24", most=1)
    counted.check("reading", "198.51.100.0/24", most=1)


def test_it_remembers_no_more_networks_than_it_was_given_room_for(
    frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_NETWORKS", 2)
    counted = Limits()
    for network in ("a", "b", "a", "c"):
        counted.check("reading", network, most=2)
    with pytest.raises(TooMany):
        counted.check("reading", "a", most=2)
    counted.check("reading", "b", most=1)  # forgotten: it was silent longest
