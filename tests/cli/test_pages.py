"""Ready pages as files: made by the command line."""

from __future__ import annotations

from pathlib import Path

from cms.wiring import Services
from tests.cli.conftest import Cms
from tests.factories import make_house, make_live


def test_bake_makes_every_page(cms: Cms, services: Services, tmp_path: Path) -> None:
    with services.sessions() as db:
        house = make_house(db)
        make_live(db, house, slug="the-tide", headline="The tide is out")
    done = cms("pages", "bake", env={"CMS_PAGE_FILES": str(tmp_path / "pages")})
    assert done.exit_code == 0, done.output
    assert " pages, in " in done.output
    current = tmp_path / "pages" / "current"
    assert "The tide is out" in (current / "articles/the-tide/index.html").read_text()
    for page in ("", "about", "people", "series", f"sections/{house.section.slug}"):
        assert (current / page / "index.html").exists(), page


def test_without_a_folder_the_sentence_says_what_is_missing(cms: Cms, services: Services) -> None:
    for command in ("bake", "nginx"):
        done = cms("pages", command)
        assert done.exit_code == 1
        assert "CMS_PAGE_FILES" in done.output


def test_a_certificate_is_sent_and_needs_its_key(cms: Cms, services: Services, tmp_path: Path) -> None:
    kept = {"CMS_PAGE_FILES": str(tmp_path / "pages")}
    named = ("pages", "nginx", "--server-name", "magazine.example", "--certificate", "/etc/ssl/site.pem")
    printed = cms(*named, "--key", "/etc/ssl/site key.pem", env=kept).output
    assert "listen 443 ssl http2;" in printed
    assert 'ssl_certificate_key "/etc/ssl/site key.pem";' in printed
    assert printed.count("server_name magazine.example;") == 2
    assert "return 301 https://magazine.example$request_uri;" in printed
    alone = cms(*named, env=kept)
    assert alone.exit_code == 1
    assert "--key" in alone.output
