"""The chief's templates: what new pieces begin with."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.articles.models import DraftTemplate
from cms.articles.templates import queries, service
from cms.core.db import transaction
from cms.core.errors import Conflict, Invalid
from cms.newsroom import choices
from cms.newsroom.editing import blame
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.forms.templates import TemplateForm
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.session import db, user

bp = Blueprint("templates", __name__, url_prefix="/templates")

Answer = Response | str | tuple[str, int]


@bp.get("")
@needs(Can.TEMPLATE_EDIT)
def index() -> str:
    """Show the templates in the order in which writers see them, and those that were retired."""
    return render_template(
        "newsroom/templates/index.html",
        templates=db().scalars(queries.in_use()).all(),
        retired=db().scalars(queries.retired()).all(),
        sections=dict(choices.sections(db())),
    )


@bp.get("/new")
@needs(Can.TEMPLATE_EDIT)
def new() -> str:
    """Show the form of a new template."""
    return render_template("newsroom/templates/new.html", form=_form())


@bp.post("/new")
@needs(Can.TEMPLATE_EDIT)
def add() -> Answer:
    """Make a template."""
    form = _form()
    if problem := _try(form, lambda: service.add(db(), user(), form.facts())):
        return render_template("newsroom/templates/new.html", form=form), problem
    return _to_list(f"{form.name.data} is offered for new pieces now.")


@bp.post("/order")
@needs(Can.TEMPLATE_EDIT)
def order() -> Response:
    """Move one template up or down by one."""
    number = row_number(request.form.get("template"))
    step = {"up": -1, "down": 1}.get(request.form.get("move", ""), 0)
    with transaction(db()):
        ids = [template.id for template in db().scalars(queries.in_use())]
        if number in ids:
            place = ids.index(number)
            ids.insert(max(0, place + step), ids.pop(place))
        service.order(db(), user(), ids)
    return redirect(url_for("newsroom.templates.index"))


@bp.get("/<int:template_id>")
@needs(Can.TEMPLATE_EDIT)
def edit(template_id: int) -> str:
    """Show one template as a form, and how a piece begins with it."""
    template = queries.get(db(), template_id)
    return _page(template, _form(template))


@bp.post("/<int:template_id>")
@needs(Can.TEMPLATE_EDIT)
def change(template_id: int) -> Answer:
    """Store a template."""
    form = _form()
    seen = row_number(form.seen.data) or 0
    problem = _try(
        form, lambda: service.change(db(), user(), queries.get(db(), template_id), form.facts(), seen=seen)
    )  # fmt: skip
    if problem:
        return _page(queries.get(db(), template_id), form), problem
    return _to_list("The template is saved. Pieces that began with it stay as they are.")


@bp.post("/<int:template_id>/retire")
@needs(Can.TEMPLATE_EDIT)
def retire(template_id: int) -> Response:
    """Offer a template no more."""
    with transaction(db()):
        service.retire(db(), user(), queries.get(db(), template_id))
    return _to_list("The template is retired. It can be brought back below.")


@bp.post("/<int:template_id>/bring-back")
@needs(Can.TEMPLATE_EDIT)
def bring_back(template_id: int) -> Response:
    """Offer a retired template again."""
    try:
        with transaction(db()):
            service.bring_back(db(), user(), queries.get(db(), template_id))
    except Invalid as error:
        flash(str(error), "bad")
        return redirect(url_for("newsroom.templates.index"))
    return _to_list("The template is offered again, as the last one.")


def _form(template: DraftTemplate | None = None) -> TemplateForm:
    form = TemplateForm(formdata=None, obj=template) if request.method == "GET" else TemplateForm()
    form.offer(choices.sections(db()))
    if template is not None:
        form.show(template)
    return form


def _try(form: TemplateForm, verb: Callable[[], object]) -> int:
    """Do it in one transaction; where it is refused, say so in the form, and return the status."""
    if not form.validate():
        return 422
    try:
        with transaction(db()):
            verb()
    except (Invalid, Conflict) as error:
        blame(form, error)
        if isinstance(error, Conflict):
            form.form_errors.append(str(error))
        return 409 if isinstance(error, Conflict) else 422
    return 0


def _page(template: DraftTemplate, form: TemplateForm) -> str:
    return render_template("newsroom/templates/edit.html", template=template, form=form)


def _to_list(said: str) -> Response:
    flash(said, "good")
    return redirect(url_for("newsroom.templates.index"))
