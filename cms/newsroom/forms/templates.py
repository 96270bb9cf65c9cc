"""The form of a template for new pieces."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from cms.articles.models import DraftTemplate
from cms.articles.templates.facts import Facts
from cms.newsroom.choices import Choice
from cms.newsroom.forms.articles import KINDS, LONGEST_BODY, laid_out, number_or_none, options
from cms.vocabulary import Kind


class TemplateForm(FlaskForm):  # type: ignore[misc]
    """A template. `seen` is the version that the person started from."""

    seen = HiddenField("seen")
    name = StringField("Name", [InputRequired("A template needs a name.")])
    about = StringField("What it is for")
    kind = SelectField("Kind", choices=KINDS)
    section_id = SelectField("Section", coerce=number_or_none)
    headline = StringField("Headline")
    kicker = StringField("Kicker")
    dek = TextAreaField("Standfirst")
    body = TextAreaField("Text", [Length(max=LONGEST_BODY, message="That is longer than a piece can be.")])

    def offer(self, sections: list[Choice]) -> None:
        """Fill in what there is to choose from."""
        self.section_id.choices = options([("", "All sections"), *sections])

    def show(self, template: DraftTemplate) -> None:
        """Fill in what is known and not plain text."""
        self.seen.data, self.kind.data, self.body.data = template.version, template.kind, laid_out(template.body)

    def facts(self) -> Facts:
        """Return what was handed in."""
        plain = {
            name: getattr(self, name).data or "" for name in ("name", "about", "headline", "kicker", "dek", "body")
        }
        return Facts(kind=Kind(self.kind.data), section_id=self.section_id.data, **plain)
