"""What the checks found in a text, as the newsroom shows it: in the panel beside it, and to scripts as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
from cms.newsroom import places, typed
from cms.newsroom.choices import folded
from cms.newsroom.forms.articles import EditForm
from cms.newsroom.places import Placed
from cms.review import queries as reviews
from cms.review.checks import Draft, Finding, Weighed
from cms.review.models import Waiver
from cms.vocabulary import CreditRole, Kind, Level
from cms.web.services import services
from cms.web.session import db, user
from cms.web.templating import DAYS, MONTHS
from cms.workflow import preflight, rounds
from cms.workflow import service as workflow
from cms.workflow.models import Round
from cms.workflow.service import Outlook

if TYPE_CHECKING:  # the editor's page shows what is found here
    from cms.newsroom.editing import Names

Word = TypeVar("Word", bound=StrEnum)
FEW = 4  # remarks that are shown without being asked for


class Weight(StrEnum):
    """How much something weighs that stands beside a text, what weighs most first."""

    BLOCK = "block"
    LAST = "last"  # only the last approval of a review waits for it
    WARN = "warn"
    SHOWN = "shown"

    @property
    def label(self) -> str:
        """The name of its part of the panel."""
        return {"block": "Stops approval", "last": "Stops the last approval", "warn": "Warnings",
                "shown": "Remarks"}[self.value]  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One thing to be said: by which rule, in which words about which place, and the small print below."""

    weight: Weight
    rule: str
    reason: Reason
    hint: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one weight, each with its place; `is_open` where it is shown without being asked for."""

    weight: Weight
    lines: tuple[Placed, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is shown without being asked for."""
        return self.weight is not Weight.SHOWN or len(self.lines) <= FEW


@dataclass(frozen=True)
class Panel:
    """What was found, by weight; where nothing stops an approval, `clear` says so in a sentence."""

    groups: tuple[Group, ...]
    clear: str

    @property
    def stopping(self) -> int:
        """How many things stop an approval."""
        return sum(len(group.lines) for group in self.groups if group.weight is Weight.BLOCK)


def in_editor(article: Article, outlook: Outlook) -> Panel:
    """Return what was found as the editor shows it: every place is on the page itself."""
    return _panel(_of_outlook(article, outlook), partial(places.in_editor, article))


def in_review(article: Article, outlook: Outlook) -> Panel:
    """Return what was found as the review page shows it."""
    return _panel(_of_outlook(article, outlook), partial(places.in_review, article))


def in_copy(article: Article, form: EditForm, names: Names) -> Panel:
    """Return what is found in a text that is not saved yet, as the editor shows it."""
    return _panel(_of_typed(article, form, names), partial(places.in_editor, article))


def of_form(article: Article, form: EditForm, names: Names) -> dict[str, object]:
    """Return what is found in a form as it is being typed, in the words of the contract with the page's script.

    The form need not be valid: whatever cannot be read counts as not there. Nothing is changed, and nothing cleaned;
    the queries are those of `preflight.examine` and `workflow.service.beside`.
    """
    found = _of_typed(article, form, names)
    return {"findings": [_line(article, one) for one in found], "clear": _clear(found)}


def small_print(finding: Finding) -> str:
    """Return what stands below a finding: when it was true, and what else there is to know."""
    when = f"Checked {_when(finding.seen_at)}." if finding.seen_at is not None else ""
    return " ".join(filter(None, (finding.hint, when)))


def _of_outlook(article: Article, outlook: Outlook) -> list[Found]:
    told = {Reason(weighed.finding.text, weighed.finding.place) for weighed in outlook.findings}
    beside = [reason for reason in outlook.checks if reason not in told]
    return _found(article, outlook.findings, beside, outlook.waivers, outlook.round)


def _of_typed(article: Article, form: EditForm, names: Names) -> list[Found]:
    try:
        draft = _draft(article, form, names)
    except Invalid as error:  # longer than a piece can be
        return [Found(Weight.BLOCK, "body", Reason(str(error), "body"))]
    waivers = _waivers(article, form, names)
    beside = workflow.beside(db(), user(), article, waivers)
    return _found(
        article, preflight.examine(db(), article, draft).found, beside, waivers, rounds.running(db(), article)
    )  # fmt: skip


def _waivers(article: Article, form: EditForm, names: Names) -> Sequence[Waiver]:
    """Return what was waived for the text in a form: for any other than that which is stored, nothing."""
    given = reviews.waivers(db(), article)
    if not given or article.head is None:
        return ()
    stored = typed.of_content(article.head.content(), names.people, names.topics)
    return () if typed.differs(typed.of_form(form), stored) else given


def _found(
    article: Article, found: Iterable[Weighed], beside: Iterable[Reason], waivers: Sequence[Waiver],
    round_: Round | None,
) -> list[Found]:  # fmt: skip
    """Say of everything how much it weighs now; what was waived is told still, and stops nothing."""
    assert article.head is not None
    waived = {waiver.about: waiver for waiver in waivers}
    is_last = round_ is None or rounds.would_complete(round_, article.head)
    told = []
    for one in found:
        waiver = waived.get(one.rule.name) if one.level is Level.BLOCK else None
        weight = Weight(one.level.value) if waiver is None else Weight.SHOWN
        hint = " ".join(filter(None, (small_print(one.finding), _by(waiver) if waiver else "")))
        told.append(Found(weight, one.rule.name, Reason(one.finding.text, one.finding.place), hint))
    for reason in beside:
        told.append(Found(Weight.BLOCK if is_last or reason.place != "ticks" else Weight.LAST, reason.place, reason))
    for waiver in waivers:
        what, _, is_beside = waiver.about.partition(":")
        if is_beside:
            told.append(Found(Weight.SHOWN, "waived", Reason(waiver.text, f"{what}s"), _by(waiver)))
    return sorted(told, key=lambda one: list(Weight).index(one.weight))


def _by(waiver: Waiver) -> str:
    return f"Waived by {waiver.made_by.name}."


def _panel(found: Sequence[Found], placed: Callable[[Iterable[Reason]], list[Placed]]) -> Panel:
    lines = zip(found, placed(one.reason for one in found), strict=True)
    by_weight: dict[Weight, list[Placed]] = {}
    for one, line in lines:
        by_weight.setdefault(one.weight, []).append(replace(line, hint=one.hint))
    return Panel(tuple(Group(weight, tuple(lines)) for weight, lines in by_weight.items()), _clear(found))


def _clear(found: Sequence[Found]) -> str:
    weights = {one.weight for one in found}
    if Weight.BLOCK in weights:
        return ""
    if Weight.LAST in weights:
        return "Everything the next approval asks for is there"
    return f"Everything an approval asks for is there{'' if found else ', and nothing else was found'}"


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


def _line(article: Article, found: Found) -> dict[str, str]:
    """Return one line for the script: with its block or field, or with the name and the address of another place."""
    place = found.reason.place
    line = {"rule": found.rule, "level": found.weight.value, "text": found.reason.text, "hint": found.hint}
    if place in places.ELSEWHERE:
        [placed] = places.in_editor(article, [found.reason])
        return line | {"place": "", "field": "", "name": placed.place, "href": placed.href}
    is_field = place in places.FIELDS
    return line | {"place": "" if is_field else place, "field": place if is_field else ""}


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
