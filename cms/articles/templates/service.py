"""What happens to templates: added, changed, put in order, retired and brought back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.articles.models import Content, DraftTemplate
from cms.articles.templates import defaults, queries, rules
from cms.articles.templates.facts import Facts
from cms.core import clock, events
from cms.core.errors import Conflict, Invalid
from cms.policy import SYSTEM, Actor, require
from cms.taxonomy.models import Section
from cms.vocabulary import Can


def add(db: Session, actor: Actor, facts: Facts) -> DraftTemplate:
    """Make a template, the last in the order. Raises Forbidden, or Invalid naming the field."""
    require(actor, Can.TEMPLATE_EDIT)
    facts = _checked(db, facts)
    template = DraftTemplate(**vars(facts), position=queries.last_position(db) + 1)
    db.add(template)
    db.flush()
    events.record(db, actor, "template.added", template, called=facts.name)
    return template


def change(db: Session, actor: Actor, template: DraftTemplate, facts: Facts, *, seen: int) -> None:
    """Change a template; pieces that began with it stay as they are.

    `seen` is the version that the person started from. Raises Forbidden, Invalid naming the field, or Conflict where
    somebody else was faster.
    """
    require(actor, Can.TEMPLATE_EDIT)
    if seen != template.version:
        raise Conflict("Somebody changed this template while you were writing. Look at theirs in another tab first.")
    facts = _checked(db, facts, template)
    if vars(facts) == vars(facts_of(template)):
        return
    for name, value in vars(facts).items():
        setattr(template, name, value)
    db.flush()
    events.record(db, actor, "template.changed", template, called=facts.name)


def retire(db: Session, actor: Actor, template: DraftTemplate) -> None:
    """Offer a template no more; it can be brought back."""
    require(actor, Can.TEMPLATE_EDIT)
    if template.retired_at is None:
        template.retired_at = clock.now()
        events.record(db, actor, "template.retired", template, called=template.name)


def bring_back(db: Session, actor: Actor, template: DraftTemplate) -> None:
    """Offer a retired template again, as the last in the order. Raises Invalid where its name was given away."""
    require(actor, Can.TEMPLATE_EDIT)
    if template.retired_at is not None:
        _refuse_taken(db, template.name, template)
        template.position, template.retired_at = queries.last_position(db) + 1, None
        events.record(db, actor, "template.brought_back", template, called=template.name)


def order(db: Session, actor: Actor, template_ids: Sequence[int]) -> None:
    """Put the templates that are offered in this order; raises Conflict where it does not name each of them once."""
    require(actor, Can.TEMPLATE_EDIT)
    known = {template.id: template for template in db.scalars(queries.in_use())}
    if sorted(template_ids) != sorted(known):
        raise Conflict("The templates changed while you put them in order. Look again.")
    for position, template_id in enumerate(template_ids):
        known[template_id].position = position
    db.flush()
    events.record(db, actor, "template.ordered", None, order=list(template_ids))


def make_first(db: Session) -> None:
    """Make the templates that every house begins with, once: those that were retired later do not come back."""
    if queries.are_wanted(db):
        for facts in defaults.FIRST:
            add(db, SYSTEM, facts)


def begin(content: Content, template: DraftTemplate, *, who: str = "") -> Content:
    """Return the content of a new piece that begins with a template; `who` asks its questions, if anybody is known."""
    return rules.begin(content, facts_of(template), who=who)


def facts_of(template: DraftTemplate) -> Facts:
    """Return what was decided about a template, as a value."""
    return Facts(**{name: getattr(template, name) for name in Facts.__dataclass_fields__})


def _checked(db: Session, facts: Facts, template: DraftTemplate | None = None) -> Facts:
    facts = rules.tidy(facts)
    if facts.section_id is not None and db.get(Section, facts.section_id) is None:
        raise Invalid("The section that was chosen is not there any more.", field="section_id")
    if template is None or template.retired_at is None:
        _refuse_taken(db, facts.name, template)
    return facts


def _refuse_taken(db: Session, name: str, template: DraftTemplate | None) -> None:
    offered = db.execute(select(DraftTemplate.id, DraftTemplate.name).where(DraftTemplate.retired_at.is_(None)))
    names = {known.casefold() for number, known in offered if template is None or number != template.id}
    if name.casefold() in names:
        raise Invalid("Another template that is offered has this name.", field="name")
