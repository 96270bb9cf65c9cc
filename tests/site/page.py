"""A page as a reader's browser has it, to be asked about in tests."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from lxml import html
from werkzeug.test import TestResponse


class Page:
    """One answer, parsed."""

    def __init__(self, answer: TestResponse, *, status: int = 200) -> None:
        assert answer.status_code == status, (answer.status_code, answer.text[:500])
        self.answer = answer

    @cached_property
    def tree(self) -> Any:
        """The document."""
        return html.fromstring(self.answer.text)

    def all(self, path: str) -> list[Any]:
        """Return what an XPath finds."""
        return list(self.tree.xpath(path))

    def one(self, path: str) -> Any:
        """Return the only thing that an XPath finds."""
        found = self.all(path)
        assert len(found) == 1, (path, found)
        return found[0]

    def words(self, path: str) -> list[str]:
        """Return the text of each element found, on one line."""
        return [" ".join(one.text_content().split()) for one in self.all(path)]

    def links(self, path: str = "//main//a") -> list[str]:
        """Return where the links found lead."""
        return [one.get("href") for one in self.all(path)]

    @property
    def text(self) -> str:
        """The words of the main part, on one line."""
        return " ".join(self.words("//main"))

    @property
    def h1(self) -> str:
        """The one heading of the page."""
        return " ".join(self.one("//h1").text_content().split())

    @cached_property
    def told(self) -> list[dict[str, Any]]:
        """What search engines are told, thing by thing."""
        found: dict[str, Any] = json.loads(self.one("//script[@type='application/ld+json']").text)
        assert found["@context"] == "https://schema.org"
        things: list[dict[str, Any]] = found["@graph"]
        return things

    @property
    def facts(self) -> dict[str, Any]:
        """What they are told of the thing that the page is about."""
        return self.told[0]

    @property
    def way(self) -> list[tuple[str, str]]:
        """The way to the page, as they are told it: names and addresses."""
        steps = next(thing for thing in self.told if thing["@type"] == "BreadcrumbList")["itemListElement"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        return [(step["name"], step["item"].removeprefix("http://localhost")) for step in steps]
