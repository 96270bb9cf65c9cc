"""From the rules to the workflow: what they find stops an approval as far as the chiefs let it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles import service as texts
from cms.core.db import transaction
from cms.core.errors import Refused
from cms.media.models import Asset
from cms.policy import SYSTEM
from cms.review import service as review
from cms.vocabulary import CreditRole, Kind, Level, State
from cms.workflow import preflight
from cms.workflow import service as workflow
from tests.conftest import Queries
from tests.factories import BODY, NOW, House, act, content, make_article, make_live

QUESTION = (
    '<section class="qa" data-id="q1"><p class="qa-question" data-speaker="A">What is a second?</p>'
    '<div class="qa-answer"></div></section>'
)
PICTURE = '<figure data-id="f1"><img src="/media/x.jpg" alt=""></figure>'


def reasons(db: Session, house: House, **changed: Any) -> list[tuple[str, str]]:
    """Return why a piece in review cannot be approved."""
    article = make_article(db, house, State.IN_REVIEW, **changed)
    with pytest.raises(Refused) as refused, transaction(db):
        workflow.move(db, house.editor, article, "approve", seen=article.head_id)
    return [(reason.text, reason.place) for reason in refused.value.reasons]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"dek": " "}, ("The standfirst is missing.", "dek")),
        ({"credits": ()}, ("Nobody is credited as author or interviewer.", "credits")),
        ({"kind": Kind.INTERVIEW}, ("An interview needs its interviewee among the credits.", "credits")),
        ({"body": BODY.replace("recorded", "TK")}, ("A TK is left in the text.", "a1")),
        ({"headline": "The TK that came"}, ("A TK is left in the text.", "headline")),
        ({"body": BODY + QUESTION}, ("A question has no answer.", "q1")),
        ({"body": BODY + PICTURE}, ("A picture has no alternative text.", "f1")),
    ],
    ids=["dek", "author", "interviewee", "tk", "tk in a field", "answer", "alt"],
)
def test_what_stopped_an_approval_still_does_at_the_same_place(
    db: Session, house: House, changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert reasons(db, house, **changed) == [expected]


def test_a_warning_stops_nothing_until_a_chief_says_so(db: Session, house: House) -> None:
    headed = BODY + '<h2 data-id="h1">One</h2><h4 data-id="h2">Two</h4>'
    act(db, house.editor, make_article(db, house, State.IN_REVIEW, body=headed), "approve")
    with transaction(db):
        review.set_level(db, house.chief, "headings", Level.BLOCK, section_id=house.section.id)
    [(text, place)] = reasons(db, house, body=headed)
    assert (place, "skips a level" in text) == ("h2", True)
    elsewhere = make_article(db, house, State.IN_REVIEW, body=headed, section_id=house.other_section.id)
    act(db, house.chief, elsewhere, "approve")


@pytest.mark.parametrize("level", [Level.OFF, Level.SHOWN, Level.WARN])
def test_a_chief_may_let_an_approval_pass_what_stopped_it(db: Session, house: House, level: Level) -> None:
    with transaction(db):
        review.set_level(db, house.chief, "dek", level, kind=Kind.NEWS)
    act(db, house.editor, make_article(db, house, State.IN_REVIEW, dek="", kind=Kind.NEWS), "approve")
    assert reasons(db, house, dek="") == [("The standfirst is missing.", "dek")]


def test_submitting_asks_for_a_text_and_a_section_and_nothing_else(db: Session, house: House) -> None:
    act(db, house.writer, make_article(db, house, dek="", credits=()), "submit")
    bare = make_article(db, house, body="", section_id=None)
    with pytest.raises(Refused) as refused, transaction(db):
        workflow.move(db, house.writer, bare, "submit", seen=bare.head_id)
    assert [reason.place for reason in refused.value.reasons] == ["section_id", "body"]


def test_an_import_only_needs_a_text(db: Session, house: House) -> None:
    make_live(db, house, at=NOW, dek="", credits=(), body=BODY + QUESTION)
    with transaction(db):
        bare = texts.create(db, SYSTEM, content(house, body=""))
    with pytest.raises(Refused, match="body is empty"), transaction(db):
        workflow.adopt(db, SYSTEM, bare, at=NOW)


def test_the_outlook_has_every_finding_with_its_weight(db: Session, house: House) -> None:
    article = make_article(db, house, dek="", seo_title="t" * 61, kicker="k" * 40)
    seen = workflow.outlook(db, house.writer, article)
    assert [(one.rule.name, one.level) for one in seen.findings] == [
        ("dek", Level.BLOCK), ("kicker_length", Level.WARN), ("seo_title", Level.SHOWN)
    ]  # fmt: skip
    assert [reason.place for reason in seen.checks] == ["dek"]


def _picture(db: Session) -> Asset:
    with transaction(db):
        asset = Asset(
            original_key="k", file_name="x.jpg", media_type="image/jpeg", width=9, height=9, size=9, sha256="0" * 64,
            alt="A rack", caption="", credit="Overscan", rights="", renditions=[], created_at=NOW,
        )  # fmt: skip
        db.add(asset)
    return asset


def test_a_text_with_everything_in_it_costs_five_queries(db: Session, house: House, queries: Queries) -> None:
    asset = _picture(db)
    links = "".join(f'<p>A <a href="https://example.org/{i}">report</a> and <a href="/people/{i}">a face</a>.</p>'
                    for i in range(30))  # fmt: skip
    shown = f'<figure data-id="f1"><img src="/media/x.jpg" alt="A rack" data-asset="{asset.id}"></figure>'
    article = make_article(db, house, body=BODY + shown + links, hero_id=asset.id, hero_alt="A rack")
    article = articles.load(db, article.id)
    with queries.at_most(5):
        found = preflight.of_piece(db, article).found
    places = {(one.rule.name, one.finding.place) for one in found}
    assert {("picture_rights", "hero_id"), ("picture_rights", "f1"), ("picture_credit", "hero_credit")} <= places
    assert ("picture_credit", "f1") not in places
    assert sum(one.rule.name == "links" for one in found) == 30


def test_a_plain_text_costs_two(db: Session, house: House, queries: Queries) -> None:
    article = articles.load(db, make_article(db, house).id)
    with queries.at_most(2):
        assert preflight.of_piece(db, article).found == ()


def test_publishing_reads_no_text_again(db: Session, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    article = make_article(db, house, State.APPROVED)
    monkeypatch.setattr(preflight, "examine", lambda *_: pytest.fail("the text was read again"))
    act(db, house.editor, article, "publish")


def test_who_is_the_interviewee_counts_from_the_credits(db: Session, house: House) -> None:
    line = content(house).credits[0]
    credits = (replace(line, role=CreditRole.INTERVIEWER), replace(line, role=CreditRole.INTERVIEWEE))
    act(db, house.editor, make_article(db, house, State.IN_REVIEW, kind=Kind.INTERVIEW, credits=credits), "approve")
