"""Fills an empty installation with Overscan: its people, its pieces in every state, and how they got there.

Everything is done by the verbs that people use, at the moment at which they would have done it, so that the
history, the receipts and the audit trail of the demo are real ones.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cms.accounts import queries as logins
from cms.accounts import service as accounts
from cms.accounts.models import User
from cms.articles import document
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, Content, CreditLine
from cms.core import clock
from cms.core.db import transaction
from cms.core.errors import Invalid
from cms.demo import art, front, interview, plans, reviewing
from cms.demo.staff import PASSWORD as PASSWORD  # also the loader's own, for whoever asks who was loaded
from cms.demo.staff import STAFF as STAFF
from cms.interviews import service as interviews
from cms.media import images
from cms.media import service as media
from cms.notifications.models import Notice
from cms.people import service as people
from cms.people.models import Person
from cms.policy import SYSTEM
from cms.taxonomy import queries as sections
from cms.taxonomy import service as taxonomy
from cms.transfer.piece import Piece
from cms.transfer.reading import read
from cms.transfer.service import content_of
from cms.vocabulary import CorrectionKind, Kind, State
from cms.wiring import Services
from cms.workflow import service as workflow

HERE = Path(__file__).resolve().parent
ANCHOR = datetime(2026, 11, 23, tzinfo=UTC)  # the day that the texts were written for
DAY = timedelta(days=1)

# fmt: off
DESKS = {
    "Systems desk":   ("Systems", "Silicon", "Networks"),
    "Practice desk":  ("Interfaces", "Practice"),
    "Interview desk": ("Interviews",),
}
SECTIONS = {
    "Systems":    "Clocks, queues, caches: machines that have to agree.",
    "Silicon":    "What is under the lid, and the halls in which it is made.",
    "Networks":   "Where the packets go, and where they wait.",
    "Interfaces": "The few square inches where people meet the machine.",
    "Practice":   "How teams work when nobody is watching, and when everybody is.",
    "Interviews": "Long conversations with people who keep things running.",
}
#: Where the pieces in work have got to, and how many days ago they got there.
IN_WORK = {
    "leap-second-ten-years-on":                  (State.IDEA, 2),
    "measuring-latency-from-a-bus":              (State.DRAFT, 1),
    "backups-nobody-has-ever-opened":            (State.TO_CONFIRM, 0),
    "a-valve-that-says-no":                      (State.IN_REVIEW, 4),
    "the-island-with-two-cables":                (State.IN_REVIEW, 4),
    "a-cache-is-a-promise-with-an-expiry-date":  (State.CHANGES_REQUESTED, 3),
    "names-are-harder-than-numbers":             (State.APPROVED, 1),
    "an-on-call-rota-for-five":                  (State.SCHEDULED, 1),
    "a-review-of-everything":                    (State.SPIKED, 9),
}
NOTES = {
    "a-cache-is-a-promise-with-an-expiry-date":
        "Good and clear. The second table needs a source that a reader can open, then it is yours to send.",
    "the-second-that-nobody-could-agree-on":
        "How large is the crystal really? Our readers own calipers. And the end can do without its last sentence.",
    "what-a-queue-remembers": "The outage in the second section needs its date.",
    "keyboard-first-again": "Say how many people were asked, and when.",
    "a-review-of-everything": "A fine list, but it is a list. Let us do one of them properly.",
}
# fmt: on
#: Why a piece was taken down: for the staff, and for readers.
WITHDRAWN = {
    "the-battery-that-outlived-its-owner": (
        "The laboratory has no record of the cell. Our source made the figures up; the desk has written to him.",
        "The central figure of this piece, a cell of 41 years of service, could not be confirmed. The laboratory that "
        "was named has no record of it. We should have asked there before we published, and we apologise.",
    ),
}  # fmt: skip
#: What is a translation of what.
TRANSLATED = {"eine-schaltsekunde-zur-probe": "a-leap-second-rehearsal"}
VERSIONS_OPEN = "the-second-that-nobody-could-agree-on"
REVISED_WHILE_LIVE = "where-the-packets-wait"


@dataclass(frozen=True)
class Amends:
    """What readers were told of a change, how many days after the piece came out, and what was changed for it."""

    days: int
    kind: CorrectionKind
    text: str
    before: str = ""
    after: str = ""


AMENDS = {
    "the-second-that-nobody-could-agree-on": Amends(
        2, CorrectionKind.CORRECTION,
        "An earlier version gave the rate error of oven-controlled oscillators as 10 ppm. It is 10 ppb; the figures in "
        "the table were right. Thanks to a reader in Tallinn.",
        before="stays within 10 ppm for as long", after="stays within 10 ppb for as long",
    ),
    "what-a-queue-remembers": Amends(
        5, CorrectionKind.CLARIFICATION,
        "The piece now says who collected the 23 outages: the Harbour Institute, where its author works.",
        before="We were sent 23 outages this year", after="At the Harbour Institute we were sent 23 outages this year",
    ),
    "keyboard-first-again": Amends(
        30, CorrectionKind.UPDATE,
        "Since this piece came out, the timber merchant has brought the keys back in its two other yards as well.",
    ),
    "logs-that-agree-by-accident": Amends(
        12, CorrectionKind.NOTE,
        "The ticket office asked us to leave out that it paid for the lost seats. It did, and said so itself in May; "
        "the sentence stays.",
    ),
}  # fmt: skip

Say = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """One thing that somebody did at some moment."""

    at: datetime
    do: Callable[[Session], Any]


def refuse_unless_empty(services: Services) -> None:
    """Raise Invalid where somebody is at work here already: the demo never mixes with real pieces."""
    with services.sessions() as db:
        if db.scalar(select(User.id).limit(1)) is not None:
            raise Invalid("There are people in this installation already. The demo only fills an empty one.")


def load(services: Services, say: Say = lambda line: None) -> int:
    """Fill an empty installation; return how many pieces of the demo it has now.

    Where somebody has brought pieces in already, only the staff is added: the magazine is theirs.
    """
    refuse_unless_empty(services)
    with services.sessions() as db:
        has_pieces = db.scalar(select(Article.id).limit(1)) is not None
    demo = Demo(services, say)
    demo.make_house()
    if has_pieces:
        return 0
    demo.make_pictures()
    demo.make_people()
    demo.tell()
    return len(demo.pieces)


def read_old_notices(services: Services) -> None:
    """Mark what people were told more than a few days ago as read: call it once everything was delivered.

    Nothing of it is mailed: the demo's people have been there for an hour.
    """
    with services.sessions() as db, transaction(db):
        old = Notice.made_at < clock.now() - 5 * DAY
        db.execute(update(Notice).where(old).values(read_at=Notice.made_at))
        db.execute(update(Notice).values(mail_due_at=None))


class Demo:
    """The making of one magazine."""

    def __init__(self, services: Services, say: Say) -> None:
        self.services, self.say = services, say
        self.now = clock.now()
        self.shift = timedelta(days=(self.now - ANCHOR).days)
        folder = HERE / "articles"
        self.pieces = {path.stem: read(path, folder) for path in sorted(folder.glob("*.md"))}
        self.pictures: dict[str, int] = {}
        self.users: dict[str, int] = {}

    def make_house(self) -> None:
        """Make desks, sections and staff, half a year ago."""
        with clock.held(self.now - 900 * DAY), self.services.sessions() as db, transaction(db):
            desk_ids = {}
            for desk_name, names in DESKS.items():
                desk = taxonomy.add_desk(db, SYSTEM, name=desk_name)
                desk_ids[desk_name] = desk.id
                for name in names:
                    if sections.section_by_name(db, name) is not None:
                        continue  # made by an import that came before us
                    taxonomy.add_section(db, SYSTEM, name=name, desk_id=desk.id, description=SECTIONS[name])
            for email, name, role, desks in STAFF:
                user = accounts.add_user(
                    db, SYSTEM, email=email, name=name, role=role, password=PASSWORD,
                    desk_ids=[desk_ids[desk] for desk in desks], check=False,
                )  # fmt: skip
                self.users[name] = user.id

    def make_pictures(self) -> None:
        """Draw the art, take the portraits in, and store both."""
        wanted = {_name(piece.hero.src) for piece in self.pieces.values() if piece.hero}
        wanted |= {person["portrait"] for person in _yaml("people") if person.get("portrait")}
        wanted |= {series["cover"] for series in _yaml("series")}
        for number, name in enumerate(sorted(wanted), start=1):
            self.say(f"Drawing picture {number} of {len(wanted)}")
            prepared = images.prepare(_drawn(name), f"{name}.png", self.services.storage, limit=50_000_000)
            with clock.held(self.now - 890 * DAY), self.services.sessions() as db, transaction(db):
                credit = "Overscan studio"
                asset = media.add(db, SYSTEM, prepared, alt=self._alt(name), credit=credit, rights="Own work")
                self.pictures[name] = asset.id

    def make_people(self) -> None:
        """Make the public faces and the series."""
        with clock.held(self.now - 880 * DAY), self.services.sessions() as db, transaction(db):
            for facts in _yaml("people"):
                people.add(
                    db, SYSTEM, name=facts["name"], slug=facts["slug"], headline=facts["headline"],
                    employer=facts["employer"], bio=facts["bio"], links=facts.get("links") or [],
                    expertise=facts.get("expertise") or [], portrait_id=self.pictures.get(facts.get("portrait") or ""),
                    user_id=self.users.get(facts["name"]),
                    affiliations=[
                        {"title": a["title"], "organisation": a["organisation"], "since": str(a.get("from") or ""),
                         "until": str(a.get("to") or "")}
                        for a in facts.get("affiliations") or []
                    ],
                )  # fmt: skip
            for facts in _yaml("series"):
                host = people.find_or_add(db, SYSTEM, name=facts["host"])
                interviews.add_series(
                    db, SYSTEM, title=facts["title"], slug=facts["slug"], description=facts["description"].strip(),
                    host_id=host.id, cover_id=self.pictures.get(facts["cover"]), planned_parts=facts["parts"],
                    is_interviews=facts["title"] != "Time in machines",
                )  # fmt: skip

    def tell(self) -> None:
        """Let everything happen, in the order in which it happened."""
        steps = [step for slug, piece in self.pieces.items() for step in self._story(slug, piece)]
        steps += [step for number, page in enumerate(_yaml("pages")) for step in self._page(page, number)]
        steps += [
            Step(self.now + chosen.days * DAY, partial(self._arrange, chosen=chosen)) for chosen in front.ARRANGED
        ]
        steps.append(Step(self.now, partial(self._arrange, chosen=front.TO_COME)))
        for told in (interview, reviewing):
            steps += [Step(at, do) for at, do in told.steps(self._user, self.now)]
        steps += [Step(at, do) for at, do in plans.steps(_yaml("pitches"), self._user, self.now)]
        steps.sort(key=lambda step: step.at)
        for number, step in enumerate(steps, start=1):
            if number % 25 == 0:
                self.say(f"Telling the story, {number} of {len(steps)} steps")
            with clock.held(step.at), self.services.sessions() as db, transaction(db):
                step.do(db)

    def _story(self, slug: str, piece: Piece) -> list[Step]:
        state, days = IN_WORK.get(slug, (State.SETTLED, 0))
        end = piece.date + self.shift if piece.date else self.now - days * DAY - timedelta(hours=3)
        begin = end - 9 * DAY
        steps = [Step(begin, partial(self._create, slug=slug, piece=piece, state=state))]
        if state is State.IDEA:
            return steps
        steps.append(Step(begin + 2 * DAY, partial(self._finish, slug=slug, piece=piece)))
        if state is State.DRAFT:
            return steps
        if state is State.SPIKED:
            return [*steps, Step(end, partial(self._move, slug=slug, action="spike", note=NOTES[slug]))]
        steps.append(Step(begin + 4 * DAY, partial(self._move, slug=slug, action="submit")))
        if slug in NOTES:
            asked = end if state is State.CHANGES_REQUESTED else begin + 5 * DAY
            steps.append(Step(asked, partial(self._move, slug=slug, action="request_changes", note=NOTES[slug])))
        if state is State.TO_CONFIRM:
            steps.append(Step(end, partial(self._move, slug=slug, action="ask_confirmation")))
        if state in (State.CHANGES_REQUESTED, State.IN_REVIEW, State.TO_CONFIRM):
            return steps
        if slug in NOTES:
            steps.append(Step(begin + 6 * DAY, partial(self._move, slug=slug, action="submit")))
        steps.append(Step(end - DAY, partial(self._move, slug=slug, action="approve")))
        if state is State.SCHEDULED:
            at = (self.now + DAY).replace(hour=6, minute=0, second=0, microsecond=0)
            steps.append(Step(end - DAY / 2, partial(self._move, slug=slug, action="schedule", to=at)))
        if state is State.SETTLED:
            steps.append(Step(end, partial(self._move, slug=slug, action="publish")))
        if slug == VERSIONS_OPEN:
            steps.append(Step(end + DAY, partial(self._open_versions, slug=slug)))
        if slug in WITHDRAWN:
            note, told = WITHDRAWN[slug]
            down = partial(self._move, slug=slug, action="withdraw", note=note, for_readers=told)
            steps.append(Step(end + 3 * DAY, down))
        if slug in AMENDS:
            steps += self._amended(slug, min(end + AMENDS[slug].days * DAY, self.now - DAY / 8))
        if slug == REVISED_WHILE_LIVE:
            again = max(end + DAY, self.now - 2 * DAY)
            steps.append(Step(again, partial(self._move, slug=slug, action="revise")))
            steps.append(Step(again + DAY / 24, partial(self._rewrite, slug=slug)))
        return steps

    def _page(self, page: dict[str, str], number: int) -> list[Step]:
        """Return how a page of the house came about."""
        begin, slug = self.now - (870 - number) * DAY, page["slug"]
        done: tuple[Callable[[Session], Any], ...] = (
            partial(self._write_page, page=page),
            *(partial(self._move, slug=slug, action=action) for action in ("submit", "approve", "publish")),
        )
        return [Step(begin + hours * DAY / 24, do) for hours, do in enumerate(done)]

    def _write_page(self, db: Session, *, page: dict[str, str]) -> None:
        body = " ".join(page["body"].split())
        content = Content(kind=Kind.PAGE, headline=page["title"], slug=page["slug"], dek=page["dek"], body=body)
        texts.create(db, self._user(db, "Ilse Varnholt"), content)

    def _create(self, db: Session, *, slug: str, piece: Piece, state: State) -> None:
        """Begin with half of the text, as people do."""
        whole = self._content(db, piece, slug)
        blocks = document.parse(document.normalise(whole.body))
        half = whole if state is State.IDEA else replace(whole, body=document.serialise(blocks[: len(blocks) * 3 // 5]))
        writer = self._writer(db, whole)
        first = State.IDEA if state is State.IDEA else State.DRAFT
        article = texts.create(db, writer, half, state=first)
        due = self.now + _due(slug) if piece.date is None else piece.date + self.shift + _was_due(slug)
        article.due_at = due.replace(hour=17, minute=0, second=0, microsecond=0)
        if slug in TRANSLATED:
            texts.name_original(db, writer, article, self._article(db, TRANSLATED[slug]))
        if piece.series:
            series = interviews.find_or_add_series(db, SYSTEM, title=piece.series)
            interviews.place(db, SYSTEM, series, article.id, part=piece.part)

    def _finish(self, db: Session, *, slug: str, piece: Piece) -> None:
        article = self._article(db, slug)
        whole = self._content(db, piece, slug)
        if slug in AMENDS and AMENDS[slug].before:  # the mistake with which it came out
            whole = replace(whole, body=whole.body.replace(AMENDS[slug].after, AMENDS[slug].before))
        texts.save_draft(db, self._writer(db, whole), article, whole, seen=article.head_id or 0)

    def _amended(self, slug: str, at: datetime) -> list[Step]:
        """Return how a live piece was put right, and readers were told."""
        done: tuple[Callable[[Session], Any], ...] = (
            partial(self._move, slug=slug, action="revise"),
            partial(self._put_right, slug=slug),
            *(partial(self._move, slug=slug, action=action) for action in ("submit", "approve", "publish")),
        )
        return [Step(at + number * DAY / 96, do) for number, do in enumerate(done)]

    def _open_versions(self, db: Session, *, slug: str) -> None:
        article = self._article(db, slug)
        texts.show_history(db, self._judge(db, article), article, is_shown=True)

    def _put_right(self, db: Session, *, slug: str) -> None:
        article, amends = self._article(db, slug), AMENDS[slug]
        assert article.head
        now = article.head.content()
        writer = self._writer(db, now)
        now = replace(now, body=now.body.replace(amends.before, amends.after) if amends.before else now.body)
        saved = texts.save_draft(db, writer, article, now, seen=article.head.id)
        texts.correct(
            db, writer, article, kind=amends.kind, text=amends.text, before=amends.before, after=amends.after,
            seen=saved.revision.id,
        )  # fmt: skip

    def _rewrite(self, db: Session, *, slug: str) -> None:
        article = self._article(db, slug)
        assert article.head
        new = replace(article.head.content(), headline="Where the packets wait, and who pays for it")
        texts.save_draft(db, self._user(db, "Ilse Varnholt"), article, new, seen=article.head_id or 0)

    def _move(
        self, db: Session, *, slug: str, action: str, note: str = "", for_readers: str = "", to: datetime | None = None
    ) -> None:
        article = self._article(db, slug)
        assert article.head
        content = article.head.content()
        own = action in ("submit", "revise")
        actor = self._writer(db, content) if own else self._judge(db, article)
        workflow.move(db, actor, article, action, seen=article.head_id, note=note, for_readers=for_readers, at=to)

    def _arrange(self, db: Session, *, chosen: front.Chosen) -> None:
        front.arrange(db, self._user(db, "Hanne Ostrowe-Bell"), chosen, self.now)

    def _article(self, db: Session, slug: str) -> Any:
        return articles.load(db, db.scalars(select(Article.id).where(Article.slug == slug)).one())

    def _content(self, db: Session, piece: Piece, slug: str) -> Content:
        content = content_of(db, SYSTEM, replace(piece, hero=None, images=()), {})
        hero = piece.hero
        if hero is None:
            return replace(content, slug=slug)
        return replace(
            content, slug=slug, hero_id=self.pictures[_name(hero.src)], hero_alt=hero.alt, hero_caption=hero.caption,
            hero_credit=hero.credit,
        )  # fmt: skip

    def _user(self, db: Session, name: str) -> User:
        return logins.get(db, self.users[name])

    def _writer(self, db: Session, content: Content) -> User:
        """Return who types the piece: its first author who has a login, else a staff writer for the contributor."""
        for line in content.credits:
            if line.role.makes_author and (user_id := _user_behind(db, line)):
                return logins.get(db, user_id)
        return self._user(db, "Ilse Varnholt")

    def _judge(self, db: Session, article: Any) -> User:
        """Return who decides: an editor of the desk, or the chief where that editor wrote it."""
        for name in ("Noor Castellane", "Piet Halvorsen-Adeyemi"):
            user = self._user(db, name)
            if article.desk_id in user.desk_ids and user.id not in article.ever_author_ids:
                return user
        return self._user(db, "Hanne Ostrowe-Bell")

    def _alt(self, name: str) -> str:
        heroes = (piece.hero for piece in self.pieces.values() if piece.hero and _name(piece.hero.src) == name)
        return next((hero.alt for hero in heroes), "Portrait in blue line screen")


def _due(slug: str) -> timedelta:
    return {"the-island-with-two-cables": -DAY}.get(slug, (1 + len(slug) % 4) * DAY)


def _was_due(slug: str) -> timedelta:
    """Return how long before it came out a piece was due: some were late."""
    return -2 * DAY if len(slug) % 4 == 0 else timedelta()


def _user_behind(db: Session, line: CreditLine) -> int | None:
    return db.scalar(select(Person.user_id).where(Person.id == line.person_id))


def _name(src: str) -> str:
    """Return the name of a picture that a text names as if it were a file: they are drawn, not stored."""
    return Path(src).stem


def _drawn(name: str) -> io.BytesIO:
    portrait = HERE / "portraits" / f"{name}.webp"
    if portrait.exists():
        return io.BytesIO(portrait.read_bytes())
    out = io.BytesIO()
    art.draw(name).save(out, "PNG", compress_level=1)
    out.seek(0)
    return out


def _yaml(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return found
