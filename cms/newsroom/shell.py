"""What every page of the newsroom says besides its own matter: the unread notices, a name's letters, the hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, request, url_for

from cms.newsroom.lines import spelled
from cms.notifications import service as notices
from cms.policy import cell, no
from cms.vocabulary import Can
from cms.web.services import services
from cms.web.session import db, user
from cms.web.templating import DAYS, MONTHS


@dataclass(frozen=True)
class Door:
    """One entry of the bar: shown to whoever may ever have `right`; `parts` are the blueprints it stands for.

    One that says what it is `about` is seldom used: where there are many, it stands in the menu at their end.
    """

    name: str
    endpoint: str
    right: Can
    parts: tuple[str, ...]
    about: str = ""


@dataclass(frozen=True)
class Entry:
    """A door as somebody finds it on a page."""

    name: str
    about: str
    address: str
    is_here: bool


MINE = "newsroom.desk.mine"
MOST = 7  # so many stand in one line beside the search at 1024 pixels
DOORS = (
    Door("Desk", MINE, Can.NEWSROOM_ENTER, ()),
    Door(
        "Pieces",
        "newsroom.desk.pieces",
        Can.ARTICLE_READ,
        (
            "desk",
            "find",
            "articles",
            "workflow",
            "reviews",
            "reviewers",
            "corrections",
            "preview",
            "explore",
            "readership",
            "sharing",
            "interviews",
        ),
    ),
    Door("Planning", "newsroom.board.show", Can.ARTICLE_READ, ("board", "calendar", "pitches", "charts")),
    Door("Series", "newsroom.series.index", Can.ARTICLE_READ, ("series",)),
    Door("People", "newsroom.people.index", Can.PERSON_READ, ("people",)),
    Door("Pictures", "newsroom.media.index", Can.MEDIA_READ, ("media",)),
    Door("Pages", "newsroom.pages.index", Can.ARTICLE_READ, ("pages",), "About, imprint and the like"),
    Door("Front page", "newsroom.front.index", Can.FRONT_EDIT, ("front",), "What stands where, and from when"),
    Door(
        "Sections",
        "newsroom.taxonomy.sections",
        Can.TAXONOMY_EDIT,
        ("taxonomy", "checks", "ruling", "templates"),
        "Topics, desks, templates, checks and review rules",
    ),
    Door(
        "Reader searches",
        "newsroom.searches.index",
        Can.SEARCH_READ,
        ("searches",),
        "What readers look for, and what they do not find",
    ),
    Door("Logins", "newsroom.users.index", Can.USER_MANAGE, ("users",), "Who may sign in, and as what"),
    Door("Record", "newsroom.audit.record", Can.AUDIT_READ, ("audit",), "Who did what, and when"),
)


def install(bp: Blueprint) -> None:
    """Give the newsroom's templates these words. Functions, so that a page which does not ask costs nothing."""
    bp.app_context_processor(_words)
    bp.app_template_filter("clock")(clock)
    bp.app_template_filter("calendar_day")(calendar_day)
    bp.app_template_filter("weekday")(weekday)
    bp.app_template_filter("spelled")(spelled)
    bp.app_template_filter("initials")(initials)


def _words() -> dict[str, Callable[..., Any]]:
    return {"unread_notices": unread_notices, "initials": initials, "may_ever": may_ever, "doors": doors}


def may_ever(right: Can) -> bool:
    """Tell whether whoever is signed in has a right over some thing at all: whether a door is worth showing."""
    return cell(user().role, right) is not no


def doors() -> tuple[list[Entry], list[Entry]]:
    """Return the entries of the bar for whoever is signed in, and those of the menu at its end."""
    part = (request.blueprint or "").rpartition(".")[2]
    is_mine = request.endpoint in ("newsroom.desk.mine", "newsroom.desk.waiting")
    entries = [
        Entry(
            door.name,
            door.about,
            url_for(door.endpoint),
            is_mine if door.endpoint == MINE else part in door.parts and not is_mine,
        )
        for door in DOORS
        if may_ever(door.right)
    ]
    if len(entries) <= MOST:
        return entries, []
    return [one for one in entries if not one.about], [one for one in entries if one.about]


def unread_notices() -> int:
    """Return how many notices whoever is signed in has not read."""
    return notices.unread_count(db(), user())


def initials(name: str) -> str:
    """Return at most two letters that stand for a name: NC."""
    parts = name.split()
    return "".join(part[0] for part in (parts[0], *parts[1:][-1:])).upper() if parts else "?"


def calendar_day(at: date) -> str:
    """Return a day of the calendar: Tue 24 November."""
    return f"{DAYS[at.weekday()][:3]} {at.day} {MONTHS[at.month - 1]}"


def weekday(at: date) -> str:
    """Return a day of the present week: Tue 24."""
    return f"{DAYS[at.weekday()][:3]} {at.day}"


def clock(at: datetime) -> str:
    """Return the hour of a moment in the newsroom's zone: 17:00."""
    return f"{at.astimezone(services().settings.zone):%H:%M}"
