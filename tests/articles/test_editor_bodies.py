"""The page's editor and the server agree, to the letter, on what a body is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cms.articles.document import embeds, normalise
from cms.core.html import PROVIDERS, rules

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend" / "test"


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


BODIES: dict[str, str] = load(FRONTEND / "bodies.json")
WRITTEN: list[str] = load(ROOT / "tests" / "golden" / "editor_bodies.json")
VALUES = load(FRONTEND / "values.json")
EMBEDS = load(FRONTEND / "embeds.json")


@pytest.mark.parametrize("name", BODIES)
def test_the_server_stores_what_the_editor_is_tested_with(name: str) -> None:
    assert normalise(BODIES[name]) == BODIES[name]


def test_the_server_changes_nothing_in_what_the_editor_writes() -> None:
    assert len(WRITTEN) == 200
    assert sum(map(len, WRITTEN)) > 50_000
    for number, body in enumerate(WRITTEN):
        assert normalise(body) == body, f"body {number}"


CHECKS = {
    "link": rules.link,
    "words": lambda value: rules.attribute("img", "alt", value),
    "image": rules.local_image,
    "language": lambda value: (rules.language(f"language-{value}") or "").removeprefix("language-") or None,
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_server_judges_values_as_the_editor_does(name: str) -> None:
    for given, kept in VALUES[name]:
        assert CHECKS[name](given) == kept, given


def test_the_providers_are_the_editors_own() -> None:
    assert set(EMBEDS["names"]) == PROVIDERS
    for provider, name in EMBEDS["names"].items():
        assert embeds.name_of(provider) == name
    for provider, key, address in EMBEDS["keys"]:
        assert embeds.address_of(provider, key) == address, key


def test_what_the_editor_reads_out_of_addresses_is_kept_and_leads_somewhere() -> None:
    for address, provider, key in EMBEDS["addresses"]:
        if provider is None:
            continue
        body = f'<figure class="embed" data-id="b1" data-provider="{provider}" data-key="{key}"></figure>'
        assert normalise(body) == body, address
        assert embeds.address_of(provider, key), address
