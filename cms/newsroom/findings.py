"""What the checks found in a text, as the newsroom shows it: in the panel beside it, and to scripts as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from cms.articles import document
from cms.articles.document import Block
from cms.articles.models import Article
from cms.core import clock
from cms.core.errors import Invalid, Reason
from cms.core.html import clean_text
from cms.newsroom import places
from cms.newsroom.choices import folded
from cms.newsroom.forms.articles import EditForm
from cms.newsroom.places import Placed
from cms.review.checks import Draft, Finding, Weighed
from cms.vocabulary import CreditRole, Kind, Level
from cms.web.services import services
from cms.web.session import db
from cms.web.templating import DAYS, MONTHS
from cms.workflow import preflight
from cms.workflow.service import Outlook

if TYPE_CHECKING:  # the editor's page shows what is found here
    from cms.newsroom.editing import Names

Word = TypeVar("Word", bound=StrEnum)
#: How the panel is parted, what weighs most first.
TITLES = {Level.BLOCK: "Stops approval", Level.WARN: "Warnings", Level.SHOWN: "Remarks"}
FEW = 4  # remarks that are shown without being asked for


@dataclass(frozen=True)
class Group:
    """The findings of one level, each with its place; `is_open` where they are shown without being asked for."""

    level: Level
    title: str
    lines: tuple[Placed, ...]
    is_open: bool = True


def in_editor(article: Article, outlook: Outlook) -> list[Group]:
    """Return what was found as the editor shows it: every place is on the page itself."""
    return _groups(outlook, partial(places.in_editor, article))


def in_review(article: Article, outlook: Outlook) -> list[Group]:
    """Return what was found as the review page shows it."""
    return _groups(outlook, partial(places.in_review, article))


def of_form(article: Article, form: EditForm, names: Names) -> list[dict[str, str]]:
    """Return what the checks find in a form as it is being typed, in the words of the contract with the page's script.

    The form need not be valid: whatever cannot be read counts as not there. Nothing is changed, and nothing cleaned;
    the queries are those of `preflight.examine`.
    """
    try:
        draft = _draft(article, form, names)
    except Invalid as error:  # longer than a piece can be
        return [_line("body", Level.BLOCK, Finding(str(error), "body"))]
    found = preflight.examine(db(), article, draft).found
    return [_line(weighed.rule.name, weighed.level, weighed.finding) for weighed in found]


def small_print(finding: Finding) -> str:
    """Return what stands below a finding: when it was true, and what else there is to know."""
    when = f"Checked {_when(finding.seen_at)}." if finding.seen_at is not None else ""
    return " ".join(filter(None, (finding.hint, when)))


def _groups(outlook: Outlook, placed: Callable[[Iterable[Reason]], list[Placed]]) -> list[Group]:
    by_level: dict[Level, list[Weighed]] = {level: [] for level in TITLES}
    for weighed in outlook.findings:
        by_level[weighed.level].append(weighed)
    groups = []
    for level, found in by_level.items():
        reasons = [Reason(weighed.finding.text, weighed.finding.place) for weighed in found]
        hints = [small_print(weighed.finding) for weighed in found]
        lines = [replace(line, hint=hint) for line, hint in zip(placed(reasons), hints, strict=True)]
        if level is Level.BLOCK:  # what stops an approval besides the text: notes beside it that are open
            lines += placed(reason for reason in outlook.checks if reason not in reasons)
        if lines:
            groups.append(Group(level, TITLES[level], tuple(lines), level is not Level.SHOWN or len(lines) <= FEW))
    return groups


def _draft(article: Article, form: EditForm, names: Names) -> Draft:
    """Return what was typed, as far as it can be read."""
    rows = [(" ".join((row.person.data or "").split()), row.role.data) for row in form.rows()]
    known = {folded(name.label) for name in names.people}
    return Draft(
        kind=_word(Kind, form.kind.data) or (article.head.kind if article.head else Kind.ARTICLE),
        headline=form.headline.data or "",
        kicker=form.kicker.data or "",
        dek=form.dek.data or "",
        slug=clean_text(form.slug.data or ""),
        section_id=form.section_id.data if form.section_id.data in dict(names.sections) else None,
        language=form.language.data or "en",
        seo_title=form.seo_title.data or "",
        seo_description=form.seo_description.data or "",
        hero_id=form.picture_id(),
        hero_alt=form.hero_alt.data or "",
        hero_credit=form.hero_credit.data or "",
        blocks=_blocks(article, form.body.data or ""),
        credits=tuple((name, role) for name, said in rows if (role := _word(CreditRole, said))),
        strangers=tuple(dict.fromkeys(name for name, _ in rows if folded(name) not in known)),
    )


def _blocks(article: Article, body: str) -> tuple[Block, ...]:
    """Read what was typed; the text as it is stored has been read before, and costs nothing."""
    if article.head is not None and body == article.head.body:
        return document.parse(body)
    return document.peek(body)


def _line(rule: str, level: Level, finding: Finding) -> dict[str, str]:
    is_field = finding.place in places.FIELDS
    return {
        "rule": rule,
        "level": level.value,
        "text": finding.text,
        "hint": small_print(finding),
        "place": "" if is_field else finding.place,
        "field": finding.place if is_field else "",
    }


def _when(at: datetime) -> str:
    """Return a moment of the last days as one says it: today 10:40, Tuesday 10:40, 3 November."""
    zone = services().settings.zone
    here, today = at.astimezone(zone), clock.now().astimezone(zone).date()
    days = (today - here.date()).days
    if days > 6:
        return f"{here.day} {MONTHS[here.month - 1]}"
    return f"{('today', 'yesterday')[days] if days in (0, 1) else DAYS[here.weekday()]} {here:%H:%M}"


def _word(words: type[Word], text: str | None) -> Word | None:
    """Return the word of a closed set that was sent, if it is one."""
    return next((word for word in words if word.value == text), None)
