"""Sections, topics and desks: the chief's lists, and everybody's topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cms.core.db import transaction
from cms.core.errors import Invalid
from cms.core.paging import page_number, paginate
from cms.newsroom import choices
from cms.newsroom.editing import carried_out
from cms.newsroom.forms.numbers import row_number
from cms.newsroom.forms.taxonomy import DeskForm, SectionForm, TopicForm
from cms.taxonomy import queries, service
from cms.taxonomy.models import Desk, Section, Topic
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.session import db, user

bp = Blueprint("taxonomy", __name__)

PER_PAGE = 60
Answer = Response | str | tuple[str, int]


@bp.get("/sections")
@needs(Can.TAXONOMY_EDIT)
def sections() -> str:
    """Show the sections in the order in which readers see them."""
    return _sections_page(_section_form())


@bp.post("/sections")
@needs(Can.TAXONOMY_EDIT)
def add_section() -> Answer:
    """Make a section."""
    form = _section_form()
    facts = {"name": form.name.data, "slug": form.slug.data or "", "description": form.description.data or ""}
    done = carried_out(form, lambda: service.add_section(db(), user(), desk_id=form.desk_id.data, **facts))
    return _to("sections", f"{form.name.data} is a section now.") if done else (_sections_page(form), 422)


@bp.post("/sections/order")
@needs(Can.TAXONOMY_EDIT)
def order_sections() -> Response:
    """Move one section up or down by one."""
    number, step = row_number(request.form.get("section")), {"up": -1, "down": 1}.get(request.form.get("move", ""), 0)
    with transaction(db()):
        ids = [section.id for section in db().scalars(queries.sections())]
        if number in ids:
            place = ids.index(number)
            ids.insert(max(0, place + step), ids.pop(place))
        service.order_sections(db(), user(), ids)
    return redirect(url_for("newsroom.taxonomy.sections"))


@bp.get("/sections/<int:section_id>")
@needs(Can.TAXONOMY_EDIT)
def edit_section(section_id: int) -> str:
    """Show one section as a form."""
    section = queries.get_section(db(), section_id)
    return _section_page(section, _section_form(section))


@bp.post("/sections/<int:section_id>")
@needs(Can.TAXONOMY_EDIT)
def change_section(section_id: int) -> Answer:
    """Store a section."""
    form = _section_form()

    def change() -> None:
        section = queries.get_section(db(), section_id)
        service.change_section(
            db(), user(), section, name=form.name.data, desk_id=form.desk_id.data, slug=form.slug.data or section.slug,
            description=form.description.data or "",
        )  # fmt: skip

    if carried_out(form, change):
        return _to("sections", "The section is saved. Live pieces show it within a minute.")
    return _section_page(queries.get_section(db(), section_id), form), 422


@bp.post("/sections/<int:section_id>/delete")
@needs(Can.TAXONOMY_EDIT)
def delete_section(section_id: int) -> Response:
    """Take a section away that nothing uses."""
    return _delete(
        "section", section_id, lambda: service.delete_section(db(), user(), queries.get_section(db(), section_id))
    )


@bp.get("/topics")
@needs(Can.TOPIC_CREATE)
def topics() -> str:
    """Show the topics."""
    return _topics_page(TopicForm(formdata=None))


@bp.post("/topics")
@needs(Can.TOPIC_CREATE)
def add_topic() -> Answer:
    """Make a topic."""
    form = TopicForm()
    facts = {"slug": form.slug.data or "", "description": form.description.data or ""}
    done = carried_out(form, lambda: service.add_topic(db(), user(), name=form.name.data, **facts))
    return _to("topics", f"{form.name.data} is a topic now.") if done else (_topics_page(form), 422)


@bp.get("/topics/<int:topic_id>")
@needs(Can.TAXONOMY_EDIT)
def edit_topic(topic_id: int) -> str:
    """Show one topic as a form."""
    topic = queries.get_topic(db(), topic_id)
    return _topic_page(topic, TopicForm(formdata=None, obj=topic))


@bp.post("/topics/<int:topic_id>")
@needs(Can.TAXONOMY_EDIT)
def change_topic(topic_id: int) -> Answer:
    """Store a topic."""
    form = TopicForm()

    def change() -> None:
        topic = queries.get_topic(db(), topic_id)
        service.change_topic(
            db(), user(), topic, name=form.name.data, slug=form.slug.data or topic.slug,
            description=form.description.data or "",
        )  # fmt: skip

    if carried_out(form, change):
        return _to("topics", "The topic is saved. Live pieces show it within a minute.")
    return _topic_page(queries.get_topic(db(), topic_id), form), 422


@bp.post("/topics/<int:topic_id>/delete")
@needs(Can.TAXONOMY_EDIT)
def delete_topic(topic_id: int) -> Response:
    """Take a topic away that nothing uses."""
    return _delete("topic", topic_id, lambda: service.delete_topic(db(), user(), queries.get_topic(db(), topic_id)))


@bp.get("/desks")
@needs(Can.TAXONOMY_EDIT)
def desks() -> str:
    """Show the desks, and what belongs to each."""
    return _desks_page(DeskForm(formdata=None))


@bp.post("/desks")
@needs(Can.TAXONOMY_EDIT)
def add_desk() -> Answer:
    """Make a desk."""
    form = DeskForm()
    done = carried_out(form, lambda: service.add_desk(db(), user(), name=form.name.data))
    return _to("desks", f"{form.name.data} is a desk now.") if done else (_desks_page(form), 422)


@bp.get("/desks/<int:desk_id>")
@needs(Can.TAXONOMY_EDIT)
def edit_desk(desk_id: int) -> str:
    """Show one desk as a form."""
    desk = queries.get_desk(db(), desk_id)
    return _desk_page(desk, DeskForm(formdata=None, obj=desk))


@bp.post("/desks/<int:desk_id>")
@needs(Can.TAXONOMY_EDIT)
def change_desk(desk_id: int) -> Answer:
    """Store a desk."""
    form = DeskForm()
    if carried_out(
        form, lambda: service.change_desk(db(), user(), queries.get_desk(db(), desk_id), name=form.name.data)
    ):
        return _to("desks", "The desk is saved.")
    return _desk_page(queries.get_desk(db(), desk_id), form), 422


@bp.post("/desks/<int:desk_id>/delete")
@needs(Can.TAXONOMY_EDIT)
def delete_desk(desk_id: int) -> Response:
    """Take a desk away that nothing belongs to."""
    return _delete("desk", desk_id, lambda: service.delete_desk(db(), user(), queries.get_desk(db(), desk_id)))


def _delete(noun: str, number: int, verb: Callable[[], object]) -> Response:
    try:
        with transaction(db()):
            verb()
    except Invalid as error:
        flash(str(error), "bad")
        values: dict[str, Any] = {f"{noun}_id": number}
        return redirect(url_for(f"newsroom.taxonomy.edit_{noun}", **values))
    return _to(f"{noun}s", f"The {noun} is gone.")


def _to(endpoint: str, said: str) -> Response:
    flash(said, "good")
    return redirect(url_for(f"newsroom.taxonomy.{endpoint}"))


def _section_form(section: Section | None = None) -> SectionForm:
    form = SectionForm(formdata=None, obj=section) if request.method == "GET" else SectionForm()
    form.offer(choices.desks(db()))
    return form


def _sections_page(form: SectionForm) -> str:
    shown = db().scalars(queries.sections()).all()
    counts = queries.pieces_by_section(db())
    return render_template("newsroom/taxonomy/sections.html", sections=shown, counts=counts, form=form)


def _section_page(section: Section, form: SectionForm) -> str:
    uses = queries.uses_of_section(db(), section)
    return render_template("newsroom/taxonomy/edit_section.html", thing=section, form=form, uses=_said(uses))


def _topics_page(form: TopicForm) -> str:
    words = request.args.get("q", "")[:100]
    page = paginate(db(), queries.topics(words), number=page_number(request.args.get("page")), per_page=PER_PAGE)
    return render_template(
        "newsroom/taxonomy/topics.html",
        page=page,
        words=words,
        narrowed={"q": words} if words else {},
        counts=queries.pieces_by_topic(db()),
        form=form,
    )


def _topic_page(topic: Topic, form: TopicForm) -> str:
    uses = queries.uses_of_topic(db(), topic)
    return render_template("newsroom/taxonomy/edit_topic.html", thing=topic, form=form, uses=_said(uses))


def _desks_page(form: DeskForm) -> str:
    rows = [(desk, _said(queries.uses_of_desk(db(), desk))) for desk in db().scalars(queries.desks())]
    return render_template("newsroom/taxonomy/desks.html", rows=rows, form=form)


def _desk_page(desk: Desk, form: DeskForm) -> str:
    uses = queries.uses_of_desk(db(), desk)
    return render_template("newsroom/taxonomy/edit_desk.html", thing=desk, form=form, uses=_said(uses))


def _said(uses: dict[str, int]) -> list[str]:
    """Return what uses something in words: 3 pieces, 1 live piece."""
    return [f"{count} {noun.split('|')[count != 1]}" for noun, count in uses.items() if count]
