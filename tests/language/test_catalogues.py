"""Catalogues: each says everything that the sources say, in sentences that fit the same facts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import nodes

from cms import paths
from cms.language import CATALOGUES, known
from cms.vocabulary import CorrectionKind, CreditRole, Kind
from cms.web.templating import READ

ROOT = Path(__file__).resolve().parent.parent.parent
ALL = sorted(CATALOGUES.glob("*.po"))
FACT = re.compile(r"%\((\w+)\)s")
#: What a text must share with its translation: tags, what is in them, and characters that HTML takes for its own.
HTML = re.compile(r"<[^>]*>|&\w*;?|[<>\"]")
#: Filters that speak English, and one that would write German nouns small.
NEWSROOM = {"day", "long_day", "moment", "ago", "thousands", "listed", "counted", "spelled", "clock", "capitalize",
            "english_name"}  # fmt: skip
FOR_READERS = [
    path for path in sorted(paths.TEMPLATES.rglob("*.*"))
    if "newsroom" not in path.relative_to(paths.TEMPLATES).as_posix() and "email" not in path.parts
]  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(paths.TEMPLATES).as_posix()


def texts(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem, abort_invalid=True)


def forms(message: Message) -> list[tuple[str, str, bool]]:
    """Return each source text with its translation, and whether it stands for one thing alone."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string), False)]
    one, many = message.id
    return [(many if number else one, string, not number) for number, string in enumerate(message.string)]


def test_there_is_a_second_language() -> None:
    assert known() == ["de", "en"]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_it_says_everything_and_nothing_else(path: Path, tmp_path: Path) -> None:
    """`make languages` finds nothing to do."""
    copy = Path(shutil.copy(path, tmp_path))
    subprocess.run([sys.executable, ROOT / ".ci/languages", tmp_path], check=True)
    assert copy.read_text() == path.read_text(), "run `make languages`, and translate what is new"


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_every_text_is_translated_for_the_same_facts(path: Path) -> None:
    catalogue = texts(path)
    assert len(catalogue) > 200
    for message in catalogue:
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        for source, string, is_one in forms(message):
            assert string.strip(), source
            wanted, given = set(FACT.findall(source)), set(FACT.findall(string))
            assert given <= wanted if is_one else given == wanted, (source, string)
            assert "%" not in FACT.sub("", string), string
            assert sorted(HTML.findall(string)) == sorted(HTML.findall(source)), (source, string)
            assert string.endswith((".", "?", ":")) == source.endswith((".", "?", ":")) or "%(num)s" in source, string


@pytest.mark.parametrize("path", FOR_READERS, ids=name_of)
def test_templates_for_readers_speak_through_the_catalogue(app: Flask, path: Path) -> None:
    """Only texts that stand in the template itself are taken for HTML, and no date is the newsroom's."""
    parsed = app.jinja_env.parse(path.read_text())
    for call in parsed.find_all(nodes.Call):
        said = {"_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2}
        if isinstance(call.node, nodes.Name) and (number := said.get(call.node.name)):
            given = call.args[:number]
            assert [type(one) for one in given] == [nodes.Const] * number, f"line {call.lineno}"
    used = {one.name for one in parsed.find_all(nodes.Filter)}
    assert used & NEWSROOM == set()


def test_words_of_the_vocabulary_have_their_translation() -> None:
    labels = {kind.label for kind in (*Kind, *CorrectionKind)}
    assert set(READ) == labels | {role.value for role in CreditRole}
