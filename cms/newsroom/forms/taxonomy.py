"""Forms of desks, sections and topics."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cms.newsroom.choices import Choice
from cms.newsroom.forms.articles import options


class DeskForm(FlaskForm):  # type: ignore[misc]
    """A team."""

    name = StringField("Name", [InputRequired("A desk needs a name."), Length(max=200)])


class TopicForm(FlaskForm):  # type: ignore[misc]
    """A topic; the address is made from the name where it is left empty."""

    name = StringField("Name", [InputRequired("A topic needs a name."), Length(max=200)])
    slug = StringField("Address", [Length(max=100)])
    description = TextAreaField("Description", [Length(max=1_000)])


class SectionForm(FlaskForm):  # type: ignore[misc]
    """A section, and the team that its pieces belong to unless somebody says otherwise."""

    name = StringField("Name", [InputRequired("A section needs a name."), Length(max=200)])
    slug = StringField("Address", [Length(max=100)])
    description = TextAreaField("Description", [Length(max=1_000)])
    desk_id = SelectField("Desk", coerce=int)

    def offer(self, desks: list[Choice]) -> None:
        """Fill in what there is to choose from."""
        self.desk_id.choices = options(desks)
