"""Plain functions that make what a test needs; only what matters is stated, and real verbs do the making."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cms.accounts.models import User
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, Content, CreditLine
from cms.core import clock, passwords
from cms.core.db import transaction
from cms.people.models import Person
from cms.policy import SYSTEM
from cms.taxonomy.models import Desk, Section, Topic
from cms.vocabulary import CreditRole, Kind, Role, State
from cms.workflow import service as workflow

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PASSWORD = "lantern quarry velvet 41"
BODY = (
    '<p data-id="a1">At 02:14 on an ordinary Tuesday, two halves of a payments company recorded the same refund.</p>'
    '<p data-id="a2">Nobody had typed anything wrong. A fan had stopped in a rack in the east hall.</p>'
)
IMPRINT = '<p data-id="a1">Overscan, 12 Harbour Street.</p>'
_numbers = count(1)


@cache
def _hash() -> str:
    return passwords.hash_password(PASSWORD)


@dataclass(frozen=True)
class House:
    """A small newsroom. The editor sits on the Systems desk; `other_editor` on the Practice desk."""

    systems: Desk
    practice: Desk
    section: Section
    other_section: Section
    writer: User
    other_writer: User
    editor: User
    other_editor: User
    chief: User
    admin: User
    author: Person
    expert: Person

    def staff(self) -> list[User]:
        """Return everybody with a login."""
        return [self.writer, self.other_writer, self.editor, self.other_editor, self.chief, self.admin]


def make_user(db: Session, role: Role = Role.WRITER, *, name: str = "", desks: tuple[Desk, ...] = ()) -> User:
    """Make a login whose password is `PASSWORD`."""
    number = next(_numbers)
    with transaction(db):
        user = User(
            email=f"{role}{number}@galley.test",
            name=name or f"{role.value.capitalize()} {number}",
            role=role,
            password_hash=_hash(),
            created_at=clock.now(),
            password_changed_at=clock.now(),
            desks=[db.merge(desk) for desk in desks],
        )
        db.add(user)
        db.flush()
    # Detached, as the application's own user is: a rollback must not make us forget who is asking.
    db.expunge(user)
    return user


def make_desk(db: Session, name: str = "") -> Desk:
    """Make a desk."""
    with transaction(db):
        desk = Desk(name=name or f"Desk {next(_numbers)}")
        db.add(desk)
    db.expunge(desk)
    return desk


def make_section(db: Session, desk: Desk, name: str = "") -> Section:
    """Make a section of a desk."""
    name = name or f"Section {next(_numbers)}"
    with transaction(db):
        section = Section(name=name, slug=name.lower().replace(" ", "-"), desk_id=desk.id, description="")
        db.add(section)
    return section


def make_topic(db: Session, name: str = "") -> Topic:
    """Make a topic."""
    name = name or f"Topic {next(_numbers)}"
    with transaction(db):
        topic = Topic(name=name, slug=name.lower().replace(" ", "-"), description="")
        db.add(topic)
    return topic


def make_person(db: Session, name: str = "", *, user: User | None = None, **facts: Any) -> Person:
    """Make a public face."""
    name = name or f"Person {next(_numbers)}"
    given = {"headline": "", "employer": "", "bio": "", "links": [], "expertise": [], **facts}
    with transaction(db):
        person = Person(name=name, slug=name.lower().replace(" ", "-"), user_id=user.id if user else None, **given)
        db.add(person)
    return person


def make_house(db: Session) -> House:
    """Make the newsroom that most tests work in."""
    systems, practice = make_desk(db, "Systems desk"), make_desk(db, "Practice desk")
    writer = make_user(db, Role.WRITER, name="Ilse Varnholt")
    return House(
        systems=systems,
        practice=practice,
        section=make_section(db, systems, "Systems"),
        other_section=make_section(db, practice, "Practice"),
        writer=writer,
        other_writer=make_user(db, Role.WRITER, name="Teodor Akande"),
        editor=make_user(db, Role.EDITOR, name="Noor Castellane", desks=(systems,)),
        other_editor=make_user(db, Role.EDITOR, name="Piet Halvorsen", desks=(practice,)),
        chief=make_user(db, Role.CHIEF, name="Hanne Ostrowe"),
        admin=make_user(db, Role.ADMIN, name="Sanna Oyelaran"),
        author=make_person(db, "Ilse Varnholt", user=writer, headline="Senior writer", employer="Overscan"),
        expert=make_person(db, "Marit Oduya-Lind", headline="Head of time", employer="Northlight Exchange"),
    )


def content(house: House, **changed: Any) -> Content:
    """Return the content of a piece that could be approved as it is."""
    number = next(_numbers)
    base = Content(
        headline=f"The second that nobody could agree on {number}",
        kicker="Timekeeping",
        dek="Perfect time is a luxury. Most systems can live on something cheaper.",
        body=BODY,
        slug=f"the-second-{number}",
        section_id=house.section.id,
        credits=(CreditLine(house.author.id, CreditRole.AUTHOR, "Senior writer, Overscan"),),
    )
    return replace(base, **changed)


def typed(content: Content) -> dict[str, str]:
    """Return a content as the editor's form would send it, without its names."""
    plain = {name: value for name, value in vars(content).items() if isinstance(value, str)}
    chosen = {"section_id": content.section_id, "hero_id": content.hero_id}
    return plain | {name: "" if value is None else str(value) for name, value in chosen.items()}


