"""Questions about templates: which are offered where, and one of them."""

from __future__ import annotations

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from cms.articles.models import DraftTemplate
from cms.core.errors import NotFound


def in_use() -> Select[DraftTemplate]:
    """Return the templates that are offered, in their order."""
    order = (DraftTemplate.position, DraftTemplate.id)
    return select(DraftTemplate).where(DraftTemplate.retired_at.is_(None)).order_by(*order)


def retired() -> Select[DraftTemplate]:
    """Return those that were retired, the last one first."""
    query = select(DraftTemplate).where(DraftTemplate.retired_at.is_not(None))
    return query.order_by(DraftTemplate.retired_at.desc(), DraftTemplate.id.desc())


def fitting(section_id: int | None) -> Select[DraftTemplate]:
    """Return the templates for a section: its own and those for all; without a section, every one."""
    if section_id is None:
        return in_use()
    return in_use().where(or_(DraftTemplate.section_id.is_(None), DraftTemplate.section_id == section_id))


def get(db: Session, template_id: int) -> DraftTemplate:
    """Return one template, retired or not; raises NotFound."""
    found = db.get(DraftTemplate, template_id)
    if found is None:
        raise NotFound("There is no such template.")
    return found


def offered(db: Session, template_id: int) -> DraftTemplate | None:
    """Return one template where it is offered, else None."""
    return db.scalars(in_use().where(DraftTemplate.id == template_id)).one_or_none()


def are_wanted(db: Session) -> bool:
    """Tell whether there has never been any: templates are retired, not deleted, so this is so only once."""
    return not db.scalar(select(exists(select(DraftTemplate.id))))


def last_position(db: Session) -> int:
    """Return the place of the last one in the order, -1 where there is none."""
    last = db.scalar(select(func.max(DraftTemplate.position)))
    return -1 if last is None else last
