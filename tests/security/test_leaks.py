"""Nothing of a piece that is not live may reach a reader, on any surface, in any spelling."""

from __future__ import annotations

import base64
import html
import secrets
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy.orm import Session

from cms import policy
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, CreditLine
from cms.core import clock
from cms.core.db import transaction
from cms.core.events import deliver_due
from cms.interviews import service as interviews
from cms.interviews.questions import service as questions
from cms.interviews.quotes import queries as quotes
from cms.interviews.quotes import service as checking
from cms.interviews.quotes.rules import Mark, Statement
from cms.people.models import Affiliation
from cms.policy import SYSTEM
from cms.review import queries as links
from cms.review import service as sharing
from cms.review.comments import service as comments
from cms.review.comments.facts import About
from cms.review.suggestions import service as suggestions
from cms.vocabulary import Can, CorrectionKind, CreditRole, Kind, Purpose, State, Verdict
from cms.wiring import Services
from tests.conftest import Client
from tests.factories import House, act, make_article, make_live, make_person, make_topic

HIDDEN = (
    "idea", "draft", "in review", "changes requested", "to confirm", "approved", "scheduled", "embargoed", "withdrawn",
    "spiked", "revised while live",
)  # fmt: skip


def canary() -> str:
    return f"canary{secrets.token_hex(16)}"


def spellings(word: str) -> list[bytes]:
    plain = word.encode()
    return [
        plain,
        base64.b64encode(plain).rstrip(b"="),
        quote(word).encode(),
        html.escape(word).encode(),
        plain.upper(),
    ]


