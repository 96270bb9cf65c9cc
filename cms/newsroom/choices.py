"""What the newsroom's forms offer to choose from, as light rows: no form loads a whole person to print a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from cms.people.models import Person
from cms.taxonomy.models import Desk, Section, Topic

#: A number and a name, as a select has them.
Choice = tuple[int, str]


@dataclass(frozen=True)
class Name:
    """Something that is chosen by typing its name; `about` tells it apart from others, and is a credit's default."""

    id: int
    label: str
    about: str = ""


def sections(db: Session) -> list[Choice]:
    """Return all sections in the order in which readers see them."""
    return _pairs(db.execute(select(Section.id, Section.name).order_by(Section.position, Section.name)))


def desks(db: Session) -> list[Choice]:
    """Return all desks by name."""
    return _pairs(db.execute(select(Desk.id, Desk.name).order_by(Desk.name)))


def sections_and_topics(db: Session) -> tuple[list[Choice], list[Name]]:
    """Return all sections in their order and all topics by name: the editor asks for both at once."""
    named = union_all(
        select(literal(True).label("is_section"), Section.id, Section.name, Section.position.label("place")),
        select(literal(False), Topic.id, Topic.name, literal(0)),
    ).subquery()
    rows = db.execute(select(named.c.is_section, named.c.id, named.c.name).order_by(named.c.place, named.c.name)).all()
    return (
        [(number, name) for is_section, number, name in rows if is_section],
        [Name(number, name) for is_section, number, name in rows if not is_section],
    )


def people(db: Session) -> list[Name]:
    """Return everybody by name; where two have the same one, the address of each stands behind it."""
    columns = (Person.id, Person.name, Person.slug, Person.headline, Person.employer)
    rows = db.execute(select(*columns).order_by(Person.name, Person.id)).all()
    often = Counter(folded(name) for _, name, *_ in rows)
    return [
        Name(number, f"{name} ({slug})" if often[folded(name)] > 1 else name, ", ".join(filter(None, (role, employer))))
        for number, name, slug, role, employer in rows
    ]


def _pairs(rows: Iterable[Any]) -> list[Choice]:
    """Return rows as the plain tuples that WTForms insists on."""
    return [(number, name) for number, name in rows]


def folded(name: str) -> str:
    """Return a name as it is compared here: case and spaces do not count."""
    return " ".join(name.split()).casefold()


def numbers(names: list[Name]) -> dict[str, int]:
    """Return the number behind every name, folded."""
    return {folded(name.label): name.id for name in names}


def split(text: str, names: list[Name]) -> list[str]:
    """Cut a list with commas into names; a known name that has a comma of its own stays whole."""
    known = numbers(names)
    parts = [part.strip() for part in text.split(",")]
    found: list[str] = []
    while parts:
        length = next((n for n in range(min(4, len(parts)), 1, -1) if folded(", ".join(parts[:n])) in known), 1)
        found.append(", ".join(parts[:length]))
        del parts[:length]
    return [name for name in found if name]
