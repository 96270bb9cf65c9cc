"""Forms about logins, for administrators."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import InputRequired, Length

from cms.newsroom.choices import Choice
from cms.newsroom.forms.articles import options
from cms.vocabulary import STAFF, Role


class RoleForm(FlaskForm):  # type: ignore[misc]
    """What a login may do in general, and which teams it decides for."""

    role = SelectField("Role", coerce=Role, choices=options((role, role.label.capitalize()) for role in STAFF))
    desk_ids = SelectMultipleField(
        "Desks", coerce=int, option_widget=widgets.CheckboxInput(), widget=widgets.ListWidget(prefix_label=False)
    )

    def offer(self, desks: list[Choice]) -> None:
        """Fill in what there is to choose from."""
        self.desk_ids.choices = options(desks)


class AddForm(RoleForm):
    """A new login; its password is suggested, shown once, and changed by its owner."""

    name = StringField("Name", [InputRequired("A login needs a name."), Length(max=200)])
    email = StringField("Mail address", [InputRequired("A login needs a mail address."), Length(max=254)])


class EmptyForm(FlaskForm):  # type: ignore[misc]
    """A button and its token."""