class Nest:
    """One hidden piece, with a canary in every field, and every address that might betray it."""

    def __init__(self, db: Session, house: House, kind: str) -> None:
        self.words = {name: canary() for name in (
            "headline", "kicker", "dek", "body", "slug", "hero_alt", "hero_caption", "hero_credit", "seo_title",
            "seo_description", "affiliation", "person", "person’s headline", "person’s employer", "person’s life",
            "person’s link", "person’s expertise", "person’s past", "topic", "topic’s description", "series",
            "series’ description")}  # fmt: skip
        w = self.words
        self.expert, self.topic = make_person(
            db, w["person"], headline=w["person’s headline"], employer=w["person’s employer"], bio=w["person’s life"],
            links=[{"url": f"https://{w['person’s link']}.example", "label": "Home"}],
            expertise=[w["person’s expertise"]],
            affiliations=[Affiliation(position=0, title=w["person’s past"], organisation="", since="", until="")],
        ), make_topic(db, w["topic"])  # fmt: skip
        with transaction(db):
            self.topic.description = w["topic’s description"]
        fields = {
            name: w[name] for name in ("headline", "kicker", "dek", "slug", "hero_alt", "hero_caption", "hero_credit",
                                       "seo_title", "seo_description")
        } | {
            "body": f'<p data-id="c1">{w["body"]}</p><p data-id="c2">“Nobody had asked me that,” says somebody.</p>',
            "topic_ids": (self.topic.id,),
            "credits": (
                CreditLine(house.author.id, CreditRole.AUTHOR, w["affiliation"]),
                CreditLine(self.expert.id, CreditRole.INTERVIEWEE),
            ),
        }  # fmt: skip
        self.slug = w["slug"]
        self.id = self._hatch(db, house, kind, fields)
        with transaction(db):
            series = interviews.add_series(db, SYSTEM, title=w["series"], description=w["series’ description"])
            interviews.place(db, SYSTEM, series, self.id, part=1)
        self.series_slug = series.slug
        self._talk(db, house)
        if kind == "revised while live":
            for name in ("series", "series’ description"):
                del self.words[name]  # a live part makes its series public, as it should

    def _talk(self, db: Session, house: House) -> None:
        """Say and suggest something beside the piece, where that can be done."""
        self.words |= {name: canary() for name in ("comment", "secret", "suggestion")}
        article = articles.load(db, self.id)
        assert article.head
        self._ask(db, house, article)
        with transaction(db):
            comments.say(db, house.chief, article, self.words["comment"], About())
            comments.say(db, house.chief, article, self.words["secret"], About(), is_confidential=True)
        if policy.can(house.chief, Can.ARTICLE_SUGGEST, article):
            with transaction(db):
                wanted = replace(article.head.content(), dek=self.words["suggestion"])
                suggestions.suggest(db, house.chief, articles.load(db, self.id), wanted, seen=article.head.id)

    def _ask(self, db: Session, house: House, article: Article) -> None:
        """Plan an interview, put down what was said, and let somebody outside check their words and say something."""
        w = self.words
        w |= {name: canary() for name in ("plan", "plan’s notes", "sent to", "transcript", "title", "conflicts",
                                          "wording", "reviewer", "from outside")}  # fmt: skip
        with transaction(db):
            questions.plan(db, house.chief, article, w["plan"], w["plan’s notes"], seen=0)
            questions.send(db, house.chief, article, to=w["sent to"])
            questions.put_transcript(db, house.chief, article, w["transcript"])
        if article.state is State.SPIKED:
            return
        with transaction(db):
            picks = [one.passage.key for one in quotes.offers(article, self.expert)]
            asked = checking.ask(db, house.chief, article, self.expert.id, picks, seen=article.head_id, days=7)
        link = links.link_for(db, asked.token)
        marks = {check.id: Mark(Verdict.FIX, w["wording"]) for check in quotes.checks_of(db, link)}
        with transaction(db):
            stated = Statement(True, w["title"], "", w["conflicts"])
            checking.answer(db, link, articles.load(db, self.id), marks, stated)
            shared = sharing.share_galley(
                db, house.chief, article, link.revision, label=w["reviewer"], days=7, purpose=Purpose.COMMENT
            )
            comments.say_from_outside(db, links.link_for(db, shared.token), article, w["from outside"], About())

    def _hatch(self, db: Session, house: House, kind: str, fields: dict[str, object]) -> int:
        if kind == "withdrawn":
            article = make_article(db, house, State.SETTLED, **fields)
            act(db, house.editor, article, "withdraw")
        elif kind == "embargoed":
            article = make_article(db, house, State.APPROVED, **fields)
            with transaction(db):
                until = article.changed_at + timedelta(days=9)
                texts.plan(db, house.editor, article, texts.Plan(article.desk_id, embargo_until=until))
        elif kind == "revised while live":
            article = make_live(db, house)
            with transaction(db):
                texts.show_history(db, house.editor, article, is_shown=True)
            self.slug = article.slug
            act(db, house.writer, article, "revise")
            assert article.head
            with transaction(db):
                new = replace(article.head.content(), **fields)  # type: ignore[arg-type]
                texts.save_draft(db, house.writer, article, new, seen=article.head_id or 0)
            self.words |= {name: canary() for name in ("correction", "before", "after")}
            told = {"text": self.words["correction"]} | {name: self.words[name] for name in ("before", "after")}
            article = articles.load(db, article.id)
            with transaction(db):
                texts.correct(
                    db, house.writer, article, kind=CorrectionKind.CORRECTION, seen=article.head_id or 0, **told
                )
        else:
            article = make_article(db, house, State(kind.replace(" ", "_")), **fields)
        return article.id

    def addresses(self) -> list[str]:
        w = self.words
        person, topic, series = self.expert.slug, self.topic.slug, self.series_slug
        return [
            f"/articles/{w['slug']}", f"/articles/{self.id}",
            f"/articles/{self.slug}", f"/articles/{self.slug}/history",
            *(f"{place}{rest}" for place in (f"/people/{person}", f"/topics/{topic}", f"/series/{series}")
              for rest in ("", "/feed.xml", "/feed.atom", "/feed.json")),
            *(f"{search}{words}" for search in ("/search?q=", "/api/v1/search?q=")
              for words in (w["headline"], w["body"], f"a&person={person}", f"a&topic={topic}", f"a&series={series}")),
        ]  # fmt: skip


SURFACES = f"""
    / /sections/systems /sections/systems/feed.xml /feed.xml /feed.atom /feed.json
    /sitemap.xml /sitemap-news.xml /sitemap-lists.xml /sitemap-1.xml /llms.txt /robots.txt /opensearch.xml
    /.well-known/security.txt /speculation.json /people /series /search /search/suggest?q=canary
    /search/opened?q=second&slug=nothing /search/feed.xml?q=second /archive /archive/{clock.now():%Y}
    /archive/{clock.now():%Y/%m} /masthead /colophon /pages/imprint /media/nothing.webp /static/css/nothing.0.css
    /search?q=second /search?q= /api/v1/search?q=second /api/v1/search?q= /about /nothing-here /articles/nothing-here
    /corrections /corrections/feed.xml /corrections/feed.atom /corrections/feed.json
    /people/ilse-varnholt /people/ilse-varnholt/feed.xml /healthz /readyz
    """.split()


