"""How one is told by mail: seen, chosen, and only for oneself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from cms.notifications import wishes
from cms.vocabulary import Mailing
from tests.conftest import Client
from tests.factories import House

PAGE = "/newsroom/inbox/mail"


def test_each_kind_of_event_is_chosen_for(writer: Client, editor: Client, house: House, db: Session) -> None:
    page = writer.get(PAGE).text
    assert page.count("<select") == len(wishes.ABOUT)
    assert writer.post(PAGE, data={"article.approve": "never", "article.publish": "digest", "x": "never",
                                   "article.submit": "nonsense"}).location == PAGE  # fmt: skip
    chosen = wishes.of(db, house.writer)
    assert (chosen["article.approve"], chosen["article.publish"]) == (Mailing.NEVER, Mailing.DIGEST)
    assert chosen["article.submit"] is Mailing.AT_ONCE
    assert wishes.of(db, house.editor)["article.approve"] is Mailing.AT_ONCE
    assert '<option value="never" selected>' in writer.get(PAGE).text
    assert '<option value="never" selected>' not in editor.get(PAGE).text
