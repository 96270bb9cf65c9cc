"""The editor's form as a browser sends it, for the tests that save."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from cms.articles import queries as articles
from cms.articles.models import Article, Revision
from tests.conftest import Client


def form_of(article: Article, **changed: Any) -> dict[str, Any]:
    """Return what the editor's form would send for a piece as it is, with some fields changed."""
    head = article.head
    assert head is not None
    fields: dict[str, Any] = {
        "seen": head.id, "kind": head.kind.value, "headline": head.headline, "kicker": head.kicker, "dek": head.dek,
        "body": head.body, "slug": head.slug, "section_id": head.section_id or "", "language": head.language,
        "topics": ", ".join(topic.topic.name for topic in head.topics), "hero_id": head.hero_id or "",
        "hero_alt": head.hero_alt, "hero_caption": head.hero_caption, "hero_credit": head.hero_credit,
        "seo_title": head.seo_title, "seo_description": head.seo_description, "do": "save",
    }  # fmt: skip
    for i, credit in enumerate(head.credits):
        fields |= {
            f"credits-{i}-person": credit.person.name, f"credits-{i}-role": credit.role.value,
            f"credits-{i}-affiliation": credit.affiliation, f"credits-{i}-position": i + 1,
        }  # fmt: skip
    return fields | changed


def save(client: Client, article: Article, **changed: Any) -> Any:
    return client.post(f"/newsroom/articles/{article.id}/edit", data=form_of(article, **changed))


def fresh(db: Session) -> Session:
    """Forget what this session knows, so that it sees what the browsers have done meanwhile."""
    db.expunge_all()
    db.rollback()
    return db


def head_of(db: Session, article: Article) -> Revision:
    head = articles.load(fresh(db), article.id).head
    assert head is not None
    return head


def text(client: Client, path: str) -> str:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))
