"""What stands beside a text: the same as the single questions say, and no reason that the form itself answers."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from cms.core import clock
from cms.core.db import transaction
from cms.publication.models import Published
from cms.vocabulary import State
from cms.workflow import service as workflow
from tests.factories import House, make_article


def test_the_outlook_is_what_the_single_questions_say(house: House, db: Session) -> None:
    for state in (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SETTLED):
        article = make_article(db, house, state)
        seen = workflow.outlook(db, house.editor, article)
        assert list(seen.offers) == workflow.offers(db, house.editor, article)
        assert list(seen.checks) == workflow.checks(db, article)
        assert seen.receipt == workflow.receipt(db, article)
        assert seen.live == db.get(Published, article.id)


def test_an_embargo_stops_publishing_now_but_not_choosing_a_later_time(house: House, db: Session) -> None:
    article = make_article(db, house, State.APPROVED)
    with transaction(db):
        article.embargo_until = clock.now() + timedelta(days=1)
    reasons = {offer.action: offer.reasons for offer in workflow.offers(db, house.editor, article)}
    assert reasons["schedule"] == ()
    assert [reason.place for reason in reasons["publish"]] == ["embargo_until"]
