"""Who reacts to what, what is done when, and the tools that a running application is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from cms import policy
from cms.accounts import service as accounts
from cms.articles import service as articles
from cms.articles.templates import service as templates
from cms.articles.templates.queries import are_wanted
from cms.config import Settings
from cms.core import generation
from cms.core.cdn import Cdn
from cms.core.db import make_engine, make_sessions, transaction
from cms.core.events import Moment, Reaction, Reactions, on
from cms.core.hub import Hub
from cms.core.jobs import Job
from cms.core.mail import Mailer, make_mailer
from cms.core.outbound import Outbound
from cms.core.storage import LocalStorage
from cms.core.wake import Bell
from cms.front import schedule as front
from cms.language import Language, speaking
from cms.media import service as media
from cms.notifications.letters import Postman
from cms.notifications.outside import Courier
from cms.notifications.service import TELL, Notifier
from cms.publication import reactions as publication
from cms.publication.share_cards import ShareCards
from cms.publication.views import CountedViews
from cms.review import reactions as review
from cms.review.links import LinkChecker
from cms.search import saved, tally
from cms.search.keeping import Follower
from cms.search.service import Search, open_search
from cms.search.staff import StaffSearch, open_staff_search
from cms.workflow import reminders
from cms.workflow.schedule import Schedule

NOW, LATER, BATCHED = Moment.NOW, Moment.LATER, Moment.BATCHED


def reactions(notifier: Notifier, courier: Courier, links: LinkChecker) -> tuple[Reaction, ...]:
    """Return who reacts to what."""
    # fmt: off
    return (
        on("article.publish|article.adopt|article.withdraw", NOW,     generation.bump),
        on("series.*|section.*|topic.*|person.*|asset.*",    NOW,     generation.bump),
        on("edition.refreshed|edition.pages_arranged",       NOW,     generation.bump),
        on("article.history_*",                              NOW,     publication.history_switched),
        on("article.history_*",                              NOW,     generation.bump),
        on("article.original_*",                             NOW,     publication.translation_changed),
        on("article.original_*",                             NOW,     generation.bump),
        on("front.published|front.let_go",                   NOW,     generation.bump),
        on("series.changed|series.episode_*",                NOW,     publication.series_changed),
        on("person.linked",                                  NOW,     articles.login_linked),
        on("article.withdraw|article.spike",                 NOW,     review.close_links),
        on("article.saved",                                  NOW,     review.carry_threads),
        on("article.publish|article.adopt|article.withdraw", BATCHED, publication.relate),
        on("article.original_*|series.episode_*",            BATCHED, publication.relate),
        on("person.changed|section.changed|topic.changed",   LATER,   publication.copied_thing_changed),
        on("asset.changed|asset.deleted|asset.re*",          BATCHED, publication.pictures_changed),
        on("|".join(TELL),                                   LATER,   notifier.tell),
        on("galley.shared",                                  LATER,   courier.send_link),
        on("questions.sent",                                 LATER,   courier.send_questions),
        on("article.saved|article.created",                  LATER,   links.text_changed),
        on("article.submit|article.publish",                 LATER,   links.text_changed),
    )
    # fmt: on


def followers(search: Search, staff: StaffSearch) -> dict[str, Follower]:
    """Return what every host keeps for itself, and by which events of the log it changes."""
    public = "article.publish|article.adopt|article.withdraw|edition.refreshed|series.changed|series.episode_*"
    return {
        "edition": Follower(public, search),
        "newsroom": Follower("article.*|comment.*|person.*|asset.*", staff),
    }


def jobs(
    search: Search, staff: StaffSearch, schedule: Schedule, storage: LocalStorage, links: LinkChecker, cdn: Cdn,
    hub: Hub, cards: ShareCards, counted: CountedViews, postman: Postman,
) -> tuple[Job, ...]:  # fmt: skip
    """Return what is done when."""
    # fmt: off
    return (
        Job("publish what is due",   timedelta(seconds=0), schedule.publish_due, needed=schedule.is_needed),
        Job("keep the front page",   timedelta(seconds=0), front.keep, needed=front.is_needed),
        Job("send mail",             timedelta(seconds=0), postman.send_due, needed=postman.is_needed, is_apart=True),
        Job("tell of what answers",  timedelta(minutes=1), partial(saved.tell_watching, staff),
            needed=saved.is_watched),
        Job("purge the CDN",         timedelta(seconds=1), cdn.purge, needed=cdn.is_needed),
        Job("tell the feed's hub",   timedelta(minutes=1), hub.publish, needed=hub.is_needed, is_apart=True),
        Job("remind reviewers",      timedelta(minutes=1), reminders.remind, needed=reminders.are_due),
        Job("check links",           timedelta(seconds=0), links.check_due, needed=links.is_needed),
        Job("find what is alike",    timedelta(seconds=0), search.likenesses.compare_next,
            needed=search.likenesses.wanted, can_wait=True),
        Job("draw share cards",      timedelta(seconds=0), cards.draw_next, needed=cards.wanted, can_wait=True),
        Job("develop pictures",      timedelta(seconds=0), partial(media.develop_next, storage),
            needed=media.wants_developing, can_wait=True),
        Job("heal the search index", timedelta(minutes=1), _with_session(search.ensure), on_each_host=True),
        Job("heal the newsroom's",   timedelta(minutes=1), _with_session(staff.ensure), on_each_host=True),
        Job("compare the index",     timedelta(days=1),    _with_session(search.mend), on_each_host=True),
        Job("compare the newsroom's", timedelta(days=1),   _with_session(staff.mend), on_each_host=True),
        Job("sweep old sessions",    timedelta(hours=1),   _in_transaction(accounts.sweep)),
        Job("forget who left",       timedelta(minutes=5), _in_transaction(articles.sweep)),
        Job("make first templates",  timedelta(days=1),    _in_transaction(templates.make_first), needed=are_wanted),
        Job("sweep lost pictures",   timedelta(days=1),    _with_session(partial(media.sweep_orphans, storage))),
        Job("see what is most read", timedelta(minutes=10), counted.rank, needed=counted.is_on),
        Job("sweep old views",       timedelta(days=1),    counted.sweep),
        Job("forget old questions",  timedelta(days=1),    _in_transaction(tally.sweep)),
        Job("sweep old links",       timedelta(days=1),    links.sweep),
        Job("sweep old cards",       timedelta(hours=1),   cards.sweep),
    )
    # fmt: on


@dataclass(frozen=True)
class Services:
    """The tools of one running application, made once at start-up."""

    settings: Settings
    language: Language
    engine: Engine
    sessions: sessionmaker[Session]
    storage: LocalStorage
    mailer: Mailer
    search: Search
    staff_search: StaffSearch
    reactions: Reactions
    followers: Mapping[str, Follower]
    jobs: tuple[Job, ...]
    bell: Bell
    views: CountedViews


def assemble(settings: Settings) -> Services:
    """Put the tools together as the settings say; opens no connection yet."""
    policy.allow_self_approval(settings.self_approval)
    mailer = make_mailer(
        settings.mail_url, settings.data / "mail", sender=settings.mail_from, sender_name=settings.site_name
    )
    engine = make_engine(settings.database_url)
    how: dict[str, Any] = {
        "key": settings.secret_key, "zone": settings.zone, "engine": settings.search_backend, "database": engine,
    }  # fmt: skip
    search = open_search(settings.search_index, **how)
    staff = open_staff_search(settings.search_index / "newsroom", **how)
    bell = Bell(settings.wake_path)
    notifier = Notifier(settings.zone)
    postman = Postman(mailer, settings.site_name, settings.public_url)
    links = LinkChecker(
        Outbound(agent=f"Galley link check (+{settings.public_url})"),
        public_url=settings.public_url,
        is_on=settings.link_checks,
    )
    courier = Courier(mailer, settings.site_name, settings.public_url, settings.zone)
    wired = Reactions(reactions(notifier, courier, links), bell.ring)
    storage = LocalStorage(settings.media)
    cdn = Cdn(settings.cdn_purge_url, settings.cdn_purge_header)
    hub = Hub(settings.websub_hub, settings.public_url)
    cards = ShareCards(storage, settings.site_name)
    views = CountedViews(zone=settings.zone, is_wanted=settings.count_views)
    return Services(
        settings=settings,
        language=speaking(settings.language),
        engine=engine,
        sessions=make_sessions(engine, {"reactions": wired, "public_url": settings.public_url}),
        storage=storage,
        mailer=mailer,
        search=search,
        staff_search=staff,
        reactions=wired,
        followers=followers(search, staff),
        jobs=jobs(search, staff, Schedule(), storage, links, cdn, hub, cards, views, postman),
        bell=bell,
        views=views,
    )


def _with_session(work: Callable[[Session], object]) -> Callable[[sessionmaker[Session]], None]:
    def run(sessions: sessionmaker[Session]) -> None:
        with sessions() as db:
            work(db)

    return run


def _in_transaction(work: Callable[[Session], object]) -> Callable[[sessionmaker[Session]], None]:
    def run(sessions: sessionmaker[Session]) -> None:
        with sessions() as db, transaction(db):
            work(db)

    return run
