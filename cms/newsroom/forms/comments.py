"""The forms of what is said beside a text."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from cms.newsroom.forms.articles import options
from cms.review.comments.facts import LONGEST, LONGEST_QUOTE, About

TOO_LONG = "That is longer than a comment can be. Part it in two."


class SayForm(FlaskForm):  # type: ignore[misc]
    """A new thread: what it is about, the words, and whether the writers see it.

    `about` is `field:` or `block:` with a name, or nothing; `before` and `after` come from scripts.
    """

    text = TextAreaField("Comment", [Length(max=LONGEST, message=TOO_LONG)])
    about = SelectField("About")
    quote = StringField("The words it is about", [Length(max=LONGEST_QUOTE, message="Quote fewer words.")])
    before = StringField("before", [Length(max=300)])
    after = StringField("after", [Length(max=300)])
    confidential = BooleanField("Only editors see it")

    def offer(self, places: list[tuple[str, str]]) -> None:
        """Fill in what there is to say something about."""
        self.about.choices = options(places)

    def place(self) -> About:
        """Return what was chosen."""
        kind, _, name = (self.about.data or "").partition(":")
        return About(
            field=name if kind == "field" else "",
            block_id=name if kind == "block" else "",
            quote=self.quote.data or "",
            before=self.before.data or "",
            after=self.after.data or "",
        )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """An answer, or what one said in better words."""

    text = TextAreaField("Answer", [Length(max=LONGEST, message=TOO_LONG)])
