"""A site in another language: on no page for readers is a word left that no catalogue knows of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from lxml import etree
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, CreditLine
from cms.config import Settings, Unsafe
from cms.core.db import BUSY, transaction
from cms.core.errors import CmsError, TooMany, Unavailable
from cms.interviews import service as interviews
from cms.language import CATALOGUES, Language, speaking
from cms.policy import SYSTEM
from cms.vocabulary import CreditRole
from cms.web.limits import TOO_MUCH
from cms.wiring import Services
from cms.workflow import service as workflow
from tests import factories
from tests.conftest import Client
from tests.factories import House
from tests.site import scenes
from tests.site.page import Page

#: Our words are in Latin letters, and so are the names here; whatever the magazine itself says is not.
NAMES = set(
    """Systems Practice Ilse Varnholt Teodor Akande Marit Oduya Lind Noor Castellane Clocks Overscan Northlight Exchange
    Galley Atom JSON RSS Aa Newsreader Instrument Sans JetBrains Mono""".split()
) | set(speaking("de").months)
WORD = re.compile(r"[a-zA-ZäöüÄÖÜß]{2,}")
ADDRESS = re.compile(r"https?://\S+")
FACTS = "//script[@type='application/ld+json']"
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
BODY = "".join(f'<h2 data-id="h{n}">Часть {n}</h2><p data-id="p{n}">Время не ждёт.</p>' for n in range(4))
PIECE = {"headline": "Время", "kicker": "Часы", "dek": "Сколько времени?", "body": BODY}
TALK = (
    '<section class="qa" data-id="q{0}"><p class="qa-question" data-speaker="Overscan">Что такое {0}?</p>'
    '<div class="qa-answer" data-speaker="Oduya-Lind"><p>Обещание.</p></div></section>'
)
SHOWN = ("alt", "aria-label", "placeholder", "title")
TOLD = ("description", "og:title", "og:description", "og:image:alt")
MARCH, LATE = datetime(2026, 3, 5, 9, tzinfo=UTC), datetime(2025, 12, 24, 9, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, language="de", site_line="Как устроена техника.", security_contact="mailto:a@b.example")


@pytest.fixture
def services(services: Services, settings: Settings, tmp_path: Path) -> Services:
    """A site whose catalogue says what the sources say, in brackets."""
    with (CATALOGUES / "de.po").open("rb") as file:
        catalogue = read_po(file, locale="de")
    for message in catalogue:
        if message.id:
            same = message.id if isinstance(message.id, str) else tuple(message.id)
            message.string = f"⟦{same}⟧" if isinstance(same, str) else tuple(f"⟦{one}⟧" for one in same)
    with (tmp_path / "de.po").open("wb") as file:
        write_po(file, catalogue)
    return replace(services, settings=settings, language=Language("de", tmp_path))


@pytest.fixture
def magazine(db: Session, house: House, services: Services) -> None:
    """One of everything that has words of its own around it."""
    topic = factories.make_topic(db, "Clocks")
    with transaction(db):
        house.author.headline, house.expert.headline = "Автор", "Часовщица"
        house.author.employer = house.expert.employer = ""
        house.expert.links = [{"url": "https://northlight.example", "label": "Часы"}]
    hero = scenes.picture(db)
    with transaction(db):
        hero.alt, hero.caption, hero.credit = "Кольца", "Волны.", "Студия"
    said = "Автор"
    credits = (
        CreditLine(house.author.id, CreditRole.AUTHOR, said),
        CreditLine(factories.make_person(db, "Teodor Akande").id, CreditRole.AUTHOR, said),
        CreditLine(factories.make_person(db, "Noor Castellane").id, CreditRole.EDITOR, said),
        CreditLine(house.expert.id, CreditRole.PHOTOGRAPHER, said),
    )
    piece = factories.make_live(
        db, house, at=MARCH, slug="piece", topic_ids=(topic.id,), hero_id=hero.id, hero_alt="Кольца", credits=credits,
        **PIECE,
    )  # fmt: skip
    change(db, house, piece)
    old = factories.make_live(db, house, at=LATE, slug="old", topic_ids=(topic.id,), language="ru", **PIECE)
    with transaction(db):
        texts.name_original(db, house.chief, old, piece)
    asked = (
        CreditLine(house.author.id, CreditRole.INTERVIEWER, said),
        CreditLine(house.expert.id, CreditRole.INTERVIEWEE, said),
        CreditLine(house.expert.id, CreditRole.PHOTOGRAPHER, said),
    )
    talk = {**PIECE, "body": "".join(TALK.format(number) for number in range(4)), "credits": asked}
    talks = [factories.make_interview(db, house, slug=slug, at=MARCH, **talk) for slug in ("talk", "second-talk")]
    in_series(db, house, "Часы", [piece, old])  # /series/chasy
    in_series(db, house, "Часовщики", talks)
    gone = factories.make_live(db, house, slug="gone", **PIECE)
    with transaction(db):
        workflow.move(db, house.chief, gone, "withdraw", seen=gone.head_id, note="Because.")
    services.search.rebuild(db)


def change(db: Session, house: House, piece: Article) -> None:
    """Publish another version of a piece, and let readers see what it changed."""
    with transaction(db):
        texts.show_history(db, house.editor, piece, is_shown=True)
    factories.act(db, house.writer, articles.load(db, piece.id), "revise")
    article = articles.load(db, piece.id)
    assert article.head is not None
    now = article.head.content()
    body = now.body.replace("не ждёт", "ждёт", 1) + '<ul data-id="new"><li>Пункт.</li></ul>'
    with transaction(db):
        texts.save_draft(db, house.writer, article, replace(now, dek="Который час?", body=body), seen=article.head.id)
    for who, action in ((house.writer, "submit"), (house.editor, "approve"), (house.editor, "publish")):
        factories.act(db, who, articles.load(db, piece.id), action)


def in_series(db: Session, house: House, title: str, pieces: list[Article]) -> None:
    """Make a series of pieces, with more to come."""
    with transaction(db):
        made = interviews.add_series(
            db, SYSTEM, title=title, description="Сколько?", host_id=house.author.id, planned_parts=7
        )
    for part, piece in enumerate(pieces, start=1):
        with transaction(db):
            interviews.place(db, SYSTEM, made, piece.id, part)


def unmarked(text: str) -> set[str]:
    """Return the words of a text that stand in no brackets, and are neither names nor addresses."""
    while MARKED.search(text):
        text = MARKED.sub(" ", text)
    return set(WORD.findall(ADDRESS.sub(" ", text))) - NAMES


def left_over(page: Page) -> set[str]:
    """Return what a page says past the catalogue, to whoever looks, listens, or finds it in a list of results."""
    words: set[str] = set()
    for element in page.tree.iter(etree.Element):
        words |= {word for name in SHOWN for word in unmarked(element.get(name, ""))}
        if element.tag == "meta" and (element.get("name") or element.get("property")) in TOLD:
            words |= unmarked(element.get("content"))
    way = [thing for thing in page.told if thing["@type"] == "BreadcrumbList"] if page.all(FACTS) else []
    words |= {word for step in way for one in step["itemListElement"] for word in unmarked(one["name"])}
    for element in page.all("//script | //style"):
        element.drop_tree()
    return words | unmarked(" ".join(page.tree.itertext()))


ADDRESSES = {
    200: """/ /articles/piece /articles/piece/history /articles/talk /sections/systems
        /sections/systems?before=1-1 /topics/clocks /people /people?after=a
        /people/ilse-varnholt /people/marit-oduya-lind /series /series?before=1-1
        /series/chasy /series/chasy?after=1 /series/chasovshchiki /masthead /masthead?after=a /about /colophon /archive
        /archive/2026 /archive/2026/03 /archive/2025 /search /search?q=Время /search?q=Ilse /search?q=qqq /search?q=-
        /search?kind=news /search?kind=article&year=-2025 /search?q=Времяя /search?page=9""",
    404: "/nowhere /archive/1999",
    410: "/articles/gone",
}


def looked_at(reader: Client, asked: dict[int, str]) -> dict[str, set[str]]:
    """Return for each address what it says past the catalogue; most say nothing."""
    found = {
        address: left_over(Page(reader.get(address), status=status))
        for status, addresses in asked.items()
        for address in addresses.split()
    }
    return {address: words for address, words in found.items() if words}


def test_no_page_says_anything_past_the_catalogue(reader: Client, magazine: None) -> None:
    assert looked_at(reader, ADDRESSES) == {}


def test_an_empty_magazine_says_nothing_past_the_catalogue(reader: Client, house: House) -> None:
    empty = {200: "/ /archive /people /series /masthead /sections/systems /search /search?q=x /search?q=-", 404: "/x"}
    assert looked_at(reader, empty) == {}


def test_what_is_busy_or_too_much_says_so_in_its_language(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for status, error in ((503, Unavailable(BUSY)), (429, TooMany(TOO_MUCH, retry_after=9))):

        def fail(*_: object, error: CmsError = error) -> None:
            raise error

        monkeypatch.setattr("cms.site.about.render_template", fail)
        page = Page(reader.get("/about", headers={"X-Request-Id": "12345678"}), status=status)
        assert left_over(page) == set()
        assert f"⟦{error}⟧" in page.text


@pytest.mark.parametrize("form", ["feed.xml", "feed.atom"])
def test_feeds_are_called_and_described_in_the_language(reader: Client, magazine: None, form: str) -> None:
    for page in ("", "/sections/systems", "/topics/clocks", "/people/ilse-varnholt", "/series/chasy"):
        tree = etree.fromstring(reader.get(f"{page}/{form}").data)
        for name in ("title", "description", "subtitle"):
            for element in tree.iter(f"{{*}}{name}"):
                assert unmarked(etree.tostring(element, encoding="unicode", method="text", with_tail=False)) == set()


def test_machines_are_spoken_to_in_the_language(reader: Client, magazine: None) -> None:
    search = etree.fromstring(reader.get("/opensearch.xml").data)
    for name in ("LongName", "Description"):
        assert "⟦" in search.findtext(f"{{*}}{name}")
    lines = reader.get("/llms.txt").text.splitlines()
    said = [re.sub(r"\(.*?\)|/[a-z./]+", "", line) for line in lines if not line.startswith("## Optional")]
    assert unmarked(" ".join(said)) <= {"Feed", "Sitemap", "News"}


def test_the_newsroom_speaks_english(writer: Client) -> None:
    page = writer.get("/newsroom/").text
    assert "⟦" not in page
    assert '<html lang="en"' in page


def test_a_piece_is_in_its_own_language_and_what_we_say_around_it_in_ours(
    reader: Client, db: Session, house: House
) -> None:
    body = '<p data-id="a1">Time<span class="footnote" data-note="Late."></span>.</p>'
    for code, said in (("en", "Footnotes"), ("de-AT", "Fußnoten"), ("ru", "Footnotes")):
        factories.make_live(db, house, slug=f"piece-{code.lower()}", language=code, body=body)
        page = Page(reader.get(f"/articles/piece-{code.lower()}"))
        assert page.one("//html").get("lang") == "de"
        assert page.one("//article[@class='article']").get("lang") == code
        assert {
            one.get("lang") for one in page.all("//p[contains(@class, 'folio wide')] | //p[@class='meta'][time]")
        } == {"de"}
        assert page.one("//section[@class='notes']").get("aria-label") == said
        assert page.facts["inLanguage"] == code


def test_a_language_that_nobody_translated_is_refused(settings: Settings) -> None:
    with pytest.raises(Unsafe, match="CMS_LANGUAGE: the site speaks de and en, not 'fr'"):
        replace(settings, language="fr").completed()
