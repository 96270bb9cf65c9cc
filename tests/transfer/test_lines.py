from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.core.errors import Invalid
from cms.publication.models import Published
from cms.transfer.lines import LinesImport, read
from cms.transfer.service import Outcome, Status
from cms.wiring import Services

PIECES = [
    {"id": "Cran-1", "title": "A wing <i> in a slipstream .", "body": "The lift & drag.\n\nSecond   paragraph <b>."},
    {"id": "2", "title": "", "body": ""},
    {"id": "drei", "title": "Die Uhr", "body": "Auf dem Turm.", "language": "de", "more": [1]},
]


def _import(services: Services, path: Path, *lines: object, publish: bool = True) -> list[Outcome]:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return list(LinesImport(services.sessions, path, publish=publish, section="Systems").run())


@pytest.mark.usefixtures("house")
def test_lines_become_live_pieces_under_their_ids(services: Services, db: Session, tmp_path: Path) -> None:
    outcomes = _import(services, tmp_path / "judged.jsonl", *PIECES, "")
    assert [(one.source, one.status) for one in outcomes] == [(slug, Status.NEW) for slug in ("cran-1", "2", "drei")]
    live = {row.slug: row for row in db.scalars(select(Published))}
    assert live["cran-1"].headline == "A wing <i> in a slipstream ."
    assert live["cran-1"].text == "The lift & drag.\n\nSecond paragraph <b>."
    assert (live["2"].headline, live["drei"].language) == ("2", "de")
    assert live["drei"].section_slug == "systems"
    again = _import(services, tmp_path / "judged.jsonl", *PIECES)
    assert {one.status for one in again} == {Status.KNOWN}


@pytest.mark.usefixtures("house")
def test_what_is_no_piece_is_refused_and_the_rest_comes_in(services: Services, db: Session, tmp_path: Path) -> None:
    bad = ["{", "[]", '{"id": 1, "title": "x", "body": "y"}', '{"id": "!!", "title": "x", "body": "y"}', "[" * 100_000]
    outcomes = _import(services, tmp_path / "judged.jsonl", *bad, PIECES[0], publish=False)
    assert [one.status for one in outcomes] == [Status.REFUSED] * 5 + [Status.NEW]
    assert outcomes[0].source == "Line 1"
    assert db.scalar(select(Published)) is None


def test_a_file_that_is_not_there_is_told(services: Services, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="can't be read"):
        LinesImport(services.sessions, tmp_path / "none", publish=True, section=None)


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(Invalid, match="too long"):
        read(b" " * 6_000_000, "x:1")
