"""Many people on one piece at once: through the very calls of the editor, no save is lost, on either database."""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import select

from cms.app import create_app
from cms.articles import queries as articles
from cms.articles.models import Revision, WorkingCopy
from cms.vocabulary import Role
from cms.wiring import Services
from tests.conftest import Client
from tests.factories import make_article, make_house, make_user
from tests.newsroom.editor import form_of

CLIENTS, TURNS = 20, 25
TRIES = 40


class Writer:
    """Somebody at an editor: they save a block of their own, and every fifth time one that all of them change."""

    def __init__(self, number: int, client: Client, address: str, form: dict[str, Any], start: str) -> None:
        self.number, self.client, self.address, self.form = number, client, address, form
        self.body = start
        self.accepted: list[tuple[str, str]] = []
        self.clashed: list[str] = []
        self.failed: list[str] = []

    def work(self) -> None:
        for turn in range(TURNS):
            self.save(turn)

    def save(self, turn: int) -> None:
        place = "shared" if turn % 5 == 4 else f"p{self.number}"
        said = f"Words of {self.number} in turn {turn}."
        save_id = f"c{self.number}-t{turn}"
        mine = _with_block(self.body, place, said)
        fields = {**self.form, "body": mine, "save_id": save_id, "tab": f"tab{self.number}", "quiet": 1}
        for _ in range(TRIES):
            answer = self.client.post(self.address, data=fields, headers={"Accept": "application/json"})
            if answer.status_code != 503:  # busy: tried again with the same id, as the script does
                break
        if answer.status_code == 200:
            self.accepted.append((save_id, said))
            self.body = answer.json["body"]
            self.form = {**self.form, "seen": answer.json["revision"]["id"]}
        elif answer.status_code == 409 and "clashes" in answer.json:
            (clash,) = answer.json["clashes"]
            both_are_there = said in clash["mine"] and "Words of" in clash["theirs"]
            self.clashed.append(said) if both_are_there else self.failed.append(f"{said}: {clash}")
            # They take the other's words for that block, and go on from the newest text.
            self.body = answer.json["fields"]["body"].replace(clash["mine"], clash["theirs"])
            self.form = {**self.form, "seen": answer.json["revision"]["id"]}
        else:
            self.failed.append(f"{answer.status_code} {answer.get_data(as_text=True)[:300]}")


def _with_block(body: str, place: str, said: str) -> str:
    start = body.index(f'<p data-id="{place}">')
    end = body.index("</p>", start)
    return f'{body[:start]}<p data-id="{place}">{said}{body[end:]}'


def test_five_hundred_saves_by_twenty_clients_lose_nothing(either: Services) -> None:
    app = create_app(either)
    app.test_client_class = Client
    start = "".join(f'<p data-id="p{n}">Paragraph {n}.</p>' for n in range(CLIENTS)) + '<p data-id="shared">All.</p>'
    with either.sessions() as db:
        house = make_house(db)
        article = make_article(db, house, body=start)
        form, article_id = form_of(article), article.id
        address = f"/newsroom/articles/{article.id}/save"
        writers = []
        for number in range(CLIENTS):
            client = app.test_client()
            assert isinstance(client, Client)
            user = make_user(db, Role.CHIEF, name=f"Chief {number}")
            writers.append(Writer(number, client.sign_in(db, user), address, form, start))
    threads = [threading.Thread(target=writer.work) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [failure for writer in writers for failure in writer.failed] == []
    accepted = {save_id: said for writer in writers for save_id, said in writer.accepted}
    clashed = [said for writer in writers for said in writer.clashed]
    assert len(accepted) + len(clashed) == CLIENTS * TURNS
    with either.sessions() as db:
        revisions = db.scalars(select(Revision).where(Revision.article_id == article_id)).all()
        assert {r.save_id for r in revisions if r.save_id} == set(accepted), "accepted saves are revisions, one each"
        assert sorted(r.number for r in revisions) == list(range(1, len(revisions) + 1))
        by_save = {r.save_id: r.body for r in revisions}
        assert [said for save_id, said in accepted.items() if said not in by_save[save_id]] == []
        head = articles.load(db, article_id).head
        assert head is not None
        for writer in writers:  # nobody else touched their own block, so their last words are in the text
            own = [said for save_id, said in writer.accepted if int(save_id.rpartition("t")[2]) % 5 != 4]
            assert own[-1] in head.body
        left = {kept.tab: kept.content["body"] for kept in db.scalars(select(WorkingCopy))}
        assert len(left) <= CLIENTS
    assert clashed, "the shared block was meant to clash"
