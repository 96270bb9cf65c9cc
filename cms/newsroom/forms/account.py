"""Signing in, and changing one's password: the shape of both forms."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from cms.core.passwords import MAX_LENGTH

MISSING = "Please fill this in."


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who, and their password. Anything of a sane length is looked at, so that the answer gives nothing away."""

    email = StringField("Mail address", [InputRequired(MISSING), Length(max=254)])
    password = PasswordField("Password", [InputRequired(MISSING), Length(max=MAX_LENGTH)])


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The present password, and the new one twice."""

    old = PasswordField("Present password", [InputRequired(MISSING), Length(max=MAX_LENGTH)])
    new = PasswordField("New password", [InputRequired(MISSING), Length(max=MAX_LENGTH)])
    again = PasswordField("New password, once more", [InputRequired(MISSING), Length(max=MAX_LENGTH)])

    def validate_again(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.new.data:
            raise ValidationError("The two are not the same. Type the new one again.")
