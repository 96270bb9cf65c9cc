"""The checks of a text: how much each weighs, as chiefs set it, and what they find while somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles import queries as articles
from cms.core.db import transaction
from cms.core.errors import Invalid, NotFound
from cms.newsroom import choices, findings
from cms.newsroom.choices import Choice
from cms.newsroom.editing import Names, blame
from cms.newsroom.forms.articles import EditForm
from cms.newsroom.forms.checks import Filters, LevelForm
from cms.review import queries, service
from cms.review.checks import RULES, Rule, Scope, rule
from cms.vocabulary import Can, Kind, Level
from cms.web.access import needs
from cms.web.session import db, user

bp = Blueprint("checks", __name__)

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Line:
    """One check in the list: how much it weighs in the place that is looked at, and where it weighs something else."""

    rule: Rule
    level: Level
    exceptions: tuple[str, ...]


@dataclass(frozen=True)
class Elsewhere:
    """One place where a check weighs something else, in words and as the form names it."""

    words: str
    level: Level
    section_id: int | None
    kind: Kind | None


@bp.post("/articles/<int:article_id>/checks")
@needs(Can.ARTICLE_READ)
def live(article_id: int) -> Response:
    """Say what the checks find in the text as it is being typed; stores nothing."""
    article, names, form = articles.get(db(), user(), article_id), Names.load(db()), EditForm()
    form.offer(names.sections)
    answer = jsonify(findings.of_form(article, form, names))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/checks")
@needs(Can.CHECKS_SET)
def index() -> str:
    """Show every check and how much it weighs, everywhere or in one place."""
    filters, sections = Filters.read(request.args), choices.sections(db())
    known = queries.levels(db())
    lines = [_line(each, known, sections, filters) for each in RULES]
    shown = [line for line in lines if _is_wanted(line, filters)]
    return render_template(
        "newsroom/checks/index.html",
        groups=[(group, list(some)) for group, some in groupby(shown, key=lambda line: line.rule.group)],
        count=len(shown),
        stopping=sum(line.level is Level.BLOCK for line in lines),
        filters=filters,
        place=place(filters.section_id, filters.kind, sections),
        sections=sections,
        kinds=tuple(Kind),
        levels=tuple(Level),
    )


@bp.get("/checks/<name>")
@needs(Can.CHECKS_SET)
def edit(name: str) -> str:
    """Show one check: what it weighs everywhere, and its exceptions."""
    found = _rule(name)
    return _page(found, _form(found, choices.sections(db())))


@bp.post("/checks/<name>")
@needs(Can.CHECKS_SET)
def change(name: str) -> Answer:
    """Set how much a check weighs in a place; without a level, let what holds around it hold there again."""
    found, sections = _rule(name), choices.sections(db())
    form = _form(found, sections)
    if not form.validate():
        return _page(found, form), 422
    level, section_id, kind = form.level.data, form.section_id.data, form.kind.data
    try:
        with transaction(db()):
            service.set_level(db(), user(), name, level, section_id=section_id, kind=kind)
    except Invalid as error:
        blame(form, error)
        return _page(found, form), 422
    where = place(section_id, kind, sections)
    flash(f"{found.title}: {where}, it is {_said(level) if level else 'what holds around it'} now.", "good")
    return redirect(url_for("newsroom.checks.edit", name=name))


@bp.post("/checks/<name>/reset")
@needs(Can.CHECKS_SET)
def reset(name: str) -> Response:
    """Forget everything that was set for a check."""
    found = _rule(name)
    with transaction(db()):
        service.reset(db(), user(), name)
    flash(f"{found.title}: as it came, it is {_said(found.default)} everywhere.", "good")
    return redirect(url_for("newsroom.checks.edit", name=name))


def _rule(name: str) -> Rule:
    found = rule(name)
    if found is None:
        raise NotFound("There is no such check.")
    return found


def _form(found: Rule, sections: list[Choice]) -> LevelForm:
    form = LevelForm(formdata=None) if request.method == "GET" else LevelForm()
    form.offer(sections)
    return form


def _page(found: Rule, form: LevelForm) -> str:
    sections, known = choices.sections(db()), queries.levels(db())
    return render_template(
        "newsroom/checks/edit.html",
        rule=found,
        form=form,
        everywhere=known.get((found.name, None, None)),
        exceptions=_exceptions(found, known, sections),
        levels=tuple(Level),
        is_set=any(name == found.name for name, _, _ in known),
    )


def _line(each: Rule, known: dict[Scope, Level], sections: list[Choice], filters: Filters) -> Line:
    level = queries.level_in(each, known, filters.section_id, filters.kind)
    return Line(each, level, tuple(f"{e.words}: {e.level.label}" for e in _exceptions(each, known, sections)))


def _is_wanted(line: Line, filters: Filters) -> bool:
    said = f"{line.rule.title} {line.rule.about} {line.rule.group}".casefold()
    is_named = all(word in said for word in filters.words.casefold().split())
    return is_named and filters.level in (None, line.level)


def _exceptions(found: Rule, known: dict[Scope, Level], sections: list[Choice]) -> list[Elsewhere]:
    """Return where a check weighs something else, the narrowest place first."""
    here = [
        Elsewhere(place(section_id, kind, sections), level, section_id, kind)
        for (name, section_id, kind), level in known.items()
        if name == found.name and (section_id, kind) != (None, None)
    ]
    return sorted(here, key=lambda e: (-(e.section_id is not None) - (e.kind is not None), e.words))


def place(section_id: int | None, kind: Kind | None, sections: list[Choice]) -> str:
    """Return a place in words: everywhere, in Systems, for interviews, for interviews in Systems."""
    noun = "for news" if kind is Kind.NEWS else f"for {kind.value}s" if kind else ""
    where = f"in {dict(sections).get(section_id, 'a section that is gone')}" if section_id is not None else ""
    return " ".join(filter(None, (noun, where))) or "everywhere"


def _said(level: Level) -> str:
    """Return a level as the end of a sentence."""
    return {Level.OFF: "off", Level.BLOCK: "a reason that stops approval"}.get(level, level.label)
