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

    @property
    def facts(self) -> dict[str, Any]:
        """What search engines are told."""
        found: dict[str, Any] = json.loads(self.one("//script[@type='application/ld+json']").text)
        return found
