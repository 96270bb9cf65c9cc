"""Outside of the newsroom: somebody's own words and nothing else, and a galley that can be commented on."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.articles.models import CreditLine
from cms.config import Settings
from cms.core.db import transaction
from cms.core.events import Event, deliver_due
from cms.interviews.models import QuoteCheck, Statement, StatementBegun
from cms.interviews.questions import service as asking
from cms.review import queries, service
from cms.review.comments import queries as talk
from cms.review.comments import service as comments
from cms.review.comments.facts import About
from cms.review.models import Comment, GalleyLink, GalleyOpening
from cms.review.suggestions import queries as suggestions
from cms.vocabulary import CreditRole, Kind, Purpose, State, Verdict
from cms.wiring import Services
from tests.conftest import Client, Frozen
from tests.factories import House, act, make_article, make_page
from tests.interviews.scene import BODY, Scene, answer
from tests.newsroom.editor import fresh, save, text
from tests.security.test_leaks import canary
from tests.site.page import Page

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1"}
ABOUT = {"agreed": "yes", "title": "Head of time", "affiliation": "Northlight", "conflicts": "None"}


@pytest.fixture
def scene(db: Session, house: House) -> Scene:
    return Scene(db, house)


@pytest.fixture
def browser(app: Flask) -> Callable[[], Client]:
    """Return a new browser of somebody outside."""

    def make() -> Client:
        client = app.test_client()
        assert isinstance(client, Client)
        return client

    return make


def enter(client: Client, token: str) -> str:
    """Open the private address as a phone does, and return the clean one that it leads to."""
    opened = client.get(f"/newsroom/shared/{token}", headers=PHONE)
    assert opened.status_code == 303
    return str(opened.location)


def marks(scene: Scene, *said: tuple[str, str]) -> dict[str, str]:
    """Return the form with what is said of each quote, in order: the mark, and its words."""
    checks = fresh(scene.db).scalars(select(QuoteCheck).order_by(QuoteCheck.id)).all()
    form = dict(ABOUT)
    for check, (mark, words) in zip(checks, said, strict=True):
        form[f"mark-{check.id}"] = mark
        form[{"fix": "wording", "wrong": "reason"}.get(mark, "wording") + f"-{check.id}"] = words
    return form


def comment_link(db: Session, house: House, article: Any, **given: Any) -> service.Shared:
    with transaction(db):
        return service.share_galley(
            db, house.editor, article, article.head, label="Dr. Osei", days=7, purpose=Purpose.COMMENT, **given
        )


def test_the_link_comes_by_mail_and_stands_nowhere_else(
    services: Services, settings: Settings, scene: Scene, editor: Client, stranger: Client, frozen: Frozen
) -> None:
    page = f"/newsroom/articles/{scene.id}/interview"
    form = {"seen": scene.article.head_id, "person": scene.expert.id, "email": "Marit@Example.org", "days": 3,
            "pick": ["q1.0", "p1.1"]}  # fmt: skip
    said = editor.post(f"{page}/ask", data=form, follow_redirects=True)
    assert "The link is on its way to Marit Oduya-Lind." in said.text
    assert "/newsroom/shared/" not in said.text
    assert "waits to be sent" in said.text
    while deliver_due(services.sessions, services.reactions):
        pass
    [file] = (settings.data / "mail").glob("private-*.eml")
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = letter.get_content()
    assert (letter["To"], letter["Subject"]) == ("marit@example.org", "Overscan: please check your words")
    assert "second that nobody" not in body.lower(), "not even what the piece is called"
    found = re.search(r"http://localhost/newsroom/shared/([\w-]{43})\s", body)
    assert found
    assert "waits to be sent" not in text(editor, page)
    address = enter(stranger, found[1])
    assert address == f"/newsroom/guest/{queries.link_for(fresh(scene.db), found[1]).id}"
    assert Page(stranger.get(address)).words("//blockquote") == [
        "A promise with an error bar.", "Nobody had ever asked me that,"
    ]  # fmt: skip
    stored = [str(row) for table in (GalleyLink, GalleyOpening, Event) for row in _rows(scene.db, table)]
    assert all(found[1] not in row for row in stored)


def _rows(db: Session, table: Any) -> list[Any]:
    return list(db.execute(select(*table.__table__.columns)))


def test_only_the_own_words_and_what_they_stand_beside_are_in_the_page(
    db: Session, house: House, browser: Callable[[], Client]
) -> None:
    """Canaries in every other part of the piece, beside it, and in what other people said."""
    w = {name: canary() for name in (
        "headline", "kicker", "dek", "hero_alt", "hero_caption", "hero_credit", "seo_title", "seo_description",
        "intro", "other question", "other answer", "note", "beside", "after", "comment", "secret", "plan", "notes",
        "transcript", "other’s reason", "affiliation",
    )}  # fmt: skip
    fields = {name: w[name] for name in ("headline", "kicker", "dek", "hero_alt", "hero_caption", "hero_credit",
                                         "seo_title", "seo_description")}  # fmt: skip
    own = f'A promise.<span class="footnote" data-note="{w["note"]}"></span>'
    body = (
        f'<p data-id="i1">{w["intro"]}</p>'
        + answer("q1", "What is a second?", own)
        + answer("q2", w["other question"], w["other answer"], speaker="Quispe-Hart")
        + f'<p data-id="p1">{w["beside"]} is known. “Nobody had ever asked me that,” says Oduya-Lind. {w["after"]}.</p>'
    )
    scene = Scene(db, house, body=body, **fields)
    article = scene.article
    with transaction(db):
        comments.say(db, house.editor, article, w["comment"], About())
        comments.say(db, house.editor, article, w["secret"], About(), is_confidential=True)
        asking.plan(db, house.writer, article, w["plan"], w["notes"], seen=0)
        asking.put_transcript(db, house.writer, article, w["transcript"])
    others = scene.ask(person=scene.other)
    shared = scene.ask()
    client = browser()
    address = enter(client, others.token)
    [check] = scene.checks(others)[:1]
    client.post(f"{address}/answer", data={f"mark-{check.id}": "wrong", f"reason-{check.id}": w["other’s reason"],
                                           "later": "yes"})  # fmt: skip
    assert w["other’s reason"] in client.get(address).text
    hers = browser()
    address = enter(hers, shared.token)
    pages = [hers.get(address), hers.post(f"{address}/answer", data={}),
             hers.post(f"{address}/answer", data=marks_of(scene, shared) | ABOUT, follow_redirects=True),
             hers.get(address)]  # fmt: skip
    assert [page.status_code for page in pages] == [200, 422, 200, 200]
    assert "What is a second?" in pages[0].text
    assert "Nobody had ever asked me that" in pages[0].text
    for page in pages:
        heard = page.data + str(page.headers).encode()
        assert [name for name, word in w.items() if word.encode() in heard] == []


def marks_of(scene: Scene, shared: Any) -> dict[str, str]:
    return {f"mark-{check.id}": "correct" for check in scene.checks(shared)}


def test_what_is_read_outside_is_kept_by_nobody_and_told_nowhere(scene: Scene, stranger: Client) -> None:
    shared = scene.ask()
    opened = stranger.get(f"/newsroom/shared/{shared.token}", headers=PHONE)
    cookie = next(value for name, value in opened.headers if name == "Set-Cookie")
    assert re.fullmatch(
        rf"guest=[\w-]{{43}}; Expires=[^;]+; Max-Age=43200; HttpOnly; Path=/newsroom/guest/{shared.link.id}; "
        "SameSite=Lax", cookie,
    )  # fmt: skip
    for answered in (opened, stranger.get(opened.location)):
        assert answered.headers["Cache-Control"] == "no-store"
        assert answered.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answered.headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answered.headers["Content-Security-Policy"]
        assert shared.token not in answered.text
    page = Page(stranger.get(opened.location))
    assert page.all("//script[not(@src)]") == []
    assert [link for link in page.links("//a") if link != "#main"] == [], "no door anywhere"
    assert page.one("//meta[@name='robots']").get("content") == "noindex, nofollow"


def test_every_opening_is_noted_and_no_look_by_a_machine_counts(scene: Scene, editor: Client, stranger: Client) -> None:
    shared = scene.ask()
    stranger.open(f"/newsroom/shared/{shared.token}", method="HEAD")
    assert fresh(scene.db).scalar(select(func.count(GalleyOpening.id))) == 0
    for _ in range(2):
        stranger.get(enter(stranger, shared.token))
    assert fresh(scene.db).scalar(select(func.count(GalleyOpening.id))) == 2
    assert "Opened 2 times" in text(editor, f"/newsroom/articles/{scene.id}/interview")


def test_the_clean_address_opens_nothing_without_the_cookie(
    scene: Scene, stranger: Client, browser: Callable[[], Client], frozen: Frozen
) -> None:
    shared, other = scene.ask(), scene.ask(person=scene.other)
    address, theirs = enter(stranger, shared.token), f"/newsroom/guest/{other.link.id}"
    gone = browser().get(address)
    assert gone.status_code == 404
    assert queries.GONE in gone.text
    key = stranger.get_cookie("guest", path=address)
    assert key is not None
    wrong = browser()
    wrong.set_cookie("guest", key.value, path=theirs)
    assert wrong.get(theirs).status_code == 404, "a key opens one link"
    assert wrong.post(f"{theirs}/answer", data=ABOUT).status_code == 404
    assert stranger.post(f"{address}/comments", data={"text": "x"}).status_code == 404, "and only what it is for"
    frozen.forward(hours=12)
    assert stranger.get(address).status_code == 404
    assert stranger.get(enter(stranger, shared.token)).status_code == 200, "the letter opens it again"


@pytest.mark.parametrize("how", ["expired", "closed", "spiked"])
def test_what_is_over_says_nothing(scene: Scene, editor: Client, stranger: Client, frozen: Frozen, how: str) -> None:
    shared = scene.ask("q1.0")
    address = enter(stranger, shared.token)
    if how == "expired":
        frozen.forward(days=7)
    elif how == "spiked":
        act(scene.db, scene.house.writer, scene.article, "spike")
    else:
        editor.post(f"/newsroom/articles/{scene.id}/interview/checks/{shared.link.id}/revoke")
    answers = [stranger.get(address), stranger.get(f"/newsroom/shared/{shared.token}"),
               stranger.post(f"{address}/answer", data=marks(scene, ("correct", "")))]  # fmt: skip
    for answered in answers:
        assert answered.status_code == 404
        assert queries.GONE in answered.text
        assert "promise" not in answered.text
    assert fresh(scene.db).scalar(select(QuoteCheck.verdict)) is Verdict.OPEN


def test_answers_are_sent_once_and_reach_the_newsroom(
    services: Services, scene: Scene, editor: Client, stranger: Client
) -> None:
    shared = scene.ask()
    address = enter(stranger, shared.token)
    form = marks(scene, ("correct", ""), ("fix", "Whoever is late owns it."), ("wrong", "I was not on the stairs."))
    thanks = Page(stranger.post(f"{address}/answer", data=form, follow_redirects=True))
    assert thanks.h1 == "Thank you. Your answers have reached us."
    assert "late owns it" not in thanks.text
    assert stranger.post(f"{address}/answer", data=form).status_code == 404
    assert stranger.get(f"/newsroom/shared/{shared.token}").status_code == 404
    shown = text(editor, f"/newsroom/articles/{scene.id}/interview")
    for words in ("1 of 3 quotes confirmed.", "Wants: “Whoever is late owns it.”", "Says: I was not on the stairs.",
                  "Agrees to be published", "Head of time, Northlight"):  # fmt: skip
        assert words in " ".join(shown.split())
    beside = text(editor, f"/newsroom/articles/{scene.id}/review")
    assert "<b>Marit Oduya-Lind, outside</b>" in beside
    [waiting] = suggestions.waiting(fresh(scene.db), scene.article)
    editor.post(f"/newsroom/articles/{scene.id}/suggestions/{waiting.id}/accept")
    assert "2 of 3 quotes confirmed." in text(editor, f"/newsroom/articles/{scene.id}/interview")
    while deliver_due(services.sessions, services.reactions):
        pass
    assert "Marit Oduya-Lind answered about their words in" in text(editor, "/newsroom/inbox")


def test_a_half_done_check_waits_and_nobody_sees_it(scene: Scene, editor: Client, stranger: Client) -> None:
    shared = scene.ask("q1.0", "q2.0")
    address = enter(stranger, shared.token)
    form = marks(scene, ("fix", "A <promise> with a bar."), ("", "")) | {"later": "yes"}
    again = Page(stranger.post(f"{address}/answer", data=form, follow_redirects=True))
    assert "It is kept. Nobody sees it before you send it, and the same link leads you back here." in again.answer.text
    assert again.one("//input[@checked][starts-with(@name, 'mark-')]").get("value") == "fix"
    assert again.all("//textarea")[0].text.strip() == "A <promise> with a bar."
    assert "promise&gt; with a bar" not in text(editor, f"/newsroom/articles/{scene.id}/review")
    assert suggestions.waiting(fresh(scene.db), scene.article) == []
    assert fresh(scene.db).scalars(select(Statement)).all() == []


def test_what_somebody_wrote_about_themselves_is_kept_until_it_is_sent(
    scene: Scene, editor: Client, stranger: Client
) -> None:
    shared = scene.ask("q1.0")
    address = enter(stranger, shared.token)
    wrote = {"title": "Head of <time>", "conflicts": "Shares.\nA contract.", "later": "y"}
    form = marks(scene, ("correct", "")) | wrote
    stranger.post(f"{address}/answer", data=form)
    again = Page(stranger.get(address))
    assert [field.get("value") for field in again.all("//input[@checked]")] == ["correct", "yes"]
    assert again.one("//input[@name='title']").get("value") == "Head of <time>"
    assert again.one("//input[@name='affiliation']").get("value") == "Northlight"
    assert again.one("//textarea[@name='conflicts']").text.strip() == "Shares.\nA contract."
    assert "A contract" not in text(editor, f"/newsroom/articles/{scene.id}/interview")
    stranger.post(f"{address}/answer", data=form | {"agreed": "", "conflicts": ""})
    emptied = Page(stranger.get(address))
    assert [field.get("value") for field in emptied.all("//input[@checked]")] == ["correct"], "what was taken back too"
    too_long = stranger.post(f"{address}/answer", data=form | {"conflicts": "x" * 2_001})
    assert too_long.status_code == 422
    stranger.post(f"{address}/answer", data=marks(scene, ("correct", "")))
    assert fresh(scene.db).scalars(select(StatementBegun)).all() == []
    assert fresh(scene.db).scalars(select(Statement.conflicts)).all() == ["None"]


def test_what_lacks_is_said_beside_its_place(scene: Scene, stranger: Client) -> None:
    shared = scene.ask("q1.0", "q2.0")
    address = enter(stranger, shared.token)
    form = marks(scene, ("wrong", ""), ("nonsense", "")) | {"agreed": "", "conflicts": ""}
    page = Page(stranger.post(f"{address}/answer", data=form), status=422)
    problems = [" ".join(one.text_content().split()) for one in page.all("//p[contains(@class,'guest__problem')]")]
    assert problems == ["Say in a sentence what is wrong.", "Choose one of the three.", "Say yes or no.",
                        "Write “none” where there is none."]  # fmt: skip
    assert "Nothing was sent yet" in page.text


def test_the_page_speaks_the_language_of_the_piece(db: Session, house: House, stranger: Client) -> None:
    scene = Scene(db, house, language="de")
    shared = scene.ask("q1.0")
    page = Page(stranger.get(enter(stranger, shared.token)))
    assert page.h1 == "Sind das Ihre Worte?"
    assert page.one("//main").get("lang") == "de"
    sent = Page(stranger.post(f"/newsroom/guest/{shared.link.id}/answer", data={}), status=422)
    assert "Wählen Sie eines von den dreien." in sent.text


def test_longer_than_anybody_can_answer_is_refused_before_it_is_read(scene: Scene, stranger: Client) -> None:
    address = enter(stranger, scene.ask("q1.0").token)
    assert stranger.post(f"{address}/answer", data={"conflicts": "x" * 700_000}).status_code == 413


def test_too_many_visits_wait(scene: Scene, stranger: Client) -> None:
    tried = [stranger.get("/newsroom/guest/1").status_code for _ in range(61)]
    assert tried == [404] * 60 + [429]


def test_an_outside_reviewer_comments_on_a_galley_and_on_nothing_else(
    services: Services, db: Session, house: House, editor: Client, writer: Client, stranger: Client
) -> None:
    piece = make_article(db, house, State.IN_REVIEW)
    with transaction(db):
        comments.say(db, house.editor, piece, "Between ourselves.", About())
    shared = comment_link(db, house, piece)
    address = enter(stranger, shared.token)
    assert "Between ourselves" not in stranger.get(address).text
    form = {"about": "block:a2", "quote": "A fan had stopped", "text": "Which fan?", "confidential": "y"}
    page = Page(stranger.post(f"{address}/comments", data=form, follow_redirects=True))
    assert page.words("//mark") == ["A fan had stopped"]
    assert page.words("//article[@class='card']//b") == ["Dr. Osei"]
    beside = Page(editor.get(f"/newsroom/articles/{piece.id}/review"))
    assert "Which fan?" in beside.text
    assert "Dr. Osei, outside" in beside.text
    assert "Begun from outside: what is answered here is read there." in beside.text
    thread = next(said.thread for said in talk.beside(fresh(db), house.editor, piece) if said.thread.link_id)
    assert not thread.is_confidential
    editor.post(f"/newsroom/articles/{piece.id}/comments/{thread.id}/reply", data={"text": "The one in the east."})
    assert "The one in the east." in stranger.get(address).text
    stranger.post(f"{address}/comments/{thread.id}", data={"text": "I see."})
    assert "I see." in text(writer, f"/newsroom/articles/{piece.id}/review")
    while deliver_due(services.sessions, services.reactions):
        pass
    assert "Dr. Osei commented on" in text(writer, "/newsroom/inbox")
    for other in ("/newsroom/articles/1/review", f"/newsroom/articles/{piece.id}/edit"):
        assert stranger.get(other).status_code == 302


def test_somebody_elses_thread_is_not_theirs(
    db: Session, house: House, stranger: Client, browser: Callable[[], Client]
) -> None:
    piece = make_article(db, house)
    first, second = comment_link(db, house, piece), comment_link(db, house, piece)
    address = enter(stranger, first.token)
    stranger.post(f"{address}/comments", data={"about": "", "text": "Mine alone."})
    thread_id = fresh(db).scalar(select(Comment.thread_id))
    other = browser()
    elsewhere = enter(other, second.token)
    assert "Mine alone." not in other.get(elsewhere).text
    assert other.post(f"{elsewhere}/comments/{thread_id}", data={"text": "Now mine."}).status_code == 404
    assert fresh(db).scalar(select(func.count(Comment.id))) == 1


def test_what_cannot_be_said_is_said_beside_its_field(db: Session, house: House, stranger: Client) -> None:
    address = enter(stranger, comment_link(db, house, make_article(db, house)).token)
    page = Page(stranger.post(f"{address}/comments", data={"about": "", "quote": "not there", "text": "?"}), status=422)
    assert page.words("//p[@class='field__error']") == [
        "Those words are not in that place of the text. Copy them from there."
    ]


def test_comments_follow_a_text_that_was_changed_since(
    db: Session, house: House, editor: Client, writer: Client, stranger: Client
) -> None:
    piece = make_article(db, house)
    address = enter(stranger, comment_link(db, house, piece).token)
    assert piece.head
    save(writer, piece, body=piece.head.body.replace("A fan had", "In the night a fan had").replace("A fan", "a fan"))
    stranger.post(f"{address}/comments", data={"about": "block:a2", "quote": "stopped in a rack", "text": "Which?"})
    assert Page(stranger.get(address)).words("//mark") == ["stopped in a rack"], "in the revision that they read"
    beside = Page(editor.get(f"/newsroom/articles/{piece.id}/review?against=0"))
    assert beside.words("//mark") == ["stopped in a rack"], "and in the newest one"


@pytest.mark.parametrize("kind", [Kind.PAGE, Kind.ARTICLE])
def test_a_page_of_the_house_and_a_text_with_notes_can_be_commented_on(
    db: Session, house: House, stranger: Client, kind: Kind
) -> None:
    body = (
        '<p data-id="a1">First.<span class="footnote" data-note="Its source."></span> Then the harbour.</p>'
        '<figure data-id="f1"><img src="/media/x.jpg" alt="A rack"><figcaption>A rack.</figcaption></figure>'
    )
    is_page = kind is Kind.PAGE
    piece = make_page(db, house, "imprint", State.DRAFT, body=body) if is_page else make_article(db, house, body=body)
    address = enter(stranger, comment_link(db, house, piece).token)
    form = {"about": "block:a1", "quote": "the harbour", "text": "Which one?"}
    page = Page(stranger.post(f"{address}/comments", data=form, follow_redirects=True))
    assert page.words("//mark") == ["the harbour"]
    assert page.one("//section[@aria-labelledby='your-comments']") is not None


def test_a_piece_without_the_kind_of_an_interview_can_have_its_quotes_checked(
    db: Session, house: House, stranger: Client
) -> None:
    credits = (CreditLine(house.author.id, CreditRole.AUTHOR), CreditLine(house.expert.id, CreditRole.INTERVIEWEE))
    scene = Scene(db, house, kind=Kind.ARTICLE, credits=credits, body=BODY)
    page = Page(stranger.get(enter(stranger, scene.ask("p1.1").token)))
    assert page.words("//p[@class='guest__context']") == [
        "“Nobody had ever asked me that,” says Oduya-Lind on the stairs."
    ]
    assert "It rained" not in page.text
