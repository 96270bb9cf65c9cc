"""A canary in every text column of the newsroom: nothing that readers get reads from there, or ever will unnoticed.

Which columns there are, the metadata says, so that a new one has its canary from its first day. Whoever lets readers
see one names it in `PUBLIC`. That no verb carries hidden words out is the subject of `test_leaks`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any

from flask import Flask
from sqlalchemy import JSON, Column, String, Table, TypeDecorator, func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from cms.articles import queries as articles
from cms.core import clock, generation
from cms.core.db import Base, transaction
from cms.vocabulary import State
from cms.web import access
from cms.wiring import Services
from tests.conftest import Client
from tests.factories import House, act, make_article, make_live, make_topic
from tests.security.test_leaks import SURFACES, Nest, hand_out, spellings
from tests.site import scenes

#: What publishing copies into the edition, and what names the magazine's own order: `test_leaks` hides canaries there.
PUBLIC = {
    "revision": "headline kicker dek body slug hero_alt hero_caption hero_credit seo_title seo_description language "
    "corrections",
    "article": "slug",
    "credit": "affiliation",
    "person": "name slug headline employer bio links expertise",
    "affiliation": "title organisation since until",
    "section": "name slug description",
    "topic": "name slug description",
    "series": "title slug description",
    "asset": "alt caption credit original_key renditions former_keys",
    "redirect": "path",
    "search_synonym": "words",
}
#: What no person writes, and machines hold against each other: hashes, keys, and the names of things in the code.
MACHINE = {
    "revision": "save_id",
    "approval": "rules",
    "asset": "media_type sha256",
    "check_level": "scope rule",
    "delivery": "subscriber",
    "job_lease": "name",
    "mail_wish": "event",
    "review_round": "facts",
    "review_rule": "scope facts",
    "search_count": "day",
    "search_opening": "day",
    "sign_in_try": "account_key source_key device_key",
}
#: The record is never changed, by order of the database: it has its canaries from what was done.
UNCHANGEABLE = {"event"}


def kind_of(column: Column[Any]) -> TypeEngine[Any]:
    """Return the type that the database sees."""
    found = column.type
    while isinstance(found, TypeDecorator):
        found = found.impl_instance
    return found


def named(table: str, column: str, names: dict[str, str]) -> bool:
    return column in names.get(table, "").split()


def newsroom() -> list[Table]:
    """Return every table but those of the edition, which is what readers are meant to see."""
    edition = {
        mapper.local_table for mapper in Base.registry.mappers if mapper.class_.__module__ == "cms.publication.models"
    }
    return [table for table in Base.metadata.sorted_tables if table not in edition and table.name not in UNCHANGEABLE]


def written(table: Table) -> list[Column[Any]]:
    """Return the columns of a table in which somebody's words may stand, and which are for the staff alone."""
    return [
        column
        for column in table.columns
        if isinstance(kind_of(column), String | JSON)
        and not hasattr(column.type, "enums")
        and not column.name.endswith("hash")
        and not named(table.name, column.name, PUBLIC)
        and not named(table.name, column.name, MACHINE)
    ]


def made_up(db: Session, column: Column[Any]) -> Any:
    """Return something that may stand in a column, for a table of which the scene has no row."""
    for key in column.foreign_keys:
        return db.scalar(select(func.min(key.column)))
    kind = kind_of(column)
    if enums := getattr(column.type, "enums", None):
        enum = getattr(column.type, "enum_class", None)
        return next(iter(enum)) if enum is not None and issubclass(enum, Enum) else enums[0]
    if isinstance(kind, JSON):
        return []
    if isinstance(kind, String):
        return secrets.token_hex(5)
    return clock.now() if issubclass(kind.python_type, datetime) else kind.python_type(1)


def fill(db: Session, table: Table) -> None:
    """See to it that a table has a row."""
    if not db.scalar(select(func.count()).select_from(table)):
        needed = [one for one in table.columns if not (one.nullable or one.default or one.autoincrement is True)]
        serial = table.autoincrement_column
        db.execute(insert(table).values({one.name: made_up(db, one) for one in needed if one is not serial}))


def plant(db: Session) -> dict[str, str]:
    """Put a canary of its own into every text column of every row of the newsroom, and return them by their place."""
    planted: dict[str, str] = {}
    with transaction(db):
        for table in newsroom():
            columns = written(table)
            if not columns:
                continue
            fill(db, table)
            for number, row in enumerate(db.execute(select(*table.primary_key.columns)).all()):
                words = {column.name: f"canary{secrets.token_hex(7)}" for column in columns}
                this = [key == value for key, value in zip(table.primary_key.columns, row, strict=True)]
                values = {
                    column.name: [words[column.name]] if isinstance(kind_of(column), JSON) else words[column.name]
                    for column in columns
                }
                db.execute(update(table).where(*this).values(values))
                planted |= {f"{table.name}.{name} {number}": word for name, word in words.items()}
    db.expire_all()
    return planted


def for_readers(app: Flask) -> set[str]:
    """Return the names of all views that readers open: pages, feeds, and the interface for programs."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if access.access_of(app, rule.endpoint) == access.PUBLIC and "GET" in (rule.methods or set())
        and rule.endpoint.partition(".")[0] in ("site", "api")
    }  # fmt: skip


def opened(app: Flask, addresses: list[str]) -> Iterator[str]:
    """Yield the names of the views behind some addresses."""
    doors = app.url_map.bind("localhost")
    for address in addresses:
        try:
            yield str(doors.match(address.partition("?")[0])[0])
        except (RequestRedirect, HTTPException):
            continue


def test_no_column_of_the_newsroom_is_read_for_readers(
    app: Flask, services: Services, db: Session, house: House, reader: Client
) -> None:
    topic = make_topic(db, "Clocks")
    shown = make_live(db, house, topic_ids=(topic.id,))
    coming = make_article(db, house, State.APPROVED, topic_ids=(topic.id,))
    scenes.picture(db)
    scenes.furnish(db, house, shown)
    nest = Nest(db, house, "in review")
    hand_out(services)
    planted = plant(db)
    assert len({place.partition(" ")[0] for place in planted}) > 70
    act(db, house.editor, articles.load(db, coming.id), "publish")
    hand_out(services)
    services.search.rebuild(db)
    with transaction(db):
        generation.bump(db)
    pieces = [f"/articles/{one.slug}{rest}" for one in (shown, coming) for rest in ("", "/history")]
    addresses = [*SURFACES, *nest.addresses(), *pieces]
    missed = for_readers(app) - set(opened(app, addresses))
    assert missed == set(), "readers open these too"
    for address in addresses * 2:  # the second time, from memory
        answer = reader.get(address)
        assert answer.status_code < 500, address
        heard = answer.data + str(answer.headers).encode()
        for place, word in planted.items():
            assert not any(spelling in heard for spelling in spellings(word)), f"{place} in {address}"
