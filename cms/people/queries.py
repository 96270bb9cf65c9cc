"""Questions about people."""

from __future__ import annotations

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import Session, selectinload

from cms.core import slugs
from cms.core.errors import NotFound
from cms.people import rules
from cms.people.models import Person

WITH_AFFILIATIONS = (selectinload(Person.affiliations),)


def get(db: Session, person_id: int) -> Person:
    """Return one person with the places they worked at; raises NotFound."""
    found = db.scalars(select(Person).where(Person.id == person_id).options(*WITH_AFFILIATIONS)).one_or_none()
    if found is None:
        raise NotFound("There is no such person.")
    return found


def directory(words: str = "") -> Select[Person]:
    """Return the people whose name, role, employer or subjects have these words, by name.

    Names are found without their accents too: an address is made of the bare letters.
    """
    query = select(Person).order_by(func.lower(Person.name), Person.id)
    for word in words.split()[:8]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        bare = slugs.make(word, fallback="")
        found = (
            Person.name.ilike(pattern)
            | Person.headline.ilike(pattern)
            | Person.employer.ilike(pattern)
            | cast(Person.expertise, Text).ilike(pattern)
        )
        query = query.where(found | Person.slug.contains(bare, autoescape=True) if bare else found)
    return query


def behind(db: Session, user_id: int) -> Person | None:
    """Return the public face of a login, if it has one."""
    return db.scalars(select(Person).where(Person.user_id == user_id)).one_or_none()


def named(db: Session, name: str) -> Person | None:
    """Return the person of that name, however it is written; among several the one known longest."""
    wanted = rules.folded(name)
    # The address tells in one look-up; it was made from the name, but may have been changed since.
    by_slug = select(Person.id, Person.name).where(Person.slug.startswith(slugs.make(name), autoescape=True))
    for query in (by_slug, select(Person.id, Person.name)):
        for person_id, known in db.execute(query.order_by(Person.id)):
            if rules.folded(known) == wanted:
                return get(db, person_id)
    return None


def slug_taken(db: Session, slug: str, *, apart_from: int | None = None) -> bool:
    """Tell whether another person has that address."""
    query = select(Person.id).where(Person.slug == slug)
    if apart_from is not None:
        query = query.where(Person.id != apart_from)
    return db.scalar(query.limit(1)) is not None
