"""Ready pages as files, which a web server in front sends without asking us.

The folder has one tree for each generation, `<number>-<build>/articles/<slug>/index.html` with a gzipped copy beside
it, and `current`, a link to the tree that holds now. When anything public changes, the link moves to an empty tree in
one step: what the web server does not find there it asks us for, and our answer fills it. So no file is ever purged,
and none outlives what it shows. `build` names what else a page is made from: our templates, their words, the
files that they name by their content, and the magazine's name.
"""

from __future__ import annotations

import gzip
import re
import secrets
import shutil
from hashlib import blake2b
from pathlib import Path

from cms.config import Settings

#: Paths that are also safe names of folders: no dots, nothing hidden, no upper and lower case that disks confuse.
SAFE = re.compile(r"/(?:[a-z0-9-]{1,200}(?:/[a-z0-9-]{1,200})*)?")
CURRENT = "current"
TREE = re.compile(r"-?\d+-[0-9a-z]+")


class PageFiles:
    """The trees under one folder; several processes may share it."""

    def __init__(self, folder: Path, build: str) -> None:
        self.folder, self.build = folder, build

    def put(self, generation: int, path: str, body: bytes) -> bool:
        """Store a page; tells whether its path can be a file."""
        if not SAFE.fullmatch(path):
            return False
        place = self._tree(generation).joinpath(*path.strip("/").split("/"), "index.html")
        place.parent.mkdir(parents=True, exist_ok=True)
        # The packed one first: a web server that finds the plain one may send either.
        _write(place.with_name("index.html.gz"), gzip.compress(body, 6, mtime=0))
        _write(place, body)
        return True

    def turn(self, generation: int) -> None:
        """Let a generation's tree be the one that is sent, and clear all others away.

        The number may be a lower one: a backup was restored. A process that hears late of a new one may turn back for
        as long as it takes to look again; it turns to an empty tree, so nobody is sent what does not hold.
        """
        tree = self._tree(generation)
        tree.mkdir(parents=True, exist_ok=True)
        coming = self.folder / f".{CURRENT}-{secrets.token_hex(4)}"
        coming.symlink_to(tree.name)
        coming.replace(self.folder / CURRENT)
        for other in self.folder.iterdir():
            if TREE.fullmatch(other.name) and other != tree:
                shutil.rmtree(other, ignore_errors=True)

    def _tree(self, generation: int) -> Path:
        return self.folder / f"{generation}-{self.build}"


def build_of(settings: Settings, *folders: Path) -> str:
    """Return a name for what pages are made from besides the edition: the files in folders, and the settings."""
    made = blake2b(digest_size=6)
    for setting in (settings.site_name, settings.site_line, settings.public_url, settings.language, settings.time_zone):
        made.update(f"{setting}\0".encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                made.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return made.hexdigest()


def _write(place: Path, body: bytes) -> None:
    coming = place.with_name(f".{place.name}-{secrets.token_hex(4)}")
    coming.write_bytes(body)
    coming.replace(place)
