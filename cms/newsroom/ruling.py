"""The rules of review, as chiefs set them: who approves, what is ticked, and how long it may take, place by place."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.core.db import transaction
from cms.newsroom import choices
from cms.newsroom.checks import place
from cms.newsroom.editing import carried_out
from cms.newsroom.forms.checks import Filters
from cms.newsroom.forms.ruling import RulesForm
from cms.vocabulary import Can, Kind
from cms.web.access import needs
from cms.web.session import db, user
from cms.workflow import ruling
from cms.workflow.rulebook import DEFAULT, Rules

bp = Blueprint("ruling", __name__, url_prefix="/rules")

Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.RULES_SET)
def index() -> str:
    """Show what a review asks for everywhere, and where it asks for something else."""
    sections = choices.sections(db())
    shown = [
        (
            place(row.section_id, row.kind, sections),
            ruling.named(db(), Rules.read(row.facts)),
            _to(row.section_id, row.kind),
        )
        for row in ruling.every(db())
        if (row.section_id, row.kind) != (None, None)
    ]
    everywhere = ruling.in_place(db(), None, None)
    rules = ruling.named(db(), Rules.read(everywhere.facts)) if everywhere is not None else DEFAULT
    return render_template(
        "newsroom/ruling/index.html", everywhere=rules, exceptions=shown, sections=sections, kinds=tuple(Kind)
    )


@bp.get("/place")
@needs(Can.RULES_SET)
def edit() -> str:
    """Show the rules of one place as a form: `?section=2&kind=interview`, or those that hold there anyway."""
    where = _where()
    known = ruling.in_place(db(), where.section_id, where.kind)
    form = _form()
    form.show(Rules.read(known.facts) if known is not None else _around(where))
    return _page(form, where, is_set=known is not None)


@bp.post("/place")
@needs(Can.RULES_SET)
def change() -> Answer:
    """Set the rules of a place."""
    form, where = _form(), _where()
    done = carried_out(
        form, lambda: ruling.set_rules(db(), user(), form.rules(), section_id=where.section_id, kind=where.kind)
    )
    if not done:
        return _page(form, where, is_set=ruling.in_place(db(), where.section_id, where.kind) is not None), 422
    flash("The rules are set. They hold for every review that begins from now on.", "good")
    return redirect(url_for("newsroom.ruling.index"))


@bp.post("/place/reset")
@needs(Can.RULES_SET)
def reset() -> Response:
    """Let what holds around a place hold there again."""
    where = _where()
    with transaction(db()):
        ruling.set_rules(db(), user(), None, section_id=where.section_id, kind=where.kind)
    flash("There, reviews ask for what they ask for around it now.", "good")
    return redirect(url_for("newsroom.ruling.index"))


def _where() -> Filters:
    return Filters.read(request.args)


def _around(where: Filters) -> Rules:
    """Return what holds in a place by what is set around it."""
    return ruling.for_place(db(), where.section_id, where.kind)


def _to(section_id: int | None, kind: Kind | None) -> str:
    return url_for("newsroom.ruling.edit", section=section_id, kind=kind.value if kind else None)


def _form() -> RulesForm:
    form = RulesForm(formdata=None) if request.method == "GET" else RulesForm()
    form.offer(choices.desks(db()))
    return form


def _page(form: RulesForm, where: Filters, *, is_set: bool) -> str:
    return render_template(
        "newsroom/ruling/edit.html",
        form=form,
        is_set=is_set,
        place=place(where.section_id, where.kind, choices.sections(db())),
        narrowed={key: request.args[key] for key in ("section", "kind") if request.args.get(key)},
    )
