"""Pure decisions about templates: what one must have, and how a piece begins with it."""

from __future__ import annotations

from dataclasses import replace

from cms.articles import document, rules
from cms.articles.models import Content
from cms.articles.templates.facts import Facts
from cms.core import html
from cms.core.errors import Invalid
from cms.core.html import clean_text

LONGEST_NAME, LONGEST_ABOUT = 60, 200
FIELDS = ("headline", "kicker", "dek")
#: The speaker that stands for whoever begins the piece.
INTERVIEWER = "Interviewer"


def tidy(facts: Facts) -> Facts:
    """Return the facts as they are stored; raises Invalid, naming the field, where they cannot be."""
    plain = {name: clean_text(getattr(facts, name)) for name in ("name", "about", *FIELDS)}
    found = replace(facts, **plain, body=document.normalise(facts.body))  # type: ignore[arg-type]
    if not found.name:
        raise Invalid("A template needs a name.", field="name")
    for name, limit in {"name": LONGEST_NAME, "about": LONGEST_ABOUT, **{f: rules.LIMITS[f] for f in FIELDS}}.items():
        if (length := len(getattr(found, name))) > limit:
            raise Invalid(f"The {rules.label(name)} has {length} characters; {limit} is the most.", field=name)
    return found


def begin(content: Content, template: Facts, *, who: str) -> Content:
    """Return a new piece's content with what its template brings; what was typed stays.

    `who` asks the questions, where anybody is known to.
    """
    said = {name: getattr(content, name) or getattr(template, name) for name in FIELDS}
    return replace(content, **said, body=spoken_by(template.body, who) if who else template.body)


def spoken_by(body: str, who: str) -> str:
    """Return a body in which the questions are asked by this person."""
    blocks = html.blocks(body)
    for element in html.walk(blocks):
        if element.attrs.get("data-speaker") == INTERVIEWER:
            html.put(element, "data-speaker", who)
    return html.write(blocks)
