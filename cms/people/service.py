"""What happens to profiles: made, found again by name, changed, and tied to a login."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from cms.accounts import queries as accounts
from cms.core import events, slugs
from cms.core.errors import Conflict, Invalid
from cms.core.html import clean_text
from cms.people import queries, rules
from cms.people.models import Affiliation, Person
from cms.policy import Actor, require
from cms.vocabulary import Can


def add(
    db: Session,
    actor: Actor,
    *,
    name: str,
    slug: str = "",
    headline: str = "",
    employer: str = "",
    bio: str = "",
    links: Iterable[Mapping[str, str]] = (),
    expertise: Iterable[str] = (),
    affiliations: Iterable[Mapping[str, str]] = (),
    portrait_id: int | None = None,
    user_id: int | None = None,
) -> Person:
    """Make a profile; an address that is taken gets a number behind it.

    `user_id` ties it to a login, which takes a right of its own. The caller has looked up the portrait.
    """
    require(actor, Can.PERSON_CREATE)
    name = clean_text(name)
    rules.check_lengths(name=name)
    wanted = slug or slugs.make(name, fallback="person")
    rules.check_slug(wanted)
    person = Person(
        name=name,
        slug=slugs.free(wanted, lambda taken: queries.slug_taken(db, taken)),
        links=[],
        expertise=[],
        affiliations=[],
        portrait_id=portrait_id,
    )
    _fill(person, name=name, headline=headline, employer=employer, bio=bio)
    _fill_lists(person, links=links, expertise=expertise, affiliations=affiliations)
    if user_id is not None:
        _link(db, actor, person, user_id)
    db.add(person)
    db.flush()
    events.record(db, actor, "person.added", person, slug=person.slug, user_id=user_id)
    return person


def find_or_add(db: Session, actor: Actor, name: str) -> Person:
    """Return the person of that name, whatever its case and accents, or make a bare profile."""
    require(actor, Can.PERSON_CREATE)
    known = queries.named(db, clean_text(name))
    return known if known is not None else add(db, actor, name=name)


def change(
    db: Session,
    actor: Actor,
    person: Person,
    *,
    seen: int,
    name: str,
    headline: str,
    employer: str,
    bio: str,
    links: Iterable[Mapping[str, str]],
    expertise: Iterable[str],
    affiliations: Iterable[Mapping[str, str]],
    portrait_id: int | None,
    slug: str | None = None,
) -> None:
    """Store a profile as it was handed in; `person` has its affiliations loaded, `seen` is the version begun from.

    `slug` changes the address where it is given; the old one then leads nowhere. Pieces that print the name or
    the portrait show it soon after; what stands beside the name in them stays as it was then.
    """
    require(actor, Can.PERSON_EDIT, person)
    if seen != person.version:
        raise Conflict("Somebody changed this profile while you did. Reload it to see what is new.")
    before = _state(person)
    if slug is not None and slug != person.slug:
        rules.check_slug(slug)
        if queries.slug_taken(db, slug, apart_from=person.id):
            raise Invalid("Somebody else has that address.", field="slug")
        person.slug = slug
    _fill(person, name=name, headline=headline, employer=employer, bio=bio)
    _fill_lists(person, links=links, expertise=expertise, affiliations=affiliations)
    person.portrait_id = portrait_id
    if _state(person) != before:
        # Places of work are rows of their own: the profile's version moves on where only they changed, too.
        flag_modified(person, "name")
        db.flush()
        events.record(db, actor, "person.changed", person)


def portray(db: Session, actor: Actor, person: Person, portrait_id: int | None) -> None:
    """Give a profile another portrait, or none; the caller has looked it up. Live pieces show it soon after."""
    require(actor, Can.PERSON_EDIT, person)
    if person.portrait_id != portrait_id:
        person.portrait_id = portrait_id
        db.flush()
        events.record(db, actor, "person.changed", person)


def link(db: Session, actor: Actor, person: Person, user_id: int | None) -> None:
    """Say which login is behind a public face, or that none is: it decides whose pieces are whose."""
    require(actor, Can.PERSON_LINK, person)
    if person.user_id == user_id:
        return
    before = person.user_id
    _link(db, actor, person, user_id)
    db.flush()
    events.record(db, actor, "person.linked", person, before=before, after=user_id)


def _link(db: Session, actor: Actor, person: Person, user_id: int | None) -> None:
    require(actor, Can.PERSON_LINK, person)
    if user_id is not None:
        login = accounts.get(db, user_id)
        other = queries.behind(db, user_id)
        if other is not None and other.id != person.id:
            raise Invalid(f"{login.name} is behind the profile of {other.name} already.", field="user_id")
    person.user_id = user_id


def _fill(person: Person, *, name: str, headline: str, employer: str, bio: str) -> None:
    name, headline, employer = clean_text(name), clean_text(headline), clean_text(employer)
    bio = rules.clean_prose(bio)
    rules.check_lengths(name=name, headline=headline, employer=employer, bio=bio)
    person.name, person.headline, person.employer, person.bio = name, headline, employer, bio


def _fill_lists(
    person: Person,
    *,
    links: Iterable[Mapping[str, str]],
    expertise: Iterable[str],
    affiliations: Iterable[Mapping[str, str]],
) -> None:
    person.links, person.expertise = rules.clean_links(links), rules.clean_expertise(expertise)
    places = rules.clean_affiliations(affiliations)
    if places != _places(person):
        person.affiliations = [Affiliation(position=number, **place) for number, place in enumerate(places)]


def _places(person: Person) -> list[dict[str, str]]:
    return [
        {"title": a.title, "organisation": a.organisation, "since": a.since, "until": a.until}
        for a in person.affiliations
    ]


def _state(person: Person) -> list[Any]:
    """Return everything that a profile form changes, to be compared."""
    return [
        person.name, person.slug, person.headline, person.employer, person.bio, list(person.links),
        list(person.expertise), person.portrait_id, _places(person),
    ]  # fmt: skip
