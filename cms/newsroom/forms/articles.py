"""The forms of a piece: beginning it, its text and everything around it, its planning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from cms.articles import document
from cms.articles.models import Content, CreditLine
from cms.articles.service import Plan
from cms.core import clock
from cms.newsroom import choices
from cms.newsroom.choices import Choice, Name
from cms.newsroom.forms.numbers import RowList, RowRange, row_number
from cms.vocabulary import CreditRole, Kind, State

BLANK_ROWS = 2
LONGEST_BODY = 1_000_000
MOST_CREDITS = 200
LOST = "This page lost track of what you started from. Reload it."
#: Fields that the form and the content have in common, word for word.
PLAIN = ("headline", "kicker", "dek", "body", "slug", "hero_alt", "hero_caption", "hero_credit", "seo_title",
         "seo_description", "language")  # fmt: skip


def options(choices: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """Return what a select offers, from pairs of a value and a word."""
    return [SelectChoice(str(value), word) for value, word in choices]


KINDS = options((kind, kind.label) for kind in Kind)
ROLES = options((role, role.capitalize()) for role in CreditRole)
BEGINNINGS = options([(State.DRAFT, "A draft, to write now"), (State.IDEA, "A pitch, for the newsroom to vote on")])


def number_or_none(value: Any) -> int | None:
    """Read what a select sent: a number, or nothing chosen."""
    return int(value) if value not in (None, "", "None") else None


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def is_language(_: Form, field: StringField) -> None:
    """Refuse a language that is not written as browsers understand it."""
    if not (field.data or "en").replace("-", "").isalnum():
        raise ValidationError("Write the language as in “en” or “pt-BR”.")


class NewForm(FlaskForm):  # type: ignore[misc]
    """What is known when a piece begins; `template` is empty where it begins blank."""

    template = HiddenField("Template")
    kind = SelectField("Kind", choices=KINDS, default=Kind.ARTICLE.value)
    headline = StringField("Working headline", [InputRequired("A piece needs a headline, if only a working one.")])
    dek = TextAreaField("What is it about?")
    section_id = SelectField("Section", coerce=number_or_none)
    state = RadioField("Begin as", choices=BEGINNINGS, default=State.DRAFT.value)
    credit_me = BooleanField("Credit me", default=True)

    def offer(self, sections: list[Choice]) -> None:
        """Fill in what there is to choose from."""
        self.section_id.choices = options([("", "Not decided"), *sections])

    def content(self, credits: tuple[CreditLine, ...]) -> Content:
        """Return the content of the first revision."""
        return Content(
            kind=Kind(self.kind.data), headline=self.headline.data, dek=self.dek.data or "",
            section_id=self.section_id.data, credits=credits,
        )  # fmt: skip


class CreditRow(Form):  # type: ignore[misc]
    """One person in the credits; a row without a name is none."""

    person = StringField("Name", [Length(max=200)])
    role = SelectField("As", choices=ROLES, default=CreditRole.AUTHOR.value)
    affiliation = StringField("Printed beside the name", [Length(max=200)])
    position = IntegerField("Order", [Optional()])


class EditForm(FlaskForm):  # type: ignore[misc]
    """The whole piece. `seen` is the id of the revision that the person started from, `took` the copy taken up."""

    took = HiddenField("took")
    seen = IntegerField("seen", [InputRequired(LOST), RowRange(LOST)])
    kind = SelectField("Kind", choices=KINDS)
    headline = TextAreaField("Headline", [InputRequired("A piece needs a headline, if only a working one.")])
    kicker = StringField("Kicker")
    dek = TextAreaField("Standfirst")
    body = TextAreaField("Text", [Length(max=LONGEST_BODY, message="That is longer than a piece can be.")])
    section_id = SelectField("Section", coerce=number_or_none)
    topics = StringField("Topics", [Length(max=1_000)])
    credits = RowList(FormField(CreditRow), max_entries=MOST_CREDITS)
    hero_id = HiddenField("Picture")
    hero_alt = TextAreaField("Alternative text")
    hero_caption = TextAreaField("Caption")
    hero_credit = StringField("Credit line")
    seo_title = StringField("Title in search results")
    seo_description = TextAreaField("Description in search results")
    slug = StringField("Address")
    language = StringField("Language", [Length(max=16), is_language])
    find = StringField("Find a picture", [Length(max=100)])
    note = StringField("What did you change?", [Length(max=200)])

    def offer(self, sections: list[Choice]) -> None:
        """Fill in what there is to choose from, and leave room for more credits."""
        self.section_id.choices = options([("", "Not decided"), *sections])
        while sum(not row.person.data for row in self.credits) < BLANK_ROWS and len(self.credits) < MOST_CREDITS:
            self.credits.append_entry()

    def rows(self) -> list[CreditRow]:
        """Return the credits that were filled in, in the order in which they are to be printed."""
        filled = [(i, row.form) for i, row in enumerate(self.credits) if (row.form.person.data or "").strip()]
        ranked = sorted(filled, key=lambda pair: (pair[1].position.data is None, pair[1].position.data or 0, pair[0]))
        return [row for _, row in ranked]

    def picture_id(self) -> int | None:
        """Return the picture that was chosen."""
        text = str(self.hero_id.data or "")
        return row_number(text)

    def content(self, people: Mapping[str, int], topics: Mapping[str, int], topic_names: list[str]) -> Content:
        """Return what was handed in, given the numbers behind the names."""
        plain: dict[str, Any] = {name: one_newline(getattr(self, name).data or "") for name in PLAIN}
        return Content(
            kind=Kind(self.kind.data),
            section_id=self.section_id.data,
            topic_ids=tuple(topics[choices.folded(name)] for name in topic_names),
            credits=tuple(
                CreditLine(
                    people[choices.folded(row.person.data)], CreditRole(row.role.data), row.affiliation.data or ""
                )
                for row in self.rows()
            ),
            hero_id=self.picture_id(),
            **{**plain, "language": plain["language"] or "en", "headline": " ".join(plain["headline"].split())},
        )


def filled(content: Content, *, seen: int | None, people: list[Name], topics: list[Name]) -> EditForm:
    """Return the form that shows a content."""
    person, topic = {n.id: n.label for n in people}, {n.id: n.label for n in topics}
    data = {name: getattr(content, name) for name in PLAIN}
    return EditForm(
        formdata=None,
        data=data
        | {
            "seen": seen,
            "kind": content.kind.value,
            "body": laid_out(content.body),
            "section_id": content.section_id,
            "hero_id": content.hero_id or "",
            "topics": ", ".join(topic[i] for i in content.topic_ids if i in topic),
            "credits": [
                {
                    "person": person.get(line.person_id, ""),
                    "role": line.role.value,
                    "affiliation": line.affiliation,
                    "position": i,
                }
                for i, line in enumerate(content.credits, start=1)
            ],
        },
    )


def laid_out(body: str) -> str:
    """Return a body for human eyes: an empty line between blocks. Reading it back takes them out again."""
    return "\n\n".join(block.html for block in document.parse(body))


def with_words_of_picture(content: Content, before: Content, words: Mapping[str, str]) -> Content:
    """Give a picture that was newly chosen its own words, where the form still has none, or those of the one before."""
    if content.hero_id is None or content.hero_id == before.hero_id:
        return content
    changed: dict[str, Any] = {
        field: words[name]
        for name, field in (("alt", "hero_alt"), ("caption", "hero_caption"), ("credit", "hero_credit"))
        if getattr(content, field).strip() in ("", getattr(before, field))
    }
    return replace(content, **changed)


class RestoreForm(FlaskForm):  # type: ignore[misc]
    """Which revision, and the newest one that the person had before their eyes."""

    number = IntegerField("Revision", [InputRequired(), RowRange()])
    seen = IntegerField("seen", [InputRequired(), RowRange()])


class NameForm(FlaskForm):  # type: ignore[misc]
    """Which revision, and what people will call it."""

    number = IntegerField("Revision", [InputRequired("Say which revision to name."), RowRange()])
    name = StringField("Name", [Length(max=80, message="A name has at most 80 characters.")], filters=[_one_line])


class PlanForm(FlaskForm):  # type: ignore[misc]
    """Whose piece it is, who writes it by when, what is wanted, before when it may not appear."""

    desk_id = SelectField("Desk", coerce=int)
    assigned_to_id = SelectField("Written by", coerce=number_or_none)
    due_at = StringField("Due")
    brief = TextAreaField("Brief")
    embargo_until = StringField("Embargo until")

    def offer(self, desks: list[Choice], people: list[Choice], zone: ZoneInfo) -> None:
        """Fill in what there is to choose from, and where times are meant."""
        self.desk_id.choices = options(desks)
        self.assigned_to_id.choices = options([("", "Nobody in particular"), *people])
        self.zone = zone

    def plan(self) -> Plan:
        """Return what was planned."""
        return Plan(
            self.desk_id.data, moment(self.due_at.data, self.zone), moment(self.embargo_until.data, self.zone),
            self.brief.data or "", self.assigned_to_id.data,
        )  # fmt: skip

    def validate_due_at(self, field: StringField) -> None:
        """It is a moment, or nothing."""
        moment(field.data, self.zone)

    def validate_embargo_until(self, field: StringField) -> None:
        """It is a moment, or nothing."""
        moment(field.data, self.zone)


def moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Read a date and time field in the newsroom's zone; raises ValidationError where it is none."""
    if not (text or "").strip():
        return None
    try:
        return clock.from_local(str(text).strip(), zone)
    except (ValueError, OverflowError) as error:
        raise ValidationError("That is not a day and a time. Write them as 2026-11-24T06:00.") from error


def one_newline(text: str) -> str:
    """Browsers send CRLF; what is stored has plain newlines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
