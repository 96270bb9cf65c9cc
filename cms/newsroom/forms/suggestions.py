"""The forms of suggestions: a proposed copy, and what is decided about one change of it."""

from __future__ import annotations

from dataclasses import replace

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cms.articles.models import Content
from cms.newsroom.forms.articles import LONGEST_BODY, LOST, laid_out, one_newline
from cms.newsroom.forms.numbers import RowRange


class SuggestForm(FlaskForm):  # type: ignore[misc]
    """A copy of the piece on which somebody suggests; `seen` is the revision that it was made of."""

    seen = IntegerField("seen", [InputRequired(LOST), RowRange(LOST)])
    number = IntegerField("number", [Optional(), RowRange()])
    headline = TextAreaField("Headline", [InputRequired("A piece needs a headline, if only a working one.")])
    kicker = StringField("Kicker")
    dek = TextAreaField("Standfirst")
    body = TextAreaField("Text", [Length(max=LONGEST_BODY, message="That is longer than a piece can be.")])
    hero_alt = TextAreaField("Alternative text of the picture")
    hero_caption = TextAreaField("Caption of the picture")

    @classmethod
    def showing(cls, content: Content, seen: int) -> SuggestForm:
        """Return the form that shows a content."""
        fields = {name: getattr(content, name) for name in ("headline", "kicker", "dek", "hero_alt", "hero_caption")}
        return cls(formdata=None, data={**fields, "body": laid_out(content.body), "seen": seen})

    def content(self, before: Content) -> Content:
        """Return what was sent, on the ground of what was there."""
        return replace(
            before,
            headline=" ".join(one_newline(self.headline.data or "").split()),
            kicker=one_newline(self.kicker.data or ""),
            dek=one_newline(self.dek.data or ""),
            body=one_newline(self.body.data or ""),
            hero_alt=one_newline(self.hero_alt.data or ""),
            hero_caption=one_newline(self.hero_caption.data or ""),
        )


class DecideForm(FlaskForm):  # type: ignore[misc]
    """Which single changes are accepted, or why a suggestion is rejected."""

    pick = SelectMultipleField("Changes", coerce=int, validate_choice=False)
    reason = StringField("Why not?", [Length(max=2_000)])
