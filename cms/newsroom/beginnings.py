"""How a piece begins: blank or with a template, in some section, by somebody."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request

from cms.articles import document
from cms.articles.models import Content, CreditLine, DraftTemplate
from cms.articles.templates import queries as templates
from cms.articles.templates import service
from cms.core.errors import Invalid
from cms.newsroom import choices
from cms.newsroom.forms.articles import NewForm
from cms.newsroom.forms.numbers import row_number
from cms.people import queries as people
from cms.people.models import Person
from cms.vocabulary import CreditRole, Kind, State
from cms.web.session import db, user
from cms.web.templating import counted, listed

#: Characters of what was typed that an address takes along.
MOST_CARRIED = 1_000


@dataclass(frozen=True)
class Start:
    """One template as its card shows it: what it is for, for which section, and what comes with it."""

    template: DraftTemplate
    section: str
    holds: str


def form_asked_for() -> NewForm:
    """Return the form as the address asks for it: with a template, or for a section."""
    form = NewForm(formdata=None)
    sections = choices.sections(db())
    form.offer(sections)
    section_id = _section_asked_for()
    form.section_id.data = section_id if section_id in dict(sections) else None
    if request.args.get("kind") in tuple(Kind):
        form.kind.data = request.args["kind"]
    if request.args.get("state") == State.IDEA:
        form.state.data = State.IDEA.value
    template = templates.offered(db(), row_number(request.args.get("template")) or 0)
    if template is not None:
        form.template.data, form.kind.data = template.id, template.kind.value
        form.headline.data, form.dek.data = template.headline, template.dek
        form.section_id.data = template.section_id or form.section_id.data
    for field in (form.headline, form.dek):  # what was typed before another template was chosen
        field.data = request.args.get(field.name, "")[:MOST_CARRIED] or field.data
    return form


def page(form: NewForm, *, problem: str = "") -> str:
    """Return the page on which a piece begins."""
    sections = dict(choices.sections(db()))
    asked = _section_asked_for()
    asked = asked if asked in sections else None
    offered = db().scalars(templates.in_use()).all()
    own = {template.section_id for template in offered} - {None}
    return render_template(
        "newsroom/articles/new.html",
        form=form,
        problem=problem,
        starts=[_start(template, sections) for template in db().scalars(templates.fitting(asked))],
        chosen=row_number(str(form.template.data or "")),
        asked=asked,
        sections=[(number, name) for number, name in sections.items() if number in own],
    )


def content_of(form: NewForm) -> Content:
    """Return the content of the first revision; raises Invalid where its template is not offered any more."""
    kind, face = Kind(form.kind.data), people.behind(db(), user().id)
    content = form.content(_own_credit(kind, face) if face and form.credit_me.data else ())
    if not form.template.data:
        return content
    template = templates.offered(db(), row_number(form.template.data) or 0)
    if template is None:
        form.template.data = ""
        raise Invalid("That template is not offered any more. Choose another, or begin blank.", field="template")
    return service.begin(content, template, who=face.name if face else "")


def _own_credit(kind: Kind, face: Person) -> tuple[CreditLine, ...]:
    """Return the credit of whoever begins a piece."""
    role = CreditRole.INTERVIEWER if kind is Kind.INTERVIEW else CreditRole.AUTHOR
    return (CreditLine(face.id, role, face.standing),)


def _section_asked_for() -> int | None:
    return row_number(request.args.get("section"))


def _start(template: DraftTemplate, sections: dict[int, str]) -> Start:
    blocks = document.parse(template.body)
    counts = [
        (sum(block.kind is document.BlockKind.HEADING for block in blocks), "title"),
        (sum(block.kind is document.BlockKind.QA for block in blocks), "question"),
        (sum(block.kind is document.BlockKind.PARAGRAPH for block in blocks), "paragraph"),
    ]
    holds = listed([counted(number, noun, words=True) for number, noun in counts if number])
    return Start(template, sections.get(template.section_id or 0, ""), f"{holds} to begin with" if holds else "No text")