#: The actions that lead from a draft to each state, and who takes them.
PATHS: dict[State, tuple[tuple[str, str], ...]] = {
    State.IDEA: (),
    State.DRAFT: (),
    State.IN_REVIEW: (("submit", "writer"),),
    State.CHANGES_REQUESTED: (("submit", "writer"), ("request_changes", "editor")),
    State.TO_CONFIRM: (("submit", "writer"), ("ask_confirmation", "editor")),
    State.APPROVED: (("submit", "writer"), ("approve", "editor")),
    State.SCHEDULED: (("submit", "writer"), ("approve", "editor"), ("schedule", "editor")),
    State.SETTLED: (("submit", "writer"), ("approve", "editor"), ("publish", "editor")),
    State.SPIKED: (("spike", "writer"),),
}


def make_article(
    db: Session, house: House, state: State = State.DRAFT, *, by: User | None = None, at: datetime | None = None,
    **changed: Any,
) -> Article:  # fmt: skip
    """Make a piece by the writer (or `by`) and take it to `state` by the very actions that people take."""
    writer = by or house.writer
    with transaction(db):
        first = State.IDEA if state is State.IDEA else State.DRAFT
        made = texts.create(db, writer, content(house, **changed), state=first)
    for action, who in PATHS[state]:
        article = articles.load(db, made.id)
        approver = house.chief if article.desk_id != house.systems.id else house.editor
        act(db, writer if who == "writer" else approver, article, action, at=at or clock.now() + timedelta(days=1))
    return articles.load(db, made.id)


def act(db: Session, actor: User, article: Article, action: str, *, at: datetime | None = None, note: str = "") -> None:
    """Take one action as the page would: with the newest revision before one's eyes."""
    with transaction(db):
        workflow.move(
            db, actor, article, action, seen=article.head_id, note=note or "Because.",
            at=at if action == "schedule" else None,
        )  # fmt: skip


def make_live(db: Session, house: House, *, at: datetime | None = None, **changed: Any) -> Article:
    """Make a piece that is live; with `at`, one that was published then."""
    if at is None:
        return make_article(db, house, State.SETTLED, **changed)
    with transaction(db):
        made = texts.create(db, house.writer, content(house, **changed))
        workflow.adopt(db, SYSTEM, made, at=at)
    return articles.load(db, made.id)


def make_interview(db: Session, house: House, *, at: datetime | None = None, **changed: Any) -> Article:
    """Make a live interview with the expert."""
    credits = (
        CreditLine(house.author.id, CreditRole.INTERVIEWER),
        CreditLine(house.expert.id, CreditRole.INTERVIEWEE, "Head of time, Northlight Exchange"),
    )
    body = (
        '<section class="qa" data-id="q1"><p class="qa-question" data-speaker="Overscan">What is a second?</p>'
        '<div class="qa-answer" data-speaker="Oduya-Lind"><p>A promise with an error bar.</p></div></section>'
    )
    return make_live(db, house, at=at, **{"kind": Kind.INTERVIEW, "credits": credits, "body": body, **changed})


def make_page(db: Session, house: House, slug: str, state: State = State.SETTLED, **changed: Any) -> Article:
    """Make a page without a section, credits or a standfirst, which it does not need."""
    bare = {"kind": Kind.PAGE, "section_id": None, "credits": (), "dek": "", "kicker": "", "body": IMPRINT}
    return make_article(db, house, state, slug=slug, **({"headline": slug.capitalize()} | bare | changed))


def every_article(db: Session) -> list[Article]:
    """Return all pieces, whole."""
    return list(db.scalars(select(Article).options(*articles.WHOLE)).unique())
