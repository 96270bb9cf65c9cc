"""Questions about what lies beside a text: the levels that were set, and what became of the links."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cms.review import rules
from cms.review.checks import LinkFact, Rule, Scope
from cms.review.models import NO_CONNECTION, CheckLevel, LinkCheck
from cms.vocabulary import Kind, Level


def levels(db: Session) -> dict[Scope, Level]:
    """Return every level that was set, by its place."""
    columns = (CheckLevel.rule, CheckLevel.section_id, CheckLevel.kind, CheckLevel.level)
    return {(name, section_id, kind): level for name, section_id, kind, level in db.execute(select(*columns))}


def settings(db: Session) -> list[CheckLevel]:
    """Return every level that was set as a row, in the order in which they were."""
    return list(db.scalars(select(CheckLevel).order_by(CheckLevel.id)))


def weights(db: Session, section_id: int | None, kind: Kind | None) -> Callable[[Rule], Level]:
    """Return a function that says how much each rule weighs in one place; one query, however many rules ask."""
    known = levels(db)
    return lambda rule: rules.level_of(rule, known, section_id, kind)


def level_in(rule: Rule, known: dict[Scope, Level], section_id: int | None, kind: Kind | None) -> Level:
    """Return how much a rule weighs in one place, given the levels that were set."""
    return rules.level_of(rule, known, section_id, kind)


def link_facts(db: Session, urls: Collection[str]) -> dict[str, LinkFact]:
    """Return what is known of addresses elsewhere; one that nobody registered yet is not among them."""
    if not urls:
        return {}
    wanted = {url_hash(url) for url in urls}
    columns = (LinkCheck.url, LinkCheck.problem, LinkCheck.failures, LinkCheck.checked_at)
    found = db.execute(select(*columns).where(LinkCheck.url_hash.in_(wanted)))
    return {url: LinkFact(problem, failures > 0, checked_at) for url, problem, failures, checked_at in found}


def links_known(db: Session) -> int:
    """Return how many addresses elsewhere are looked after."""
    return db.scalar(select(func.count(LinkCheck.id))) or 0


def links_without_connection(db: Session) -> int:
    """Return how many of them could not be asked for because this machine has no way to the internet."""
    return db.scalar(select(func.count(LinkCheck.id)).where(LinkCheck.problem == NO_CONNECTION)) or 0


def url_hash(url: str) -> str:
    """Return what an address is found by, however long it is."""
    return hashlib.sha256(url.encode()).hexdigest()
