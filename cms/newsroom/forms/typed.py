"""What an open editor sends while somebody types: the fields of its form, half-finished as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from cms.articles.models import Content
from cms.articles.typed import Typed
from cms.core.errors import Invalid
from cms.newsroom import choices
from cms.newsroom.choices import Name, folded
from cms.newsroom.editing import Names
from cms.newsroom.forms.articles import EditForm
from cms.vocabulary import CreditRole, Kind

TAB = re.compile(r"[A-Za-z0-9_-]{1,40}")
#: What the form sends besides its fields.
NOT_TYPED = frozenset({"csrf_token", "do", "tab", "number", "save_id", "quiet", "find"})


def tab_sent() -> str:
    """Return which open editor sent the request; raises Invalid where it does not say so."""
    tab = request.form.get("tab", "")
    if not TAB.fullmatch(tab):
        raise Invalid("The editor did not say which of its windows it is. Reload the page.", field="tab")
    return tab


def fields_sent() -> dict[str, Any]:
    """Return the fields of the editor's form as they were typed."""
    return {name: value for name, value in request.form.items() if name not in NOT_TYPED}


def content_of(fields: Mapping[str, Any], names: Names, *, before: Content) -> Typed:
    """Return typed fields as a content; what cannot be read yet stays as it was `before`, and nothing is refused."""
    form = EditForm(MultiDict(_readable(fields, before)), meta={"csrf": False})
    form.offer(names.sections)
    if form.section_id.errors or form.section_id.data not in {None, *(number for number, _ in names.sections)}:
        form.section_id.data = before.section_id
    people, new_people = _numbers((row.person.data for row in form.rows()), names.people)
    subjects = list(dict.fromkeys(choices.split(form.topics.data or "", names.topics)))
    topics, new_topics = _numbers(subjects, names.topics)
    return Typed(form.content(people, topics, subjects), people=new_people, topics=new_topics)


def _readable(fields: Mapping[str, Any], before: Content) -> dict[str, str]:
    """Return the fields with words that the form knows where it knows only some."""
    found = {name: value for name, value in fields.items() if isinstance(value, str)}
    if found.get("kind") not in set(Kind):
        found["kind"] = before.kind.value
    for name in found:
        if name.startswith("credits-") and name.endswith("-role") and found[name] not in set(CreditRole):
            found[name] = CreditRole.AUTHOR.value
    return found


def _numbers(wanted: Iterable[str], names: list[Name]) -> tuple[dict[str, int], dict[int, str]]:
    """Return the number behind each name, those below zero for names that are new here, and the new names by number."""
    known, new = choices.numbers(names), dict[int, str]()
    for name in wanted:
        if folded(name) not in known:
            number = -1 - len(new)
            known[folded(name)], new[number] = number, " ".join(name.split())
    return known, new