def hand_out(services: Services) -> None:
    """Let everybody hear what happened, the search indexes too."""
    while deliver_due(services.sessions, services.reactions):
        pass
    for follower in services.followers.values():
        follower.catch_up(services.sessions)


@pytest.mark.parametrize("kind", HIDDEN)
def test_no_canary_reaches_a_reader(services: Services, db: Session, house: House, reader: Client, kind: str) -> None:
    nest = Nest(db, house, kind)
    shown = make_live(db, house, language="de")
    with transaction(db):
        texts.name_original(db, house.chief, articles.load(db, nest.id), articles.load(db, shown.id))
    nest.words["beside a live piece"] = canary()
    live = articles.load(db, shown.id)
    nest.words |= {"transcript of a live piece": canary(), "plan of a live piece": canary()}
    with transaction(db):
        comments.say(db, house.chief, live, nest.words["beside a live piece"], About())
        questions.plan(db, house.chief, live, nest.words["plan of a live piece"], "", seen=0)
        questions.put_transcript(db, house.chief, live, nest.words["transcript of a live piece"])
    hand_out(services)
    asked = [*SURFACES, f"/articles/{shown.slug}", *nest.addresses()]
    for address in asked:
        answer = reader.get(address)
        assert answer.status_code < 500, address
        heard = answer.data + str(answer.headers).encode()
        for name, word in nest.words.items():
            echoed = heard.count(word.encode()) if word in address else 0
            for spelling in spellings(word):
                found = heard.count(spelling)
                # A search page repeats what was asked, and nothing more of it.
                allowed = echoed if spelling == word.encode() and word in address and _only_echo(heard, word) else 0
                assert found <= allowed, f"{name} of a piece that is {kind} in {address}"


def _only_echo(heard: bytes, word: str) -> bool:
    """Whether the word stands only where the page repeats the question, never in a result."""
    return b"result__title" not in heard and b'"slug"' not in heard and word.encode() in heard


@pytest.mark.parametrize("kind", ["draft", "in_review", "approved", "scheduled", "withdrawn", "revised"])
def test_no_word_of_a_page_that_is_not_out_reaches_a_reader(
    services: Services, db: Session, house: House, reader: Client, kind: str
) -> None:
    make_live(db, house)
    words = {name: canary() for name in ("headline", "dek", "body", "slug", "seo_title", "seo_description")}
    fields = words | {"body": f'<p data-id="c1">{words["body"]}</p>'}
    is_known = kind in ("withdrawn", "revised")
    state = State.SETTLED if is_known else State(kind)
    known = {} if kind == "revised" else fields
    article = make_article(db, house, state, **({"kind": Kind.PAGE, "slug": "imprint"} | known))
    if kind == "withdrawn":
        act(db, house.editor, article, "withdraw")
    elif kind == "revised":
        act(db, house.writer, article, "revise")
        article = articles.load(db, article.id)
        assert article.head
        with transaction(db):
            new = replace(article.head.content(), **fields)  # type: ignore[arg-type]
            texts.save_draft(db, house.writer, article, new, seen=article.head_id or 0)
    hand_out(services)
    for address in (*SURFACES, "/pages/imprint", f"/pages/{words['slug']}", f"/articles/{words['slug']}", "/archive"):
        heard = reader.get(address).data
        for name, word in words.items():
            assert word.encode() not in heard, f"{name} of a page that is {kind} in {address}"


@pytest.mark.parametrize("kind", [k for k in HIDDEN if k not in ("withdrawn", "revised while live")])
def test_a_hidden_address_and_an_absent_one_look_the_same(db: Session, house: House, reader: Client, kind: str) -> None:
    nest = Nest(db, house, kind)
    hidden = reader.get(f"/articles/{nest.words['slug']}")
    absent = reader.get(f"/articles/{canary()}")
    assert hidden.status_code == absent.status_code == 404
    without_id = [bytes(line for line in a.data.splitlines()[0]) for a in (hidden, absent)]
    assert without_id[0] == without_id[1]
    assert _plain(hidden.data) == _plain(absent.data)
    assert {k for k, _ in hidden.headers} == {k for k, _ in absent.headers}


def _plain(body: bytes) -> bytes:
    """Leave out what names the request itself."""
    return b"\n".join(line for line in body.splitlines() if b"request-id" not in line and b"canary" not in line)
