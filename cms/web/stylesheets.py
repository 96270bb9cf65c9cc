"""Joins the style sheets of `static/css` into one file for readers and one for the newsroom; letters come apart.

The sources stay small, one component or layout each, because that is how people find them; a page loads one file,
because every further request costs a reader more than all of the rules do. Nothing is built: the application calls
`bundle` once when it starts and serves the answer at `/static/css/site.<hash>.css` and its like.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from pathlib import Path

# In cascade order. The newsroom shows pieces as readers will see them, so it has every sheet.
NEWSROOM = (
    "tokens.css",
    "fonts.css",
    "letters.css",
    "base.css",
    "components/marks.css",
    "components/icon.css",
    "components/button.css",
    "components/key.css",
    "components/field.css",
    "components/avatar.css",
    "components/focus.css",
    "components/kicker.css",
    "components/story.css",
    "components/prose.css",
    "components/contents.css",
    "components/notice.css",
    "components/state.css",
    "components/rows.css",
    "components/panel.css",
    "components/checks.css",
    "components/changes.css",
    "components/prosemirror.css",
    "components/tabs.css",
    "components/blocks.css",
    "components/block-tools.css",
    "components/pictures.css",
    "components/looks.css",
    "components/chart.css",
    "components/keeping.css",
    "components/palette.css",
    "components/find.css",
    "components/names.css",
    "components/reading.css",
    "components/passing.css",
    "components/forced-colours.css",
    "layouts/shell.css",
    "layouts/front.css",
    "layouts/article.css",
    "layouts/interview.css",
    "layouts/person.css",
    "layouts/search.css",
    "layouts/shelf.css",
    "layouts/archive.css",
    "layouts/newsroom-shell.css",
    "layouts/desk.css",
    "layouts/editor.css",
    "layouts/review.css",
    "layouts/board.css",
    "layouts/newsroom-work.css",
    "layouts/newsroom-rounds.css",
    "layouts/newsroom-library.css",
    "layouts/newsroom-preview.css",
    "layouts/newsroom-templates.css",
    "layouts/newsroom-front.css",
    "layouts/guest.css",
    "layouts/newsroom-planning.css",
    "layouts/print.css",
    "layouts/last-word.css",
)

#: What readers get after the first view.
LETTERS = ("letters.css",)

_ONLY_NEWSROOM = {
    "components/key.css",
    "components/state.css",
    "components/rows.css",
    "components/checks.css",
    "components/prosemirror.css",
    "components/blocks.css",
    "components/block-tools.css",
    "components/pictures.css",
    "components/changes.css",
    "components/tabs.css",
    "components/looks.css",
    "components/chart.css",
    "components/keeping.css",
    "components/palette.css",
    "components/find.css",
    "components/names.css",
    "layouts/newsroom-shell.css",
    "layouts/desk.css",
    "layouts/editor.css",
    "layouts/review.css",
    "layouts/board.css",
    "layouts/newsroom-work.css",
    "layouts/newsroom-library.css",
    "layouts/newsroom-preview.css",
    "layouts/newsroom-templates.css",
    "layouts/newsroom-front.css",
    "layouts/guest.css",
    "layouts/newsroom-planning.css",
}

SITE = tuple(name for name in NEWSROOM if name not in _ONLY_NEWSROOM and name not in LETTERS)

HASH_LENGTH = 12

_BLANK = r"(?:\s|/\*.*?\*/)"
_TOKENS = re.compile(
    rf"""
    (?P<url>\burl\(\s*(?P<quote>["']?)(?P<target>[^"'()\s]+)(?P=quote)\s*\))
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | {_BLANK}*(?P<mark>[{{}};,]){_BLANK}*
    | {_BLANK}+
    """,
    re.VERBOSE | re.DOTALL,
)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/#]", re.IGNORECASE)


def bundle(names: tuple[str, ...], static: Path) -> tuple[str, bytes]:
    """Join the named files of `static/css` in the given order and return a short content hash and the bytes."""
    content = "\n".join(_tight((static / "css" / name).read_text("utf-8"), name) for name in names).encode()
    return hashlib.sha256(content).hexdigest()[:HASH_LENGTH], content


def _tight(source: str, name: str) -> str:
    """Drop comments and surplus white space of one file, and point its addresses at the place of the bundle.

    Spaces go only where CSS never needs them, around braces, semicolons and commas; anywhere else a run of them
    becomes one, since `a :hover` and `1px + 2px` mean something.
    """
    folder = posixpath.dirname(name)

    def replace(found: re.Match[str]) -> str:
        if found["url"]:
            return f'url("{_moved(found["target"], folder)}")'
        return found["text"] or found["mark"] or " "

    return _TOKENS.sub(replace, source).strip()


def _moved(target: str, folder: str) -> str:
    """Rewrite an address that is relative to `static/css/<folder>` as relative to `static/css`."""
    if _ELSEWHERE.match(target):
        return target
    return posixpath.normpath(posixpath.join(folder, target))
