"""Pieces of HTML that travel through Markdown as marks: a number between two non-characters, which no text contains."""

from __future__ import annotations

import re

_MARK = re.compile("\ufdd0([0-9]+)\ufdd1")
_ALONE = re.compile("<p>\ufdd0([0-9]+)\ufdd1</p>")
_TAG = re.compile(r"<[a-zA-Z/][^<>]*>")


class Marks:
    """Markdown takes a mark for a word, so it survives wherever it stands."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def add(self, html: str) -> str:
        """Return the mark that stands for the HTML from now on."""
        self._pieces.append(html)
        return f"\ufdd0{len(self._pieces) - 1}\ufdd1"

    def resolve(self, html: str) -> str:
        """Return the HTML with the pieces in the places of their marks; a mark inside a tag just goes."""
        if not self._pieces:
            return html
        html = _ALONE.sub(self._piece, html)
        return _MARK.sub(self._piece, _TAG.sub(lambda tag: _MARK.sub("", tag[0]), html))

    def _piece(self, mark: re.Match[str]) -> str:
        return self._pieces[int(mark[1])]
