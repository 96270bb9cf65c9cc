"""The editor's fields as they were typed: as a form sends them, as a working copy keeps them, as a page shows them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from werkzeug.datastructures import MultiDict

from cms.articles import document
from cms.articles.models import Content
from cms.newsroom import choices
from cms.newsroom.choices import Choice, Name, folded
from cms.newsroom.forms.articles import PLAIN, EditForm, filled, laid_out

#: The fields of the form that are one text each.
SINGLE = (*PLAIN, "kind", "section_id", "topics", "hero_id")
ROW = ("person", "role", "affiliation", "position")
Typed = dict[str, str]


def sent() -> Typed:
    """Return what the request's form has, with plain newlines."""
    return {name: text.replace("\r\n", "\n") for name, text in request.form.items() if name != "csrf_token"}


def of_form(form: EditForm) -> Typed:
    """Return the fields of a form, its empty rows of credits left out."""
    found = {name: _text(form[name].data) for name in SINGLE}
    rows = [row.form for row in form.credits if (row.form.person.data or "").strip()]
    for i, row in enumerate(rows):
        found |= {f"credits-{i}-{part}": _text(row[part].data) for part in ROW}
    return found


def of_content(content: Content, people: list[Name], topics: list[Name]) -> Typed:
    """Return the fields that a content fills, its body as it is stored."""
    return of_form(filled(content, seen=None, people=people, topics=topics)) | {"body": content.body}


def form(typed: Mapping[str, str], *, seen: int | None, sections: list[Choice], **more: str) -> EditForm:
    """Return the form that shows what was typed; `more` are fields that no working copy has."""
    shown = {**typed, "body": laid_out(typed.get("body", "")), "seen": "" if seen is None else str(seen), **more}
    made = EditForm(formdata=MultiDict(shown))
    made.offer(sections)
    return made


def differs(typed: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Tell whether two say anything different to a reader; the note on a revision is not part of it."""
    return _essence(typed) != _essence(other)


def _essence(typed: Mapping[str, str]) -> tuple[object, ...]:
    form = EditForm(formdata=MultiDict(dict(typed)))
    plain = [" ".join(typed.get(name, "").split()) for name in SINGLE if name not in ("body", "topics")]
    topics = [folded(name) for name in choices.split(typed.get("topics", ""), [])]
    credits = [tuple(" ".join(_text(row[part].data).split()) for part in ROW[:3]) for row in form.rows()]
    return (*plain, document.normalise(typed.get("body", "")), topics, credits)


def _text(data: object) -> str:
    return "" if data is None else str(data)
